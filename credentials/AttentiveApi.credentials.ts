import type { Icon, ICredentialTestRequest, ICredentialType, IHttpRequestOptions, INodeProperties, ICredentialDataDecryptedObject } from 'n8n-workflow';

import { ATTENTIVE_BASE_URL, placeAttentiveKey } from '../providers/attentive/signature';

/** The API key of a private Attentive app. */
export class AttentiveApi implements ICredentialType {
	name = 'attentiveApi';

	displayName = 'Attentive API';

	icon: Icon = { light: 'file:../icons/attentive.svg', dark: 'file:../icons/attentive.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-sms-consent/n8n-nodes-sms-consent/blob/main/docs/credentials/attentive-api.md';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				"The key of your app in Attentive. The app needs the scopes of what you do with it: 'subscriptions:write' to subscribe and unsubscribe, 'subscriptions:read' to look people up, 'webhooks:write' to register the trigger.",
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: ATTENTIVE_BASE_URL,
			placeholder: 'e.g. https://api.attentivemobile.com/v1',
			description: 'Leave it as it is, unless the calls shall go through a proxy. Behind a proxy with a path of its own, it ends with the version, /v1.',
		},
	];

	authenticate = async (credentials: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> =>
		placeAttentiveKey(credentials, request);

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/me' },
		rules: [
			{
				type: 'responseCode',
				properties: { value: 401, message: "Attentive refused the API key. Copy it again from your app in Attentive into 'API Key'." },
			},
			{
				type: 'responseCode',
				properties: { value: 403, message: 'Attentive knows the API key, but does not let it in. Check in Attentive that the app is still active.' },
			},
			{
				type: 'responseCode',
				properties: { value: 404, message: "There is no Attentive API at this address. Check that 'Base URL' ends with /v1." },
			},
		],
	};
}
