import fc from 'fast-check';
import examples from 'libphonenumber-js/examples.mobile.json';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

import { InputProblem } from '../../consent/failure';
import { digitsOf, readPhone, readProviderPhone } from '../../consent/phone';

interface GoogleNumber {
	hasNationalNumber(): boolean;
}

/** The part of Google's library that is used here; the package has no types of its own. */
interface GoogleLibrary {
	PhoneNumberFormat: Record<'E164' | 'INTERNATIONAL' | 'NATIONAL' | 'RFC3966', number>;
	PhoneNumberUtil: {
		getInstance(): {
			parse(text: string, region: string): GoogleNumber;
			format(number: GoogleNumber, form: number): string;
			isValidNumber(number: GoogleNumber): boolean;
		};
	};
}

/** Google's own library is the independent truth: what it calls a number is what may be texted. */
const { PhoneNumberFormat, PhoneNumberUtil } = jest.requireActual<GoogleLibrary>('google-libphonenumber');
const oracle = PhoneNumberUtil.getInstance();
const REGIONS = Object.entries(examples as Record<string, string>);

interface Example {
	region: string;
	e164: string;
	format: (form: number) => string;
}

function exampleOf(region: string, national: string): Example {
	const number = oracle.parse(national, region);
	return { region, e164: oracle.format(number, PhoneNumberFormat.E164), format: (form) => oracle.format(number, form) };
}

const EXAMPLES = REGIONS.map(([region, national]) => exampleOf(region, national));

test('there are examples of 245 regions', () => {
	expect(EXAMPLES).toHaveLength(245);
});

describe.each(EXAMPLES)('$region $e164', ({ region, e164, format }) => {
	const digits = e164.slice(1);

	it('is read from every international form, with and without a default country', () => {
		const forms = [
			e164,
			format(PhoneNumberFormat.INTERNATIONAL),
			format(PhoneNumberFormat.RFC3966),
			`00${digits}`,
			`'${e164}`,
			`\u200e${e164}\u00a0`,
		];
		for (const form of forms) {
			expect([form, readPhone(form)]).toEqual([form, e164]);
			expect([form, readPhone(form, { defaultCountry: region })]).toEqual([form, e164]);
			expect([form, readPhone(form, { defaultCountry: 'US' })]).toEqual([form, e164]);
		}
		expect(readPhone(digits)).toBe(e164);
		expect(readPhone(Number(digits))).toBe(e164);
		expect(readPhone(`011${digits}`, { defaultCountry: 'US' })).toBe(e164);
	});

	it('is read from its national form with its own country', () => {
		expect(readPhone(format(PhoneNumberFormat.NATIONAL), { defaultCountry: region })).toBe(e164);
	});

	it('goes out and comes back in the wire form', () => {
		expect(digitsOf(e164)).toBe(digits);
		expect(readProviderPhone(digits)).toEqual({ phone: e164, phoneRaw: digits });
		expect(readProviderPhone(e164)).toEqual({ phone: e164, phoneRaw: e164 });
	});
});

test('digits with country code never become another number because of a default country', () => {
	const defaults = ['US', 'CA', 'GB', 'DE', 'FR', 'AU', 'IN', 'BR', 'MX', 'ES', 'IT', 'JP'];
	const differing = defaults.flatMap((defaultCountry) =>
		EXAMPLES.flatMap(({ e164 }) => {
			const digits = e164.slice(1);
			try {
				const read = readPhone(digits, { defaultCountry });
				if (read === e164) return [];
				const national = oracle.parse(digits, defaultCountry);
				const asWritten = oracle.format(national, PhoneNumberFormat.NATIONAL).replace(/\D/g, '') === digits;
				return asWritten && oracle.isValidNumber(national) ? [] : [`${defaultCountry} ${digits} ${read}`];
			} catch (error) {
				if (error instanceof InputProblem) return [];
				throw error;
			}
		}),
	);
	expect(differing).toEqual([]);
});

test('whatever is put in, the answer is a possible number or a problem in words', () => {
	const phoneLike = fc.string({ unit: fc.constantFrom(...'0123456789+()-./ xE,;#\u00a0\uff0b\u0661'), maxLength: 30 });
	const country = fc.option(fc.constantFrom('US', 'DE', 'GB', 'IT', 'IN', 'AU'), { nil: undefined });
	fc.assert(
		fc.property(fc.oneof(phoneLike, fc.string({ unit: 'binary', maxLength: 300 }), fc.anything()), country, (input, defaultCountry) => {
			try {
				const phone = readPhone(input, { defaultCountry });
				expect(phone).toMatch(/^\+[1-9]\d{3,14}$/);
				expect(readPhone(phone)).toBe(phone);
			} catch (error) {
				if (!(error instanceof InputProblem)) throw error;
				expect(error.message).toMatch(/^'Phone Number'/);
			}
		}),
		{ numRuns: 5000 },
	);
});

test('a formatted number is the number, however it is punctuated', () => {
	const separator = fc.constantFrom('', ' ', '-', '.', '\u00a0', '\u2011', '\u200b', ') ', ' (');
	fc.assert(
		fc.property(fc.constantFrom(...EXAMPLES), fc.array(separator, { minLength: 15, maxLength: 15 }), ({ e164 }, separators) => {
			const punctuated = [...digitsOf(e164)].map((digit, index) => digit + (separators[index] ?? '')).join('');
			expect(readPhone(`+${punctuated}`)).toBe(e164);
		}),
	);
});

test('a number that a provider sent is never thrown at, and its raw form is kept', () => {
	fc.assert(
		fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.anything()), (raw) => {
			const { phone, phoneRaw, warning } = readProviderPhone(raw);
			if (typeof raw === 'string') expect(phoneRaw).toBe(raw);
			if (phone === null) expect(warning).toBeDefined();
			else expect(phone).toMatch(/^\+[1-9]\d{3,14}$/);
		}),
		{ numRuns: 3000 },
	);
});

test('a North American number in E.164 is what the library says it is, for every area code', () => {
	for (let areaCode = 200; areaCode < 1000; areaCode += 1) {
		for (const rest of ['0000000', '1112222', '2424956', '9999999']) {
			const e164 = `+1${areaCode}${rest}`;
			const number = parsePhoneNumberFromString(e164, { extract: false });
			expect([readPhone(e164), number?.number, number?.isPossible()]).toEqual([e164, e164, true]);
		}
	}
});
