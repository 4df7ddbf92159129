import type { INodeProperties } from 'n8n-workflow';

import type { Entries } from './entries';
import { credentialShownFor } from './form';

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
	description: 'The reference you gave the campaign when you created it at Skycore. Consent belongs to this one campaign.',
};

/** How a call is written. */
export const sendAsField: INodeProperties = {
	displayName: 'Send As',
	name: 'sendAs',
	type: 'options',
	options: [
		{ name: 'XML by POST', value: 'xml', description: 'Keeps the API key and the phone number out of web addresses' },
		{
			name: 'Web Address (GET)',
			value: 'get',
			description: 'Puts the API key and the phone number into the web address, where servers on the way may log them',
		},
	],
	default: 'xml',
	description: 'How the call is written. Skycore does the same for both.',
};

/**
 * @param entries one item's entries
 * @throws {InputProblem} when it is empty
 */
export function enteredCampaignReference(entries: Entries): string {
	return entries.requiredText(
		campaignReferenceField,
		'Enter the reference of the Skycore campaign, or an expression that gives it for every item.',
	);
}

/**
 * @param collection the collection that holds 'Send As'
 * @throws {InputProblem} when an expression gave any other format
 */
export function enteredSendAs(collection: Entries): 'xml' | 'get' {
	return collection.choice(sendAsField, ['xml', 'get'] as const) ?? 'xml';
}
