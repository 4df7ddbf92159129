/** The tables of docs/output.md, from the columns and outcomes in the code. */
import { type Column } from '../../consent/columns';
import { EVENT_COLUMNS, SIMPLIFIED_COLUMNS } from '../../consent/event';
import { OUTCOMES, RESULT_COLUMNS } from '../../consent/result';

function table(heads: string[], rows: string[][]): string {
	return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function columnsOf(columns: Readonly<Record<string, Column>>): string[][] {
	return Object.entries(columns).map(([name, { type, meaning }]) => [`\`${name}\``, type, meaning]);
}

const simplified = new Set<string>(SIMPLIFIED_COLUMNS);

const TABLES: Readonly<Record<string, string>> = {
	results: table(['Column', 'Type', 'Meaning'], columnsOf(RESULT_COLUMNS)),
	outcomes: table(['`outcome`', 'Meaning'], Object.entries(OUTCOMES).map(([outcome, meaning]) => [`\`${outcome}\``, meaning])),
	events: table(
		['Column', 'Type', 'Simplified', 'Meaning'],
		Object.entries(EVENT_COLUMNS).map(([name, { type, meaning }]) => [`\`${name}\``, type, simplified.has(name) ? 'yes' : '', meaning]),
	),
};

/**
 * Prints the tables between their marks, `<!-- table: NAME -->` and `<!-- end -->`.
 *
 * @param page Markdown
 * @returns the page with the tables as the code has them
 * @throws {Error} when a table has no place, or a place no table
 */
export function withTables(page: string): string {
	const printed = new Set<string>();
	const result = page.replace(/(<!-- table: (\w+) -->\n)[^]*?(<!-- end -->)/g, (_whole, begin: string, name: string, end: string) => {
		const content = TABLES[name];
		if (content === undefined) throw new Error(`There is no table "${name}"`);
		printed.add(name);
		return `${begin}\n${content}\n\n${end}`;
	});
	const missing = Object.keys(TABLES).filter((name) => !printed.has(name));
	if (missing.length > 0) throw new Error(`The page has no place for ${missing.join(', ')}`);
	return result;
}
