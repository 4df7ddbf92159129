import type { INodeProperties } from 'n8n-workflow';

import type { SubscribeInput } from '../../providers/attentive/calls';
import { expectedCampaign, readSignUp, signUpName } from '../../providers/attentive/signUp';
import type { ItemSubject } from '../../transport/perItem';
import {
	attentiveAuthenticationField,
	attentiveCredentialOf,
	attentivePersonFields,
	enteredAttentivePerson,
} from './attentive';
import { includesRawAnswer } from './delivery';
import type { Entries } from './entries';
import { credentialsField, providerNotice } from './form';
import { enteredPairs, pairsField } from './pairs';

export const SUBSCRIPTION_TYPES = ['MARKETING', 'TRANSACTIONAL'] as const;

const legalNotice = providerNotice(
	'attentive',
	'Attentive texts the person at once: the "Reply Y" question, or a note that they are already subscribed. It requires that the person saw a <a href="https://docs.attentivemobile.com/pages/legal-docs/legal-disclosure-language" target="_blank">legal disclosure</a> where they signed up.',
);

export const signUpUnitField: INodeProperties = {
	displayName: 'Identify Sign-Up Unit By',
	name: 'signUpUnit',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Sign-Up Source ID', value: 'sourceId', description: "The ID column of Attentive's 'Sign-up Units' tab" },
		{
			name: 'Locale and Type',
			value: 'localeAndType',
			description: 'Attentive finds the unit; exactly one API sign-up unit must fit',
		},
	],
	default: 'sourceId',
	description: 'How Attentive should find the sign-up unit that the consent belongs to',
};

const bySourceId = { show: { [signUpUnitField.name]: ['sourceId'] } };
const byLocaleAndType = { show: { [signUpUnitField.name]: ['localeAndType'] } };

const signUpSourceIdField: INodeProperties = {
	displayName: 'Sign-Up Source ID',
	name: 'signUpSourceId',
	type: 'string',
	required: true,
	displayOptions: bySourceId,
	default: '',
	placeholder: 'e.g. 241654',
	description: "The ID of an API sign-up unit, as Attentive's 'Sign-up Units' tab shows it",
};

const localeLanguageField: INodeProperties = {
	displayName: 'Language',
	name: 'localeLanguage',
	type: 'string',
	required: true,
	displayOptions: byLocaleAndType,
	default: 'en',
	placeholder: 'e.g. en',
	description: "The sign-up unit's language, two letters",
};

const localeCountryField: INodeProperties = {
	displayName: 'Country',
	name: 'localeCountry',
	type: 'string',
	required: true,
	displayOptions: byLocaleAndType,
	default: 'US',
	placeholder: 'e.g. US',
	description: "The sign-up unit's country, two letters",
};

const subscriptionTypeField: INodeProperties = {
	displayName: 'Subscription Type',
	name: 'subscriptionType',
	type: 'options',
	required: true,
	displayOptions: byLocaleAndType,
	options: [
		{ name: 'Marketing', value: 'MARKETING', description: 'Offers and news' },
		{ name: 'Transactional', value: 'TRANSACTIONAL', description: 'Orders, deliveries and the like' },
	],
	default: 'MARKETING',
	description: 'What the person agreed to get',
};

const customIdentifiers = pairsField(
	{
		name: 'customIdentifiers',
		displayName: 'Custom Identifiers',
		description: 'IDs of the person in other systems, by the name that each has in Attentive',
	},
	{ name: 'loyaltyId', value: '48213' },
);

const identifier = (displayName: string, name: string, description: string): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: '',
	description,
});

const clientUserId = identifier('Client User ID', 'clientUserId', "The person's ID in your own system");
const klaviyoId = identifier('Klaviyo ID', 'klaviyoId', "The person's ID at Klaviyo");
const shopifyId = identifier('Shopify ID', 'shopifyId', "The person's ID at Shopify");

const additionalFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description: 'Attentive merges people who share an identifier, so give only IDs that belong to one person',
	options: [clientUserId, customIdentifiers, klaviyoId, shopifyId],
};

const singleOptInField: INodeProperties = {
	displayName: 'Single Opt-In',
	name: 'singleOptIn',
	type: 'boolean',
	default: false,
	description: 'Whether to leave out the "Reply Y" question, so that the person is subscribed without confirming it',
};

const singleOptInNotice: INodeProperties = {
	displayName:
		'Attentive strongly recommends the "Reply Y" question and asks you to talk to your Client Strategy Manager before you leave it out. You answer for the proof that this person agreed. About the legal message, the documents of Attentive disagree: it may or may not be sent then.',
	name: 'singleOptInNotice',
	type: 'notice',
	displayOptions: { show: { singleOptIn: [true] } },
	default: '',
};

/**
 * Everything that Attentive's subscribe call knows, in the order a person thinks.
 *
 * @param more what else the node wants to know about the person
 */
export function attentiveSubscriptionFields(more: INodeProperties[]): INodeProperties[] {
	return [
		attentiveAuthenticationField,
		credentialsField,
		signUpUnitField,
		signUpSourceIdField,
		localeLanguageField,
		localeCountryField,
		subscriptionTypeField,
		...attentivePersonFields,
		legalNotice,
		...more,
		singleOptInField,
		singleOptInNotice,
		additionalFields,
	];
}

/** The campaign in the node's subtitle. */
export const ATTENTIVE_SIGN_UP_SUBTITLE =
	'$parameter["signUpUnit"] === "localeAndType" ? $parameter["subscriptionType"] : $parameter["signUpSourceId"]';

/** Only the fields of the chosen way are read, so a leftover of the other way cannot travel along. */
function enteredSignUp(entries: Entries): Pick<SubscribeInput, 'signUpSourceId' | 'locale' | 'subscriptionType'> {
	if (entries.choice(signUpUnitField, ['sourceId', 'localeAndType'] as const) !== 'localeAndType') {
		return {
			signUpSourceId: entries.requiredText(
				signUpSourceIdField,
				"Enter the ID that Attentive's 'Sign-up Units' tab shows, or set 'Identify Sign-Up Unit By' to 'Locale and Type'.",
			),
		};
	}
	const remedy = 'Enter two letters, such as en and US.';
	return {
		locale: {
			language: entries.requiredText(localeLanguageField, remedy).toLowerCase(),
			country: entries.requiredText(localeCountryField, remedy).toUpperCase(),
		},
		subscriptionType: entries.choice(subscriptionTypeField, SUBSCRIPTION_TYPES) ?? 'MARKETING',
	};
}

/**
 * @param entries one item's entries
 * @returns what Attentive's subscribe call takes, without saying whether it brings somebody back
 * @throws {InputProblem} when an entry cannot be sent
 */
export function enteredAttentiveSubscription(entries: Entries): SubscribeInput {
	const fields = entries.within(additionalFields);
	return {
		credential: attentiveCredentialOf(entries),
		...enteredAttentivePerson(entries),
		...enteredSignUp(entries),
		externalIdentifiers: {
			clientUserId: fields.text(clientUserId),
			klaviyoId: fields.text(klaviyoId),
			shopifyId: fields.text(shopifyId),
			customIdentifiers: enteredPairs(fields, customIdentifiers),
		},
		singleOptIn: entries.flag(singleOptInField) ?? false,
		includeRaw: includesRawAnswer(entries),
	};
}

/**
 * @param input of a sign-up
 * @returns equal for items that ask for the same
 */
export function signUpDuplicateKey(input: SubscribeInput): string {
	return JSON.stringify([signUpName(readSignUp(input)), input.phone ?? null, input.email ?? null]);
}

/**
 * @param input of a sign-up
 * @param subscriptionType what the sign-up is for, as far as it is known; a sign-up source tells it only inside Attentive
 * @returns what a result or a failure says of the item before Attentive has answered
 */
export function attentiveSubscriptionSubject(input: SubscribeInput, subscriptionType = input.subscriptionType): ItemSubject {
	const { phone, email, singleOptIn } = input;
	return {
		provider: 'attentive',
		phone,
		email,
		channel: phone === undefined ? 'email' : 'sms',
		campaign: expectedCampaign({ phone, subscriptionType }) ?? undefined,
		signUpSource: signUpName(readSignUp(input)),
		singleOptIn,
	};
}
