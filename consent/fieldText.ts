/** How the value of a field that somebody else filled in becomes text. The names say what each takes for text. */

/**
 * For fields that hold text or nothing, such as those of a credential.
 *
 * @param value of the field
 * @returns the text exactly as it was filled in; empty for anything that is no text
 */
export function textOnly(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

/** Control characters, line breaks among them, and those that nobody sees, such as zero-width blanks and byte order marks. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;

/**
 * For every secret, signing key, and what names an account. What a paste brings along is no part of it: blanks around it, line breaks and invisible
 * characters anywhere.
 *
 * @param value of the field
 * @returns the secret as it is used; empty for anything that is no text
 */
export function secretText(value: unknown): string {
	return textOnly(value).replace(INVISIBLE, '').trim();
}

/**
 * For fields that forms write as text and JSON may write as a number. Anything else counts as absent, because an odd field must not cost an opt-out.
 *
 * @param value of the field
 * @returns the text without white space around it; null when there is none
 */
export function textOrNumber(value: unknown): string | null {
	const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	return text === '' ? null : text;
}

/**
 * For cells of a table, which may have made anything of a text.
 *
 * @param value of the cell
 * @returns text without white space around it, numbers and truth values in words; empty for anything else
 */
export function simpleText(value: unknown): string {
	if (typeof value === 'string') return value.trim();
	return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
}

/**
 * For words that people and tables write in many ways.
 *
 * @param value of the field or cell
 * @returns its letters and digits alone, in small letters: equal for `Opt-Out`, `opt_out` and `OPTOUT`
 */
export function lettersOf(value: unknown): string {
	return simpleText(value)
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * For any value of a JSON body, as a form would carry it.
 *
 * @param value of the field
 * @returns text as it is, numbers in digits, lists and objects as JSON; empty for null and undefined
 */
export function asFormText(value: unknown): string {
	if (value === null || value === undefined) return '';
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
