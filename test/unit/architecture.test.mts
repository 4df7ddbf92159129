import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const ROOT = process.cwd();
const ROOMS = ['nodes', 'transport', 'providers', 'consent', 'credentials'] as const;

/** What each room may import, besides itself. */
const ALLOWED: Record<string, readonly string[]> = {
	nodes: ['transport', 'providers', 'consent'],
	transport: ['consent'],
	providers: ['consent'],
	credentials: ['providers', 'consent'],
	consent: [],
};

/** The one module that may import each bundled library, so that it stands in the package once. */
const ONLY_IMPORTER: Record<string, string> = {
	'libphonenumber-js': 'consent/phone.ts',
	zod: 'consent/schema.ts',
	'fast-xml-parser': 'transport/xml.ts',
};

interface Import {
	file: string;
	specifier: string;
	typeOnly: boolean;
}

function imports(): Import[] {
	return ROOMS.flatMap((room) =>
		readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.ts'))
			.map((name) => join(room, name)),
	).flatMap((file) =>
		[...readFileSync(join(ROOT, file), 'utf8').matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from '([^']+)'/gm)].map(([, type, specifier]) => ({
			file: file.split(sep).join('/'),
			specifier: specifier ?? '',
			typeOnly: type !== undefined,
		})),
	);
}

const ALL = imports();

test('the rooms are not empty', () => {
	for (const room of ROOMS) expect(ALL.some(({ file }) => file.startsWith(`${room}/`))).toBe(true);
});

test('imports run one way, downwards', () => {
	const wrong = ALL.filter(({ specifier }) => specifier.startsWith('.'))
		.map(({ file, specifier }) => ({ file, target: relative(ROOT, join(ROOT, dirname(file), specifier)).split(sep).join('/') }))
		.filter(({ file, target }) => {
			const from = file.split('/')[0] ?? '';
			const to = target.split('/')[0] ?? '';
			return from !== to && !ALLOWED[from]?.includes(to);
		});
	expect(wrong).toEqual([]);
});

test('no file imports itself in a circle, types included', () => {
	const targets = new Map<string, string[]>();
	for (const { file, specifier } of ALL.filter((each) => each.specifier.startsWith('.'))) {
		const path = join(dirname(file), specifier).split(sep).join('/');
		const target = [`${path}.ts`, `${path}/index.ts`].find((candidate) => ALL.some((each) => each.file === candidate));
		if (target !== undefined) targets.set(file, [...(targets.get(file) ?? []), target]);
	}
	const done = new Set<string>();
	const circles: string[] = [];
	const follow = (file: string, way: string[]): void => {
		if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
		if (way.includes(file) || done.has(file)) return;
		for (const target of targets.get(file) ?? []) follow(target, [...way, file]);
		done.add(file);
	};
	for (const file of targets.keys()) follow(file, []);
	expect(circles).toEqual([]);
});

test('providers never import each other', () => {
	const folders = readdirSync(join(ROOT, 'providers'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
	const folderOf = (path: string): string | undefined => folders.map(({ name }) => name).find((name) => `${path}/`.startsWith(`providers/${name}/`));
	const wrong = ALL.filter(({ specifier }) => specifier.startsWith('.'))
		.map(({ file, specifier }) => ({ file, from: folderOf(file), to: folderOf(join(dirname(file), specifier).split(sep).join('/')) }))
		.filter(({ from, to }) => from !== undefined && to !== undefined && from !== to);
	expect(wrong).toEqual([]);
});

test.each(Object.entries(ONLY_IMPORTER))('%s is imported by %s alone', (library, importer) => {
	const users = ALL.filter(({ specifier, typeOnly }) => !typeOnly && (specifier === library || specifier.startsWith(`${library}/`))).map(({ file }) => file);
	expect([...new Set(users)]).toEqual([importer]);
});

test('consent/ and providers/ know n8n by type only', () => {
	const wrong = ALL.filter(({ file, specifier, typeOnly }) => /^(consent|providers)\//.test(file) && specifier === 'n8n-workflow' && !typeOnly);
	expect(wrong).toEqual([]);
});
