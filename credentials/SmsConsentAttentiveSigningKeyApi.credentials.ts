import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** The keys with which Attentive signs its webhooks. They only verify; nothing is sent with them. */
export class SmsConsentAttentiveSigningKeyApi implements ICredentialType {
	name = 'smsConsentAttentiveSigningKeyApi';

	displayName = 'SMS Consent Attentive Signing Key API';

	icon: Icon = { light: 'file:../icons/smsPostbackTrigger.svg', dark: 'file:../icons/smsPostbackTrigger.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-sms-consent/n8n-nodes-sms-consent/blob/main/docs/credentials/attentive-signing-key-api.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Signing Key',
			name: 'signingKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Attentive shows it on the Webhooks page of your app after "Save and generate signing key"',
		},
		{
			displayName: 'Previous Signing Key',
			name: 'previousSigningKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'While you change the key: the old one, so that no webhook is refused in between. Remove it a few days later.',
		},
	];
}
