import { InputProblem } from '../../../consent/failure';
import { COUNTRIES, countryOf, digitsOf, readPhone, readProviderPhone } from '../../../consent/phone';

function problemOf(input: unknown, defaultCountry?: string): InputProblem {
	try {
		readPhone(input, { defaultCountry });
	} catch (error) {
		if (error instanceof InputProblem) return error;
		throw error;
	}
	throw new Error(`${String(input)} was accepted`);
}

describe('readPhone accepts', () => {
	it.each<[label: string, input: unknown, country: string | undefined, expected: string]>([
		['a North American national form', '(650) 242-6055', 'US', '+16502426055'],
		['dots', '650.242.6055', 'US', '+16502426055'],
		['the trunk prefix 1', '1-650-242-6055', 'US', '+16502426055'],
		['an international form', '+44 20 7183 8750', 'US', '+442071838750'],
		['the optional zero in brackets', '+44 (0)20 7183 8750', undefined, '+442071838750'],
		['digits with country code', '16502426055', undefined, '+16502426055'],
		['digits with country code, another default country', '16502426055', 'GB', '+16502426055'],
		['digits with country code without the default one', '442071838750', 'US', '+442071838750'],
		['digits with the default country code', '4915123456789', 'DE', '+4915123456789'],
		['a JavaScript number', 16502426055, undefined, '+16502426055'],
		['a big integer', 16502426055n, undefined, '+16502426055'],
		['a spreadsheet exponent with all digits', '1.6502426055E+10', undefined, '+16502426055'],
		['a European spreadsheet exponent', '1,6502426055E+10', undefined, '+16502426055'],
		['a data frame float', '16502426055.0', undefined, '+16502426055'],
		['a leading apostrophe', "'6502426055", 'US', '+16502426055'],
		['a spreadsheet formula', '="6502426055"', 'US', '+16502426055'],
		['full-width digits and plus', '＋１６５０２４２６０５５', undefined, '+16502426055'],
		['Arabic-Indic digits', '٠١٥١٢٣٤٥٦٧٨٩', 'DE', '+4915123456789'],
		['tel:', 'tel:+1-650-242-6055', undefined, '+16502426055'],
		['00', '0044 20 7183 8750', 'US', '+442071838750'],
		['00 without default country', '0044 20 7183 8750', undefined, '+442071838750'],
		['011 in North America', '011 44 20 7183 8750', 'US', '+442071838750'],
		['011 without default country', '011442071838750', undefined, '+442071838750'],
		['011 where it is unknown', '011 44 20 7183 8750', 'DE', '+442071838750'],
		['011 where it is an area code', '011 561 2345', 'IT', '+390115612345'],
		['0011 in Australia', '0011 64 21 123 4567', 'AU', '+64211234567'],
		['non-breaking spaces', '650\u00a0242\u00a06055', 'US', '+16502426055'],
		['invisible characters', '\u202a+1650\u200b2426055\u202c', undefined, '+16502426055'],
		['a no-break hyphen and a dash', '650‑242–6055', 'US', '+16502426055'],
		['a German slash', '030/1234567', 'DE', '+49301234567'],
		['a Brazilian form', '(11) 98765-4321', 'BR', '+5511987654321'],
		['a decimal part that a spreadsheet added', '5123456.0', 'EE', '+3725123456'],
		['Japanese long marks for dashes', '090ー1234ー5678', 'JP', '+819012345678'],
		['an accent for an apostrophe', '´6502426055', 'US', '+16502426055'],
		['a semicolon behind it', '6502426055;', 'US', '+16502426055'],
		['tel:// of a web page', 'tel://+16502426055', undefined, '+16502426055'],
		['Mexico’s old mobile prefix', '+52 1 55 1234 5678', undefined, '+525512345678'],
		['a lower-case default country', '650 242 6055', 'us', '+16502426055'],
		["a vendor's sample", '16501112222', undefined, '+16501112222'],
		['555', '(555) 555-0100', 'US', '+15555550100'],
		['an unassigned area code', '999-123-4567', 'US', '+19991234567'],
		['an area code like a country code', '3212345678', 'US', '+13212345678'],
	])('%s: %s', (_label, input, defaultCountry, expected) => {
		expect(readPhone(input, { defaultCountry })).toBe(expected);
	});
});

describe('readPhone refuses, and says why', () => {
	it.each<[label: string, input: unknown, country: string | undefined, words: RegExp]>([
		['nothing', '', 'US', /is empty/],
		['blanks', '  \u00a0 ', 'US', /is empty/],
		['null', null, 'US', /is empty/],
		['undefined', undefined, 'US', /is empty/],
		['letters', '1-800-FLOWERS', 'US', /letters/],
		['text around it', 'call +16502426055 now', undefined, /letters/],
		['an extension', '650-242-6055 ext. 12', 'US', /extension/],
		['an x extension', '650-242-6055x12', 'US', /extension/],
		['a # extension', '+16502426055 #12', undefined, /extension/],
		['an RFC 3966 extension', 'tel:+16502426055;ext=12', undefined, /extension/],
		['an extension behind a tilde', '650-242-6055 ~12', 'US', /extension/],
		['seven digits that would be a number of Luxembourg', '352-2344', 'US', /too few or too many digits.*United States/],
		['an American number with a digit twice, which would be Swiss', '(415) 555-12345', 'US', /too few or too many digits/],
		['a Mexican number that would be American', '15547898478', 'MX', /too few or too many digits.*Mexico/],
		['a Mexican number behind its old prefix', '15512345678', 'MX', /too few or too many digits/],
		['a Spanish number with a digit twice, which would be Australian', '6123456789', 'ES', /too few or too many/],
		['a French number without its plus', '33612345678', 'US', /too few or too many/],
		['a price', '1999.99', 'DE', /decimal fraction/],
		['two by comma', '6502426055, 6502426056', 'US', /more than one/],
		['two by slash', '6502426055/6502426056', 'US', /more than one/],
		['two by line', '6502426055\n6502426056', 'US', /more than one/],
		['two by plus', '+16502426055 +16502426056', undefined, /more than one/],
		['a rounded exponent', '1.65024E+10', undefined, /spreadsheet rounded/],
		['an exponent that may have lost a zero', '1.650242605E+10', undefined, /spreadsheet rounded/],
		['a fraction', '16502426055.5', undefined, /decimal fraction/],
		['a fractional number', 16502426055.5, undefined, /not a whole/],
		['a negative number', -16502426055, undefined, /not a whole/],
		['an inexact number', 2 ** 60, undefined, /not a whole/],
		['a list', ['+16502426055'], undefined, /a list/],
		['an object', { phone: '+16502426055' }, undefined, /object/],
		['true', true, undefined, /holds true where/],
		['too short', '555-0100', 'US', /too few/],
		['too long', '+165024260551', undefined, /too many/],
		['a national number without country', '(650) 242-6055', undefined, /not clear which country/],
		['an American number that may be one of Schweich', '16502426055', 'DE', /\+4916502426055 as well as \+16502426055/],
		['two readings', '447400123456', 'DE', /\+49447400123456 as well as \+447400123456/],
		['an unassigned area code that is a foreign number', '459-123-4567', 'US', /\+14591234567 as well as \+4591234567/],
		['seven digits in Canada', '310-1234', 'CA', /too few/],
		['more digits than any number', '+8110000000000000', undefined, /too many/],
		['a plus inside', '1+6502426055', undefined, /not a phone number/],
		['other signs', '650*242*6055', 'US', /not a phone number/],
		['no digit at all', '--', 'US', /not a phone number/],
		['very long', '1'.repeat(5000), 'US', /not a phone number/],
		['an unknown default country, as it was entered', '6502426055', ' United Sta', /'Default Country' holds "United Sta"/],
		['an unknown default country', '6502426055', 'UK', /'Default Country' holds "UK"/],
	])('%s', (_label, input, country, words) => {
		const problem = problemOf(input, country);
		expect(problem.message).toMatch(words);
		expect(problem.remedy).not.toBe('');
		expect(problem.message.length).toBeLessThan(300);
	});

	it('names the field as the editor shows it', () => {
		expect(() => readPhone('', { field: 'Mobile' })).toThrow("'Mobile' is empty");
	});
});

describe('readProviderPhone', () => {
	it.each<[raw: unknown, phone: string | null, phoneRaw: string | null, warned: boolean]>([
		['16502426055', '+16502426055', '16502426055', false],
		['+442071838750', '+442071838750', '+442071838750', false],
		[16502426055, '+16502426055', '16502426055', false],
		['16501112222', '+16501112222', '16501112222', true],
		['tel:+16502426055', '+16502426055', 'tel:+16502426055', false],
		['0016502426055', '+16502426055', '0016502426055', false],
		['\u200b16502426055', '+16502426055', '\u200b16502426055', false],
		['6502426055, 6502426056', null, '6502426055, 6502426056', true],
		['10000000000', '+10000000000', '10000000000', true],
		['121326336101', null, '121326336101', true],
		['8110000000000000', null, '8110000000000000', true],
		['13101234', null, '13101234', true],
		['unknown', null, 'unknown', true],
		['', null, '', true],
		[null, null, null, true],
		[undefined, null, null, true],
		[{ toString: () => '16502426055' }, null, null, true],
		['1'.repeat(10_000), null, '1'.repeat(10_000), true],
	])('%p', (raw, phone, phoneRaw, warned) => {
		const read = readProviderPhone(raw);
		expect(read).toMatchObject({ phone, phoneRaw });
		expect(read.warning !== undefined).toBe(warned);
	});
});

test('digitsOf takes off the plus', () => {
	expect(digitsOf('+16502426055')).toBe('16502426055');
});

test.each([
	['+16502426055', 'US'],
	['+14165551234', 'CA'],
	['+17875551234', 'PR'],
	['+15555550100', null],
	['+80012345678', null],
])('countryOf %s is %s', (e164, country) => {
	expect(countryOf(e164)).toBe(country);
});

test('COUNTRIES is sorted by name and complete', () => {
	const names = COUNTRIES.map(({ name }) => name);
	expect(names).toEqual([...names].sort((one, other) => one.localeCompare(other, 'en')));
	expect(COUNTRIES).toHaveLength(245);
	expect(COUNTRIES).toContainEqual({ code: 'US', name: 'United States', callingCode: '1' });
	expect(COUNTRIES).toContainEqual({ code: 'GB', name: 'United Kingdom', callingCode: '44' });
});
