import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

const ROOT = process.cwd();

/** Every room of the package, and what it may import besides itself: only what stands below it. */
const PACKAGE_ROOMS: Record<string, readonly string[]> = {
	nodes: ['transport/outbound', 'transport/inbound', 'transport/codec', 'providers', 'consent'],
	credentials: ['providers', 'transport/codec', 'consent'],
	providers: ['transport/codec', 'consent'],
	'transport/outbound': ['transport/codec', 'consent'],
	'transport/inbound': ['transport/codec', 'consent'],
	'transport/codec': ['consent'],
	consent: [],
};

/** What stands around the package: it may use the package, never the other way round. */
const OUTER_ROOMS: Record<string, readonly string[]> = {
	sandbox: [],
	n8n: [],
	demo: ['n8n', 'sandbox', 'consent'],
};

const ROOMS: Record<string, readonly string[]> = { ...PACKAGE_ROOMS, ...OUTER_ROOMS };

/** All that a credential may know of a provider: how its key is placed, and how it is tested. */
const FOR_CREDENTIALS = /^providers\/\w+\/(auth|credentialTest)$/;

/** The one module that may import each bundled library, so that it stands in the package once. */
const ONLY_IMPORTER: Record<string, string> = {
	'libphonenumber-js': 'consent/phone.ts',
	zod: 'consent/schema.ts',
	'fast-xml-parser': 'transport/codec/xml.ts',
};

interface Import {
	file: string;
	specifier: string;
	/** Path from the checkout, without an ending; undefined for what comes from a library. */
	target: string | undefined;
	typeOnly: boolean;
}

const slashed = (path: string): string => path.split(sep).join('/');

function importsIn(room: string): Import[] {
	return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.m?ts$/.test(name))
		.flatMap((name) => {
			const file = slashed(join(room, name));
			return [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from '([^']+)'/gm)].map(
				([, type, specifier = '']) => ({
					file,
					specifier,
					target: specifier.startsWith('.') ? slashed(relative(ROOT, join(ROOT, dirname(file), specifier))) : undefined,
					typeOnly: type !== undefined,
				}),
			);
		});
}

const roomOf = (path: string): string | undefined => Object.keys(ROOMS).find((room) => `${path}/`.startsWith(`${room}/`));

const ALL = Object.keys(PACKAGE_ROOMS).flatMap(importsIn);
const AROUND = Object.keys(OUTER_ROOMS).flatMap(importsIn);

test.each(Object.keys(ROOMS))('%s is not empty', (room) => {
	expect(readdirSync(join(ROOT, room)).length).toBeGreaterThan(0);
});

test('every file of the package stands in a room', () => {
	const folders = new Set(Object.keys(PACKAGE_ROOMS).map((room) => room.split('/')[0] ?? ''));
	const homeless = [...folders]
		.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => slashed(join(folder, name))))
		.filter((file) => file.endsWith('.ts') && roomOf(file) === undefined);
	expect(homeless).toEqual([]);
});

test('imports run one way, downwards', () => {
	const wrong = [...ALL, ...AROUND].filter(({ file, target }) => {
		if (target === undefined) return false;
		const from = roomOf(file) ?? '';
		const to = roomOf(target) ?? target;
		return from !== to && !ROOMS[from]?.includes(to);
	});
	expect(wrong).toEqual([]);
});

test('a credential knows of a provider only how its key is placed and tested', () => {
	const wrong = ALL.filter(
		({ file, target }) => file.startsWith('credentials/') && target?.startsWith('providers/') === true && !FOR_CREDENTIALS.test(target),
	);
	expect(wrong).toEqual([]);
});

test('no file imports itself in a circle, types included', () => {
	const targets = new Map<string, string[]>();
	const files = new Set([...ALL, ...AROUND].map(({ file }) => file));
	for (const { file, target: path = '' } of [...ALL, ...AROUND]) {
		const target = [path, `${path}.ts`, `${path}/index.ts`].find((candidate) => files.has(candidate));
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
	const folderOf = (path: string): string | undefined =>
		folders.map(({ name }) => name).find((name) => `${path}/`.startsWith(`providers/${name}/`));
	const wrong = ALL.map(({ file, target = '' }) => ({ file, from: folderOf(file), to: folderOf(target) })).filter(
		({ from, to }) => from !== undefined && to !== undefined && from !== to,
	);
	expect(wrong).toEqual([]);
});

test('no stand-in knows another, and only their list knows them all', () => {
	const standInOf = (path: string): string | undefined => /^sandbox\/(\w+)\/standIn\.mts$/.exec(path)?.[1];
	const standIns = new Set(AROUND.flatMap(({ target = '' }) => standInOf(target) ?? []));
	const folderOf = (path: string): string | undefined => [...standIns].find((name) => path.startsWith(`sandbox/${name}/`));
	const wrong = AROUND.filter(({ file, target = '' }) => {
		const from = folderOf(file);
		const to = folderOf(target);
		return (
			(from !== undefined && to !== undefined && from !== to) ||
			(standInOf(target) !== undefined && file !== 'sandbox/standIns.mts' && from === undefined)
		);
	});
	expect(standIns.size).toBeGreaterThan(1);
	expect(wrong).toEqual([]);
});

test.each(Object.entries(ONLY_IMPORTER))('%s is imported by %s alone', (library, importer) => {
	const users = ALL.filter(({ specifier, typeOnly }) => !typeOnly && (specifier === library || specifier.startsWith(`${library}/`))).map(
		({ file }) => file,
	);
	expect([...new Set(users)]).toEqual([importer]);
});

test('consent/ and providers/ know n8n by type only', () => {
	const wrong = ALL.filter(
		({ file, specifier, typeOnly }) => /^(consent|providers)\//.test(file) && specifier === 'n8n-workflow' && !typeOnly,
	);
	expect(wrong).toEqual([]);
});
