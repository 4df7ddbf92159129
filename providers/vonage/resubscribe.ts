import type { CallResponse, ProviderCall } from '../../consent/call';
import { digitsOf } from '../../consent/phone';
import type { ResultFacts } from '../../consent/result';
import { saysSuccess } from './errorBody';
import { failureOf, notTheNumber, stillOptedOut } from './failure';
import { factsOf, isOptedOut } from './optOutRow';
import { requestOf, type Wire } from './request';
import { managedRows, type ReadRow } from './response';

export interface ResubscribeInput extends Wire {
	/** Credential type name. */
	credential: string;
	/** E.164 */
	phone: string;
	/** Adds the provider's answer to the result. */
	includeRaw?: boolean;
}

/**
 * Takes a number off the opt-out list. This overrides the person's own STOP: only for people who asked to come back.
 *
 * @param input the number (E.164) and how the call travels
 * @see https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription
 */
export function resubscribe(input: ResubscribeInput): ProviderCall<ResultFacts> {
	return {
		provider: 'vonage',
		credential: input.credential,
		request: requestOf('manage', input, { msisdn: Number(digitsOf(input.phone)) }),
		interpret: (response) => {
			const { row, raw } = readManaged(response, input);
			const facts = factsOf(row);
			return {
				provider: 'vonage',
				action: 'resubscribe',
				outcome: 'resubscribed',
				...facts,
				phone: input.phone,
				campaign: null,
				occurredAt: facts.optedInAt,
				...(input.includeRaw === true ? { raw } : {}),
			};
		},
		// It texts nobody, but a STOP that arrives between two sendings would be undone by the second.
		retrySafety: 'unknown',
		saysDone: (response) => saysSuccess(response) || isDone(managedRows(response), input.phone),
		rateLimitKey: 'vonage:manage',
	};
}

function isDone([read, ...others]: ReadRow[], phone: string): boolean {
	return read !== undefined && others.length === 0 && read.row.msisdn?.replace(/\D/g, '') === digitsOf(phone) && !isOptedOut(read.row);
}

function readManaged(response: CallResponse, { phone, credential }: ResubscribeInput): ReadRow {
	const failure = failureOf(response, credential);
	if (failure !== undefined) throw failure;
	const [read, ...others] = managedRows(response);
	if (others.length > 0) throw notTheNumber(response, 'it names several numbers');
	const msisdn = read?.row.msisdn?.replace(/\D/g, '') ?? '';
	if (read === undefined || msisdn === '') throw notTheNumber(response, 'it does not name the number');
	if (msisdn !== digitsOf(phone)) throw notTheNumber(response, `it names another number, ${msisdn}`);
	if (read.row['opt-in'] === undefined && read.row['opt-out'] === undefined) {
		throw notTheNumber(response, 'it does not say whether the number is still opted out');
	}
	if (isOptedOut(read.row)) throw stillOptedOut(factsOf(read.row).providerState);
	return read;
}
