import fc from 'fast-check';

import { shownValue } from '../../../consent/shownValue.ts';

/** Whatever an entry holds, the words about it stay on one line: forty characters of it, six per character spelled out, and what it is. */
const LONGEST = 40 * 6 + 20;

test.each([
	['yes', '"yes"'],
	['  TRUE ', '"TRUE"'],
	['', '""'],
	['say "stop"', String.raw`"say \"stop\""`],
	['a\u0000b\nc', String.raw`"a\u0000b\nc"`],
	['\ud800', String.raw`"\ud800"`],
	['😀'.repeat(50), `"${'😀'.repeat(40)}…"`],
	[0, '0'],
	[NaN, 'NaN'],
	[12n, '12'],
	[false, 'false'],
	[null, 'nothing'],
	[undefined, 'nothing'],
	[['a', 1], 'a list ["a",1]'],
	[{ phone: '+1' }, 'an object {"phone":"+1"}'],
])('%p is shown as %s', (value, shown) => {
	expect(shownValue(value)).toBe(shown);
});

test('what cannot be written as JSON is named all the same', () => {
	const circle: Record<string, unknown> = {};
	circle['self'] = circle;
	expect(shownValue(circle)).toBe('an object');
	expect(shownValue([1n])).toBe('a list');
});

test('anything at all fits on one line', () => {
	fc.assert(
		fc.property(fc.oneof(fc.anything(), fc.string({ maxLength: 500, unit: 'binary' })), (value) => {
			const shown = shownValue(value);
			expect(shown).not.toMatch(/[\n\r\u0000-\u001f]/);
			expect(shown.length).toBeLessThanOrEqual(LONGEST);
		}),
	);
});
