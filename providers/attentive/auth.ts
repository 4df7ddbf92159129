import { InputProblem } from '../../consent/failure';
import { secretText } from '../../consent/fieldText';
import type { CredentialFields, SignableRequest } from '../../consent/provider';
import { normalizeBaseUrl } from '../../consent/url';

/** https://docs.attentive.com/pages/authentication */
export const ATTENTIVE_BASE_URL = 'https://api.attentivemobile.com/v1';

/**
 * @param credential `apiKey`
 * @returns the key as it is sent; empty when there is none
 */
export function keyText({ apiKey }: CredentialFields): string {
	return secretText(apiKey).replace(/^Bearer\s+/i, '');
}

/**
 * @param credential of a connected account
 * @returns its access token, which Attentive never renews; while it is not connected, the ID of its app
 */
export function accessTokenText({ oauthTokenData: token, clientId }: CredentialFields): string {
	if (typeof token === 'object' && token !== null && 'access_token' in token) return String(token.access_token);
	return secretText(clientId);
}

/**
 * Puts the API key into the Authorization header.
 *
 * @param credential `apiKey`, `baseUrl`
 * @param request any request to Attentive; where it has a `baseURL`, as in n8n's credential test, the checked one takes its place
 * @throws {InputProblem} when the key is empty, or the base URL would send it unprotected
 * @see https://docs.attentive.com/pages/authentication
 */
export function placeAttentiveKey<Request extends SignableRequest>(credential: CredentialFields, request: Request): Request {
	const baseURL = normalizeBaseUrl(credential.baseUrl, ATTENTIVE_BASE_URL);
	const key = keyText(credential);
	if (key === '') {
		throw new InputProblem(
			"'API Key' of the Attentive credential is empty",
			'Open the credential and paste the API key of your Attentive app.',
		);
	}
	return {
		...request,
		...(request.baseURL === undefined ? {} : { baseURL }),
		headers: { ...request.headers, Authorization: `Bearer ${key}` },
	};
}
