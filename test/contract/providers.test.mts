import type { IHttpRequestOptions } from 'n8n-workflow';

import type { ProviderCall } from '../../consent/call.ts';
import { FAILURE_KINDS, type FailureDetails, ProviderFailure } from '../../consent/failure.ts';
import { PROVIDER_NAMES } from '../../consent/providerName.ts';
import { subscribe as subscribeAtAttentive } from '../../providers/attentive/subscribe.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { subscribe as subscribeAtSkycore } from '../../providers/skycore/calls.ts';
import { resubscribe as resubscribeAtVonage } from '../../providers/vonage/resubscribe.ts';
import { signatureOf } from '../../providers/vonage/signature.ts';
import { subscribe as subscribeAtVoyage } from '../../providers/voyage/calls.ts';
import { decodeResponse } from '../../transport/codec/response.ts';
import { parseXml } from '../../transport/codec/xml.ts';
import { isNotExecuted, readResponse } from '../../transport/outbound/failure.ts';
import { httpRequest } from '../../transport/outbound/httpRequest.ts';
import { Deadlines } from '../../transport/outbound/timing.ts';
import { missingInTable } from '../unit/failureTable.mts';
import { fakeContext } from '../unit/outbound/fakeContext.mts';
import { SAMPLES } from './samples.mts';

const HTML_PAGE = '<!doctype html><html><head><title>Log in</title></head><body><p>Please log in<br></body></html>';
/** Names of the fields by which providers usually take a secret. */
const SECRET_NAME = /api[-_]?key|secret|token|password|^sig$|authorization|cookie/i;

/** Every name in a request: of headers, parameters, JSON fields and XML elements. */
function namesIn(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) => [
		name,
		...(name === 'name' && typeof inner === 'string' ? [inner] : []),
		...namesIn(inner),
	]);
}

const HOSTILE_WORDS = [
	'Invalid email: unauthorized@example.com',
	'unauthenticated forbidden access denied',
	'invalid api key, quota exceeded',
	'too many requests, rate limit exceeded, wait 5 seconds',
	'E104 E106 E120 status 4 status 1 error-code 401 429',
	'opted out, blocked, unsubscribed, STOP, bounced before',
];

/** The same words in every form of an error that is known. */
function bodiesWith(words: string): string[] {
	return [
		words,
		JSON.stringify(words),
		...['message', 'error', 'detail', 'title', 'errors'].map((name) => JSON.stringify({ [name]: words })),
		JSON.stringify({ errors: [{ message: words }] }),
		JSON.stringify({ error: { message: words } }),
		JSON.stringify({ message: 'Bad request', phoneNumber: words, email: words }),
		`<RESPONSE><STATUS>Failure</STATUS><ERRORCODE>E905</ERRORCODE><ERRORINFO>${words}</ERRORINFO></RESPONSE>`,
		`<RESPONSE><STATUS>Failure</STATUS><ERRORINFO>${words}</ERRORINFO><DATA><ERRORCODE>E104</ERRORCODE></DATA></RESPONSE>`,
	];
}

/** What tells that a call was carried out, in the documents of each. */
const DONE: Record<string, readonly string[]> = {
	skycore: [
		'<RESPONSE><STATUS>Success</STATUS><MOBILE>16502426055</MOBILE></RESPONSE>',
		'<response><status>SUCCESS</status></response>',
		'<RESPONSE><STATUS>Success</STATUS><ERRORCODE>E106</ERRORCODE></RESPONSE>',
	],
	voyage: [
		'{ "subscriberId": 99999, "state": "Subscribed" }',
		'{ "subscriberId": 99999, "state": "Subscribed", }',
		'{"state":"Subscribed"}',
		'{"subscriberId":99999}',
		'{"subscriberId":99999,"state":"Pending"}',
	],
	attentive: [
		JSON.stringify({
			subscriptionResponses: [
				{
					subscription: { type: 'MARKETING', channel: 'TEXT' },
					subscriptionCreationStatus: 'NEWLY_CREATED',
					subscriptionUnsubscribeStatus: 'NEWLY_UNSUBSCRIBED',
				},
			],
		}),
	],
	vonage: [
		JSON.stringify({ msisdn: '16502426055', 'opt-in': 'true', 'opt-out': 'false' }),
		'<opt-in msisdn="16502426055" opt-in="true" opt-out="false"/>',
		'{"messages":[{"status":"0"}]}',
		'{"error-code":"200"}',
		'<response><status>0</status></response>',
	],
};

function failureOf(call: ProviderCall<unknown>, status: number, body: string): FailureDetails {
	try {
		call.interpret(decodeResponse(status, {}, Buffer.from(body)));
	} catch (error) {
		if (error instanceof ProviderFailure) return error.details;
		throw error;
	}
	throw new Error(`HTTP ${status} with ${JSON.stringify(body)} counts as success`);
}

const KEY = 'k-1234567890';

/** What leaves n8n for a call, the key in place. */
async function sentFor(call: ProviderCall<unknown>, fields: Record<string, unknown> = {}): Promise<IHttpRequestOptions> {
	const { context, requests } = fakeContext({ server: () => ({}) });
	const rule = PROVIDERS[call.provider].credentials[call.credential ?? ''];
	if (rule === undefined) throw new Error(`No credential of the type ${call.credential}`);
	const credential = { type: call.credential ?? '', fields: { apiKey: KEY, ...fields }, place: rule.place };
	await httpRequest(
		context,
		call.request,
		{ baseUrl: rule.defaultBaseUrl, credential },
		{ timeoutMs: 1000, deadlines: new Deadlines(undefined) },
	);
	return requests[0] ?? ({} as IHttpRequestOptions);
}

describe('what is known of a person never stands where a key stands, nor keeps one away', () => {
	const NAMES = [
		'API Key',
		'api_key',
		'Api-Key',
		'API_KEY',
		'x-api-key',
		'Authorization',
		'api_secret',
		'sig',
		'ACTION',
		'REQUEST',
		'DATA',
	];
	const data = Object.fromEntries(NAMES.map((name) => [name, '<API_KEY>no</API_KEY></ACTION>']));
	const contact = { campaignRef: 'spring-sale', phone: '+16502426055', subscriberRef: '</ACTION><API_KEY>no</API_KEY>', data };

	test('Skycore, in a document', async () => {
		const { body } = await sentFor(subscribeAtSkycore({ transport: 'xml', ...contact }));
		const request = parseXml(new URLSearchParams(String(body)).get('xml') ?? '');
		expect(request.children.filter(({ name }) => name === 'API_KEY').map(({ text }) => text)).toEqual([KEY]);
		expect(request.children.filter(({ name }) => name === 'ACTION').map(({ text }) => text)).toEqual(['subscribe']);
		expect(request.children.find(({ name }) => name === 'DATA')?.children.length).toBe(NAMES.length);
	});

	test('Skycore, in a query', async () => {
		const { qs } = await sentFor(subscribeAtSkycore({ transport: 'get', ...contact }));
		expect(qs).toMatchObject({ api_key: KEY, action: 'subscribe', data_api_key: expect.stringContaining('no') as string });
	});

	test('Skycore, in a form', async () => {
		const { body } = await sentFor(subscribeAtSkycore({ transport: 'form', ...contact }));
		expect(Object.fromEntries(new URLSearchParams(String(body)))).toMatchObject({
			api_key: KEY,
			action: 'subscribe',
			data_api_key: expect.stringContaining('no') as string,
		});
	});

	test('Voyage', async () => {
		const call = subscribeAtVoyage({ campaignId: 1, phone: contact.phone, attributes: data, authenticated: true });
		const { headers, body } = await sentFor(call, { headerName: 'x-api-key' });
		expect(headers?.['x-api-key']).toBe(KEY);
		expect(Object.keys(headers ?? {}).sort()).toEqual(['Accept', 'Content-Type', 'x-api-key']);
		expect(body).toEqual({ phoneNumber: contact.phone, campaignId: 1, attributes: data });
	});

	test('Attentive', async () => {
		const customIdentifiers = Object.entries(data).map(([name, value]) => ({ name, value }));
		const call = subscribeAtAttentive({
			credential: 'smsConsentAttentiveApi',
			phone: contact.phone,
			signUpSourceId: '1',
			externalIdentifiers: { customIdentifiers },
		});
		const { headers, body } = await sentFor(call);
		expect(headers).toEqual({ Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' });
		expect(body).toMatchObject({ externalIdentifiers: { customIdentifiers } });
	});

	test.each(['body', 'query', 'basic'])('Vonage, with the secret in %s', async (placement) => {
		const call = resubscribeAtVonage({ credential: 'smsConsentVonageApi', format: 'json', method: 'POST', phone: contact.phone });
		const hostile = { ...call, request: { ...call.request, body: { form: { msisdn: '1&api_key=no', api_key: 'no', api_secret: 'no' } } } };
		const { headers, qs, body } = await sentFor(hostile, { apiSecret: 's', placement });
		const sent = { ...Object.fromEntries(new URLSearchParams(typeof body === 'string' ? body : '')), ...qs };
		if (placement === 'basic') expect(headers?.Authorization).toBe(`Basic ${Buffer.from(`${KEY}:s`).toString('base64')}`);
		else expect(sent).toEqual({ msisdn: '1&api_key=no', api_key: KEY, api_secret: 's' });
	});

	test('Vonage, signed', async () => {
		const call = resubscribeAtVonage({ credential: 'smsConsentVonageSignatureApi', format: 'json', method: 'POST', phone: contact.phone });
		const hostile = { ...call, request: { ...call.request, body: { form: { msisdn: '1', api_key: 'no', sig: 'no', timestamp: '0' } } } };
		const { body } = await sentFor(hostile, { signatureSecret: 's', method: 'sha256' });
		const { sig, ...signed } = Object.fromEntries(new URLSearchParams(String(body)));
		expect(signed).toEqual({ msisdn: '1', api_key: KEY, timestamp: expect.stringMatching(/^\d{10}$/) as string });
		expect(sig).toBe(signatureOf(signed, 's', 'sha256'));
	});
});

test('the names and the registry agree', () => {
	expect(Object.keys(PROVIDERS).sort()).toEqual([...PROVIDER_NAMES].sort());
});

for (const provider of Object.values(PROVIDERS)) {
	const samples = SAMPLES[provider.name]?.calls ?? [];

	describe(`${provider.displayName}`, () => {
		test('is registered under its own name', () => {
			expect(PROVIDERS[provider.name]).toBe(provider);
		});

		test('has a sample call for everything that it can do, and for nothing else; a postback is a sender’s matter', () => {
			const able = Object.entries(provider.capabilities).flatMap(([capability, answer]) => (answer.can ? [capability] : []));
			const sampled = new Set<string>(samples.map(({ capability }) => capability));
			expect(able.filter((capability) => capability !== 'postback' && !sampled.has(capability))).toEqual([]);
			expect([...sampled].filter((capability) => !able.includes(capability))).toEqual([]);
		});

		test('says in whole sentences what to do instead', () => {
			for (const answer of Object.values(provider.capabilities)) if (!answer.can) expect(answer.instead).toMatch(/^[A-Z].{30,}\.$/);
		});

		test('has a rate for every key, and a key for every rate', () => {
			const used = new Set(samples.map(({ call }) => call.rateLimitKey));
			expect([...used].sort()).toEqual(Object.keys(provider.rateLimits).sort());
			for (const { callsPerSecond, burst } of Object.values(provider.rateLimits)) {
				expect(callsPerSecond).toBeGreaterThan(0);
				expect(burst).toBeGreaterThanOrEqual(1);
			}
		});

		test('lists its failures: each once, with a kind, what happened as a headline and what to do as sentences', () => {
			const { failures } = provider;
			expect(failures.length).toBeGreaterThan(0);
			// One code may mean several things, for example with another credential; then the texts differ.
			expect(new Set(failures.map((row) => JSON.stringify(row))).size).toBe(failures.length);
			for (const { when, kind, message, remedy } of failures) {
				expect(when).toMatch(/\S/);
				expect(Object.keys(FAILURE_KINDS)).toContain(kind);
				expect(message).toMatch(/[^.]$/);
				expect(remedy).toMatch(/[.…]$/);
			}
		});

		test.each([400, 401, 408, 422, 429, 500, 502, 503])(
			'HTTP %i around a document of success: nobody knows, so it is neither a success nor a certain refusal',
			(status) => {
				for (const { capability, call } of samples.filter(({ capability }) =>
					['subscribe', 'unsubscribe', 'resubscribe'].includes(capability),
				)) {
					expect(call.saysDone).toBeDefined();
					for (const body of DONE[provider.name] ?? []) {
						const read = readResponse(provider, call, decodeResponse(status, { 'retry-after': '1' }, Buffer.from(body)), 0);
						if ('value' in read) throw new Error(`${capability}: HTTP ${status} counts as success`);
						expect([read.transient, isNotExecuted(read.details)]).toEqual([false, false]);
						expect(read.details.message).toContain(`HTTP ${status}`);
					}
					for (const body of ['', '{}', 'Too many requests', HTML_PAGE, '{"message":"Too many requests"}']) {
						const read = readResponse(provider, call, decodeResponse(429, {}, Buffer.from(body)), 0);
						expect(read).toMatchObject({ details: { kind: 'rate' }, transient: true });
					}
				}
			},
		);

		test('its accounts are told apart by what is sent, not by how it was entered', () => {
			for (const { accountOf } of Object.values(provider.credentials)) {
				const fields = (key: string) => ({ apiKey: key, apiSecret: 's', oauthTokenData: { access_token: key.trim() } });
				expect(accountOf(fields(' key1 '))).toBe(accountOf(fields('key1')));
				expect(accountOf(fields('key2'))).not.toBe(accountOf(fields('key1')));
				expect(accountOf({})).toBe('');
			}
			const accounts = Object.values(provider.credentials).map(({ accountOf }) =>
				accountOf({ apiKey: 'k', oauthTokenData: { access_token: 'k' } }),
			);
			expect(new Set(accounts).size).toBe(1);
		});

		for (const { capability, circumstance, ignoresBody, call } of samples) {
			describe([capability, circumstance].filter(Boolean).join(', '), () => {
				test('is a call of this provider, under its own rate and credential', () => {
					expect(call.provider).toBe(provider.name);
					expect(Object.keys(provider.rateLimits)).toContain(call.rateLimitKey);
					if (call.credential !== undefined) expect(Object.keys(provider.credentials)).toContain(call.credential);
				});

				test('is a path below the base URL, without a secret', () => {
					expect(call.request.path).toMatch(/^[^/:][^:]*$/);
					expect(namesIn(call.request).filter((name) => SECRET_NAME.test(name))).toEqual([]);
				});

				test('only looks up if it is a query, and then a second call is harmless', () => {
					if (capability !== 'postback') expect(call.isLookUp === true).toBe(capability === 'query');
					if (call.isLookUp === true) expect(call.retrySafety).toBe('harmless');
				});

				test('can be sent without the text that confirms it if it opts somebody out, and only then', () => {
					const quiet = call.withoutConfirmation?.();
					expect(quiet !== undefined).toBe(capability === 'unsubscribe');
					if (quiet === undefined) return;
					expect(quiet.retrySafety).toBe('harmless');
					expect(quiet.withoutConfirmation?.().request).toEqual(quiet.request);
					expect({ ...quiet, request: null }).toMatchObject({ credential: call.credential, rateLimitKey: call.rateLimitKey });
					if (call.retrySafety === 'harmless') expect(call.request.path).toBe(quiet.request.path);
					else expect(quiet.request).not.toEqual(call.request);
				});

				test.each(HOSTILE_WORDS)('words that a contact may have written end nothing and are no refusal for the rate: %s', (words) => {
					for (const status of [200, 400, 403, 404, 409, 422, 500, 503]) {
						const own: Record<number, string> = { 403: 'permission', 409: 'opted-out' };
						const kinds = ['number', 'input', 'unreadable', 'temporary', own[status]];
						for (const body of bodiesWith(words)) {
							const read = readResponse(provider, call, decodeResponse(status, {}, Buffer.from(body)), 0);
							if (!('value' in read)) expect([status, body, kinds.includes(read.details.kind)]).toEqual([status, body, true]);
						}
					}
				});

				test.each([
					[200, ''],
					[200, HTML_PAGE],
					[401, ''],
					[401, HTML_PAGE],
					[403, ''],
					[404, HTML_PAGE],
					[422, 'no'],
					[500, ''],
					[500, HTML_PAGE],
				])('HTTP %i with %j is a failure that says what happened and what to do', (status, body) => {
					if (status === 200 && ignoresBody === true) return;
					if (status === 404 && call.isLookUp !== true && ignoresBody === true) return;
					const details = failureOf(call, status, body);
					expect(details.provider).toBe(provider.name);
					expect(Object.keys(FAILURE_KINDS)).toContain(details.kind);
					expect(details.message).toMatch(/^\S.*[^.]$/s);
					expect(details.remedy).toMatch(/\.$/);
					// The desk has its own words for the rest.
					if (status !== 500) expect(missingInTable(provider, [details])).toEqual([]);
					if (status === 401) expect(details.kind).toBe('credentials');
				});
			});
		}
	});
}
