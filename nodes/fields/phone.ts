import type { INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import { COUNTRIES, readPhone } from '../../consent/phone';
import type { ParameterReader } from './parameterReader';

/** The person's number, in whatever form it is kept. */
export const phoneField: INodeProperties = {
	displayName: 'Phone Number',
	name: 'phone',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. +1 650-242-6055',
	description:
		"The person's mobile number, written in any usual way. A number without its country code is read as one of 'Default Country'.",
};

/** Which country a number without a country code belongs to. */
export const defaultCountryField: INodeProperties = {
	displayName: 'Default Country',
	name: 'defaultCountry',
	type: 'options',
	options: [
		{ name: 'None: Every Number Carries Its Country Code', value: '' },
		...COUNTRIES.map(({ code, name, callingCode }) => ({ name: `${name} (+${callingCode})`, value: code })),
	],
	default: '',
	description: 'The country of numbers that are written without a country code. An expression may give a two-letter code, such as US.',
};

/** The same list for a provider that only reaches United States numbers. */
export const defaultCountryUnitedStates: INodeProperties = { ...defaultCountryField, default: 'US' };

/**
 * @param parameters where the number and the default country were entered
 * @param field the phone field, when it is not the usual one
 * @returns the number in E.164; undefined when none was entered
 * @throws {InputProblem} when the entry is not a phone number
 */
export function enteredPhone(parameters: ParameterReader, field: INodeProperties = phoneField): string | undefined {
	const entered = parameters.any(field);
	if (entered === undefined) return undefined;
	return readPhone(entered, { defaultCountry: parameters.text(defaultCountryField), field: field.displayName });
}

/**
 * @param parameters where the number and the default country were entered
 * @returns the number in E.164
 * @throws {InputProblem} when nothing was entered, or something that is not a phone number
 */
export function requiredPhone(parameters: ParameterReader): string {
	const phone = enteredPhone(parameters);
	if (phone !== undefined) return phone;
	throw new InputProblem(
		`'${phoneField.displayName}' is empty`,
		'Enter a number, or an expression that gives one for every item, such as {{ $json.phone }}.',
	);
}

/** Shorter numbers, such as some of Germany, are read well, but not every provider takes them. */
const LONG_E164 = /^\+[1-9]\d{6,14}$/;

/**
 * @param phone in E.164
 * @returns true when it has the 7 to 15 digits that some providers insist on
 */
export function isLongE164(phone: string): boolean {
	return LONG_E164.test(phone);
}
