import { createHmac, timingSafeEqual } from 'node:crypto';

import { normaliseBaseUrl } from '../../consent/baseUrl';
import { InputProblem } from '../../consent/failure';
import type { CredentialFields, SignableRequest } from '../../consent/provider';

/** https://docs.attentive.com/pages/authentication */
export const ATTENTIVE_BASE_URL = 'https://api.attentivemobile.com/v1';

const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Puts the API key into the Authorization header.
 *
 * @param credential `apiKey`, `baseUrl`
 * @param request any request to Attentive; where it has a `baseURL`, as in n8n's credential test, the checked one takes its place
 * @throws {InputProblem} when the key is empty, or the base URL would send it unprotected
 * @see https://docs.attentive.com/pages/authentication
 */
export function placeAttentiveKey<Request extends SignableRequest>(credential: CredentialFields, request: Request): Request {
	const baseURL = normaliseBaseUrl(credential.baseUrl, ATTENTIVE_BASE_URL);
	const key = typeof credential.apiKey === 'string' ? credential.apiKey.trim().replace(/^Bearer\s+/i, '') : '';
	if (key === '') {
		throw new InputProblem("'API Key' of the Attentive credential is empty", 'Open the credential and paste the API key of your Attentive app.');
	}
	return {
		...request,
		...(request.baseURL === undefined ? {} : { baseURL }),
		headers: { ...request.headers, Authorization: `Bearer ${key}` },
	};
}

/**
 * Decides whether Attentive sent a webhook: HMAC-SHA256 in hexadecimal over the bytes as they came in.
 * Every key is tried, in the same time whichever of them fits. Never throws.
 *
 * @param rawBody the bytes of the request, never a re-serialised copy
 * @param header the value of `x-attentive-hmac-sha256`
 * @param keys signing keys of Attentive's dashboard; several while one replaces another. Blank ones never match
 * @see https://docs.attentive.com/pages/webhooks/webhook-authentication
 */
export function attentiveSignatureMatches(rawBody: Uint8Array, header: string | undefined, keys: readonly string[]): boolean {
	const given = header?.trim().toLowerCase() ?? '';
	if (!SHA256_HEX.test(given)) return false;
	const givenBytes = Buffer.from(given, 'hex');
	return keys
		.map((key) => key.trim())
		.filter((key) => key !== '')
		.map((key) => timingSafeEqual(createHmac('sha256', key).update(rawBody).digest(), givenBytes))
		.includes(true);
}
