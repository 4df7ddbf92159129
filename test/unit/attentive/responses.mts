import type { CallResponse } from '../../../consent/call.ts';

/** What the transport hands to `interpret`: text stays text, anything else is JSON. */
export function response(status: number, body: unknown = '', headers: Record<string, string> = {}): CallResponse {
	if (typeof body === 'string') return { status, headers, text: body };
	return { status, headers, text: JSON.stringify(body), json: body };
}
