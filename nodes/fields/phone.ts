import type { INodeProperties } from 'n8n-workflow';

import { AddressProblem } from '../../consent/failure';
import { COUNTRIES, readPhone } from '../../consent/phone';
import { shownValue } from '../../consent/shownValue';
import type { ParameterReader } from './parameterReader';

/** The person's number, in whatever form it is kept. */
export const phoneField: INodeProperties = {
	displayName: 'Phone Number',
	name: 'phone',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. +1 650-242-6055',
	description: "The person's mobile number, written any usual way. A number without a country code is read as one of 'Default Country'.",
};

const MOST_USED = ['US', 'CA'];
const MOST_USED_FIRST = [
	...MOST_USED.flatMap((wanted) => COUNTRIES.filter(({ code }) => code === wanted)),
	...COUNTRIES.filter(({ code }) => !MOST_USED.includes(code)),
];

/** Which country a number without a country code belongs to. */
export const defaultCountryField: INodeProperties = {
	displayName: 'Default Country',
	name: 'defaultCountry',
	type: 'options',
	options: [
		{ name: 'None (Numbers Include a Country Code)', value: '' },
		...MOST_USED_FIRST.map(({ code, name, callingCode }) => ({ name: `${name} (+${callingCode})`, value: code })),
	],
	default: '',
	description: 'The country of numbers that have no country code. An expression may give a two-letter code, such as US.',
};

/** The same list for a provider that only reaches United States numbers. */
export const defaultCountryUnitedStates: INodeProperties = { ...defaultCountryField, default: 'US' };

/**
 * @param parameters where the number and the default country were entered
 * @param field the phone field, when it is not the usual one
 * @returns the number in E.164; undefined when none was entered
 * @throws {AddressProblem} when the entry is not a phone number
 */
export function enteredPhone(parameters: ParameterReader, field: INodeProperties = phoneField): string | undefined {
	const entered = parameters.any(field);
	if (entered === undefined) return undefined;
	return readPhone(entered, { defaultCountry: parameters.text(defaultCountryField), field: field.displayName });
}

/**
 * @param parameters where the number and the default country were entered
 * @returns the number in E.164
 * @throws {AddressProblem} when nothing was entered, or something that is not a phone number
 */
export function requiredPhone(parameters: ParameterReader): string {
	const phone = enteredPhone(parameters);
	if (phone !== undefined) return phone;
	throw new AddressProblem(
		`'${phoneField.displayName}' is empty`,
		'Enter a number, or an expression that gives one for every item, such as {{ $json.phone }}.',
	);
}

/** Shorter numbers, such as some of Germany, are read well, but not every provider takes them. */
const LONG_E164 = /^\+[1-9]\d{6,14}$/;

/**
 * @param parameters where the number was entered
 * @param phone the same in E.164
 * @returns it
 * @throws {AddressProblem} when it has not the 7 to 15 digits that some providers insist on
 */
export function requireLongE164(parameters: ParameterReader, phone: string): string {
	if (LONG_E164.test(phone)) return phone;
	throw new AddressProblem(
		`'${phoneField.displayName}' holds ${shownValue(parameters.any(phoneField))}, which is too short: this provider takes 7 to 15 digits`,
		'Compare it with your source. The number needs its country code, such as +16502426055.',
	);
}
