import type { CallResponse } from '../../consent/call';
import { z } from '../../consent/schema';

const subscriberSchema = z.object({ subscriberId: z.union([z.string().min(1), z.number().finite()]) });

/**
 * Reads the person's id from a response. The documented sample is not strict JSON, so nothing depends on it.
 * https://help.voyagesms.com/api-opt-in
 *
 * @param json the response's body where it is JSON
 * @returns the id as text, or null
 */
export function subscriberIdOf(json: unknown): string | null {
	const result = subscriberSchema.safeParse(json);
	return result.success ? String(result.data.subscriberId) : null;
}

/**
 * Whether something between n8n and Voyage answered. The documented sample is not strict JSON, and the body may be missing; a page of a
 * proxy or a log-in portal is neither.
 *
 * @param response with the HTTP status of a success
 */
export function isForeign({ text, json }: CallResponse): boolean {
	return json === undefined && text.trim() !== '' && !/\bsubscriberId\b/.test(text);
}

const DONE = z.object({ subscriberId: z.unknown(), state: z.string().regex(/^\s*subscribed\s*$/i) });

/**
 * Whether a response holds what Voyage says of somebody whom it has signed up.
 *
 * @param response with whatever HTTP status
 */
export function saysDone({ text, json }: CallResponse): boolean {
	return DONE.safeParse(json).success || (json === undefined && /\bsubscriberId\b[^]*\bSubscribed\b/.test(text));
}

const MESSAGE_NAMES = ['message', 'error', 'errors', 'detail', 'title', 'reason'] as const;
const DEEPEST_MESSAGE = 3;

function messageIn(json: unknown, depth: number): string | null {
	if (typeof json === 'string') return json;
	if (typeof json !== 'object' || json === null || depth === 0) return null;
	const candidates: unknown[] = Array.isArray(json)
		? json
		: MESSAGE_NAMES.map((name) => (Object.hasOwn(json, name) ? Reflect.get(json, name) : undefined));
	for (const candidate of candidates) {
		const message = messageIn(candidate, depth - 1);
		if (message !== null) return message;
	}
	return null;
}

/**
 * Finds the provider's words in an error's body: plain text, a JSON string, or an object with a message.
 *
 * @param response as received
 * @returns trimmed; empty when there are none
 */
export function errorTextOf(response: CallResponse): string {
	return (messageIn(response.json, DEEPEST_MESSAGE) ?? response.text).trim();
}
