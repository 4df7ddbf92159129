import type { INodeProperties } from 'n8n-workflow';

import type { SkycoreSubscribeInput } from '../../providers/skycore/calls';
import type { Entries } from './entries';
import { includesRawAnswer } from './delivery';
import { credentialsField, providerNotice } from './form';
import { asTexts, enteredPairsAndJson, jsonField, pairsField } from './pairs';
import { defaultCountryField, phoneField, requiredPhone } from './phone';
import { campaignReferenceField, enteredCampaignReference, enteredSendAs, sendAsField } from './skycore';
import { enteredTimeZone, timeZoneField } from './skycoreTimeZone';

const CARRIER_ID_LENGTH = 7;

const carrierId: INodeProperties = {
	displayName: 'Carrier ID',
	name: 'carrierId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 0001470',
	description: "The carrier's ID at Skycore (SPID), seven digits with leading zeros. Leave it out unless you know it.",
};

const confirmationText: INodeProperties = {
	displayName: 'Confirmation Text (Older)',
	name: 'notify',
	type: 'options',
	options: [
		{ name: 'Account Default', value: '', description: 'Leaves the parameter out' },
		{ name: 'No', value: 'no', description: 'Asks Skycore not to text a confirmation' },
		{ name: 'Yes', value: 'yes', description: 'Texts the person that they are subscribed' },
	],
	default: '',
	description: "Skycore's NOTIFY parameter of 2013 to 2015. Today's documentation no longer lists it.",
};

const doubleOptIn: INodeProperties = {
	displayName: 'Double Opt-In (Older)',
	name: 'doubleOptIn',
	type: 'options',
	options: [
		{ name: 'Account Default', value: '', description: 'Leaves the parameter out' },
		{ name: 'No', value: 'no', description: 'Subscribes without asking the person again' },
		{ name: 'Yes', value: 'yes', description: 'Texts the person a question and subscribes them when they answer' },
	],
	default: '',
	description: "Skycore's CTA parameter of 2013 to 2015. Today's documentation no longer lists it.",
};

const profileData = pairsField(
	{
		name: 'profileData',
		displayName: 'Profile Data',
		description: "Fields of the subscriber's profile, such as FIRST_NAME",
	},
	{ name: 'FIRST_NAME', value: 'John' },
);

const profileDataJson = jsonField(
	{
		name: 'profileDataJson',
		displayName: 'Profile Data (JSON)',
		description:
			"Fields of the subscriber's profile as one JSON object. Where 'Profile Data' gives the same name, that one is sent.",
	},
	'{ "FIRST_NAME": "John", "PET": "Dog" }',
);

const subscriberReference: INodeProperties = {
	displayName: 'Subscriber Reference',
	name: 'subscriberReference',
	type: 'string',
	default: '',
	placeholder: 'e.g. ACCT-123232',
	description: 'Your own ID of the person. It may stand for several phone numbers.',
};

const additionalFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [
		carrierId,
		confirmationText,
		doubleOptIn,
		profileData,
		profileDataJson,
		sendAsField,
		subscriberReference,
		timeZoneField,
	],
};

const notice = providerNotice(
	'skycore',
	'From now on Skycore texts this person the automatic replies and scheduled messages of the campaign. <a href="https://www.skycore.com/help/subscribe-v1/" target="_blank">Skycore: subscribe</a>',
);

/**
 * Everything that Skycore's subscribe call knows, in the order a person thinks.
 *
 * @param more what else the node wants to know about the person
 */
export function skycoreSubscriptionFields(more: INodeProperties[]): INodeProperties[] {
	return [credentialsField, campaignReferenceField, phoneField, defaultCountryField, notice, ...more, additionalFields];
}

/** A spreadsheet turns 0001470 into the number 1470; the zeros belong to the ID. */
function enteredCarrierId(fields: Entries): string | undefined {
	const text = fields.text(carrierId);
	return typeof fields.any(carrierId) === 'number' ? text?.padStart(CARRIER_ID_LENGTH, '0') : text;
}

/**
 * @param entries one item's entries
 * @returns what Skycore's subscribe call takes, without saying whether it brings somebody back
 * @throws {InputProblem} when an entry cannot be sent
 */
export function enteredSkycoreSubscription(entries: Entries): SkycoreSubscribeInput {
	const fields = entries.within(additionalFields);
	const profile = enteredPairsAndJson(fields, profileData, profileDataJson);
	return {
		transport: enteredSendAs(fields),
		campaignRef: enteredCampaignReference(entries),
		phone: requiredPhone(entries),
		subscriberRef: fields.text(subscriberReference),
		data: profile && asTexts(profile, profileData),
		carrierId: enteredCarrierId(fields),
		timeZone: enteredTimeZone(fields),
		notify: fields.choice(confirmationText, ['yes', 'no'] as const),
		doubleOptIn: fields.choice(doubleOptIn, ['yes', 'no'] as const),
		includeRaw: includesRawAnswer(entries),
	};
}
