import type { INodeProperties } from 'n8n-workflow';

import { asksOf } from '../../../consent/samePerson';
import { type SkycoreUnsubscribeInput, unsubscribe } from '../../../providers/skycore/calls';
import { campaignName } from '../../../providers/skycore/document';
import { includesRawAnswer } from '../../fields/delivery';
import { credentialsField, type ProviderForm, providerNotice } from '../../fields/form';
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

const notice = providerNotice(
	'skycore',
	'This ends one campaign. No call ends all of them: that takes the text STOP ALL from the person. <a href="https://www.skycore.com/help/unsubscribe-v1/" target="_blank">Skycore: unsubscribe</a>',
);

const confirmationText: INodeProperties = {
	displayName: 'Confirmation by Text',
	name: 'notify',
	type: 'options',
	options: [
		{ name: 'Account Default', value: '', description: 'Leaves it to Skycore, which does not document what it does then' },
		{ name: 'No', value: 'no', description: 'Takes the person off without a text' },
		{ name: 'Yes', value: 'yes', description: 'Texts the person that they are unsubscribed' },
	],
	default: '',
	description: 'Whether Skycore should text the person that they are unsubscribed',
	hint: 'The node sends one such text at most; running it again may send another',
};

const additionalFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [campaignIdField, sendAsField],
};

export const skycore: ProviderForm = {
	provider: 'skycore',
	credentials: [skycoreCredential],
	properties: [credentialsField, campaignReferenceField, notice, phoneField, defaultCountryField, confirmationText, additionalFields],
	subtitle: SKYCORE_SUBTITLE,
	credentialTypeOf: () => SKYCORE_CREDENTIAL,
	prepare(parameters) {
		const fields = parameters.group(additionalFields);
		const input: SkycoreUnsubscribeInput = {
			transport: enteredSendAs(fields),
			...enteredCampaign(parameters, fields),
			phone: requiredPhone(parameters),
			notify: parameters.choice(confirmationText, ['yes', 'no'] as const),
			includeRaw: includesRawAnswer(parameters),
		};
		return {
			asks: asksOf(input, campaignName(input)),
			target: { provider: 'skycore', phone: input.phone, campaign: campaignName(input) },
			run: async (send) => [await send(unsubscribe(input))],
		};
	},
};
