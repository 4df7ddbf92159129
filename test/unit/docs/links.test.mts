import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const ROOT = process.cwd();
const HOME = 'https://github.com/n8n-nodes-sms-consent/n8n-nodes-sms-consent';
const IN_REPOSITORY = new RegExp(`${HOME}/(?:blob|tree|raw)/[^/]+/([^\\s'"<>)]+)`, 'g');

interface Link {
	page: string;
	target: string;
}

function filesBelow(folder: string, ending: string): string[] {
	return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith(ending))
		.map((name) => join(folder, name).split(sep).join('/'));
}

const PAGES = [...readdirSync(ROOT).filter((name) => name.endsWith('.md')), ...filesBelow('docs', '.md')];

function read(file: string): string {
	return readFileSync(join(ROOT, file), 'utf8');
}

function withoutCode(markdown: string): string {
	return markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}

const LINKS: Link[] = PAGES.flatMap((page) =>
	[...withoutCode(read(page)).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => ({ page, target: target ?? '' })),
);

/** As GitHub names the anchors of headings. */
function anchorsOf(page: string): Set<string> {
	const seen = new Map<string, number>();
	const headings = [
		...read(page)
			.replace(/^```[\s\S]*?^```/gm, '')
			.matchAll(/^#{1,6} (.+)$/gm),
	].map(([, text]) => text ?? '');
	return new Set(
		headings.map((heading) => {
			const anchor = heading
				.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
				.toLowerCase()
				.replace(/[^\p{L}\p{N}\s_-]/gu, '')
				.replace(/\s/g, '-');
			const earlier = seen.get(anchor) ?? 0;
			seen.set(anchor, earlier + 1);
			return earlier === 0 ? anchor : `${anchor}-${earlier}`;
		}),
	);
}

function complaintAbout(file: string, anchor: string | undefined): string | undefined {
	if (!existsSync(join(ROOT, file))) return 'is not there';
	if (anchor === undefined) return undefined;
	return file.endsWith('.md') && anchorsOf(file).has(anchor) ? undefined : `has no heading for #${anchor}`;
}

/** A path from the checkout; on case-insensitive disks a wrong letter would pass here and fail on GitHub. */
function isSpelledSo(file: string): boolean {
	const parts = file.split('/');
	return parts.every((part, index) => part === '' || readdirSync(join(ROOT, ...parts.slice(0, index))).includes(part));
}

test('there are pages, and they link to each other', () => {
	expect(PAGES.length).toBeGreaterThan(25);
	expect(LINKS.length).toBeGreaterThan(200);
});

test('every link inside the project leads to a file and a heading', () => {
	const broken = LINKS.filter(({ target }) => !/^[a-z]+:/.test(target)).flatMap(({ page, target }) => {
		const [path = '', anchor] = target.split('#');
		const file =
			path === ''
				? page
				: relative(ROOT, resolve(ROOT, dirname(page), path))
						.split(sep)
						.join('/');
		const complaint = complaintAbout(file, anchor) ?? (isSpelledSo(file) ? undefined : 'is spelled otherwise');
		return complaint === undefined ? [] : `${page}: ${target} ${complaint}`;
	});
	expect(broken).toEqual([]);
});

test('links to other sites are complete and safe', () => {
	const strange = LINKS.filter(({ target }) => /^[a-z]+:/.test(target) && !URL.canParse(target));
	expect(strange).toEqual([]);
	expect(LINKS.filter(({ target }) => /^(?!https?:)[a-z]+:/.test(target))).toEqual([]);
});

test('every page can be reached from the README', () => {
	const reached = new Set(['README.md']);
	for (const page of reached) {
		for (const { target } of LINKS.filter((link) => link.page === page && !/^[a-z]+:/.test(link.target))) {
			const file = relative(ROOT, resolve(ROOT, dirname(page), target.split('#')[0] ?? ''))
				.split(sep)
				.join('/');
			if (file.endsWith('.md') && existsSync(join(ROOT, file))) reached.add(file);
		}
	}
	expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
});

test('every example stands in the README', () => {
	const missing = filesBelow('examples', '.json').filter((file) => !read('README.md').includes(`](${file})`));
	expect(missing).toEqual([]);
});

test('every command of the pages is one', () => {
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	const named = PAGES.flatMap((page) =>
		[...read(page).matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(([, run, short]) => ({ page, script: run ?? short ?? '' })),
	);
	expect(named.length).toBeGreaterThan(5);
	expect(named.filter(({ script }) => scripts[script] === undefined)).toEqual([]);
	const run = PAGES.flatMap((page) => [...read(page).matchAll(/\bnpx tsx ([\w./-]+)/g)].map(([, file]) => ({ page, file: file ?? '' })));
	expect(run.filter(({ file }) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('what nodes, credentials and examples link to in this project is there', () => {
	const sources = [
		...['nodes', 'credentials', 'providers', 'transport'].flatMap((room) => [...filesBelow(room, '.ts'), ...filesBelow(room, '.json')]),
		...filesBelow('examples', '.json'),
	];
	const linked = sources.flatMap((file) => [...read(file).matchAll(IN_REPOSITORY)].map(([, target]) => ({ file, target: target ?? '' })));
	expect(linked.length).toBeGreaterThan(5);
	const broken = linked.flatMap(({ file, target }) => {
		const [path = '', anchor] = target.split('#');
		const complaint = complaintAbout(path, anchor);
		return complaint === undefined ? [] : `${file}: ${target} ${complaint}`;
	});
	expect(broken).toEqual([]);
});

test('every credential has a page', () => {
	const types = filesBelow('credentials', '.credentials.ts').map((file) => /documentationUrl = '([^']+)'/.exec(read(file))?.[1] ?? file);
	const pages = filesBelow('docs/credentials', '.md');
	expect(pages).toHaveLength(types.length);
});

test('every node has a page that bears its name', () => {
	for (const file of filesBelow('nodes', '.node.ts')) {
		const name = /displayName: '([^']+)'/.exec(read(file))?.[1] ?? '';
		const page = `docs/nodes/${name.toLowerCase().replace(/ /g, '-')}.md`;
		expect(existsSync(join(ROOT, page))).toBe(true);
		expect(read(page).startsWith(`# ${name}\n`)).toBe(true);
	}
});

test('every picture is looked at', () => {
	const folder = join(ROOT, 'docs/pictures');
	const pictures = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
	const shown = LINKS.map(({ target }) => target.split('/').at(-1));
	expect(pictures.filter((picture) => !shown.includes(picture))).toEqual([]);
});
