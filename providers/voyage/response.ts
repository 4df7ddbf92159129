import type { CallResponse } from '../../consent/call';
import { z } from '../../consent/schema';
import { messageIn, refusalIn } from '../../transport/codec/response';

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
 * What a response with the status of a success says in its body.
 * `subscribed`, `pending`: its `state`. `unsaid`: nothing against the status. `foreign`: it is not Voyage's. `contrary`: it says something else.
 */
export type BodyState = 'subscribed' | 'pending' | 'unsaid' | 'foreign' | 'contrary';

/** The only word that is documented, and what others write for it. */
const SUBSCRIBED = /^(already[ _-]?)?(re)?(subscribed|opted[ _-]?in)$/i;
const PENDING = /^(?!.*(?:unsub|out\b|stop))(?:pending|await|unconfirmed)/i;
/** In the documented sample, which is not strict JSON. */
const LOOSE_STATE = /\bstate["']?\s*[:=]\s*["']?([\w-]+(?: [\w-]+)*)/i;
const LOOSE_ERROR = /\b(?:error|errors)["']?\s*[:=]|\bsuccess["']?\s*[:=]\s*["']?false\b/i;

function stateIn(word: string | undefined): BodyState {
	if (word === undefined || word.trim() === '') return 'unsaid';
	if (SUBSCRIBED.test(word.trim())) return 'subscribed';
	return PENDING.test(word.trim()) ? 'pending' : 'contrary';
}

/**
 * Reads what the body says beside the status. It may be missing, and the documented sample is not strict JSON; a page of a proxy or a log-in
 * portal is neither.
 * https://help.voyagesms.com/api-opt-in
 *
 * @param response whose status is one of success, or stands there in spite of the body
 */
export function bodyStateOf({ text, json }: CallResponse): BodyState {
	if (text.trim() === '') return 'unsaid';
	if (json === undefined) {
		if (!/\bsubscriberId\b/.test(text)) return 'foreign';
		return LOOSE_ERROR.test(text) ? 'contrary' : stateIn(LOOSE_STATE.exec(text)?.[1]);
	}
	if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'foreign';
	if (refusalIn(json) !== undefined) return 'contrary';
	const written: unknown = 'state' in json ? json.state : undefined;
	if (written !== undefined && written !== null && typeof written !== 'string') return 'contrary';
	const state = stateIn(written ?? undefined);
	return state === 'unsaid' && subscriberIdOf(json) === null ? 'foreign' : state;
}

/**
 * Whether a response holds what Voyage says of somebody whom it has signed up.
 *
 * @param response with whatever HTTP status
 */
export function saysDone(response: CallResponse): boolean {
	return response.text.trim() !== '' && !['foreign', 'contrary'].includes(bodyStateOf(response));
}

/**
 * Finds the provider's words in an error's body: plain text, a JSON string, or an object with a message.
 *
 * @param response as received
 * @returns trimmed; empty when there are none
 */
export function errorTextOf(response: CallResponse): string {
	return (messageIn(response.json) ?? response.text).trim();
}
