import type { INodeProperties } from 'n8n-workflow';

import type { Entries } from './entries';
import { emailField } from './email';
import { credentialShownFor } from './form';
import { defaultCountryField, enteredPhone, phoneField } from './phone';

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
	{ ...phoneField, required: undefined, description: `${phoneField.description} May stay empty when 'Email' is given.` },
	defaultCountryField,
	{ ...emailField, description: `${emailField.description} May stay empty when 'Phone Number' is given.` },
];

/**
 * @param entries one item's entries
 * @returns the credential type of the chosen authentication
 * @throws {InputProblem} when it is none of the list
 */
export function attentiveCredentialOf(entries: Entries): string {
	const chosen = entries.choice(attentiveAuthenticationField, [API_KEY.choice, OAUTH2.choice]);
	return chosen === OAUTH2.choice ? OAUTH2.type : API_KEY.type;
}

/**
 * @param entries one item's entries
 * @returns what was entered of phone (E.164) and e-mail address
 * @throws {InputProblem} when the phone number cannot be read
 */
export function enteredAttentivePerson(entries: Entries): { phone?: string; email?: string } {
	const phone = enteredPhone(entries);
	const email = entries.text(emailField);
	return { ...(phone !== undefined && { phone }), ...(email !== undefined && { email }) };
}
