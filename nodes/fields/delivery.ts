import type { INodeProperties } from 'n8n-workflow';

import type { ConsentAction } from '../../consent/result';
import type { DeliveryOptions } from '../../transport/outbound/session';
import type { Field, ParameterReader } from './parameterReader';

const LONGEST_WAIT_SECONDS = 3600;
const MS_PER_SECOND = 1000;

const callsPerSecond: INodeProperties = {
	displayName: 'Calls per Second',
	name: 'callsPerSecond',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 2 },
	default: 5,
	description:
		"The most calls to start per second, across all runs of this n8n that use the same account; the lowest setting wins. 0 means no limit. Without this option, the provider's own limit applies.",
};

const concurrentCalls: INodeProperties = {
	displayName: 'Concurrent Calls',
	name: 'concurrentCalls',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 64 },
	default: 16,
	description: 'How many calls may be waiting for a response at the same time',
};

const includeInputFields: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: false,
	description:
		"Whether to put the fields of the input item in front of those of its result. A field whose name the result needs too, or that is called 'error', gets 'contact_' in front of its name.",
};

const includeRawAnswer: INodeProperties = {
	displayName: 'Include Raw Answer',
	name: 'includeRawAnswer',
	type: 'boolean',
	default: false,
	description: "Whether to add the provider's response, as JSON text, to each result as 'raw'. Otherwise the result is simplified.",
};

const maximumWaitingTime: INodeProperties = {
	displayName: 'Maximum Waiting Time',
	name: 'maximumWaitingTime',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: LONGEST_WAIT_SECONDS },
	default: 600,
	description:
		'How many seconds in total the run may wait for a provider that is busy or down. After that, the remaining items fail. 0 means that no call is sent again.',
};

const sendDuplicatesOnce: INodeProperties = {
	displayName: 'Send Duplicates Once',
	name: 'sendDuplicatesOnce',
	type: 'boolean',
	default: true,
	description:
		'Whether to call the provider only once for a person who is on the list several times for the same campaign. The later items get the result of the first one that was sent.',
};

/** Only for nodes that opt people in: opt-outs always go on, and looking something up harms nobody. */
const sendAgainOnRetry: INodeProperties = {
	displayName: 'Send Again on Retry',
	name: 'allowRetry',
	type: 'boolean',
	default: false,
	description:
		"Whether to send even when n8n repeats an execution ('Retry' in the list of executions) or this node ('Retry On Fail'). People that the first try reached may be texted again. n8n's 'Retry with original workflow' keeps the setting of the first try.",
};

const timeout: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: LONGEST_WAIT_SECONDS },
	default: 30,
	description: 'How many seconds to wait for one response',
};

/** Holds what few people need. */
export const optionsField: Field = { name: 'options', displayName: 'Options' };

/**
 * How the calls go out: read once per run, from the first item, but for 'Include Raw Answer'.
 *
 * @param action the node's job
 * @param more options of this node alone
 */
export function optionsFieldFor(action: ConsentAction, more: INodeProperties[] = []): INodeProperties {
	return {
		...optionsField,
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			callsPerSecond,
			concurrentCalls,
			includeInputFields,
			includeRawAnswer,
			maximumWaitingTime,
			...more,
			...(action === 'subscribe' || action === 'resubscribe' ? [sendAgainOnRetry] : []),
			sendDuplicatesOnce,
			timeout,
		],
	};
}

/**
 * @param parameters the first item's entries
 * @returns how the transport should send; what was not entered is left to it
 * @throws {InputProblem} when a number is out of range
 */
export function deliveryOptionsOf(parameters: ParameterReader): DeliveryOptions {
	const options = parameters.group(optionsField);
	const timeoutSeconds = options.number(timeout, { from: 1, to: LONGEST_WAIT_SECONDS });
	const waitingSeconds = options.number(maximumWaitingTime, { from: 0, to: LONGEST_WAIT_SECONDS });
	return {
		callsPerSecond: options.number(callsPerSecond, { from: 0, to: 1000 }),
		concurrency: options.wholeNumber(concurrentCalls, { from: 1, to: 64 }),
		timeoutMs: timeoutSeconds === undefined ? undefined : timeoutSeconds * MS_PER_SECOND,
		retryBudgetMs: waitingSeconds === undefined ? undefined : waitingSeconds * MS_PER_SECOND,
		sendDuplicatesOnce: options.flag(sendDuplicatesOnce) ?? true,
		allowRetry: options.flag(sendAgainOnRetry) ?? false,
	};
}

/**
 * @param parameters the first item's entries
 * @returns whether the fields of the input items should stand beside the results
 * @throws {InputProblem} when an expression gave neither true nor false
 */
export function includesInputFields(parameters: ParameterReader): boolean {
	return parameters.group(optionsField).flag(includeInputFields) ?? false;
}

/**
 * @param parameters one item's entries
 * @returns whether the provider's answer should stand in the result
 * @throws {InputProblem} when an expression gave neither true nor false
 */
export function includesRawAnswer(parameters: ParameterReader): boolean {
	return parameters.group(optionsField).flag(includeRawAnswer) ?? false;
}
