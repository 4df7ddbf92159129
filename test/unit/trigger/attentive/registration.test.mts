import { ALL, OLD_URL, TEST_URL, triggerWith, URL_OF_TRIGGER, webhook, type Webhook } from './fakeAttentive.mts';

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

test('what another webhook of this URL sends already is not asked for twice', async () => {
	const { attentive, activate } = triggerWith();
	attentive.webhooks = [webhook('one', URL_OF_TRIGGER, ['sms.subscribed']), webhook('other', URL_OF_TRIGGER, ['sms.unsubscribed'])];
	await activate();
	const events = attentive.webhooks.flatMap((each) => each.events);
	expect([...events].sort()).toEqual([...ALL].sort());
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
			expect(log).toEqual([expect.stringMatching(/Check it by hand/)]);
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

describe('n8n’s public address has changed', () => {
	/** The trigger as it was activated under the old address, and with what stands at Attentive by now. */
	async function afterMove(own: Partial<Webhook> = {}, others: Webhook[] = []) {
		const before = triggerWith({}, { url: OLD_URL });
		await before.activate();
		const { attentive, staticData } = before;
		Object.assign(attentive.webhooks[0] as Webhook, own);
		attentive.webhooks.push(...others);
		attentive.calls.length = 0;
		return triggerWith({}, { attentive, staticData });
	}

	const HERE = { url: URL_OF_TRIGGER, disabledAt: null };
	const handMade = (events: string[], more: Partial<Webhook> = {}): Webhook => webhook('hand-made', URL_OF_TRIGGER, events, more);

	test.each<[string, Partial<Webhook>, Webhook[], object[]]>([
		['its webhook moves along', {}, [], [{ id: 'id-1', events: ALL, ...HERE }]],
		['a disabled one is switched on', { disabledAt: '2024-01-01 00:00:00' }, [], [{ id: 'id-1', events: ALL, ...HERE }]],
		['an event ticked by hand moves too', { events: [...ALL, 'sms.sent'] }, [], [{ id: 'id-1', events: [...ALL, 'sms.sent'], ...HERE }]],
		['what is missing is added', { events: ALL.slice(1) }, [], [{ id: 'id-1', events: [...ALL.slice(1), 'sms.subscribed'], ...HERE }]],
		['one that is at the new address already makes it superfluous', {}, [handMade(ALL)], [{ id: 'hand-made', events: ALL, ...HERE }]],
		[
			'an incomplete one at the new address is completed first',
			{},
			[handMade(['sms.sent'])],
			[{ id: 'hand-made', events: ['sms.sent', ...ALL], ...HERE }],
		],
		[
			'beside one at the new address, only what that one does not send moves along',
			{ events: [...ALL, 'sms.sent'] },
			[handMade(ALL)],
			[
				{ id: 'id-1', events: ['sms.sent'], ...HERE },
				{ id: 'hand-made', events: ALL, ...HERE },
			],
		],
		[
			'a disabled one at the new address stays as it is',
			{},
			[handMade(['sms.sent'], { disabledAt: '2024-01-01 00:00:00' })],
			[
				{ id: 'id-1', events: ALL, ...HERE },
				{ id: 'hand-made', events: ['sms.sent'], url: URL_OF_TRIGGER, disabledAt: '2024-01-01 00:00:00' },
			],
		],
	])('%s', async (_what, own, others, expected) => {
		const { attentive, activate, log } = await afterMove(own, others);
		await activate();
		expect(attentive.webhooks.map(({ id, url, events, disabledAt }) => ({ id, url, events, disabledAt }))).toEqual(expected);
		expect(log).toEqual([]);
		attentive.calls.length = 0;
		await activate();
		expect(attentive.calls).toEqual(['GET']);
	});

	test('there is no moment without a webhook: the one at the new address is complete before the own one is deleted', async () => {
		const { attentive, activate } = await afterMove({}, [handMade(['sms.sent'])]);
		await activate();
		expect(attentive.calls).toEqual(['GET', 'GET', `PUT sms.sent ${ALL.join(' ')}`, 'DELETE']);
	});

	test('deactivation deletes the moved one', async () => {
		const { attentive, activate, deactivate, staticData } = await afterMove();
		await activate();
		await deactivate();
		expect([attentive.webhooks, staticData]).toEqual([[], {}]);
	});

	test('deactivation finds it under the old address, too', async () => {
		const { attentive, deactivate } = await afterMove();
		await deactivate();
		expect(attentive.webhooks).toEqual([]);
	});

	test('an event that Attentive does not let n8n move is said to be missing, and the others move', async () => {
		const { attentive, activate, log, staticData } = await afterMove();
		attentive.refused = ['sms.unsubscribed'];
		await activate();
		expect(attentive.webhooks).toMatchObject([
			{ id: 'id-1', url: URL_OF_TRIGGER, events: ALL.filter((event) => event !== 'sms.unsubscribed') },
		]);
		expect(staticData.missingEvents).toEqual(['sms.unsubscribed']);
		expect(log).toEqual([expect.stringMatching(/Check it by hand/)]);
	});

	test('a webhook that was deleted at Attentive is created again', async () => {
		const { attentive, activate, staticData } = await afterMove();
		attentive.webhooks = [];
		await activate();
		expect(attentive.webhooks).toMatchObject([{ id: 'id-2', events: ALL, ...HERE }]);
		expect(staticData.webhookId).toBe('id-2');
	});

	test('a record without the n8n that made it counts as this one’s', async () => {
		const { attentive, activate, staticData } = await afterMove();
		delete staticData.n8nId;
		await activate();
		expect(attentive.webhooks).toMatchObject([{ id: 'id-1', ...HERE }]);
	});
});

describe('a webhook that only looks like the trigger’s own is neither moved nor deleted', () => {
	const ELSEWHERE = 'https://elsewhere.example/hook';
	const OTHER_NODE = 'https://n8n.example/webhook/other-node/postback';

	test.each<[string, { url?: string; n8nId?: string }, string]>([
		['somebody turned it to another address', {}, ELSEWHERE],
		['the workflow is a copy, and the original has it', {}, OTHER_NODE],
		['the workflow was copied from another n8n', { n8nId: 'another n8n' }, OLD_URL],
	])('%s', async (_what, registeredBy, url) => {
		const original = triggerWith({}, { url: OLD_URL, ...registeredBy });
		await original.activate();
		const { attentive, staticData } = original;
		(attentive.webhooks[0] as Webhook).url = url;
		const theirs = structuredClone(attentive.webhooks[0]);

		const copy = triggerWith({}, { attentive, staticData });
		await copy.deactivate();
		expect(attentive.webhooks).toEqual([theirs]);
		await copy.activate();
		expect(attentive.webhooks).toEqual([theirs, expect.objectContaining({ url: URL_OF_TRIGGER, events: ALL })]);
		await copy.deactivate();
		expect(attentive.webhooks).toEqual([theirs]);
	});
});

describe('listening for a test event', () => {
	test.each([
		['n8n keeps the records of a test apart', () => ({})],
		['it does not', (staticData: Record<string, unknown>) => staticData],
	])('leaves the webhook of production where it is, where %s', async (_where, recordsOfTest) => {
		const { attentive, activate, staticData } = triggerWith();
		await activate();
		const production = structuredClone(attentive.webhooks[0]);
		const test = triggerWith({}, { attentive, staticData: recordsOfTest(staticData), url: TEST_URL, activationMode: 'manual' });
		await test.activate();
		expect(attentive.webhooks).toEqual([production, expect.objectContaining({ url: TEST_URL, events: ALL })]);
		await test.deactivate();
		expect(attentive.webhooks).toEqual([production]);
	});
});

test('an event that the trigger adds later is its own, and goes with the webhook', async () => {
	const optOuts = triggerWith({ triggerOn: ['opt-out'] });
	await optOuts.activate();
	const { attentive, staticData } = optOuts;
	const both = triggerWith({}, { attentive, staticData });
	await both.activate();
	expect([...(attentive.webhooks[0]?.events ?? [])].sort()).toEqual([...ALL].sort());
	await both.deactivate();
	expect(attentive.webhooks).toEqual([]);
});
