import { queryPage, type QueryPageInput } from '../../../providers/vonage/query.ts';
import type { CallResponse } from '../../../consent/call.ts';
import { failureOf } from '../thrown.mts';
import { fixture, response } from './responses.mts';

const INPUT: QueryPageInput = { credential: 'smsConsentVonageApi', format: 'json', method: 'POST', page: 0, pageSize: 100 };

function rowsOf(answer: CallResponse, input: Partial<QueryPageInput> = {}) {
	return queryPage({ ...INPUT, ...input }).interpret(answer).rows;
}

describe('the request', () => {
	test.each([
		['json', 'GET', { method: 'GET', path: 'sc/us/alert/opt-in/query/json', query: { 'page-size': '100', page: '2' } }],
		['xml', 'GET', { method: 'GET', path: 'sc/us/alert/opt-in/query/xml', query: { 'page-size': '100', page: '2' } }],
		['json', 'POST', { method: 'POST', path: 'sc/us/alert/opt-in/query/json', body: { form: { 'page-size': '100', page: '2' } } }],
		['xml', 'POST', { method: 'POST', path: 'sc/us/alert/opt-in/query/xml', body: { form: { 'page-size': '100', page: '2' } } }],
		['json', 'POST_JSON', { method: 'POST', path: 'sc/us/alert/opt-in/query/json', body: { json: { 'page-size': 100, page: 2 } } }],
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
	expect(rowsOf(response(200, fixture('query.json')))).toEqual([
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
	const results = rowsOf(response(200, fixture('query.xml')), { format: 'xml' });
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
		const [result] = rowsOf(response(200, { 'opt-in-list': [{ msisdn: '12132633680', ...words }] }));
		expect(result).toMatchObject({ outcome, phone: '+12132633680' });
	});

	test('doubt is explained', () => {
		const rows = [
			{ msisdn: '1' },
			{ 'opt-in': 'true', 'opt-out': 'true' },
			{ msisdn: '12132633680', 'opt-out': 'true', 'opt-out-date': 'yesterday' },
			'what?',
		];
		const [silent, contradicting, undated, odd] = rowsOf(response(200, { 'opt-in-list': rows }));
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
		expect(rowsOf(response(200, { 'opt-in-list': [row] }))).toEqual([
			expect.objectContaining({
				optedInAt: '2014-08-21T17:34:47Z',
				optedOutAt: '2014-07-18T16:20:20Z',
				occurredAt: '2014-08-21T17:34:47Z',
			}),
		]);
	});

	test('the row itself comes along on request, from JSON and from XML', () => {
		const [fromJson] = rowsOf(response(200, fixture('query.json')), { includeRaw: true });
		expect(fromJson?.raw).toEqual({ msisdn: '15558937009', 'opt-in': 'false', 'opt-out': 'true', 'opt-out-date': '2014-06-27 18:31:33' });
		const [fromXml] = rowsOf(response(200, fixture('query.xml')), { includeRaw: true });
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
		expect(rowsOf(response(200, body))).toHaveLength(length);
	});

	const WRAPPED = [ROW, { msisdn: '12132633681', 'opt-out': 'true' }];
	const ELEMENTS = '<opt-in msisdn="12132633680" opt-out="true"/><opt-in msisdn="12132633681" opt-out="true"/>';
	test.each([
		['a wrapper', { response: { 'opt-in-count': '2', 'opt-in-list': WRAPPED } }],
		['upper case', { 'OPT-IN-COUNT': '2', 'OPT-IN-LIST': WRAPPED.map((row) => ({ MSISDN: row.msisdn, 'OPT-OUT': 'TRUE' })) }],
		['underscores', { opt_in_count: 2, opt_in_list: WRAPPED.map((row) => ({ msisdn: row.msisdn, opt_out: true })) }],
		['rows within the list', { 'opt-in-count': '2', 'opt-in-list': { 'opt-in': WRAPPED } }],
		['each row in a wrapper', { 'opt-in-count': '2', 'opt-in-list': WRAPPED.map((row) => ({ 'opt-in': row })) }],
		['rows beside an empty list', { 'opt-in-count': '2', 'opt-in-list': [], data: WRAPPED }],
		['rows without the list', { 'opt-in-count': '2', rows: WRAPPED }],
		['XML in a wrapper', `<response><opt-in-list opt-in-count="2">${ELEMENTS}</opt-in-list></response>`],
		['XML in upper case', `<OPT-IN-LIST OPT-IN-COUNT="2">${ELEMENTS.toUpperCase()}</OPT-IN-LIST>`],
		['XML rows in a wrapper', `<opt-in-list opt-in-count="2"><rows>${ELEMENTS}</rows></opt-in-list>`],
		['XML rows of another name', `<opt-in-list opt-in-count="2">${ELEMENTS.replaceAll('<opt-in ', '<number ')}</opt-in-list>`],
		[
			'XML rows as elements',
			`<opt-in-list opt-in-count="2">${WRAPPED.map(({ msisdn }) => `<opt-in><msisdn>${msisdn}</msisdn><opt-out>true</opt-out></opt-in>`).join('')}</opt-in-list>`,
		],
	])('rows are found in an unexpected place: %s', (_name, body) => {
		const { rows, count } = queryPage(INPUT).interpret(response(200, body));
		expect(rows).toMatchObject([
			{ phone: '+12132633680', outcome: 'opted_out', providerState: 'opt-out=true' },
			{ phone: '+12132633681', outcome: 'opted_out', providerState: 'opt-out=true' },
		]);
		expect(count).toBe(2);
	});

	test.each([
		['text', { 'opt-in-count': '3', 'opt-in-list': [] }, 3],
		['a number', { 'opt-in-count': 3, 'opt-in-list': [ROW] }, 3],
		['the attribute', '<opt-in-list opt-in-count="3"></opt-in-list>', 3],
		['the attribute by its other name', '<opt-in-list count="3"></opt-in-list>', 3],
		['a count without its rows', { 'opt-in-count': '3' }, 3],
		['none', { 'opt-in-list': [ROW] }, undefined],
		['an odd one', { 'opt-in-count': 'many', 'opt-in-list': [ROW] }, undefined],
		['a negative one', { 'opt-in-count': -1, 'opt-in-list': [ROW] }, undefined],
	])('what Vonage counts comes along: %s', (_name, body, count) => {
		expect(queryPage(INPUT).interpret(response(200, body)).count).toBe(count);
	});

	test.each([
		['a list of null', { 'opt-in-list': null }],
		['rows without a number elsewhere', { 'opt-in-count': '0', numbers: ['12132633680'] }],
		['a list of something else', '<opt-in-list><row><number>12132633680</number></row></opt-in-list>'],
		['a list as text', { 'opt-in-count': '1', 'opt-in-list': '12132633680' }],
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
});
