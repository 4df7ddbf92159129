/** JSON that is broken or means harm, after the classes of the well-known JSON test suites. */
import { deliver } from '../unit/trigger/webhookContext.mts';
import { prototypesAreClean } from './guards.mts';

const BROKEN = [
	'',
	' ',
	'{',
	'}',
	'[',
	']',
	'{]',
	'[}',
	'{"a"',
	'{"a":',
	'{"a":1',
	'{"a":1,}',
	'{,}',
	'{a:1}',
	"{'a':1}",
	'{"a":1}}',
	'[1,]',
	'[,1]',
	'[1 2]',
	'["a',
	'"',
	'\\',
	'{"type":"sms.unsubscribed"',
	'{"type":"sms.unsubscribed"}x',
	'nul',
	'True',
	'NaN',
	'Infinity',
	'-',
	'+1',
	'01',
	'1.',
	'.1',
	'1e',
	'0x1',
	'1_000',
	'["\\x41"]',
	'["\\u12"]',
	'["\t"]',
	'["\n"]',
	'\u{0}',
	'{"a":\u00a01}',
	'// c\n{}',
	'{/*c*/}',
	'{"a":undefined}',
	'<a/>',
	'\u{FEFF}',
	'[\u2028]',
	'['.repeat(20_000),
	'{"a":'.repeat(10_000),
	'[[['.repeat(5_000) + ']]]'.repeat(5_000),
];

const HARMFUL = [
	'{"type":"sms.unsubscribed","__proto__":{"polluted":true}}',
	'{"type":"sms.unsubscribed","\\u005f_proto__":{"polluted":true}}',
	'{"type":"sms.unsubscribed","constructor":{"prototype":{"polluted":true}}}',
	'{"type":"sms.unsubscribed","subscriber":{"__proto__":{"polluted":true}}}',
	'{"type":"sms.unsubscribed","a":[{"prototype":{}}]}',
	'{"type":"sms.unsubscribed","a":[{"constructor":[]}]}',
	'{"type":"sms.unsubscribed","__proto__":1}',
	'{"msisdn":"1","__proto__":{"polluted":true}}',
];

/** Valid JSON in shapes that no provider sends. */
const ODD = [
	'null',
	'true',
	'0',
	'-1.5e300',
	'"text"',
	'[]',
	'{}',
	'[null]',
	'[[]]',
	'[1,2]',
	'{"a":1}',
	'{"type":null}',
	'{"type":[]}',
	'{"type":{}}',
	'{"msisdn":null}',
	'{"msisdn":{}}',
	'{"msisdn":[]}',
	'{"length":5}',
	'{"toJSON":1}',
	'{"then":1}',
];

const SETTINGS = [
	['attentive', { provider: 'attentive', attentiveAuthenticity: 'none', unknownEvents: 'emit' }],
	['vonage', { provider: 'vonage', authenticity: 'none', unknownEvents: 'emit' }],
	['skycore', { provider: 'skycore', authenticity: 'none', unknownEvents: 'emit' }],
] as const;

describe.each(SETTINGS)('for %s', (_provider, parameters) => {
	test.each([...BROKEN, ...HARMFUL, ...ODD].map((body) => [body.slice(0, 60), body]))('%j starts nothing', async (_start, body) => {
		for (const headers of [{ 'content-type': 'application/json' }, {}] as Array<Record<string, string>>) {
			expect(await deliver({ body, headers }, { parameters })).toMatchObject({ status: 400, ended: true, events: [] });
		}
		expect(prototypesAreClean()).toBe(true);
	});
});

describe('what is odd but an event is not lost', () => {
	const attentive = { parameters: { provider: 'attentive', attentiveAuthenticity: 'none', simplify: false } };
	const vonage = { parameters: { provider: 'vonage', authenticity: 'none', simplify: false } };
	afterEach(() => expect(prototypesAreClean()).toBe(true));

	test('a name that is not safe stands in raw with an underscore', async () => {
		const body = '{"type":"sms.unsubscribed","constructor":"Lego","subscriber":{"prototype":7}}';
		const [event] = (await deliver({ body }, attentive)).events;
		expect(JSON.parse(event?.raw ?? '')).toEqual({ type: 'sms.unsubscribed', _constructor: 'Lego', subscriber: { _prototype: 7 } });
		const form = { body: 'msisdn=14843472194&text=STOP&constructor=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
		const [inbound] = (await deliver(form, vonage)).events;
		expect([inbound?.action, JSON.parse(inbound?.raw ?? '')._constructor]).toEqual(['opt-out', '1']);
	});

	test('bytes that are not UTF-8 are read, with a warning', async () => {
		const json = Buffer.from('{"type":"sms.unsubscribed","subscriber":{"phone":"+15555555555"},"x":"\u00e9"}', 'latin1');
		expect((await deliver({ body: json }, attentive)).events).toMatchObject([
			{ action: 'opt-out', warnings: expect.stringContaining('UTF-8') },
		]);
		const form = { body: 'msisdn=14843472194&text=STOP&x=%E9', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
		expect((await deliver(form, vonage)).events).toMatchObject([{ action: 'opt-out', warnings: expect.stringContaining('UTF-8') }]);
		const parts =
			'--b\r\nContent-Disposition: form-data; name=msisdn\r\n\r\n14843472194\r\n--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nSTOP\r\n--b--';
		const multipart = { body: parts, headers: { 'content-type': 'multipart/form-data; boundary=b' } };
		expect((await deliver(multipart, vonage)).events).toMatchObject([{ action: 'opt-out' }]);
	});

	test.each([
		['numbers for text', '{"type":"sms.unsubscribed","timestamp":"1632945178104","subscriber":{"phone":15555555555}}'],
		['lists for text', '{"type":"sms.unsubscribed","subscriber":{"phone":["+15555555555"]},"company":[]}'],
		['nothing but the type', '{"type":"sms.unsubscribed"}'],
		['null everywhere', '{"type":"sms.unsubscribed","timestamp":null,"subscriber":null,"company":null,"creative":null}'],
		['a type given twice', '{"type":"sms.subscribed","type":"sms.unsubscribed"}'],
		['white space around', '\r\n\t {"type":"sms.unsubscribed"} \n'],
		['a byte order mark', '\u{FEFF}{"type":"sms.unsubscribed"}'],
		['a field called constructor', '{"type":"sms.unsubscribed","constructor":"Lego","a":[{"prototype":1}]}'],
	])('Attentive, %s', async (_what, body) => {
		expect((await deliver({ body }, attentive)).events).toEqual([expect.objectContaining({ action: 'opt-out' })]);
	});

	test.each([
		['a number for the sender', '{"msisdn":14843472194,"text":"STOP"}'],
		['an integer beyond 2^53', '{"msisdn":99999999999999999999,"text":"STOP"}'],
		['a field called constructor', '{"msisdn":"14843472194","text":"STOP","constructor":null}'],
		['objects beside', '{"msisdn":"14843472194","text":"STOP","extra":{"a":[1]}}'],
	])('Vonage, %s', async (_what, body) => {
		expect((await deliver({ body }, vonage)).events).toEqual([expect.objectContaining({ action: 'opt-out' })]);
	});
});
