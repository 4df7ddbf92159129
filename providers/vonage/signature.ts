import { createHash, createHmac } from 'node:crypto';

/** `md5hash` is the account default: a plain hash with the secret appended. The others are HMACs. */
export type SignatureMethod = 'md5hash' | 'md5' | 'sha1' | 'sha256' | 'sha512';

const METHODS: readonly string[] = ['md5hash', 'md5', 'sha1', 'sha256', 'sha512'] satisfies SignatureMethod[];

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
	if (method === 'md5hash')
		return createHash('md5')
			.update(text + secret, 'utf8')
			.digest('hex');
	return createHmac(method, Buffer.from(secret, 'utf8')).update(text, 'utf8').digest('hex');
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
