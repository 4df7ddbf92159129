import type { CallRequest } from '../../consent/call';

/** How a call travels; all combinations are documented. */
export interface Wire {
	format: 'json' | 'xml';
	method: 'GET' | 'POST';
}

/**
 * @param call `query` or `manage`
 * @param wire how it shall travel
 * @param parameters as text
 * @returns the request with its parameters in the query or the form, never in both: Vonage does not take a mixture
 * @see https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription
 */
export function requestOf(call: 'query' | 'manage', { format, method }: Wire, parameters: Record<string, string>): CallRequest {
	const path = `sc/us/alert/opt-in/${call}/${format}`;
	return method === 'GET' ? { method, path, query: parameters } : { method, path, body: { form: parameters } };
}
