import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

import { catalogueOf, type Catalogue } from '../../../docs/generator/catalogue.mts';
import { withTables } from '../../../docs/generator/output.mts';
import { pageOf } from '../../../docs/generator/page.mts';

const ROOT = process.cwd();
const ROOMS = ['nodes', 'credentials', 'consent', 'providers', 'transport'];

/** What words a failure, looked for without any knowledge of the language. */
const WORDING = [
	/new (?:InputProblem|PostbackRejected|NodeOperationError|NodeApiError|UserError)\(/g,
	/(?<![\w.])remedy: (?!string)/g,
	/(?<!const \{[^}\n]*)\bremedy(?=,\n| \})/g,
	/status: 'Error', message:/g,
	/value: \d{3}, message:/g,
	/(?:invalid_type|required)_error: /g,
];

let catalogue: Catalogue;

beforeAll(() => {
	catalogue = catalogueOf(ROOT);
}, 300_000);

function sourceFiles(): string[] {
	return ROOMS.flatMap((room) =>
		readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts'))
			.map((name) => join(room, name).split(sep).join('/')),
	);
}

function withoutComments(source: string): string {
	return source.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' ')).replace(/^[^\S\n]*\/\/.*$/gm, '');
}

function wordingsIn(file: string): { line: number; text: string }[] {
	const source = withoutComments(readFileSync(join(ROOT, file), 'utf8'));
	return WORDING.flatMap((form) => [...source.matchAll(form)]).map((match) => ({
		line: source.slice(0, match.index).split('\n').length,
		text: match[0],
	}));
}

test('docs/errors.md is what the source says (otherwise: npx tsx docs/generate.mts)', () => {
	expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(pageOf(catalogue));
});

test('the tables of docs/output.md are what the code says (otherwise: npm run docs)', () => {
	const page = readFileSync(join(ROOT, 'docs/output.md'), 'utf8');
	expect(withTables(page)).toBe(page);
});

test('a plain search of the source finds no message that the catalogue has missed', () => {
	const missed = sourceFiles().flatMap((file) => {
		const found = catalogue.sites.filter((site) => site.file === file);
		return wordingsIn(file)
			.filter(({ line }) => !found.some((site) => line >= site.line && line <= site.endLine))
			.map(({ line, text }) => `${file}:${line} ${text}`);
	});
	expect(missed).toEqual([]);
});

test.each([
	['new InputProblem(', 'input'],
	['new PostbackRejected(', 'rejection'],
] as const)('there are as many %s in the source as in the catalogue', (words, kind) => {
	const inSource = sourceFiles().reduce((sum, file) => sum + withoutComments(readFileSync(join(ROOT, file), 'utf8')).split(words).length - 1, 0);
	expect(inSource).toBeGreaterThan(20);
	expect(catalogue.sites.filter((site) => site.kind === kind)).toHaveLength(inSource);
});

test('every code of the tables stands on the page', () => {
	const page = pageOf(catalogue);
	const codes = [...readFileSync(join(ROOT, 'providers/skycore/errorCodes.ts'), 'utf8').matchAll(/\['(E\d{3})'/g)].map(([, code]) => code ?? '');
	const statuses = [...readFileSync(join(ROOT, 'providers/vonage/failure.ts'), 'utf8').matchAll(/^\t'(\d+)': /gm)].map(([, status]) => `status ${status}`);
	expect(codes.length).toBeGreaterThan(30);
	expect(statuses.length).toBeGreaterThan(10);
	expect([...codes, ...statuses].filter((code) => !new RegExp(`^\\| ${code}[ ,]`, 'm').test(page))).toEqual([]);
});

test('whoever only passes on the words of others is known', () => {
	const passingOn = catalogue.sites.filter(({ entries }) => entries === 0).map(({ kind, file }) => `${kind} ${file}`);
	expect([...new Set(passingOn)].sort()).toEqual(PASSING_ON);
});

test('what a person did or left out always comes with what to do', () => {
	const silent = catalogue.entries.filter(({ kind, remedy }) => kind === 'input' && remedy === '');
	expect(silent).toEqual([]);
});

/** The credential window and the switch of the workflow have one place for both, what happened and what to do. */
test('what happened ends without a full stop, as n8n shows it for a headline; what to do ends with one', () => {
	const twoPlaces = catalogue.entries.filter(({ kind, remedy }) => remedy !== '' || kind === 'rejection');
	expect(twoPlaces.filter(({ message }) => message.endsWith('.')).map(({ message }) => message)).toEqual([]);
	expect(twoPlaces.filter(({ remedy }) => remedy !== '' && !/[.…]$/.test(remedy)).map(({ remedy }) => remedy)).toEqual([]);
});

const PASSING_ON = [
	'failure providers/skycore/failure.ts',
	'failure providers/vonage/check.ts',
	'failure transport/failure.ts',
	'failure transport/itemFailure.ts',
	'input providers/attentive/person.ts',
	'input providers/skycore/schema.ts',
	'input providers/vonage/query.ts',
	'input providers/voyage/schema.ts',
	'n8n credentials/checkRequest.ts',
	'n8n nodes/SmsPostbackTrigger/setUp.ts',
	'n8n transport/itemFailure.ts',
	'rejection nodes/SmsPostbackTrigger/answer.ts',
];
