import { parseJson } from '../../../transport/inbound/json.ts';
import { rejected, rejectionOf } from './rejections.mts';

describe('parseJson', () => {
	test('reads ordinary JSON', () => {
		expect(parseJson('{"a":[1,"2",null,{"b":true}]}')).toEqual({ a: [1, '2', null, { b: true }] });
	});

	test.each([
		['broken', '{"a":', /not valid/],
		['empty', '', /not valid/],
		['with __proto__', '{"__proto__":{"polluted":1}}', /__proto__/],
		['with constructor deep inside', '{"a":[{"constructor":{"prototype":{}}}]}', /constructor/],
		['too deep', '['.repeat(13) + ']'.repeat(13), /nests more than 12/],
		['very deep', '['.repeat(30_000) + ']'.repeat(30_000), /nests|not valid/],
	])('refuses JSON that is %s', (_what, text, reason) => {
		expect(rejectionOf(() => parseJson(text))).toEqual(rejected(400, reason));
	});

	test('takes the deepest that is allowed', () => {
		expect(parseJson('['.repeat(12) + ']'.repeat(12))).toBeDefined();
	});
});
