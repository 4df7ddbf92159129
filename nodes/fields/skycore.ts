import type { INodeProperties } from 'n8n-workflow';

import type { SkycoreSubscribeInput, SkycoreTransport } from '../../providers/skycore/calls';
import type { SkycoreCampaign } from '../../providers/skycore/document';
import { includesRawAnswer } from './delivery';
import { evidenceField } from './evidence';
import { ADDITIONAL_FIELDS, additionalField, additionalFields, credentialShownFor, credentialsField, providerNotice } from './form';
import { type ParameterReader, requireForm, requireId, requireSendable, requireValue } from './parameterReader';
import { defaultCountryField, phoneField, requiredPhone } from './phone';
import { enteredProfile, profileDataField, profileDataJsonField } from './skycoreProfile';
import { enteredTimeZone, timeZoneField } from './skycoreTimeZone';

export const SKYCORE_CREDENTIAL = 'smsConsentSkycoreApi';

export const skycoreCredential = credentialShownFor(SKYCORE_CREDENTIAL, 'skycore');

/** The campaign that the consent belongs to. */
export const campaignReferenceField: INodeProperties = {
	displayName: 'Campaign Reference',
	name: 'campaignReference',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 1116',
	displayOptions: { hide: { [additionalField('campaignId')]: [{ _cnd: { exists: true } }] } },
	description: 'The reference you gave the campaign when you created it at Skycore. Consent belongs to this one campaign.',
};

/** In additional fields of the name that `campaignReferenceField` refers to. */
export const campaignIdField: INodeProperties = {
	displayName: 'Campaign ID',
	name: 'campaignId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 1116',
	description:
		"The campaign's number, for accounts to which Skycore answers E902 or E903 because they have no campaign references. It is sent in place of the Campaign Reference.",
};

/** JavaScript that gives the campaign for a node's subtitle. */
export const SKYCORE_SUBTITLE = '($parameter["additionalFields"] || {})["campaignId"] || $parameter["campaignReference"]';

/** How a call is written. */
export const sendAsField: INodeProperties = {
	displayName: 'Send As',
	name: 'sendAs',
	type: 'options',
	options: [
		{
			name: 'Form (POST)',
			value: 'form',
			description: "As names and values. Skycore's documents name this way, but show no sample of it.",
		},
		{ name: 'XML by POST', value: 'xml', description: 'Keeps the API key and the phone number out of web addresses' },
		{
			name: 'Web Address (GET)',
			value: 'get',
			description: 'Puts the API key and the phone number into the web address, where servers on the way may log them',
		},
	],
	default: 'xml',
	description: 'How the call is written. Skycore does the same for all of them.',
};

const CARRIER_ID_LENGTH = 7;
const CARRIER_ID_FORM = /^\d{7}$/;

const carrierId: INodeProperties = {
	displayName: 'Carrier ID',
	name: 'carrierId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 0001470',
	description: "The carrier's ID at Skycore (SPID), such as 0001470; zeros at the front may be missing. Leave it out unless you know it.",
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

const subscriberReference: INodeProperties = {
	displayName: 'Subscriber Reference',
	name: 'subscriberReference',
	type: 'string',
	default: '',
	placeholder: 'e.g. ACCT-123232',
	description: 'Your own ID of the person. It may stand for several phone numbers.',
};

const FROM_NOW_ON = "From now on, Skycore texts this person the campaign's automatic replies and scheduled messages";
const HELP = '<a href="https://www.skycore.com/help/subscribe-v1/" target="_blank">Skycore: subscribe</a>';

/**
 * Everything that Skycore's subscribe call knows, in the order a person thinks.
 *
 * @param remark what to know besides, to be read behind what Skycore does from now on
 * @param more what else the node needs to know about the person
 */
export function skycoreSubscriptionFields(remark: string, more: INodeProperties[] = []): INodeProperties[] {
	return [
		credentialsField,
		campaignReferenceField,
		phoneField,
		defaultCountryField,
		providerNotice('skycore', `${FROM_NOW_ON}${remark} ${HELP}`),
		...more,
		additionalFields([
			campaignIdField,
			carrierId,
			confirmationText,
			doubleOptIn,
			evidenceField,
			profileDataField,
			profileDataJsonField,
			sendAsField,
			subscriberReference,
			timeZoneField,
		]),
	];
}

/**
 * @param parameters one item's entries
 * @param fields the collection that holds 'Campaign ID'
 * @throws {InputProblem} when there is none, or none that can be sent
 */
export function enteredCampaign(parameters: ParameterReader, fields: ParameterReader): SkycoreCampaign {
	const id = fields.wholeNumber(campaignIdField, { from: 1, to: Number.MAX_SAFE_INTEGER });
	if (id !== undefined) return { campaignId: String(id) };
	const reference = parameters.requiredText(
		campaignReferenceField,
		'Enter the reference of the Skycore campaign, or an expression that gives it for every item.',
	);
	return { campaignRef: requireValue(campaignReferenceField, requireSendable(campaignReferenceField, reference)) };
}

/**
 * @param collection the collection that holds 'Send As'
 * @throws {InputProblem} when an expression gave any other format
 */
export function enteredSendAs(collection: ParameterReader): SkycoreTransport {
	return collection.choice(sendAsField, ['xml', 'get', 'form'] as const) ?? 'xml';
}

/** Skycore calls it an integer and writes it with seven digits; spreadsheets make 1470 or 1470.0 of 0001470. */
function enteredCarrierId(fields: ParameterReader): string | undefined {
	const text = requireSendable(carrierId, fields.text(carrierId))?.replace(/\.0+$/, '');
	const complete = text !== undefined && /^\d+$/.test(text) ? text.padStart(CARRIER_ID_LENGTH, '0') : text;
	return requireForm(carrierId, complete, CARRIER_ID_FORM, `has to be a whole number of ${CARRIER_ID_LENGTH} digits at most, e.g. 0001470`);
}

/**
 * @param parameters one item's entries
 * @returns what Skycore's subscribe call takes, without saying whether it brings somebody back
 * @throws {InputProblem} when an entry cannot be sent
 */
export function enteredSkycoreSubscription(parameters: ParameterReader): SkycoreSubscribeInput {
	const fields = parameters.group(ADDITIONAL_FIELDS);
	const input: SkycoreSubscribeInput = {
		transport: enteredSendAs(fields),
		...enteredCampaign(parameters, fields),
		phone: requiredPhone(parameters),
		includeRaw: includesRawAnswer(parameters),
	};
	if (fields.isEmpty) return input;
	return {
		...input,
		subscriberRef: requireId(subscriberReference, requireSendable(subscriberReference, fields.text(subscriberReference))),
		data: enteredProfile(fields),
		carrierId: enteredCarrierId(fields),
		timeZone: enteredTimeZone(fields),
		notify: fields.choice(confirmationText, ['yes', 'no'] as const),
		doubleOptIn: fields.choice(doubleOptIn, ['yes', 'no'] as const),
	};
}
