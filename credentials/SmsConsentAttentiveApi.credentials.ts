import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { ATTENTIVE_BASE_URL, placeAttentiveKey } from '../providers/attentive/auth';
import { REDIRECT_RULES, requestForTest } from './testRequest';

/** The API key of a private Attentive app. */
export class SmsConsentAttentiveApi implements ICredentialType {
	name = 'smsConsentAttentiveApi';

	displayName = 'SMS Consent Attentive API';

	icon: Icon = { light: 'file:../icons/attentive.svg', dark: 'file:../icons/attentive.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-sms-consent/n8n-nodes-sms-consent/blob/main/docs/credentials/attentive-api.md';

	// The check below would go along with every call of other nodes.
	httpRequestNode = {
		name: 'Attentive',
		docsUrl: 'https://docs.attentive.com/pages/authentication',
		apiBaseUrl: ATTENTIVE_BASE_URL,
		hidden: true,
	};

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
			description:
				'Leave it as it is, unless the calls go through a proxy. Behind a proxy with a path of its own, it ends with the version, /v1.',
		},
		// n8n runs `preAuthentication` only for a credential type that has such a property; nothing is ever stored in it.
		{ displayName: 'Check', name: 'check', type: 'hidden', typeOptions: { expirable: true }, default: '' },
	];

	/**
	 * Looks whether anybody answers before the test's own request, whose failure n8n would put as a bare network code.
	 *
	 * @returns nothing to store
	 * @throws {UserError} when nothing answers
	 */
	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject): Promise<IDataObject> {
		const baseURL = String(credentials.baseUrl ?? '');
		await requestForTest(this, credentials, placeAttentiveKey(credentials, { baseURL, url: '/me', method: 'GET' as const }));
		return {};
	}

	authenticate = async (credentials: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> =>
		placeAttentiveKey(credentials, request);

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/me', disableFollowRedirect: true },
		rules: [
			...REDIRECT_RULES,
			{
				type: 'responseCode',
				properties: { value: 401, message: "Attentive refused the API key. Copy it again from your app in Attentive into 'API Key'." },
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message: 'Attentive knows the API key, but does not let it in. Check in Attentive that the app is still active.',
				},
			},
			{
				type: 'responseCode',
				properties: { value: 404, message: "There is no Attentive API at this address. Check that 'Base URL' ends with /v1." },
			},
		],
	};
}
