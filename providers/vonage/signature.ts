import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** `md5hash` is the account default: a plain hash with the secret appended. The others are HMACs. */
export type SignatureMethod = 'md5hash' | 'md5' | 'sha1' | 'sha256' | 'sha512';

const METHODS: readonly string[] = ['md5hash', 'md5', 'sha1', 'sha256', 'sha512'] satisfies SignatureMethod[];

const MS_PER_SECOND = 1000;
const UNIX_SECONDS = /^\d{1,12}$/;

/**
 * @param value what a credential holds
 * @returns true when it is one of the methods that Vonage's dashboard offers
 */
export function isSignatureMethod(value: unknown): value is SignatureMethod {
	return typeof value === 'string' && METHODS.includes(value);
}

/**
 * Signs parameters as Vonage documents it: sorted by the bytes of their names, `&` and `=` inside values replaced by `_`, each
 * pair led by `&`, nothing URL-encoded. A parameter `sig` is left out.
 *
 * @param parameters all that are sent, `api_key` and `timestamp` (Unix seconds) included
 * @param secret the signature secret, which is not the API secret
 * @param method as chosen in Vonage's dashboard
 * @returns lower-case hexadecimal
 * @see https://developer.vonage.com/en/getting-started/concepts/signing-messages
 */
export function signatureOf(parameters: Record<string, string>, secret: string, method: SignatureMethod): string {
	const text = textToSign(parameters);
	if (method === 'md5hash') return createHash('md5').update(text + secret, 'utf8').digest('hex');
	return createHmac(method, Buffer.from(secret, 'utf8')).update(text, 'utf8').digest('hex');
}

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
	if (typeof sig !== 'string' || typeof secret !== 'string' || secret.trim() === '' || !isSignatureMethod(method)) return false;
	if (!isRecent(timestamp, nowMs, toleranceMs)) return false;
	const expected = Buffer.from(signatureOf(asText(parameters), secret, method), 'utf8');
	const given = Buffer.from(sig.trim().toLowerCase(), 'utf8');
	return given.length === expected.length && timingSafeEqual(given, expected);
}

function textToSign(parameters: Record<string, string>): string {
	return Object.keys(parameters)
		.filter((name) => name !== 'sig')
		.sort(byBytes)
		.map((name) => `&${name}=${(parameters[name] ?? '').replace(/[&=]/g, '_')}`)
		.join('');
}

/** `message-timestamp` stands before `messageId`, whatever a language's own sorting thinks of hyphens. */
function byBytes(one: string, other: string): number {
	return Buffer.compare(Buffer.from(one, 'utf8'), Buffer.from(other, 'utf8'));
}

function isRecent(timestamp: unknown, nowMs: number, toleranceMs: number): boolean {
	const seconds = String(timestamp ?? '').trim();
	return UNIX_SECONDS.test(seconds) && Math.abs(nowMs - Number(seconds) * MS_PER_SECOND) <= toleranceMs;
}

/** JSON webhooks may carry numbers where forms carry text. */
function asText(parameters: Record<string, unknown>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(parameters).map(([name, value]) => [name, typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '')]),
	);
}
