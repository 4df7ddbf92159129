import { InputProblem } from '../../../consent/failure.ts';
import { asTexts, enteredJson, enteredPairs, enteredPairsAndJson } from '../../../nodes/fields/pairs.ts';
import { ParameterReader } from '../../../nodes/fields/parameterReader.ts';

const pairs = { name: 'profileData', displayName: 'Profile Data' };
const json = { name: 'profileDataJson', displayName: 'Profile Data (JSON)' };

function entered(values: Record<string, unknown>): ParameterReader {
	return new ParameterReader((name) => values[name]);
}

test('pairs keep their order; empty ones are left out', () => {
	const pair = [
		{ name: 'FIRST_NAME', value: 'John' },
		{ name: 'AGE', value: 29 },
		{ name: 'PET', value: '' },
		{ name: '', value: '' },
	];
	expect(enteredPairs(entered({ profileData: { pair } }), pairs)).toEqual([
		{ name: 'FIRST_NAME', value: 'John' },
		{ name: 'AGE', value: '29' },
	]);
});

test('a value without a name is refused with its number', () => {
	const pair = [
		{ name: 'a', value: '1' },
		{ name: ' ', value: '2' },
	];
	expect(() => enteredPairs(entered({ profileData: { pair } }), pairs)).toThrow(/^'Profile Data': pair 2 has the value ".*" but no name$/);
});

test.each([['{ "PET": "Dog" }'], [{ PET: 'Dog' }]])('JSON comes as text or, from an expression, as an object: %p', (value) => {
	expect(enteredJson(entered({ profileDataJson: value }), json)).toEqual({ PET: 'Dog' });
});

test.each([['{'], ['[]'], ['"text"'], ['null'], [[1]], [7]])('%p is not a JSON object', (value) => {
	expect(() => enteredJson(entered({ profileDataJson: value }), json)).toThrow(
		/^'Profile Data \(JSON\)' is .+, which is not a JSON object$/,
	);
});

test('a pair wins over the same name in the JSON', () => {
	const values = { profileData: { pair: [{ name: 'PET', value: 'Cat' }] }, profileDataJson: '{ "PET": "Dog", "AGE": 29 }' };
	expect(enteredPairsAndJson(entered(values), pairs, json)).toEqual({ PET: 'Cat', AGE: 29 });
	expect(enteredPairsAndJson(entered({}), pairs, json)).toBeUndefined();
});

test('a name such as __proto__ stays a plain name', () => {
	const values = enteredPairsAndJson(entered({ profileDataJson: '{ "__proto__": "x" }' }), pairs, json);
	expect(Object.keys(values ?? {})).toEqual(['__proto__']);
	expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
});

test('values become texts; lists and objects are refused by name', () => {
	expect(asTexts({ a: 1, b: true, c: null, d: '', e: 'x' }, pairs)).toEqual({ a: '1', b: 'true', e: 'x' });
	expect(() => asTexts({ tags: ['a'] }, pairs)).toThrow(
		new InputProblem(`'Profile Data': 'tags' is not a single value but a list ["a"]`, ''),
	);
});

test('an entry that is no text says in which pair it stands', () => {
	const pair = [
		{ name: 'a', value: 'x' },
		{ name: 'b', value: ['y'] },
	];
	expect(() => enteredPairs(entered({ profileData: { pair } }), pairs)).toThrow(
		"'Profile Data > Pair 2 > Value' should be text, but is a list",
	);
	expect(() => enteredPairs(entered({ profileData: { pair: [{ name: {}, value: 'x' }] } }), pairs)).toThrow(
		"'Profile Data > Pair 1 > Name' should be text, but is an object",
	);
});

test.each(['null', 'undefined', '[object Object]', 'NaN'])(
	'%j stands for a missing value and is refused, from pairs and from JSON',
	(value) => {
		const message = `'Profile Data > pet' is "${value}"`;
		expect(() => enteredPairsAndJson(entered({ profileData: { pair: [{ name: 'pet', value }] } }), pairs, json)).toThrow(message);
		expect(() => enteredPairsAndJson(entered({ profileDataJson: { pet: value } }), pairs, json)).toThrow(message);
		expect(enteredPairsAndJson(entered({ profileDataJson: { pet: null, name: 'Null' } }), pairs, json)).toEqual({
			pet: null,
			name: 'Null',
		});
	},
);
