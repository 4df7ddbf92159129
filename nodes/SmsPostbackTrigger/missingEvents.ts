import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { type EventFacts, withWarnings } from '../../consent/event';

type WithStaticData = Pick<IHookFunctions, 'getWorkflowStaticData'> | Pick<IWebhookFunctions, 'getWorkflowStaticData'>;

interface MissingEvents {
	/** Event types that the provider would not register through its API. */
	missingEvents?: string[];
}

/**
 * Remembers which events the provider's API refused to register, so that every event that does arrive can say so.
 *
 * @param context of the activation
 * @param events types such as `sms.unsubscribed`; empty when all are registered
 */
export function rememberMissingEvents(context: WithStaticData, events: string[]): void {
	const data: MissingEvents = context.getWorkflowStaticData('node');
	if (events.length > 0) data.missingEvents = events;
	else delete data.missingEvents;
}

/**
 * Says on each event that the provider does not send every kind, until one of the missing kind arrives.
 *
 * @param context of the running webhook
 * @param events of one postback
 * @returns the same events, with a warning where one is due
 */
export function warnOfMissingEvents(context: WithStaticData, events: EventFacts[]): EventFacts[] {
	const data: MissingEvents = context.getWorkflowStaticData('node');
	const arrived = new Set(events.map(({ code }) => code));
	const missing = (data.missingEvents ?? []).filter((type) => !arrived.has(type));
	if (data.missingEvents !== undefined && missing.length < data.missingEvents.length) rememberMissingEvents(context, missing);
	if (missing.length === 0) return events;
	const warning = `The provider did not let n8n register ${missing.join(', ')}. Check it in the provider’s webhook settings: until then such events do not arrive here.`;
	return events.map((event) => withWarnings(event, [warning]));
}
