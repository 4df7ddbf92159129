/** Vonage's signature over parameters. */

import { createHash, createHmac } from 'node:crypto';

export const SIGNATURE_METHODS = ['md5hash', 'md5', 'sha1', 'sha256', 'sha512'] as const;
export type SignatureMethod = (typeof SIGNATURE_METHODS)[number];

/** The documented signature over all parameters except `sig`; lower-case hex. */
export function vonageSignature(parameters: Readonly<Record<string, string>>, secret: string, method: SignatureMethod): string {
	let text = '';
	for (const name of Object.keys(parameters).sort()) {
		if (name !== 'sig') text += `&${name}=${(parameters[name] ?? '').replace(/[&=]/g, '_')}`;
	}
	return method === 'md5hash'
		? createHash('md5')
				.update(text + secret, 'utf8')
				.digest('hex')
		: createHmac(method, secret).update(text, 'utf8').digest('hex');
}

/** The token of a signed webhook of the Messages API: a JWT over a hash of the body, always HS256. */
export function webhookToken(body: string, signer: { apiKey: string; signatureSecret: string; now: number }): string {
	const claims = {
		iat: Math.floor(signer.now / 1_000),
		iss: 'Vonage',
		payload_hash: createHash('sha256').update(body).digest('hex'),
		api_key: signer.apiKey,
	};
	const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
	return `${signed}.${createHmac('sha256', signer.signatureSecret).update(signed).digest('base64url')}`;
}
