import { InputProblem } from '../../consent/failure';
import { sentenceOf, z } from '../../consent/schema';

/** Whom a call is about; at least one of the two is there. */
export interface Person {
	/** E.164 with its plus. */
	phone?: string;
	email?: string;
}

/** A blank field is an expression that found nothing, not an empty address. */
const optionalText = (filled: z.ZodType<string, z.ZodTypeDef, string>) =>
	z.preprocess((value) => (typeof value === 'string' && value.trim() === '' ? undefined : value ?? undefined), filled.optional());

const FIELDS = z.object({
	'Phone Number': optionalText(
		z
			.string()
			.trim()
			.regex(/^\+[1-9]\d{6,14}$/, 'must be written with a plus, the country code and digits only, such as +19148440001'),
	),
	Email: optionalText(
		z
			.string()
			.trim()
			.regex(/^[^\s@,;<>]+@[^\s@,;<>]+$/, 'must be one e-mail address, such as name@example.com'),
	),
});

/**
 * Checks who is meant.
 *
 * @param input what the person entered, the number as E.164
 * @returns only the parts that are filled
 * @throws {InputProblem} when neither is filled or one is not what Attentive accepts
 */
export function readPerson(input: { phone?: string; email?: string }): Person {
	const fields = FIELDS.safeParse({ 'Phone Number': input.phone, Email: input.email });
	if (!fields.success) throw new InputProblem(sentenceOf(fields.error), 'Correct the field, or the expression that fills it.');
	const { 'Phone Number': phone, Email: email } = fields.data;
	if (phone === undefined && email === undefined) {
		throw new InputProblem("'Phone Number' and 'Email' are both empty", 'Fill at least one of them: Attentive has to know who is meant.');
	}
	return { ...(phone === undefined ? {} : { phone }), ...(email === undefined ? {} : { email }) };
}
