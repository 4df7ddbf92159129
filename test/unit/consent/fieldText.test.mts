import { asFormText, textOnly, textOrNumber } from '../../../consent/fieldText.ts';

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
