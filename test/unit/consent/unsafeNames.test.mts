import { isUnsafeName, parseWithoutUnsafeNames } from '../../../consent/unsafeNames.ts';

test.each(['__proto__', 'constructor', 'prototype'])('%s is unsafe', (name) => {
	expect(isUnsafeName(name)).toBe(true);
});

test.each(['', 'proto', '__PROTO__', 'Constructor', 'toString', 'hasOwnProperty'])('%j is not', (name) => {
	expect(isUnsafeName(name)).toBe(false);
});

describe('JSON is read without them', () => {
	test('at any depth, and the rest stays in its order', () => {
		const value = parseWithoutUnsafeNames('{"b":1,"__proto__":{"polluted":1},"a":[{"constructor":{"prototype":{"polluted":1}},"c":null}]}');
		expect(JSON.stringify(value)).toBe('{"b":1,"a":[{"c":null}]}');
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	});

	test.each(['null', '5', '"__proto__"', '["constructor"]'])('%s holds none', (json) => {
		expect(JSON.stringify(parseWithoutUnsafeNames(json))).toBe(json);
	});
});
