import type { XmlElement } from '../../consent/call';
import { InputProblem } from '../../consent/failure';
import { sentenceOf, z } from '../../consent/schema';
import { TIME_ZONES } from './timezones';

const E164 = /^\+[1-9]\d{1,14}$/;
const CARRIER_ID = /^\d{7}$/;
const TIME_ZONE = /^[A-Za-z][A-Za-z0-9]{0,7}$/;
/** Control characters besides tab and line ends, and halves of characters: XML cannot carry them, and no real value has any. */
const FORBIDDEN_CHARACTER = /[\p{Cs}\ufffe\uffff]|[^\P{Cc}\t\n\r]/u;
const PROFILE_NAME = /^(?!XML)[A-Z_][A-Z0-9_.-]*$/;

function withoutForbidden(field: string) {
	return z
		.string({ invalid_type_error: `'${field}' has to be text`, required_error: `'${field}' is empty` })
		.refine((text) => !FORBIDDEN_CHARACTER.test(text), `'${field}' holds an invisible control character that cannot be sent`);
}

function requiredText(field: string) {
	return withoutForbidden(field).transform((text) => text.trim()).refine((text) => text !== '', `'${field}' is empty`);
}

function optionalText(field: string) {
	return withoutForbidden(field).optional().transform((text) => (text?.trim() ? text.trim() : undefined));
}

const transport = z.enum(['xml', 'get'], { errorMap: () => ({ message: "'Send As' has to be XML or GET" }) });
const yesOrNo = (field: string) => z.enum(['yes', 'no'], { errorMap: () => ({ message: `'${field}' has to be yes or no` }) }).optional();
const phone = z.string({ required_error: "'Phone Number' is empty" }).regex(E164, "'Phone Number' is not in international form");

const common = { transport, campaignRef: requiredText('Campaign Reference'), phone };

const subscribeSchema = z.object({
	...common,
	subscriberRef: optionalText('Subscriber Reference'),
	data: z.record(withoutForbidden('Profile Data')).optional(),
	carrierId: optionalText('Carrier ID').refine(
		(id) => id === undefined || CARRIER_ID.test(id),
		"'Carrier ID' has 7 digits, zeros at the front included, e.g. 0001470; spreadsheets drop such zeros",
	),
	timeZone: optionalText('Time Zone').refine(
		(code) => code === undefined || TIME_ZONE.test(code),
		"'Time Zone' has to be an abbreviation such as EST, CST, MST or PST; Skycore does not know names such as America/New_York",
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

const answerSchema = z.object({
	status: z.string().optional(),
	errorCode: z.string().optional(),
	errorInfo: z.string().optional(),
	mobile: z.string().optional(),
	campaignRef: z.string().optional(),
	fields: z.record(z.string()),
});

/** The provider's answer, by meaning; `fields` holds all of them under the provider's names. */
export type SkycoreAnswer = z.output<typeof answerSchema>;

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
	const leaves = document.children.filter((child) => !SECRET_NAMES.has(child.name.toUpperCase()) && !UNSAFE_NAMES.has(child.name));
	const textOf = (name: string) => {
		const text = leaves.find((child) => child.name.toUpperCase() === name)?.text.trim();
		return text === '' ? undefined : text;
	};
	const result = answerSchema.safeParse({
		status: textOf('STATUS'),
		errorCode: textOf('ERRORCODE')?.toUpperCase(),
		errorInfo: textOf('ERRORINFO'),
		mobile: textOf('MOBILE'),
		campaignRef: textOf('CAMPAIGNREF') ?? textOf('CAMPAIGNID'),
		fields: Object.fromEntries(leaves.map((child) => [child.name, child.text])),
	});
	return result.success ? result.data : undefined;
}
