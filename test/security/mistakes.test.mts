/** Twelve mistakes that were found in published webhook triggers. Each is made here against ours, and must fail. */
import { createHmac } from 'node:crypto';

import { attentiveSignatureMatches } from '../../providers/attentive/webhookSignature.ts';
import { signatureOf } from '../../providers/vonage/signature.ts';
import { vonageSignatureMatches } from '../../providers/vonage/webhookSignature.ts';
import { constantTimeEqual } from '../../transport/inbound/constantTimeEqual.ts';
import { deliver, OPT_OUT, SECRET, skycoreXml, type FakeRequest, type Setting } from '../unit/trigger/webhookContext.mts';

const KEY = 'a-signing-key-of-attentive';
const BODY = '{"type":"sms.unsubscribed","timestamp":1632945178104,"subscriber":{"phone":"+15555555555"}}';
const HEADER = 'x-attentive-hmac-sha256';
const signature = (body: string, key = KEY): string => createHmac('sha256', key).update(body).digest('hex');
const attentive = (credential: Record<string, unknown> = { signingKey: KEY }): Setting => ({
	parameters: { provider: 'attentive', attentiveAuthenticity: 'signature' },
	credentials: { smsConsentAttentiveSigningKeyApi: credential },
});
const skycore = (credential: Record<string, unknown> = {}): Setting => ({
	parameters: { authenticity: 'secret' },
	credentials: { smsConsentPostbackSecretApi: { placement: 'query', queryName: 'token', secret: SECRET, ...credential } },
});

async function expectTurnedAway(request: FakeRequest, setting: Setting, status = 401): Promise<void> {
	const outcome = await deliver(request, setting);
	expect(outcome).toMatchObject({ status, ended: true, answer: undefined, events: [] });
	expect(outcome.returned).toEqual({ noWebhookResponse: true });
}

test('the right signature passes, so that the rest of this table means something', async () => {
	expect((await deliver({ body: BODY, headers: { [HEADER]: signature(BODY) } }, attentive())).events).toHaveLength(1);
	expect((await deliver({ body: OPT_OUT, url: `/p?token=${SECRET}` }, skycore())).events).toHaveLength(1);
});

test.each(['x', '1', 'true', 'null', '0'.repeat(64), signature('')])(' 1: any header value was accepted (%s)', async (value) => {
	await expectTurnedAway({ body: BODY, headers: { [HEADER]: value } }, attentive());
});

test.each(['x-attentive-signature', 'x-attentive-hmac', 'x-hub-signature-256', 'x-signature'])(
	' 2: the wrong header was looked at (%s)',
	async (header) => {
		await expectTurnedAway({ body: BODY, headers: { [header]: signature(BODY) } }, attentive());
	},
);

test(' 3: a missing header was accepted', async () => {
	await expectTurnedAway({ body: BODY }, attentive());
	await expectTurnedAway({ body: OPT_OUT }, skycore());
});

test.each(['', 'attentive', 'sms.unsubscribed', '+15555555555', HEADER, 'undefined', 'null'])(
	' 4: the key could be guessed from public facts (%j)',
	async (guess) => {
		await expectTurnedAway({ body: BODY, headers: { [HEADER]: signature(BODY, guess) } }, attentive());
	},
);

test.each([
	['the signing key', { body: BODY, headers: { [HEADER]: signature(BODY, '') } }, attentive({ signingKey: '' })],
	['the signing key, white space', { body: BODY, headers: { [HEADER]: signature(BODY, ' ') } }, attentive({ signingKey: ' ' })],
	['the signing key, absent', { body: BODY, headers: { [HEADER]: signature(BODY, 'undefined') } }, attentive({})],
	['the secret in the URL', { body: OPT_OUT, url: '/p?token=' }, skycore({ secret: '' })],
	['the secret in the URL, absent', { body: OPT_OUT, url: '/p?token=undefined' }, skycore({ secret: undefined })],
	['the secret in a header', { body: OPT_OUT, headers: { 'x-s': '' } }, skycore({ placement: 'header', headerName: 'X-S', secret: '' })],
	[
		'the password',
		{ body: OPT_OUT, headers: { authorization: `Basic ${Buffer.from('postback:').toString('base64')}` } },
		skycore({ placement: 'basicAuth', user: 'postback', secret: '' }),
	],
] as Array<[string, FakeRequest, Setting]>)(' 5: leaving it blank switched the check off (%s)', async (_what, request, setting) => {
	await expectTurnedAway(request, setting);
});

test(' 5: leaving it blank switched the check off (the signature secret of Vonage)', async () => {
	const fields = { msisdn: '14843472194', text: 'STOP', timestamp: String(Math.floor(Date.now() / 1000)) };
	const url = `/p?${new URLSearchParams({ ...fields, sig: signatureOf(fields, '', 'md5hash') }).toString()}`;
	await expectTurnedAway(
		{ method: 'GET', url },
		{
			parameters: { provider: 'vonage', authenticity: 'signature' },
			credentials: { smsConsentVonageSignatureApi: { signatureSecret: '', method: 'md5hash' } },
		},
	);
});

test(' 6: a body without its bytes was serialized again to be verified', async () => {
	await expectTurnedAway({ bytes: 'lost', parsedBody: JSON.parse(BODY), headers: { [HEADER]: signature(BODY) } }, attentive(), 500);
});

test.each(['query', 'header', 'basicAuth', 'something else', undefined])(
	' 7: one kind of credential skipped the check (%s)',
	async (placement) => {
		await expectTurnedAway(
			{ body: OPT_OUT, url: '/p?token=wrong', headers: { 'x-s': 'wrong', authorization: 'Basic d3Jvbmc=' } },
			skycore({ placement, headerName: 'X-S', user: 'postback' }),
		);
	},
);

test.each(['signature', 'none ', 'None', '', undefined, null, false])(
	' 7: a setting that is not exactly None skipped the check (%j)',
	async (authenticity) => {
		await expectTurnedAway({ body: OPT_OUT, url: '/p?token=wrong' }, { ...skycore(), parameters: { authenticity } });
		await expectTurnedAway({ body: BODY }, { ...attentive(), parameters: { provider: 'attentive', attentiveAuthenticity: authenticity } });
	},
);

test(' 8: 200 was answered first and failures were dropped in silence', async () => {
	const outcome = await deliver({ body: BODY, headers: { [HEADER]: signature(`${BODY} `) } }, attentive());
	expect(outcome.status).toBe(401);
	expect(outcome.log).toHaveLength(1);
	expect(outcome.log.join()).toMatch(/401.*signature/i);
});

test(' 9: the rejection was sent as data, with status 200', async () => {
	const { returned, ended } = await deliver({ body: OPT_OUT }, skycore());
	expect(returned).not.toHaveProperty('webhookResponse');
	expect(returned).not.toHaveProperty('workflowData');
	expect(ended).toBe(true);
});

test('10: digests were compared with ===, and 11: their lengths not at all', () => {
	const bytes = Buffer.from(BODY);
	for (const header of [
		'',
		'a',
		'é'.repeat(64),
		signature(BODY).slice(0, 63),
		`${signature(BODY)}0`,
		`${signature(BODY)}${signature(BODY)}`,
		undefined,
	]) {
		expect(attentiveSignatureMatches(bytes, header, [KEY])).toBe(false);
	}
	for (const sig of ['', 'a', 'é'.repeat(32), 'f'.repeat(31), 'f'.repeat(33)]) {
		expect(vonageSignatureMatches({ sig, timestamp: String(Math.floor(Date.now() / 1000)) }, 's', 'md5hash', Date.now(), 60_000)).toBe(
			false,
		);
	}
	expect([constantTimeEqual('a', SECRET), constantTimeEqual('é', SECRET), constantTimeEqual(`${SECRET}${SECRET}`, SECRET)]).toEqual([
		false,
		false,
		false,
	]);
});

test('12: an unknown event got no answer at all', async () => {
	const unknown = { body: skycoreXml({ CODE: 'N999' }), url: `/p?token=${SECRET}` };
	expect(await deliver(unknown, skycore())).toMatchObject({ status: 200, answer: 'OK', events: [] });
	const body = BODY.replace('unsubscribed', 'flew_away');
	expect(await deliver({ body, headers: { [HEADER]: signature(body) } }, attentive())).toMatchObject({
		status: 200,
		answer: 'OK',
		events: [],
	});
});

test('no answer and no log line ever holds a secret or the expected value', async () => {
	const outcomes = await Promise.all([
		deliver({ body: OPT_OUT, url: '/p?token=wrong' }, skycore()),
		deliver({ body: OPT_OUT }, skycore({ placement: 'header', headerName: 'X-S' })),
		deliver({ body: OPT_OUT }, skycore({ placement: 'basicAuth', user: 'postback' })),
		deliver({ body: BODY, headers: { [HEADER]: 'f'.repeat(64) } }, attentive()),
	]);
	const everything = JSON.stringify(outcomes);
	for (const secret of [SECRET, KEY, signature(BODY)]) expect(everything).not.toContain(secret);
});
