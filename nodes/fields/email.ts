import type { INodeProperties } from 'n8n-workflow';

import { AddressProblem } from '../../consent/failure';
import { shownValue } from '../../consent/shownValue';
import type { ParameterReader } from './parameterReader';

const ONE_ADDRESS = /^[^\s@,;<>]+@[^\s@,;<>]+$/;

/** The person's email address, for providers that keep consent for both channels. */
export const emailField: INodeProperties = {
	displayName: 'Email',
	name: 'email',
	type: 'string',
	default: '',
	placeholder: 'e.g. nathan@example.com',
	description: "The person's email address. Consent to email and consent to text messages are independent of each other.",
};

/**
 * @param parameters one item's entries
 * @returns the address; undefined when none was entered
 * @throws {AddressProblem} when the entry is not one email address
 */
export function enteredEmail(parameters: ParameterReader): string | undefined {
	const email = parameters.text(emailField);
	return email === undefined ? undefined : oneAddress(email);
}

/**
 * @param parameters one item's entries
 * @returns the address
 * @throws {AddressProblem} when nothing was entered, or something that is not one email address
 */
export function requiredEmail(parameters: ParameterReader): string {
	const email = enteredEmail(parameters);
	if (email !== undefined) return email;
	throw new AddressProblem(`'${emailField.displayName}' is empty`, 'Enter an address, or an expression that gives one for every item.');
}

function oneAddress(email: string): string {
	if (ONE_ADDRESS.test(email)) return email;
	throw new AddressProblem(
		`'${emailField.displayName}' holds ${shownValue(email)}: it must be one email address, such as name@example.com`,
		'Correct the field, or the expression that fills it.',
	);
}
