import type { IDataObject, INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import { consentEvent, type ConsentEvent, type EventFacts, SIMPLIFIED_COLUMNS } from '../../consent/event';
import { isAddressAllowed } from '../../transport/allowList';
import type { PostbackRequest } from '../../transport/receive';
import { PostbackRejected } from '../../transport/rejection';
import { SENDERS } from './fields';
import { announceMissing } from './missingEvents';
import { outputIndexOf, OUTPUT_COUNT } from './outputs';
import { select } from './selection';
import type { Selection } from './selection';
import type { PostbackSender } from './sender';

/** The body of every acceptance. Skycore looks at the status alone, and asks for exactly 200. */
const ACCEPTED = 'OK';

/**
 * One postback from first byte to answer. n8n sends the acceptance once it has stored the execution; a refusal is written here, with
 * its status and without a body. Nothing that a sender can write makes it throw.
 *
 * @param context of the running webhook
 * @returns the events for n8n, or nothing but the answer
 */
export async function answerPostback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const judgement = await judge(context);
	if (judgement instanceof PostbackRejected) {
		refuse(context, judgement);
		return { noWebhookResponse: true };
	}
	const selected = select(judgement, selectionOf(context));
	logIgnored(context, judgement.length - selected.length);
	context.getResponseObject().setHeader('content-type', 'text/plain; charset=utf-8');
	if (selected.length === 0) return { webhookResponse: ACCEPTED };
	const receivedAt = new Date().toISOString();
	const perKind = context.getNodeParameter('outputMode') === 'perKind';
	const columns = context.getNodeParameter('simplify', true) === true ? simplified : whole;
	const events = selected.map((facts) => consentEvent(facts, receivedAt));
	return { webhookResponse: ACCEPTED, workflowData: intoOutputs(events, perKind, columns) };
}

async function judge(context: IWebhookFunctions): Promise<EventFacts[] | PostbackRejected> {
	try {
		const request: PostbackRequest = context.getRequestObject();
		const sender = senderOf(context);
		requireMethod(sender, request);
		requireAllowedAddress(context, request);
		return announceMissing(context, await sender.receive(context, request));
	} catch (problem) {
		if (problem instanceof PostbackRejected) return problem;
		if (problem instanceof InputProblem) return new PostbackRejected(400, 'document', problem.message);
		return new PostbackRejected(500, 'set-up', `The postback could not be judged: ${problem instanceof Error ? problem.message : 'unknown reason'}`);
	}
}

function senderOf(context: IWebhookFunctions): PostbackSender {
	const provider = context.getNodeParameter('provider');
	const sender = SENDERS.find(({ option }) => option.value === provider);
	if (sender === undefined) throw new PostbackRejected(500, 'set-up', "No provider is chosen in 'Provider'");
	return sender;
}

function requireMethod(sender: PostbackSender, request: PostbackRequest): void {
	if (sender.methods.some((method) => method === request.method)) return;
	throw new PostbackRejected(405, 'method', `${sender.option.name} never uses ${request.method}`, { Allow: sender.methods.join(', ') });
}

function requireAllowedAddress(context: IWebhookFunctions, request: PostbackRequest): void {
	const list = String(context.getNodeParameter('allowedAddresses', ''));
	if (isAddressAllowed(request.ip, list)) return;
	throw new PostbackRejected(
		403,
		'address',
		`The address ${request.ip ?? '(unknown)'} is not among the allowed ones; if it is your proxy’s address, tell n8n how many proxies it stands behind (N8N_PROXY_HOPS)`,
	);
}

function refuse(context: IWebhookFunctions, { status, step, message, headers }: PostbackRejected): void {
	const details = { status, step };
	if (status === 500) context.logger.error(`Postback not accepted, the sender is asked to try again (${placeOf(context)}): ${message}`, details);
	else context.logger.warn(`Postback refused with ${status} (${placeOf(context)}): ${message}`, details);
	const response = context.getResponseObject();
	response.writeHead(status, { ...headers });
	response.end();
}

function logIgnored(context: IWebhookFunctions, count: number): void {
	if (count > 0) context.logger.debug(`Postback accepted, but left out by the settings of the trigger (${placeOf(context)})`, { events: count });
}

function placeOf(context: IWebhookFunctions): string {
	return `workflow '${context.getWorkflow().name ?? context.getWorkflow().id ?? ''}', node '${context.getNode().name}'`;
}

function selectionOf(context: IWebhookFunctions): Selection {
	const filters = context.getNodeParameter('filters', {}) as { campaigns?: string; sources?: string };
	return {
		triggerOn: context.getNodeParameter('triggerOn') as string[],
		emitUnknown: context.getNodeParameter('unknownEvents') === 'emit',
		campaigns: filters.campaigns ?? '',
		sources: filters.sources ?? '',
	};
}

function intoOutputs(events: ConsentEvent[], perKind: boolean, columns: (event: ConsentEvent) => IDataObject): INodeExecutionData[][] {
	const outputs: INodeExecutionData[][] = Array.from({ length: perKind ? OUTPUT_COUNT : 1 }, () => []);
	for (const event of events) outputs[perKind ? outputIndexOf(event) : 0]?.push({ json: columns(event) });
	return outputs;
}

function whole(event: ConsentEvent): IDataObject {
	return { ...event };
}

function simplified(event: ConsentEvent): IDataObject {
	return Object.fromEntries(SIMPLIFIED_COLUMNS.map((name) => [name, event[name]]));
}
