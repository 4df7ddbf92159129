/** What a column holds; a missing value is null in every kind. A `time` is text in ISO 8601, in UTC. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'time';

/** One column of the output, as tables and docs/output.md describe it. */
export interface Column {
	type: ColumnType;
	/** For a person who reads the table; Markdown. */
	meaning: string;
}

/** Every column of a row, in the order in which people see them. */
export type Columns<Row> = Readonly<Record<keyof Row, Column>>;

type Cell = string | number | boolean | null;

/** PostgreSQL refuses a text with a NUL in it, and half a character cannot be written as UTF-8. */
function storable(text: string): string {
	return /[\0\ud800-\udfff]/.test(text) ? text.replaceAll('\0', '').replace(/[\ud800-\udfff]/gu, '\ufffd') : text;
}

function cellOf(value: unknown): Cell {
	if (value === undefined || value === null) return null;
	if (typeof value === 'string') {
		const text = storable(value);
		return text.trim() === '' ? null : text;
	}
	return typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value);
}

/**
 * Makes a row that always has the same columns, in the same order, and nothing in them that a table could not store: a
 * missing or empty value is null, a list or an object is JSON text.
 *
 * @param columns of the row
 * @param values by column name; further ones are left out
 */
export function flatRow<Row extends object>(columns: Columns<Row>, values: Partial<Record<keyof Row, unknown>>): Row {
	const row = {} as Record<keyof Row, Cell>;
	for (const name in columns) row[name] = cellOf(values[name]);
	return row as Row;
}
