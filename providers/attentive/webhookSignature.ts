import { createHmac, timingSafeEqual } from 'node:crypto';

import { secretText } from '../../consent/fieldText';

const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Decides whether Attentive sent a webhook: HMAC-SHA256 in hexadecimal over the bytes as they came in.
 * Every key is tried, in the same time whichever of them fits. Never throws.
 *
 * @param rawBody the bytes of the request, never a re-serialized copy
 * @param header the value of `x-attentive-hmac-sha256`
 * @param keys signing keys of Attentive's dashboard; several while one replaces another. Blank ones never match
 * @see https://docs.attentive.com/pages/webhooks/webhook-authentication
 */
export function attentiveSignatureMatches(rawBody: Uint8Array, header: string | undefined, keys: readonly string[]): boolean {
	const given = header?.trim().toLowerCase() ?? '';
	if (!SHA256_HEX.test(given)) return false;
	const givenBytes = Buffer.from(given, 'hex');
	return keys
		.map(secretText)
		.filter((key) => key !== '')
		.map((key) => timingSafeEqual(createHmac('sha256', key).update(rawBody).digest(), givenBytes))
		.includes(true);
}
