import { readFileSync } from 'node:fs';

import type { CallResponse } from '../../../consent/call';
import type { FailureDetails } from '../../../consent/failure';
import { subscribe, type VoyageSubscribeInput } from '../../../providers/voyage/calls';
import { voyage } from '../../../providers/voyage/provider';
import { decodeResponse } from '../../../transport/codec/response';
import { isNotExecuted, readResponse } from '../../../transport/outbound/failure';

const fixture = (name: string) => readFileSync(`test/fixtures/voyage/${name}`, 'utf8');
const SAMPLE: VoyageSubscribeInput = {
	campaignId: 1234,
	phone: '+15555555555',
	attributes: { email: 'my@domain.com' },
	authenticated: false,
};

function responseOf(status: number, text = '', headers: Record<string, string> = {}): CallResponse {
	return decodeResponse(status, headers, text);
}

/** What the transport makes of a response. */
function failureOf(response: CallResponse): FailureDetails {
	const read = readResponse(voyage, subscribe(SAMPLE), response, 0);
	if ('details' in read) return read.details;
	throw new Error('no failure');
}

describe('the request', () => {
	it("is the documentation's sample", () => {
		expect(subscribe(SAMPLE).request).toEqual({
			method: 'POST',
			path: 'api/v2/subscriber',
			headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
			body: { json: JSON.parse(fixture('request-with-attributes.json')) },
		});
	});

	it.each([undefined, {}])('leaves out attributes that are %p', (attributes) => {
		expect(subscribe({ ...SAMPLE, attributes }).request.body).toEqual({ json: { phoneNumber: '+15555555555', campaignId: 1234 } });
	});

	it('uses a credential only when there is one', () => {
		expect(subscribe(SAMPLE)).not.toHaveProperty('credential');
		expect(subscribe({ ...SAMPLE, authenticated: true }).credential).toBe('smsConsentVoyageApi');
		expect(Object.keys(voyage.credentials)).toEqual(['smsConsentVoyageApi']);
	});

	it('may text the person when repeated', () => {
		expect(subscribe(SAMPLE)).toMatchObject({ provider: 'voyage', retrySafety: 'texts the person', rateLimitKey: 'voyage' });
		expect(Object.keys(voyage.rateLimits)).toContain('voyage');
	});
});

describe('the response', () => {
	const BODIES = [
		'{"subscriberId":99999,"state":"Subscribed"}',
		`{${fixture('answer-as-documented.txt')}}`,
		'{"state":"subscribed"}',
		'{"subscriberId":7,"phoneNumber":"+1 555 555 5555"}',
		'{"state":"Already subscribed","error":null,"errors":[],"success":true}',
	];

	it.each([
		[200, 'already_subscribed'],
		[201, 'subscribed'],
		[202, 'pending_confirmation'],
	])('%d is %s whatever the body says of somebody who is subscribed', (status, outcome) => {
		for (const body of BODIES) {
			expect(subscribe(SAMPLE).interpret(responseOf(status, body))).toMatchObject({
				provider: 'voyage',
				action: 'subscribe',
				outcome,
				phone: '+15555555555',
				campaign: '1234',
				providerState: String(status),
				requestId: body === BODIES[0] ? '99999' : body.includes(':7,') ? '7' : null,
			});
		}
	});

	it.each([200, 201, 202])('HTTP %d around a state of pending: the one holds that claims less', (status) => {
		for (const body of [
			'{"subscriberId":1,"state":"Pending"}',
			'{"state":"awaiting confirmation"}',
			'subscriberId: 1,\nstate: "Pending",',
		]) {
			expect(subscribe(SAMPLE).interpret(responseOf(status, body))).toMatchObject({
				outcome: 'pending_confirmation',
				hint: expect.stringContaining('confirm'),
			});
		}
	});

	it.each([
		['{"error":"Number is blocked"}', 'words that say otherwise'],
		['{"errors":[{"message":"Number is blocked"}],"subscriberId":1,"state":"Subscribed"}', 'words that say otherwise'],
		['{"Error":{"code":1},"subscriberId":1}', 'words that say otherwise'],
		['{"success":false,"subscriberId":1}', 'words that say otherwise'],
		['{"ok":0,"state":"Subscribed"}', 'words that say otherwise'],
		['{"subscriberId":1,"state":"Unsubscribed"}', 'words that say otherwise'],
		['{"subscriberId":1,"state":"Not subscribed"}', 'words that say otherwise'],
		['{"subscriberId":1,"state":"Opted out"}', 'words that say otherwise'],
		['{"subscriberId":1,"state":"Pending opt-out"}', 'words that say otherwise'],
		['{"subscriberId":1,"state":7}', 'words that say otherwise'],
		['subscriberId: 1,\nstate: "Unsubscribed",', 'words that say otherwise'],
		['subscriberId: null,\nerror: "blocked",', 'words that say otherwise'],
		['{"subscriberId":1,"state":"Subscribed","phoneNumber":"+15555555556"}', 'a different number'],
		['{"subscriberId":1,"phone":15555555556}', 'a different number'],
		['{}', "didn't come from Voyage"],
		['{"message":"ok"}', "didn't come from Voyage"],
		['{"subscriberId":{}}', "didn't come from Voyage"],
		['{"subscriberId":""}', "didn't come from Voyage"],
		['[]', "didn't come from Voyage"],
		['null', "didn't come from Voyage"],
		['"Subscribed"', "didn't come from Voyage"],
	])('%s is no success, whatever the status', (body, message) => {
		for (const status of [200, 201, 202]) {
			const details = failureOf(responseOf(status, body));
			expect(details).toMatchObject({ kind: 'unreadable', message: expect.stringContaining(message), providerText: expect.any(String) });
			expect(isNotExecuted(details)).toBe(false);
		}
	});

	it('says that a confirmation is awaited', () => {
		expect(subscribe(SAMPLE).interpret(responseOf(202, BODIES[0])).hint).toContain('confirm');
		expect(subscribe(SAMPLE).interpret(responseOf(201, BODIES[0]))).not.toHaveProperty('hint');
	});

	it('shows the raw answer only when asked', () => {
		const call = subscribe({ ...SAMPLE, includeRaw: true });
		expect(call.interpret(responseOf(201, BODIES[0])).raw).toEqual({ subscriberId: 99999, state: 'Subscribed' });
		expect(call.interpret(responseOf(201, BODIES[1])).raw).toBe(BODIES[1]);
		expect(subscribe(SAMPLE).interpret(responseOf(201, BODIES[0]))).not.toHaveProperty('raw');
	});
});

describe('a failure', () => {
	const WORDS = fixture('error-not-us.txt');

	it.each<[label: string, body: string]>([
		['plain text', WORDS],
		['a JSON string', JSON.stringify(WORDS)],
		['an object with a message', JSON.stringify({ message: WORDS })],
		['an object with an error', JSON.stringify({ error: WORDS })],
		['an object in an object', JSON.stringify({ error: { message: WORDS } })],
		['a list of errors', JSON.stringify({ errors: [{ message: WORDS }] })],
	])('the documented one as %s', (_label, body) => {
		expect(failureOf(responseOf(400, body))).toMatchObject({ kind: 'number', providerText: WORDS, httpStatus: 400 });
	});

	it('what a contact wrote hides neither an opt-out nor a refused key', () => {
		for (const [status, kind] of [
			[401, 'credentials'],
			[403, 'permission'],
			[409, 'opted-out'],
			[422, 'number'],
		] as const) {
			expect(failureOf(responseOf(status, WORDS)).kind).toBe(kind);
		}
	});

	it.each([
		[203, 'unreadable'],
		[204, 'unreadable'],
		[400, 'input'],
		[401, 'credentials'],
		[403, 'permission'],
		[404, 'input'],
		[405, 'input'],
		[408, 'temporary'],
		[409, 'opted-out'],
		[410, 'input'],
		[418, 'input'],
		[422, 'input'],
		[429, 'rate'],
		[500, 'temporary'],
		[502, 'temporary'],
		[503, 'temporary'],
	])('HTTP %d is of the kind %s and says what to do', (status, kind) => {
		const details = failureOf(responseOf(status, 'words'));
		expect(details).toMatchObject({ provider: 'voyage', kind, httpStatus: status, providerText: 'words' });
		expect(details.message).toMatch(/^Voyage|^Nothing/);
		expect(details.remedy).toMatch(/\.$/);
	});

	it.each([
		[301, 'input'],
		[302, 'unreadable'],
	])('HTTP %d, a redirect, is of the kind %s', (status, kind) => {
		expect(failureOf(responseOf(status))).toMatchObject({
			provider: 'voyage',
			kind,
			httpStatus: status,
			message: expect.stringMatching(/^Voyage/),
			remedy: expect.stringMatching(/\.$/),
		});
	});

	it.each<[status: number, header: string | undefined, wait: number | undefined, sure: boolean]>([
		[429, '3', 3000, true],
		[429, undefined, undefined, true],
		[503, '3', 3000, false],
		[503, undefined, undefined, false],
	])('HTTP %d with Retry-After %p', (status, header, wait, sure) => {
		const details = failureOf(responseOf(status, '', header === undefined ? {} : { 'retry-after': header }));
		expect([details.retryAfterMs, isNotExecuted(details)]).toEqual([wait, sure]);
	});

	it('reads hostile bodies', () => {
		for (const body of [
			'{"__proto__":{"message":"x"}}',
			'{"message":{"message":{"message":{"message":"deep"}}}}',
			'[[[[[1]]]]]',
			'x'.repeat(100_000),
		]) {
			expect(failureOf(responseOf(400, body))).toMatchObject({ kind: 'input', providerText: expect.any(String) });
		}
	});
});

test('what Voyage cannot do says what to do instead', () => {
	const { subscribe: can, ...cannot } = voyage.capabilities;
	expect(can).toEqual({ can: true });
	for (const answerTo of Object.values(cannot))
		expect(answerTo).toMatchObject({ can: false, instead: expect.stringMatching(/\w{3,}.*\.$/) });
	expect(JSON.stringify(cannot.resubscribe)).toContain('UNSTOP');
});

test('a subscriber id beyond 2^53 keeps its digits', () => {
	const { json } = decodeResponse(201, {}, Buffer.from('{"subscriberId":12345678901234567891,"state":"Subscribed"}'));
	const answer = { status: 201, headers: {}, text: '', json };
	expect(subscribe(SAMPLE).interpret(answer).requestId).toBe('12345678901234567891');
});
