import type { IHookFunctions, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { asNodeError, registrationOf, requireUsableActivation } from './activation';
import { answerPostback } from './answer';
import { CREDENTIAL_TESTS, whileNeeded } from './credentials';
import { OUTPUTS_EXPRESSION } from './outputs';
import { TRIGGER_PANEL } from './panel';
import { PROPERTIES, SUBTITLE } from './properties';
import { SENDERS } from './senders';
import { requireUnparsedBodies } from './unparsedBody';

/** Starts a workflow when a provider reports an opt-in, an opt-out or an inbound message. */
export class SmsPostbackTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMS Postback Trigger',
		name: 'smsPostbackTrigger',
		icon: { light: 'file:../../icons/smsPostbackTrigger.svg', dark: 'file:../../icons/smsPostbackTrigger.dark.svg' },
		group: ['trigger'],
		// Stays 1: n8n hands over unparsed bodies to version 1 alone (see the hidden 'options').
		version: 1,
		subtitle: SUBTITLE,
		eventTriggerDescription: 'Waiting for a postback to arrive at the Test URL',
		description: 'Starts the workflow when somebody opts in or out at Skycore, Attentive or Vonage',
		defaults: { name: 'SMS Postback Trigger' },
		inputs: [],
		outputs: OUTPUTS_EXPRESSION,
		// n8n's lint reads this list without running it: it breaks off at an entry that is no object in full, and accepts a credential type without
		// a test of its own only where type and test stand here in quotes. A unit test compares the list with what the senders need.
		credentials: [
			{
				name: 'smsConsentPostbackSecretApi',
				required: true,
				displayOptions: whileNeeded('smsConsentPostbackSecretApi'),
				testedBy: 'testSharedSecret',
			},
			{
				name: 'smsConsentAttentiveSigningKeyApi',
				required: true,
				displayOptions: whileNeeded('smsConsentAttentiveSigningKeyApi'),
				testedBy: 'testSigningKey',
			},
			{ name: 'smsConsentVonageSignatureApi', required: true, displayOptions: whileNeeded('smsConsentVonageSignatureApi') },
			{ name: 'smsConsentAttentiveApi', required: true, displayOptions: whileNeeded('smsConsentAttentiveApi') },
			{ name: 'smsConsentAttentiveOAuth2Api', required: true, displayOptions: whileNeeded('smsConsentAttentiveOAuth2Api') },
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
		properties: PROPERTIES,
	};

	methods = { credentialTest: CREDENTIAL_TESTS };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				requireUnparsedBodies(this);
				requireUsableActivation(this, SENDERS);
				return await asNodeError(this, async () => (await registrationOf(this, SENDERS)?.exists(this)) ?? true);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await asNodeError(this, async () => await registrationOf(this, SENDERS)?.create(this));
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				await asNodeError(this, async () => await registrationOf(this, SENDERS)?.remove(this));
				return true;
			},
		},
		setup: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				requireUnparsedBodies(this);
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
		return await answerPostback(this, SENDERS);
	}
}
