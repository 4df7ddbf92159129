import type { IExecuteFunctions, INodeParameters, INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import { isRecord } from '../../consent/record';
import { shownValue } from '../../consent/shownValue';

/** A field as the editor shows it: entries are read by the very object that describes the field. */
export type Field = Pick<INodeProperties, 'name' | 'displayName'>;

const WHOLE_NUMBER = /^-?\d+$/;
const DECIMAL_NUMBER = /^-?\d+(?:\.\d+)?$/;
/** No control characters besides tab and line ends, and no halves of characters: no provider takes them, and no real value has any. */
const SENDABLE = /^(?:[^\p{Cc}\p{Cs}\ufffe\uffff]|[\t\n\r])*$/u;

function isGiven(value: unknown): boolean {
	return value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '');
}

/**
 * @param value of a switch, an expression or a column
 * @returns what it states; spreadsheets and CSV files write it in capitals. Undefined for anything else than true and false.
 */
export function statedTruth(value: unknown): boolean | undefined {
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (word === true || word === 'true') return true;
	return word === false || word === 'false' ? false : undefined;
}

/** @returns NaN for anything but a number, or a text that is one */
function asNumber(value: unknown, form: RegExp): number {
	if (typeof value === 'number') return value;
	const text = typeof value === 'string' ? value.trim() : '';
	return form.test(text) ? Number(text) : NaN;
}

/** A date that an expression such as `{{ $now }}` leaves behind. */
function dateToText(value: unknown): unknown {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? value : value.toISOString();
	if (isRecord(value) && typeof value['toISO'] === 'function') return String(value.toString());
	return value;
}

/**
 * What a person entered for one item, after expressions. Every reader takes the field's own description, names it in
 * single quotes when the entry cannot be used, and treats an empty entry as not given.
 */
export class ParameterReader {
	/**
	 * @param lookUp gives a parameter's value by name
	 * @param isEmpty whether nothing at all was entered, so that nothing needs to be read
	 */
	constructor(
		private readonly lookUp: (name: string) => unknown,
		readonly isEmpty = false,
	) {}

	/**
	 * @returns the entry as it is; undefined when nothing was entered
	 */
	any(field: Field): unknown {
		const value = this.lookUp(field.name);
		return isGiven(value) ? value : undefined;
	}

	/**
	 * @returns the trimmed text; a number is taken as its digits, a date as ISO 8601
	 * @throws {InputProblem} when the entry is a list, an object or a yes/no value
	 */
	text(field: Field): string | undefined {
		const value = dateToText(this.any(field));
		if (value === undefined) return undefined;
		if (typeof value === 'string') return value.trim();
		if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
		throw new InputProblem(
			`'${field.displayName}' should be text, but is ${shownValue(value)}`,
			`Enter text in '${field.displayName}', or an expression that gives text for every item.`,
		);
	}

	/**
	 * @param remedy what to do when nothing was entered
	 * @throws {InputProblem} when the entry is empty or is not text
	 */
	requiredText(field: Field, remedy: string): string {
		const text = this.text(field);
		if (text === undefined) throw new InputProblem(`'${field.displayName}' is empty`, remedy);
		return text;
	}

	/**
	 * @param allowed the values that the field's list offers
	 * @throws {InputProblem} when an expression gave any other value
	 */
	choice<Value extends string>(field: Field, allowed: readonly Value[]): Value | undefined {
		const text = this.text(field);
		if (text === undefined) return undefined;
		const found = allowed.find((value) => value === text);
		if (found !== undefined) return found;
		throw new InputProblem(
			`'${field.displayName}' cannot be ${shownValue(text)}`,
			`Choose from the list, or let the expression give one of: ${allowed.map((value) => `'${value}'`).join(', ')}.`,
		);
	}

	/**
	 * @throws {InputProblem} when the entry is neither true nor false
	 */
	flag(field: Field): boolean | undefined {
		const value = this.any(field);
		if (value === undefined) return undefined;
		const flag = statedTruth(value);
		if (flag !== undefined) return flag;
		throw new InputProblem(
			`'${field.displayName}' should be true or false, but is ${shownValue(value)}`,
			`Use the switch, or an expression that gives true or false.`,
		);
	}

	/**
	 * @param range smallest and largest number allowed
	 * @throws {InputProblem} when the entry is not a whole number in that range
	 */
	wholeNumber(field: Field, range: { from: number; to: number }): number | undefined {
		const value = this.any(field);
		if (value === undefined) return undefined;
		const number = asNumber(value, WHOLE_NUMBER);
		return numberInRange(field, value, Number.isSafeInteger(number) ? number : NaN, range, 'a whole number');
	}

	/**
	 * @param range smallest and largest number allowed
	 * @throws {InputProblem} when the entry is not a number in that range
	 */
	number(field: Field, range: { from: number; to: number }): number | undefined {
		const value = this.any(field);
		return value === undefined ? undefined : numberInRange(field, value, asNumber(value, DECIMAL_NUMBER), range, 'a number');
	}

	/**
	 * @returns what was entered in a collection; `isEmpty` when nothing was added to it
	 * @throws {InputProblem} when an expression gave something else than an object
	 */
	group(collection: Field): ParameterReader {
		const value = this.any(collection);
		if (value === undefined) return NOTHING_ENTERED;
		if (isRecord(value)) {
			return Object.keys(value).length === 0
				? NOTHING_ENTERED
				: new ParameterReader((name) => (Object.hasOwn(value, name) ? value[name] : undefined));
		}
		throw new InputProblem(
			`'${collection.displayName}' should be a group of fields, but is ${shownValue(value)}`,
			`Fill in the fields of '${collection.displayName}' one by one.`,
		);
	}

	/**
	 * @param group the fixed collection's inner name
	 * @returns the rows added to a list of fields, in order
	 * @throws {InputProblem} when an expression gave something else than a list of objects
	 */
	rows(collection: Field, group: string): ParameterReader[] {
		const value = this.group(collection).any({ name: group, displayName: collection.displayName });
		if (value === undefined) return [];
		const rows = Array.isArray(value) ? value : [value];
		return rows.map((row) => new ParameterReader(() => row).group(collection));
	}
}

const NOTHING_ENTERED = new ParameterReader(() => undefined, true);

function numberInRange(field: Field, value: unknown, number: number, range: { from: number; to: number }, expected: string): number {
	if (number >= range.from && number <= range.to) return number;
	const limits = range.to === Number.MAX_SAFE_INTEGER ? `${range.from} or more` : `from ${range.from} to ${range.to}`;
	throw new InputProblem(
		`'${field.displayName}' should be ${expected} (${limits}), but is ${shownValue(value)}`,
		`Enter ${expected} in '${field.displayName}'.`,
	);
}

const CORRECT_THE_FIELD = 'Correct the field for this item and run it again.';

/**
 * Holds a text to a form, for values that a provider takes in one form only.
 *
 * @param field named when the text has another form
 * @param text what was entered there; undefined passes
 * @param form what the whole text has to match
 * @param problem what it has to be, to be read behind "it"
 * @returns the text
 * @throws {InputProblem} when it has another form
 */
export function requireForm<Text extends string | undefined>(field: Field, text: Text, form: RegExp, problem: string): Text {
	if (text === undefined || form.test(text)) return text;
	throw new InputProblem(`'${field.displayName}' is ${shownValue(text)}, but it ${problem}`, CORRECT_THE_FIELD);
}

/**
 * @param field named when the text cannot be sent
 * @param text what was entered there; undefined passes
 * @returns the text
 * @throws {InputProblem} when it holds a character that no document can carry
 */
export function requireSendable<Text extends string | undefined>(field: Field, text: Text): Text {
	if (text === undefined || SENDABLE.test(text)) return text;
	throw new InputProblem(
		`'${field.displayName}' holds an invisible control character that cannot be sent: ${shownValue(text)}`,
		CORRECT_THE_FIELD,
	);
}

/** What programs write where a value is missing. Not in any case: there are people who are called Null. */
const LEFTOVER = /^(?:null|undefined|NaN|\[object \w+\])$/;
/** What tables write besides; nobody has such an ID. */
const NO_ID = /^(?:null|undefined|nan|none|nil|#?n\/a|\[object \w+\])$/i;

function requireMeant<Text extends string | undefined>(field: Field, text: Text, leftover: RegExp): Text {
	if (text === undefined || !leftover.test(text.trim())) return text;
	throw new InputProblem(
		`'${field.displayName}' is ${shownValue(text)}, which stands for a missing value`,
		'Check the expression of this field, and let it give nothing where there is no value.',
	);
}

/**
 * @param field named when the text is no value
 * @param text what was entered there; undefined passes
 * @returns the text
 * @throws {InputProblem} when it is what programs leave in place of a missing value, such as `undefined`
 */
export function requireValue<Text extends string | undefined>(field: Field, text: Text): Text {
	return requireMeant(field, text, LEFTOVER);
}

/**
 * Likewise for an ID: people who share one may be taken for the same person.
 *
 * @param field named when the text is no ID
 * @param text what was entered there; undefined passes
 * @returns the text
 * @throws {InputProblem} when it is what programs or tables leave in place of a missing value, such as `NULL` or `N/A`
 */
export function requireId<Text extends string | undefined>(field: Field, text: Text): Text {
	return requireMeant(field, text, NO_ID);
}

/**
 * @param value of a parameter as the workflow holds it
 * @returns true when it, or something in it, is an expression
 */
export function holdsExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	if (Array.isArray(value)) return value.some(holdsExpression);
	if (isRecord(value)) return Object.values(value).some(holdsExpression);
	return false;
}

/** What dragging a column into a field leaves there. */
const COLUMN = /^=\{\{\s*\$json(?:\.([A-Za-z_$][\w$]*)|\[(?:"([^"\\]+)"|'([^'\\]+)')\])\s*\}\}$/;

function columnOf(stored: unknown): string | undefined {
	const found = typeof stored === 'string' ? COLUMN.exec(stored) : null;
	return found?.[1] ?? found?.[2] ?? found?.[3];
}

function isPlain(value: unknown): boolean {
	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/**
 * Gives each item's entries. n8n evaluates a parameter anew on every reading, which costs more than all the rest of an item. So a parameter
 * without an expression, the same for all items, is read once per run; one that only names a column is read from
 * the item itself where the column holds text, a number or a yes/no value; one that several fields are read from, such as a collection, is
 * evaluated once per reader; and only what an item needs is read at all.
 *
 * @param context the execution
 * @returns the entries of one item
 */
export function parametersOfItems(context: IExecuteFunctions): (itemIndex: number) => ParameterReader {
	const stored: INodeParameters = context.getNode().parameters;
	const items = context.getInputData();
	const sameForAll = new Map<string, unknown>();
	const columns = new Map(Object.entries(stored).map(([name, value]) => [name, columnOf(value)]));
	return (itemIndex) => {
		const ofItem = new Map<string, unknown>();
		return new ParameterReader((name) => {
			const known = sameForAll.has(name) ? sameForAll : ofItem;
			if (known.has(name)) return known.get(name);
			const column = columns.get(name);
			const json = items[itemIndex]?.json;
			if (column !== undefined && json !== undefined && Object.hasOwn(json, column) && isPlain(json[column])) return json[column];
			const value: unknown = context.getNodeParameter(name, itemIndex, '');
			(holdsExpression(stored[name]) ? ofItem : sameForAll).set(name, value);
			return value;
		});
	};
}
