import { deliver, SECRET } from '../webhookContext.mts';
import { byGet, fresh, query, setting, signed, STOP } from './signed.mts';

test.each([
	['GET', (fields: Record<string, string>) => byGet(fields)],
	['form', (fields: Record<string, string>) => ({ body: query(fields), headers: { 'content-type': 'application/x-www-form-urlencoded' } })],
	['JSON', (fields: Record<string, string>) => ({ body: JSON.stringify(fields), headers: { 'content-type': 'application/json' } })],
])('STOP by %s, signed, becomes an opt-out', async (_how, request) => {
	const outcome = await deliver(request(signed(fresh({ text: 'STOP' }))), setting());
	expect(outcome.status).toBe(200);
	expect(outcome.events).toEqual([
		expect.objectContaining({ provider: 'vonage', action: 'opt-out', phone: '+14843472194', keyword: 'STOP' }),
	]);
});

test('a shared secret in the URL is checked and not taken for a parameter of Vonage', async () => {
	const credentials = { smsConsentPostbackSecretApi: { secret: SECRET, placement: 'query', queryName: 'token' } };
	const secretSetting = { parameters: { provider: 'vonage', authenticity: 'secret' }, credentials };
	const [event] = (await deliver(byGet({ token: SECRET, ...STOP }), secretSetting)).events;
	expect(JSON.parse(event?.raw ?? '')).toEqual(STOP);
	expect(await deliver(byGet(STOP), secretSetting)).toMatchObject({ status: 401 });
	expect((await deliver({ url: `/p?token=${SECRET}`, body: query(STOP) }, secretSetting)).events).toHaveLength(1);
	const inHeader = {
		...secretSetting,
		credentials: { smsConsentPostbackSecretApi: { secret: SECRET, placement: 'header', headerName: 'X-S' } },
	};
	expect((await deliver({ ...byGet(STOP), headers: { 'x-s': SECRET } }, inHeader)).events).toHaveLength(1);
});

test('None accepts what arrives', async () => {
	expect((await deliver(byGet(STOP), { parameters: { provider: 'vonage', authenticity: 'none' } })).events).toHaveLength(1);
});

test('a parameter that comes twice with the same value says nothing else', async () => {
	const setting = { parameters: { provider: 'vonage', authenticity: 'none' } };
	const twice = { ...byGet(STOP), url: `${byGet(STOP).url}&text=STOP&msisdn=14843472194` };
	expect((await deliver(twice, setting)).events).toMatchObject([{ action: 'opt-out', phone: '+14843472194' }]);
	const form = { body: `${query(STOP)}&text=STOP`, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
	expect((await deliver(form, setting)).events).toHaveLength(1);
	expect(await deliver({ ...form, body: `${query(STOP)}&text=hello` }, setting)).toMatchObject({ status: 400, events: [] });
});

test.each([
	['a GET without parameters', { method: 'GET' }],
	['an empty POST', {}],
	['a parameter twice', { method: 'GET', url: '/p?msisdn=1&msisdn=2' }],
	['a parameter __proto__', { method: 'GET', url: '/p?msisdn=1&__proto__=2' }],
	['an array', { body: '[1]' }],
])('%s is refused', async (_what, request) => {
	expect(await deliver(request, { parameters: { provider: 'vonage', authenticity: 'none' } })).toMatchObject({ status: 400, events: [] });
});
