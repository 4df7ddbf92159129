import { basename } from 'node:path';

import { PROVIDER_NAMES } from '../../../consent/providerName.ts';
import { printedPages } from '../../../docs/generator/pages.mts';
import { PROVIDERS } from '../../../providers/index.ts';
import { MAX_POSTBACK_BYTES } from '../../../transport/inbound/rawBody.ts';

const PAGES = printedPages().map((page) => ({ ...page, name: basename(page.file) }));
const WITH_TABLES = PAGES.filter(({ standing }) => standing.includes('<!-- table: '));

function pageNamed(name: string): string {
	return PAGES.find((page) => page.name === name)?.standing ?? '';
}

test.each(WITH_TABLES)('every cell of $name is what the code says (otherwise: npm run docs)', ({ standing, printed }) => {
	expect(standing).toBe(printed);
});

test('columns, errors, refusals, capabilities, and the calls of every provider are printed', () => {
	const printed = ['errors.md', 'output.md', 'postbacks.md', 'what-each-provider-can-do.md', ...PROVIDER_NAMES.map((name) => `${name}.md`)];
	expect(WITH_TABLES.map(({ name }) => name).sort()).toEqual(printed.sort());
});

test('every code that a provider names stands on the page of errors', () => {
	const rows = Object.values(PROVIDERS).flatMap(({ failures }) => failures);
	const page = pageNamed('errors.md').replaceAll('\\', '');
	expect(rows.filter(({ when }) => /^E\d{3}$/.test(when)).length).toBeGreaterThan(30);
	expect(rows.filter(({ when }) => !page.includes(`| ${when} |`))).toEqual([]);
});

test('the largest postback is as large as the page says', () => {
	expect(pageNamed('postbacks.md')).toContain(`${MAX_POSTBACK_BYTES.toLocaleString('en-US')} bytes`);
});
