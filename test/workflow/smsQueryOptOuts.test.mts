import nock from 'nock';

import { SmsQueryOptOuts } from '../../nodes/SmsQueryOptOuts/SmsQueryOptOuts.node.ts';
import { ATTENTIVE, failures, formOf, provider, results, run, VONAGE } from './nodeRun.mts';

const node = new SmsQueryOptOuts();
afterEach(() => nock.cleanAll());

describe('Vonage', () => {
	const ORIGIN = 'https://rest.nexmo.com';
	const json = {
		body: {
			'opt-in-count': '3',
			'opt-in-list': [
				{ msisdn: '15558937009', 'opt-in': 'false', 'opt-out': 'true', 'opt-out-date': '2014-06-27 18:31:33' },
				{ msisdn: '15554908975', 'opt-in': 'false', 'opt-out': 'true', 'opt-out-date': '2014-07-18 16:20:20' },
				{
					msisdn: '15559912501',
					'opt-in': 'false',
					'opt-in-date': '2014-07-18 15:28:23',
					'opt-out': 'true',
					'opt-out-date': '2014-08-18 23:17:40',
				},
			],
		},
	};
	const xml = {
		body: `<?xml version="1.0" encoding="UTF-8"?>
<opt-in-list opt-in-count="3">
<opt-in msisdn="121326336101" opt-in="false" opt-out="true" opt-out-date="2014-07-22 12:41:48"/>
<opt-in msisdn="121326336102" opt-in="false" opt-out="true" opt-out-date="2014-07-22 13:00:04"/>
<opt-in msisdn="12132633680" opt-in="false" opt-out="true" opt-out-date="2014-07-22 11:02:50"/>
</opt-in-list>`,
	};
	const parameters = { provider: 'vonage', returnAll: true };
	const PAIR = { api_key: 'abcd1234', api_secret: 'vonage-secret-of-the-test' };

	test('one item per record, by a form and JSON', async () => {
		const seen = provider(ORIGIN, json);
		const done = await run({ node, parameters, credentials: VONAGE });
		expect(failures(done)).toEqual([]);
		expect(seen.map(({ body }) => formOf(body).page)).toEqual(['0', '1']);
		expect(seen[0]).toMatchObject({ method: 'POST', path: '/sc/us/alert/opt-in/query/json' });
		expect(formOf(seen[0]?.body ?? '')).toEqual({ 'page-size': '100', page: '0', ...PAIR });
		expect(results(done).map(({ phone, outcome, optedOutAt }) => [phone, outcome, optedOutAt])).toEqual([
			['+15558937009', 'opted_out', '2014-06-27T18:31:33Z'],
			['+15554908975', 'opted_out', '2014-07-18T16:20:20Z'],
			['+15559912501', 'opted_out', '2014-08-18T23:17:40Z'],
		]);
		expect(done.outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }, { item: 0 }]);
	});

	test('by GET, where everything stands in the address', async () => {
		const seen = provider(ORIGIN, json);
		const done = await run({ node, parameters: { ...parameters, additionalFields: { method: 'GET' } }, credentials: VONAGE });
		expect(results(done)).toHaveLength(3);
		const address = new URL(seen[0]?.path ?? '', ORIGIN);
		expect([seen[0]?.method, address.pathname]).toEqual(['GET', '/sc/us/alert/opt-in/query/json']);
		expect(Object.fromEntries(address.searchParams)).toEqual({ 'page-size': '100', page: '0', ...PAIR });
	});

	test('as a JSON object, which has no XML answer', async () => {
		const seen = provider(ORIGIN, json);
		const done = await run({ node, parameters: { ...parameters, additionalFields: { method: 'POST_JSON' } }, credentials: VONAGE });
		expect(results(done)).toHaveLength(3);
		expect(seen[0]).toMatchObject({ method: 'POST', path: '/sc/us/alert/opt-in/query/json' });
		expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ 'page-size': 100, page: 0, ...PAIR });
		const both = { answerFormat: 'xml', method: 'POST_JSON' };
		const refused = await run({ node, parameters: { ...parameters, additionalFields: both }, credentials: VONAGE });
		expect(failures(refused)).toEqual([expect.objectContaining({ message: expect.stringContaining("'POST as JSON'"), sent: 'not sent' })]);
	});

	test('only the page that was chosen, within the limit', async () => {
		const seen = provider(ORIGIN, json);
		const additionalFields = { page: 2, pageSize: 3 };
		const all = await run({ node, parameters: { ...parameters, additionalFields }, credentials: VONAGE });
		expect(results(all)).toHaveLength(3);
		expect(seen.map(({ body }) => formOf(body))).toEqual([{ 'page-size': '3', page: '2', ...PAIR }]);
		const some = await run({ node, parameters: { ...parameters, returnAll: false, limit: 2, additionalFields }, credentials: VONAGE });
		expect(results(some)).toHaveLength(2);
		expect(seen).toHaveLength(2);
		const wrong = await run({ node, parameters: { ...parameters, additionalFields: { page: -1 } }, credentials: VONAGE });
		expect(failures(wrong)).toEqual([expect.objectContaining({ message: expect.stringContaining("'Page'"), sent: 'not sent' })]);
	});

	test('by POST and XML; numbers that are none are kept as they are', async () => {
		const seen = provider(ORIGIN, xml);
		const done = await run({
			node,
			parameters: { ...parameters, additionalFields: { answerFormat: 'xml', method: 'POST', pageSize: 500 } },
			credentials: VONAGE,
		});
		expect(seen[0]).toMatchObject({ method: 'POST', path: '/sc/us/alert/opt-in/query/xml' });
		expect(formOf(seen[0]?.body ?? '')).toMatchObject({ 'page-size': '500', page: '0' });
		expect(results(done).map(({ phoneRaw }) => phoneRaw)).toEqual(['121326336101', '121326336102', '12132633680']);
	});

	test('filters by date and state, and limits what is left', async () => {
		provider(ORIGIN, json);
		const since = await run({ node, parameters: { ...parameters, filters: { since: '2014-07-18T16:20:20Z' } }, credentials: VONAGE });
		expect(results(since).map(({ phone }) => phone)).toEqual(['+15554908975', '+15559912501']);
		const until = await run({ node, parameters: { ...parameters, filters: { until: '={{ "2014-07-01" }}' } }, credentials: VONAGE });
		expect(results(until).map(({ phone }) => phone)).toEqual(['+15558937009']);
		const back = await run({ node, parameters: { ...parameters, state: 'broughtBack' }, credentials: VONAGE });
		expect(results(back)).toEqual([]);
		const limited = await run({
			node,
			parameters: { provider: 'vonage', returnAll: false, limit: 1, filters: { since: '2014-07-18' } },
			credentials: VONAGE,
		});
		expect(results(limited).map(({ phone }) => phone)).toEqual(['+15554908975']);
	});

	test('pages on until a short page; a limit ends it earlier', async () => {
		const row = (index: number) => ({
			msisdn: String(15550000000 + index),
			'opt-in': 'false',
			'opt-out': 'true',
			'opt-out-date': '2014-06-27 18:31:33',
		});
		const page = (start: number, count: number) => ({
			body: { 'opt-in-count': '120', 'opt-in-list': Array.from({ length: count }, (_, index) => row(start + index)) },
		});
		const seen = provider(ORIGIN, page(0, 100), page(100, 20));
		expect(results(await run({ node, parameters, credentials: VONAGE }))).toHaveLength(120);
		expect(formOf(seen[1]?.body ?? '').page).toBe('1');
		nock.cleanAll();
		provider(ORIGIN, page(0, 100));
		expect(results(await run({ node, parameters: { provider: 'vonage', returnAll: false }, credentials: VONAGE }))).toHaveLength(50);
	});

	test('asks once for input items that ask for the same, and answers each', async () => {
		const seen = provider(ORIGIN, json);
		const done = await run({ node, parameters, credentials: VONAGE, items: [{}, {}] });
		expect(seen.map(({ body }) => formOf(body).page)).toEqual(['0', '1']);
		expect(done.outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual([0, 0, 0, 1, 1, 1].map((item) => ({ item })));
	});

	test('status 14 and the account style of refusal end as failures', async () => {
		provider(ORIGIN, { status: 401, body: { 'error-code': '401', 'error-code-label': 'authentication failed' } });
		expect(failures(await run({ node, parameters, credentials: VONAGE }))).toEqual([
			expect.objectContaining({ kind: 'credentials', httpStatus: 401 }),
		]);
	});

	test.each([
		[{ limit: 0, returnAll: false }, "'Limit' should be a whole number (1 or more), but is 0"],
		[{ filters: { since: '={{ "yesterday" }}' } }, 'yesterday'],
		[{ additionalFields: { pageSize: 0 } }, "'Page Size'"],
	])('%j is refused before anything is sent', async (wrong, message) => {
		const seen = provider(ORIGIN, json);
		const done = await run({ node, parameters: { ...parameters, ...wrong }, credentials: VONAGE });
		expect(failures(done)).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
		expect(seen).toEqual([]);
	});
});

describe('Attentive', () => {
	const ORIGIN = 'https://api.attentivemobile.com';
	const held = {
		body: {
			subscriptionEligibilities: [
				{ subscription: { type: 'MARKETING', channel: 'TEXT' }, eligibility: { isEligible: false } },
				{ subscription: { type: 'TRANSACTIONAL', channel: 'TEXT' }, eligibility: { isEligible: true } },
			],
		},
	};
	const parameters = { provider: 'attentive', phone: '={{ $json.phone }}' };
	const items = [{ phone: '+13115552368' }];

	test('one item per subscription', async () => {
		const seen = provider(ORIGIN, held);
		const done = await run({ node, parameters, credentials: ATTENTIVE, items });
		expect(seen[0]?.path).toBe('/v1/subscriptions?phone=%2B13115552368');
		expect(results(done).map(({ campaign, outcome }) => [campaign, outcome])).toEqual([
			['MARKETING TEXT', 'not_eligible'],
			['TRANSACTIONAL TEXT', 'subscribed'],
		]);
	});

	test('one item per person: a single opt-out decides', async () => {
		provider(ORIGIN, held);
		const done = await run({ node, parameters: { ...parameters, attentiveReturn: 'person' }, credentials: ATTENTIVE, items });
		expect(results(done)).toEqual([
			expect.objectContaining({ outcome: 'not_eligible', campaign: 'MARKETING TEXT', phone: '+13115552368' }),
		]);
	});

	test('by email address; unknown means not subscribed', async () => {
		const seen = provider(ORIGIN, { status: 404, body: { message: 'Subscriptions not found' } });
		const done = await run({
			node,
			parameters: { provider: 'attentive', lookUpBy: 'email', email: 'a@example.com' },
			credentials: ATTENTIVE,
		});
		expect(seen[0]?.path).toBe('/v1/subscriptions?email=a%40example.com');
		expect(results(done)).toEqual([expect.objectContaining({ outcome: 'not_subscribed', email: 'a@example.com', phone: null })]);
	});
});

test.each([
	['skycore', 'SMS Postback Trigger'],
	['voyage', 'your own list'],
])('%s: says what to do instead', async (name, words) => {
	const done = await run({ node, parameters: { provider: name } });
	expect(failures(done)).toEqual([expect.objectContaining({ kind: 'input', remedy: expect.stringContaining(words) })]);
});
