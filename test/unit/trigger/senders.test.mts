import { createHmac } from 'node:crypto';

import type { ConsentEvent } from '../../../consent/event.ts';
import { signatureOf } from '../../../providers/vonage/signature.ts';
import { deliver, OPT_IN, OPT_OUT, SECRET, skycoreXml } from './webhookContext.mts';

const STOP = { msisdn: '14843472194', to: '12192259404', messageId: '0B00000042AC53BD', text: 'STOP', type: 'text', keyword: 'STOP', 'message-timestamp': '2017-04-04 22:57:47' };

describe('Skycore', () => {
	test('an N302 becomes one opt-out, answered 200 once n8n has it', async () => {
		const outcome = await deliver({ body: OPT_OUT, headers: { 'content-type': 'text/xml' } });
		expect(outcome).toMatchObject({ status: 200, answer: 'OK', ended: false, returned: { webhookResponse: 'OK' } });
		expect(outcome.headers['content-type']).toMatch(/^text\/plain/);
		expect(outcome.outputs).toHaveLength(1);
		expect(outcome.events).toEqual([
			expect.objectContaining({
				provider: 'skycore',
				action: 'opt-out',
				phone: '+16502424956',
				campaign: '1478',
				code: 'N302',
				source: 'MO',
				occurredAt: '2014-07-02T18:32:23.000Z'.replace('.000', ''),
				occurredAtRaw: '2014-07-02T14:32:23-04',
				eventId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
			}),
		]);
	});

	test.each([
		['no content type', {}, OPT_OUT],
		['a wrong content type', { 'content-type': 'application/json' }, OPT_OUT],
		['the form field xml', { 'content-type': 'application/x-www-form-urlencoded' }, `xml=${encodeURIComponent(OPT_OUT)}`],
		['the form field XML', { 'content-type': 'application/x-www-form-urlencoded' }, `XML=${encodeURIComponent(OPT_OUT)}`],
		['a form key', { 'content-type': 'application/x-www-form-urlencoded' }, encodeURIComponent(OPT_OUT)],
	])('comes by %s just the same', async (_how, headers, body) => {
		const plain = await deliver({ body: OPT_OUT });
		const [{ receivedAt }] = plain.events as [ConsentEvent];
		expect((await deliver({ headers, body })).events.map((event) => ({ ...event, receivedAt }))).toEqual(plain.events);
	});

	test.each([
		['2013', '<NOTIFICATION id="325" created="2011-01-01 20:09:12.975911-04 "><ORIGIN>SUB</ORIGIN><CODE>N302</CODE><BODY><MOBILE>16502424956</MOBILE><CAMPAIGNID>1478</CAMPAIGNID></BODY></NOTIFICATION>'],
		[
			'early 2014',
			'<POSTBACK xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="x.xsd"><ORIGIN>SUB</ORIGIN><CODE>N302</CODE><MOBILE>16502424956</MOBILE><CAMPAIGNID>1478</CAMPAIGNID><SUBID>1</SUBID></POSTBACK>',
		],
		['mid 2014', skycoreXml().replaceAll('CAMPAIGNREF', 'CAMPAIGNID')],
		['today', skycoreXml()],
		['today, pre-parsed in lower case by somebody', skycoreXml().toLowerCase().replace('n302', 'N302')],
	])('the shape of %s is read', async (_when, body) => {
		expect((await deliver({ body })).events).toEqual([expect.objectContaining({ action: 'opt-out', phone: '+16502424956', campaign: '1478' })]);
	});

	describe('JSON, as version 2 of its API posts inbound messages', () => {
		const MESSAGE = { code: 'N211', origin: 'SMS_MO', from: '16502424956', to: '12345', 'message-text': 'STOP', timestamp: '2021-02-01T23:35:54+00:00', 'tracking-id': 'MMS_123' };

		test.each([['application/json'], ['text/xml'], ['']])('is read by its content, whatever the content type (%j)', async (type) => {
			const outcome = await deliver({ body: JSON.stringify(MESSAGE), headers: type === '' ? {} : { 'content-type': type } });
			expect(outcome).toMatchObject({ status: 200, answer: 'OK' });
			expect(outcome.events).toEqual([
				expect.objectContaining({
					provider: 'skycore',
					action: 'opt-out',
					channel: 'sms',
					code: 'N211',
					phone: '+16502424956',
					shortCode: '12345',
					text: 'STOP',
					keyword: 'STOP',
					occurredAt: '2021-02-01T23:35:54Z',
					messageId: 'MMS_123',
					warnings: null,
					raw: JSON.stringify(MESSAGE),
					eventId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
				}),
			]);
		});

		test('has one id however its fields are ordered, and another for another message', async () => {
			const idOf = async (message: object): Promise<string | undefined> => (await deliver({ body: JSON.stringify(message) })).events[0]?.eventId;
			const { code, ...rest } = MESSAGE;
			expect(await idOf({ ...rest, code })).toBe(await idOf(MESSAGE));
			expect(await idOf({ ...MESSAGE, 'tracking-id': 'MMS_124' })).not.toBe(await idOf(MESSAGE));
		});

		test('numbers, missing and nested fields do not cost the opt-out', async () => {
			const [event] = (await deliver({ body: '{"code":"N211","from":16502424956,"message-text":"Stop","extra":{"a":[1]},"none":null}' })).events;
			expect(event).toMatchObject({ action: 'opt-out', phone: '+16502424956', raw: expect.stringContaining('"extra":"{\\"a\\":[1]}"') as string });
		});

		test.each([
			['no code', { ...MESSAGE, code: undefined }],
			['an empty code', { ...MESSAGE, code: ' ' }],
			['the sender twice', { ...MESSAGE, FROM: '16502424957' }],
			['several in a list', [MESSAGE]],
		])('with %s is refused', async (_what, body) => {
			expect(await deliver({ body: JSON.stringify(body) })).toMatchObject({ status: 400, ended: true, events: [] });
		});
	});

	test('several notifications in one body become several items in their order', async () => {
		const body = `<POSTBACKS>${[OPT_OUT, OPT_IN].map((document) => document.replace(/^<\?.*\?>\n/, '')).join('')}</POSTBACKS>`;
		expect((await deliver({ body })).events.map(({ action }) => action)).toEqual(['opt-out', 'opt-in']);
	});

	test('a notification that stands twice in one body is emitted once', async () => {
		const document = OPT_OUT.replace(/^<\?.*\?>\n/, '');
		expect((await deliver({ body: `<POSTBACKS>${document}${document}</POSTBACKS>` })).events).toHaveLength(1);
	});

	test('accented letters in UTF-8 that are none cost a letter, not the opt-out', async () => {
		const [event] = (await deliver({ body: Buffer.from(skycoreXml({ BRANDNAME: 'Café' }), 'latin1') })).events;
		expect(event).toMatchObject({ action: 'opt-out', brand: 'Café', warnings: expect.stringMatching(/Windows-1252/) as string });
	});

	test('a lone ampersand in a name does not cost the opt-out', async () => {
		expect((await deliver({ body: skycoreXml({ BRANDNAME: 'AT&T' }) })).events).toEqual([expect.objectContaining({ action: 'opt-out', brand: 'AT&T' })]);
	});

	test('strange numbers, missing fields and extra ones do not cost the opt-out', async () => {
		const [event] = (await deliver({ body: '<POSTBACK><CODE>N302</CODE><MOBILE>not a number</MOBILE><NEW>1</NEW></POSTBACK>' })).events;
		expect(event).toMatchObject({ action: 'opt-out', phone: null, phoneRaw: 'not a number', campaign: null, raw: expect.stringContaining('"NEW":"1"') as string });
		expect(event?.warnings).toMatch(/\w/);
	});

	test.each(['MOBILE', 'CODE', 'CAMPAIGNREF', 'TIMESTAMP'])('%s twice in one notification is refused', async (field) => {
		const outcome = await deliver({ body: skycoreXml().replace('</POSTBACK>', `<${field.toLowerCase()}>1</${field.toLowerCase()}></POSTBACK>`) });
		expect(outcome).toMatchObject({ status: 400, ended: true, events: [] });
		expect(outcome.log.join()).toMatch(new RegExp(`${field} twice`));
	});

	test('a notification with hundreds of fields is refused, a wrapper with hundreds of notifications is not', async () => {
		const fields = (count: number): string => `<POSTBACK><CODE>N302</CODE>${Array.from({ length: count }, (_, index) => `<F${index}>1</F${index}>`).join('')}</POSTBACK>`;
		expect(await deliver({ body: fields(200) })).toMatchObject({ status: 400, events: [] });
		expect((await deliver({ body: fields(199) })).events).toHaveLength(1);
		const documents = Array.from({ length: 300 }, (_, index) => `<POSTBACK><CODE>N302</CODE><MOBILE>${16502424000 + index}</MOBILE></POSTBACK>`);
		expect((await deliver({ body: `<POSTBACKS>${documents.join('')}</POSTBACKS>` })).events).toHaveLength(300);
	});

	test('files of an MMS may repeat', async () => {
		const body = '<POSTBACK><ORIGIN>MMS_MO</ORIGIN><CODE>N401</CODE><FROM>16502424956</FROM><TO>123456</TO><CONTENT><FILE>a</FILE><FILE>b</FILE></CONTENT></POSTBACK>';
		expect((await deliver({ body })).events).toHaveLength(1);
	});

	test('GET is answered 405 with the methods that are used', async () => {
		expect(await deliver({ method: 'GET' })).toMatchObject({ status: 405, ended: true, headers: { allow: 'POST' }, returned: { noWebhookResponse: true } });
	});
});

describe('Skycore’s shared secret', () => {
	const setting = (credential: Record<string, unknown>) => ({
		parameters: { authenticity: 'secret' },
		credentials: { smsConsentPostbackSecretApi: { secret: SECRET, placement: 'query', queryName: 'token', headerName: 'X-Postback-Secret', user: 'postback', ...credential } },
	});
	const basic = (user: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` });

	test.each([
		['the URL', {}, { url: `/webhook/id/postback?token=${SECRET}` }],
		['the URL, among other parameters', {}, { url: `/webhook/id/postback?a=1&token=${SECRET}` }],
		['a header', { placement: 'header' }, { headers: { 'x-postback-secret': SECRET } }],
		['basic authentication', { placement: 'basicAuth' }, { headers: basic('postback', SECRET) }],
		['basic authentication with a colon in the secret', { placement: 'basicAuth', secret: `a:${SECRET}` }, { headers: basic('postback', `a:${SECRET}`) }],
	])('passes in %s', async (_where, credential, request) => {
		expect((await deliver({ body: OPT_OUT, ...request }, setting(credential))).events).toHaveLength(1);
	});

	test.each([
		['nowhere', {}, {}],
		['wrong in the URL', {}, { url: `/p?token=${SECRET}x` }],
		['empty in the URL', {}, { url: '/p?token=' }],
		['under another name', {}, { url: `/p?secret=${SECRET}` }],
		['in a header although the URL was agreed', {}, { headers: { 'x-postback-secret': SECRET } }],
		['as the name of the parameter', {}, { url: `/p?${SECRET}` }],
		['wrong in a header', { placement: 'header' }, { headers: { 'x-postback-secret': 'wrong' } }],
		['twice in a header', { placement: 'header' }, { headers: { 'x-postback-secret': [SECRET, SECRET] } }],
		['with another user', { placement: 'basicAuth' }, { headers: basic('other', SECRET) }],
		['with the wrong password', { placement: 'basicAuth' }, { headers: basic('postback', 'wrong') }],
		['as a bearer', { placement: 'basicAuth' }, { headers: { authorization: `Bearer ${SECRET}` } }],
		['without a colon', { placement: 'basicAuth' }, { headers: { authorization: `Basic ${Buffer.from(SECRET).toString('base64')}` } }],
		['left blank in the credential', { secret: '' }, { url: '/p?token=' }],
		['blank in the credential and blank in the URL', { secret: ' ' }, { url: '/p?token=%20' }],
	])('does not pass %s', async (_how, credential, request) => {
		const outcome = await deliver({ body: OPT_OUT, ...request }, setting(credential));
		expect(outcome).toMatchObject({ status: 401, ended: true, answer: undefined, events: [], returned: { noWebhookResponse: true } });
		expect(outcome.returned.workflowData).toBeUndefined();
		expect(outcome.log).toHaveLength(1);
		expect(outcome.log.join()).not.toContain(SECRET);
		expect(outcome.log.join()).toMatch(/"step":"(secret|set-up)"/);
	});

	test('asks for basic authentication where that was agreed', async () => {
		expect((await deliver({ body: OPT_OUT }, setting({ placement: 'basicAuth' }))).headers['www-authenticate']).toMatch(/^Basic /);
	});

	test('that n8n cannot decrypt gives a status to retry on, not an open door', async () => {
		const outcome = await deliver({ body: OPT_OUT, url: '/p?token=' }, { parameters: { authenticity: 'secret' }, credentialError: new Error('database is locked') });
		expect(outcome).toMatchObject({ status: 500, ended: true, events: [] });
		expect(outcome.log.join()).toContain('database is locked');
	});

	test('is asked for whenever the setting is not exactly None', async () => {
		expect(await deliver({ body: OPT_OUT }, { parameters: { authenticity: undefined } })).toMatchObject({ status: 500, events: [] });
	});
});

describe('Attentive', () => {
	const KEY = 'test_key';
	const BODY = JSON.stringify({
		type: 'sms.unsubscribed',
		timestamp: 1632945178104,
		company: { display_name: 'Hudson & Ivy', company_id: 'MDc6Q29tcGFueTU' },
		subscriber: { external_id: 16467358, phone: '+15555555555' },
		subscription: { type: 'MARKETING' },
	});
	const sign = (body: string | Buffer, key = KEY): string => createHmac('sha256', key).update(body).digest('hex');
	const setting = (credential: Record<string, unknown> = {}, parameters: Record<string, unknown> = {}) => ({
		parameters: { provider: 'attentive', attentiveAuthenticity: 'signature', ...parameters },
		credentials: { smsConsentAttentiveSigningKeyApi: { signingKey: KEY, previousSigningKey: '', ...credential } },
	});

	test('the sheet’s vector', () => {
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
		['by the empty key, the key left blank', { signingKey: '' }, { 'x-attentive-hmac-sha256': createHmac('sha256', '').update(BODY).digest('hex') }],
	])('a signature that is %s does not', async (_how, credential, headers) => {
		const outcome = await deliver({ body: BODY, headers: headers as Record<string, string> }, setting(credential));
		expect(outcome).toMatchObject({ status: 401, ended: true, events: [], returned: { noWebhookResponse: true } });
		expect(outcome.log.join()).not.toContain(sign(BODY));
		expect(outcome.log.join()).not.toContain(KEY);
	});

	test('a body that n8n parsed without keeping its bytes is never signed again from the parsed form', async () => {
		const outcome = await deliver({ bytes: 'lost', parsedBody: JSON.parse(BODY), headers: { 'x-attentive-hmac-sha256': sign(BODY) } }, setting());
		expect(outcome).toMatchObject({ status: 500, events: [] });
	});

	test('bytes that n8n kept are used', async () => {
		expect((await deliver({ bytes: 'kept', parsedBody: { type: 'other' }, body: BODY, headers: { 'x-attentive-hmac-sha256': sign(BODY) } }, setting())).events).toHaveLength(1);
	});

	test.each([
		['unreadable JSON', 'nothing'],
		['JSON that is no event', '[]'],
		['JSON with __proto__', '{"type":"sms.unsubscribed","__proto__":{"a":1}}'],
	])('%s is refused, signed or not', async (_what, body) => {
		expect(await deliver({ body, headers: { 'x-attentive-hmac-sha256': sign(body) } }, setting())).toMatchObject({ status: 400, events: [] });
	});

	describe('events that the API would not register', () => {
		const signed = (type: string) => {
			const body = BODY.replace('sms.unsubscribed', type);
			return { body, headers: { 'x-attentive-hmac-sha256': sign(body) } };
		};

		test('are named on every event until one arrives', async () => {
			const staticData: Record<string, unknown> = { missingEvents: ['sms.unsubscribed'] };
			const warned = expect.objectContaining({ warnings: expect.stringMatching(/register sms\.unsubscribed/) as string }) as object;
			expect((await deliver(signed('sms.subscribed'), { ...setting(), staticData })).events).toEqual([warned]);
			expect((await deliver(signed('sms.unsubscribed'), { ...setting(), staticData })).events).not.toEqual([warned]);
			expect(staticData).toEqual({});
			expect((await deliver(signed('sms.subscribed'), { ...setting(), staticData })).events).not.toEqual([warned]);
		});

		test('are named until the last of them has arrived', async () => {
			const staticData: Record<string, unknown> = { missingEvents: ['sms.inbound_message', 'sms.unsubscribed'] };
			const [event] = (await deliver(signed('sms.unsubscribed'), { ...setting(), staticData })).events;
			expect(event?.warnings).toMatch(/register sms\.inbound_message\./);
			expect(staticData).toEqual({ missingEvents: ['sms.inbound_message'] });
		});
	});
});

describe('Vonage', () => {
	const SIGNATURE_SECRET = 'my_secret_key_for_testing';
	const now = (): number => Math.floor(Date.now() / 1000);
	const signed = (fields: Record<string, string>, method: Parameters<typeof signatureOf>[2] = 'md5hash', secret = SIGNATURE_SECRET): Record<string, string> => ({
		...fields,
		sig: signatureOf(fields, secret, method),
	});
	const query = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
	const setting = (credential: Record<string, unknown> = {}, parameters: Record<string, unknown> = {}) => ({
		parameters: { provider: 'vonage', authenticity: 'signature', ...parameters },
		credentials: { smsConsentVonageSignatureApi: { apiKey: 'k', signatureSecret: SIGNATURE_SECRET, method: 'md5hash', ...credential } },
	});
	const fresh = (extra: Record<string, string> = {}): Record<string, string> => ({ ...STOP, timestamp: String(now()), nonce: 'n', ...extra });
	const byGet = (fields: Record<string, string>) => ({ method: 'GET', url: `/webhook/id/postback?${query(fields)}` });

	test.each([
		['GET', (fields: Record<string, string>) => byGet(fields)],
		['form', (fields: Record<string, string>) => ({ body: query(fields), headers: { 'content-type': 'application/x-www-form-urlencoded' } })],
		['JSON', (fields: Record<string, string>) => ({ body: JSON.stringify(fields), headers: { 'content-type': 'application/json' } })],
	])('STOP by %s, signed, becomes an opt-out', async (_how, request) => {
		const outcome = await deliver(request(signed(fresh({ text: 'STOP' }))), setting());
		expect(outcome.status).toBe(200);
		expect(outcome.events).toEqual([expect.objectContaining({ provider: 'vonage', action: 'opt-out', phone: '+14843472194', keyword: 'STOP' })]);
	});

	test.each(['md5hash', 'md5', 'sha1', 'sha256', 'sha512'] as const)('method %s, capitals in the signature, & and = in the text', async (method) => {
		const fields = signed(fresh({ text: 'STOP & = ü' }), method);
		expect((await deliver(byGet({ ...fields, sig: (fields.sig ?? '').toUpperCase() }), setting({ method }))).events).toHaveLength(1);
	});

	test.each([
		['without sig', () => fresh()],
		['with an empty sig', () => ({ ...fresh(), sig: '' })],
		['with a wrong sig', () => ({ ...signed(fresh()), sig: '0'.repeat(32) })],
		['with a sig of another length', () => ({ ...signed(fresh()), sig: '0' })],
		['changed afterwards', () => ({ ...signed(fresh()), text: 'START' })],
		['with a parameter added afterwards', () => ({ ...signed(fresh()), extra: '1' })],
		['by another secret', () => signed(fresh(), 'md5hash', 'other')],
		['by another method', () => signed(fresh(), 'sha256')],
		['without a timestamp', () => signed(STOP)],
		['with a timestamp that is none', () => signed({ ...STOP, timestamp: 'now' })],
		['signed two days ago', () => signed({ ...STOP, timestamp: String(now() - 2 * 86_400) })],
		['signed for the day after tomorrow', () => signed({ ...STOP, timestamp: String(now() + 2 * 86_400) })],
		['that is no opt-out and signed ten minutes ago', () => signed({ ...STOP, text: 'START', keyword: 'START', timestamp: String(now() - 600) })],
	])('a message %s is refused', async (_how, fields) => {
		const outcome = await deliver(byGet(fields()), setting());
		expect(outcome).toMatchObject({ status: 401, ended: true, events: [] });
		expect(outcome.log.join()).not.toContain(SIGNATURE_SECRET);
	});

	test('an opt-out that arrives late, while Vonage still tries, is accepted with a warning', async () => {
		const [event] = (await deliver(byGet(signed({ ...STOP, timestamp: String(now() - 3_600) })), setting())).events;
		expect(event).toMatchObject({ action: 'opt-out', warnings: expect.stringMatching(/replay window/) as string });
	});

	test('the replay window is the person’s', async () => {
		const late = () => byGet(signed({ ...STOP, text: 'START', keyword: 'START', timestamp: String(now() - 600) }));
		expect((await deliver(late(), setting({}, { replayWindowMinutes: 11 }))).status).toBe(200);
		expect((await deliver(late(), setting({}, { replayWindowMinutes: 9 }))).status).toBe(401);
	});

	test('a blank signature secret lets nobody in', async () => {
		expect(await deliver(byGet(signed(fresh(), 'md5hash', '')), setting({ signatureSecret: '' }))).toMatchObject({ status: 401, events: [] });
	});

	test('a shared secret in the URL is checked and not taken for a parameter of Vonage', async () => {
		const credentials = { smsConsentPostbackSecretApi: { secret: SECRET, placement: 'query', queryName: 'token' } };
		const secretSetting = { parameters: { provider: 'vonage', authenticity: 'secret' }, credentials };
		const [event] = (await deliver(byGet({ token: SECRET, ...STOP }), secretSetting)).events;
		expect(JSON.parse(event?.raw ?? '')).toEqual(STOP);
		expect(await deliver(byGet(STOP), secretSetting)).toMatchObject({ status: 401 });
		expect((await deliver({ url: `/p?token=${SECRET}`, body: query(STOP) }, secretSetting)).events).toHaveLength(1);
		const inHeader = { ...secretSetting, credentials: { smsConsentPostbackSecretApi: { secret: SECRET, placement: 'header', headerName: 'X-S' } } };
		expect((await deliver({ ...byGet(STOP), headers: { 'x-s': SECRET } }, inHeader)).events).toHaveLength(1);
	});

	test('None accepts what arrives', async () => {
		expect((await deliver(byGet(STOP), { parameters: { provider: 'vonage', authenticity: 'none' } })).events).toHaveLength(1);
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
});

describe('for every provider', () => {
	test('an address that is not allowed is answered 403 before anything is read', async () => {
		const request = { body: OPT_OUT, readError: new Error('read') };
		const outcome = await deliver(request, { parameters: { allowedAddresses: '203.0.113.0/24' } });
		expect(outcome).toMatchObject({ status: 403, ended: true, events: [] });
		expect(outcome.log.join()).toMatch(/198\.51\.100\.7.*N8N_PROXY_HOPS.*"step":"address"/);
	});

	test('an address that is allowed passes', async () => {
		expect((await deliver({ body: OPT_OUT, ip: '::ffff:203.0.113.9' }, { parameters: { allowedAddresses: '203.0.113.0/24' } })).events).toHaveLength(1);
	});

	test.each([
		['an empty body', '', 400],
		['text', 'hello', 400],
		['a truncated document', '<POSTBACK><CODE>N302', 400],
		['a mismatched tag', '<POSTBACK><CODE>N302</MOBILE></POSTBACK>', 400],
		['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${OPT_OUT.replace(/^<\?.*\?>\n/, '')}`, 400],
		['an unknown root', '<ORDER><CODE>N302</CODE></ORDER>', 400],
		['200 KB', skycoreXml({ BRANDNAME: 'x'.repeat(200_000) }), 413],
	])('%s is answered without a body and without a run', async (_what, body, status) => {
		const outcome = await deliver({ body });
		expect(outcome).toMatchObject({ status, ended: true, answer: undefined, events: [], returned: { noWebhookResponse: true } });
		expect(outcome.log).toHaveLength(1);
	});

	test('a provider that is none of ours is answered 500', async () => {
		expect(await deliver({ body: OPT_OUT }, { parameters: { provider: 'voyage' } })).toMatchObject({ status: 500, events: [] });
	});
});
