import type { CallResponse } from '../../consent/call';
import { isAnotherNumber } from '../../consent/phone';
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
 * `another number`: it is about somebody else.
 */
export type BodyState = 'subscribed' | 'pending' | 'unsaid' | 'foreign' | 'contrary' | 'another number';

/** The only word that is documented, and what others write for it. */
const SUBSCRIBED = /^(already[ _-]?)?(re)?(subscribed|opted[ _-]?in)$/i;
const PENDING = /^(?!.*(?:unsub|out\b|stop))(?:pending|await|unconfirmed)/i;
/** In the documented sample, which is not strict JSON. */
const LOOSE_STATE = /\bstate["']?\s*[:=]\s*["']?([\w-]+(?: [\w-]+)*)/i;
/** Voyage's own name for it, and what others call it. */
const NUMBER_NAME = /^(phone|phone[_-]?number|mobile|msisdn)$/i;
const LOOSE_ERROR = /\b(?:error|errors)["']?\s*[:=]|\bsuccess["']?\s*[:=]\s*["']?false\b/i;

function stateIn(word: string | undefined): BodyState {
	if (word === undefined || word.trim() === '') return 'unsaid';
	if (SUBSCRIBED.test(word.trim())) return 'subscribed';
	return PENDING.test(word.trim()) ? 'pending' : 'contrary';
}

/**
 * Reads what the body says beside the status. The documented sample is not strict JSON; a page of a proxy or a log-in portal is neither, and an
 * empty body says nothing of anybody.
 * https://help.voyagesms.com/api-opt-in
 *
 * @param response whose status is one of success, or stands there in spite of the body
 * @param phone that was asked about, E.164
 */
export function bodyStateOf({ text, json }: CallResponse, phone: string): BodyState {
	if (json === undefined) {
		if (!/\bsubscriberId\b/.test(text)) return 'foreign';
		return LOOSE_ERROR.test(text) ? 'contrary' : stateIn(LOOSE_STATE.exec(text)?.[1]);
	}
	if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'foreign';
	if (refusalIn(json) !== undefined) return 'contrary';
	if (Object.entries(json).some(([name, value]) => NUMBER_NAME.test(name) && isAnotherNumber(value, phone))) return 'another number';
	const written: unknown = 'state' in json ? json.state : undefined;
	if (written !== undefined && written !== null && typeof written !== 'string') return 'contrary';
	const state = stateIn(written ?? undefined);
	return state === 'unsaid' && subscriberIdOf(json) === null ? 'foreign' : state;
}

/**
 * @param state of a body
 * @returns true when no HTTP status makes a success of it
 */
export function isNoSuccess(state: BodyState): boolean {
	return state === 'foreign' || state === 'contrary' || state === 'another number';
}

/**
 * Whether a response holds what Voyage says of somebody whom it has signed up.
 *
 * @param response with whatever HTTP status
 * @param phone that was asked about, E.164
 */
export function saysDone(response: CallResponse, phone: string): boolean {
	return !isNoSuccess(bodyStateOf(response, phone));
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
