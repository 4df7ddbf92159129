import type { INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import { shownValue } from '../../consent/shownValue';
import { expectedCampaign } from '../../providers/attentive/campaign';
import { channelOf } from '../../providers/attentive/person';
import {
	type SignUpUnit,
	signUpUnitName,
	SUBSCRIPTION_TYPES,
	type SubscriptionType,
	subscriptionTypeOf,
} from '../../providers/attentive/signUpUnit';
import type { ExternalIdentifiers, SubscribeInput } from '../../providers/attentive/subscribe';
import type { ItemTarget } from '../../transport/outbound/itemError';
import { attentiveAuthenticationField, attentiveCredentialOf, attentivePersonFields, enteredAttentivePerson } from './attentive';
import { includesRawAnswer } from './delivery';
import { evidenceField } from './evidence';
import { ADDITIONAL_FIELDS, additionalField, additionalFields, credentialsField, providerNotice } from './form';
import { enteredPairs, pairsField } from './pairs';
import { type Field, type ParameterReader, requireId } from './parameterReader';

const legalNotice = providerNotice(
	'attentive',
	'Attentive texts the person right away: the "Reply Y" question, or a note that they are already subscribed. It requires that they saw a <a href="https://docs.attentivemobile.com/pages/legal-docs/legal-disclosure-language" target="_blank">legal disclosure</a> where they signed up.',
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
		{
			name: 'Sign-Up Source ID, Locale and Type',
			value: 'both',
			description: 'The ID, with language, country and type beside it',
		},
	],
	default: 'sourceId',
	description: 'How Attentive should find the sign-up unit that the consent belongs to',
};

const bySourceId = { show: { [signUpUnitField.name]: ['sourceId', 'both'] } };
const byLocaleAndType = { show: { [signUpUnitField.name]: ['localeAndType', 'both'] } };

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

const aboutId = (whose: string): string =>
	`${whose}. Attentive merges people who share an identifier, so give only IDs that belong to one person.`;

const customIdentifiersField = pairsField(
	{
		name: 'customIdentifiers',
		displayName: 'Custom Identifiers',
		description: aboutId('IDs of the person in other systems, by the name that each has in Attentive'),
	},
	{ name: 'loyaltyId', value: '48213' },
);

const identifier = (displayName: string, name: string, whose: string): INodeProperties => ({
	displayName,
	name,
	type: 'string',
	default: '',
	description: aboutId(whose),
});

const clientUserIdField = identifier('Client User ID', 'clientUserId', "The person's ID in your own system");
const klaviyoIdField = identifier('Klaviyo ID', 'klaviyoId', "The person's ID at Klaviyo");
const shopifyIdField = identifier('Shopify ID', 'shopifyId', "The person's ID at Shopify");

const singleOptInField: INodeProperties = {
	displayName: 'Single Opt-In',
	name: 'singleOptIn',
	type: 'boolean',
	default: false,
	description: 'Whether to skip the "Reply Y" question, so that the person is subscribed without confirming',
};

const singleOptInNotice: INodeProperties = {
	displayName:
		'Attentive strongly recommends the "Reply Y" question and asks you to talk to your Client Strategy Manager before you skip it. You are responsible for proof that this person agreed. Attentive’s documents disagree on whether it still sends the legal message.',
	name: 'singleOptInNotice',
	type: 'notice',
	displayOptions: { show: { [additionalField('singleOptIn')]: [true] } },
	default: '',
};

/**
 * Everything that Attentive's subscribe call knows, in the order a person thinks.
 *
 * @param node what else the node needs (`required`), what it can do without (`additional`), and what to know about the latter (`notices`)
 */
export function attentiveSubscriptionFields(node: {
	required: INodeProperties[];
	additional?: INodeProperties[];
	notices?: INodeProperties[];
}): INodeProperties[] {
	const { required, additional = [], notices = [] } = node;
	return [
		attentiveAuthenticationField,
		credentialsField,
		signUpUnitField,
		signUpSourceIdField,
		localeLanguageField,
		localeCountryField,
		subscriptionTypeField,
		...required,
		...attentivePersonFields,
		legalNotice,
		...notices,
		singleOptInNotice,
		additionalFields([
			clientUserIdField,
			customIdentifiersField,
			evidenceField,
			klaviyoIdField,
			shopifyIdField,
			singleOptInField,
			...additional,
		]),
	];
}

/** The campaign in the node's subtitle. */
export const ATTENTIVE_SIGN_UP_SUBTITLE =
	'$parameter["signUpUnit"] === "localeAndType" ? $parameter["subscriptionType"] : $parameter["signUpSourceId"]';

function requireCode(field: Field, code: string, form: RegExp, expected: string): string {
	if (form.test(code)) return code;
	throw new InputProblem(
		`'${field.displayName}' is ${shownValue(code)}, but Attentive compares it letter by letter and expects ${expected}`,
		'Write such a code, or let the expression give one.',
	);
}

/** Only the fields of the chosen way are read, so a leftover of another way cannot travel along. */
function enteredSignUpUnit(parameters: ParameterReader): SignUpUnit {
	switch (parameters.choice(signUpUnitField, ['sourceId', 'localeAndType', 'both'] as const)) {
		case 'localeAndType':
			return enteredLocaleAndType(parameters);
		case 'both':
			return { ...enteredLocaleAndType(parameters), signUpSourceId: enteredSignUpSource(parameters) };
		default:
			return { signUpSourceId: enteredSignUpSource(parameters) };
	}
}

function enteredSignUpSource(parameters: ParameterReader): string {
	const remedy = "Enter the ID that Attentive's 'Sign-up Units' tab shows, or set 'Identify Sign-Up Unit By' to 'Locale and Type'.";
	return requireId(signUpSourceIdField, parameters.requiredText(signUpSourceIdField, remedy));
}

function enteredLocaleAndType(parameters: ParameterReader): Exclude<SignUpUnit, { signUpSourceId: string }> {
	const remedy = 'Enter two letters, such as en and US.';
	const language = parameters.requiredText(localeLanguageField, remedy).toLowerCase();
	const country = parameters.requiredText(localeCountryField, remedy).toUpperCase();
	const subscriptionType = parameters.choice(subscriptionTypeField, SUBSCRIPTION_TYPES) ?? 'MARKETING';
	return {
		locale: {
			language: requireCode(localeLanguageField, language, /^[a-z]{2}$/, 'two small letters, such as en (ISO 639-1)'),
			country: requireCode(localeCountryField, country, /^[A-Z]{2}$/, 'two capital letters, such as US (ISO 3166-1)'),
		},
		subscriptionType,
	};
}

function enteredCustomIdentifiers(fields: ParameterReader): { name: string; value: string }[] {
	const pairs = enteredPairs(fields, customIdentifiersField);
	for (const { name, value } of pairs) {
		requireId({ ...customIdentifiersField, displayName: `${customIdentifiersField.displayName} > ${name}` }, value);
	}
	const names = pairs.map(({ name }) => name);
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice === undefined) return pairs;
	throw new InputProblem(
		`The custom identifier ${shownValue(twice)} is there twice`,
		'Keep one row per name: Attentive merges people who share an identifier.',
	);
}

function enteredIdentifiers(parameters: ParameterReader): ExternalIdentifiers | undefined {
	const fields = parameters.group(ADDITIONAL_FIELDS);
	const clientUserId = requireId(clientUserIdField, fields.text(clientUserIdField));
	const klaviyoId = requireId(klaviyoIdField, fields.text(klaviyoIdField));
	const shopifyId = requireId(shopifyIdField, fields.text(shopifyIdField));
	const customIdentifiers = enteredCustomIdentifiers(fields);
	const identifiers: ExternalIdentifiers = {
		...(clientUserId !== undefined && { clientUserId }),
		...(shopifyId !== undefined && { shopifyId }),
		...(klaviyoId !== undefined && { klaviyoId }),
		...(customIdentifiers.length > 0 && { customIdentifiers }),
	};
	return Object.keys(identifiers).length === 0 ? undefined : identifiers;
}

/**
 * @param parameters one item's entries
 * @returns what Attentive's subscribe call takes, without saying whether it brings somebody back
 * @throws {InputProblem} when an entry cannot be sent
 */
export function enteredAttentiveSubscription(parameters: ParameterReader): SubscribeInput {
	return {
		credential: attentiveCredentialOf(parameters),
		...enteredAttentivePerson(parameters),
		...enteredSignUpUnit(parameters),
		externalIdentifiers: enteredIdentifiers(parameters),
		singleOptIn: parameters.group(ADDITIONAL_FIELDS).flag(singleOptInField) ?? false,
		includeRaw: includesRawAnswer(parameters),
	};
}

/**
 * @param input of a sign-up
 * @param alreadyAsked the ways by which an earlier item has asked for the same; never both
 * @returns what is left to ask for
 */
export function withoutAsked(input: SubscribeInput, alreadyAsked: ReadonlySet<string>): SubscribeInput {
	const { phone, email } = input;
	if (alreadyAsked.has('sms') && email !== undefined) return { ...input, phone: undefined, email };
	if (alreadyAsked.has('email') && phone !== undefined) return { ...input, phone, email: undefined };
	return input;
}

/**
 * @param input of a sign-up
 * @param subscriptionType what the sign-up is for, as far as it is known
 * @returns what a result or a failure says of the item before Attentive has answered
 */
export function attentiveSubscriptionTarget(
	input: SubscribeInput,
	subscriptionType: SubscriptionType | undefined = subscriptionTypeOf(input),
): ItemTarget {
	const { phone, email, singleOptIn } = input;
	return {
		provider: 'attentive',
		phone,
		email,
		channel: channelOf(input),
		campaign: subscriptionType && expectedCampaign(subscriptionType, input),
		signUpSource: signUpUnitName(input),
		singleOptIn,
	};
}
