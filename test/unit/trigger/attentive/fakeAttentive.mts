import type { IHookFunctions } from 'n8n-workflow';

import { SmsPostbackTrigger } from '../../../../nodes/SmsPostbackTrigger/SmsPostbackTrigger.node.ts';
import { PANEL_NODE } from '../webhookContext.mts';

export interface Webhook {
	id: string;
	url: string;
	events: string[];
	type: string;
	disabledAt: string | null;
}

export const URL_OF_TRIGGER = 'https://n8n.example/webhook/id/postback';
/** What the same node had before n8n's public address changed. */
export const OLD_URL = 'https://old.example/n8n/webhook/id/postback';
export const TEST_URL = 'https://n8n.example/webhook-test/id/postback';
/** What 'Opt-In' and 'Opt-Out' in 'Trigger On' come to. */
export const ALL = ['sms.subscribed', 'email.subscribed', 'sms.unsubscribed', 'email.unsubscribed', 'sms.inbound_message'];

/** Attentive as far as its webhook API is documented, refusing the event types that a test names. */
export class FakeAttentive {
	webhooks: Webhook[] = [];
	refused: string[] = [];
	keyIsRight = true;
	readonly calls: string[] = [];
	private created = 0;

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
				id: `id-${(this.created += 1)}`,
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
		Object.assign(found, { url: body?.url, events: body?.events, disabledAt: body?.disabled ? '2024-01-01 00:00:00' : null });
		return reply(200, found);
	}
}

function reply(statusCode: number, body: object): { statusCode: number; headers: object; body: Buffer } {
	return { statusCode, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
}

/** An enabled webhook, unless told otherwise. */
export function webhook(id: string, url: string, events: string[], more: Partial<Webhook> = {}): Webhook {
	return { id, url, events, type: 'STATIC', disabledAt: null, ...more };
}

/** What differs from one n8n, or one activation, to the next. */
export interface Surroundings {
	url?: string;
	n8nId?: string;
	activationMode?: 'activate' | 'manual';
	staticData?: Record<string, unknown>;
	attentive?: FakeAttentive;
}

/** The trigger with these parameters, and what it did at Attentive and in n8n. */
export function triggerWith(parameters: Record<string, unknown> = {}, surroundings: Surroundings = {}) {
	const {
		attentive = new FakeAttentive(),
		staticData = {},
		activationMode = 'activate',
		n8nId = 'this n8n',
		url = URL_OF_TRIGGER,
	} = surroundings;
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
		getNode: () => PANEL_NODE,
		getNodeParameter: (name: string, fallback?: unknown) => (name in all ? all[name] : fallback),
		getNodeWebhookUrl: () => url,
		getWorkflowStaticData: () => staticData,
		getInstanceId: () => n8nId,
		getCredentials: async () => ({ apiKey: 'key', baseUrl: '' }),
		getMode: () => 'trigger',
		getActivationMode: () => activationMode,
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
			await withoutWaiting(async () => {
				if (!(await hooks.checkExists.call(context))) await hooks.create.call(context);
				if (!(await setup.checkExists.call(context))) await setup.create.call(context);
			});
		},
		async deactivate() {
			await withoutWaiting(async () => {
				await hooks.delete.call(context);
				await setup.delete.call(context);
			});
		},
	};
}

const STEP_MS = 100;

/** The pace at which Attentive may be called is not what these tests are about. */
async function withoutWaiting(work: () => Promise<void>): Promise<void> {
	jest.useFakeTimers();
	try {
		let isDone = false;
		const working = work().finally(() => {
			isDone = true;
		});
		working.catch(() => undefined);
		while (!isDone) await jest.advanceTimersByTimeAsync(STEP_MS);
		await working;
	} finally {
		jest.useRealTimers();
	}
}
