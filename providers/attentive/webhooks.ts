import type { CallRequest, ProviderCall } from '../../consent/call';
import { InputProblem } from '../../consent/failure';
import type { z } from '../../consent/schema';
import { isSuccess, readAnswer } from './answer';
import { type CallPurpose, failureOf } from './failure';
import { WEBHOOK, WEBHOOK_LIST } from './schema';

/** One address that Attentive tells about events. */
export type AttentiveWebhook = z.output<typeof WEBHOOK>;

interface WebhookSettings {
	url: string;
	/** Attentive's own names, such as `sms.subscribed`; letter case counts. */
	events: string[];
}

const CHECK_INPUT =
	"Attentive takes https addresses that can be reached from the internet. If it refuses 'sms.unsubscribed', which its API does not list, tick that event by hand in Attentive under Settings > Webhooks.";

/**
 * Lists the webhooks of the app that the key belongs to. There is no call that reads a single one.
 *
 * @see https://docs.attentive.com/openapi/reference/tag/Webhooks
 */
export function listWebhooks({ credential }: { credential: string }): ProviderCall<AttentiveWebhook[]> {
	const purpose = purposeOf('list its webhooks', credential);
	return {
		...webhookCall(credential, { method: 'GET', path: 'webhooks' }),
		interpret: (answer) => readAnswer(answer, WEBHOOK_LIST, purpose).webhooks,
		repeat: 'harmless',
	};
}

/**
 * Registers an address. Attentive makes the signing key itself and shows it in its dashboard only.
 *
 * @param input the address and the events
 * @throws {InputProblem} when the address is not a usable URL or no event is named
 * @see https://docs.attentive.com/openapi/reference/tag/Webhooks
 */
export function createWebhook(input: WebhookSettings & { credential: string }): ProviderCall<AttentiveWebhook> {
	const purpose = purposeOf('register the webhook', input.credential);
	return {
		...webhookCall(input.credential, { method: 'POST', path: 'webhooks', body: { json: { ...settingsOf(input) } } }),
		interpret: (answer) => readAnswer(answer, WEBHOOK, purpose),
		repeat: 'unknown',
	};
}

/**
 * Changes the address, the events, or switches deliveries off and on.
 *
 * @param input the webhook's id and everything that it shall have afterwards
 * @throws {InputProblem} when the address is not a usable URL or no event is named
 * @see https://docs.attentive.com/openapi/reference/tag/Webhooks
 */
export function updateWebhook(input: WebhookSettings & { credential: string; id: string; disabled: boolean }): ProviderCall<AttentiveWebhook> {
	const purpose = purposeOf('change the webhook', input.credential);
	const json = { ...settingsOf(input), disabled: input.disabled };
	return {
		...webhookCall(input.credential, { method: 'PUT', path: pathOf(input.id), body: { json } }),
		interpret: (answer) => readAnswer(answer, WEBHOOK, purpose),
		repeat: 'unknown',
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
	const purpose = purposeOf('remove the webhook', input.credential);
	return {
		...webhookCall(input.credential, { method: 'DELETE', path: pathOf(input.id) }),
		interpret: (answer) => {
			if (answer.status === 404) return false;
			if (!isSuccess(answer)) throw failureOf(answer, purpose);
			return true;
		},
		repeat: 'unknown',
	};
}

function webhookCall(credential: string, request: CallRequest) {
	return { provider: 'attentive', credential, request, pace: 'attentive:webhooks' } as const;
}

function purposeOf(doing: string, credential: string): CallPurpose {
	return { doing, scope: 'webhooks:write', credential, checkInput: CHECK_INPUT, repeatTexts: false };
}

function pathOf(id: string): string {
	return `webhooks/${encodeURIComponent(id)}`;
}

function settingsOf({ url, events }: WebhookSettings): WebhookSettings {
	if (!/^https?:\/\/[^\s]+$/.test(url)) {
		throw new InputProblem(`'${url}' is not an address that Attentive could deliver to`, "Set n8n's public address (WEBHOOK_URL) so that the trigger's URL begins with https://.");
	}
	if (events.length === 0) throw new InputProblem("'Trigger On' names no event of Attentive", 'Choose at least one event.');
	return { url, events };
}
