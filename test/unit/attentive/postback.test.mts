import { readAttentivePostback } from '../../../providers/attentive/postback.ts';
import inbound from '../../fixtures/attentive/sms-inbound-message.json';
import subscribed from '../../fixtures/attentive/sms-subscribed.json';
import { problemOf } from '../thrown.mts';

function only(body: unknown) {
	const [event, ...others] = readAttentivePostback(body);
	expect(others).toEqual([]);
	if (event === undefined) throw new Error('No event.');
	return event;
}

test('sms.subscribed becomes a complete event', () => {
	expect(only(subscribed)).toEqual({
		eventId: expect.stringMatching(/^[0-9a-f]{64}$/),
		provider: 'attentive',
		action: 'opt-in',
		channel: 'sms',
		phone: '+15555555555',
		phoneRaw: '+15555555555',
		email: null,
		campaign: 'MARKETING TEXT',
		campaignTitle: 'Text to join',
		brand: 'Hudson & Ivy',
		shortCode: null,
		source: 'TEXT_TO_JOIN',
		text: null,
		keyword: null,
		needsReview: false,
		occurredAt: '2021-09-29T19:52:58.104Z',
		occurredAtRaw: '1632945178104',
		messageId: null,
		subscriberId: '16467358',
		clientUserId: '12345',
		shopifyId: null,
		klaviyoId: null,
		customIdentifiers: null,
		companyId: 'MDc6Q29tcGFueTU',
		code: 'sms.subscribed',
		warnings: [expect.stringMatching(/not assigned/)],
		raw: subscribed,
	});
});

test.each([
	[
		'one of each',
		{ client_user_id: ['12345'], shopify_id: ['s1'], klaviyo_id: ['k1'] },
		{ clientUserId: '12345', shopifyId: 's1', klaviyoId: 'k1', customIdentifiers: null },
	],
	['several', { client_user_id: ['a', 'b'], shopify_id: [] }, { clientUserId: 'a, b', shopifyId: null, klaviyoId: null }],
	['without lists, as numbers', { client_user_id: 4711, klaviyo_id: 'k' }, { clientUserId: '4711', klaviyoId: 'k' }],
	['custom ones', { custom_identifiers: { loyalty: ['1', '2'], crm: 'x' } }, { customIdentifiers: '{"crm":"x","loyalty":["1","2"]}' }],
	['no custom ones', { custom_identifiers: {} }, { customIdentifiers: null }],
	['empty and odd ones', { client_user_id: ['', null, { id: 1 }], shopify_id: '' }, { clientUserId: null, shopifyId: null }],
	['another shape', ['x'], { clientUserId: null, customIdentifiers: null }],
] as [string, unknown, object][])('external ids: %s', (_name, external_identifiers, columns) => {
	expect(only({ ...subscribed, subscriber: { ...subscribed.subscriber, external_identifiers } })).toMatchObject({
		...columns,
		subscriberId: '16467358',
		phone: '+15555555555',
	});
});

test.each([
	['sms.subscribed', 'opt-in', 'sms'],
	['sms.unsubscribed', 'opt-out', 'sms'],
	['phone.subscribed', 'opt-in', 'sms'],
	['phone.unsubscribed', 'opt-out', 'sms'],
	['email.subscribed', 'opt-in', 'email'],
	['email.unsubscribed', 'opt-out', 'email'],
	['SMS.Unsubscribed', 'opt-out', 'sms'],
	['sms.sent', 'unknown', 'sms'],
	['email.opened', 'unknown', 'email'],
	['custom_attribute.set', 'unknown', 'sms'],
	['xsms.unsubscribed', 'unknown', 'sms'],
])('%s is %s by %s', (type, action, channel) => {
	expect(only({ ...subscribed, type })).toMatchObject({ action, channel, code: type });
});

test.each([
	['Stop.', 'opt-out', 'STOP', false],
	['UNSUBSCRIBE', 'opt-out', 'UNSUBSCRIBE', false],
	['please stop texting me', 'message', null, true],
	['START', 'message', 'START', false],
	['Thanks!', 'message', null, false],
])('the inbound text %j', (text, action, keyword, needsReview) => {
	expect(only({ ...inbound, message: { ...inbound.message, text } })).toMatchObject({
		action,
		keyword,
		needsReview,
		text,
		shortCode: '12345',
		email: 'name@example.com',
	});
});

test('an inbound message without text stays a message', () => {
	expect(only({ ...inbound, message: undefined })).toMatchObject({ action: 'message', text: null, shortCode: null });
});

test('a person without a number is kept, one without anything too', () => {
	expect(only({ ...subscribed, type: 'email.unsubscribed', subscriber: { external_id: 1, email: 'a@example.com' } })).toMatchObject({
		action: 'opt-out',
		phone: null,
		phoneRaw: null,
		email: 'a@example.com',
		campaign: 'MARKETING EMAIL',
		warnings: [],
	});
	expect(only({ type: 'sms.unsubscribed', timestamp: 1632945178104 })).toMatchObject({
		action: 'opt-out',
		phone: null,
		campaign: null,
		warnings: [expect.stringMatching(/neither/)],
	});
});

test.each([
	['a number instead of text', { subscriber: { phone: 16502426055 } }, { phone: '+16502426055', phoneRaw: '16502426055' }],
	['an unreadable number', { subscriber: { phone: 'anonymous' } }, { phone: null, phoneRaw: 'anonymous' }],
	[
		'parts of another type',
		{ subscriber: 'x', company: 5, creative: null, subscription: [] },
		{ phone: null, brand: null, campaign: null },
	],
	['no time', { timestamp: undefined }, { occurredAt: null, occurredAtRaw: null }],
	['an unreadable time', { timestamp: 'yesterday' }, { occurredAt: null, occurredAtRaw: 'yesterday' }],
])('an opt-out with %s is kept and marked', (_name, change, expected) => {
	const event = only({ ...subscribed, type: 'sms.unsubscribed', ...change });
	expect(event).toMatchObject({ action: 'opt-out', ...expected });
	if (_name !== 'a number instead of text') expect(event.warnings).not.toEqual([]);
});

describe('several events', () => {
	test('come out in their order', () => {
		expect(readAttentivePostback([subscribed, inbound]).map(({ code }) => code)).toEqual(['sms.subscribed', 'sms.inbound_message']);
	});

	test('one without type does not cost the others', () => {
		const events = readAttentivePostback([5, { phone: '+15555555555' }, { ...subscribed, type: 'sms.unsubscribed' }]);
		expect(events.map(({ action }) => action)).toEqual(['unknown', 'unknown', 'opt-out']);
		expect(events[0]).toMatchObject({
			code: null,
			raw: { value: 5 },
			warnings: expect.arrayContaining([expect.stringMatching(/no type/)]),
		});
	});
});

test.each([[null], [undefined], ['text'], [5], [[]], [{}], [[[]]], [{ type: '' }], [{ type: {} }]])('%j is no event', (body) => {
	expect(problemOf(() => readAttentivePostback(body)).message).toMatch(/not a webhook of Attentive/);
});

test('what nests deeper than any real event is refused', () => {
	const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown;
	expect(problemOf(() => readAttentivePostback({ type: 'sms.subscribed', deep })).message).toMatch(/deeper/);
});

describe('the event id', () => {
	test('is the same in whatever order the properties come', () => {
		const reversed = Object.fromEntries(Object.entries(subscribed).reverse());
		expect(only(reversed).eventId).toBe(only(subscribed).eventId);
	});

	test.each([
		['the type', { type: 'sms.unsubscribed' }],
		['the time', { timestamp: 1632945178105 }],
		['the person', { subscriber: { ...subscribed.subscriber, external_id: 1 } }],
		['the subscription', { subscription: { type: 'TRANSACTIONAL' } }],
		['a field nobody knows', { new_field: null }],
	])('differs with %s', (_name, change) => {
		expect(only({ ...subscribed, ...change }).eventId).not.toBe(only(subscribed).eventId);
	});
});

test('names that could reach other objects have an underscore in raw', () => {
	const hostile = JSON.parse(
		'{"type":"sms.unsubscribed","__proto__":{"polluted":1},"subscriber":{"phone":"+15555555555","constructor":{"prototype":{"polluted":1}}}}',
	) as unknown;
	const event = only(hostile);
	expect(event).toMatchObject({
		action: 'opt-out',
		phone: '+15555555555',
		raw: { type: 'sms.unsubscribed', subscriber: { phone: '+15555555555' } },
	});
	expect(Object.keys(event.raw)).toEqual(['___proto__', 'subscriber', 'type']);
	expect(Object.keys(event.raw.subscriber as object)).toEqual(['_constructor', 'phone']);
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
