import { isUnsafeName, parseWithSafeNames, safeName } from '../../../consent/unsafeNames.ts';

test.each(['__proto__', 'constructor', 'prototype'])('%s is unsafe', (name) => {
	expect(isUnsafeName(name)).toBe(true);
	expect(safeName(name)).toBe(`_${name}`);
});

test.each(['', 'proto', '__PROTO__', 'Constructor', 'toString', 'hasOwnProperty'])('%j is not', (name) => {
	expect(isUnsafeName(name)).toBe(false);
	expect(safeName(name)).toBe(name);
});

describe('in JSON they get an underscore', () => {
	test('at any depth, and everything stays in its order', () => {
		const value = parseWithSafeNames('{"b":1,"__proto__":{"polluted":1},"a":[{"constructor":{"prototype":{"polluted":1}},"c":null}]}');
		expect(JSON.stringify(value)).toBe('{"b":1,"___proto__":{"polluted":1},"a":[{"_constructor":{"_prototype":{"polluted":1}},"c":null}]}');
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
		expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
	});

	test.each(['null', '5', '"__proto__"', '["constructor"]'])('%s holds none', (json) => {
		expect(JSON.stringify(parseWithSafeNames(json))).toBe(json);
	});
});
