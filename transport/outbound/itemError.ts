import { type IDataObject, type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { type FailureKind, InputProblem, ProviderFailure } from '../../consent/failure';
import { type ProviderName, providerTitle } from '../../consent/providerName';
import type {
	ConsentAction,
	ConsentEvidence,
	ConsentOutcome,
	ConsentResult,
	KnownColumns,
	ResultChannel,
	Sent,
} from '../../consent/result';
import { DoubtfulFailure, isNotExecuted } from './failure';

/** Whom and what an item is about: known before anything is sent, and so also of an item that fails. */
export interface ItemTarget {
	provider: ProviderName;
	phone?: string;
	/** What was entered for a number that cannot be read. */
	phoneRaw?: string;
	email?: string;
	campaign?: string;
	/** Text messages unless it says otherwise. */
	channel?: ResultChannel;
	signUpSource?: string;
	singleOptIn?: boolean;
}

/** Whom an item is about, and the evidence, as far as they are known. */
export type Entered = Partial<ItemTarget> & ConsentEvidence;

/** What a failed item carries under `error`, besides message, remedy and details; absent fields are left out. */
export interface ItemErrorDetails extends Partial<Pick<ItemTarget, 'provider' | 'phone' | 'email' | 'campaign'>> {
	item: number;
	action: ConsentAction;
	kind: FailureKind;
	sent: Exclude<Sent, 'sent'>;
	remedy: string;
	code?: string;
	providerText?: string;
	httpStatus?: number;
	duplicateOfItem?: number;
}

/** How far an item came with the calls that change something. */
export type SideEffects = 'none' | 'possible' | 'done';

/** Why one item has no result. */
export interface ItemError {
	message: string;
	details: ItemErrorDetails;
	/** What the item's row says of it. */
	columns: KnownColumns & { action: ConsentAction };
	/** True when a provider was called, or would have been. */
	fromProvider: boolean;
}

function withoutUndefined<Value extends object>(value: Value): Value {
	return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Value;
}

/** What a refusal tells about the person. */
const OUTCOME_OF_KIND: Partial<Record<FailureKind, ConsentOutcome>> = { 'opted-out': 'opted_out', 'not-eligible': 'not_eligible' };

/**
 * Turns whatever ended an item into what the person sees.
 *
 * @param error what was thrown
 * @param about the item, and how far it came
 */
export function itemErrorOf(
	error: unknown,
	about: { item: number; action: ConsentAction; target: Entered; sideEffects: SideEffects },
): ItemError {
	const { item, action, target, sideEffects } = about;
	const partlyDone = sideEffects === 'done';
	const { provider, phone, email, campaign } = target;
	if (error instanceof ProviderFailure) {
		const { details } = error;
		const refused = isNotExecuted(details) && !partlyDone && !(error instanceof DoubtfulFailure);
		return itemFailure(
			details.message,
			true,
			{
				item,
				action,
				phone,
				email,
				campaign,
				provider: details.provider,
				kind: details.kind,
				sent: action === 'query' || sideEffects === 'none' || refused ? 'not sent' : 'unknown',
				remedy: partlyDone ? `An earlier step of this item was carried out. ${details.remedy}` : details.remedy,
				code: details.code,
				providerText: details.providerText,
				httpStatus: details.httpStatus,
			},
			target,
			OUTCOME_OF_KIND[details.kind],
		);
	}
	const isInput = error instanceof InputProblem;
	return itemFailure(
		error instanceof Error ? error.message : String(error),
		false,
		{
			item,
			action,
			phone,
			email,
			campaign,
			provider,
			kind: isInput ? error.kind : 'input',
			sent: partlyDone ? 'unknown' : 'not sent',
			remedy: isInput ? error.remedy : "Check this item's fields and their expressions.",
		},
		target,
	);
}

function itemFailure(
	message: string,
	fromProvider: boolean,
	details: ItemErrorDetails,
	target: Entered,
	outcome?: ConsentOutcome,
): ItemError {
	const { action, provider, kind, code, sent } = details;
	return {
		message,
		fromProvider,
		details: withoutUndefined(details),
		columns: {
			channel: channelOf(target),
			...target,
			provider,
			action,
			kind,
			code,
			sent: action === 'query' ? null : sent,
			outcome,
			note: message,
		},
	};
}

function channelOf({ phone, phoneRaw, email }: Entered): ResultChannel | undefined {
	if (phone !== undefined || phoneRaw !== undefined) return 'sms';
	return email === undefined ? undefined : 'email';
}

/**
 * The one shape that every n8n sends to the error output with all its data. In most versions before n8n 2.36 an item with any
 * key besides `error` and `message` goes on as a success, so the item's row stands inside, as one JSON text; `item.error` in
 * place of `json.error` would lose everything but the message.
 *
 * @param failure of one item
 * @param row the same columns as those of a result
 */
export function errorJson(failure: ItemError, row: ConsentResult): IDataObject {
	const { remedy, ...others } = failure.details;
	return { error: { message: failure.message, remedy, ...others, details: JSON.stringify(row) } };
}

/** `message.` without a full stop twice. */
function sentence(message: string): string {
	return `${message.replace(/\.$/, '')}.`;
}

/**
 * The error that ends the node when it is set to stop.
 *
 * @param node n8n's
 * @param failures of the items that failed, the first one in time first
 * @param report `title`: what happened, where several failures share one error; `details`: what became of the other items
 * @param asTool an AI agent gets the message alone, so it has to hold the remedy too
 */
export function nodeErrorOf(
	node: INode,
	failures: readonly ItemError[],
	report: { title?: string; details: string },
	asTool: boolean,
): NodeApiError | NodeOperationError {
	const [first] = failures as [ItemError];
	const { details } = first;
	const words =
		details.providerText === undefined
			? ''
			: ` ${details.provider === undefined ? 'The provider' : providerTitle(details.provider)} said: "${details.providerText}".`;
	const description = (report.title === undefined ? `${details.remedy}${words} ${report.details}` : report.details).trim();
	const title = report.title ?? first.message;
	const message = asTool ? `${sentence(title)} ${report.title === undefined ? details.remedy : report.details}` : title;
	if (!first.fromProvider) {
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
