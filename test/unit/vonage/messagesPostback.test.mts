import { readVonagePostback } from '../../../providers/vonage/postback.ts';

/** The inbound text that Vonage's reference of the Messages API shows, with another text and numbers. */
const INBOUND = {
	channel: 'sms',
	message_uuid: 'aaaaaaaa-bbbb-cccc-dddd-0123456789ab',
	to: '12192259404',
	from: '14843472194',
	timestamp: '2020-01-01T14:00:00.000Z',
	text: 'STOP',
	message_type: 'text',
	sms: { num_messages: '1', keyword: 'STOP' },
	usage: { currency: 'EUR', price: '0.0333' },
};

const OLDER = {
	message_uuid: 'aaaaaaaa-bbbb-cccc-dddd-0123456789ab',
	timestamp: '2020-01-01T14:00:00.000Z',
	to: { type: 'sms', number: '12192259404' },
	from: { type: 'sms', number: '14843472194' },
	direction: 'inbound',
	message: { content: { type: 'text', text: 'STOP' } },
};

const only = (payload: object, own = {}) => {
	const events = readVonagePostback(payload as Record<string, unknown>, own);
	expect(events).toHaveLength(1);
	return events[0]!;
};

test.each([
	['today', INBOUND],
	['version 0.1', OLDER],
	['a time as older pages write it', { ...INBOUND, timestamp: '2020-01-01 14:00:00 UTC' }],
	['without the keyword', { ...INBOUND, sms: undefined }],
	['with a plus', { ...INBOUND, from: '+14843472194' }],
])('a STOP is an opt-out: %s', (_when, payload) => {
	expect(only(payload)).toMatchObject({
		provider: 'vonage',
		action: 'opt-out',
		channel: 'sms',
		phone: '+14843472194',
		shortCode: '12192259404',
		text: 'STOP',
		keyword: 'STOP',
		needsReview: false,
		occurredAt: '2020-01-01T14:00:00Z',
		messageId: INBOUND.message_uuid,
		code: 'text',
		warnings: [],
	});
});

test.each([
	[
		'an MMS with a caption',
		{ ...INBOUND, channel: 'mms', message_type: 'image', text: undefined, image: { url: 'https://x/1', caption: 'Stop!' } },
	],
	['an answer button', { ...INBOUND, message_type: 'reply', text: undefined, reply: { id: '7', title: 'Unsubscribe' } }],
	['an older button', { ...INBOUND, message_type: 'button', text: undefined, button: { text: 'stop', payload: 'x' } }],
	['no text, the keyword alone', { ...INBOUND, text: undefined }],
])('STOP stands elsewhere too: %s', (_where, payload) => {
	expect(only(payload)).toMatchObject({ action: 'opt-out', needsReview: false });
});

test.each([
	['please stop this', { action: 'message', needsReview: true }],
	['hello', { action: 'message', needsReview: false }],
	['START', { action: 'message', needsReview: false, keyword: 'START' }],
])('%j is a message', (text, expected) => {
	expect(only({ ...INBOUND, text, sms: {} })).toMatchObject(expected);
});

test('who says STOP by another way is believed, and somebody reads it; START there asks for no texts', () => {
	const stop = only({ ...INBOUND, channel: 'whatsapp' });
	expect(stop).toMatchObject({ action: 'opt-out', needsReview: true, phone: '+14843472194' });
	expect(stop.warnings.join()).toContain('whatsapp');
	expect(only({ ...INBOUND, channel: 'rcs', text: 'JOIN', sms: {} }, { optIn: ['JOIN'] })).toMatchObject({ action: 'message' });
	expect(only({ ...OLDER, from: { type: 'messenger', id: 'abc' } })).toMatchObject({ action: 'opt-out', phone: null, phoneRaw: 'abc' });
});

test('a delivery receipt is no message, and names the person as its receiver', () => {
	const receipt = {
		message_uuid: 'a',
		to: '14843472194',
		from: '12192259404',
		timestamp: INBOUND.timestamp,
		status: 'rejected',
		channel: 'sms',
	};
	expect(only(receipt)).toMatchObject({ action: 'unknown', code: 'delivery-receipt', phone: '+14843472194', shortCode: '12192259404' });
});

test('one delivery has one key, whatever the order of its fields; any difference gives another', () => {
	const key = (payload: object) => only(payload).eventId;
	expect(key(Object.fromEntries(Object.entries(INBOUND).reverse()))).toBe(key(INBOUND));
	const others = [{ ...INBOUND, message_uuid: 'b' }, { ...INBOUND, text: 'Stop' }, { ...INBOUND, extra: 1 }, OLDER];
	expect(new Set([INBOUND, ...others].map(key)).size).toBe(5);
});

test.each([
	{ ...INBOUND, text: { nested: 'STOP' }, sms: 'x' },
	{ ...INBOUND, from: null },
	{ ...INBOUND, from: ['1'], channel: 7 },
	{ ...INBOUND, timestamp: {}, message: 'x', reply: [], button: null, image: 1 },
	JSON.parse('{"from":{"__proto__":{"number":"1"}},"message_uuid":"a","message":{"constructor":1}}') as object,
])('odd fields cost nothing of what stands beside them: %j', (payload) => {
	expect(only(payload).provider).toBe('vonage');
});

test.each([
	['without its id', { channel: 'sms', from: '14843472194', text: 'STOP' }],
	['without a channel', { message_type: 'text', from: '14843472194', text: 'STOP' }],
])('a message is known %s', (_what, payload) => {
	expect(only(payload)).toMatchObject({ action: 'opt-out', phone: '+14843472194' });
});
