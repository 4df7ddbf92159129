/** What a table can store. */

/** Holds a row to what every row promises: its columns, all of them and in order, and in each a text, a number, a boolean or null. */
export function expectFlat(row: object, columns: readonly string[]): void {
	expect(Object.keys(row)).toEqual(columns);
	const unstorable = Object.entries(row).filter(([, value]) => value !== null && !['string', 'number', 'boolean'].includes(typeof value));
	const empty = Object.entries(row).filter(([, value]) => typeof value === 'string' && value.trim() === '');
	expect({ unstorable, empty }).toEqual({ unstorable: [], empty: [] });
}
