import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import { secretText } from '../../consent/fieldText';
import { isRecord } from '../../consent/record';

const MS_PER_SECOND = 1_000;
/** Vonage's tokens have a few hundred characters. */
const LONGEST_TOKEN = 8_192;
const TOKEN = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** Why a token proves nothing: a sentence for the person who reads the log. */
export interface Unproven {
	unproven: string;
}

function jsonIn(part: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
		return isRecord(value) ? value : {};
	} catch {
		return {};
	}
}

/**
 * Verifies the token of a signed webhook: a JWT (HS256, RFC 7519) with the signature secret as its key, which holds a hash of the body.
 *
 * @param token as it stands behind `Bearer` in the header
 * @param body as it came in
 * @param secret the signature secret; a blank one never matches
 * @param nowMs the present, in Unix milliseconds
 * @param toleranceMs how far the time of signing may lie before or after it
 * @returns when it was signed, in Unix milliseconds, or why it proves nothing; never throws
 * @see https://developer.vonage.com/en/getting-started/concepts/webhooks
 */
export function verifyWebhookToken(
	token: string,
	body: Uint8Array,
	secret: string,
	nowMs: number,
	toleranceMs: number,
): { signedAtMs: number } | Unproven {
	const key = secretText(secret);
	const [, header = '', payload = '', signature = ''] = TOKEN.exec(token.slice(0, LONGEST_TOKEN + 1).trim()) ?? [];
	if (key === '' || signature === '' || token.length > LONGEST_TOKEN)
		return { unproven: 'The token in the Authorization header is not a JWT' };
	if (jsonIn(header).alg !== 'HS256') return { unproven: 'The token in the Authorization header is not signed with HS256' };
	const expected = createHmac('sha256', Buffer.from(key, 'utf8')).update(`${header}.${payload}`).digest();
	const given = Buffer.from(signature, 'base64url');
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return { unproven: 'The token does not fit: check the signature secret' };
	const { iat, exp, payload_hash: hash } = jsonIn(payload);
	if (typeof iat !== 'number' || Math.abs(nowMs - iat * MS_PER_SECOND) > toleranceMs) {
		return { unproven: 'The token is older than Vonage’s last retry, lies in the future, or names no time' };
	}
	if (exp !== undefined && !(typeof exp === 'number' && exp * MS_PER_SECOND >= nowMs)) return { unproven: 'The token has expired' };
	if (typeof hash !== 'string') return { unproven: 'The token says nothing about the body' };
	const isOfThisBody = hash.toLowerCase() === createHash('sha256').update(body).digest('hex');
	if (!isOfThisBody) return { unproven: 'The token was made for another body' };
	return { signedAtMs: iat * MS_PER_SECOND };
}
