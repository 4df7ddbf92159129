import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';

import { InputProblem } from '../../consent/failure';
import { readPhone } from '../../consent/phone';

interface GoogleNumber {
	getCountryCode(): number;
}

/** The part of Google's library that is used here; the package has no types of its own. */
interface GoogleLibrary {
	PhoneNumberFormat: Record<'E164' | 'NATIONAL', number>;
	PhoneNumberUtil: {
		getInstance(): {
			parse(text: string, region: string): GoogleNumber;
			format(number: GoogleNumber, form: number): string;
			isValidNumberForRegion(number: GoogleNumber, region: string): boolean;
		};
	};
}

/** Google's own library says which numbers are valid, and how people of the country write them. */
const { PhoneNumberFormat, PhoneNumberUtil } = jest.requireActual<GoogleLibrary>('google-libphonenumber');
const oracle = PhoneNumberUtil.getInstance();

const NUMBERS_PER_ERROR = 20_000;
const MOST_ABROAD = 0.001;
/** By country, how a national number may begin, and how many digits it has. */
const PLANS: Readonly<Record<string, ReadonlyArray<readonly [beginning: string, length: number]>>> = {
	US: [['', 10]],
	GB: [
		['7', 10],
		['1', 10],
		['20', 10],
	],
	DE: [
		['15', 11],
		['17', 10],
		['30', 10],
	],
	FR: [['', 9]],
	MX: [['', 10]],
	IN: [
		['9', 10],
		['7', 10],
	],
};

let seed = 20_261_127;
/** The same numbers in every run: @returns 0 to below `limit` */
function random(limit: number): number {
	seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
	return Math.floor((seed / 0x80000000) * limit);
}

interface ValidNumber {
	region: string;
	/** Of the country, without the plus. */
	code: string;
	/** As people of the country write it. */
	written: string;
}

function validNumber(region: string): ValidNumber {
	for (;;) {
		const plans = PLANS[region] ?? [];
		const [beginning, length] = plans[random(plans.length)] ?? ['', 10];
		let digits = beginning;
		while (digits.length < length) digits += String(random(10));
		// The quick look saves most of the slow one.
		if (parsePhoneNumberFromString(digits, region as CountryCode)?.isValid() !== true) continue;
		const number = oracle.parse(digits, region);
		if (!oracle.isValidNumberForRegion(number, region)) continue;
		const written = oracle.format(number, PhoneNumberFormat.NATIONAL);
		return { region, code: String(number.getCountryCode()), written };
	}
}

const digitsAt = (text: string): number[] => [...text].flatMap((character, at) => (/\d/.test(character) ? [at] : []));

/** Each changes one digit, or two neighbors, of what somebody wrote. */
const ERRORS: Readonly<Record<string, (text: string) => string>> = {
	'a digit typed twice': (text) => at(text, (digit) => digit + digit),
	'a digit left out': (text) => at(text, () => ''),
	'a wrong digit': (text) => at(text, (digit) => String((Number(digit) + 1 + random(9)) % 10)),
	'a digit too many': (text) => at(text, (digit) => digit + String(random(10))),
	'two digits that changed places': (text) => {
		const places = digitsAt(text);
		const first = random(places.length - 1);
		const [one = 0, other = 0] = [places[first], places[first + 1]];
		return `${text.slice(0, one)}${text.charAt(other)}${text.slice(one + 1, other)}${text.charAt(one)}${text.slice(other + 1)}`;
	},
};

function at(text: string, change: (digit: string) => string): string {
	const places = digitsAt(text);
	const place = places[random(places.length)] ?? 0;
	return text.slice(0, place) + change(text.charAt(place)) + text.slice(place + 1);
}

let numbers: ValidNumber[];
beforeAll(() => {
	const regions = Object.keys(PLANS);
	numbers = Array.from({ length: NUMBERS_PER_ERROR }, (_, count) => validNumber(regions[count % regions.length] ?? 'US'));
}, 120_000);

test.each(Object.entries(ERRORS))(
	'%s makes no number of another country',
	(_name, error) => {
		const abroad: string[] = [];
		for (const { region, code, written } of numbers) {
			const mistyped = error(written);
			// That says by itself that the number is from abroad.
			if (mistyped.replace(/\D/g, '').startsWith('00')) continue;
			try {
				const read = readPhone(mistyped, { defaultCountry: region });
				if (!read.startsWith(`+${code}`)) abroad.push(`${written} [${region}] typed ${mistyped} is ${read}`);
			} catch (problem) {
				if (!(problem instanceof InputProblem)) throw problem;
			}
		}
		expect({
			share: abroad.length / NUMBERS_PER_ERROR <= MOST_ABROAD,
			first: abroad.length > NUMBERS_PER_ERROR * MOST_ABROAD ? abroad.slice(0, 10) : [],
		}).toEqual({
			share: true,
			first: [],
		});
	},
	120_000,
);
