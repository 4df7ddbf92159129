import {
	getCountries,
	getCountryCallingCode,
	isSupportedCountry,
	parsePhoneNumberFromString,
	type CountryCode,
	validatePhoneNumberLength,
	type PhoneNumber,
} from 'libphonenumber-js/max';

import { AddressProblem, InputProblem } from './failure';
import { bareNumberOf } from './phoneText';
import { shownValue } from './shownValue';

/** One choice of the editor's list of countries. */
export interface Country {
	/** ISO 3166 alpha-2. */
	code: string;
	name: string;
	/** Without the plus. */
	callingCode: string;
}

const NORTH_AMERICAN_CODE = '1';
const NORTH_AMERICAN_LENGTH = 10;
/** With the plus; https://www.itu.int/rec/T-REC-E.164 */
const E164_MAX_LENGTH = 16;
const E164 = /^\+[1-9]\d{6,14}$/;
/** An area code begins with 2 to 9; the library then takes every such number for possible, and for nothing else. */
const NORTH_AMERICAN_E164 = /^\+1[2-9]\d{9}$/;
const NORTH_AMERICAN_WITH_CODE = /^1\d{10}$/;
/** Mexico used to have a 1 before mobile numbers from abroad, and lists still do. */
const OLD_MEXICAN_MOBILE = /^\+521(\d{10})$/;
/** The 9 that Argentina has before mobile numbers from abroad, and that many leave out. */
const ARGENTINE_MOBILE = /^\+549(\d{10})$/;
const GENERAL_INTERNATIONAL_PREFIX = /^00/;
const NORTH_AMERICAN_INTERNATIONAL_PREFIX = /^011/;
const LONGEST_PROVIDER_NUMBER = 40;

function parsed(bareNumber: string, country?: CountryCode): PhoneNumber | undefined {
	return parsePhoneNumberFromString(bareNumber, { extract: false, ...(country ? { defaultCountry: country } : {}) });
}

/** Some plans know internal numbers longer than E.164, and Canada a seven-digit one; none of them can be texted from abroad. */
function hasTextableLength({ number, countryCallingCode, nationalNumber }: PhoneNumber): boolean {
	if (number.length > E164_MAX_LENGTH) return false;
	return countryCallingCode !== NORTH_AMERICAN_CODE || nationalNumber.length === NORTH_AMERICAN_LENGTH;
}

/** Where more than a trunk prefix was taken off, e.g. a carrier's code behind +55, what is left is another number each time it is read. */
function isReadAsItself({ number }: PhoneNumber, bareNumber: string): boolean {
	return number === bareNumber || NORTH_AMERICAN_E164.test(number) || parsed(number)?.number === number;
}

function possible(written: string, country?: CountryCode): PhoneNumber | undefined {
	const bareNumber = written.replace(OLD_MEXICAN_MOBILE, '+52$1');
	const number = parsed(bareNumber, country);
	return number?.isPossible() === true && hasTextableLength(number) && isReadAsItself(number, bareNumber) ? number : undefined;
}

function valid(bareNumber: string): PhoneNumber | undefined {
	const number = possible(bareNumber);
	return number?.isValid() === true ? number : undefined;
}

function listCountries(): Country[] {
	const names = new Intl.DisplayNames(['en'], { type: 'region' });
	return getCountries()
		.map((code) => ({ code: String(code), name: names.of(code) ?? code, callingCode: String(getCountryCallingCode(code)) }))
		.sort((one, other) => one.name.localeCompare(other.name, 'en'));
}

/** Every country whose numbers can be read, for the editor's drop-down, sorted by English name. */
export const COUNTRIES: Country[] = listCountries();

function readCountry(code: string | undefined): CountryCode | undefined {
	const country = code?.trim().toUpperCase() ?? '';
	if (country === '') return undefined;
	if (isSupportedCountry(country)) return country;
	throw new InputProblem(
		`'Default Country' holds ${shownValue(code)}, which is not a country`,
		'Choose a country from the list, or enter its two letters such as US or GB.',
	);
}

/** What a message begins with: the field, and what it holds as it stands in the source. */
type Subject = () => string;

const COMPARE_WITH_SOURCE = 'Compare it with your source. A number from abroad needs + and its country code, e.g. +442071838750.';

function notPossible(subject: Subject): AddressProblem {
	return new AddressProblem(`${subject()}: no country has such a number, it has too few or too many digits`, COMPARE_WITH_SOURCE);
}

function notPossibleIn(country: CountryCode, subject: Subject): AddressProblem {
	const name = COUNTRIES.find(({ code }) => code === country)?.name ?? country;
	return new AddressProblem(`${subject()}: too few or too many digits for a number of 'Default Country' (${name})`, COMPARE_WITH_SOURCE);
}

function readInternational(bareNumber: string, subject: Subject): PhoneNumber {
	const number = possible(bareNumber);
	if (number === undefined) throw notPossible(subject);
	return number;
}

function readWithoutCountry(digits: string, subject: Subject): PhoneNumber {
	const withoutPrefix = digits.replace(NORTH_AMERICAN_INTERNATIONAL_PREFIX, '').replace(GENERAL_INTERNATIONAL_PREFIX, '');
	if (withoutPrefix !== digits) return readInternational(`+${withoutPrefix}`, subject);
	const number = NORTH_AMERICAN_WITH_CODE.test(digits) ? possible(`+${digits}`) : valid(`+${digits}`);
	if (number !== undefined) return number;
	throw new AddressProblem(
		`${subject()}, and it is not clear which country's number that is`,
		"Set 'Default Country', or write the number with + and its country code, e.g. +16502426055.",
	);
}

/** Whether the digits stand as people of that country write them, its trunk prefix included where it has one. */
function isWrittenNationally(digits: string, number: PhoneNumber): boolean {
	if (number.countryCallingCode === NORTH_AMERICAN_CODE) return number.nationalNumber === digits;
	return number.formatNational().replace(/\D/g, '') === digits;
}

function ambiguous(national: PhoneNumber, international: PhoneNumber, subject: Subject): AddressProblem {
	return new AddressProblem(
		`${subject()}, which can be ${national.number} as well as ${international.number}`,
		'Write the number with + and its country code, so that nobody else is texted.',
	);
}

/**
 * Whether digits without any sign that they are from abroad can be meant as nothing else. What is at most one digit longer than a national number may be
 * one in which a digit was typed twice, and what is shorter may lack some.
 */
function isClearlyFromAbroad(digits: string, country: CountryCode, abroad: PhoneNumber): boolean {
	if (abroad.countryCallingCode === getCountryCallingCode(country)) return true;
	if (NORTH_AMERICAN_WITH_CODE.test(digits)) {
		// It may be a national number behind an old prefix, as in Mexico, or one whose zero was mistyped.
		const rest = digits.slice(1);
		return ![rest, `0${rest}`].some((meant) => {
			const national = possible(meant, country);
			return national?.isValid() === true && isWrittenNationally(meant, national);
		});
	}
	return validatePhoneNumberLength(digits.slice(0, -1), country) === 'TOO_LONG' && !holdsOwnCode(digits, country);
}

/** Whether one digit too many, or two that changed places, hide a number that begins with the country's own code. */
function holdsOwnCode(digits: string, country: CountryCode): boolean {
	const code = getCountryCallingCode(country);
	const meant = [...digits].flatMap((digit, at) => {
		const [before, next, behind] = [digits.slice(0, at), digits.charAt(at + 1), digits.slice(at + 2)];
		return [`${before}${next}${behind}`, `${before}${next}${digit}${behind}`];
	});
	return meant.some((candidate) => candidate.startsWith(code) && valid(`+${candidate}`) !== undefined);
}

function readWithCountry(digits: string, country: CountryCode, subject: Subject): PhoneNumber {
	const national = possible(digits, country);
	if (national?.isValid() === true && GENERAL_INTERNATIONAL_PREFIX.test(digits)) return national;
	if (GENERAL_INTERNATIONAL_PREFIX.test(digits)) return readInternational(`+${digits.slice(2)}`, subject);
	// What else it could be makes no difference then, and is the most of the work.
	const writtenNationally = national !== undefined && isWrittenNationally(digits, national);
	if (national !== undefined && writtenNationally && national.isValid()) return national;

	const abroad = valid(`+${digits}`);
	const clearlyAbroad = abroad !== undefined && isClearlyFromAbroad(digits, country, abroad) ? abroad : undefined;
	const dialed = clearlyAbroad ?? valid(digits.replace(NORTH_AMERICAN_INTERNATIONAL_PREFIX, '+'));
	if (national === undefined) {
		if (dialed === undefined) throw notPossibleIn(country, subject);
		return dialed;
	}
	const other = dialed ?? abroad;
	if (other === undefined || other.number === national.number) return national;
	if (dialed !== undefined && !writtenNationally && !national.isValid()) return dialed;
	if (other.countryCallingCode === national.countryCallingCode) return other;
	throw ambiguous(national, other, subject);
}

/**
 * Reads a person's phone number, whatever a CRM or a spreadsheet made of it.
 * A number that is possible but not assigned (555, vendors' samples) passes; a number that two countries could mean does not.
 *
 * @param input text or number
 * @param options `defaultCountry`: ISO 3166 alpha-2, for numbers without country code; without it digits alone are
 * read as international. `field`: as shown in the editor
 * @returns E.164, e.g. `+16502426055`
 * @throws {InputProblem} when it is not one possible number
 */
export function readPhone(input: unknown, options: { defaultCountry?: string; field?: string } = {}): string {
	const field = options.field ?? 'Phone Number';
	const isE164 = typeof input === 'string' && E164.test(input);
	const bareNumber = isE164 ? input : bareNumberOf(input, field);
	const country = readCountry(options.defaultCountry);
	if (NORTH_AMERICAN_E164.test(bareNumber)) return bareNumber;
	const subject = (): string => `'${field}' holds ${shownValue(String(input))}`;
	if (bareNumber.startsWith('+')) return readInternational(bareNumber, subject).number;
	const number = country === undefined ? readWithoutCountry(bareNumber, subject) : readWithCountry(bareNumber, country, subject);
	return number.number;
}

/**
 * The form that Skycore and Vonage want on the wire.
 *
 * @param e164 as `readPhone` gives it
 * @returns the digits without the plus
 */
export function digitsOf(e164: string): string {
	return e164.replace(/^\+/, '');
}

/**
 * Tells people apart by their numbers; not for sending.
 *
 * @param e164 as `readPhone` gives it
 * @returns equal for all writings of the same number, Argentina's with and without the 9 included
 */
export function phoneKey(e164: string): string {
	return e164.replace(ARGENTINE_MOBILE, '+54$1');
}

/** A provider may leave out the country code, which has three digits at most. */
const LONGEST_COUNTRY_CODE = 3;

/**
 * Holds the number in an answer against the one that was asked about.
 *
 * @param written what the provider wrote, whatever punctuation or trunk prefix it has; nothing when it names none
 * @param e164 as `readPhone` gives it
 * @returns true when it is somebody else's
 */
export function isAnotherNumber(written: unknown, e164: string): boolean {
	const digits = typeof written === 'string' || typeof written === 'number' ? String(written).replace(/\D/g, '').replace(/^0+/, '') : '';
	const asked = digitsOf(e164);
	return digits !== '' && !(asked.endsWith(digits) && asked.length - digits.length <= LONGEST_COUNTRY_CODE);
}

/**
 * The country whose number it is, where its numbering plan says so.
 *
 * @param e164 as `readPhone` gives it
 * @returns ISO 3166 alpha-2, or null when the number is unassigned or belongs to no single country
 */
export function countryOf(e164: string): string | null {
	const number = parsed(e164);
	return number?.isValid() === true ? (number.country ?? null) : null;
}

function sentNumber(phoneRaw: string): PhoneNumber | undefined {
	if (phoneRaw.length > LONGEST_PROVIDER_NUMBER) return undefined;
	try {
		const bareNumber = bareNumberOf(phoneRaw, 'Phone Number');
		return possible(bareNumber.startsWith('+') ? bareNumber : `+${bareNumber.replace(GENERAL_INTERNATIONAL_PREFIX, '')}`);
	} catch {
		return undefined;
	}
}

/** Seven digits that most area codes have given out. */
const USUAL_LOCAL_NUMBERS = ['2345678', '5552345', '9962345'];

/**
 * The country of a North American number by its area code, whether or not the number itself is given out.
 *
 * @param e164 as `readPhone` gives it
 * @returns ISO 3166 alpha-2, or null when it is no North American number, or nobody knows the area code
 */
export function northAmericanCountryOf(e164: string): string | null {
	if (!NORTH_AMERICAN_E164.test(e164)) return null;
	const areaCode = e164.slice(0, 5);
	return USUAL_LOCAL_NUMBERS.reduce<string | null>((found, rest) => found ?? countryOf(`${areaCode}${rest}`), countryOf(e164));
}

/**
 * Reads a number that a provider sent. Never throws and never guesses a country: digits alone are international.
 *
 * @param raw the field as the provider sent it
 * @returns `phone` in E.164 or null, `phoneRaw` as sent, and a warning where somebody should look at it
 */
export function readProviderPhone(raw: unknown): { phone: string | null; phoneRaw: string | null; warning?: string } {
	const phoneRaw = typeof raw === 'string' ? raw : typeof raw === 'number' || typeof raw === 'bigint' ? String(raw) : null;
	if (phoneRaw === null || phoneRaw.normalize('NFKC').trim() === '') {
		return { phone: null, phoneRaw, warning: 'The provider sent no phone number.' };
	}
	const number = sentNumber(phoneRaw);
	if (number === undefined) {
		return { phone: null, phoneRaw, warning: 'The phone number that the provider sent cannot be read; see the raw number.' };
	}
	if (!number.isValid()) {
		return { phone: number.number, phoneRaw, warning: 'The phone number is not assigned in its numbering plan.' };
	}
	return { phone: number.number, phoneRaw };
}
