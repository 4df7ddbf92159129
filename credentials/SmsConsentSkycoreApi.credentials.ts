import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

import { normalizeBaseUrl } from '../consent/url';
import { placeSkycoreKey, SKYCORE_BASE_URL } from '../providers/skycore/auth';
import { askAboutKey, TEST_DOCUMENT, testFailure } from '../providers/skycore/credentialTest';
import { failWhenRefused, requestForTest } from './testRequest';

const SCRIPT = 'index.php';
const FORM_TYPE = 'application/x-www-form-urlencoded';

export class SmsConsentSkycoreApi implements ICredentialType {
	name = 'smsConsentSkycoreApi';

	displayName = 'SMS Consent Skycore API';

	icon: Icon = { light: 'file:../icons/skycore.svg', dark: 'file:../icons/skycore.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-sms-consent/n8n-nodes-sms-consent/blob/main/docs/credentials/skycore-api.md';

	// The test of the key below would go along with every call of other nodes.
	httpRequestNode = {
		name: 'Skycore',
		docsUrl: 'https://www.skycore.com/help/skycore-http-v1-3/',
		apiBaseUrl: SKYCORE_BASE_URL,
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
			description: 'From the API Settings page of your Skycore account. Your account manager has to enable it first.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: SKYCORE_BASE_URL,
			description:
				'Change it only for a reseller of Skycore or a proxy. It has to start with https://; a slash at the end makes no difference.',
		},
		{
			// n8n runs preAuthentication only for a credential with such a field. Nothing is ever stored in it.
			displayName: 'Checked Key',
			name: 'checkedKey',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: '',
		},
	];

	async authenticate(credentials: ICredentialDataDecryptedObject, requestOptions: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		return placeSkycoreKey(credentials, requestOptions);
	}

	/**
	 * Asks Skycore about the key before the test's own request: a refusal comes with HTTP 200, which n8n's test takes for a success.
	 *
	 * @returns nothing to store, so that every test asks again
	 * @throws {UserError} when the key or the address is refused
	 */
	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject): Promise<IDataObject> {
		const baseURL = normalizeBaseUrl(credentials.baseUrl, SKYCORE_BASE_URL);
		const response = await askAboutKey(async (document) => {
			const signed = placeSkycoreKey(credentials, { baseURL, url: SCRIPT, method: 'POST' as const, body: { xml: document } });
			return await requestForTest(this, credentials, {
				...signed,
				body: new URLSearchParams(signed.body).toString(),
				headers: { 'Content-Type': FORM_TYPE },
			});
		});
		failWhenRefused(testFailure(response), { name: 'Skycore', response });
		return {};
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl}}',
			url: SCRIPT,
			method: 'POST',
			disableFollowRedirect: true,
			headers: { 'Content-Type': FORM_TYPE },
			body: { xml: TEST_DOCUMENT },
		},
	};
}
