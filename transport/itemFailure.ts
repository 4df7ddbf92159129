import { type IDataObject, type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { ProviderName } from '../consent/call';
import { type FailureKind, InputProblem, ProviderFailure } from '../consent/failure';
import type { ConsentAction } from '../consent/result';
import { DoubtfulFailure } from './failure';
import { isSurelyNotDone } from './retry';

/** Whom an item is about; travels with its failure. */
export interface ItemSubject {
	provider: ProviderName;
	phone?: string;
	email?: string;
	campaign?: string;
}

/**
 * Whether the person may have been reached.
 * `unknown`: somebody has to check before it is sent again.
 */
export type Sent = 'not sent' | 'unknown';

/** What a failed item carries under `error`, besides the message; absent fields are left out. */
export interface ItemFailureDetails extends Partial<ItemSubject> {
	item: number;
	action: ConsentAction;
	kind: FailureKind;
	sent: Sent;
	remedy: string;
	code?: string;
	providerText?: string;
	httpStatus?: number;
	duplicateOfItem?: number;
}

/** How far an item came with the calls that change something. */
export type Begun = 'nothing' | 'a call begun' | 'a call done';

/** Why one item has no result. */
export interface ItemFailure {
	message: string;
	details: ItemFailureDetails;
	/** True when a provider was called, or would have been. */
	fromProvider: boolean;
}

function withoutUndefined<Value extends object>(value: Value): Value {
	return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Value;
}

/**
 * Turns whatever ended an item into what the person sees.
 *
 * @param error what was thrown
 * @param about the item, and how far it came
 */
export function itemFailureOf(
	error: unknown,
	about: { item: number; action: ConsentAction; subject: Partial<ItemSubject>; begun: Begun },
): ItemFailure {
	const { item, action, subject, begun } = about;
	const partlyDone = begun === 'a call done';
	if (error instanceof ProviderFailure) {
		const { details } = error;
		const refused = isSurelyNotDone(details) && !partlyDone && !(error instanceof DoubtfulFailure);
		return {
			message: details.message,
			fromProvider: true,
			details: withoutUndefined({
				item,
				action,
				...subject,
				provider: details.provider,
				kind: details.kind,
				sent: action === 'query' || begun === 'nothing' || refused ? 'not sent' : 'unknown',
				remedy: partlyDone ? `An earlier step of this item was carried out. ${details.remedy}` : details.remedy,
				code: details.code,
				providerText: details.providerText,
				httpStatus: details.httpStatus,
			}),
		};
	}
	const isInput = error instanceof InputProblem;
	return {
		message: error instanceof Error ? error.message : String(error),
		fromProvider: false,
		details: withoutUndefined({
			item,
			action,
			...subject,
			kind: 'input' as const,
			sent: partlyDone ? ('unknown' as const) : ('not sent' as const),
			remedy: isInput ? error.remedy : "Check this item's fields and their expressions.",
		}),
	};
}

/**
 * The one shape that every n8n sends to the error output with all its data. Before n8n 2.36 an item with any key besides
 * `error` goes on as a success; `item.error` in place of `json.error` would lose the details.
 *
 * @param failure of one item
 */
export function failureJson(failure: ItemFailure): IDataObject {
	const { remedy, ...others } = failure.details;
	return { error: { message: failure.message, remedy, ...others } };
}

function providerTitle(provider: ProviderName | undefined): string {
	return provider === undefined ? 'The provider' : `${provider.charAt(0).toUpperCase()}${provider.slice(1)}`;
}

/**
 * The error that ends the node when it is set to stop.
 *
 * @param node n8n's
 * @param failure of the first item that failed
 * @param report what became of the other items
 * @param asTool an AI agent gets the message alone, so it has to hold the remedy too
 */
export function errorOf(node: INode, failure: ItemFailure, report: string, asTool: boolean): NodeApiError | NodeOperationError {
	const { details } = failure;
	const message = asTool ? `${failure.message.replace(/\.$/, '')}. ${details.remedy}` : failure.message;
	const words = details.providerText === undefined ? '' : ` ${providerTitle(details.provider)} said: "${details.providerText}".`;
	const description = `${details.remedy}${words} ${report}`.trim();
	if (!failure.fromProvider) {
		return new NodeOperationError(node, message, { description, itemIndex: details.item });
	}
	return new NodeApiError(
		node,
		{ message },
		{
			message,
			description,
			itemIndex: details.item,
			...(details.httpStatus === undefined ? {} : { httpCode: String(details.httpStatus) }),
		},
	);
}
