import type { CallRequest } from '../../consent/call';

/** How a call travels; all combinations are documented. */
export interface Wire {
	format: 'json' | 'xml';
	/** `POST` is a form. `POST_JSON` is an object, which goes with `format` JSON alone. */
	method: 'GET' | 'POST' | 'POST_JSON';
}

/**
 * @param call `query` or `manage`
 * @param wire how it shall travel
 * @param parameters whole numbers, which JSON carries as such
 * @returns the request with its parameters in the query or the body, never in both: Vonage does not take a mixture
 * @see https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription
 */
export function requestOf(call: 'query' | 'manage', { format, method }: Wire, parameters: Record<string, number>): CallRequest {
	const path = `sc/us/alert/opt-in/${call}/${format}`;
	if (method === 'POST_JSON') return { method: 'POST', path, body: { json: parameters } };
	const text = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
	return method === 'GET' ? { method, path, query: text } : { method, path, body: { form: text } };
}
