import { InputProblem } from '../../consent/failure';
import type { CredentialFields, SignableRequest } from '../../consent/provider';
import { normalizeBaseUrl } from '../../consent/url';

/** https://docs.attentive.com/pages/authentication */
export const ATTENTIVE_BASE_URL = 'https://api.attentivemobile.com/v1';

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
	const key = typeof credential.apiKey === 'string' ? credential.apiKey.trim().replace(/^Bearer\s+/i, '') : '';
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
