import { attentiveSignature, startSandbox, type ConfigPatch, type Sandbox } from '../../sandbox/server.mts';
import { BEARER, JSON_TYPE, startReceiver, type Receiver } from './helpers.mts';

let sandbox: Sandbox;
let receiver: Receiver;

beforeAll(async () => {
	sandbox = await startSandbox({ config: { clockFactor: 100_000, attentive: { rateLimits: false } } });
});
beforeEach(async () => {
	sandbox.reset({ settings: true });
	receiver = await startReceiver(200);
});
afterEach(async () => await receiver.close());
afterAll(async () => await sandbox.close());

type Reply = { status: number; body: Record<string, unknown>; headers: Headers };

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = BEARER): Promise<Reply> {
	const answer = await fetch(`${sandbox.baseUrls.attentive}${path}`, {
		method,
		headers: { ...(body === undefined ? {} : JSON_TYPE), ...headers },
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	const text = await answer.text();
	return {
		status: answer.status,
		body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
		headers: answer.headers,
	};
}

const PHONE = '+19148440001';
const SOURCE = '245678';
const GOOD = { user: { phone: PHONE }, signUpSourceId: SOURCE };
const creation = (status: string): unknown => [
	{ subscription: { type: 'MARKETING', channel: 'TEXT' }, subscriptionCreationStatus: status },
];

test.each<[string, Record<string, unknown>]>([
	['no user', { signUpSourceId: SOURCE }],
	['neither phone nor email', { ...GOOD, user: {} }],
	['no plus', { ...GOOD, user: { phone: '19148440001' } }],
	['punctuation', { ...GOOD, user: { phone: '+1---914---844---0001' } }],
	['null phone', { ...GOOD, user: { phone: null } }],
	['no source, no locale', { user: { phone: PHONE } }],
	['locale without type', { user: { phone: PHONE }, locale: { language: 'en', country: 'US' } }],
	['source and another type', { ...GOOD, locale: { language: 'en', country: 'US' }, subscriptionType: 'TRANSACTIONAL' }],
	['unknown source', { ...GOOD, signUpSourceId: '1' }],
	['source as a number', { ...GOOD, signUpSourceId: 245678 }],
	['language in upper case', { user: { phone: PHONE }, locale: { language: 'EN', country: 'US' }, subscriptionType: 'MARKETING' }],
	['country in lower case', { user: { phone: PHONE }, locale: { language: 'en', country: 'us' }, subscriptionType: 'MARKETING' }],
	['no unit matches', { user: { phone: PHONE }, locale: { language: 'de', country: 'DE' }, subscriptionType: 'MARKETING' }],
	['two units match', { user: { phone: PHONE }, locale: { language: 'fr', country: 'CA' }, subscriptionType: 'MARKETING' }],
	['CHECKOUT_ABANDONED', { user: { phone: PHONE }, locale: { language: 'en', country: 'US' }, subscriptionType: 'CHECKOUT_ABANDONED' }],
	['singleOptIn as text', { ...GOOD, singleOptIn: 'true' }],
	['empty identifier', { ...GOOD, externalIdentifiers: { clientUserId: '' } }],
	['null identifier', { ...GOOD, externalIdentifiers: { shopifyId: null } }],
	['unknown property', { ...GOOD, phone: PHONE }],
])('subscribe, %s -> 400 and nobody is opted in', async (_name, body) => {
	const answer = await call('POST', '/subscriptions', body);
	expect([answer.status, typeof (answer.body.error as { message?: unknown } | undefined)?.message]).toEqual([400, 'string']);
	expect(sandbox.state().providers.attentive.counters.acted).toBe(0);
});

test('source, locale and type together name one unit', async () => {
	const { status } = await call('POST', '/subscriptions', {
		...GOOD,
		locale: { language: 'en', country: 'US' },
		subscriptionType: 'MARKETING',
	});
	expect(status).toBe(202);
});

test('subscribe, question, Y, repeat, STOP: statuses, texts and eligibility', async () => {
	const eligibility = async (): Promise<unknown> => {
		const { status, body } = await call('GET', `/subscriptions?phone=${encodeURIComponent(PHONE)}`);
		return status === 200 ? body.subscriptionEligibilities : status;
	};
	const first = await call('POST', '/subscriptions', {
		user: { phone: PHONE },
		locale: { language: 'en', country: 'US' },
		subscriptionType: 'MARKETING',
	});
	expect([first.status, first.body.subscriptionResponses]).toEqual([202, creation('NEWLY_CREATED')]);
	// Not confirmed yet and opted out look the same over REST.
	expect(await eligibility()).toEqual([{ subscription: { type: 'MARKETING', channel: 'TEXT' }, eligibility: { isEligible: false } }]);
	sandbox.text({ provider: 'attentive', from: PHONE, text: 'Y' });
	expect(await eligibility()).toEqual([{ subscription: { type: 'MARKETING', channel: 'TEXT' }, eligibility: { isEligible: true } }]);
	const before = sandbox.person('attentive', PHONE).texts;
	const repeat = await call('POST', '/subscriptions', GOOD);
	expect(repeat.body.subscriptionResponses).toEqual(creation('PREVIOUSLY_CREATED'));
	expect(sandbox.person('attentive', PHONE).texts).toBe(before + 1);
	sandbox.text({ provider: 'attentive', from: PHONE, text: 'stop' });
	expect(await eligibility()).toEqual([{ subscription: { type: 'MARKETING', channel: 'TEXT' }, eligibility: { isEligible: false } }]);
	expect((await call('GET', `/subscriptions?phone=${PHONE}`)).status).toBe(400);
	expect((await call('GET', '/subscriptions')).status).toBe(400);
});

test('unsubscribe: everything reachable, one channel, no text when disabled, wrong language', async () => {
	await call('POST', '/subscriptions', {
		user: { phone: PHONE, email: 'a@example.com' },
		signUpSourceId: SOURCE,
		singleOptIn: true,
	});
	const texts = sandbox.person('attentive', PHONE).texts;
	const off = await call('POST', '/subscriptions/unsubscribe', {
		user: { phone: PHONE },
		notification: { disabled: true, language: 'en-US' },
	});
	expect([off.status, off.body.subscriptionResponses]).toEqual([
		202,
		[{ subscription: { type: 'MARKETING', channel: 'TEXT' }, subscriptionUnsubscribeStatus: 'NEWLY_UNSUBSCRIBED' }],
	]);
	expect(sandbox.person('attentive', 'a@example.com').subscriber?.state).toBe('subscribed');
	expect(sandbox.person('attentive', PHONE).texts).toBe(texts);
	const again = await call('POST', '/subscriptions/unsubscribe', {
		user: { phone: PHONE },
		subscriptions: [{ type: 'MARKETING', channel: 'TEXT' }],
	});
	expect(JSON.stringify(again.body)).toContain('PREVIOUSLY_UNSUBSCRIBED');
	expect(sandbox.person('attentive', PHONE).texts).toBe(texts + 1);
	expect((await call('POST', '/subscriptions/unsubscribe', { user: { phone: PHONE }, notification: { language: 'en-us' } })).status).toBe(
		400,
	);
	expect((await call('POST', '/subscriptions/unsubscribe', { user: { phone: PHONE }, notification: { disable: true } })).status).toBe(400);
});

test.each<[string, string, string, Record<string, string>, number, string]>([
	['no token', 'GET', '/me', {}, 401, 'Unauthorized'],
	['wrong token', 'GET', '/me', { authorization: 'Bearer nope' }, 401, 'Unauthorized'],
	['scope', 'POST', '/subscriptions', { authorization: 'Bearer sandbox-attentive-read-only' }, 403, 'subscriptions:write'],
	['scope', 'GET', '/webhooks', { authorization: 'Bearer sandbox-attentive-read-only' }, 403, 'webhooks:write'],
	['GET by id', 'GET', '/webhooks/wh1', BEARER, 405, 'Method Not Allowed'],
	['unknown path', 'GET', '/nothing', BEARER, 404, 'not found'],
])('%s %s %s', async (_name, method, path, headers, status, message) => {
	const answer = await call(method, path, method === 'POST' ? GOOD : undefined, headers);
	expect(answer.status).toBe(status);
	expect(JSON.stringify(answer.body)).toContain(message);
});

test('rate: ten subscribe calls a second, five unsubscribe calls, limits in the headers', async () => {
	sandbox.configure({ attentive: { rateLimits: true } });
	const statuses = async (path: string, count: number): Promise<number[]> =>
		(
			await Promise.all(
				Array.from(
					{ length: count },
					async () => await call('POST', path, { ...(path === '/subscriptions' ? GOOD : { user: GOOD.user }) }),
				),
			)
		).map(({ status }) => status);
	expect((await statuses('/subscriptions', 12)).filter((status) => status === 429)).toHaveLength(2);
	expect((await statuses('/subscriptions/unsubscribe', 7)).filter((status) => status === 429)).toHaveLength(2);
	const { headers } = await call('GET', '/me');
	expect([headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual(['150', '149']);
});

test('webhooks: create, list, update, delete', async () => {
	const events = ['sms.subscribed', 'sms.unsubscribed'];
	for (const [url, status] of [
		['http://example.com/x', 400],
		['ftp://127.0.0.1', 400],
		['https://example.com/x', 201],
	] as const) {
		expect((await call('POST', '/webhooks', { url, events })).status).toBe(status);
	}
	expect((await call('POST', '/webhooks', { url: receiver.url, events: ['sms.Subscribed'] })).status).toBe(400);
	expect((await call('POST', '/webhooks', { url: receiver.url, events, secret: 'x' })).status).toBe(400);
	const made = await call('POST', '/webhooks', { url: receiver.url, events });
	expect(made.body).toMatchObject({ url: receiver.url, events, type: 'CREATOR' });
	expect(made.body).not.toHaveProperty('disabledAt');
	const id = String(made.body.id);
	expect(JSON.stringify((await call('GET', '/webhooks')).body)).toContain(`"id":"${id}"`);
	const off = await call('PUT', `/webhooks/${id}`, { url: receiver.url, events, disabled: true });
	expect(off.body.disabledAt).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
	const moved = await call('PUT', `/webhooks/${id}`, { url: 'https://example.com/moved', events: ['sms.sent'], disabled: false });
	expect(moved.body).toMatchObject({ id, url: 'https://example.com/moved', events: ['sms.sent'] });
	expect(moved.body).not.toHaveProperty('disabledAt');
	const listed = (await call('GET', '/webhooks')).body.webhooks as Array<{ id: string; url: string }>;
	expect(listed.filter((webhook) => webhook.id === id)).toMatchObject([{ url: 'https://example.com/moved' }]);
	expect((await call('PUT', '/webhooks/unknown', { url: receiver.url, events, disabled: false })).status).toBe(404);
	expect([(await call('DELETE', `/webhooks/${id}`)).status, (await call('DELETE', `/webhooks/${id}`)).status]).toEqual([204, 404]);
	sandbox.configure({ attentive: { smsUnsubscribedByApi: false } });
	expect((await call('POST', '/webhooks', { url: receiver.url, events })).status).toBe(400);
});

test('a delivery is signed over its raw bytes and repeated until 2xx', async () => {
	const patch: ConfigPatch = { attentive: { postbackUrl: receiver.url } };
	sandbox.configure(patch);
	receiver.answers = [500, 302, 204];
	await call('POST', '/subscriptions', {
		...GOOD,
		singleOptIn: true,
		externalIdentifiers: { clientUserId: 'u1', customIdentifiers: [{ name: 'crm', value: '7' }] },
	});
	await sandbox.idle();
	expect(receiver.received).toHaveLength(3);
	const [first] = receiver.received;
	expect(first?.headers['x-attentive-hmac-sha256']).toBe(attentiveSignature('sandbox-attentive-signing-key', first?.body ?? ''));
	expect(JSON.parse(first?.body ?? '')).toMatchObject({
		type: 'sms.subscribed',
		company: { display_name: 'Hudson & Ivy', company_id: 'MDc6Q29tcGFueTU' },
		subscriber: { phone: PHONE, external_identifiers: { client_user_id: ['u1'], custom_identifiers: { crm: ['7'] } } },
		subscription: { type: 'MARKETING' },
	});
});

test('signature vector of the provider sheet', () => {
	expect(attentiveSignature('test_key', '{"type":"sms.subscribed"}')).toBe(
		'b9821e0681d26db20eeb4c6d9c45fbea6764560e8d68ffcf5b42f4ae5a27cfaa',
	);
});

test('OAuth: code and state come back, the code works once, no refresh token', async () => {
	const redirectUri = 'http://127.0.0.1:5678/rest/oauth2-credential/callback';
	const query = new URLSearchParams({
		client_id: 'sandbox-client',
		redirect_uri: redirectUri,
		scope: 'subscriptions:write subscriptions:read',
		state: 'a b&c',
	});
	const authorised = await fetch(`${sandbox.baseUrls.attentiveAuthorize}?${query}`, { redirect: 'manual' });
	expect(authorised.status).toBe(302);
	const back = new URL(authorised.headers.get('location') ?? '');
	expect(back.searchParams.get('state')).toBe('a b&c');
	const exchange = async (secret: string): Promise<Response> =>
		await fetch(sandbox.baseUrls.attentiveToken, {
			method: 'POST',
			body: new URLSearchParams({
				grant_type: 'authorization_code',
				code: back.searchParams.get('code') ?? '',
				redirect_uri: redirectUri,
				client_id: 'sandbox-client',
				client_secret: secret,
			}),
		});
	expect((await exchange('wrong')).status).toBe(401);
	const token = (await (await exchange('sandbox-client-secret')).json()) as Record<string, string>;
	expect(Object.keys(token).sort()).toEqual(['access_token', 'id_token', 'token_type']);
	expect((await exchange('sandbox-client-secret')).status).toBe(400);
	const headers = { authorization: `Bearer ${token.access_token ?? ''}` };
	expect((await call('POST', '/subscriptions', GOOD, headers)).status).toBe(202);
	expect((await call('GET', '/webhooks', undefined, headers)).status).toBe(403);
});
