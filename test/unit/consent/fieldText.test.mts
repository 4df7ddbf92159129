import { asFormText, secretText, textOnly, textOrNumber } from '../../../consent/fieldText.ts';

test.each([
	[' a ', ' a '],
	['', ''],
	[5, ''],
	[null, ''],
	[undefined, ''],
	[['a'], ''],
])('textOnly of %j is %j', (value, text) => {
	expect(textOnly(value)).toBe(text);
});

test.each([
	[' a ', 'a'],
	[0, '0'],
	[16502426055, '16502426055'],
	[' ', null],
	['', null],
	[true, null],
	[null, null],
	[undefined, null],
	[['a'], null],
	[{}, null],
])('textOrNumber of %j is %j', (value, text) => {
	expect(textOrNumber(value)).toBe(text);
});

test.each([
	[' a ', ' a '],
	[1.5, '1.5'],
	[false, 'false'],
	[null, ''],
	[undefined, ''],
	[[1, '2'], '[1,"2"]'],
	[{ a: 1 }, '{"a":1}'],
])('asFormText of %j is %j', (value, text) => {
	expect(asFormText(value)).toBe(text);
});

test.each([
	['k3y', 'k3y'],
	[' k3y ', 'k3y'],
	['k3y\n', 'k3y'],
	['\r\nk3y\t', 'k3y'],
	['k3y-first-line\nsecond-line', 'k3y-first-linesecond-line'],
	['\u200bk3y\ufeff', 'k3y'],
	['\u00a0k3y\u3000', 'k3y'],
	['k\u00ad3y', 'k3y'],
	['two words', 'two words'],
	['  \n', ''],
	[5, ''],
	[null, ''],
])('secretText of %j is %j', (value, text) => {
	expect(secretText(value)).toBe(text);
});
