import type { XmlElement } from '../../consent/call';
import { InputProblem } from '../../consent/failure';
import { sentenceOf, z } from '../../consent/schema';
import { TIME_ZONES } from './timezones';

const E164 = /^\+[1-9]\d{1,14}$/;
const CARRIER_ID = /^(?:\d{7})?$/;
const TIME_ZONE = /^(?:[A-Za-z][A-Za-z0-9]{0,7})?$/;
/** No control characters besides tab and line ends, and no halves of characters: XML cannot carry them, and no real value has any. */
const WRITABLE = /^(?:[^\p{Cc}\p{Cs}\ufffe\uffff]|[\t\n\r])*$/u;
const PROFILE_NAME = /^(?!XML)[A-Z_][A-Z0-9_.-]*$/;

function text(field: string) {
	return z
		.string({ invalid_type_error: `'${field}' has to be text`, required_error: `'${field}' is empty` })
		.regex(WRITABLE, `'${field}' holds an invisible control character that cannot be sent`);
}

function optional(checked: z.ZodString) {
	return checked.transform((given) => (given === '' ? undefined : given)).optional();
}

const transport = z.enum(['xml', 'get'], { errorMap: () => ({ message: "'Send As' has to be XML or GET" }) });
const yesOrNo = (field: string) => z.enum(['yes', 'no'], { errorMap: () => ({ message: `'${field}' has to be yes or no` }) }).optional();
const phone = z.string({ required_error: "'Phone Number' is empty" }).regex(E164, "'Phone Number' is not in international form");

const common = { transport, campaignRef: text('Campaign Reference').trim().min(1, "'Campaign Reference' is empty"), phone };

const subscribeSchema = z.object({
	...common,
	subscriberRef: optional(text('Subscriber Reference').trim()),
	data: z.record(text('Profile Data')).optional(),
	carrierId: optional(
		text('Carrier ID').trim().regex(CARRIER_ID, "'Carrier ID' has 7 digits, zeros at the front included, e.g. 0001470; spreadsheets drop such zeros"),
	),
	timeZone: optional(
		text('Time Zone')
			.trim()
			.regex(TIME_ZONE, "'Time Zone' has to be an abbreviation such as EST, CST, MST or PST; Skycore does not know names such as America/New_York"),
	),
	notify: yesOrNo('Confirmation Text (Older)'),
	doubleOptIn: yesOrNo('Double Opt-In (Older)'),
});

const unsubscribeSchema = z.object({ ...common, notify: yesOrNo('Confirmation by Text') });

export type CheckedSubscribe = z.output<typeof subscribeSchema>;
export type CheckedUnsubscribe = z.output<typeof unsubscribeSchema>;

function checked<Output>(schema: z.ZodType<Output, z.ZodTypeDef, unknown>, input: unknown): Output {
	const result = schema.safeParse(input);
	if (result.success) return result.data;
	const [issue] = result.error.issues;
	throw new InputProblem(issue?.message.startsWith("'") ? issue.message : sentenceOf(result.error), 'Correct the field for this item and run it again.');
}

/**
 * Guards what a person filled in (after expressions) for a subscription.
 *
 * @param input the fields, whatever they hold
 * @returns trimmed fields; empty optional ones are left out
 * @throws {InputProblem} naming the field as the editor shows it
 */
export function checkSubscribe(input: unknown): CheckedSubscribe {
	return checked(subscribeSchema, input);
}

/**
 * Guards what a person filled in (after expressions) for an unsubscription.
 *
 * @param input the fields, whatever they hold
 * @returns trimmed fields
 * @throws {InputProblem} naming the field as the editor shows it
 */
export function checkUnsubscribe(input: unknown): CheckedUnsubscribe {
	return checked(unsubscribeSchema, input);
}

/**
 * Gives an abbreviation the spelling of the provider's list (`chst` becomes `ChST`); unlisted ones stay as typed.
 *
 * @param code as typed
 * @returns the abbreviation for the wire
 */
export function timeZoneCode(code: string): string {
	const listed = TIME_ZONES.find((zone) => zone.code.toUpperCase() === code.toUpperCase());
	return listed?.code ?? code;
}

/**
 * Turns the person's profile fields into what the provider takes: upper-case names, no empty values
 * (an empty one could wipe what the provider already knows).
 * `First Name` becomes `FIRST_NAME`, as in the provider's own examples.
 *
 * @param data field name to value
 * @returns name and value pairs in the given order
 * @throws {InputProblem} when a name cannot be an XML element, or two become the same
 */
export function profileFields(data: Record<string, string>): [name: string, value: string][] {
	const fields = new Map<string, string>();
	for (const [typed, value] of Object.entries(data)) {
		if (value.trim() === '') continue;
		const name = typed.trim().replace(/\s+/g, '_').toUpperCase();
		if (!PROFILE_NAME.test(name)) {
			throw new InputProblem(
				`'Profile Data' has a field named "${typed}", which Skycore cannot take`,
				'Use a name of English letters, digits and underscores that begins with a letter (but not with XML), e.g. FIRST_NAME.',
			);
		}
		if (fields.has(name)) {
			throw new InputProblem(
				`'Profile Data' has the field "${name}" twice`,
				'Keep one of them; upper and lower case, blanks and underscores make no difference to Skycore.',
			);
		}
		fields.set(name, value);
	}
	return [...fields];
}

/** The provider's answer, by meaning. */
export interface SkycoreAnswer {
	status: string | undefined;
	errorCode: string | undefined;
	errorInfo: string | undefined;
	mobile: string | undefined;
	/** All of them, under the provider's names. */
	fields: Record<string, string>;
}

const SECRET_NAMES = new Set(['API_KEY', 'PASS']);
const UNSAFE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads the provider's answer; the order of its elements and their case do not matter.
 *
 * @param document the answer's root element, where it is XML
 * @returns undefined when it is no answer of this provider
 */
export function readAnswer(document: XmlElement | undefined): SkycoreAnswer | undefined {
	if (document?.name.toUpperCase() !== 'RESPONSE') return undefined;
	const fields: Record<string, string> = {};
	const byMeaning = new Map<string, string>();
	for (const { name, text } of document.children) {
		const meaning = name.toUpperCase();
		if (SECRET_NAMES.has(meaning) || UNSAFE_NAMES.has(name)) continue;
		fields[name] = text;
		if (!byMeaning.has(meaning)) byMeaning.set(meaning, text);
	}
	const given = (meaning: string) => byMeaning.get(meaning) || undefined;
	return {
		status: given('STATUS'),
		errorCode: given('ERRORCODE')?.toUpperCase(),
		errorInfo: given('ERRORINFO'),
		mobile: given('MOBILE'),
		fields,
	};
}
