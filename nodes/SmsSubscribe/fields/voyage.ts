import type { INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../../consent/failure';
import { subscribe } from '../../../providers/voyage/calls';
import { VOYAGE_BASE_URL } from '../../../providers/voyage/signature';
import { includesRawAnswer } from '../../fields/delivery';
import type { Entries } from '../../fields/entries';
import { enteredEvidence, evidenceField } from '../../fields/evidence';
import { credentialsField, credentialShownFor, type ProviderForm, providerNotice } from '../../fields/form';
import { enteredPairsAndJson, jsonField, pairsField } from '../../fields/pairs';
import { defaultCountryUnitedStates, phoneField, requiredPhone } from '../../fields/phone';

const CREDENTIAL = 'smsConsentVoyageApi';

const authenticationField: INodeProperties = {
	displayName: 'Authentication',
	name: 'voyageAuthentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'API Key (or Another Base URL)', value: 'apiKey', description: 'Only when Voyage has given you a key and the name of its header, or when its calls go elsewhere' },
		{ name: 'None', value: 'none', description: 'As Voyage documents the call: without a key, at Voyage itself' },
	],
	default: 'none',
	hint: `With None, the call always goes to Voyage itself (${VOYAGE_BASE_URL})`,
};

const notice = providerNotice(
	'voyage',
	'Voyage reaches United States numbers only. It texts the person a double opt-in question where the campaign asks for one; people who are subscribed already get no text. <a href="https://help.voyagesms.com/en/articles/8757836-api-opt-in" target="_blank">Voyage: API opt-in</a>',
);

const campaignIdField: INodeProperties = {
	displayName: 'Campaign ID',
	name: 'campaignId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 1234',
	description: "The number after 'list-building' in the address of the campaign's page at Voyage",
};

const attributesField = pairsField(
	{ name: 'attributes', displayName: 'Attributes', description: 'What else Voyage should know about the person' },
	{ name: 'email', value: 'my@domain.com' },
);

const attributesJsonField = jsonField(
	{
		name: 'attributesJson',
		displayName: 'Attributes (JSON)',
		description:
			"What else Voyage should know about the person, as one JSON object. Where 'Attributes' gives the same name, that one is sent.",
	},
	'{ "email": "my@domain.com" }',
);

const additionalFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [attributesField, attributesJsonField],
};

function usesApiKey(entries: Entries): boolean {
	return entries.choice(authenticationField, ['none', 'apiKey'] as const) === 'apiKey';
}

function enteredCampaignId(entries: Entries): number {
	const campaignId = entries.wholeNumber(campaignIdField, { from: 1, to: Number.MAX_SAFE_INTEGER });
	if (campaignId !== undefined) return campaignId;
	throw new InputProblem(
		`'${campaignIdField.displayName}' is empty`,
		"Open the campaign at Voyage and copy the number after 'list-building' from the browser's address bar.",
	);
}

export const voyage: ProviderForm = {
	provider: 'voyage',
	credentials: [credentialShownFor(CREDENTIAL, 'voyage', { [authenticationField.name]: 'apiKey' })],
	properties: [
		authenticationField,
		credentialsField,
		campaignIdField,
		phoneField,
		defaultCountryUnitedStates,
		notice,
		evidenceField,
		additionalFields,
	],
	subtitle: '$parameter["campaignId"]',
	credentialTypeOf: (entries) => (usesApiKey(entries) ? CREDENTIAL : undefined),
	prepare(entries) {
		const campaignId = enteredCampaignId(entries);
		const phone = requiredPhone(entries);
		const call = subscribe({
			campaignId,
			phone,
			attributes: enteredPairsAndJson(entries.within(additionalFields), attributesField, attributesJsonField),
			authenticated: usesApiKey(entries),
			includeRaw: includesRawAnswer(entries),
		});
		return {
			duplicateKey: JSON.stringify([campaignId, phone]),
			subject: { provider: 'voyage', phone, campaign: String(campaignId) },
			evidence: enteredEvidence(entries),
			run: async (send) => [await send(call)],
		};
	},
};
