import type { INodeProperties } from 'n8n-workflow';

import { consentOf, eligibility } from '../../../providers/attentive/calls';
import { attentiveAuthenticationField, attentiveCredentialOf, attentiveCredentials } from '../../fields/attentive';
import { includesRawAnswer } from '../../fields/delivery';
import { emailField } from '../../fields/email';
import type { Entries } from '../../fields/entries';
import { credentialsField, type ProviderForm, providerNotice } from '../../fields/form';
import { defaultCountryField, phoneField, requiredPhone } from '../../fields/phone';
import { onePerPerson } from '../onePerPerson';

const notice = providerNotice(
	'attentive',
	"Attentive answers for one person at a time and has no list of everybody who opted out. Needs the scope 'subscriptions:read'.",
);

const lookUpByField: INodeProperties = {
	displayName: 'Look Up By',
	name: 'lookUpBy',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Email', value: 'email', description: "The address's e-mail subscriptions" },
		{ name: 'Phone Number', value: 'phone', description: "The number's text subscriptions" },
	],
	default: 'phone',
	description: 'By what to find the person',
};

const byPhone = { show: { [lookUpByField.name]: ['phone'] } };
const byEmail = { show: { [lookUpByField.name]: ['email'] } };

const returnField: INodeProperties = {
	displayName: 'Return',
	name: 'attentiveReturn',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'One Item per Person',
			value: 'person',
			description: 'Not eligible as soon as one of the subscriptions must not be sent to',
		},
		{ name: 'One Item per Subscription', value: 'subscription', description: 'Marketing and transactional apart' },
	],
	default: 'subscription',
};

function enteredPerson(entries: Entries): { phone: string } | { email: string } {
	if (entries.choice(lookUpByField, ['phone', 'email'] as const) !== 'email') return { phone: requiredPhone(entries) };
	return { email: entries.requiredText(emailField, 'Enter an address, or an expression that gives one for every item.') };
}

export const attentive: ProviderForm = {
	provider: 'attentive',
	credentials: attentiveCredentials,
	properties: [
		attentiveAuthenticationField,
		credentialsField,
		lookUpByField,
		{ ...phoneField, displayOptions: byPhone },
		{ ...defaultCountryField, displayOptions: byPhone },
		{ ...emailField, required: true, displayOptions: byEmail },
		returnField,
		notice,
	],
	subtitle: '$parameter["lookUpBy"] === "email" ? $parameter["email"] : $parameter["phone"]',
	credentialTypeOf: attentiveCredentialOf,
	prepare(entries) {
		const person = enteredPerson(entries);
		const perPerson = entries.choice(returnField, ['subscription', 'person'] as const) === 'person';
		const call = eligibility({
			credential: attentiveCredentialOf(entries),
			...person,
			includeRaw: includesRawAnswer(entries),
		});
		return {
			duplicateKey: JSON.stringify(person),
			subject: { provider: 'attentive', ...person },
			async run(send) {
				const results = consentOf(await send(call), person);
				return perPerson ? [onePerPerson(results)] : results;
			},
		};
	},
};
