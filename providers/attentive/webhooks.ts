import type { CallRequest, ProviderCall } from '../../consent/call';
import { InputProblem } from '../../consent/failure';
import type { z } from '../../consent/schema';
import { failureOf } from './failure';
import { PURPOSES } from './purpose';
import { isRefusal, readResponse, WEBHOOK, WEBHOOK_LIST } from './response';

/** One address that Attentive tells about events. */
export type AttentiveWebhook = z.output<typeof WEBHOOK>;

interface WebhookSettings {
	url: string;
	/** At least one of Attentive's own names, such as `sms.subscribed`; letter case counts. */
	events: string[];
}

/**
 * Lists the webhooks of the app that the key belongs to. There is no call that reads a single one.
 *
 * @see https://docs.attentive.com/openapi/reference/tag/Webhooks
 */
export function listWebhooks({ credential }: { credential: string }): ProviderCall<AttentiveWebhook[]> {
	return {
		...webhookCall(credential, { method: 'GET', path: 'webhooks' }),
		interpret: (response) => readResponse(response, WEBHOOK_LIST, PURPOSES.listWebhooks, credential).webhooks,
		retrySafety: 'harmless',
	};
}

/**
 * Registers an address. Attentive makes the signing key itself and shows it in its dashboard only.
 *
 * @param input the address and the events
 * @throws {InputProblem} when the address is not a usable URL
 * @see https://docs.attentive.com/openapi/reference/tag/Webhooks
 */
export function createWebhook(input: WebhookSettings & { credential: string }): ProviderCall<AttentiveWebhook> {
	return {
		...webhookCall(input.credential, { method: 'POST', path: 'webhooks', body: { json: { ...settingsOf(input) } } }),
		interpret: (response) => readResponse(response, WEBHOOK, PURPOSES.createWebhook, input.credential),
		retrySafety: 'unknown',
	};
}

/**
 * Changes the address, the events, or switches deliveries off and on.
 *
 * @param input the webhook's id and everything that it shall have afterwards
 * @throws {InputProblem} when the address is not a usable URL
 * @see https://docs.attentive.com/openapi/reference/tag/Webhooks
 */
export function updateWebhook(
	input: WebhookSettings & { credential: string; id: string; disabled: boolean },
): ProviderCall<AttentiveWebhook> {
	const json = { ...settingsOf(input), disabled: input.disabled };
	return {
		...webhookCall(input.credential, { method: 'PUT', path: pathOf(input.id), body: { json } }),
		interpret: (response) => readResponse(response, WEBHOOK, PURPOSES.updateWebhook, input.credential),
		retrySafety: 'unknown',
	};
}

/**
 * Removes a webhook.
 *
 * @param input the webhook's id
 * @returns a call whose result is false when there was no such webhook any more
 * @see https://docs.attentive.com/openapi/reference/tag/Webhooks
 */
export function deleteWebhook(input: { credential: string; id: string }): ProviderCall<boolean> {
	return {
		...webhookCall(input.credential, { method: 'DELETE', path: pathOf(input.id) }),
		interpret: (response) => {
			if (response.status === 404) return false;
			if (isRefusal(response)) throw failureOf(response, PURPOSES.deleteWebhook, input.credential);
			return true;
		},
		retrySafety: 'unknown',
	};
}

function webhookCall(credential: string, request: CallRequest) {
	return { provider: 'attentive', credential, request, rateLimitKey: 'attentive:webhooks' } as const;
}

function pathOf(id: string): string {
	return `webhooks/${encodeURIComponent(id)}`;
}

function settingsOf({ url, events }: WebhookSettings): WebhookSettings {
	if (!/^https?:\/\/[^\s]+$/.test(url)) {
		throw new InputProblem(
			`'${url}' is not an address that Attentive could deliver to`,
			"Set n8n's public address (WEBHOOK_URL) so that the trigger's URL begins with https://.",
		);
	}
	return { url, events };
}
