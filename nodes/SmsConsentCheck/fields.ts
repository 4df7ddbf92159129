import type { INodeProperties } from 'n8n-workflow';

import type { LedgerQuestion, OptOutScope } from '../../consent/ledger';
import { PROVIDER_NAMES } from '../../consent/providerName';
import { emailField } from '../fields/email';
import type { ParameterReader } from '../fields/parameterReader';
import { defaultCountryField, phoneField } from '../fields/phone';
import { providerChoices } from '../fields/provider';
import { quietHoursField } from './quietHours';

export const WAYS = ['text', 'email'] as const;
const ANY_PROVIDER = 'any';
const CONTACT_OPERATIONS = ['check', 'prepare'];
const OF_CONTACTS = { show: { operation: CONTACT_OPERATIONS } };
const OF_LEDGER = { hide: { operation: ['prepare'] } };
const SCOPES = ['everything', 'campaign', 'provider'] as const satisfies readonly OptOutScope[];

export const operationField: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Check Contacts',
			value: 'check',
			action: 'Check contacts',
			description: 'Which contacts opted in, which opted out, and which are not known',
		},
		{
			name: 'List Everybody',
			value: 'list',
			action: 'List everybody',
			description: 'Everybody in the consent events, once for each campaign',
		},
		{
			name: 'Prepare a Look-Up',
			value: 'prepare',
			action: 'Prepare a look up',
			description: 'For a ledger in a database: adds consentKey, by which it finds the events of these contacts',
		},
	],
	default: 'check',
};

export const checkByField: INodeProperties = {
	displayName: 'Check By',
	name: 'checkBy',
	type: 'options',
	options: [
		{ name: 'Email', value: 'email', description: 'Consent to email, by the email address' },
		{ name: 'Text Messages', value: 'text', description: 'Consent to text and picture messages, by the phone number' },
	],
	default: 'text',
	description: 'Consent to one says nothing about the other',
	displayOptions: OF_CONTACTS,
};

const checkedPhoneField: INodeProperties = {
	...phoneField,
	displayOptions: { show: { operation: CONTACT_OPERATIONS, checkBy: ['text'] } },
};
const checkedEmailField: INodeProperties = {
	...emailField,
	required: true,
	displayOptions: { show: { operation: CONTACT_OPERATIONS, checkBy: ['email'] } },
};

export const consentProviderField: INodeProperties = {
	displayName: 'Provider',
	name: 'consentProvider',
	type: 'options',
	options: [{ name: 'Any', value: ANY_PROVIDER }, ...providerChoices(PROVIDER_NAMES)],
	default: ANY_PROVIDER,
	description: 'Whose campaigns to look at. With Any, a person who opted out at one of them is opted out.',
	displayOptions: OF_LEDGER,
};

export const campaignField: INodeProperties = {
	displayName: 'Campaign',
	name: 'campaign',
	type: 'string',
	default: '',
	placeholder: 'e.g. spring-sale',
	description:
		"As in the column 'campaign' of the events: Skycore's campaign reference, Voyage's campaign ID, Attentive's type and channel such as MARKETING TEXT. Empty means any: a person who opted out of one of them is opted out.",
	displayOptions: OF_LEDGER,
};

export const scopeField: INodeProperties = {
	displayName: 'An Opt-Out Counts For',
	name: 'optOutScope',
	type: 'options',
	options: [
		{ name: 'Every Provider', value: 'everything', description: 'A person who opted out anywhere is opted out' },
		{ name: 'This Campaign', value: 'campaign', description: 'A person who opted out of another campaign may still be in this one' },
		{ name: 'This Provider', value: 'provider', description: 'A person who opted out at another provider may still be in at this one' },
	],
	default: 'everything',
	description: 'How far an opt-out reaches. Ask your lawyer before you choose less than every provider.',
	hint: "Only opt-outs that arrive at 'Consent Events' count: switch on Return All in the node that reads your ledger",
	displayOptions: OF_LEDGER,
};

export const skipUnreadableField: INodeProperties = {
	displayName: 'Skip Unreadable Events',
	name: 'skipUnreadableEvents',
	type: 'boolean',
	default: false,
	description:
		'Whether to go on when an event cannot be read, such as an opt-out without a readable number. Otherwise the node stops and names the rows. A hint says how many were skipped.',
};

export const optionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [quietHoursField, skipUnreadableField],
	displayOptions: OF_LEDGER,
};

/** All fields, in the editor's order. */
export const PROPERTIES: INodeProperties[] = [
	operationField,
	checkByField,
	checkedPhoneField,
	checkedEmailField,
	defaultCountryField,
	consentProviderField,
	campaignField,
	scopeField,
	optionsField,
];

/**
 * @param parameters one item's entries
 * @returns what is asked about the person
 * @throws {InputProblem} when an expression gave something that the lists do not offer
 */
export function enteredQuestion(parameters: ParameterReader): LedgerQuestion {
	const provider = parameters.choice(consentProviderField, [ANY_PROVIDER, ...PROVIDER_NAMES]);
	const campaign = parameters.text(campaignField);
	return {
		scope: parameters.choice(scopeField, SCOPES) ?? 'everything',
		...(provider === undefined || provider === ANY_PROVIDER ? {} : { provider }),
		...(campaign === undefined ? {} : { campaign }),
	};
}
