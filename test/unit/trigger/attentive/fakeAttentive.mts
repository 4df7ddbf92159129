import type { IHookFunctions } from 'n8n-workflow';

import { SmsPostbackTrigger } from '../../../../nodes/SmsPostbackTrigger/SmsPostbackTrigger.node.ts';

interface Webhook {
	id: string;
	url: string;
	events: string[];
	type: string;
	disabledAt: string | null;
}

export const URL_OF_TRIGGER = 'https://n8n.example/webhook/id/postback';
/** What 'Opt-In' and 'Opt-Out' in 'Trigger On' come to. */
export const ALL = ['sms.subscribed', 'email.subscribed', 'sms.unsubscribed', 'email.unsubscribed', 'sms.inbound_message'];

/** Attentive as far as its webhook API is documented, refusing the event types that a test names. */
export class FakeAttentive {
	webhooks: Webhook[] = [];
	refused: string[] = [];
	keyIsRight = true;
	readonly calls: string[] = [];

	answer({ method, url, body }: { method: string; url: string; body?: { url: string; events: string[]; disabled?: boolean } }): {
		statusCode: number;
		headers: object;
		body: Buffer;
	} {
		this.calls.push(`${method} ${body?.events?.join(' ') ?? ''}`.trim());
		if (!this.keyIsRight) return reply(401, { error: { message: 'Unauthorized' } });
		if (method === 'GET') return reply(200, { webhooks: this.webhooks });
		if (body?.events.some((event) => this.refused.includes(event))) return reply(400, { error: { message: 'Invalid event' } });
		const id = decodeURIComponent(url.split('/').at(-1) ?? '');
		if (method === 'POST') {
			const webhook = {
				id: `id-${this.webhooks.length + 1}`,
				url: body?.url ?? '',
				events: body?.events ?? [],
				type: 'CREATOR',
				disabledAt: null,
			};
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

/** The trigger with these parameters, and what it did at Attentive and in n8n. */
export function triggerWith(parameters: Record<string, unknown> = {}) {
	const attentive = new FakeAttentive();
	const staticData: Record<string, unknown> = {};
	const log: string[] = [];
	const all: Record<string, unknown> = {
		provider: 'attentive',
		registerWebhook: true,
		attentiveAuthentication: 'apiKey',
		triggerOn: ['opt-in', 'opt-out'],
		allowedAddresses: '',
		...parameters,
	};
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
