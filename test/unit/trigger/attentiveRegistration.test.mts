import type { IHookFunctions } from 'n8n-workflow';

import { SmsPostbackTrigger } from '../../../nodes/SmsPostbackTrigger/SmsPostbackTrigger.node.ts';

interface Webhook {
	id: string;
	url: string;
	events: string[];
	type: string;
	disabledAt: string | null;
}

const URL_OF_TRIGGER = 'https://n8n.example/webhook/id/postback';
const ALL = ['sms.subscribed', 'email.subscribed', 'sms.unsubscribed', 'email.unsubscribed', 'sms.inbound_message'];

/** Attentive as far as its webhook API is documented, refusing the event types that a test names. */
class FakeAttentive {
	webhooks: Webhook[] = [];
	refused: string[] = [];
	keyIsRight = true;
	readonly calls: string[] = [];

	answer({ method, url, body }: { method: string; url: string; body?: { url: string; events: string[]; disabled?: boolean } }): { statusCode: number; headers: object; body: Buffer } {
		this.calls.push(`${method} ${body?.events?.join(' ') ?? ''}`.trim());
		if (!this.keyIsRight) return reply(401, { error: { message: 'Unauthorized' } });
		if (method === 'GET') return reply(200, { webhooks: this.webhooks });
		if (body?.events.some((event) => this.refused.includes(event))) return reply(400, { error: { message: 'Invalid event' } });
		const id = decodeURIComponent(url.split('/').at(-1) ?? '');
		if (method === 'POST') {
			const webhook = { id: `id-${this.webhooks.length + 1}`, url: body?.url ?? '', events: body?.events ?? [], type: 'CREATOR', disabledAt: null };
			this.webhooks.push(webhook);
			return reply(201, webhook);
		}
		const found = this.webhooks.find((webhook) => webhook.id === id);
		if (found === undefined) return reply(404, {});
		if (method === 'DELETE') {
			this.webhooks = this.webhooks.filter((webhook) => webhook !== found);
			return { statusCode: 204, headers: {}, body: Buffer.alloc(0) };
		}
		Object.assign(found, { events: body?.events, disabledAt: body?.disabled ? '2024-01-01 00:00:00' : null });
		return reply(200, found);
	}
}

function reply(statusCode: number, body: object): { statusCode: number; headers: object; body: Buffer } {
	return { statusCode, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
}

function setUp(parameters: Record<string, unknown> = {}) {
	const attentive = new FakeAttentive();
	const staticData: Record<string, unknown> = {};
	const log: string[] = [];
	const all: Record<string, unknown> = { provider: 'attentive', registerWebhook: true, attentiveAuthentication: 'apiKey', triggerOn: ['opt-in', 'opt-out'], allowedAddresses: '', ...parameters };
	const record = (text: string): void => void log.push(text);
	const context = {
		getNode: () => ({ name: 'SMS Postback Trigger', type: 'smsPostbackTrigger', typeVersion: 1 }),
		getNodeParameter: (name: string, fallback?: unknown) => (name in all ? all[name] : fallback),
		getNodeWebhookUrl: () => URL_OF_TRIGGER,
		getWorkflowStaticData: () => staticData,
		getCredentials: async () => ({ apiKey: 'key', baseUrl: '' }),
		getMode: () => 'trigger',
		logger: { debug: record, info: record, warn: record, error: record },
		helpers: { httpRequest: async (options: Parameters<FakeAttentive['answer']>[0]) => attentive.answer(options) },
	} as unknown as IHookFunctions;
	const { default: hooks, setup } = new SmsPostbackTrigger().webhookMethods;
	return {
		attentive,
		staticData,
		log,
		/** As n8n does it. */
		async activate() {
			if (!(await hooks.checkExists.call(context))) await hooks.create.call(context);
			if (!(await setup.checkExists.call(context))) await setup.create.call(context);
		},
		async deactivate() {
			await hooks.delete.call(context);
			await setup.delete.call(context);
		},
	};
}

test('activation creates one webhook for what is triggered on, deactivation removes it', async () => {
	const { attentive, activate, deactivate, log, staticData } = setUp();
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
	[['message', 'opt-out'], ['sms.inbound_message', 'sms.unsubscribed', 'email.unsubscribed']],
])('Trigger On %j registers %j', async (triggerOn, events) => {
	const { attentive, activate } = setUp({ triggerOn });
	await activate();
	expect(attentive.webhooks[0]?.events).toEqual(events);
});

test('a webhook that is complete already is left alone', async () => {
	const { attentive, activate, deactivate } = setUp();
	attentive.webhooks = [{ id: 'theirs', url: URL_OF_TRIGGER, events: [...ALL, 'sms.sent'], type: 'STATIC', disabledAt: null }];
	await activate();
	expect(attentive.calls).toEqual(['GET']);
	await deactivate();
	expect(attentive.webhooks).toHaveLength(1);
});

test('events ticked in several webhooks of this URL count together', async () => {
	const { attentive, activate } = setUp();
	attentive.webhooks = [ALL.slice(0, 2), ALL.slice(2)].map((events, index) => ({ id: String(index), url: URL_OF_TRIGGER, events, type: 'STATIC', disabledAt: null }));
	await activate();
	expect(attentive.calls).toEqual(['GET']);
});

test('an incomplete or disabled webhook is completed and keeps what somebody ticked', async () => {
	const { attentive, activate, deactivate } = setUp();
	attentive.webhooks = [{ id: 'theirs', url: URL_OF_TRIGGER, events: ['sms.sent', 'sms.unsubscribed'], type: 'STATIC', disabledAt: '2024-01-01 00:00:00' }];
	await activate();
	expect(attentive.webhooks).toEqual([expect.objectContaining({ id: 'theirs', disabledAt: null, events: expect.arrayContaining(['sms.sent', ...ALL]) as string[] })]);
	await deactivate();
	expect(attentive.webhooks).toHaveLength(1);
});

test('other people’s webhooks are not touched', async () => {
	const { attentive, activate, deactivate } = setUp();
	const other = { id: 'other', url: 'https://elsewhere.example/', events: ALL, type: 'STATIC', disabledAt: null };
	attentive.webhooks = [other];
	await activate();
	await deactivate();
	expect(attentive.webhooks).toEqual([other]);
});

describe.each([
	[['sms.unsubscribed']],
	[['sms.inbound_message']],
	[['sms.unsubscribed', 'sms.inbound_message']],
])('when Attentive refuses %j', (refused) => {
	test('the rest is registered, the log says what to tick, and the events will', async () => {
		const { attentive, activate, log, staticData } = setUp();
		attentive.refused = refused;
		await activate();
		expect(attentive.webhooks).toHaveLength(1);
		expect([...(attentive.webhooks[0]?.events ?? [])].sort()).toEqual(ALL.filter((event) => !refused.includes(event)).sort());
		expect(staticData.missingEvents).toEqual(ALL.filter((event) => refused.includes(event)));
		expect(log).toEqual([expect.stringMatching(/Tick it by hand/)]);
	});

	test('a tick made by hand survives deactivation, and completes the next activation', async () => {
		const { attentive, activate, deactivate, log, staticData } = setUp();
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
});

test('when only the refused event is wanted, activation fails and says what to do', async () => {
	const { attentive, activate } = setUp({ triggerOn: ['message'] });
	attentive.refused = ['sms.inbound_message'];
	await expect(activate()).rejects.toMatchObject({ name: 'NodeOperationError', description: expect.stringMatching(/./) as string });
	expect(attentive.webhooks).toEqual([]);
});

test('a wrong API key fails the activation with words for a person', async () => {
	const { attentive, activate } = setUp();
	attentive.keyIsRight = false;
	await expect(activate()).rejects.toMatchObject({ name: 'NodeOperationError', message: expect.stringMatching(/key/i) as string, description: expect.stringMatching(/./) as string });
});

test('without the switch, Attentive is not called at all', async () => {
	const { attentive, activate, deactivate } = setUp({ registerWebhook: false });
	await activate();
	await deactivate();
	expect(attentive.calls).toEqual([]);
});

test('a webhook that is gone already does not stop the deactivation', async () => {
	const { attentive, activate, deactivate } = setUp();
	await activate();
	attentive.webhooks = [];
	await expect(deactivate()).resolves.toBeUndefined();
});

describe('activation is stopped by settings that would refuse everything', () => {
	test.each([
		[{ allowedAddresses: 'example.com' }, /example\.com/],
		[{ triggerOn: [] }, /'Trigger On' is empty/],
	])('%j', async (parameters, message) => {
		await expect(setUp({ registerWebhook: false, ...parameters }).activate()).rejects.toMatchObject({ message: expect.stringMatching(message) as string });
	});

	test('an empty Trigger On is fine for who wants the unknown events', async () => {
		await expect(setUp({ registerWebhook: false, triggerOn: [], unknownEvents: 'emit' }).activate()).resolves.toBeUndefined();
	});
});
