import { readFileSync } from 'node:fs';
import path from 'node:path';

import { MAX_POSTBACK_BYTES } from '../../../transport/inbound/rawBody.ts';

const ROOT = process.cwd();
const PAGE = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8');
const BUNDLED = ['libphonenumber-js', 'zod', 'fast-xml-parser'];

interface LockedPackage {
	dependencies?: Record<string, string>;
}

/** They and what they need, as the lock file has it. */
function withDependencies(names: readonly string[]): Set<string> {
	const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
		packages: Record<string, LockedPackage>;
	};
	const found = new Set<string>();
	const queue = [...names];
	for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
		if (found.has(name)) continue;
		found.add(name);
		queue.push(...Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {}));
	}
	return found;
}

test('every library that is bundled is named', () => {
	const libraries = withDependencies(BUNDLED);
	const sentence = PAGE.split('\n').find((line) => line.includes('are bundled')) ?? '';
	const named = sentence.slice(sentence.indexOf('`:')).match(/@?[a-z][a-z-]*(?:\/[a-z]+)?/g) ?? [];
	expect(new Set(named.filter((word) => word !== 'and' && word !== 'with'))).toEqual(libraries);
	const numbers = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
	expect(sentence.toLowerCase()).toContain(` ${numbers[libraries.size]} libraries are bundled`);
});

test('the limits are those of the code', () => {
	expect(PAGE).toContain(`${MAX_POSTBACK_BYTES / 1024} KB of a postback`);
});
