import { canonicalJson } from '../../../consent/canonicalJson.ts';
import { InputProblem } from '../../../consent/failure.ts';

test('names are sorted at every depth, lists keep their order', () => {
	expect(canonicalJson({ b: [2, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[2,{"c":"x","d":null}]}');
	expect(canonicalJson({ a: true, b: [2, { c: 'x', d: null }] })).toBe(canonicalJson({ b: [2, { d: null, c: 'x' }], a: true }));
});

test.each([
	[undefined, 'null'],
	[null, 'null'],
	['"', '"\\""'],
	[{ '"': [] }, '{"\\"":[]}'],
])('%j is written as %s', (value, text) => {
	expect(canonicalJson(value)).toBe(text);
});

test('what nests deeper than any real event is refused, as deep as fifty it is not', () => {
	const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
	expect(canonicalJson(nested(51))).toHaveLength(102);
	expect(() => canonicalJson(nested(52))).toThrow(InputProblem);
});
