import { readVonagePostback } from '../../../providers/vonage/postback.ts';
import stop from '../../fixtures/vonage/inbound-stop.json';
import { problemOf } from '../thrown.mts';

function only(parameters: Record<string, unknown>) {
	const [event, ...others] = readVonagePostback(parameters);
	expect(others).toEqual([]);
	if (event === undefined) throw new Error('No event.');
	return event;
}

test('STOP becomes a complete event', () => {
	expect(only(stop)).toEqual({
		eventId: expect.stringMatching(/^[0-9a-f]{64}$/),
		provider: 'vonage',
		action: 'opt-out',
		channel: 'sms',
		phone: '+14843472194',
		phoneRaw: '14843472194',
		email: null,
		campaign: null,
		campaignTitle: null,
		brand: null,
		shortCode: '12192259404',
		source: null,
		text: 'Stop',
		keyword: 'STOP',
		needsReview: false,
		occurredAt: '2017-04-04T22:57:47Z',
		occurredAtRaw: '2017-04-04 22:57:47',
		messageId: stop.messageId,
		code: 'text',
		warnings: [],
		raw: stop,
	});
});

test.each([
	['STOP', undefined, 'opt-out', 'STOP', false],
	['end', 'END', 'opt-out', 'END', false],
	['QUIT', 'QUIT', 'opt-out', 'QUIT', false],
	['cancel!', 'CANCEL', 'opt-out', 'CANCEL', false],
	['Unsubscribe', 'UNSUBSCRIBE', 'opt-out', 'UNSUBSCRIBE', false],
	['opt out', 'OPT', 'opt-out', 'OPTOUT', false],
	[undefined, 'STOP', 'opt-out', 'STOP', false],
	['Cancel my appointment', 'CANCEL', 'opt-out', 'CANCEL', true],
	['START', 'START', 'message', 'START', false],
	['help', 'HELP', 'message', 'HELP', false],
	['please do not text me', 'PLEASE', 'message', null, true],
	['Thanks', 'THANKS', 'message', null, false],
	['', '', 'message', null, false],
])('text %j with keyword %j is %s', (text, keyword, action, recognized, needsReview) => {
	expect(only({ ...stop, text, keyword })).toMatchObject({ action, keyword: recognized, needsReview });
});

test('an opt-out that only the keyword tells is marked', () => {
	expect(only({ ...stop, text: 'Stop it, that is funny' }).warnings).toEqual([expect.stringMatching(/longer than its keyword/)]);
});

test('a binary message is a message and says so', () => {
	const { text: _text, keyword: _keyword, ...rest } = stop;
	expect(only({ ...rest, type: 'binary', data: '0A0B', udh: '050003' })).toMatchObject({
		action: 'message',
		code: 'binary',
		text: null,
		warnings: [expect.stringMatching(/binary/)],
		raw: { data: '0A0B', udh: '050003' },
	});
});

test('a delivery receipt is no message', () => {
	const receipt = {
		msisdn: '14843472194',
		to: '12192259404',
		messageId: '1',
		status: 'rejected',
		'err-code': '9',
		'message-timestamp': '2017-04-04 22:57:47',
	};
	expect(only(receipt)).toMatchObject({
		action: 'unknown',
		code: 'delivery-receipt',
		warnings: [expect.stringMatching(/delivery receipt/)],
	});
	expect(only({ ...receipt, status: 'delivered' }).eventId).not.toBe(only(receipt).eventId);
});

test.each([
	['a time with its zone', { 'message-timestamp': '2017-04-04T22:57:47.000+00:00' }, { occurredAt: '2017-04-04T22:57:47Z', warnings: [] }],
	['no time', { 'message-timestamp': undefined }, { occurredAt: null, warnings: [expect.stringMatching(/time/)] }],
	['a sender in letters', { msisdn: 'VONAGE' }, { phone: null, phoneRaw: 'VONAGE', warnings: [expect.stringMatching(/cannot be read/)] }],
	['numbers instead of text', { msisdn: 14843472194, to: 12192259404 }, { phone: '+14843472194', shortCode: '12192259404' }],
	['a sender twice', { msisdn: ['14843472194', '1'] }, { phone: '+14843472194' }],
	['no receiver', { to: undefined }, { shortCode: null }],
	['the other spelling of the key', { 'api-key': undefined, api_key: 'x' }, { raw: expect.objectContaining({ api_key: 'x' }) }],
])('an opt-out with %s is kept', (_name, change, expected) => {
	expect(only({ ...stop, ...change })).toMatchObject({ action: 'opt-out', ...expected });
});

test.each([[{}], [{ text: 'STOP' }], [{ msisdn: '' }], [{ msisdn: {} }], [Object.create({ msisdn: '14843472194' })]])(
	'%j names no sender',
	(parameters) => {
		expect(problemOf(() => readVonagePostback(parameters as Record<string, unknown>)).message).toMatch(/no sender/);
	},
);

describe('the event id', () => {
	test('is the same for every delivery of a message', () => {
		const again = { sig: 'b', timestamp: '1491346700', nonce: 'y', ...Object.fromEntries(Object.entries(stop).reverse()) };
		expect(only({ ...stop, sig: 'a', timestamp: '1491346667', nonce: 'x' }).eventId).toBe(only(again).eventId);
		expect(only({ ...stop, msisdn: 14843472194 }).eventId).toBe(only(stop).eventId);
		expect(only(Object.assign(Object.create(null) as Record<string, unknown>, stop)).eventId).toBe(only(stop).eventId);
	});

	test.each([
		['message', { messageId: '0B00000042AC53BE' }],
		['part', { concat: 'true', 'concat-ref': '1', 'concat-total': '2', 'concat-part': '1' }],
		['text', { text: 'STOP' }],
		['sender', { msisdn: '14843472195' }],
		['time', { 'message-timestamp': '2017-04-04 22:57:48' }],
	])('differs with the %s', (_name, change) => {
		expect(only({ ...stop, ...change }).eventId).not.toBe(only(stop).eventId);
	});

	test('differs between the parts of one message', () => {
		const part = (number: string) =>
			only({ ...stop, concat: 'true', 'concat-ref': '1', 'concat-total': '2', 'concat-part': number }).eventId;
		expect(part('1')).not.toBe(part('2'));
	});
});

test('names that could reach other objects have an underscore in raw', () => {
	const hostile = JSON.parse('{"msisdn":"14843472194","text":"STOP","__proto__":{"polluted":1},"constructor":"x"}') as Record<
		string,
		unknown
	>;
	const event = only(hostile);
	expect(event.action).toBe('opt-out');
	expect(Object.keys(event.raw)).toEqual(['msisdn', 'text', '___proto__', '_constructor']);
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
