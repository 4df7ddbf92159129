import { InputProblem } from '../../consent/failure';
import { secretText } from '../../consent/fieldText';
import type { CredentialFields, SignableRequest } from '../../consent/provider';
import { normalizeBaseUrl } from '../../consent/url';

export const VOYAGE_BASE_URL = 'https://vyg.mobi/';

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Headers that carry the request itself; a key in one of them breaks the call. */
const RESERVED_HEADERS = new Set(['host', 'content-length', 'content-type', 'transfer-encoding', 'connection', 'accept', 'cookie']);

/**
 * @param credential `apiKey`
 * @returns the key as it is sent; empty when there is none
 */
export function keyText({ apiKey }: CredentialFields): string {
	return secretText(apiKey);
}

/**
 * Puts the API key, where the account has one, into the header that the person named. Without a key the request stays as
 * documented: unauthenticated.
 *
 * @param credential `apiKey`, `headerName`; both optional
 * @param request as n8n hands it to a credential; a `baseURL` in it is brought to its usual form
 * @returns a changed copy
 * @throws {InputProblem} when the key has no header to travel in, or would travel unprotected
 */
export function placeVoyageKey<Request extends SignableRequest>(credential: CredentialFields, request: Request): Request {
	const address = request.baseURL === undefined ? {} : { baseURL: normalizeBaseUrl(request.baseURL, VOYAGE_BASE_URL) };
	const apiKey = keyText(credential);
	const headerName = secretText(credential.headerName);
	if (apiKey === '') return { ...request, ...address };
	if (!HEADER_NAME.test(headerName) || RESERVED_HEADERS.has(headerName.toLowerCase())) {
		throw new InputProblem(
			headerName === ''
				? "The Voyage credential has an 'API Key' but no 'Header Name'"
				: `'Header Name' of the Voyage credential holds "${headerName}", which cannot carry a key`,
			'Ask Voyage for the name of the header, such as Authorization or X-Api-Key, or empty both fields: the documented call needs no key.',
		);
	}
	if (/[^\x20-\x7e]/.test(apiKey)) {
		throw new InputProblem(
			"'API Key' of the Voyage credential holds characters that a header cannot carry",
			'Copy the key again, without anything around it.',
		);
	}
	return { ...request, ...address, headers: { ...request.headers, [headerName]: apiKey } };
}
