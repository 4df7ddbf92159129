import { InputProblem } from '../../consent/failure';
import { countryOf } from '../../consent/phone';
import { sentenceOf, z } from '../../consent/schema';

const US_FORM = /^\+1\d{10}$/;
/** The United States and those of its territories that are numbered like states. */
const US_COUNTRIES = new Set(['US', 'PR', 'VI', 'GU', 'AS', 'MP']);

const subscribeSchema = z.object({
	campaignId: z
		.number({ invalid_type_error: "'Campaign ID' has to be a number", required_error: "'Campaign ID' is empty" })
		.int("'Campaign ID' has to be a whole number")
		.positive("'Campaign ID' has to be a positive number")
		.max(Number.MAX_SAFE_INTEGER, "'Campaign ID' is too long for a number"),
	phone: z.string({ required_error: "'Phone Number' is empty", invalid_type_error: "'Phone Number' has to be text" }),
	attributes: z.record(z.unknown(), { invalid_type_error: "'Attributes' has to be an object of names and values" }).optional(),
});

export type CheckedSubscribe = z.output<typeof subscribeSchema>;

function refuseOtherCountries(phone: string): void {
	const country = US_FORM.test(phone) ? (countryOf(phone) ?? 'US') : null;
	if (country !== null && US_COUNTRIES.has(country)) return;
	throw new InputProblem(
		`'Phone Number' holds ${phone}, and Voyage takes United States numbers only: +1 and ten digits`,
		"Leave this person out, for example by a Filter node before this one, or use a provider that serves the person's country.",
	);
}

/**
 * Guards what a person filled in (after expressions).
 *
 * @param input the fields, whatever they hold
 * @returns the fields
 * @throws {InputProblem} naming the field, also for a number that surely is not one of the United States
 */
export function checkSubscribe(input: unknown): CheckedSubscribe {
	const result = subscribeSchema.safeParse(input);
	if (!result.success) {
		const [issue] = result.error.issues;
		throw new InputProblem(issue?.message.startsWith("'") ? issue.message : sentenceOf(result.error), 'Correct the field for this item and run it again.');
	}
	refuseOtherCountries(result.data.phone);
	return result.data;
}

const subscriberSchema = z.object({ subscriberId: z.union([z.string().min(1), z.number().finite()]) });

/**
 * Reads the person's id from an answer. The documented sample is not strict JSON, so nothing depends on it.
 *
 * @param json the answer's body where it is JSON
 * @returns the id as text, or null
 */
export function subscriberIdOf(json: unknown): string | null {
	const result = subscriberSchema.safeParse(json);
	return result.success ? String(result.data.subscriberId) : null;
}

const MESSAGE_NAMES = ['message', 'error', 'errors', 'detail', 'title', 'reason'] as const;

function messageIn(json: unknown, depth: number): string | null {
	if (typeof json === 'string') return json;
	if (typeof json !== 'object' || json === null || depth === 0) return null;
	const candidates: unknown[] = Array.isArray(json) ? json : MESSAGE_NAMES.map((name) => (Object.hasOwn(json, name) ? Reflect.get(json, name) : undefined));
	for (const candidate of candidates) {
		const message = messageIn(candidate, depth - 1);
		if (message !== null) return message;
	}
	return null;
}

const DEEPEST_MESSAGE = 3;

/**
 * Finds the provider's words in an error's body: plain text, a JSON string, or an object with a message.
 *
 * @param answer text, and json where it is some
 * @returns trimmed; empty when there are none
 */
export function errorTextOf(answer: { text: string; json?: unknown }): string {
	return (messageIn(answer.json, DEEPEST_MESSAGE) ?? answer.text).trim();
}
