import type { INodeProperties } from 'n8n-workflow';

import { asksOf } from '../../../consent/samePerson';
import { consentOf, eligibility, type LookUpKey } from '../../../providers/attentive/eligibility';
import { attentiveAuthenticationField, attentiveCredentialOf, attentiveCredentials, requiredAttentivePhone } from '../../fields/attentive';
import { includesRawAnswer } from '../../fields/delivery';
import { emailField, requiredEmail } from '../../fields/email';
import { credentialsField, type ProviderForm } from '../../fields/form';
import type { ParameterReader } from '../../fields/parameterReader';
import { defaultCountryField, phoneField } from '../../fields/phone';
import { onePerPerson } from '../onePerPerson';

const lookUpByField: INodeProperties = {
	displayName: 'Look Up By',
	name: 'lookUpBy',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Email', value: 'email', description: "The address's email subscriptions" },
		{ name: 'Phone Number', value: 'phone', description: "The number's text subscriptions" },
	],
	default: 'phone',
	description: "By what to find the person. Needs the scope 'subscriptions:read'.",
	hint: 'One person per item: Attentive has no list of everybody who opted out',
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

function enteredLookUpKey(parameters: ParameterReader): LookUpKey {
	const byEmailAddress = parameters.choice(lookUpByField, ['phone', 'email'] as const) === 'email';
	return byEmailAddress ? { email: requiredEmail(parameters) } : { phone: requiredAttentivePhone(parameters) };
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
	],
	subtitle: '$parameter["lookUpBy"] === "email" ? $parameter["email"] : $parameter["phone"]',
	credentialTypeOf: attentiveCredentialOf,
	prepare(parameters) {
		const person = enteredLookUpKey(parameters);
		const perPerson = parameters.choice(returnField, ['subscription', 'person'] as const) === 'person';
		const call = eligibility({
			credential: attentiveCredentialOf(parameters),
			...person,
			includeRaw: includesRawAnswer(parameters),
		});
		return {
			asks: asksOf(person, ''),
			target: { provider: 'attentive', ...person },
			async run(send) {
				const results = consentOf(await send(call), person);
				return perPerson ? [onePerPerson(results)] : results;
			},
		};
	},
};
