import { timingSafeEqual } from 'node:crypto';

import { asFormText, secretText } from '../../consent/fieldText';
import { isSignatureMethod, signatureOf, type SignatureMethod } from './signature';

const MS_PER_SECOND = 1000;
const UNIX_SECONDS = /^\d{1,12}$/;
/** What is signed has no borders but these, so a name with one in it could stand for two other parameters. Vonage's names have none. */
const RECUT = /[&=]/;

/**
 * Decides whether Vonage sent these parameters, and recently. Never throws.
 *
 * @param parameters every one that was received, `sig` and unknown ones included; values that are not text are signed as text
 * @param secret the signature secret; a blank one never matches
 * @param method as chosen in Vonage's dashboard
 * @param nowMs the present, in Unix milliseconds
 * @param toleranceMs how far `timestamp` may lie before or after it
 */
export function vonageSignatureMatches(
	parameters: Record<string, unknown>,
	secret: string,
	method: SignatureMethod,
	nowMs: number,
	toleranceMs: number,
): boolean {
	const { sig, timestamp } = parameters;
	const key = secretText(secret);
	if (typeof sig !== 'string' || key === '' || !isSignatureMethod(method)) return false;
	if (Object.keys(parameters).some((name) => RECUT.test(name))) return false;
	if (!isRecent(timestamp, nowMs, toleranceMs)) return false;
	const expected = Buffer.from(signatureOf(asText(parameters), key, method), 'utf8');
	const given = Buffer.from(sig.trim().toLowerCase(), 'utf8');
	return given.length === expected.length && timingSafeEqual(given, expected);
}

function isRecent(timestamp: unknown, nowMs: number, toleranceMs: number): boolean {
	const seconds = String(timestamp ?? '').trim();
	return UNIX_SECONDS.test(seconds) && Math.abs(nowMs - Number(seconds) * MS_PER_SECOND) <= toleranceMs;
}

/** JSON webhooks may carry numbers where forms carry text. */
function asText(parameters: Record<string, unknown>): Record<string, string> {
	return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, asFormText(value)]));
}
