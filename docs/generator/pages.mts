import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { TABLES } from './tables.mts';

const DOCS = join(import.meta.dirname ?? __dirname, '..');
const MARKED = /(<!-- table: ([\w-]+) -->\n)[^]*?(<!-- end -->)/g;

/** A page as it stands on the disk, and with every table as the code has it. */
export interface PrintedPage {
	/** Full path. */
	file: string;
	standing: string;
	printed: string;
}

/**
 * Prints every page of docs/ in memory: the tables between `<!-- table: NAME -->` and `<!-- end -->`.
 *
 * @throws {Error} when a table has no place, or a place no table
 */
export function printedPages(): PrintedPage[] {
	const used = new Set<string>();
	const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.md'))
		.map((name): PrintedPage => {
			const file = join(DOCS, name);
			const standing = readFileSync(file, 'utf8');
			const printed = standing.replace(MARKED, (_whole, begin: string, table: string, end: string) => {
				const content = TABLES[table];
				if (content === undefined) throw new Error(`${name} has a place for "${table}", which is no table`);
				used.add(table);
				return `${begin}\n${content}\n\n${end}`;
			});
			return { file, standing, printed };
		});
	const missing = Object.keys(TABLES).filter((name) => !used.has(name));
	if (missing.length > 0) throw new Error(`No page has a place for ${missing.join(', ')}`);
	return pages;
}
