import { ALL, triggerWith, URL_OF_TRIGGER } from './fakeAttentive.mts';

test('activation creates one webhook for what is triggered on, deactivation removes it', async () => {
	const { attentive, activate, deactivate, log, staticData } = triggerWith();
	await activate();
	expect(attentive.webhooks).toEqual([expect.objectContaining({ url: URL_OF_TRIGGER, events: ALL })]);
	expect(log).toEqual([]);
	await deactivate();
	expect(attentive.webhooks).toEqual([]);
	expect(staticData).toEqual({});
});

test.each([
	[['opt-in'], ['sms.subscribed', 'email.subscribed']],
	[['message'], ['sms.inbound_message']],
	[
		['message', 'opt-out'],
		['sms.inbound_message', 'sms.unsubscribed', 'email.unsubscribed'],
	],
])('Trigger On %j registers %j', async (triggerOn, events) => {
	const { attentive, activate } = triggerWith({ triggerOn });
	await activate();
	expect(attentive.webhooks[0]?.events).toEqual(events);
});

test('a webhook that is complete already is left alone', async () => {
	const { attentive, activate, deactivate } = triggerWith();
	attentive.webhooks = [{ id: 'theirs', url: URL_OF_TRIGGER, events: [...ALL, 'sms.sent'], type: 'STATIC', disabledAt: null }];
	await activate();
	expect(attentive.calls).toEqual(['GET']);
	await deactivate();
	expect(attentive.webhooks).toHaveLength(1);
});

test('events ticked in several webhooks of this URL count together', async () => {
	const { attentive, activate } = triggerWith();
	attentive.webhooks = [ALL.slice(0, 2), ALL.slice(2)].map((events, index) => ({
		id: String(index),
		url: URL_OF_TRIGGER,
		events,
		type: 'STATIC',
		disabledAt: null,
	}));
	await activate();
	expect(attentive.calls).toEqual(['GET']);
});

test('an incomplete or disabled webhook is completed and keeps what somebody ticked', async () => {
	const { attentive, activate, deactivate } = triggerWith();
	attentive.webhooks = [
		{ id: 'theirs', url: URL_OF_TRIGGER, events: ['sms.sent', 'sms.unsubscribed'], type: 'STATIC', disabledAt: '2024-01-01 00:00:00' },
	];
	await activate();
	expect(attentive.webhooks).toEqual([
		expect.objectContaining({ id: 'theirs', disabledAt: null, events: expect.arrayContaining(['sms.sent', ...ALL]) as string[] }),
	]);
	await deactivate();
	expect(attentive.webhooks).toHaveLength(1);
});

test('other people’s webhooks are not touched', async () => {
	const { attentive, activate, deactivate } = triggerWith();
	const other = { id: 'other', url: 'https://elsewhere.example/', events: ALL, type: 'STATIC', disabledAt: null };
	attentive.webhooks = [other];
	await activate();
	await deactivate();
	expect(attentive.webhooks).toEqual([other]);
});

describe.each([[['sms.unsubscribed']], [['sms.inbound_message']], [['sms.unsubscribed', 'sms.inbound_message']]])(
	'when Attentive refuses %j',
	(refused) => {
		test('the rest is registered, the log says what to tick, and the events will', async () => {
			const { attentive, activate, log, staticData } = triggerWith();
			attentive.refused = refused;
			await activate();
			expect(attentive.webhooks).toHaveLength(1);
			expect([...(attentive.webhooks[0]?.events ?? [])].sort()).toEqual(ALL.filter((event) => !refused.includes(event)).sort());
			expect(staticData.missingEvents).toEqual(ALL.filter((event) => refused.includes(event)));
			expect(log).toEqual([expect.stringMatching(/Tick it by hand/)]);
		});

		test('a tick made by hand survives deactivation, and completes the next activation', async () => {
			const { attentive, activate, deactivate, log, staticData } = triggerWith();
			attentive.refused = refused;
			await activate();
			attentive.webhooks[0]?.events.push(...refused);
			await deactivate();
			expect(attentive.webhooks).toHaveLength(1);
			expect(log.at(-1)).toMatch(/left in place/);
			await activate();
			expect(staticData.missingEvents).toBeUndefined();
			expect(attentive.webhooks).toHaveLength(1);
		});
	},
);

test('when only the refused event is wanted, activation fails and says what to do', async () => {
	const { attentive, activate } = triggerWith({ triggerOn: ['message'] });
	attentive.refused = ['sms.inbound_message'];
	await expect(activate()).rejects.toMatchObject({ name: 'NodeOperationError', description: expect.stringMatching(/./) as string });
	expect(attentive.webhooks).toEqual([]);
});

test('a wrong API key fails the activation with words for a person', async () => {
	const { attentive, activate } = triggerWith();
	attentive.keyIsRight = false;
	await expect(activate()).rejects.toMatchObject({
		name: 'NodeOperationError',
		message: expect.stringMatching(/key/i) as string,
		description: expect.stringMatching(/./) as string,
	});
});

test('without the switch, Attentive is not called at all', async () => {
	const { attentive, activate, deactivate } = triggerWith({ registerWebhook: false });
	await activate();
	await deactivate();
	expect(attentive.calls).toEqual([]);
});

test('a webhook that is gone already does not stop the deactivation', async () => {
	const { attentive, activate, deactivate } = triggerWith();
	await activate();
	attentive.webhooks = [];
	await expect(deactivate()).resolves.toBeUndefined();
});
