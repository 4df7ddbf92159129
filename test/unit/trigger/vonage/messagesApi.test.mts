import { createHash, createHmac } from 'node:crypto';

import { deliver, type FakeRequest, SECRET, type Setting } from '../webhookContext.mts';
import { now, setting, SIGNATURE_SECRET } from './signed.mts';

const inbound = (text: string) =>
	JSON.stringify({
		channel: 'sms',
		message_uuid: 'a',
		to: '12192259404',
		from: '14843472194',
		timestamp: '2026-11-27T09:00:00.000Z',
		text,
	});

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function withToken(body: string, { ageSeconds = 0, secret = SIGNATURE_SECRET, hashed = body } = {}): FakeRequest {
	const claims = { iat: now() - ageSeconds, iss: 'Vonage', payload_hash: createHash('sha256').update(hashed).digest('hex') };
	const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
	const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
	return { body, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } };
}

const HOUR_SECONDS = 3600;

test('a STOP with a token over its body is an opt-out, by the secret alone, whatever the method for parameters', async () => {
	for (const method of ['md5hash', 'sha512']) {
		const { status, events } = await deliver(withToken(inbound('STOP')), setting({ method }));
		expect(status).toBe(200);
		expect(events).toMatchObject([{ action: 'opt-out', phone: '+14843472194' }]);
	}
});

test.each([
	['no token and no signature', { body: inbound('STOP') }],
	['a token over another body', withToken(inbound('STOP'), { hashed: inbound('hello') })],
	['a wrong secret', withToken(inbound('STOP'), { secret: 'other' })],
	['a token that is older than the last retry', withToken(inbound('STOP'), { ageSeconds: 25 * HOUR_SECONDS })],
	['a token that is none', { body: inbound('STOP'), headers: { authorization: 'Bearer x' } }],
	['a signature parameter inside the body beside a wrong token', { ...withToken(inbound('STOP'), { secret: 'x' }) }],
])('%s: 401 and no run', async (_what, request) => {
	expect(await deliver(request, setting())).toMatchObject({ status: 401, events: [] });
});

test('outside the replay window only what may be an opt-out passes, own words included', async () => {
	const late = { ageSeconds: 2 * HOUR_SECONDS };
	const own = (keywords: object): Setting => setting({}, { keywords });
	expect(await deliver(withToken(inbound('STOP'), late), setting())).toMatchObject({ status: 200, events: [{ action: 'opt-out' }] });
	expect(await deliver(withToken(inbound('hello'), late), setting())).toMatchObject({ status: 401 });
	expect(await deliver(withToken(inbound('Tschüss dann'), late), own({}))).toMatchObject({ status: 401 });
	expect(await deliver(withToken(inbound('Tschüss dann'), late), own({ optOutWords: 'tschuss dann' }))).toMatchObject({
		status: 200,
		events: [{ action: 'opt-out' }],
	});
	expect(await deliver(withToken(inbound('well, tschuss dann'), late), own({ reviewWords: 'tschuss dann' }))).toMatchObject({
		status: 200,
		events: [{ action: 'message', needsReview: true }],
	});
	expect(await deliver(withToken(inbound('START'), late), own({ optInWords: 'START' }))).toMatchObject({ status: 401 });
});

test('the shared secret lets it in as well', async () => {
	const credentials = { smsConsentPostbackSecretApi: { secret: SECRET, placement: 'query', queryName: 'token' } };
	const byUrl: Setting = { parameters: { provider: 'vonage', authenticity: 'secret' }, credentials };
	expect((await deliver({ url: `/p?token=${SECRET}`, body: inbound('STOP') }, byUrl)).events).toMatchObject([{ action: 'opt-out' }]);
	expect(await deliver({ url: '/p?token=wrong', body: inbound('STOP') }, byUrl)).toMatchObject({ status: 401, events: [] });
});

test('a response of an opt-in call with a token over it is proved too', async () => {
	const list = JSON.stringify([{ msisdn: '14843472194', 'opt-in': 'false', 'opt-out': 'true', 'opt-out-date': '2014-08-18 23:17:40' }]);
	expect(await deliver(withToken(list), setting())).toMatchObject({ status: 200, events: [{ action: 'opt-out' }] });
	expect(await deliver({ body: list }, setting())).toMatchObject({ status: 401, events: [] });
});

test('a credential without a secret lets nobody in', async () => {
	expect(await deliver(withToken(inbound('STOP'), { secret: '' }), setting({ signatureSecret: ' ' }))).toMatchObject({ status: 401 });
});

test('each postback reads one credential once', async () => {
	const asked: string[] = [];
	const counted = (credentials: Record<string, Record<string, unknown>>) =>
		new Proxy(credentials, { get: (all, type: string) => (asked.push(type), all[type]) });
	const secret = counted({ smsConsentPostbackSecretApi: { secret: SECRET, placement: 'query', queryName: 'token' } });
	await deliver(
		{ url: `/p?token=${SECRET}`, body: inbound('STOP') },
		{ parameters: { provider: 'vonage', authenticity: 'secret' }, credentials: secret },
	);
	await deliver(withToken(inbound('STOP')), { ...setting(), credentials: counted(setting().credentials ?? {}) });
	expect(asked).toEqual(['smsConsentPostbackSecretApi', 'smsConsentVonageSignatureApi']);
});
