/** Numbers for people: medians, ratios, and tables. */

/** A table's cells, already written out; the first row is the head. */
export type Table = { title: string; notes?: string[]; rows: string[][] };

/** @returns the middle value; NaN when there is none */
export function median(values: readonly number[]): number {
	return percentile(values, 0.5);
}

/**
 * @param values in any order
 * @param share 0.99 for the value that 99 of 100 do not exceed
 */
export function percentile(values: readonly number[], share: number): number {
	const sorted = values.filter((value) => !Number.isNaN(value)).sort((one, other) => one - other);
	if (sorted.length === 0) return NaN;
	const position = (sorted.length - 1) * share;
	const [below, above] = [sorted[Math.floor(position)] ?? NaN, sorted[Math.ceil(position)] ?? NaN];
	return below + (above - below) * (position % 1);
}

/** @param digits behind the point */
export function number(value: number, digits = 0): string {
	if (Number.isNaN(value)) return '-';
	return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const seconds = (ms: number): string => (Number.isNaN(ms) ? '-' : `${number(ms / 1000, 1)} s`);
export const megabytes = (bytes: number): string => `${number(bytes / 1e6)} MB`;
export const times = (ratio: number): string => (Number.isNaN(ratio) ? '-' : `x ${number(ratio, 2)}`);
export const percent = (share: number): string => (Number.isNaN(share) ? '-' : `${number(share * 100, 1)} %`);

/** The table as lines of text, columns aligned. */
export function textOf({ title, notes = [], rows }: Table): string {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	const line = (row: string[]): string =>
		row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
	const [head = [], ...body] = rows;
	return [title, ...notes, line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line), ''].join('\n');
}
