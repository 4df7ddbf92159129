import type { INodeProperties } from 'n8n-workflow';

import { AddressProblem, InputProblem } from '../../../consent/failure';
import { northAmericanCountryOf } from '../../../consent/phone';
import { shownValue } from '../../../consent/shownValue';
import { asksOf } from '../../../consent/samePerson';
import { VOYAGE_BASE_URL } from '../../../providers/voyage/auth';
import { subscribe, type VoyageSubscribeInput } from '../../../providers/voyage/calls';
import { includesRawAnswer } from '../../fields/delivery';
import { enteredEvidence, evidenceField } from '../../fields/evidence';
import {
	ADDITIONAL_FIELDS,
	additionalFields,
	credentialsField,
	credentialShownFor,
	type ProviderForm,
	providerNotice,
} from '../../fields/form';
import { enteredPairsAndJson, jsonField, pairsField } from '../../fields/pairs';
import type { ParameterReader } from '../../fields/parameterReader';
import { defaultCountryUnitedStates, phoneField, requiredPhone } from '../../fields/phone';

const CREDENTIAL = 'smsConsentVoyageApi';

const NORTH_AMERICAN_FORM = /^\+1\d{10}$/;
/** The United States and those of its territories that are numbered like states. */
const US_COUNTRIES: ReadonlySet<string> = new Set(['US', 'PR', 'VI', 'GU', 'AS', 'MP']);

const authenticationField: INodeProperties = {
	displayName: 'Authentication',
	name: 'voyageAuthentication',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'API Key (or Another Base URL)',
			value: 'apiKey',
			description: 'Only if Voyage gave you a key and the name of its header, or if its calls go somewhere else',
		},
		{ name: 'None', value: 'none', description: 'As Voyage documents it: without a key, to Voyage itself' },
	],
	default: 'none',
	hint: `With None, the call always goes to Voyage itself (${VOYAGE_BASE_URL})`,
};

const notice = providerNotice(
	'voyage',
	'Voyage texts the person a double opt-in question if the campaign asks for one. It does not say what happens to somebody who opted out: put <b>SMS Consent Check</b> before this node. United States numbers only. <a href="https://help.voyagesms.com/en/articles/8757836-api-opt-in" target="_blank">Voyage: API opt-in</a>',
);

const campaignIdField: INodeProperties = {
	displayName: 'Campaign ID',
	name: 'campaignId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 1234',
	description:
		"The number after 'list-building' in the address of the campaign's page at Voyage; it also stands under Design, Edit Source Code. Save the campaign once and toggle it on.",
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

function usesApiKey(parameters: ParameterReader): boolean {
	return parameters.choice(authenticationField, ['none', 'apiKey'] as const) === 'apiKey';
}

function enteredCampaignId(parameters: ParameterReader): number {
	const campaignId = parameters.wholeNumber(campaignIdField, { from: 1, to: Number.MAX_SAFE_INTEGER });
	if (campaignId !== undefined) return campaignId;
	throw new InputProblem(
		`'${campaignIdField.displayName}' is empty`,
		"Open the campaign at Voyage and copy the number after 'list-building' from the browser's address bar.",
	);
}

/** A number that no plan assigns may be one of the United States all the same, such as those with 555 in the documentation. */
function requiredUnitedStatesPhone(parameters: ParameterReader): string {
	const phone = requiredPhone(parameters);
	if (NORTH_AMERICAN_FORM.test(phone) && US_COUNTRIES.has(northAmericanCountryOf(phone) ?? 'US')) return phone;
	throw new AddressProblem(
		`'${phoneField.displayName}' holds ${shownValue(parameters.any(phoneField))}, and Voyage takes United States numbers only: +1 and ten digits`,
		"Leave this person out, for example by a Filter node before this one, or use a provider that serves the person's country.",
	);
}

function enteredAttributes(parameters: ParameterReader): Record<string, unknown> | undefined {
	const fields = parameters.group(ADDITIONAL_FIELDS);
	return enteredPairsAndJson(fields, attributesField, attributesJsonField);
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
		additionalFields([attributesField, attributesJsonField, evidenceField]),
	],
	subtitle: '$parameter["campaignId"]',
	credentialTypeOf: (parameters) => (usesApiKey(parameters) ? CREDENTIAL : undefined),
	prepare(parameters) {
		const input: VoyageSubscribeInput = {
			campaignId: enteredCampaignId(parameters),
			phone: requiredUnitedStatesPhone(parameters),
			attributes: enteredAttributes(parameters),
			authenticated: usesApiKey(parameters),
			includeRaw: includesRawAnswer(parameters),
		};
		return {
			asks: asksOf(input, String(input.campaignId)),
			target: { provider: 'voyage', phone: input.phone, campaign: String(input.campaignId) },
			evidence: enteredEvidence(parameters),
			run: async (send) => [await send(subscribe(input))],
		};
	},
};
