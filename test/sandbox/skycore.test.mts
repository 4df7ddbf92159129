import { DEFAULTS, startSandbox, type Sandbox } from '../../sandbox/server.mts';
import { requestXml, SKYCORE_KEY, startReceiver, type Receiver } from './helpers.mts';

let sandbox: Sandbox;
let receiver: Receiver;

beforeAll(async () => {
	sandbox = await startSandbox({ config: { clockFactor: 2_000 } });
});
beforeEach(async () => {
	sandbox.reset({ settings: true });
	receiver = await startReceiver(200);
});
afterEach(async () => await receiver.close());
afterAll(async () => await sandbox.close());

const GOOD = { ACTION: 'subscribe', API_KEY: SKYCORE_KEY, CAMPAIGNREF: 'spring-sale', MOBILE: '16502426055' };

async function post(body: string | URLSearchParams | FormData, headers: Record<string, string> = {}): Promise<string> {
	const answer = await fetch(`${sandbox.baseUrls.skycore}index.php`, { method: 'POST', body, headers });
	expect(answer.status).toBe(200);
	return await answer.text();
}

async function call(children: Record<string, string>): Promise<string> {
	return await post(new URLSearchParams({ xml: requestXml(children) }));
}

function code(answer: string): string {
	return /<ERRORCODE>(.*?)<\/ERRORCODE>/.exec(answer)?.[1] ?? (answer.includes('<STATUS>Success</STATUS>') ? 'Success' : answer);
}

describe('Skycore: requests that are understood', () => {
	const document = requestXml(GOOD);
	const multipart = new FormData();
	multipart.set('XML', document);
	test.each<[string, () => Promise<string>]>([
		['form field xml', async () => await post(new URLSearchParams({ xml: document }))],
		['form field XML', async () => await post(new URLSearchParams({ XML: document }))],
		['multipart field XML', async () => await post(multipart)],
		['raw body', async () => await post(document, { 'content-type': 'text/xml' })],
		['raw body under a form type', async () => await post(document, { 'content-type': 'application/x-www-form-urlencoded' })],
		['action in any case', async () => await call({ ...GOOD, ACTION: 'SubScribe' })],
		['unknown elements', async () => await call({ ...GOOD, WHATEVER: 'x' })],
		[
			'campaign id of the older manuals',
			async () => await call({ ACTION: 'subscribe', API_KEY: SKYCORE_KEY, CAMPAIGNID: '1116', MOBILE: '16502426055' }),
		],
	])('%s', async (_name, send) => {
		expect(code(await send())).toBe('Success');
		expect(sandbox.person('skycore', '16502426055', 'spring-sale').subscriber?.state).toBe('subscribed');
	});

	test.each(['', 'index.php', 'index.php/'])('GET on the directory + "%s"', async (suffix) => {
		const query = new URLSearchParams({
			action: 'subscribe',
			api_key: SKYCORE_KEY,
			campaignref: 'spring-sale',
			subscriberref: 'ACCT-1',
			mobile: '16502426055',
			data_first_name: 'Zoë',
		});
		for (const base of [sandbox.baseUrls.skycore, ...(suffix === '' ? [sandbox.baseUrls.skycore.slice(0, -1)] : [])]) {
			const answer = await (await fetch(`${base}${suffix}?${query}`)).text();
			expect(answer).toBe(
				'<RESPONSE><STATUS>Success</STATUS><CAMPAIGNREF>spring-sale</CAMPAIGNREF><SUBSCRIBERREF>ACCT-1</SUBSCRIBERREF><MOBILE>16502426055</MOBILE></RESPONSE>',
			);
		}
		expect(sandbox.person('skycore', '16502426055').subscriber?.detail.data).toEqual({ FIRST_NAME: 'Zoë' });
	});
});

describe('Skycore: documented answers to wrong input', () => {
	test.each<[string, string, Record<string, string>]>([
		['no action', 'E101', { ...GOOD, ACTION: '' }],
		['unknown action', 'E101', { ...GOOD, ACTION: 'explode' }],
		['no key', 'E102', { ...GOOD, API_KEY: '' }],
		['wrong key', 'E104', { ...GOOD, API_KEY: 'wrong' }],
		['plus in front', 'E110', { ...GOOD, MOBILE: '+16502426055' }],
		['00 in front', 'E110', { ...GOOD, MOBILE: '0016502426055' }],
		['punctuation', 'E110', { ...GOOD, MOBILE: '1-650-242-6055' }],
		['blacklisted', 'E114', { ...GOOD, MOBILE: DEFAULTS.skycore.blacklist[0] ?? '' }],
		['no campaign', 'E718', { ...GOOD, CAMPAIGNREF: '' }],
		['unknown campaign', 'E721', { ...GOOD, CAMPAIGNREF: 'nope' }],
		['unknown campaign id', 'E903', { ACTION: 'subscribe', API_KEY: SKYCORE_KEY, CAMPAIGNID: '7', MOBILE: '16502426055' }],
		['no mobile', 'E901', { ...GOOD, MOBILE: '' }],
		['SPID as an integer', 'E100', { ...GOOD, SPID: '1470' }],
		['unknown time zone', 'E100', { ...GOOD, TIMEZONE: 'America/New_York' }],
		['time zone in the wrong case', 'E100', { ...GOOD, TIMEZONE: 'chst' }],
		['unsubscribe of a stranger', 'E905', { ...GOOD, ACTION: 'unsubscribe', MOBILE: '16505550000' }],
		['email: none', 'E911', { ACTION: 'subscribeEmail', API_KEY: SKYCORE_KEY, CAMPAIGNID: '1116' }],
		['email: no campaign id', 'E902', { ACTION: 'subscribeEmail', API_KEY: SKYCORE_KEY, EMAIL: 'a@example.com' }],
		['email: wrong campaign id', 'E912', { ACTION: 'subscribeEmail', API_KEY: SKYCORE_KEY, CAMPAIGNID: '7', EMAIL: 'a@example.com' }],
	])('%s -> %s', async (_name, expected, children) => {
		expect(code(await call(children))).toBe(expected);
		expect(sandbox.state().providers.skycore.counters.acted).toBe(0);
	});

	test.each<[string, string, string]>([
		['truncated', '<REQUEST><ACTION>subscribe', 'E108'],
		['two roots', '<REQUEST/><REQUEST/>', 'E108'],
		['document type', '<!DOCTYPE x><REQUEST/>', 'E108'],
		['bare ampersand', '<REQUEST><ACTION>a & b</ACTION></REQUEST>', 'E108'],
		['no XML', 'hello', 'E108'],
		['other root', '<POST/>', 'E100'],
		['empty', '', 'E100'],
	])('document %s', async (_name, document, expected) => {
		expect(code(await post(document, { 'content-type': 'text/xml' }))).toBe(expected);
	});

	test.each<['noRights' | 'notActivated' | 'ipRefused', string]>([
		['noRights', 'E105'],
		['notActivated', 'E109'],
		['ipRefused', 'E112'],
	])('account %s -> %s', async (account, expected) => {
		sandbox.configure({ skycore: { account } });
		expect(code(await call(GOOD))).toBe(expected);
	});

	test('forbidden action E107, throughput E113, the blanks of the samples', async () => {
		sandbox.configure({ skycore: { forbiddenActions: ['unsubscribe'] } });
		expect(code(await call({ ...GOOD, ACTION: 'unsubscribe' }))).toBe('E107');
		sandbox.configure({ skycore: { callsPerSecond: 1 } });
		await call(GOOD);
		expect(code(await call(GOOD))).toBe('E113');
		sandbox.configure({ skycore: { callsPerSecond: 0 } });
		expect(await call({ ...GOOD, ACTION: '' })).toContain("<ERRORINFO> 'action' required</ERRORINFO>");
	});
});

describe('Skycore: consent', () => {
	test('a repeat succeeds, changes nothing and fires N301 again', async () => {
		sandbox.configure({ skycore: { postbackUrl: receiver.url } });
		await call(GOOD);
		await call(GOOD);
		await sandbox.idle();
		expect(receiver.received).toHaveLength(2);
		expect(sandbox.person('skycore', '16502426055')).toMatchObject({ requests: 2, acted: 1, texts: 0 });
	});

	test('after STOP the subscribe call answers E904, after an API unsubscribe it succeeds', async () => {
		await call(GOOD);
		await call({ ...GOOD, ACTION: 'unsubscribe', NOTIFY: 'yes' });
		expect(code(await call(GOOD))).toBe('Success');
		sandbox.text({ provider: 'skycore', from: '16502426055', text: 'stop' });
		expect(code(await call(GOOD))).toBe('E904');
		sandbox.configure({ skycore: { resubscribeAfterStop: 'accept' } });
		expect(code(await call(GOOD))).toBe('Success');
	});

	test('STOP ALL leaves every campaign and posts one N302 for each', async () => {
		await call(GOOD);
		await call({ ...GOOD, CAMPAIGNREF: 'loyalty-club' });
		sandbox.configure({ skycore: { postbackUrl: receiver.url, inboundPostbacks: true } });
		sandbox.text({ provider: 'skycore', from: '+16502426055', text: 'Stop All' });
		await sandbox.idle();
		expect(receiver.received.map(({ body }) => /N\d+/.exec(body)?.[0])).toEqual(['N211', 'N302', 'N302']);
		expect(receiver.received[2]?.body).toContain('<CAMPAIGNTITLE>Loyalty &amp; Friends</CAMPAIGNTITLE>');
	});

	test('CTA asks first: nothing is posted before Y', async () => {
		sandbox.configure({ skycore: { postbackUrl: receiver.url } });
		await call({ ...GOOD, CTA: 'yes' });
		expect(sandbox.person('skycore', '16502426055')).toMatchObject({ texts: 1, subscriber: { state: 'pending' } });
		sandbox.text({ provider: 'skycore', from: '16502426055', text: 'Y' });
		await sandbox.idle();
		expect(receiver.received).toHaveLength(1);
	});
});

describe('Skycore: postbacks', () => {
	test('the documented document', async () => {
		sandbox.configure({ skycore: { postbackUrl: receiver.url } });
		await call({ ...GOOD, CAMPAIGNREF: '1478' });
		await sandbox.idle();
		expect(receiver.received[0]?.body).toMatch(
			/^<\?xml version='1\.0'\?>\n<POSTBACK>\n<ORIGIN>SUB<\/ORIGIN>\n<CODE>N301<\/CODE>\n<MOBILE>16502426055<\/MOBILE>\n<CAMPAIGNREF>1478<\/CAMPAIGNREF>\n<TIMESTAMP>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-04<\/TIMESTAMP>\n<SHORTCODE>123456<\/SHORTCODE>\n<CAMPAIGNTITLE>My Campaign Name<\/CAMPAIGNTITLE>\n<BRANDNAME>My Brand Name<\/BRANDNAME>\n<SOURCE>API<\/SOURCE>\n<\/POSTBACK>$/,
		);
	});

	test.each([
		['204 is not 200, then 500, then 200', [204, 500, 200], [204, 500, 200], 'delivered'],
		['never 200: six attempts and lost', [503], [503, 503, 503, 503, 503, 503], 'given up'],
	] as const)('%s', async (_name, answers, attempts, state) => {
		receiver.answers = [...answers];
		sandbox.configure({ skycore: { postbackUrl: receiver.url } });
		await call(GOOD);
		await sandbox.idle();
		const [delivery] = sandbox.state().providers.skycore.deliveries;
		expect(delivery?.attempts.map(({ status }) => status)).toEqual(attempts);
		expect(delivery?.state).toBe(state);
		const times = receiver.received.map(({ at }) => at);
		// Five minutes at clock factor 2,000.
		expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(149);
	});

	test.each([
		['answers too late', async (): Promise<string> => receiver.url],
		['is not there', async (): Promise<string> => await receiver.close().then(() => receiver.url)],
	])('a receiver that %s: six attempts without an answer', async (_name, address) => {
		receiver.delayMs = 200;
		sandbox.configure({ skycore: { postbackUrl: await address(), postbackTimeoutMs: 20 }, clockFactor: 100_000 });
		await call(GOOD);
		await sandbox.idle();
		const { deliveries, deliveryCounters } = sandbox.state().providers.skycore;
		expect(deliveryCounters).toMatchObject({ created: 1, attempts: 6, givenUp: 1 });
		expect(deliveries[0]?.attempts.every(({ status }) => status === 0)).toBe(true);
	});

	test('a stranger who texts STOP cannot be subscribed afterwards', async () => {
		sandbox.text({ provider: 'skycore', from: '16502426055', text: 'STOP' });
		expect(code(await call(GOOD))).toBe('E904');
	});

	test.each([
		['campaignId2014', /<CAMPAIGNID>1116<\/CAMPAIGNID>\n<TIMESTAMP>/],
		['flat2014', /<SUBID>\d+<\/SUBID>/],
		[
			'notification2013',
			/^<NOTIFICATION id="\d+" created="\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}-04 "><ORIGIN>SUB<\/ORIGIN><CODE>N301<\/CODE><BODY>/,
		],
	] as const)('the older shape %s', async (postbackShape, shape) => {
		sandbox.configure({ skycore: { postbackUrl: receiver.url, postbackShape } });
		await call(GOOD);
		await sandbox.idle();
		expect(receiver.received[0]?.body).toMatch(shape);
	});
});
