import { readFileSync } from 'node:fs';

import type { CallResponse } from '../../../consent/call';
import type { FailureDetails } from '../../../consent/failure';
import { placeSkycoreKey } from '../../../providers/skycore/auth';
import { subscribe, unsubscribe, type SkycoreSubscribeInput } from '../../../providers/skycore/calls';
import { skycore } from '../../../providers/skycore/provider';
import { decodeResponse } from '../../../transport/codec/response';
import { buildXml, parseXml } from '../../../transport/codec/xml';
import { isNotExecuted, readResponse } from '../../../transport/outbound/failure';
import { failureOf as thrownFailureOf } from '../thrown.mts';

const fixture = (name: string) => readFileSync(`test/fixtures/skycore/${name}`, 'utf8').trim();

const SAMPLE: SkycoreSubscribeInput = {
	transport: 'xml',
	campaignRef: '1116',
	subscriberRef: 'ACCT-123232',
	phone: '+16502426055',
	data: { FIRST_NAME: 'John', LAST_NAME: 'Smith', AGE: '29', PET: 'Dog' },
};
const SAMPLE_KEY = 'qTFkykO9JTfahCOqJ0V2Wf5Cg1t8iWlZ';

function responseOf(text: string, status = 200, headers: Record<string, string> = {}): CallResponse {
	return decodeResponse(status, headers, text);
}

function documentOf(call: ReturnType<typeof subscribe>): string {
	const { body } = call.request;
	if (body === undefined || !('xmlInForm' in body)) throw new Error('no document');
	return buildXml(body.xmlInForm.document).replace(/^<\?xml[^>]*\?>/, '');
}

/** What the transport makes of a response. */
function failureOf(text: string, status?: number, headers?: Record<string, string>): FailureDetails {
	const read = readResponse(skycore, subscribe(SAMPLE), responseOf(text, status, headers), Date.now());
	if ('details' in read) return read.details;
	throw new Error('no failure');
}

describe('subscribe as a request', () => {
	it("is the documentation's own XML sample once the key is in it", () => {
		const call = subscribe(SAMPLE);
		expect(call.request).toMatchObject({ method: 'POST', path: 'index.php', body: { xmlInForm: { field: 'xml' } } });
		const signed = placeSkycoreKey({ apiKey: SAMPLE_KEY }, { url: 'x', method: 'POST', body: { xml: documentOf(call) } });
		expect(signed.body.xml).toBe(fixture('request-subscribe.xml'));
	});

	it("is the documentation's own GET sample once the key is in it", () => {
		const { request } = subscribe({ ...SAMPLE, transport: 'get' });
		const signed = placeSkycoreKey({ apiKey: SAMPLE_KEY }, { url: request.path, method: request.method, qs: request.query });
		const expected = new URL(fixture('request-subscribe.txt')).searchParams;
		expect(signed.qs).toEqual(Object.fromEntries(expected));
		expect(request.path).toBe('index.php');
		expect(request.body).toBeUndefined();
	});

	it('has the same names and values as a form', () => {
		const { request } = subscribe({ ...SAMPLE, transport: 'form' });
		const { query } = subscribe({ ...SAMPLE, transport: 'get' }).request;
		expect(request).toEqual({ method: 'POST', path: 'index.php', body: { form: query } });
		const signed = placeSkycoreKey({ apiKey: SAMPLE_KEY }, { url: request.path, method: request.method, body: query });
		expect(signed.body).toEqual(Object.fromEntries(new URL(fixture('request-subscribe.txt')).searchParams));
	});

	it('sends every documented parameter', () => {
		const input: SkycoreSubscribeInput = {
			...SAMPLE,
			carrierId: '0001890',
			timeZone: 'chst',
			notify: 'no',
			doubleOptIn: 'yes',
			data: undefined,
		};
		expect(documentOf(subscribe(input))).toBe(
			'<REQUEST><ACTION>subscribe</ACTION><CAMPAIGNREF>1116</CAMPAIGNREF><SUBSCRIBERREF>ACCT-123232</SUBSCRIBERREF>' +
				'<MOBILE>16502426055</MOBILE><SPID>0001890</SPID><TIMEZONE>ChST</TIMEZONE><NOTIFY>no</NOTIFY><CTA>yes</CTA></REQUEST>',
		);
		expect(subscribe({ ...input, transport: 'get' }).request.query).toEqual({
			action: 'subscribe',
			campaignref: '1116',
			subscriberref: 'ACCT-123232',
			mobile: '16502426055',
			spid: '0001890',
			timezone: 'ChST',
			notify: 'no',
			cta: 'yes',
		});
	});

	it.each(['xml', 'get'] as const)('leaves out what is empty (%s)', (transport) => {
		const { request } = subscribe({
			...SAMPLE,
			transport,
			subscriberRef: ' ',
			carrierId: '',
			timeZone: '',
			data: { FIRST_NAME: '', PET: ' ' },
		});
		const written = JSON.stringify(request);
		for (const name of ['subscriberref', 'spid', 'timezone', 'notify', 'cta', 'data', 'first_name']) {
			expect(written.toLowerCase()).not.toContain(name);
		}
	});

	it('escapes values and keeps their blanks', () => {
		const document = documentOf(subscribe({ ...SAMPLE, data: { NOTE: '<b>Tom & Jerry</b> "x"' } }));
		expect(parseXml(document).children.find(({ name }) => name === 'DATA')?.children).toEqual([
			{ name: 'NOTE', attributes: {}, children: [], text: '<b>Tom & Jerry</b> "x"' },
		]);
	});

	it('turns field names into those of the documentation', () => {
		const { request } = subscribe({ ...SAMPLE, transport: 'get', data: { 'First Name': 'A', 'e-mail': 'b', __proto__x: 'c' } });
		expect(request.query).toMatchObject({ data_first_name: 'A', 'data_e-mail': 'b', data___proto__x: 'c' });
	});

	it('says what a repetition does, and shares the rate limit of the account', () => {
		expect(subscribe(SAMPLE)).toMatchObject({ provider: 'skycore', credential: 'smsConsentSkycoreApi', retrySafety: 'texts the person' });
		expect(Object.keys(skycore.rateLimits)).toContain(subscribe(SAMPLE).rateLimitKey);
		expect(Object.keys(skycore.credentials)).toContain(subscribe(SAMPLE).credential);
	});
});

describe('unsubscribe as a request', () => {
	const input = { transport: 'xml', campaignRef: '1116', phone: '+16502426055' } as const;

	it('names action, campaign and number', () => {
		expect(documentOf(unsubscribe(input))).toBe(
			'<REQUEST><ACTION>unsubscribe</ACTION><CAMPAIGNREF>1116</CAMPAIGNREF><MOBILE>16502426055</MOBILE></REQUEST>',
		);
		expect(unsubscribe({ ...input, transport: 'get', notify: 'yes' }).request.query).toEqual({
			action: 'unsubscribe',
			campaignref: '1116',
			mobile: '16502426055',
			notify: 'yes',
		});
	});

	it.each([
		['yes', 'texts the person'],
		['no', 'harmless'],
		[undefined, 'unknown'],
	] as const)('with notify %p a repetition is: %s', (notify, retrySafety) => {
		expect(unsubscribe({ ...input, notify }).retrySafety).toBe(retrySafety);
	});
});

describe('the campaign', () => {
	const byId = { transport: 'xml', campaignId: '1116', phone: '+16502426055' } as const;
	const said = (campaign: string) => responseOf(`<RESPONSE><STATUS>Success</STATUS>${campaign}<MOBILE>16502426055</MOBILE></RESPONSE>`);
	const BY_REF = { transport: 'xml', campaignRef: 'Spring', phone: '+16502426055' } as const;

	it.each([
		['subscribe', subscribe(byId), subscribe({ ...byId, transport: 'get' })],
		['unsubscribe', unsubscribe(byId), unsubscribe({ ...byId, transport: 'get' })],
	])('%s sends an ID in place of the reference', (_call, byXml, byGet) => {
		expect(JSON.stringify(byXml.request)).toContain('{"name":"CAMPAIGNID","attributes":{},"children":[],"text":"1116"}');
		expect(JSON.stringify(byXml.request)).not.toContain('CAMPAIGNREF');
		expect(byGet.request.query).toMatchObject({ campaignid: '1116' });
		expect(byGet.request.query).not.toHaveProperty('campaignref');
		expect(byXml.interpret(said('<CAMPAIGNID>1116</CAMPAIGNID>'))).toMatchObject({ campaign: '1116' });
	});

	it.each([
		['<CAMPAIGNREF> spring </CAMPAIGNREF>', BY_REF],
		['<CAMPAIGNREF/>', BY_REF],
		['<CAMPAIGNID>7</CAMPAIGNID>', BY_REF],
		['<CAMPAIGNREF>Spring</CAMPAIGNREF>', byId],
		['', byId],
	])('%s is no other one', (campaign, input) => {
		expect(subscribe(input).interpret(said(campaign)).outcome).toBe('subscribed');
		expect(unsubscribe(input).interpret(said(campaign)).outcome).toBe('unsubscribed');
	});

	it.each([
		['<CAMPAIGNREF>autumn</CAMPAIGNREF>', BY_REF],
		['<CAMPAIGN><CAMPAIGNREF>autumn</CAMPAIGNREF></CAMPAIGN>', BY_REF],
		['<CAMPAIGNREF>Spring</CAMPAIGNREF><CAMPAIGNREF>autumn</CAMPAIGNREF>', BY_REF],
		['<CAMPAIGNID>1117</CAMPAIGNID>', byId],
	])('%s is another one, so the answer is no success', (campaign, input) => {
		for (const call of [subscribe(input), unsubscribe(input)]) {
			expect(thrownFailureOf(() => call.interpret(said(campaign)))).toMatchObject({
				kind: 'unreadable',
				message: expect.stringContaining('different campaign'),
			});
		}
	});
});

describe('a success', () => {
	it.each(['answer-success.xml', 'answer-success-2015.xml'])('%s is a subscription', (name) => {
		expect(subscribe(SAMPLE).interpret(responseOf(fixture(name)))).toEqual({
			provider: 'skycore',
			action: 'subscribe',
			outcome: 'subscribed',
			phone: '+16502426055',
			phoneRaw: '16502426055',
			campaign: '1116',
			providerState: 'Success',
			requestId: 'ACCT-123232',
			hint: 'Skycore also says "subscribed" for people who already were.',
		});
	});

	it('of a return', () => {
		const result = subscribe({ ...SAMPLE, action: 'resubscribe' }).interpret(responseOf(fixture('answer-success.xml')));
		expect(result).toMatchObject({ action: 'resubscribe', outcome: 'resubscribed' });
		expect([result.note, result.hint]).toEqual([undefined, undefined]);
	});

	it('with double opt-in awaits the person', () => {
		const result = subscribe({ ...SAMPLE, doubleOptIn: 'yes' }).interpret(responseOf(fixture('answer-success.xml')));
		expect(result).toMatchObject({ outcome: 'pending_confirmation', hint: expect.stringContaining('confirmation') });
	});

	it('of an unsubscription', () => {
		const call = unsubscribe({ transport: 'xml', campaignRef: '1116', phone: '+16502426055' });
		const result = call.interpret(responseOf('<response><status> SUCCESS </status></response>'));
		expect(result).toMatchObject({ action: 'unsubscribe', outcome: 'unsubscribed', providerState: 'SUCCESS', campaign: '1116' });
		expect(result.phoneRaw).toBeUndefined();
	});

	it.each(['16502426055', '+1 (650) 242-6055', '6502426055', '0016502426055', ''])('for the same number, written %j', (mobile) => {
		const answer = responseOf(`<RESPONSE><STATUS>Success</STATUS><MOBILE>${mobile}</MOBILE></RESPONSE>`);
		expect(subscribe(SAMPLE).interpret(answer)).toMatchObject({ outcome: 'subscribed', phone: SAMPLE.phone });
	});

	it('shows the raw answer only when asked, without the key', () => {
		const text = '<RESPONSE><STATUS>Success</STATUS><API_KEY>secret</API_KEY><EXTRA>1</EXTRA></RESPONSE>';
		expect(subscribe({ ...SAMPLE, includeRaw: true }).interpret(responseOf(text)).raw).toEqual({ STATUS: 'Success', EXTRA: '1' });
		expect(subscribe(SAMPLE).interpret(responseOf(text)).raw).toBeUndefined();
	});
});

describe('a failure', () => {
	it.each([
		['answer-failure.xml', 'E721', 'Invalid campaignref'],
		['answer-failure-2015.xml', 'E903', 'Invalid CAMPAIGNID'],
	])("%s keeps the provider's code and words", (name, code, providerText) => {
		expect(failureOf(fixture(name))).toMatchObject({ provider: 'skycore', kind: 'input', code, providerText, httpStatus: 200 });
	});

	it.each<[label: string, text: string, status: number, kind: string]>([
		['Failure without a code', '<RESPONSE><STATUS>Failure</STATUS></RESPONSE>', 200, 'unreadable'],
		['a code in spite of Success', '<RESPONSE><STATUS>Success</STATUS><ERRORCODE>E904</ERRORCODE></RESPONSE>', 200, 'not-eligible'],
		['a code without STATUS', '<RESPONSE><ERRORCODE>e104</ERRORCODE></RESPONSE>', 200, 'credentials'],
		['an unlisted code', '<RESPONSE><STATUS>Failure</STATUS><ERRORCODE>E999</ERRORCODE></RESPONSE>', 200, 'unreadable'],
		['a code with another status', '<RESPONSE><STATUS>Failure</STATUS><ERRORCODE>E104</ERRORCODE></RESPONSE>', 403, 'credentials'],
		['an unknown STATUS', '<RESPONSE><STATUS>Pending</STATUS></RESPONSE>', 200, 'unreadable'],
		['no STATUS', '<RESPONSE><MOBILE>1</MOBILE></RESPONSE>', 200, 'unreadable'],
		['another root', '<OTHER><STATUS>Success</STATUS></OTHER>', 200, 'unreadable'],
		['Success with a failed status', '<RESPONSE><STATUS>Success</STATUS></RESPONSE>', 500, 'unreadable'],
		['Success with too many', '<RESPONSE><STATUS>Success</STATUS></RESPONSE>', 429, 'unreadable'],
		['an empty body', '', 200, 'unreadable'],
		['a web page', '<html><body>Sign in</body></html>', 200, 'unreadable'],
		['a redirect', '', 301, 'input'],
		['a redirect that may follow success', '', 302, 'unreadable'],
		['not found', '<h1>Not Found</h1>', 404, 'input'],
		['unauthorised', '', 401, 'credentials'],
		['forbidden', '', 403, 'permission'],
		["a firewall's page", '<!DOCTYPE html><html><title>403</title></html>', 403, 'permission'],
		['a timeout', '', 408, 'temporary'],
		['too many', '', 429, 'rate'],
		['an internal error', 'oops', 500, 'temporary'],
		['unavailable', '', 503, 'temporary'],
	])('%s', (_label, text, status, kind) => {
		expect(failureOf(text, status)).toMatchObject({ provider: 'skycore', kind, httpStatus: status });
	});

	it.each<[status: number, header: string | undefined, wait: number | undefined, sure: boolean]>([
		[429, '7', 7000, true],
		[429, undefined, undefined, true],
		[503, '7', 7000, false],
		[503, undefined, undefined, false],
		[500, '7', 7000, false],
	])('HTTP %d with Retry-After %p', (status, header, wait, sure) => {
		const details = failureOf('', status, header === undefined ? {} : { 'retry-after': header });
		expect([details.retryAfterMs, isNotExecuted(details)]).toEqual([wait, sure]);
	});

	it('reads a date in Retry-After', () => {
		const at = new Date(Date.now() + 60_000).toUTCString();
		const { retryAfterMs } = failureOf('', 429, { 'retry-after': at });
		expect(retryAfterMs).toBeGreaterThan(50_000);
		expect(retryAfterMs).toBeLessThanOrEqual(60_000);
	});

	it.each([
		['You can call API every 5 seconds.', 5000],
		['You can call API every 1 second.', 1000],
		['You can call API every 2.5 sec', 2500],
		['You can call API every 2 minutes.', 120_000],
		['You can call API every 1 hour.', 3_600_000],
		['You can call API every X seconds.', undefined],
		['', undefined],
	])('E106 "%s" waits %p', (info, wait) => {
		const text = `<RESPONSE><STATUS>Failure</STATUS><ERRORCODE>E106</ERRORCODE><ERRORINFO>${info}</ERRORINFO></RESPONSE>`;
		expect(failureOf(text)).toMatchObject({ kind: 'rate' });
		expect(isNotExecuted(failureOf(text))).toBe(true);
		expect(failureOf(text).retryAfterMs).toBe(wait);
	});
});
