import type { SignableRequest } from '../../consent/provider';

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Where a request's parameters travel; Vonage does not take a mixture. */
type Place = 'qs' | 'body';

/**
 * @param request any request to Vonage
 * @returns the parameters that it sends, as text: of its body, or of its query when it has none
 */
export function parametersOf(request: SignableRequest): Record<string, string> {
	return asText(placeOf(request) === 'qs' ? request.qs : bodyFields(request.body, contentTypeOf(request)));
}

/**
 * Adds parameters beside those that are there, in the same place and form.
 *
 * @param request any request to Vonage; a body may be fields, a form's text or JSON text
 * @param added names and values
 * @returns a copy
 */
export function withParameters<Request extends SignableRequest>(request: Request, added: Record<string, string>): Request {
	if (placeOf(request) === 'qs') return { ...request, qs: { ...request.qs, ...added } };
	const contentType = contentTypeOf(request);
	const fields = { ...bodyFields(request.body, contentType), ...added };
	if (typeof request.body === 'string') return { ...request, body: isJson(contentType) ? JSON.stringify(fields) : formText(fields) };
	if (request.body instanceof URLSearchParams) return { ...request, body: new URLSearchParams(formText(fields)) };
	const headers = contentType === '' ? { ...request.headers, 'Content-Type': FORM_TYPE } : request.headers;
	return { ...request, body: fields, ...(headers === undefined ? {} : { headers }) };
}

/**
 * Moves everything into the URL: Vonage does not take a query and a body together, and answers GET and POST alike.
 *
 * @param request any request to Vonage
 * @param added names and values
 * @returns a copy that is a GET
 */
export function withQueryOnly<Request extends SignableRequest>(request: Request, added: Record<string, string>): Request {
	return { ...request, method: 'GET', body: undefined, qs: { ...parametersOf(request), ...added } };
}

/**
 * @param request any request
 * @returns true when it has a body to put things into
 */
export function hasBody(request: SignableRequest): boolean {
	return placeOf(request) === 'body';
}

function placeOf({ method = 'GET' }: SignableRequest): Place {
	return method.toUpperCase() === 'GET' ? 'qs' : 'body';
}

function bodyFields(body: unknown, contentType: string): Record<string, unknown> {
	if (typeof body === 'string') return isJson(contentType) ? jsonFields(body) : Object.fromEntries(new URLSearchParams(body));
	if (body instanceof URLSearchParams) return Object.fromEntries(body);
	return typeof body === 'object' && body !== null ? { ...body } : {};
}

function jsonFields(text: string): Record<string, unknown> {
	const value: unknown = JSON.parse(text);
	return typeof value === 'object' && value !== null ? { ...value } : {};
}

function asText(fields: Record<string, unknown> = {}): Record<string, string> {
	return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

function formText(fields: Record<string, unknown>): string {
	return new URLSearchParams(asText(fields)).toString();
}

function contentTypeOf({ headers = {} }: SignableRequest): string {
	const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
	return typeof value === 'string' ? value.toLowerCase() : '';
}

/** `application/json` and the older names that Vonage takes, such as `text/x-javascript`. */
function isJson(contentType: string): boolean {
	return /json|javascript/.test(contentType);
}
