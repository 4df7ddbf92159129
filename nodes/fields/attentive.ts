import type { INodeProperties } from 'n8n-workflow';

import { AddressProblem } from '../../consent/failure';
import type { Person } from '../../providers/attentive/person';
import { emailField, enteredEmail } from './email';
import { credentialShownFor } from './form';
import type { ParameterReader } from './parameterReader';
import { defaultCountryField, enteredPhone, phoneField, requiredPhone, requireLongE164 } from './phone';

const API_KEY = { choice: 'apiKey', type: 'smsConsentAttentiveApi' };
const OAUTH2 = { choice: 'oAuth2', type: 'smsConsentAttentiveOAuth2Api' };

/** Named apart from the other providers' fields, so that switching the provider leaves no foreign choice behind. */
export const attentiveAuthenticationField: INodeProperties = {
	displayName: 'Authentication',
	name: 'attentiveAuthentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'API Key', value: 'apiKey', description: 'For a private app of your own company' },
		{ name: 'OAuth2', value: 'oAuth2', description: 'For an app that several companies connect to' },
	],
	default: 'apiKey',
};

export const attentiveCredentials = [API_KEY, OAUTH2].map(({ choice, type }) =>
	credentialShownFor(type, 'attentive', { [attentiveAuthenticationField.name]: choice }),
);

/** Attentive takes either of the two, or both. */
export const attentivePersonFields: INodeProperties[] = [
	{ ...phoneField, required: undefined, description: `${phoneField.description} You can leave it empty if you enter an 'Email'.` },
	defaultCountryField,
	{ ...emailField, description: `${emailField.description} You can leave it empty if you enter a 'Phone Number'.` },
];

/**
 * @param parameters one item's entries
 * @returns the credential type of the chosen authentication
 * @throws {InputProblem} when it is none of the list
 */
export function attentiveCredentialOf(parameters: ParameterReader): string {
	const chosen = parameters.choice(attentiveAuthenticationField, [API_KEY.choice, OAUTH2.choice]);
	return chosen === OAUTH2.choice ? OAUTH2.type : API_KEY.type;
}

/**
 * @param parameters one item's entries
 * @returns what was entered of phone (E.164) and email address
 * @throws {InputProblem} when both are empty, or one is not what Attentive accepts
 */
export function enteredAttentivePerson(parameters: ParameterReader): Person {
	const entered = enteredPhone(parameters);
	const phone = entered === undefined ? undefined : requireLongE164(parameters, entered);
	const email = enteredEmail(parameters);
	if (phone !== undefined) return { phone, ...(email !== undefined && { email }) };
	if (email !== undefined) return { email };
	throw new AddressProblem(
		`'${phoneField.displayName}' and '${emailField.displayName}' are both empty`,
		'Fill at least one of them: Attentive has to know who is meant.',
	);
}

/**
 * @param parameters one item's entries
 * @returns the number in E.164
 * @throws {InputProblem} when nothing was entered, or something that Attentive does not accept
 */
export function requiredAttentivePhone(parameters: ParameterReader): string {
	return requireLongE164(parameters, requiredPhone(parameters));
}
