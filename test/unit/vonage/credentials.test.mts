import { UserError, type ICredentialDataDecryptedObject, type IHttpRequestHelper, type IHttpRequestOptions } from 'n8n-workflow';

import { SmsConsentVonageApi } from '../../../credentials/SmsConsentVonageApi.credentials.ts';
import { SmsConsentVonageSignatureApi } from '../../../credentials/SmsConsentVonageSignatureApi.credentials.ts';
import { vonage } from '../../../providers/vonage/provider.ts';
import { fixture } from './responses.mts';

const KEY = { apiKey: 'abcd1234', apiSecret: 'canary-secret', placement: 'body', baseUrl: '' };
const SIGNATURE = { apiKey: 'abcd1234', signatureSecret: 'canary-secret', method: 'md5hash', baseUrl: '' };

const CREDENTIALS = [
	['SmsConsentVonageApi', new SmsConsentVonageApi(), KEY],
	['SmsConsentVonageSignatureApi', new SmsConsentVonageSignatureApi(), SIGNATURE],
] as const;

function n8n(response: unknown) {
	const sent: IHttpRequestOptions[] = [];
	const httpRequest = async (request: IHttpRequestOptions) => {
		sent.push(request);
		return await Promise.resolve(response);
	};
	return { sent, context: { helpers: { httpRequest } } as unknown as IHttpRequestHelper };
}

async function check(type: SmsConsentVonageApi | SmsConsentVonageSignatureApi, fields: ICredentialDataDecryptedObject, response: unknown) {
	const { context, sent } = n8n(response);
	const outcome: unknown = await type.preAuthentication.call(context, fields).catch((problem: unknown) => problem);
	return { outcome, sent };
}

describe.each(CREDENTIALS)('%s', (name, type, fields) => {
	test('is named as the provider knows it, and hides its secrets', () => {
		expect(Object.keys(vonage.credentials)).toContain(type.name);
		expect(`${type.name[0]?.toUpperCase()}${type.name.slice(1)}`).toBe(name);
		const hidden = type.properties.filter(({ typeOptions }) => typeOptions?.password === true).map((property) => property.name);
		expect(hidden).toEqual(Object.keys(fields).filter((field) => /key|secret/i.test(field)));
	});

	test('has the hidden property without which n8n would not run the check, and stores nothing in it', async () => {
		expect(type.properties).toContainEqual(expect.objectContaining({ type: 'hidden', default: '', typeOptions: { expirable: true } }));
		expect((await check(type, fields, { statusCode: 200, body: fixture('query.json') })).outcome).toEqual({});
	});

	test('is checked with the smallest read, the secret not in its URL', async () => {
		const { sent } = await check(type, fields, { statusCode: 200, body: { 'opt-in-count': '0', 'opt-in-list': [] } });
		expect(sent).toEqual([
			expect.objectContaining({
				method: 'POST',
				url: 'https://rest.nexmo.com/sc/us/alert/opt-in/query/json',
				body: expect.stringMatching(/^page-size=1&page=0&api_key=abcd1234&/),
				disableFollowRedirect: true,
				ignoreHttpStatusErrors: true,
			}),
		]);
		expect(sent[0]?.qs).toBeUndefined();
	});

	test.each([
		['HTTP 401', { statusCode: 401, body: '' }, /refused the API key or the (API|signature) secret\. Open the credential/],
		[
			'status 4 inside HTTP 200',
			{ statusCode: 200, body: '{"messages":[{"status":"4","error-text":"Bad Credentials"}]}' },
			/refused the API key or the (API|signature) secret\. Open the credential/,
		],
		[
			'status 14 inside HTTP 200',
			{ statusCode: 200, body: { messages: [{ status: '14' }] } },
			/signature of the request is wrong\. Copy the signature secret/,
		],
		['a web page', { statusCode: 200, body: '<html>Hello</html>' }, /holds no opt-out list\. Check the credential's 'Base URL'/],
		['nothing', {}, /Vonage/],
		[
			'HTTP 302',
			{ statusCode: 302, body: fixture('query.json') },
			/^Vonage did not answer as its documents say \(HTTP 302\)\. Check 'Base URL', or try again later\.$/,
		],
		[
			'HTTP 407',
			{ statusCode: 407, body: '<html>Log in</html>' },
			/^A proxy between n8n and Vonage wants a user name and a password \(HTTP 407\)\. .*HTTPS_PROXY/,
		],
		['HTTP 429', { statusCode: 429, body: '' }, /^Vonage did not answer as its documents say \(HTTP 429\)/],
		['HTTP 503', { statusCode: 503, body: '<html>Away</html>' }, /^Vonage did not answer as its documents say \(HTTP 503\)/],
		['status 14 inside HTTP 500', { statusCode: 500, body: '{"messages":[{"status":"14"}]}' }, /signature of the request is wrong/],
	])('%s is red and says what to do', async (_name, response, message) => {
		const { outcome } = await check(type, fields, response);
		expect(outcome).toBeInstanceOf(UserError);
		expect((outcome as Error).message).toMatch(message);
		expect(JSON.stringify(outcome)).not.toContain('canary');
	});

	test('nobody at the base URL is red in a sentence', async () => {
		const context = {
			helpers: { httpRequest: async () => await Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:9')) },
		} as unknown as IHttpRequestHelper;
		await expect(type.preAuthentication.call(context, fields)).rejects.toThrow(/Nothing answers at .*Check 'Base URL'/);
	});

	test('an unprotected base URL is red before anything is sent', async () => {
		const { outcome, sent } = await check(type, { ...fields, baseUrl: 'http://example.com' }, {});
		expect((outcome as Error).message).toMatch(/unprotected/);
		expect(sent).toEqual([]);
	});

	test("n8n's own test request is authenticated at the checked address", async () => {
		const request = {
			...type.test.request,
			baseURL: '',
			url: type.test.request.url ?? '',
			skipSslCertificateValidation: false,
		} as IHttpRequestOptions;
		const placed = await type.authenticate(fields, request);
		expect(placed).toMatchObject({
			baseURL: 'https://rest.nexmo.com/',
			url: '/sc/us/alert/opt-in/query/json',
			body: { 'page-size': '1', page: '0', api_key: 'abcd1234' },
		});
	});
});
