import { InputProblem } from '../../consent/failure';
import { secretText } from '../../consent/fieldText';
import type { CredentialFields, SignableRequest } from '../../consent/provider';
import { normalizeBaseUrl } from '../../consent/url';
import { hasBody, parametersOf, withParameters, withQueryOnly } from './parameters';
import { isSignatureMethod, signatureOf } from './signature';

/** https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription */
export const VONAGE_BASE_URL = 'https://rest.nexmo.com/';

const MS_PER_SECOND = 1000;

/**
 * @param credential `apiKey`
 * @returns the key as it is sent, which names the account whichever secret goes with it; empty when there is none
 */
export function keyText({ apiKey }: CredentialFields): string {
	return secretText(apiKey);
}

/**
 * Puts API key and secret where the credential says. With `body` they are parameters like the others, as the document has it: fields of a POST,
 * and part of the address of a GET, which has no body. With `query` every call becomes a GET.
 *
 * @param credential `apiKey`, `apiSecret`, `placement` (`body`, `basic` or `query`), `baseUrl`
 * @param request any request to Vonage; where it has a `baseURL`, as in n8n's credential test, the checked one takes its place
 * @throws {InputProblem} when a field is empty, or the base URL would send the secret unprotected
 */
export function placeVonageSecret<Request extends SignableRequest>(credential: CredentialFields, request: Request): Request {
	const addressed = withCheckedBase(credential, request);
	const key = filled(credential, 'apiKey', 'API Key');
	const secret = filled(credential, 'apiSecret', 'API Secret');
	if (credential.placement === 'query') return withQueryOnly(addressed, { api_key: key, api_secret: secret });
	if (credential.placement === 'body' || (credential.placement !== 'basic' && hasBody(addressed)))
		return withParameters(addressed, { api_key: key, api_secret: secret });
	const pair = Buffer.from(`${key}:${secret}`, 'utf8').toString('base64');
	return { ...addressed, headers: { ...addressed.headers, Authorization: `Basic ${pair}` } };
}

/**
 * Signs all parameters of the request together with the API key and the time. The API secret is never sent along: Vonage refuses
 * both together (status 32).
 *
 * @param credential `apiKey`, `signatureSecret`, `method`, `baseUrl`
 * @param request any request to Vonage; where it has a `baseURL`, as in n8n's credential test, the checked one takes its place
 * @throws {InputProblem} when a field is empty, the method unknown, or the base URL unprotected
 */
export function placeVonageSignature<Request extends SignableRequest>(credential: CredentialFields, request: Request): Request {
	const addressed = withCheckedBase(credential, request);
	const key = filled(credential, 'apiKey', 'API Key');
	const secret = filled(credential, 'signatureSecret', 'Signature Secret');
	const { method } = credential;
	if (!isSignatureMethod(method)) {
		throw new InputProblem(
			"'Signature Method' of the Vonage credential isn't one that Vonage offers",
			'Open the credential and choose the method that your Vonage dashboard shows.',
		);
	}
	const added = { api_key: key, timestamp: String(Math.floor(Date.now() / MS_PER_SECOND)) };
	const sig = signatureOf({ ...parametersOf(addressed), ...added }, secret, method);
	return withParameters(addressed, { ...added, sig });
}

function withCheckedBase<Request extends SignableRequest>(credential: CredentialFields, request: Request): Request {
	const baseURL = normalizeBaseUrl(credential.baseUrl, VONAGE_BASE_URL);
	return request.baseURL === undefined ? request : { ...request, baseURL };
}

function filled(credential: CredentialFields, field: string, label: string): string {
	const text = secretText(credential[field]);
	if (text === '') {
		throw new InputProblem(
			`'${label}' of the Vonage credential is empty`,
			`Open the credential and copy '${label}' from the Vonage dashboard (API settings).`,
		);
	}
	return text;
}
