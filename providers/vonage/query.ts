import type { CallResponse, ProviderCall } from '../../consent/call';
import type { ResultFacts } from '../../consent/result';
import { failureOf, notAList } from './failure';
import { factsOf, isOptedOut } from './optOutRow';
import { requestOf, type Wire } from './request';
import { listedRows, type ReadRow } from './response';

export interface QueryPageInput extends Wire {
	/** Credential type name. */
	credential: string;
	/** A whole number; the first is 0. */
	page: number;
	/** A whole number, 1 or more. */
	pageSize: number;
	/** Adds the provider's row to each result. */
	includeRaw?: boolean;
}

/**
 * Asks for one page of the numbers that opted out at least once. Vonage keeps no list of the others.
 *
 * @param input which page, and how the call travels
 * @returns a call with one result per row: `opted_out`, or `subscribed` for a number that came back
 * @see https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription
 */
export function queryPage(input: QueryPageInput): ProviderCall<ResultFacts[]> {
	return {
		provider: 'vonage',
		credential: input.credential,
		request: requestOf('query', input, { 'page-size': String(input.pageSize), page: String(input.page) }),
		interpret: (response) => rowsIn(response, input.credential).map((read) => resultOf(read, input.includeRaw === true)),
		retrySafety: 'harmless',
		isLookUp: true,
		rateLimitKey: 'vonage:query',
	};
}

function rowsIn(response: CallResponse, credential: string): ReadRow[] {
	const failure = failureOf(response, credential);
	if (failure !== undefined) throw failure;
	const rows = listedRows(response);
	if (rows === undefined) throw notAList(response);
	return rows;
}

function resultOf({ row, raw }: ReadRow, includeRaw: boolean): ResultFacts {
	const optedOut = isOptedOut(row);
	const facts = factsOf(row);
	return {
		provider: 'vonage',
		action: 'query',
		outcome: optedOut ? 'opted_out' : 'subscribed',
		...facts,
		campaign: null,
		occurredAt: optedOut ? facts.optedOutAt : facts.optedInAt,
		...(includeRaw ? { raw } : {}),
	};
}
