import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Fields that n8n itself adds to an OAuth2 credential. */
const OF_N8N = ['Client ID', 'Client Secret'];

const SOURCE = ['nodes', 'credentials']
	.flatMap((room) =>
		readdirSync(room, { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts'))
			.map((name) => readFileSync(join(room, name), 'utf8')),
	)
	.join('\n');

const PAGES = ['docs/nodes', 'docs/credentials']
	.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
	.concat('docs/delivery.md');

function labelsIn(page: string): string[] {
	return [...readFileSync(page, 'utf8').matchAll(/^\| (\*\*[^|]+\*\*) \|/gm)].flatMap(([, cell = '']) =>
		[...cell.matchAll(/\*\*([^*]+)\*\*/g)].map(([, label]) => label ?? ''),
	);
}

test.each(PAGES)('the fields in the tables of %s are called so in the editor', (page) => {
	const unknown = labelsIn(page).filter((label) => !OF_N8N.includes(label) && !SOURCE.includes(`displayName: '${label}'`));
	expect(unknown).toEqual([]);
});

test('there are tables of fields', () => {
	expect(PAGES.flatMap(labelsIn).length).toBeGreaterThan(50);
});
