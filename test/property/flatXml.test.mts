import fc from 'fast-check';

import { readFlatXml } from '../../transport/flatXml';
import { parseXml } from '../../transport/xml';

/** Makes the parser read what would otherwise be read as flat. */
const BEHIND = '<!-- not flat -->';

const name = fc.oneof(
	fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
	fc.constantFrom('STATUS', 'xml', 'hasOwnProperty', 'toString', '__defineGetter__', '__proto__', 'constructor'),
);
const value = fc.oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('', ' ', ' 00123 ', '0x1F', 'a\r\nb', ']]>', '&amp;', '&', '<b/>', '<![CDATA[x]]>', '<!--x-->', '</a>', '\u0000'));
const space = fc.constantFrom('', '', ' ', '\n\t', '\r\n');
const declaration = fc.constantFrom('', '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>\n', '<?xml version="1.1"?>', '<?xml?>', '<!DOCTYPE a>');
const leaf = fc.tuple(space, name, value, fc.constantFrom('', '', '', ' x="1"', 'x')).map(([before, tag, text, odd]) => `${before}<${tag}${odd === 'x' ? '' : odd}>${text}</${tag}${odd === 'x' ? odd : ''}>`);
const written = (head: fc.Arbitrary<string>, leaves: fc.Arbitrary<string[]>) =>
	fc.tuple(head, name, leaves, space).map(([start, root, inner, end]) => `${start}<${root}>${inner.join('')}${end}</${root}>`);
const plainLeaf = fc.tuple(space, name, fc.stringMatching(/^[^<>&\r]{0,20}$/)).map(([before, tag, text]) => `${before}<${tag}>${text}</${tag}>`);
/** Chance alone makes few documents that are flat, and they are what is to be looked at. */
const document = fc.oneof(
	{ weight: 3, arbitrary: written(declaration, fc.array(leaf, { maxLength: 5 })) },
	{ weight: 1, arbitrary: written(fc.constantFrom('', '<?xml version="1.0"?>'), fc.array(plainLeaf, { minLength: 1, maxLength: 5 })) },
);

function outcomeOf(text: string): unknown {
	try {
		return parseXml(text);
	} catch {
		return 'refused';
	}
}

test('what is read as flat is read as the parser reads it', () => {
	let flat = 0;
	fc.assert(
		fc.property(document, (text) => {
			if (readFlatXml(text.trim()) !== undefined) flat += 1;
			expect(outcomeOf(text)).toEqual(outcomeOf(text + BEHIND));
		}),
		{ numRuns: 5000 },
	);
	expect(flat).toBeGreaterThan(1000);
});

test('a long document costs no more than its length', () => {
	const hostile = ['<a>'.repeat(1_300), `<a>${'<b></b>'.repeat(580)}`, `<a>${' '.repeat(4_000)}`, `<a>${'<b>'.padEnd(4_000)}`];
	for (const text of hostile) {
		const startedMs = performance.now();
		expect(readFlatXml(text)).toBeUndefined();
		expect(performance.now() - startedMs).toBeLessThan(50);
	}
});
