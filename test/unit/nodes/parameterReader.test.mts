import type { IDataObject, IExecuteFunctions, INodeParameters } from 'n8n-workflow';

import { InputProblem } from '../../../consent/failure.ts';
import { ParameterReader, parametersOfItems, requireForm, requireSendable } from '../../../nodes/fields/parameterReader.ts';

const field = { name: 'campaign', displayName: 'Campaign' };

function entered(value: unknown): ParameterReader {
	return new ParameterReader((name) => (name === field.name ? value : undefined));
}

/** A context whose parameters are functions of the item, as expressions are. */
function contextOf(stored: INodeParameters, evaluate: (name: string, itemIndex: number) => unknown, items: IDataObject[] = []) {
	const read: string[] = [];
	const context = {
		getNode: () => ({ parameters: stored }),
		getInputData: () => items.map((json) => ({ json })),
		getNodeParameter: (name: string, itemIndex: number) => {
			read.push(`${name} ${itemIndex}`);
			return evaluate(name, itemIndex);
		},
	};
	return { context: context as unknown as IExecuteFunctions, read };
}

describe('text', () => {
	test.each([
		[' 1478 ', '1478'],
		[1478, '1478'],
		[0, '0'],
		[12345678901234567890n, '12345678901234567890'],
		[new Date('2026-01-02T03:04:05Z'), '2026-01-02T03:04:05.000Z'],
		[{ toISO: () => 'unused', toString: () => '2026-01-02T03:04:05.000+01:00' }, '2026-01-02T03:04:05.000+01:00'],
	])('%p is read as %p', (value, text) => {
		expect(entered(value).text(field)).toBe(text);
	});

	test.each([[undefined], [null], [''], ['  \n']])('%p is not given', (value) => {
		expect(entered(value).text(field)).toBeUndefined();
	});

	test.each([
		[['a'], 'a list ["a"]'],
		[{ a: 1 }, 'an object {"a":1}'],
		[true, 'true'],
		[NaN, 'NaN'],
		[Infinity, 'Infinity'],
	])('%p is refused by name', (value, kind) => {
		expect(() => entered(value).text(field)).toThrow(new InputProblem(`'Campaign' should be text, but is ${kind}`, ''));
	});

	test('an empty required entry is refused with what to do', () => {
		expect(() => entered(' ').requiredText(field, 'Enter it.')).toThrow(
			expect.objectContaining({ message: "'Campaign' is empty", remedy: 'Enter it.' }),
		);
	});
});

describe('choice', () => {
	test('takes what the list offers', () => {
		expect(entered('xml').choice(field, ['xml', 'get'])).toBe('xml');
		expect(entered('').choice(field, ['xml', 'get'])).toBeUndefined();
	});

	test('names the list when an expression gives something else', () => {
		expect(() => entered('XML').choice(field, ['xml', 'get'])).toThrow(
			expect.objectContaining({ message: `'Campaign' cannot be "XML"`, remedy: expect.stringContaining("'xml', 'get'") }),
		);
	});
});

describe('flag', () => {
	test.each([
		[true, true],
		['true', true],
		['TRUE', true],
		[' True ', true],
		[false, false],
		['false', false],
		['FALSE', false],
		['', undefined],
	])('%p is %p', (value, flag) => {
		expect(entered(value).flag(field)).toBe(flag);
	});

	test.each([['yes'], [1], [[]]])('%p is refused', (value) => {
		expect(() => entered(value).flag(field)).toThrow(InputProblem);
	});

	test('what it holds instead is shown', () => {
		expect(() => entered('yes').flag(field)).toThrow(`'Campaign' should be true or false, but is "yes"`);
	});
});

describe('numbers', () => {
	test.each([
		[7, 7],
		['7', 7],
		[' 7 ', 7],
		[undefined, undefined],
	])('%p is %p', (value, number) => {
		expect(entered(value).wholeNumber(field, { from: 1, to: 10 })).toBe(number);
	});

	test.each([
		[0],
		[11],
		[1.5],
		['1.5'],
		['7 calls'],
		[true],
		[{}],
		[NaN],
		['0x7'],
		[Infinity],
		[2 ** 53],
		['9007199254740993'],
		[7n],
		['7.'],
		['--7'],
	])('%p is not a whole number from 1 to 10', (value) => {
		expect(() => entered(value).wholeNumber(field, { from: 1, to: 10 })).toThrow(
			/^'Campaign' should be a whole number \(from 1 to 10\), but is /,
		);
	});

	test('fractions are taken where they make sense', () => {
		expect(entered('0.5').number(field, { from: 0, to: 10 })).toBe(0.5);
		expect(entered(-0.5).number(field, { from: -1, to: 10 })).toBe(-0.5);
	});

	test.each([[NaN], [Infinity], ['.5'], ['1e3'], ['1,5'], [false], [11]])('%p is no number from 0 to 10', (value) => {
		expect(() => entered(value).number(field, { from: 0, to: 10 })).toThrow(/^'Campaign' should be a number \(from 0 to 10\), but is /);
	});
});

describe('collections', () => {
	const inner = { name: 'inner', displayName: 'Inner' };

	test('are read as entries of their own, without inherited names', () => {
		expect(entered({ inner: 5 }).group(field).text(inner)).toBe('5');
		expect(entered({}).group(field).any({ name: 'constructor', displayName: 'Inner' })).toBeUndefined();
		expect(entered(undefined).group(field).text(inner)).toBeUndefined();
	});

	test.each([
		[undefined, true],
		[{}, true],
		[{ inner: '' }, false],
	])('of %p it is known whether nothing was added: %p', (value, isEmpty) => {
		expect(entered(value).group(field).isEmpty).toBe(isEmpty);
		expect(entered(value).group(field).text(inner)).toBeUndefined();
	});

	test('must be groups of fields', () => {
		expect(() => entered('text').group(field)).toThrow(/'Campaign' should be a group of fields, but is "text"/);
	});

	test('rows keep their order, and a single row needs no list', () => {
		expect(
			entered({ pair: [{ inner: 1 }, { inner: 2 }] })
				.rows(field, 'pair')
				.map((row) => row.text(inner)),
		).toEqual(['1', '2']);
		expect(
			entered({ pair: { inner: 1 } })
				.rows(field, 'pair')
				.map((row) => row.text(inner)),
		).toEqual(['1']);
		expect(entered({}).rows(field, 'pair')).toEqual([]);
	});
});

describe('the form of a text', () => {
	const remedy = 'Correct the field for this item and run it again.';

	test('is required of what was entered, and of nothing else', () => {
		expect(requireForm(field, '12', /^\d+$/, 'needs digits only')).toBe('12');
		expect(requireForm(field, undefined, /^\d+$/, 'needs digits only')).toBeUndefined();
		expect(() => requireForm(field, 'a', /^\d+$/, 'needs digits only')).toThrow(
			expect.objectContaining({ name: 'InputProblem', message: `'Campaign' is "a", but it needs digits only`, remedy }),
		);
	});

	test.each(['a\u0000', '\u0007', '\u001b[2J', '\u0085', '\ud800', 'x\udc00', '\ufffe', '\uffff'])('%j cannot be sent', (text) => {
		expect(() => requireSendable(field, text)).toThrow(
			expect.objectContaining({
				name: 'InputProblem',
				message: expect.stringMatching(/^'Campaign' holds an invisible control character that cannot be sent: "/) as string,
				remedy,
			}),
		);
	});

	test.each(['', 'spring-sale', 'a\tb\r\nc', 'Größe', '\u{1f600}', undefined])('%j can be sent', (text) => {
		expect(requireSendable(field, text)).toBe(text);
	});
});

describe('parametersOfItems', () => {
	test('evaluates a parameter per item only when it holds an expression', () => {
		const { context, read } = contextOf({ campaign: '1116', phone: '={{ $json.phone }}' }, (name, item) => `${name}-${item}`);
		const parametersOf = parametersOfItems(context);
		const phone = { name: 'phone', displayName: 'Phone' };
		for (let item = 0; item < 3; item += 1) {
			expect(parametersOf(item).text(field)).toBe('campaign-0');
			expect(parametersOf(item).text(phone)).toBe(`phone-${item}`);
		}
		expect(read).toEqual(['campaign 0', 'phone 0', 'phone 1', 'phone 2']);
	});

	test('evaluates a collection once, however many of its fields are read for an item', () => {
		const { context, read } = contextOf({ campaign: { inner: '={{ $json.inner }}' } }, (_, item) => ({ inner: `${item}` }));
		const parametersOf = parametersOfItems(context);
		const texts = [0, 1].map((item) => {
			const parameters = parametersOf(item);
			return [1, 2, 3].map(() => parameters.group(field).text({ name: 'inner', displayName: 'Inner' }));
		});
		expect(texts).toEqual([
			['0', '0', '0'],
			['1', '1', '1'],
		]);
		expect(read).toEqual(['campaign 0', 'campaign 1']);
	});

	test('finds expressions inside collections and lists', () => {
		const { context, read } = contextOf({ campaign: { pair: [{ name: 'a', value: '={{ 1 }}' }] } }, (_, item) => ({ item }));
		const parametersOf = parametersOfItems(context);
		expect([0, 1].map((item) => parametersOf(item).any(field))).toEqual([{ item: 0 }, { item: 1 }]);
		expect(read).toHaveLength(2);
	});

	test.each(['={{ $json.phone }}', '={{$json["phone"]}}', "={{ $json['phone'] }}"])('reads %s from the item, without n8n', (stored) => {
		const { context, read } = contextOf({ campaign: stored }, () => 'evaluated', [{ phone: '+1' }, { phone: 5 }, { phone: false }]);
		const parametersOf = parametersOfItems(context);
		expect([0, 1, 2].map((item) => parametersOf(item).any(field))).toEqual(['+1', 5, false]);
		expect(read).toEqual([]);
	});

	test.each<[string, IDataObject]>([
		['={{ $json.phone }}', {}],
		['={{ $json.phone }}', { phone: null }],
		['={{ $json.phone }}', { phone: { number: 1 } }],
		['={{ $json.toString }}', {}],
		['={{ $json.phone.trim() }}', { phone: '+1' }],
		['={{ $json.phone }} ', { phone: '+1' }],
		['=+{{ $json.phone }}', { phone: '1' }],
		['={{ $json.phone }}{{ $json.phone }}', { phone: '1' }],
		['={{ $("Other").item.json.phone }}', { phone: '+1' }],
		['{{ $json.phone }}', { phone: '+1' }],
	])('leaves %s with %j to n8n', (stored, item) => {
		const { context, read } = contextOf({ campaign: stored }, () => 'evaluated', [item]);
		expect(parametersOfItems(context)(0).any(field)).toBe('evaluated');
		expect(read).toEqual(['campaign 0']);
	});
});
