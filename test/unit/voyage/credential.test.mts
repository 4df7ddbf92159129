import type { IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';

import { InputProblem } from '../../../consent/failure';
import { SmsConsentVoyageApi } from '../../../credentials/SmsConsentVoyageApi.credentials';
import { placeVoyageKey } from '../../../providers/voyage/auth';

const credential = new SmsConsentVoyageApi();
const WITH_KEY = { baseUrl: 'https://vyg.mobi', apiKey: 'Bearer k1', headerName: 'Authorization' };

function helperAnswering(reply: { statusCode: number; body: unknown } | Error): {
	sent: IHttpRequestOptions[];
	helper: IHttpRequestHelper;
} {
	const sent: IHttpRequestOptions[] = [];
	const httpRequest = async (options: IHttpRequestOptions) => {
		sent.push(options);
		if (reply instanceof Error) throw reply;
		return { headers: {}, ...reply };
	};
	return { sent, helper: { helpers: { httpRequest } } as IHttpRequestHelper };
}

it.each([400, 422, 429])('HTTP %d shows that the host takes sign-ups', async (statusCode) => {
	const { sent, helper } = helperAnswering({ statusCode, body: 'Bad Request: Must be a US number starting with +1' });
	await expect(credential.preAuthentication.call(helper, WITH_KEY)).resolves.toEqual({});
	expect(sent).toMatchObject([
		{
			baseURL: 'https://vyg.mobi/',
			url: 'api/v2/subscriber',
			method: 'POST',
			headers: { Authorization: 'Bearer k1' },
			disableFollowRedirect: true,
		},
	]);
});

it.each<[reply: { statusCode: number; body: unknown } | Error, words: RegExp]>([
	[{ statusCode: 401, body: 'Unauthorized' }, /does not accept the key/],
	[{ statusCode: 403, body: '' }, /does not allow/],
	[{ statusCode: 404, body: '' }, /^Nothing at this address takes Voyage calls \(HTTP 404\)\. Compare 'Base URL'/],
	[{ statusCode: 405, body: '' }, /Base URL/],
	[{ statusCode: 302, body: '' }, /^Voyage did not answer as its documents say \(HTTP 302\)\. Check 'Base URL'/],
	[{ statusCode: 407, body: '' }, /^A proxy between n8n and Voyage wants a user name and a password \(HTTP 407\)\. .*HTTPS_PROXY/],
	[{ statusCode: 500, body: '' }, /^Voyage did not answer as its documents say \(HTTP 500\)\. .*Base URL.*later/],
	[{ statusCode: 200, body: '<html></html>' }, /took a request without a phone number/],
	[{ statusCode: 201, body: { state: 'Subscribed' } }, /took a request without a phone number/],
	[new Error('getaddrinfo ENOTFOUND'), /Nothing answers at https:\/\/vyg\.mobi\//],
])('%p is red', async (reply, words) => {
	await expect(credential.preAuthentication.call(helperAnswering(reply).helper, { baseUrl: '' })).rejects.toThrow(words);
});

it('can sign up nobody', async () => {
	const { sent, helper } = helperAnswering({ statusCode: 400, body: '' });
	await credential.preAuthentication.call(helper, { baseUrl: '' });
	expect(String(sent[0]?.body)).not.toMatch(/\d/);
	expect(credential.test.request.body).toEqual(JSON.parse(String(sent[0]?.body)));
});

it('says what the test proves', () => {
	expect(JSON.stringify(credential.properties)).toContain('no call that proves more');
});

describe('the key', () => {
	it('is off by default', () => {
		const request = { url: 'x', headers: { Accept: 'a' } };
		expect(placeVoyageKey({}, request)).toEqual(request);
		expect(placeVoyageKey({ apiKey: ' ', headerName: 'X-Api-Key' }, request)).toEqual(request);
	});

	it('goes into the named header', async () => {
		const request: IHttpRequestOptions = { url: 'x', baseURL: 'https://vyg.mobi', headers: { Accept: 'a' } };
		await expect(credential.authenticate({ apiKey: ' k ', headerName: ' X-Api-Key ' }, request)).resolves.toEqual({
			url: 'x',
			baseURL: 'https://vyg.mobi/',
			headers: { Accept: 'a', 'X-Api-Key': 'k' },
		});
	});

	it.each([
		{ apiKey: 'k' },
		{ apiKey: 'k', headerName: 'X Api' },
		{ apiKey: 'k', headerName: 'X:\r\nY' },
		{ apiKey: 'k', headerName: 'Host' },
		{ apiKey: 'kéy', headerName: 'X-Api-Key' },
	])('is refused in %j', (fields) => {
		expect(() => placeVoyageKey(fields, { url: 'x' })).toThrow(InputProblem);
	});

	it('never travels unprotected', () => {
		expect(() => placeVoyageKey(WITH_KEY, { url: 'x', baseURL: 'http://vyg.mobi' })).toThrow(InputProblem);
	});
});
