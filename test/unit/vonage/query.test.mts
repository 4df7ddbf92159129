import { queryPage, type QueryPageInput } from '../../../providers/vonage/query.ts';
import { failureOf } from '../thrown.mts';
import { fixture, response } from './responses.mts';

const INPUT: QueryPageInput = { credential: 'smsConsentVonageApi', format: 'json', method: 'GET', page: 0, pageSize: 100 };

describe('the request', () => {
	test.each([
		['json', 'GET', { method: 'GET', path: 'sc/us/alert/opt-in/query/json', query: { 'page-size': '100', page: '2' } }],
		['xml', 'GET', { method: 'GET', path: 'sc/us/alert/opt-in/query/xml', query: { 'page-size': '100', page: '2' } }],
		['json', 'POST', { method: 'POST', path: 'sc/us/alert/opt-in/query/json', body: { form: { 'page-size': '100', page: '2' } } }],
		['xml', 'POST', { method: 'POST', path: 'sc/us/alert/opt-in/query/xml', body: { form: { 'page-size': '100', page: '2' } } }],
	] as const)('%s by %s never mixes query and body', (format, method, request) => {
		expect(queryPage({ ...INPUT, format, method, page: 2 })).toMatchObject({
			credential: 'smsConsentVonageApi',
			retrySafety: 'harmless',
			rateLimitKey: 'vonage:query',
		});
		expect(queryPage({ ...INPUT, format, method, page: 2 }).request).toEqual(request);
	});
});

const OUT = { provider: 'vonage', action: 'query', outcome: 'opted_out', campaign: null, providerState: 'opt-in=false opt-out=true' };

test("Vonage's JSON sample", () => {
	expect(queryPage(INPUT).interpret(response(200, fixture('query.json')))).toEqual([
		{
			...OUT,
			phone: '+15558937009',
			phoneRaw: '15558937009',
			optedOutAt: '2014-06-27T18:31:33Z',
			optedInAt: null,
			occurredAt: '2014-06-27T18:31:33Z',
			note: expect.any(String),
		},
		{
			...OUT,
			phone: '+15554908975',
			phoneRaw: '15554908975',
			optedOutAt: '2014-07-18T16:20:20Z',
			optedInAt: null,
			occurredAt: '2014-07-18T16:20:20Z',
			note: expect.any(String),
		},
		{
			...OUT,
			phone: '+15559912501',
			phoneRaw: '15559912501',
			optedOutAt: '2014-08-18T23:17:40Z',
			optedInAt: '2014-07-18T15:28:23Z',
			occurredAt: '2014-08-18T23:17:40Z',
			note: expect.any(String),
		},
	]);
});

test("Vonage's XML sample, whose first numbers have 12 digits", () => {
	const results = queryPage({ ...INPUT, format: 'xml' }).interpret(response(200, fixture('query.xml')));
	expect(results.map(({ phoneRaw, outcome, optedOutAt }) => ({ phoneRaw, outcome, optedOutAt }))).toEqual([
		{ phoneRaw: '121326336101', outcome: 'opted_out', optedOutAt: '2014-07-22T12:41:48Z' },
		{ phoneRaw: '121326336102', outcome: 'opted_out', optedOutAt: '2014-07-22T13:00:04Z' },
		{ phoneRaw: '12132633680', outcome: 'opted_out', optedOutAt: '2014-07-22T11:02:50Z' },
	]);
});

describe('what a row says', () => {
	test.each([
		['text', { 'opt-in': 'false', 'opt-out': 'true' }, 'opted_out'],
		['text, came back', { 'opt-in': 'true', 'opt-out': 'false' }, 'subscribed'],
		['real booleans', { 'opt-in': true, 'opt-out': false }, 'subscribed'],
		['numbers', { 'opt-in': 1, 'opt-out': 0 }, 'subscribed'],
		['capitals', { 'opt-in': 'TRUE', 'opt-out': 'False' }, 'subscribed'],
		['only opt-out false', { 'opt-out': 'false' }, 'subscribed'],
		['only opt-in true', { 'opt-in': 'true' }, 'subscribed'],
		['only opt-in false', { 'opt-in': 'false' }, 'opted_out'],
		['only opt-out true', { 'opt-out': 'true' }, 'opted_out'],
		['both true', { 'opt-in': 'true', 'opt-out': 'true' }, 'opted_out'],
		['both false', { 'opt-in': 'false', 'opt-out': 'false' }, 'opted_out'],
		['neither', {}, 'opted_out'],
		['unknown words', { 'opt-in': 'maybe', 'opt-out': 'perhaps' }, 'opted_out'],
		['odd types', { 'opt-in': {}, 'opt-out': [] }, 'opted_out'],
	])('%s', (_name, words, outcome) => {
		const [result] = queryPage(INPUT).interpret(response(200, { 'opt-in-list': [{ msisdn: '12132633680', ...words }] }));
		expect(result).toMatchObject({ outcome, phone: '+12132633680' });
	});

	test('doubt is explained', () => {
		const rows = [
			{ msisdn: '1' },
			{ 'opt-in': 'true', 'opt-out': 'true' },
			{ msisdn: '12132633680', 'opt-out': 'true', 'opt-out-date': 'yesterday' },
			'what?',
		];
		const [silent, contradicting, undated, odd] = queryPage(INPUT).interpret(response(200, { 'opt-in-list': rows }));
		expect(silent).toMatchObject({ phone: null, phoneRaw: '1', note: expect.stringMatching(/did not say.*cannot be read/) });
		expect(contradicting).toMatchObject({ phone: null, note: expect.stringMatching(/contradicts itself.*no phone number/) });
		expect(undated).toMatchObject({ optedOutAt: null, occurredAt: null, note: expect.stringMatching(/'yesterday' cannot be read/) });
		expect(odd).toMatchObject({ outcome: 'opted_out', phone: null });
	});

	test('dates: both sides, blanks between date and time, the newer state tells the time', () => {
		const row = {
			msisdn: '12132633680',
			'opt-in': 'true',
			'opt-out': 'false',
			'opt-in-date': '2014-08-21     17:34:47',
			'opt-out-date': '2014-07-18 16:20:20',
		};
		expect(queryPage(INPUT).interpret(response(200, { 'opt-in-list': [row] }))).toEqual([
			expect.objectContaining({
				optedInAt: '2014-08-21T17:34:47Z',
				optedOutAt: '2014-07-18T16:20:20Z',
				occurredAt: '2014-08-21T17:34:47Z',
			}),
		]);
	});

	test('the row itself comes along on request, from JSON and from XML', () => {
		const [fromJson] = queryPage({ ...INPUT, includeRaw: true }).interpret(response(200, fixture('query.json')));
		expect(fromJson?.raw).toEqual({ msisdn: '15558937009', 'opt-in': 'false', 'opt-out': 'true', 'opt-out-date': '2014-06-27 18:31:33' });
		const [fromXml] = queryPage({ ...INPUT, includeRaw: true }).interpret(response(200, fixture('query.xml')));
		expect(fromXml?.raw).toEqual({ msisdn: '121326336101', 'opt-in': 'false', 'opt-out': 'true', 'opt-out-date': '2014-07-22 12:41:48' });
	});
});

describe('lists of unusual shape', () => {
	const ROW = { msisdn: '12132633680', 'opt-out': 'true' };
	test.each([
		['an empty JSON list', { 'opt-in-count': '0', 'opt-in-list': [] }, 0],
		['an empty JSON list that counts all pages', { 'opt-in-count': '3', 'opt-in-list': [] }, 0],
		['a count of 0 without list', { 'opt-in-count': '0' }, 0],
		['a numeric count of 0', { 'opt-in-count': 0, 'opt-in-list': null }, 0],
		['a list without count', { 'opt-in-list': [ROW] }, 1],
		['a list of one without brackets', { 'opt-in-count': 1, 'opt-in-list': ROW }, 1],
		['an XML list of one', '<opt-in-list opt-in-count="1"><opt-in msisdn="12132633680" opt-out="true"/></opt-in-list>', 1],
		['the attribute count', '<opt-in-list count="1"><opt-in msisdn="12132633680" opt-out="true"/></opt-in-list>', 1],
		['an empty XML list', '<opt-in-list opt-in-count="0"/>', 0],
		['an XML list without count', '<opt-in-list></opt-in-list>', 0],
	])('%s', (_name, body, length) => {
		expect(queryPage(INPUT).interpret(response(200, body))).toHaveLength(length);
	});

	test.each([
		['a count without its rows', { 'opt-in-count': '3' }],
		['an empty object', {}],
		['a list', [ROW]],
		['text', 'OK'],
		['nothing', ''],
		['a web page', '<html><body>Log in</body></html>'],
		['another XML document', '<response/>'],
		['a single row', '<opt-in msisdn="12132633680" opt-out="true"/>'],
		['a success of the SMS API', { messages: [{ status: '0' }] }],
	])('%s is no list', (_name, body) => {
		expect(failureOf(() => queryPage(INPUT).interpret(response(200, body)))).toMatchObject({ provider: 'vonage', kind: 'unreadable' });
	});

	test('an XML list that counts all pages and holds no row is the end of the list', () => {
		expect(queryPage({ ...INPUT, page: 1 }).interpret(response(200, '<opt-in-list opt-in-count="3"></opt-in-list>'))).toEqual([]);
	});
});
