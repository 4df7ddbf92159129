import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { InputProblem, TooMuch } from '../../consent/failure';
import { PostbackRejected } from '../../transport/inbound/rejection';

/**
 * @param problem whatever was thrown while a postback was judged
 * @returns the refusal that it comes to: a document that a provider's reader cannot use is a 400, and what nobody foresaw a 500, on which
 * the sender tries again
 */
export function refusalFor(problem: unknown): PostbackRejected {
	if (problem instanceof PostbackRejected) return problem;
	if (problem instanceof TooMuch) return new PostbackRejected(413, 'size', problem.message);
	if (problem instanceof InputProblem) return new PostbackRejected(400, 'document', problem.message);
	return new PostbackRejected(
		500,
		'set-up',
		`The postback could not be judged: ${problem instanceof Error ? problem.message : 'unknown reason'}`,
	);
}

/**
 * Writes the status (400, 401, 403, 405, 413 or 500) without a body, and the reason into n8n's log.
 *
 * @param context of the running webhook
 * @param refusal the status, the reason, and the headers that the status asks for
 * @returns what tells n8n that the response is complete
 */
export function refuse(context: IWebhookFunctions, { status, step, message, headers }: PostbackRejected): IWebhookResponseData {
	const details = { status, step };
	if (status === 500)
		context.logger.error(`Postback not accepted, the sender is asked to try again (${placeInLog(context)}): ${message}`, details);
	else context.logger.warn(`Postback refused with ${status} (${placeInLog(context)}): ${message}`, details);
	const response = context.getResponseObject();
	response.writeHead(status, { ...headers });
	response.end();
	return { noWebhookResponse: true };
}

/**
 * @param context of the running webhook
 * @returns which node of which workflow a line of n8n's log is about
 */
export function placeInLog(context: IWebhookFunctions): string {
	return `workflow '${context.getWorkflow().name ?? context.getWorkflow().id ?? ''}', node '${context.getNode().name}'`;
}
