import { createHmac } from 'node:crypto';

import { deliver } from '../webhookContext.mts';
import { BODY, KEY, setting, sign } from './signed.mts';

test('the signature of the documents', () => {
	expect(sign('{"type":"sms.subscribed"}')).toBe('b9821e0681d26db20eeb4c6d9c45fbea6764560e8d68ffcf5b42f4ae5a27cfaa');
});

test.each([
	['as documented', {}, sign(BODY), BODY],
	['in capitals', {}, sign(BODY).toUpperCase(), BODY],
	['with the previous key', { signingKey: 'new', previousSigningKey: KEY }, sign(BODY), BODY],
	['over bytes that another serializer wrote', {}, sign(`{ "type" : "sms.unsubscribed" }\n`), `{ "type" : "sms.unsubscribed" }\n`],
])('a signature %s passes', async (_how, credential, signature, body) => {
	expect((await deliver({ body, headers: { 'x-attentive-hmac-sha256': signature } }, setting(credential))).events).toEqual([
		expect.objectContaining({ provider: 'attentive', action: 'opt-out', code: 'sms.unsubscribed' }),
	]);
});

test.each([
	['missing', {}, {}],
	['empty', {}, { 'x-attentive-hmac-sha256': '' }],
	['any value', {}, { 'x-attentive-hmac-sha256': 'x' }],
	['too short', {}, { 'x-attentive-hmac-sha256': sign(BODY).slice(2) }],
	['too long', {}, { 'x-attentive-hmac-sha256': `${sign(BODY)}00` }],
	['of another body', {}, { 'x-attentive-hmac-sha256': sign(`${BODY} `) }],
	['by another key', {}, { 'x-attentive-hmac-sha256': sign(BODY, 'other') }],
	['under another header', {}, { 'x-attentive-hmac': sign(BODY) }],
	['twice', {}, { 'x-attentive-hmac-sha256': [sign(BODY), sign(BODY)] }],
	[
		'by the empty key, the key left blank',
		{ signingKey: '' },
		{ 'x-attentive-hmac-sha256': createHmac('sha256', '').update(BODY).digest('hex') },
	],
])('a signature that is %s does not', async (_how, credential, headers) => {
	const outcome = await deliver({ body: BODY, headers: headers as Record<string, string> }, setting(credential));
	expect(outcome).toMatchObject({ status: 401, ended: true, events: [], returned: { noWebhookResponse: true } });
	expect(outcome.log.join()).not.toContain(sign(BODY));
	expect(outcome.log.join()).not.toContain(KEY);
});

test('a body that n8n parsed without keeping its bytes is never signed again from the parsed form', async () => {
	const outcome = await deliver(
		{ bytes: 'lost', parsedBody: JSON.parse(BODY), headers: { 'x-attentive-hmac-sha256': sign(BODY) } },
		setting(),
	);
	expect(outcome).toMatchObject({ status: 500, events: [] });
});

test('bytes that n8n kept are used', async () => {
	expect(
		(
			await deliver(
				{ bytes: 'kept', parsedBody: { type: 'other' }, body: BODY, headers: { 'x-attentive-hmac-sha256': sign(BODY) } },
				setting(),
			)
		).events,
	).toHaveLength(1);
});
