import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** A secret that only the sender of postbacks and n8n know. It is never sent anywhere. */
export class SmsConsentPostbackSecretApi implements ICredentialType {
	name = 'smsConsentPostbackSecretApi';

	displayName = 'SMS Consent Postback Secret API';

	icon: Icon = { light: 'file:../icons/smsPostbackTrigger.svg', dark: 'file:../icons/smsPostbackTrigger.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-sms-consent/n8n-nodes-sms-consent/blob/main/docs/credentials/sms-postback-secret-api.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Where the Sender Puts It',
			name: 'placement',
			type: 'options',
			options: [
				{ name: 'In the URL', value: 'query', description: 'Works with every provider: you add ?token=... to the URL that you give them' },
				{ name: 'In a Header', value: 'header' },
				{
					name: 'Basic Authentication',
					value: 'basicAuth',
					description: 'Many senders take it from a URL such as https://user:secret@host/...',
				},
			],
			default: 'query',
		},
		{
			displayName: 'Parameter Name',
			name: 'queryName',
			type: 'string',
			default: 'token',
			displayOptions: { show: { placement: ['query'] } },
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			default: 'X-Postback-Secret',
			displayOptions: { show: { placement: ['header'] } },
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: 'postback',
			displayOptions: { show: { placement: ['basicAuth'] } },
		},
		{
			displayName: 'Secret',
			name: 'secret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Made up at random, for example by a password manager. You give the same secret to the sender.',
			hint: 'At least 16 characters; in a URL, letters and digits only',
		},
	];
}
