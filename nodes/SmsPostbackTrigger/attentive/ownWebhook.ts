import type { IHookFunctions } from 'n8n-workflow';

import type { AttentiveWebhook } from '../../../providers/attentive/webhooks';

/** Kept from activation to deactivation, and beyond it when the webhook stays at Attentive. */
interface OwnWebhook {
	webhookId?: string;
	/** Without those that somebody ticked by hand. */
	registeredEvents?: string[];
	/** Which n8n made the record: a workflow that is copied takes it along. */
	n8nId?: string;
}

const URL_PARTS_OF_NODE = 2;

/**
 * @param context of the activation
 * @returns what the trigger remembers of the webhook that it created; nothing is left out of it, but nothing of it is proved either
 */
export function ownWebhook(context: IHookFunctions): Readonly<OwnWebhook> {
	return context.getWorkflowStaticData('node');
}

/**
 * @param context of the activation
 * @param webhookId that Attentive gave
 * @param registeredEvents that the trigger registered
 */
export function rememberOwnWebhook(context: IHookFunctions, webhookId: string, registeredEvents: string[]): void {
	const own: OwnWebhook = context.getWorkflowStaticData('node');
	own.webhookId = webhookId;
	own.registeredEvents = registeredEvents;
	own.n8nId = context.getInstanceId();
}

/** @param context of the activation */
export function forgetOwnWebhook(context: IHookFunctions): void {
	const own: OwnWebhook = context.getWorkflowStaticData('node');
	delete own.webhookId;
	delete own.registeredEvents;
	delete own.n8nId;
}

/**
 * Whether this trigger may move or delete a webhook. The id alone does not say: a copy of the workflow, here or in another n8n,
 * remembers it as well, and somebody may have turned the webhook to another address.
 *
 * @param context of the activation
 * @param webhook at Attentive
 * @param url of this trigger
 */
export function isOwnWebhook(context: IHookFunctions, webhook: AttentiveWebhook, url: string): boolean {
	const { webhookId, n8nId = context.getInstanceId() } = ownWebhook(context);
	return webhook.id === webhookId && n8nId === context.getInstanceId() && partOfNode(webhook.url) === partOfNode(url);
}

/** What stays of a webhook's URL when n8n's public address changes: the node's own id, which n8n makes up at random. */
function partOfNode(url: string): string {
	return url.split('/').slice(-URL_PARTS_OF_NODE).join('/');
}
