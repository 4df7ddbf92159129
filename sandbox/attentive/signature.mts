/** Attentive's proof that a notification is its own. */

import { createHmac } from 'node:crypto';

/** HMAC-SHA256 of the raw body, lower-case hex: the value of `x-attentive-hmac-sha256`. */
export function attentiveSignature(signingKey: string, rawBody: string | Buffer): string {
	return createHmac('sha256', Buffer.from(signingKey, 'utf8')).update(rawBody).digest('hex');
}

/** The header that carries the signature of a body. */
export function signatureHeaders(body: string, { signingKey }: { signingKey: string }): Record<string, string> {
	return { 'x-attentive-hmac-sha256': attentiveSignature(signingKey, body) };
}
