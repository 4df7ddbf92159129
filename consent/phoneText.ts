import { AddressProblem } from './failure';
import { shownValue } from './shownValue';

/** Longer than any way of writing one number, padding included. */
const LONGEST_READ = 200;
/** Zero of the digit sets that people's keyboards type besides the ASCII one, which NFKC leaves as they are. */
const ARABIC_ZEROS = [0x0660, 0x06f0];

/** Nothing in it has a second way of being written. */
const PLAIN = /^[\x21-\x7e]*(?: [\x21-\x7e]+)*$/;
const EXPONENT_FORM = /^\+?(\d+)(?:[.,](\d+))?E\+?(\d{1,2})$/i;
/** Eight digits before a point are no area code, and one or two behind it no end of a number. */
const DECIMAL_FORM = /^(\+?\d{8,})[.,](\d+)$|^(\+?\d+)[.,](\d{1,2})$/;
const EXTENSION = /\d\)?[\s,;.]*(?:#|ext\w*|x)[\s.:=]*\d|^[^~]*\d\)?\s*~\s*\d{1,7}$/i;
/** An area code and a slash is a German way of writing one number; a slash behind a whole number starts a second one. */
const AREA_CODE_SLASH = /^[^/]*\/[^/]*$/;
const AREA_CODE_MAX_DIGITS = 6;
const PLUS_AT_START = /^[([]*\+/;

function notANumber(text: string, field: string): AddressProblem {
	return new AddressProblem(`'${field}' holds ${shownValue(text)}, which is not a phone number`, 'Enter a number such as +16502426055.');
}

function toAsciiDigit(character: string): string {
	const codePoint = character.codePointAt(0) ?? 0;
	const zero = ARABIC_ZEROS.find((candidate) => codePoint >= candidate && codePoint < candidate + 10);
	return zero === undefined ? character : String(codePoint - zero);
}

function normalizeCharacters(text: string): string {
	if (PLAIN.test(text)) return text;
	return text
		.replaceAll('\u00b4', "'")
		.normalize('NFKC')
		.replace(/\p{Cf}/gu, '')
		.replace(/[\u0660-\u0669\u06f0-\u06f9]/gu, toAsciiDigit)
		.replace(/[\p{Pd}\u2212\u30fc]/gu, '-')
		.replace(/[^\S\r\n]+/gu, ' ')
		.trim();
}

function writtenNumber(input: unknown, field: string): string {
	if (typeof input === 'string') {
		if (input.length <= LONGEST_READ) return normalizeCharacters(input);
		throw notANumber(input, field);
	}
	if (typeof input === 'bigint') return String(input);
	if (typeof input === 'number') {
		if (Number.isSafeInteger(input) && input > 0) return String(input);
		throw new AddressProblem(
			`'${field}' holds the number ${input}, which is not a whole phone number`,
			'Keep phone numbers as text in your source; numbers lose digits.',
		);
	}
	if (input === null || input === undefined) return '';
	throw new AddressProblem(
		`'${field}' holds ${shownValue(input)} where one phone number is needed`,
		'Choose the single value that holds the number, e.g. {{ $json.phone }}.',
	);
}

function withoutExponent(text: string, field: string): string {
	const form = EXPONENT_FORM.exec(text);
	if (form === null) return text;
	const [, whole = '', fraction = '', exponent = ''] = form;
	const lost = Number(exponent) - fraction.length;
	if (lost !== 0) {
		throw new AddressProblem(
			`'${field}' holds ${shownValue(text)}: a spreadsheet rounded the number and its last digits are lost`,
			'Format the column as text in the spreadsheet, enter the number again and repeat.',
		);
	}
	return whole + fraction;
}

function withoutDecimals(text: string, field: string): string {
	const form = DECIMAL_FORM.exec(text);
	if (form === null) return text;
	const whole = form[1] ?? form[3] ?? '';
	const decimals = form[2] ?? form[4] ?? '';
	if (/^0+$/.test(decimals)) return whole;
	throw new AddressProblem(
		`'${field}' holds ${shownValue(text)}, a decimal fraction and not a phone number`,
		'Check which column of your source holds the number, and keep it there as text.',
	);
}

function digitCount(text: string): number {
	return text.replace(/\D/g, '').length;
}

function holdsSeveral(text: string): boolean {
	if (/[,;|&\r\n]/.test(text)) return digitCount(text) > 0;
	if ((text.match(/\+/g) ?? []).length > 1) return true;
	if (!text.includes('/')) return false;
	return !AREA_CODE_SLASH.test(text) || digitCount(text.slice(0, text.indexOf('/'))) > AREA_CODE_MAX_DIGITS;
}

/**
 * Takes the writing off a phone number: spaces, brackets, dashes, `tel:`, a spreadsheet's apostrophe or exponent,
 * full-width and invisible characters. What is left is digits, perhaps behind one plus.
 *
 * @param input text or number, as a CRM or spreadsheet holds it
 * @param field as shown in the editor, for the message
 * @returns e.g. `+16502426055` or `6502426055`; not checked against any numbering plan
 * @throws {AddressProblem} for letters, extensions, several numbers, text around a number, rounded numbers, nothing at all
 */
export function bareNumberOf(input: unknown, field: string): string {
	const written = writtenNumber(input, field)
		.replace(/^["'`\u2018\u2019=\s]+|["'\u2019\s,;]+$/gu, '')
		.replace(/^(?:tel|sms|phone|callto):\s*(?:\/\/)?\s*/i, '');
	if (written === '') {
		throw new AddressProblem(`'${field}' is empty`, 'Fill in the number, or leave this item out before it comes here.');
	}
	const text = withoutDecimals(withoutExponent(written, field), field);
	if (EXTENSION.test(text)) {
		throw new AddressProblem(
			`'${field}' holds ${shownValue(text)}: a number with an extension cannot receive texts`,
			'Enter the number of a mobile phone, without an extension.',
		);
	}
	if (/\p{L}/u.test(text)) {
		throw new AddressProblem(
			`'${field}' holds ${shownValue(text)}: there are letters or words in it`,
			'Enter the number alone, in digits.',
		);
	}
	if (holdsSeveral(text)) {
		throw new AddressProblem(
			`'${field}' holds ${shownValue(text)}: more than one number`,
			'Enter one number per item; a Split Out node makes one item of each.',
		);
	}
	const misplacedPlus = text.includes('+') && !PLUS_AT_START.test(text);
	if (misplacedPlus || /[^\d+\s()[\]./~-]/u.test(text) || digitCount(text) === 0) {
		throw notANumber(text, field);
	}
	return text.replace(/[^\d+]/g, '');
}
