import type { INodeProperties } from 'n8n-workflow';

import { endedCampaign, endedChannel, unsubscribe, type UnsubscribeInput } from '../../../providers/attentive/calls';
import {
	attentiveAuthenticationField,
	attentiveCredentialOf,
	attentiveCredentials,
	attentivePersonFields,
	enteredAttentivePerson,
} from '../../fields/attentive';
import { includesRawAnswer } from '../../fields/delivery';
import type { Entries } from '../../fields/entries';
import { credentialsField, type ProviderForm, providerNotice } from '../../fields/form';

const SUBSCRIPTION_GROUP = 'subscription';
const TYPES = ['MARKETING', 'TRANSACTIONAL', 'CHECKOUT_ABANDONED'] as const;
const CHANNELS = ['TEXT', 'EMAIL'] as const;

const notice = providerNotice(
	'attentive',
	'A phone number reaches text subscriptions only, an e-mail address e-mail subscriptions only. Give both to end both. <a href="https://docs.attentive.com/reference/unsubscribesubscriptions" target="_blank">Attentive: unsubscribe</a>',
);

const scopeField: INodeProperties = {
	displayName: 'Unsubscribe From',
	name: 'unsubscribeFrom',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Everything Reachable by the Given Phone or Email',
			value: 'everything',
			description: 'Ends every text subscription of the phone number and every e-mail subscription of the address',
		},
		{ name: 'Chosen Subscriptions', value: 'chosen', description: 'Ends only the subscriptions listed below' },
	],
	default: 'everything',
	description: 'Which subscriptions to end',
};

const channelField: INodeProperties = {
	displayName: 'Channel',
	name: 'channel',
	type: 'options',
	options: [
		{ name: 'Email', value: 'EMAIL' },
		{ name: 'Text', value: 'TEXT' },
	],
	default: 'TEXT',
};

const typeField: INodeProperties = {
	displayName: 'Type',
	name: 'type',
	type: 'options',
	options: [
		{ name: 'Checkout Abandoned', value: 'CHECKOUT_ABANDONED' },
		{ name: 'Marketing', value: 'MARKETING' },
		{ name: 'Transactional', value: 'TRANSACTIONAL' },
	],
	default: 'MARKETING',
};

const subscriptionsField: INodeProperties = {
	displayName: 'Subscriptions',
	name: 'subscriptions',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Subscription',
	displayOptions: { show: { [scopeField.name]: ['chosen'] } },
	default: {},
	options: [{ displayName: 'Subscription', name: SUBSCRIPTION_GROUP, values: [channelField, typeField] }],
};

const confirmationField: INodeProperties = {
	displayName: 'Send Confirmation Text',
	name: 'confirmationText',
	type: 'boolean',
	default: true,
	description: 'Whether Attentive should text the person that they are unsubscribed',
	hint: 'While this is on, a repeat texts the person again',
};

const languageField: INodeProperties = {
	displayName: 'Language of the Confirmation Text',
	name: 'confirmationLanguage',
	type: 'options',
	displayOptions: { show: { [confirmationField.name]: [true] } },
	options: [
		{ name: 'Account Default', value: '' },
		{ name: 'English (United States)', value: 'en-US' },
		{ name: 'French (Canada)', value: 'fr-CA' },
	],
	default: '',
};

function enteredSubscriptions(entries: Entries): UnsubscribeInput['subscriptions'] {
	if (entries.choice(scopeField, ['everything', 'chosen'] as const) !== 'chosen') return 'everything';
	return entries.rows(subscriptionsField, SUBSCRIPTION_GROUP).map((row) => ({
		type: row.choice(typeField, TYPES) ?? 'MARKETING',
		channel: row.choice(channelField, CHANNELS) ?? 'TEXT',
	}));
}

function enteredNotification(entries: Entries): UnsubscribeInput['notification'] {
	if (entries.flag(confirmationField) === false) return { disabled: true };
	const language = entries.choice(languageField, ['en-US', 'fr-CA'] as const);
	return language && { disabled: false, language };
}

export const attentive: ProviderForm = {
	provider: 'attentive',
	credentials: attentiveCredentials,
	properties: [
		attentiveAuthenticationField,
		credentialsField,
		...attentivePersonFields,
		notice,
		scopeField,
		subscriptionsField,
		confirmationField,
		languageField,
	],
	subtitle: '$parameter["unsubscribeFrom"] === "chosen" ? "Chosen Subscriptions" : "Everything"',
	credentialTypeOf: attentiveCredentialOf,
	prepare(entries) {
		const person = enteredAttentivePerson(entries);
		const subscriptions = enteredSubscriptions(entries);
		const call = unsubscribe({
			credential: attentiveCredentialOf(entries),
			...person,
			subscriptions,
			notification: enteredNotification(entries),
			includeRaw: includesRawAnswer(entries),
		});
		return {
			duplicateKey: JSON.stringify([person.phone ?? null, person.email ?? null, subscriptions]),
			subject: {
				provider: 'attentive',
				...person,
				channel: endedChannel({ ...person, subscriptions }),
				campaign: endedCampaign({ subscriptions }) ?? undefined,
			},
			run: async (send) => [await send(call)],
		};
	},
};
