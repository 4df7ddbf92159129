import type { CallAnswer, ProviderCall } from '../../consent/call';
import { InputProblem, ProviderFailure } from '../../consent/failure';
import type { ResultFacts } from '../../consent/result';
import { sentenceOf, z } from '../../consent/schema';
import { factsOf, isOptedOut } from './consent';
import { failureIn, unreadable } from './failure';
import { requestOf, type Wire } from './request';
import { listedRows, type ReadRow } from './rows';

export interface QueryPageInput extends Wire {
	/** Credential type name. */
	credential: string;
	/** Zero-based. */
	page: number;
	pageSize: number;
	/** Adds the provider's row to each result. */
	includeRaw?: boolean;
}

const FIELDS = z.object({
	Page: z.number().int('must be a whole number').min(0, 'must be 0 or more: Vonage counts pages from 0'),
	'Page Size': z.number().int('must be a whole number').min(1, 'must be 1 or more'),
});

/**
 * Asks for one page of the numbers that opted out at least once. Vonage keeps no list of the others.
 *
 * @param input which page, and how the call travels
 * @returns a call with one result per row: `opted_out`, or `subscribed` for a number that came back
 * @throws {InputProblem} when the page or its size is no such number
 * @see https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription
 */
export function queryPage(input: QueryPageInput): ProviderCall<ResultFacts[]> {
	const fields = FIELDS.safeParse({ Page: input.page, 'Page Size': input.pageSize });
	if (!fields.success) throw new InputProblem(sentenceOf(fields.error), 'Correct the field, or the expression that fills it.');
	return {
		provider: 'vonage',
		credential: input.credential,
		request: requestOf('query', input, { 'page-size': String(input.pageSize), page: String(input.page) }),
		interpret: (answer) => rowsIn(answer, input.credential).map((read) => resultOf(read, input.includeRaw === true)),
		repeat: 'harmless',
		isLookUp: true,
		pace: 'vonage:query',
	};
}

function rowsIn(answer: CallAnswer, credential: string): ReadRow[] {
	const failure = failureIn(answer, credential);
	if (failure !== undefined) throw new ProviderFailure(failure);
	const rows = listedRows(answer);
	if (rows === undefined) throw unreadable(answer, 'it holds no opt-out list');
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
