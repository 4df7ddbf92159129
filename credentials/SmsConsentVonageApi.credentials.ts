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

import { placeVonageSecret, VONAGE_BASE_URL } from '../providers/vonage/auth';
import { TEST_PARAMETERS, TEST_PATH, testFailure, testRequest } from '../providers/vonage/credentialTest';
import { failWhenRefused, requestForTest } from './testRequest';

/** API key and API secret of a Vonage account. */
export class SmsConsentVonageApi implements ICredentialType {
	name = 'smsConsentVonageApi';

	displayName = 'SMS Consent Vonage API';

	icon: Icon = { light: 'file:../icons/vonage.svg', dark: 'file:../icons/vonage.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-sms-consent/n8n-nodes-sms-consent/blob/main/docs/credentials/vonage-api.md';

	httpRequestNode = {
		name: 'Vonage',
		docsUrl: 'https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription',
		hidden: true,
		apiBaseUrl: VONAGE_BASE_URL,
	};

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'From the API settings of the Vonage dashboard',
		},
		{
			displayName: 'API Secret',
			name: 'apiSecret',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'From the API settings of the Vonage dashboard. It is not the signature secret.',
		},
		{
			displayName: 'Send Key and Secret In',
			name: 'placement',
			type: 'options',
			options: [
				{ name: 'Authorization Header', value: 'basic', description: 'Basic authentication, for GET and POST' },
				{
					name: 'Request Body',
					value: 'body',
					description: 'As parameters next to the others. A GET has no body, so they go into the web address.',
				},
				{ name: 'Web Address', value: 'query', description: 'In the query of the URL, where every server on the way may log them' },
			],
			default: 'body',
		},
		{
			displayName:
				'The secret will stand in the web address of every call. Proxies and servers write addresses into their logs, where others can read them. Choose this only if nothing else works. All calls are then sent as GET.',
			name: 'queryNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { placement: ['query'] } },
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: VONAGE_BASE_URL,
			placeholder: 'e.g. https://rest.nexmo.com/',
			description: 'Leave it as it is, unless the calls go through a proxy',
		},
		// n8n runs `preAuthentication` only for a credential type that has such a property; nothing is ever stored in it.
		{ displayName: 'Check', name: 'check', type: 'hidden', typeOptions: { expirable: true }, default: '' },
	];

	/**
	 * Reads one row before the test's own request: Vonage may say no inside HTTP 200, which n8n's test takes for a success.
	 *
	 * @returns nothing to store, so that every test asks again
	 * @throws {UserError} when Vonage did not give its list out
	 */
	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject): Promise<IDataObject> {
		const response = await requestForTest(this, credentials, placeVonageSecret(credentials, testRequest(credentials)));
		failWhenRefused(testFailure(response, 'smsConsentVonageApi'), { name: 'Vonage', response });
		return {};
	}

	authenticate = async (credentials: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> =>
		placeVonageSecret(credentials, request);

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl}}',
			url: `/${TEST_PATH}`,
			method: 'POST',
			disableFollowRedirect: true,
			headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
			body: { ...TEST_PARAMETERS },
		},
	};
}
