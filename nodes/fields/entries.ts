import type { IExecuteFunctions, INodeParameters, INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import { z } from '../../consent/schema';

/** A field as the editor shows it: entries are read by the very object that describes the field. */
export type Field = Pick<INodeProperties, 'name' | 'displayName'>;

const WHOLE_NUMBER = z.union([z.number(), z.string().trim().regex(/^-?\d+$/).transform(Number)]).pipe(z.number().int().safe());
const NUMBER = z.union([z.number(), z.string().trim().regex(/^-?\d+([.]\d+)?$/).transform(Number)]).pipe(z.number().finite());
const FLAG = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);

const KINDS: Record<string, string> = {
	bigint: 'a number',
	boolean: 'a yes/no value',
	number: 'a number',
	string: 'text',
};

function kindOf(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	return KINDS[typeof value] ?? 'an object';
}

function shown(value: unknown): string {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' ? `'${value.trim()}'` : kindOf(value);
}

function isGiven(value: unknown): boolean {
	return value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '');
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
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
export class Entries {
	constructor(private readonly lookUp: (name: string) => unknown) {}

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
			`'${field.displayName}' should be text, but is ${kindOf(value)}`,
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
			`'${field.displayName}' cannot be '${text}'`,
			`Choose from the list, or let the expression give one of: ${allowed.map((value) => `'${value}'`).join(', ')}.`,
		);
	}

	/**
	 * @throws {InputProblem} when the entry is neither true nor false
	 */
	flag(field: Field): boolean | undefined {
		const value = this.any(field);
		if (value === undefined) return undefined;
		const read = FLAG.safeParse(value);
		if (read.success) return read.data;
		throw new InputProblem(
			`'${field.displayName}' should be true or false, but is ${shown(value)}`,
			`Use the switch, or an expression that gives true or false.`,
		);
	}

	/**
	 * @param range smallest and largest number allowed
	 * @throws {InputProblem} when the entry is not a whole number in that range
	 */
	wholeNumber(field: Field, range: { from: number; to: number }): number | undefined {
		return this.numberWith(WHOLE_NUMBER, 'a whole number', field, range);
	}

	/**
	 * @param range smallest and largest number allowed
	 * @throws {InputProblem} when the entry is not a number in that range
	 */
	number(field: Field, range: { from: number; to: number }): number | undefined {
		return this.numberWith(NUMBER, 'a number', field, range);
	}

	private numberWith(
		schema: z.ZodType<number, z.ZodTypeDef, unknown>,
		expected: string,
		field: Field,
		range: { from: number; to: number },
	): number | undefined {
		const value = this.any(field);
		if (value === undefined) return undefined;
		const read = schema.safeParse(value);
		if (read.success && read.data >= range.from && read.data <= range.to) return read.data;
		const limits = range.to === Number.MAX_SAFE_INTEGER ? `${range.from} or more` : `from ${range.from} to ${range.to}`;
		throw new InputProblem(
			`'${field.displayName}' should be ${expected} (${limits}), but is ${shown(value)}`,
			`Enter ${expected} in '${field.displayName}'.`,
		);
	}

	/**
	 * @returns what was entered in a collection; empty when nothing was added to it
	 * @throws {InputProblem} when an expression gave something else than an object
	 */
	within(collection: Field): Entries {
		const value = this.any(collection);
		if (value === undefined) return new Entries(() => undefined);
		if (isRecord(value)) return new Entries((name) => (Object.hasOwn(value, name) ? value[name] : undefined));
		throw new InputProblem(
			`'${collection.displayName}' should be a group of fields, but is ${kindOf(value)}`,
			`Fill in the fields of '${collection.displayName}' one by one.`,
		);
	}

	/**
	 * @param group the fixed collection's inner name
	 * @returns the rows added to a list of fields, in order
	 * @throws {InputProblem} when an expression gave something else than a list of objects
	 */
	rows(collection: Field, group: string): Entries[] {
		const value = this.within(collection).any({ name: group, displayName: collection.displayName });
		if (value === undefined) return [];
		const rows = Array.isArray(value) ? value : [value];
		return rows.map((row) => new Entries(() => row).within(collection));
	}
}

function holdsExpression(value: unknown): boolean {
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
 * the item itself where the column holds text, a number or a yes/no value; and only what an item needs is read at all.
 *
 * @param context the execution
 * @returns the entries of one item
 */
export function entriesOfItems(context: IExecuteFunctions): (itemIndex: number) => Entries {
	const stored: INodeParameters = context.getNode().parameters;
	const items = context.getInputData();
	const sameForAll = new Map<string, unknown>();
	const columns = new Map(Object.entries(stored).map(([name, value]) => [name, columnOf(value)]));
	return (itemIndex) =>
		new Entries((name) => {
			if (sameForAll.has(name)) return sameForAll.get(name);
			const column = columns.get(name);
			const json = items[itemIndex]?.json;
			if (column !== undefined && json !== undefined && Object.hasOwn(json, column) && isPlain(json[column])) return json[column];
			const value: unknown = context.getNodeParameter(name, itemIndex, '');
			if (!holdsExpression(stored[name])) sameForAll.set(name, value);
			return value;
		});
}
