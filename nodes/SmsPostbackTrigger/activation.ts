import type { IHookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { InputProblem, ProviderFailure } from '../../consent/failure';
import { shownValue } from '../../consent/shownValue';
import { unreadableEntries } from '../../transport/inbound/ipAllowList';
import { PROVIDER_PARAMETER } from '../fields/form';
import { notAble } from '../fields/provider';
import { EVENT_KINDS, wantedKinds } from './eventFilter';
import { chosenSender, type PostbackSender, type Registration } from './sender';

/**
 * @param context of the activation
 * @param senders that the node offers
 * @returns how the chosen provider is made to send its events; undefined when the person pastes the URL by hand
 */
export function registrationOf(context: IHookFunctions, senders: readonly PostbackSender[]): Registration | undefined {
	return chosenSender(context, senders)?.registration;
}

/**
 * Stops an activation that would refuse every postback, or leave out events that somebody meant to hear of.
 *
 * @param context of the activation
 * @param senders that the node offers
 * @throws {NodeOperationError} when the provider or what to trigger on is none of the choices, nothing was chosen to trigger on, or an
 * allowed address is none
 */
export function requireUsableActivation(context: IHookFunctions, senders: readonly PostbackSender[]): void {
	if (chosenSender(context, senders) === undefined) {
		const chosen = context.getNodeParameter(PROVIDER_PARAMETER);
		const unable = notAble('postback', chosen);
		if (unable !== undefined) {
			throw new NodeOperationError(
				context.getNode(),
				`${unable.displayName} sends no postbacks, so nothing would ever start this workflow`,
				{
					description: unable.instead,
				},
			);
		}
		throw new NodeOperationError(context.getNode(), `'Provider' holds ${shownValue(chosen)}, which isn't one of its choices`, {
			description: 'Open the trigger and choose the provider.',
		});
	}
	const unreadable = unreadableEntries(String(context.getNodeParameter('allowedAddresses', '')));
	if (unreadable.length > 0) {
		throw new NodeOperationError(
			context.getNode(),
			`'Allowed Addresses' holds ${unreadable.join(', ')}, which is neither an address nor a range`,
			{
				description: 'Write addresses such as 203.0.113.7, ranges such as 203.0.113.0/24 or 2001:db8::/32, with commas between them.',
			},
		);
	}
	const triggerOn = wantedKinds(context);
	const unknown = triggerOn.filter((kind) => !EVENT_KINDS.some((known) => known === kind));
	if (unknown.length > 0) {
		throw new NodeOperationError(
			context.getNode(),
			`'Trigger On' holds ${JSON.stringify(unknown.join(', '))}, which isn't one of its choices`,
			{
				description: 'Open the trigger and choose Opt-Out, Opt-In or both.',
			},
		);
	}
	if (triggerOn.length === 0 && context.getNodeParameter('unknownEvents', 'ignore') === 'ignore') {
		throw new NodeOperationError(context.getNode(), "'Trigger On' is empty, so nothing would ever start this workflow", {
			description: 'Choose Opt-Out, Opt-In or both.',
		});
	}
}

/**
 * Does something at the provider and explains in n8n's own terms when it fails.
 *
 * @param context of the activation
 * @param work what to do
 * @returns its result
 * @throws {NodeOperationError} what happened, and what to do now
 */
export async function asNodeError<Result>(context: IHookFunctions, work: () => Promise<Result>): Promise<Result> {
	try {
		return await work();
	} catch (problem) {
		throw nodeErrorFor(context, problem);
	}
}

function nodeErrorFor(context: IHookFunctions, problem: unknown): NodeOperationError {
	if (problem instanceof ProviderFailure) {
		return new NodeOperationError(context.getNode(), problem.message, { description: problem.details.remedy });
	}
	if (problem instanceof InputProblem) return new NodeOperationError(context.getNode(), problem.message, { description: problem.remedy });
	return problem instanceof NodeOperationError
		? problem
		: new NodeOperationError(context.getNode(), problem instanceof Error ? problem : 'The webhook could not be set up');
}
