import type { CallResponse, Page, ProviderCall } from '../../consent/call';
import type { ResultFacts } from '../../consent/result';
import { failureOf, notAList } from './failure';
import { factsOf, isOptedOut } from './optOutRow';
import { requestOf, type Wire } from './request';
import { listedRows, type ReadList, type ReadRow } from './response';

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
 * @returns a call with one result per row: `opted_out`, or `subscribed` for a number that came back; beside them how many Vonage counts
 * @see https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription
 */
export function queryPage(input: QueryPageInput): ProviderCall<Page<ResultFacts>> {
	return {
		provider: 'vonage',
		credential: input.credential,
		request: requestOf('query', input, { 'page-size': input.pageSize, page: input.page }),
		interpret: (response) => {
			const { rows, ...rest } = listIn(response, input.credential);
			return { ...rest, rows: rows.map((read) => resultOf(read, input.includeRaw === true)) };
		},
		retrySafety: 'harmless',
		isLookUp: true,
		rateLimitKey: 'vonage:query',
	};
}

function listIn(response: CallResponse, credential: string): ReadList {
	const failure = failureOf(response, credential);
	if (failure !== undefined) throw failure;
	const list = listedRows(response);
	if (list === undefined) throw notAList(response);
	return list;
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
