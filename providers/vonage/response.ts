import type { CallResponse, XmlElement } from '../../consent/call';
import { isRecord } from '../../consent/record';
import { z } from '../../consent/schema';
import { isUnsafeName } from '../../consent/unsafeNames';

/** Vonage writes numbers and truth values as text; real ones are taken too. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value).trim());

/** Anything odd counts as absent, so that it costs nothing of what stands beside it. */
export const optionalText = text.optional().catch(undefined);

/** Anything but a clear word counts as absent, so that the caller can decide in favor of the person. */
const truth = text
	.transform((word) => (/^(true|1)$/i.test(word) ? true : /^(false|0)$/i.test(word) ? false : undefined))
	.optional()
	.catch(undefined);

/** One number of the opt-out list. https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription */
const OPT_OUT_ROW = z.object({
	msisdn: optionalText,
	'opt-in': truth,
	'opt-in-date': optionalText,
	'opt-out': truth,
	'opt-out-date': optionalText,
});

export type OptOutRow = z.output<typeof OPT_OUT_ROW>;

/** One number as Vonage listed it: read, and as it stood there. */
export interface ReadRow {
	row: OptOutRow;
	raw: unknown;
}

/** What a response to `query` holds. */
export interface ReadList {
	rows: ReadRow[];
	/** The number that Vonage counts. Whether it means this page or all of them is not documented. */
	count?: number;
}

type Fields = Record<string, unknown>;

const NUMBER = 'msisdn';
const ROW = 'opt-in';
const LIST = 'opt-in-list';
const COUNT = 'opt-in-count';
/** What the documentation's prose calls the attribute of its XML; the sample calls it as in JSON. */
const SHORT_COUNT = 'count';
/** Wrappers around a list; nobody packs it deeper. */
const DEEPEST = 6;

/** Names in one spelling: `OPT_IN`, `Opt-In` and `opt-in` mean the same. */
function meaningOf(name: string): string {
	return name.toLowerCase().replaceAll('_', '-');
}

/** An element as JSON would write it: attributes and children by their names, a list where a name comes several times. */
function plain({ attributes, children, text: own }: XmlElement): unknown {
	if (children.length === 0 && Object.keys(attributes).length === 0) return own;
	const fields: Fields = { ...attributes };
	const byName = new Map<string, unknown[]>();
	for (const child of children) {
		const values = byName.get(child.name) ?? [];
		if (values.length === 0) byName.set(child.name, values);
		values.push(plain(child));
	}
	for (const [name, values] of byName) {
		if (!isUnsafeName(name)) fields[name] = values.length === 1 ? values[0] : values;
	}
	return fields;
}

/**
 * @param response of Vonage
 * @returns what it holds, JSON and XML alike: the root of XML is the one field of an object
 */
export function contentOf({ json, xml }: CallResponse): unknown {
	return xml === undefined ? json : { [xml.name]: plain(xml) };
}

/** Every object in a value, those around others first. */
function* objectsIn(value: unknown, depth = 0): Generator<Fields> {
	if (depth > DEEPEST) return;
	if (isRecord(value)) yield value;
	if (isRecord(value) || Array.isArray(value)) {
		for (const inner of Object.values(value)) yield* objectsIn(inner, depth + 1);
	}
}

/**
 * Finds the fields of a meaning, anywhere in a value.
 *
 * @param value what `contentOf` gave, or a part of it
 * @param meanings names in lower case, with dashes
 * @returns what they hold, outer ones first
 */
export function fieldsNamed(value: unknown, ...meanings: string[]): unknown[] {
	return [...objectsIn(value)].flatMap((fields) =>
		Object.entries(fields)
			.filter(([name]) => meanings.includes(meaningOf(name)))
			.map(([, found]) => found),
	);
}

function namesNumber(fields: Fields): boolean {
	return Object.keys(fields).some((name) => meaningOf(name) === NUMBER);
}

function holdsAnything(value: unknown): boolean {
	return isRecord(value) || Array.isArray(value) ? Object.values(value).some(holdsAnything) : value !== null && value !== '';
}

/** What stands in the list itself: a row that is no object, or names no number, still counts as one, because it may be an opt-out. */
function rowsOfList(list: unknown): unknown[] {
	if (Array.isArray(list)) {
		return list.flatMap((entry: unknown) => {
			const inner = isRecord(entry) && !namesNumber(entry) ? rowsWithNumber(entry) : [];
			return inner.length > 0 ? inner : [entry];
		});
	}
	if (!isRecord(list)) return [];
	if (namesNumber(list)) return [list];
	const rows = Object.entries(list).find(([name, value]) => meaningOf(name) === ROW && (isRecord(value) || Array.isArray(value)))?.[1];
	return rows === undefined ? rowsWithNumber(list) : rowsOfList(Array.isArray(rows) ? rows : [rows]);
}

function rowsWithNumber(value: unknown): Fields[] {
	return [...objectsIn(value)].filter(namesNumber);
}

/**
 * Finds the numbers in a response to `query`, in JSON or XML, whatever is wrapped around the list and however its names are written.
 *
 * @param response of Vonage
 * @returns undefined when it is no list, or one that holds something in which no number can be found
 */
export function listedRows(response: CallResponse): ReadList | undefined {
	const content = contentOf(response);
	const lists = fieldsNamed(content, LIST);
	const count = [...fieldsNamed(content, COUNT), ...(lists.length > 0 ? fieldsNamed(content, SHORT_COUNT) : [])]
		.map(wholeNumberIn)
		.find((found) => found !== undefined);
	if (count === undefined && (lists.length === 0 || lists.includes(null))) return undefined;
	const inLists = lists.flatMap(rowsOfList);
	const rows = inLists.length > 0 ? inLists : rowsWithNumber(content);
	if (rows.length === 0 && [...objectsIn(content)].some((fields) => Object.entries(fields).some(mayHoldRows))) return undefined;
	return { rows: rows.map(readRow), ...(count === undefined ? {} : { count }) };
}

/** A list without rows is believed where nothing in the response could be some. */
function mayHoldRows([name, value]: [string, unknown]): boolean {
	if (meaningOf(name) !== LIST || Array.isArray(value)) return Array.isArray(value) && holdsAnything(value);
	if (!isRecord(value)) return holdsAnything(value);
	return Object.entries(value).some(([inner, held]) => ![COUNT, SHORT_COUNT].includes(meaningOf(inner)) && holdsAnything(held));
}

function wholeNumberIn(value: unknown): number | undefined {
	const written = optionalText.parse(value);
	return written !== undefined && /^\d+$/.test(written) ? Number(written) : undefined;
}

/**
 * Finds the one number in a response to `manage`, in JSON or XML.
 *
 * @param response of Vonage
 * @returns one for each number that it names; an object that names none counts where there is no other
 */
export function managedRows(response: CallResponse): ReadRow[] {
	const content = contentOf(response);
	const rows = rowsWithNumber(content);
	if (rows.length > 0) return rows.map(readRow);
	const only = response.xml === undefined ? content : Object.values(content as Fields)[0];
	return isRecord(only) ? [readRow(only)] : [];
}

/** Holds where two spellings of one name say different things; of everything else neither counts then. */
const IN_DOUBT: Readonly<Record<string, string>> = { 'opt-in': 'false', 'opt-out': 'true' };

function readRow(raw: unknown): ReadRow {
	const fields = new Map<string, unknown>();
	for (const [name, value] of isRecord(raw) ? Object.entries(raw) : []) {
		const meaning = meaningOf(name);
		fields.set(meaning, fields.has(meaning) && fields.get(meaning) !== value ? IN_DOUBT[meaning] : value);
	}
	return { row: OPT_OUT_ROW.parse(Object.fromEntries(fields)), raw };
}
