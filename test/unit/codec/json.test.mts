import fc from 'fast-check';

import { parseJsonExactly } from '../../../transport/codec/json.ts';

test.each([
	['9007199254740991', 9_007_199_254_740_991],
	['9007199254740993', '9007199254740993'],
	['-9007199254740993', '-9007199254740993'],
	['12345678901234567890', '12345678901234567890'],
	['{"id":12345678901234567890,"name":"12345678901234567890"}', { id: '12345678901234567890', name: '12345678901234567890' }],
	['[1,12345678901234567891,{"a":12345678901234567892}]', [1, '12345678901234567891', { a: '12345678901234567892' }]],
	['{"12345678901234567890":1}', { '12345678901234567890': 1 }],
	[
		'{"text":"id: 12345678901234567890, \\"quoted 12345678901234567890\\\\"}',
		{ text: 'id: 12345678901234567890, "quoted 12345678901234567890\\' },
	],
	['1234567890.1234567890123', 1_234_567_890.123_456_7],
	['1e20', 1e20],
	['"16502426055"', '16502426055'],
])('%s', (json, value) => {
	expect(parseJsonExactly(json)).toEqual(value);
});

test.each(['', '{', '01234567890123456789', '12345678901234567890 x', '"12345678901234567890'])(
	'%j is refused as JSON.parse refuses it',
	(json) => {
		expect(() => parseJsonExactly(json)).toThrow(SyntaxError);
	},
);

test('whatever holds no such integer is read as JSON.parse reads it', () => {
	fc.assert(
		fc.property(fc.json(), (json) => {
			const exact = parseJsonExactly(json);
			if (JSON.stringify(exact) !== JSON.stringify(JSON.parse(json))) expect(json).toMatch(/\d{16}/);
		}),
	);
});

test('integers of any length keep their digits, wherever they stand', () => {
	fc.assert(
		fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.string(), (id, text) => {
			const { ids } = parseJsonExactly(`{${JSON.stringify(text)}:0,"ids":[${id},{"id": ${id} }]}`) as { ids: [unknown, { id: unknown }] };
			expect([String(ids[0]), String(ids[1].id)]).toEqual([String(id), String(id)]);
		}),
	);
});

test('a long text costs no more than reading it', () => {
	const startedAt = performance.now();
	parseJsonExactly(JSON.stringify({ a: '\\"'.repeat(1_000_000), b: '1'.repeat(1_000_000), c: 1 }));
	expect(performance.now() - startedAt).toBeLessThan(2_000);
});
