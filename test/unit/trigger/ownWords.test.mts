import { deliver, skycoreXml, type FakeRequest } from './webhookContext.mts';

const inbound: Record<string, { parameters: Record<string, unknown>; request: (text: string) => FakeRequest }> = {
	skycore: {
		parameters: { provider: 'skycore', authenticity: 'none' },
		request: (text) => ({
			body: skycoreXml({ CODE: 'N211', ORIGIN: 'SMS_MO', FROM: '16502424956', TO: '123456', TEXT: text, SOURCE: '' }),
		}),
	},
	attentive: {
		parameters: { provider: 'attentive', attentiveAuthenticity: 'none' },
		request: (text) => ({
			body: JSON.stringify({
				type: 'sms.inbound_message',
				timestamp: 1_632_945_178_104,
				subscriber: { phone: '+16502424956' },
				message: { text },
			}),
		}),
	},
	'vonage, SMS API': {
		parameters: { provider: 'vonage', authenticity: 'none' },
		request: (text) => ({
			method: 'GET',
			url: `/p?${new URLSearchParams({ msisdn: '16502424956', to: '12345', messageId: 'a', text, type: 'text', keyword: text.split(' ')[0]!.toUpperCase() })}`,
		}),
	},
	'vonage, Messages API': {
		parameters: { provider: 'vonage', authenticity: 'none' },
		request: (text) => ({ body: JSON.stringify({ channel: 'sms', message_uuid: 'a', from: '16502424956', to: '12345', text }) }),
	},
};

const SENDERS = Object.entries(inbound);

async function eventOf(sender: string, text: string, keywords: unknown) {
	const { parameters, request } = inbound[sender]!;
	const { events } = await deliver(request(text), { parameters: { ...parameters, keywords } });
	expect(events).toHaveLength(1);
	return events[0]!;
}

describe.each(SENDERS)('%s', (sender) => {
	test.each([
		['Baja', 'opt-out', false],
		['  b a j a !', 'opt-out', false],
		['No más ofertas.', 'opt-out', false],
		['BAJA STOP', 'opt-out', false],
		['baja por favor', 'message', true],
		['配信停止', 'opt-out', false],
		['配信停止してください', 'message', true],
		['🛑', 'opt-out', false],
		['🛑 now', 'message', true],
		['bajando', 'message', false],
		['stop', 'opt-out', false],
	])('own opt-out words: %j is %s', async (text, action, needsReview) => {
		const keywords = { optOutWords: 'baja, NO MAS OFERTAS\n配信停止, 🛑' };
		expect(await eventOf(sender, text, keywords)).toMatchObject({ action, needsReview });
	});

	test.each([
		['I have a complaint', true],
		['COMPLAINT!', true],
		['uncomplaining', false],
		['thanks', false],
		['info', true],
	])('words for review: %j %s', async (text, needsReview) => {
		expect(await eventOf(sender, text, { reviewWords: 'complaint, info' })).toMatchObject({ action: 'message', needsReview });
	});

	test('a word that is a help word elsewhere is an opt-out where somebody says so, and STOP is never an opt-in', async () => {
		expect(await eventOf(sender, 'info', { optOutWords: ['INFO'] })).toMatchObject({ action: 'opt-out', keyword: 'INFO' });
		expect(await eventOf(sender, 'stop', { optInWords: 'STOP, START' })).toMatchObject({ action: 'opt-out' });
	});

	test.each([null, undefined, '', {}, { optOutWords: ' ,\n' }, { optOutWords: null, reviewWords: 7 }])(
		'%j adds nothing',
		async (keywords) => {
			expect(await eventOf(sender, 'hello', keywords)).toMatchObject({ action: 'message', needsReview: false });
		},
	);
});

describe('words that opt in again, for Opt-Out Assist at Vonage', () => {
	const vonage = SENDERS.map(([sender]) => sender).filter((sender) => sender.startsWith('vonage'));

	test.each(vonage)('%s: whole texts, only where they are set', async (sender) => {
		const keywords = { optInWords: 'START, JOIN, UNSTOP, YES PLEASE' };
		for (const text of ['START', 'join', 'un stop', 'Yes, please!']) {
			expect(await eventOf(sender, text, keywords)).toMatchObject({ action: 'opt-in', needsReview: false });
			expect(await eventOf(sender, text, {})).toMatchObject({ action: 'message' });
		}
		expect(await eventOf(sender, 'START texting my wife', keywords)).toMatchObject({ action: 'message' });
		const both = await eventOf(sender, 'stop start', keywords);
		expect([both.action === 'opt-in', both.needsReview]).toEqual([false, true]);
		expect(await eventOf(sender, 'START', { optInWords: 'JOIN' })).toMatchObject({ action: 'message' });
		expect(await eventOf(sender, 'START', { optInWords: 'START', optOutWords: 'START' })).toMatchObject({ action: 'opt-out' });
	});
});
