import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What each of these rooms may import, besides itself. */
const ALLOWED: Record<string, readonly string[]> = { n8n: [], sandbox: [], demo: ['n8n', 'sandbox', 'consent'] };

const imports = Object.keys(ALLOWED).flatMap((room) =>
	readdirSync(room, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.mts'))
		.map((name) => join(room, name))
		.flatMap((file) =>
			[...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s[^;]*?from '(\.[^']+)'/gm)].map(([, specifier = '']) => ({
				file,
				target: relative('.', join(dirname(file), specifier)),
			})),
		),
);

test.each(Object.keys(ALLOWED))('%s/ imports only what it may', (room) => {
	const own = imports.filter(({ file }) => file.startsWith(`${room}/`));
	const wrong = own.filter(({ target }) => ![room, ...(ALLOWED[room] ?? [])].includes(target.split('/')[0] ?? ''));
	expect(own.length).toBeGreaterThan(0);
	expect(wrong).toEqual([]);
});

test('no stand-in knows another, and only the list knows them all', () => {
	const folders = readdirSync('sandbox', { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && readdirSync(join('sandbox', entry.name)).includes('standIn.mts'))
		.map(({ name }) => `sandbox/${name}`);
	const wrong = imports.filter(
		({ file, target }) => target.endsWith('/standIn.mts') && folders.includes(dirname(target)) && file !== 'sandbox/standIns.mts',
	);
	const across = imports.filter(
		({ file, target }) => folders.includes(dirname(file)) && folders.includes(dirname(target)) && dirname(file) !== dirname(target),
	);
	expect([wrong, across]).toEqual([[], []]);
});

test('no file imports itself in a circle, types included', () => {
	const circles: string[] = [];
	const done = new Set<string>();
	const follow = (file: string, way: string[]): void => {
		if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
		if (way.includes(file) || done.has(file)) return;
		for (const { target } of imports.filter((each) => each.file === file)) follow(target, [...way, file]);
		done.add(file);
	};
	for (const { file } of imports) follow(file, []);
	expect(circles).toEqual([]);
});
