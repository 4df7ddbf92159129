import { readFileSync } from 'node:fs';

import { InputProblem } from '../../../consent/failure';
import { readSkycorePostback } from '../../../providers/skycore/postback';
import { parseXml } from '../../../transport/codec/xml';

const fixture = (name: string) => readFileSync(`test/fixtures/skycore/${name}`, 'utf8');
const read = (text: string) => readSkycorePostback(parseXml(text));

function only(text: string) {
	const events = read(text);
	expect(events).toHaveLength(1);
	const [event] = events;
	if (event === undefined) throw new Error('no event');
	return event;
}

const withFields = (fields: Record<string, string>) =>
	`<POSTBACK>${Object.entries(fields)
		.map(([name, value]) => `<${name}>${value}</${name}>`)
		.join('')}</POSTBACK>`;

const N302 = { ORIGIN: 'SUB', CODE: 'N302', MOBILE: '16502424956', CAMPAIGNREF: '1478', TIMESTAMP: '2014-07-02T14:32:23-04' };

describe("the documentation's own samples", () => {
	it('N301 is an opt-in with all fields', () => {
		expect(only(fixture('postback-n301.xml'))).toEqual({
			eventId: expect.stringMatching(/^[0-9a-f]{64}$/),
			provider: 'skycore',
			action: 'opt-in',
			channel: 'sms',
			phone: '+16501112222',
			phoneRaw: '16501112222',
			email: null,
			campaign: '1478',
			campaignTitle: 'My Campaign Name',
			brand: 'My Brand Name',
			shortCode: '123456',
			source: 'API',
			text: null,
			keyword: null,
			needsReview: false,
			occurredAt: '2014-07-02T18:32:23Z',
			occurredAtRaw: '2014-07-02T14:32:23-04',
			messageId: null,
			code: 'N301',
			warnings: ['The phone number is not assigned in its numbering plan.'],
			raw: {
				ORIGIN: 'SUB',
				CODE: 'N301',
				MOBILE: '16501112222',
				CAMPAIGNREF: '1478',
				TIMESTAMP: '2014-07-02T14:32:23-04',
				SHORTCODE: '123456',
				CAMPAIGNTITLE: 'My Campaign Name',
				BRANDNAME: 'My Brand Name',
				SOURCE: 'API',
			},
		});
	});

	it('N302 is an opt-out', () => {
		expect(only(fixture('postback-n302.xml'))).toMatchObject({
			action: 'opt-out',
			phone: '+16502424956',
			campaign: '1478',
			source: 'API',
			code: 'N302',
			warnings: [],
		});
	});
});

describe('the shapes of its history', () => {
	it.each<[name: string, expected: Record<string, unknown>]>([
		[
			'notification-body-2011.xml',
			{
				action: 'opt-in',
				phone: '+16501112222',
				campaign: '1116',
				occurredAt: '2011-01-02T00:09:12.975Z',
				raw: {
					'@id': '325',
					'@created': '2011-01-01 20:09:12.975911-04 ',
					ORIGIN: 'SUB',
					CODE: 'N301',
					MOBILE: '16501112222',
					CAMPAIGNID: '1116',
				},
			},
		],
		['notification-body-upper-case-attributes.xml', { action: 'opt-out', campaign: '1116', occurredAt: '2011-01-02T00:09:12.975Z' }],
		[
			'postback-namespaced-2014.xml',
			{
				action: 'opt-out',
				campaign: '1116',
				occurredAt: null,
				raw: { ORIGIN: 'SUB', CODE: 'N302', MOBILE: '16501112222', CAMPAIGNID: '1116', SUBID: '42' },
			},
		],
		[
			'postback-campaignid-2014.xml',
			{
				action: 'opt-out',
				phone: '+16502424956',
				campaign: '1478',
				occurredAt: '2014-07-02T18:32:23Z',
				source: 'IMPORTED AS UNSUBSCRIBED',
			},
		],
		['postback-n304.xml', { action: 'opt-out', channel: 'email', email: 'jane@example.com', phone: null, phoneRaw: null, campaign: '77' }],
		[
			'postback-n211.xml',
			{
				action: 'opt-out',
				channel: 'sms',
				phone: '+16501112222',
				shortCode: '60856',
				text: 'STOP',
				keyword: 'STOP',
				occurredAt: '2011-09-28T21:31:02Z',
				code: 'N211',
			},
		],
		[
			'postback-n401-nested.xml',
			{
				action: 'message',
				channel: 'mms',
				phone: '+16501112222',
				shortCode: '60856',
				text: 'PHOTO',
				code: 'N401',
				occurredAt: '2013-11-05T10:41:08Z',
			},
		],
	])('%s', (name, expected) => {
		expect(only(fixture(name))).toMatchObject(expected);
	});

	it('several in one wrapper, each with the key it would have alone', () => {
		const text = fixture('bundle.xml');
		const events = read(text);
		expect(events.map(({ action, phone }) => [action, phone])).toEqual([
			['opt-in', '+16501112222'],
			['opt-out', '+16502424956'],
		]);
		const alone = [...text.matchAll(/<POSTBACK>.*<\/POSTBACK>/g)].map(([single]) => only(single).eventId);
		expect(events.map(({ eventId }) => eventId)).toEqual(alone);
	});

	it('several in one POSTBACK', () => {
		const inner = fixture('notification-body-2011.xml') + fixture('notification-body-upper-case-attributes.xml');
		expect(read(`<POSTBACK>${inner}</POSTBACK>`).map(({ code }) => code)).toEqual(['N301', 'N302']);
	});

	it('names in any case', () => {
		expect(only('<postback><origin>SUB</origin><code>n302</code><mobile>16502424956</mobile></postback>')).toMatchObject({
			action: 'opt-out',
			code: 'N302',
			phone: '+16502424956',
			raw: { origin: 'SUB', code: 'n302', mobile: '16502424956' },
		});
	});

	it('files of a picture message stay in the raw fields', () => {
		const { raw } = only(fixture('postback-n401-nested.xml'));
		expect(raw.CONTENT).toEqual({ FILE: ['https://example.com/1.jpg', 'https://example.com/2.jpg'] });
	});
});

describe('an opt-out is never left out', () => {
	it.each<[label: string, change: Record<string, string>, expected: Record<string, unknown>, warning: RegExp]>([
		['a number that is none', { MOBILE: 'n/a' }, { action: 'opt-out', phone: null, phoneRaw: 'n/a' }, /cannot be read/],
		['no number', { MOBILE: '' }, { action: 'opt-out', phone: null, phoneRaw: null }, /no phone number/],
		['an unknown campaign', { CAMPAIGNREF: '' }, { action: 'opt-out', campaign: null }, /^$/],
		['no time', { TIMESTAMP: '' }, { action: 'opt-out', occurredAt: null, occurredAtRaw: null }, /no time/],
		['an unreadable time', { TIMESTAMP: 'today' }, { action: 'opt-out', occurredAt: null, occurredAtRaw: 'today' }, /cannot be read/],
		['a time without zone', { TIMESTAMP: '2014-07-02 14:32:23' }, { action: 'opt-out', occurredAt: null }, /cannot be read/],
		['an extra field', { NEWFIELD: 'x' }, { action: 'opt-out' }, /^$/],
		['a repeated earlier opt-out', { SOURCE: 'imported as unsubscribed' }, { action: 'opt-out' }, /repeats the earlier opt-out/],
		['no code', { CODE: '' }, { action: 'unknown', code: null, phone: '+16502424956' }, /no code/],
		['a code of another kind', { CODE: 'N201' }, { action: 'unknown', code: 'N201' }, /not one that tells about consent/],
		['a malformed code', { CODE: 'OPTOUT' }, { action: 'unknown', code: 'OPTOUT' }, /not a code/],
	])('%s', (_label, change, expected, warning) => {
		const event = only(withFields({ ...N302, ...change }));
		expect(event).toMatchObject(expected);
		expect(event.warnings.join(' ')).toMatch(warning);
	});

	it('a repeated element: the first counts, both are kept', () => {
		const event = only('<POSTBACK><CODE>N302</CODE><MOBILE>16502424956</MOBILE><MOBILE>16502426055</MOBILE></POSTBACK>');
		expect(event).toMatchObject({ action: 'opt-out', phone: '+16502424956', raw: { MOBILE: ['16502424956', '16502426055'] } });
		expect(event.warnings).toContain('Skycore sent MOBILE more than once; the first one counts.');
	});

	it('a notification without anything does not stop those beside it', () => {
		expect(
			read('<ALL><POSTBACK/><POSTBACK><CODE>N302</CODE><MOBILE>16502424956</MOBILE></POSTBACK></ALL>').map(({ action }) => action),
		).toEqual(['unknown', 'opt-out']);
	});

	it.each([
		['N211', 'SMS_MO', 'TEXT', 'sms'],
		['N401', 'MMS_MO', 'KEYWORD', 'mms'],
		['N401', 'MMS_MO', 'SUBJECT', 'mms'],
		['N999', 'SMS_MO', 'TEXT', 'sms'],
		['', 'SMS_MO', 'TEXT', 'sms'],
	])('STOP in %s %s %s', (code, origin, field, channel) => {
		expect(only(withFields({ ORIGIN: origin, CODE: code, FROM: '16502424956', [field]: 'Stop' }))).toMatchObject({
			action: 'opt-out',
			channel,
			phone: '+16502424956',
			keyword: 'STOP',
		});
	});

	it('STOP beside other words of a picture message', () => {
		const inner = '<CONTENT><TEXT>STOP</TEXT></CONTENT>';
		expect(only(`<POSTBACK><CODE>N401</CODE><FROM>16502424956</FROM><SUBJECT>hi</SUBJECT>${inner}</POSTBACK>`).action).toBe('opt-out');
	});
});

describe('inbound texts', () => {
	const text = (words: string) =>
		only(withFields({ ORIGIN: 'SMS_MO', CODE: 'N211', FROM: '16502424956', TO: '60856', TEXT: words, TRANSACTIONID: '1' }));

	it.each([
		['START', 'START'],
		['UNSTOP', 'UNSTOP'],
		['HELP', 'HELP'],
		['YES', 'YES'],
		['Hello', null],
	])('%s is a message, because only the provider states an opt-in', (words, keyword) => {
		expect(text(words)).toMatchObject({ action: 'message', keyword, text: words, needsReview: false });
	});

	it('a possible opt-out asks for review', () => {
		expect(text('please stop texting')).toMatchObject({ action: 'message', keyword: null, needsReview: true });
	});
});

describe('identity', () => {
	const key = (fields: Record<string, string>) => only(withFields(fields)).eventId;

	it('does not depend on order, white space or case of names', () => {
		const shuffled = Object.fromEntries(Object.entries(N302).reverse());
		expect(key(shuffled)).toBe(key(N302));
		expect(only(withFields(N302).replaceAll('><', '>\n  <')).eventId).toBe(key(N302));
		expect(only(withFields(N302).replace(/<\/?[A-Z]+>/g, (tag) => tag.toLowerCase())).eventId).toBe(key(N302));
	});

	it.each(Object.keys(N302))('depends on %s', (name) => {
		expect(key({ ...N302, [name]: `${N302[name as keyof typeof N302]}1` })).not.toBe(key(N302));
	});

	it('depends on a field that is more, and on where text ends', () => {
		expect(key({ ...N302, NEW: '1' })).not.toBe(key(N302));
		expect(key({ A: '1', B: '23' })).not.toBe(key({ A: '12', B: '3' }));
	});

	it('depends on the id and time of older notifications', () => {
		const one = fixture('notification-body-2011.xml');
		expect(only(one.replace('325', '326')).eventId).not.toBe(only(one).eventId);
		expect(only(one.replace('20:09', '20:10')).eventId).not.toBe(only(one).eventId);
	});
});

describe('what is not Skycore', () => {
	it.each([
		'<RESPONSE><STATUS>Success</STATUS></RESPONSE>',
		'<x:POSTBACK xmlns:x="y"><CODE>N302</CODE></x:POSTBACK>',
		'<html><body/></html>',
	])('%s is refused', (text) => {
		expect(() => readSkycorePostback(elementOf(text))).toThrow(InputProblem);
	});

	it.each(['<POSTBACK/>', '<NOTIFICATION><BODY/></NOTIFICATION>'.replace('<BODY/>', '')])('%s holds nothing', (text) => {
		expect(() => read(text)).toThrow('no field at all');
	});

	function elementOf(text: string) {
		return text.startsWith('<x:') ? { name: 'x:POSTBACK', attributes: {}, children: [], text: '' } : parseXml(text);
	}
});

it('no name reaches a prototype', () => {
	const leaf = (name: string) => ({ name, attributes: {}, children: [], text: 'polluted' });
	const [event] = readSkycorePostback({
		name: 'POSTBACK',
		attributes: JSON.parse('{"__proto__":"x"}'),
		children: [leaf('__proto__'), leaf('constructor'), leaf('prototype'), { ...leaf('A'), text: '', children: [leaf('__proto__')] }],
		text: '',
	});
	expect(Object.getPrototypeOf(event?.raw)).toBeNull();
	expect(Object.keys(event?.raw ?? {}).sort()).toEqual(['@__proto__', 'A', '___proto__', '_constructor', '_prototype']);
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	expect(JSON.parse(JSON.stringify(event?.raw))).toMatchObject({ ___proto__: 'polluted' });
});
