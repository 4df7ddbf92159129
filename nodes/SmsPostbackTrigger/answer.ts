import type { IDataObject, INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { consentEvent, type ConsentEvent, type EventFacts, SIMPLIFIED_COLUMNS } from '../../consent/event';
import { PROVIDERS } from '../../providers';
import { isAddressAllowed } from '../../transport/inbound/ipAllowList';
import type { PostbackRequest } from '../../transport/inbound/rawBody';
import { PostbackRejected } from '../../transport/inbound/rejection';
import { holdsExpression } from '../fields/parameterReader';
import { filterEvents, type EventFilter, wantedKinds } from './eventFilter';
import { listedEntries } from './listedEntries';
import { warnOfMissingEvents } from './missingEvents';
import { outputIndexOf, OUTPUT_COUNT } from './outputs';
import { placeInLog, refusalFor, refuse } from './refusal';
import { chosenSender, type PostbackSender } from './sender';
import { lackOf, REPLACE_THE_NODE } from './unparsedBody';

/** The body of every acceptance. Skycore looks at the status alone, and asks for exactly 200. */
const ACCEPTED = 'OK';
const ALLOWED_ADDRESSES = 'allowedAddresses';

/**
 * One postback from first byte to answer. n8n sends the acceptance once it has stored the execution; a refusal is written at once, without
 * a body. Nothing that a sender can write makes it throw.
 *
 * @param context of the running webhook
 * @param senders that the node offers
 * @returns the events for n8n, or nothing but the answer
 */
export async function answerPostback(context: IWebhookFunctions, senders: readonly PostbackSender[]): Promise<IWebhookResponseData> {
	const received = await eventsOrRefusal(context, senders);
	if (received instanceof PostbackRejected) return refuse(context, received);
	const wanted = filterEvents(received, eventFilterOf(context));
	if (wanted.length === 0 && received.some(saysNothing)) return refuse(context, NOBODY_CAN_TELL);
	logFilteredOut(context, received.length - wanted.length);
	context.getResponseObject().setHeader('content-type', 'text/plain; charset=utf-8');
	if (wanted.length === 0) return { webhookResponse: ACCEPTED };
	const receivedAt = new Date().toISOString();
	const perKind = context.getNodeParameter('outputMode') === 'perKind';
	const columns = context.getNodeParameter('simplify', true) === true ? simplifiedColumns : allColumns;
	const events = wanted.map((facts) => consentEvent(facts, receivedAt));
	return { webhookResponse: ACCEPTED, workflowData: intoOutputs(events, perKind, columns) };
}

/** Ignored, it could be an opt-out that nobody ever hears of; refused, it stays at the sender. */
const NOBODY_CAN_TELL = new PostbackRejected(
	400,
	'document',
	'It does not say what happened: the field for the code or the type is missing. Unknown Events on Emit would let it pass',
);

function saysNothing({ action, code }: EventFacts): boolean {
	return action === 'unknown' && code === null;
}

async function eventsOrRefusal(context: IWebhookFunctions, senders: readonly PostbackSender[]): Promise<EventFacts[] | PostbackRejected> {
	try {
		const request: PostbackRequest = context.getRequestObject();
		const sender = requireSender(context, senders);
		requireMethod(sender, request);
		requireAllowedAddress(context, request);
		warnOfParsedBody(context);
		return warnOfMissingEvents(context, await sender.receive(context, request));
	} catch (problem) {
		return refusalFor(problem);
	}
}

function requireSender(context: IWebhookFunctions, senders: readonly PostbackSender[]): PostbackSender {
	const sender = chosenSender(context, senders);
	if (sender === undefined) throw new PostbackRejected(500, 'set-up', "No provider is chosen in 'Provider'");
	return sender;
}

function requireMethod({ provider, methods }: PostbackSender, request: PostbackRequest): void {
	if (methods.some((method) => method === request.method)) return;
	throw new PostbackRejected(405, 'method', `${PROVIDERS[provider].displayName} never uses ${request.method}`, {
		Allow: methods.join(', '),
	});
}

function requireAllowedAddress(context: IWebhookFunctions, request: PostbackRequest): void {
	const list = String(context.getNodeParameter(ALLOWED_ADDRESSES, ''));
	// Only a field that is left empty lets everybody in: an expression was meant to name somebody.
	if (list.trim() === '' && holdsExpression(context.getNode().parameters[ALLOWED_ADDRESSES])) {
		throw new PostbackRejected(403, 'address', "The expression in 'Allowed Addresses' gave nothing, so nobody is let in");
	}
	if (isAddressAllowed(request.ip, list)) return;
	throw new PostbackRejected(
		403,
		'address',
		`The address ${request.ip ?? '(unknown)'} is not among the allowed ones; if it is your proxy’s address, tell n8n how many proxies it stands behind (N8N_PROXY_HOPS)`,
	);
}

/** The bytes are judged all the same, since they may be an opt-out; but the next malformed body may be the last one that n8n answers. */
function warnOfParsedBody(context: IWebhookFunctions): void {
	const lack = lackOf(context);
	if (lack === undefined) return;
	context.logger.warn(`n8n parsed a postback before the trigger saw it (${placeInLog(context)}), because ${lack}. ${REPLACE_THE_NODE}`);
}

function logFilteredOut(context: IWebhookFunctions, count: number): void {
	if (count > 0)
		context.logger.debug(`Postback accepted, but left out by the settings of the trigger (${placeInLog(context)})`, { events: count });
}

function eventFilterOf(context: IWebhookFunctions): EventFilter {
	// Written as JSON or given by an expression, they need not be what the form makes.
	const filters = context.getNodeParameter('filters', {}) as { campaigns?: unknown; sources?: unknown } | null;
	return {
		triggerOn: wantedKinds(context),
		emitUnknown: context.getNodeParameter('unknownEvents') === 'emit',
		campaigns: listedEntries(filters?.campaigns),
		sources: listedEntries(filters?.sources),
	};
}

function intoOutputs(events: ConsentEvent[], perKind: boolean, columns: (event: ConsentEvent) => IDataObject): INodeExecutionData[][] {
	const outputs: INodeExecutionData[][] = Array.from({ length: perKind ? OUTPUT_COUNT : 1 }, () => []);
	for (const event of events) outputs[perKind ? outputIndexOf(event) : 0]?.push({ json: columns(event) });
	return outputs;
}

function allColumns(event: ConsentEvent): IDataObject {
	return { ...event };
}

function simplifiedColumns(event: ConsentEvent): IDataObject {
	return Object.fromEntries(SIMPLIFIED_COLUMNS.map((name) => [name, event[name]]));
}
