import type { IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';

import { SmsConsentSkycoreApi } from '../../../credentials/SmsConsentSkycoreApi.credentials';

const KEY = 'qTFkykO9JTfahCOqJ0V2Wf5Cg1t8iWlZ';
const credential = new SmsConsentSkycoreApi();

interface Reply {
	statusCode: number;
	body: string | Buffer;
}

function helperAnswering(...replies: (Reply | Error)[]): { sent: IHttpRequestOptions[]; helper: IHttpRequestHelper } {
	const sent: IHttpRequestOptions[] = [];
	const httpRequest = async (options: IHttpRequestOptions) => {
		sent.push(options);
		const reply = replies.shift();
		if (reply === undefined) throw new Error('asked too often');
		if (reply instanceof Error) throw reply;
		return { headers: {}, ...reply };
	};
	return { sent, helper: { helpers: { httpRequest } } as IHttpRequestHelper };
}

const failure = (code: string): Reply => ({
	statusCode: 200,
	body: `<RESPONSE><STATUS>Failure</STATUS><ERRORCODE>${code}</ERRORCODE><ERRORINFO>words</ERRORINFO></RESPONSE>`,
});

it('asks with the key, by form post, without following redirects', async () => {
	const { sent, helper } = helperAnswering(failure('E405'));
	await expect(credential.preAuthentication.call(helper, { apiKey: KEY, baseUrl: 'https://reseller.test/API/wxml/1.3' })).resolves.toEqual(
		{},
	);
	expect(sent).toHaveLength(1);
	expect(sent[0]).toMatchObject({
		baseURL: 'https://reseller.test/API/wxml/1.3/',
		url: 'index.php',
		method: 'POST',
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
		disableFollowRedirect: true,
	});
	expect(new URLSearchParams(String(sent[0]?.body)).get('xml')).toBe(
		`<REQUEST><ACTION>getMmsCampaigns</ACTION><API_KEY>${KEY}</API_KEY></REQUEST>`,
	);
});

it.each<[label: string, replies: (Reply | Error)[], words: RegExp]>([
	['a refused key', [failure('E104')], /does not accept the API key.*API Settings page/],
	[
		'a refused key, in bytes',
		[
			{
				statusCode: 200,
				body: Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><RESPONSE><ERRORCODE><![CDATA[e104]]></ERRORCODE></RESPONSE>'),
			},
		],
		/does not accept the API key/,
	],
	['a refused key at the second question', [failure('E101'), failure('E104')], /does not accept the API key/],
	['a foreign host', [{ statusCode: 200, body: '<html></html>' }], /didn't come from Skycore.*Base URL/],
	['a wrong path', [{ statusCode: 404, body: 'Not Found' }], /HTTP 404.*Base URL/],
	['a code, whatever the status', [{ ...failure('E104'), statusCode: 500 }], /does not accept the API key/],
	['401', [{ statusCode: 401, body: '' }], /does not accept the API key.*API Settings page/],
	['HTTP 304', [{ statusCode: 304, body: 'words' }], /didn't come from Skycore.*Base URL/],
	[
		'HTTP 407',
		[{ statusCode: 407, body: 'words' }],
		/^A proxy between n8n and Skycore wants a user name and a password \(HTTP 407\)\. .*HTTPS_PROXY/,
	],
	...[302, 307, 408, 429, 500, 503].map((statusCode): [string, Reply[], RegExp] => [
		`HTTP ${statusCode}`,
		[{ statusCode, body: 'words' }],
		new RegExp(`^Skycore did not answer as its documents say \\(HTTP ${statusCode}\\)\\. Check 'Base URL', or try again later\\.$`),
	]),
	[
		'no answer',
		[new Error('connect ECONNREFUSED 127.0.0.1:1')],
		/Nothing answers at https:\/\/secure.skycore.com\/API\/wxml\/1.3\/ .*ECONNREFUSED/,
	],
])('is red for %s', async (_label, replies, words) => {
	const { helper } = helperAnswering(...replies);
	await expect(credential.preAuthentication.call(helper, { apiKey: KEY, baseUrl: '' })).rejects.toThrow(words);
});

it('never sends the key over plain http', async () => {
	const { sent, helper } = helperAnswering();
	await expect(credential.preAuthentication.call(helper, { apiKey: KEY, baseUrl: 'http://reseller.test' })).rejects.toThrow(/unprotected/);
	expect(sent).toEqual([]);
});

it('never says the key', async () => {
	const { helper } = helperAnswering(failure('E104'));
	await expect(credential.preAuthentication.call(helper, { apiKey: KEY, baseUrl: '' })).rejects.not.toThrow(KEY);
});

it('places the key in the request of n8n', async () => {
	const { request } = credential.test;
	const signed = await credential.authenticate({ apiKey: KEY }, {
		...request,
		url: request.url ?? '',
		baseURL: 'https://reseller.test',
	} as IHttpRequestOptions);
	expect(signed.baseURL).toBe('https://reseller.test/API/wxml/1.3/');
	expect(signed.body).toEqual({ xml: expect.stringContaining(`<API_KEY>${KEY}</API_KEY>`) });
});

it('has the hidden field without which n8n would not ask, and stores nothing in it', () => {
	expect(credential.properties).toContainEqual(expect.objectContaining({ type: 'hidden', typeOptions: { expirable: true }, default: '' }));
	expect(credential.properties).toContainEqual(expect.objectContaining({ name: 'apiKey', typeOptions: { password: true } }));
});
