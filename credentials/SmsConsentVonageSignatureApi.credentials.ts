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

import { placeVonageSignature, VONAGE_BASE_URL } from '../providers/vonage/auth';
import { TEST_PARAMETERS, TEST_PATH, testFailure, testRequest } from '../providers/vonage/credentialTest';
import { failWhenRefused, requestForTest } from './testRequest';

/** API key and signature secret of a Vonage account for which signing is switched on. */
export class SmsConsentVonageSignatureApi implements ICredentialType {
	name = 'smsConsentVonageSignatureApi';

	displayName = 'SMS Consent Vonage Signature API';

	icon: Icon = { light: 'file:../icons/vonage.svg', dark: 'file:../icons/vonage.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-sms-consent/n8n-nodes-sms-consent/blob/main/docs/credentials/vonage-signature-api.md';

	httpRequestNode = {
		name: 'Vonage',
		docsUrl: 'https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription',
		hidden: true,
		apiBaseUrl: VONAGE_BASE_URL,
	};

	properties: INodeProperties[] = [
		{
			displayName: 'Signing has to be switched on for your account by Vonage support, once for calls and once for inbound webhooks.',
			name: 'signingNotice',
			type: 'notice',
			default: '',
		},
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
			displayName: 'Signature Secret',
			name: 'signatureSecret',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'From the API settings of the Vonage dashboard. It is not the API secret, which is never sent with a signature.',
		},
		{
			displayName: 'Signature Method',
			name: 'method',
			type: 'options',
			options: [
				{ name: 'HMAC-MD5', value: 'md5' },
				{ name: 'HMAC-SHA1', value: 'sha1' },
				{ name: 'HMAC-SHA256', value: 'sha256' },
				{ name: 'HMAC-SHA512', value: 'sha512' },
				{ name: 'MD5 Hash', value: 'md5hash' },
			],
			default: 'md5hash',
			description: 'The same as in the API settings of the Vonage dashboard; MD5 Hash is what accounts start with',
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
		const response = await requestForTest(this, credentials, placeVonageSignature(credentials, testRequest(credentials)));
		failWhenRefused(testFailure(response, 'smsConsentVonageSignatureApi'), { name: 'Vonage', response });
		return {};
	}

	authenticate = async (credentials: ICredentialDataDecryptedObject, request: IHttpRequestOptions): Promise<IHttpRequestOptions> =>
		placeVonageSignature(credentials, request);

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
