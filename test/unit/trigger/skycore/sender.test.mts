import type { ConsentEvent } from '../../../../consent/event.ts';
import { deliver, OPT_IN, OPT_OUT, skycoreXml } from '../webhookContext.mts';

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

	describe('a detail that is odd costs no opt-out', () => {
		const without = (name: string): string => OPT_OUT.replace(new RegExp(`<${name}>[^<]*</${name}>`), '');
		const withElement = (element: string): string => OPT_OUT.replace('</POSTBACK>', `${element}</POSTBACK>`);
		const title = (value: string): string => skycoreXml({ CAMPAIGNTITLE: value });

		test.each<[string, string | Buffer, string, RegExp | undefined]>([
			['a charset nobody knows', OPT_OUT, 'text/xml; charset=X-WINDOWS-949', undefined],
			['a charset in single quotes', OPT_OUT, "text/xml; charset='utf-8'", undefined],
			['UTF-16 on the label alone', OPT_OUT, 'text/xml; charset=utf-16', undefined],
			['UTF-16 without a mark', Buffer.from(` ${OPT_OUT.replace(/^<\?.*\?>\s*/, '')}`, 'utf16le'), 'text/xml', undefined],
			['a document type inside CDATA', title('<![CDATA[<!DOCTYPE x>]]>'), 'text/xml', undefined],
			['a declaration inside a comment', withElement('<!-- <!ENTITY a "b"> -->'), 'text/xml', undefined],
			['a control character in a title', title('My\u0001 Campaign'), 'text/xml', /left out/],
			['a control character by number', title('My&#x1F; Campaign'), 'text/xml', /left out/],
			['half an emoji in a title', title('My&#xD83D; Campaign'), 'text/xml', /left out/],
			[
				'a prefix on every child',
				OPT_OUT.replace(/<(\/?)([A-Z]+)>/g, (tag, slash, name) => (name === 'POSTBACK' ? tag : `<${slash}s:${name}>`)),
				'text/xml',
				undefined,
			],
			['a field that stands twice with equal values', withElement('<MOBILE>16502424956</MOBILE>'), 'text/xml', /more than once/],
			[
				'a list that somebody added',
				withElement('<TAGS><TEXT>a</TEXT><TEXT>b</TEXT><CODE>1</CODE><CODE>2</CODE></TAGS>'),
				'text/xml',
				undefined,
			],
			['a field called constructor', withElement('<constructor>1</constructor>'), 'text/xml', undefined],
			['a code without its letter', OPT_OUT.replace('N302', '302'), 'text/xml', undefined],
			[
				'no code, but the source of an earlier opt-out',
				without('CODE').replace(/<SOURCE>[^<]*/, '<SOURCE>Imported as  Unsubscribed'),
				'text/xml',
				/repeats the earlier opt-out/,
			],
			[
				'an opt-in whose source is an earlier opt-out',
				OPT_OUT.replace('N302', 'N301').replace(/<SOURCE>[^<]*/, '<SOURCE>IMPORTED AS UNSUBSCRIBED'),
				'text/xml',
				/repeats the earlier opt-out/,
			],
			[
				'the form field xml twice',
				`xml=${encodeURIComponent(OPT_OUT)}&xml=${encodeURIComponent(OPT_OUT)}`,
				'application/x-www-form-urlencoded',
				undefined,
			],
		])('%s', async (_what, body, contentType, warning) => {
			const { events } = await deliver({ body, headers: { 'content-type': contentType } });
			expect(events).toEqual([expect.objectContaining({ action: 'opt-out', phone: '+16502424956', campaign: '1478' })]);
			if (warning !== undefined) expect(events[0]?.warnings).toMatch(warning);
		});

		test('two documents in one form are two events', async () => {
			const body = `xml=${encodeURIComponent(OPT_OUT)}&xml=${encodeURIComponent(OPT_OUT.replace('16502424956', '16502426055'))}`;
			expect((await deliver({ body })).events.map(({ phone }) => phone)).toEqual(['+16502424956', '+16502426055']);
		});

		test('one notification that nobody can read leaves the others of a bundle, and a warning', async () => {
			const good = OPT_OUT.replace(/^<\?.*\?>\s*/, '');
			const { events } = await deliver({ body: `<BUNDLE>${good}<POSTBACK><MOBILE>16502426055</MOBILE></POSTBACK></BUNDLE>` });
			expect(events).toMatchObject([{ action: 'opt-out', phone: '+16502424956', warnings: expect.stringContaining('1 more') }]);
		});

		test('what does not say what happened is refused with the reason, unless unknown events are wanted', async () => {
			const outcome = await deliver({ body: without('CODE') });
			expect(outcome).toMatchObject({ status: 400, ended: true, events: [] });
			expect(outcome.log.join()).toContain('It does not say what happened');
			const emitted = await deliver({ body: without('CODE') }, { parameters: { unknownEvents: 'emit' } });
			expect(emitted).toMatchObject({ status: 200, events: [{ action: 'unknown', code: null }] });
		});

		test.each([
			['a NUL', title('My\u0000 Campaign')],
			['a field called __proto__', withElement('<__proto__>1</__proto__>')],
			['a prefix on the root', OPT_OUT.replace(/<(\/?)POSTBACK/g, '<$1s:POSTBACK')],
			['a field that stands twice with different values', withElement('<MOBILE>16502426055</MOBILE>')],
			['a charset in which ASCII is something else', OPT_OUT],
		])('%s is still refused', async (what, body) => {
			const headers = { 'content-type': what.startsWith('a charset') ? 'text/xml; charset=utf-7' : 'text/xml' };
			expect(await deliver({ body, headers })).toMatchObject({ status: 400, events: [] });
		});
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
		[
			'2013',
			'<NOTIFICATION id="325" created="2011-01-01 20:09:12.975911-04 "><ORIGIN>SUB</ORIGIN><CODE>N302</CODE><BODY><MOBILE>16502424956</MOBILE><CAMPAIGNID>1478</CAMPAIGNID></BODY></NOTIFICATION>',
		],
		[
			'early 2014',
			'<POSTBACK xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="x.xsd"><ORIGIN>SUB</ORIGIN><CODE>N302</CODE><MOBILE>16502424956</MOBILE><CAMPAIGNID>1478</CAMPAIGNID><SUBID>1</SUBID></POSTBACK>',
		],
		['mid 2014', skycoreXml().replaceAll('CAMPAIGNREF', 'CAMPAIGNID')],
		['today', skycoreXml()],
		['today, pre-parsed in lower case by somebody', skycoreXml().toLowerCase().replace('n302', 'N302')],
	])('the shape of %s is read', async (_when, body) => {
		expect((await deliver({ body })).events).toEqual([
			expect.objectContaining({ action: 'opt-out', phone: '+16502424956', campaign: '1478' }),
		]);
	});

	describe('JSON, as version 2 of its API posts inbound messages', () => {
		const MESSAGE = {
			code: 'N211',
			origin: 'SMS_MO',
			from: '16502424956',
			to: '12345',
			'message-text': 'STOP',
			timestamp: '2021-02-01T23:35:54+00:00',
			'tracking-id': 'MMS_123',
		};

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
			const idOf = async (message: object): Promise<string | undefined> =>
				(await deliver({ body: JSON.stringify(message) })).events[0]?.eventId;
			const { code, ...rest } = MESSAGE;
			expect(await idOf({ ...rest, code })).toBe(await idOf(MESSAGE));
			expect(await idOf({ ...MESSAGE, 'tracking-id': 'MMS_124' })).not.toBe(await idOf(MESSAGE));
		});

		test('numbers, missing and nested fields do not cost the opt-out', async () => {
			const [event] = (await deliver({ body: '{"code":"N211","from":16502424956,"message-text":"Stop","extra":{"a":[1]},"none":null}' }))
				.events;
			expect(event).toMatchObject({
				action: 'opt-out',
				phone: '+16502424956',
				raw: expect.stringContaining('"extra":"{\\"a\\":[1]}"') as string,
			});
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
		expect((await deliver({ body: skycoreXml({ BRANDNAME: 'AT&T' }) })).events).toEqual([
			expect.objectContaining({ action: 'opt-out', brand: 'AT&T' }),
		]);
	});

	test('strange numbers, missing fields and extra ones do not cost the opt-out', async () => {
		const [event] = (await deliver({ body: '<POSTBACK><CODE>N302</CODE><MOBILE>not a number</MOBILE><NEW>1</NEW></POSTBACK>' })).events;
		expect(event).toMatchObject({
			action: 'opt-out',
			phone: null,
			phoneRaw: 'not a number',
			campaign: null,
			raw: expect.stringContaining('"NEW":"1"') as string,
		});
		expect(event?.warnings).toMatch(/\w/);
	});

	test.each(['MOBILE', 'CODE', 'CAMPAIGNREF', 'TIMESTAMP'])('%s twice in one notification is refused', async (field) => {
		const outcome = await deliver({
			body: skycoreXml().replace('</POSTBACK>', `<${field.toLowerCase()}>1</${field.toLowerCase()}></POSTBACK>`),
		});
		expect(outcome).toMatchObject({ status: 400, ended: true, events: [] });
		expect(outcome.log.join()).toMatch(new RegExp(`${field} twice`));
	});

	test('a notification with hundreds of fields is refused, a wrapper with hundreds of notifications is not', async () => {
		const fields = (count: number): string =>
			`<POSTBACK><CODE>N302</CODE>${Array.from({ length: count }, (_, index) => `<F${index}>1</F${index}>`).join('')}</POSTBACK>`;
		expect(await deliver({ body: fields(200) })).toMatchObject({ status: 413, events: [] });
		expect((await deliver({ body: fields(199) })).events).toHaveLength(1);
		const documents = Array.from(
			{ length: 300 },
			(_, index) => `<POSTBACK><CODE>N302</CODE><MOBILE>${16502424000 + index}</MOBILE></POSTBACK>`,
		);
		expect((await deliver({ body: `<POSTBACKS>${documents.join('')}</POSTBACKS>` })).events).toHaveLength(300);
	});

	test('files of an MMS may repeat', async () => {
		const body =
			'<POSTBACK><ORIGIN>MMS_MO</ORIGIN><CODE>N401</CODE><FROM>16502424956</FROM><TO>123456</TO><CONTENT><FILE>a</FILE><FILE>b</FILE></CONTENT></POSTBACK>';
		expect((await deliver({ body })).events).toHaveLength(1);
	});

	test('GET is answered 405 with the methods that are used', async () => {
		expect(await deliver({ method: 'GET' })).toMatchObject({
			status: 405,
			ended: true,
			headers: { allow: 'POST' },
			returned: { noWebhookResponse: true },
		});
	});
});
