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
import { placeVoyageKey, VOYAGE_BASE_URL } from '../providers/voyage/auth';
import { TEST_BODY, TEST_PATH, testFailure } from '../providers/voyage/credentialTest';
import { failWhenRefused, requestForTest } from './testRequest';

const HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json' };

export class SmsConsentVoyageApi implements ICredentialType {
	name = 'smsConsentVoyageApi';

	displayName = 'SMS Consent Voyage API';

	icon: Icon = { light: 'file:../icons/voyage.svg', dark: 'file:../icons/voyage.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-sms-consent/n8n-nodes-sms-consent/blob/main/docs/credentials/voyage-api.md';

	// The test below would go along with every call of other nodes.
	httpRequestNode = {
		name: 'Voyage',
		docsUrl: 'https://help.voyagesms.com/api-opt-in',
		apiBaseUrl: VOYAGE_BASE_URL,
		hidden: true,
	};

	properties: INodeProperties[] = [
		{
			displayName:
				'The test sends a sign-up without a phone number, which Voyage refuses. It shows that the host takes sign-ups, and turns red when the host rejects the key; Voyage has no call that proves more.',
			name: 'testNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: VOYAGE_BASE_URL,
			description: 'Change it only for a proxy. It has to start with https://; a slash at the end makes no difference.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Leave it empty unless Voyage gave you one: the documented call needs no key. Where the header wants a word before it, such as Bearer, enter that too.',
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			default: 'x-api-key',
			placeholder: 'e.g. x-api-key',
			description: "The header that carries the API key, such as x-api-key in Voyage's transactional API. Only used together with a key.",
		},
		{
			// n8n runs preAuthentication only for a credential with such a field. Nothing is ever stored in it.
			displayName: 'Checked Host',
			name: 'checkedHost',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: '',
		},
	];

	async authenticate(credentials: ICredentialDataDecryptedObject, requestOptions: IHttpRequestOptions): Promise<IHttpRequestOptions> {
		return placeVoyageKey(credentials, requestOptions);
	}

	/**
	 * Judges the host's answer before the test's own request: the refusal that shows a working host is an error to n8n's test.
	 *
	 * @returns nothing to store, so that every test asks again
	 * @throws {UserError} when the host refuses the key, or does not answer as Voyage
	 */
	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject): Promise<IDataObject> {
		const request = placeVoyageKey(credentials, {
			baseURL: normalizeBaseUrl(credentials.baseUrl, VOYAGE_BASE_URL),
			url: TEST_PATH,
			method: 'POST' as const,
			headers: HEADERS,
			body: JSON.stringify(TEST_BODY),
		});
		const response = await requestForTest(this, credentials, request);
		failWhenRefused(testFailure(response), { name: 'Voyage', response });
		return {};
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl}}',
			url: TEST_PATH,
			method: 'POST',
			disableFollowRedirect: true,
			headers: HEADERS,
			body: TEST_BODY,
			ignoreHttpStatusErrors: true,
		},
	};
}
