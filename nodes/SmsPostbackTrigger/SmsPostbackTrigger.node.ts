import type { IHookFunctions, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { whileChosen } from '../fields/form';
import { answerPostback } from './answer';
import { SENDERS } from './fields';
import { FILTER_PROPERTIES, PROVIDER_PROPERTIES } from './fields/common';
import { OUTPUTS_EXPRESSION } from './outputs';
import { TRIGGER_PANEL } from './panel';
import { explained, registrationOf, requireUsableSetUp } from './setUp';

/** Starts a workflow when a provider reports an opt-in, an opt-out or an inbound message. */
export class SmsPostbackTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMS Postback Trigger',
		name: 'smsPostbackTrigger',
		icon: { light: 'file:../../icons/smsPostbackTrigger.svg', dark: 'file:../../icons/smsPostbackTrigger.dark.svg' },
		group: ['trigger'],
		// Stays 1: n8n hands over unparsed bodies to version 1 alone (see the hidden 'options').
		version: 1,
		subtitle: '={{ $parameter["provider"].toTitleCase() }}',
		description: 'Starts the workflow when somebody opts in or out at Skycore, Attentive or Vonage',
		defaults: { name: 'SMS Postback Trigger' },
		inputs: [],
		outputs: OUTPUTS_EXPRESSION,
		credentials: [
			{
				name: 'smsConsentPostbackSecretApi',
				required: true,
				displayOptions: whileChosen({ provider: ['skycore', 'vonage'], authenticity: ['secret'] }),
				testedBy: 'testSharedSecret',
			},
			{
				name: 'smsConsentAttentiveSigningKeyApi',
				required: true,
				displayOptions: whileChosen({ provider: ['attentive'], attentiveAuthenticity: ['signature'] }),
				testedBy: 'testSigningKey',
			},
			{
				name: 'smsConsentVonageSignatureApi',
				required: true,
				displayOptions: whileChosen({ provider: ['vonage'], authenticity: ['signature'] }),
			},
			{
				name: 'smsConsentAttentiveApi',
				required: true,
				displayOptions: whileChosen({ provider: ['attentive'], registerWebhook: [true], attentiveAuthentication: ['apiKey'] }),
			},
			{
				name: 'smsConsentAttentiveOAuth2Api',
				required: true,
				displayOptions: whileChosen({ provider: ['attentive'], registerWebhook: [true], attentiveAuthentication: ['oAuth2'] }),
			},
		],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', path: 'postback', responseMode: 'onReceived', responseData: '' },
			{
				name: 'setup',
				httpMethod: 'GET',
				path: 'postback',
				responseMode: 'onReceived',
				responseData: '',
				ndvHideUrl: '={{ $parameter["provider"] !== "vonage" }}',
			},
		],
		triggerPanel: TRIGGER_PANEL,
		properties: [...PROVIDER_PROPERTIES, ...SENDERS.flatMap(({ properties }) => properties), ...FILTER_PROPERTIES],
	};

	methods = { credentialTest: Object.assign({}, ...SENDERS.map(({ credentialTests }) => credentialTests)) };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				requireUsableSetUp(this);
				return await explained(this, async () => (await registrationOf(this)?.exists(this)) ?? true);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await explained(this, async () => await registrationOf(this)?.create(this));
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				await explained(this, async () => await registrationOf(this)?.remove(this));
				return true;
			},
		},
		setup: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await answerPostback(this);
	}
}
