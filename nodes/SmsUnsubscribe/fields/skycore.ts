import type { INodeProperties } from 'n8n-workflow';

import { asksOf } from '../../../consent/samePerson';
import { type SkycoreUnsubscribeInput, unsubscribe } from '../../../providers/skycore/calls';
import { campaignName } from '../../../providers/skycore/document';
import { includesRawAnswer } from '../../fields/delivery';
import { ADDITIONAL_FIELDS, additionalFields, credentialsField, type ProviderForm } from '../../fields/form';
import { defaultCountryField, phoneField, requiredPhone } from '../../fields/phone';
import {
	campaignIdField,
	campaignReferenceField,
	enteredCampaign,
	enteredSendAs,
	sendAsField,
	SKYCORE_CREDENTIAL,
	SKYCORE_SUBTITLE,
	skycoreCredential,
} from '../../fields/skycore';

const confirmationText: INodeProperties = {
	displayName: 'Confirmation by Text',
	name: 'notify',
	type: 'options',
	options: [
		{ name: 'Account Default', value: '', description: 'Leaves it to Skycore, which does not document what it does' },
		{ name: 'No', value: 'no', description: 'Takes the person off without a text' },
		{ name: 'Yes', value: 'yes', description: 'Texts the person that they are unsubscribed' },
	],
	default: '',
	description: 'Whether Skycore should text the person that they are unsubscribed',
	hint: "One text at most, and none while 'Retry On Fail' is on. Running the node again may send another.",
};

export const skycore: ProviderForm = {
	provider: 'skycore',
	credentials: [skycoreCredential],
	properties: [
		credentialsField,
		{ ...campaignReferenceField, hint: 'Ends this one campaign. No call ends all of them: for that, the person texts STOP ALL.' },
		phoneField,
		defaultCountryField,
		additionalFields([campaignIdField, confirmationText, sendAsField]),
	],
	subtitle: SKYCORE_SUBTITLE,
	credentialTypeOf: () => SKYCORE_CREDENTIAL,
	prepare(parameters) {
		const fields = parameters.group(ADDITIONAL_FIELDS);
		const input: SkycoreUnsubscribeInput = {
			transport: enteredSendAs(fields),
			...enteredCampaign(parameters, fields),
			phone: requiredPhone(parameters),
			notify: fields.choice(confirmationText, ['yes', 'no'] as const),
			includeRaw: includesRawAnswer(parameters),
		};
		return {
			asks: asksOf(input, campaignName(input)),
			target: { provider: 'skycore', phone: input.phone, campaign: campaignName(input) },
			run: async (send) => [await send(unsubscribe(input))],
		};
	},
};
