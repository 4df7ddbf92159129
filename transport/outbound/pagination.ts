import type { ProviderCall } from '../../consent/call';
import type { Send } from './session';

/** So many pages are under way before the one in hand has been looked at. */
const PAGES_AHEAD = 2;
/** A list of more pages than this is a provider that never ends. */
export const MOST_PAGES = 100_000;

export interface PageOptions<Row> {
	/** Rows per page, as the call asks for them; a shorter page is the last one. */
	pageSize: number;
	/** So many rows are wanted, after `accept`; undefined means all. */
	limit?: number;
	/** The same for the same record, wherever it appears. */
	keyOf(row: Row): string;
	/** Rows that are not accepted are neither returned nor counted. */
	accept?(row: Row): boolean;
}

type Fetched<Row> = { rows: Row[] } | { error: unknown };

/**
 * Fetches pages until the wanted rows are there or the list ends: with an empty page, a short one, or one that brings nothing
 * new (a provider that ignores the page number, or starts over). Never loops. A record that slides from one page to the
 * next while the list changes is returned once.
 *
 * @param send sends one call
 * @param pageCall builds the call for one page; the first is 0
 * @param options how pages and rows are told apart
 * @returns at most `limit` rows, in the provider's order
 * @throws {ProviderFailure} when a page that is needed cannot be had
 */
export async function collectPages<Row>(
	send: Send,
	pageCall: (page: number, pageSize: number) => ProviderCall<Row[]>,
	options: PageOptions<Row>,
): Promise<Row[]> {
	const { pageSize, keyOf, accept } = options;
	const limit = options.limit ?? Infinity;
	const mostPages = Math.min(MOST_PAGES, accept === undefined ? Math.ceil(limit / pageSize) : Infinity);

	const fetchPage = async (page: number): Promise<Fetched<Row>> =>
		await send(pageCall(page, pageSize)).then(
			(rows) => ({ rows }),
			(error: unknown) => ({ error }),
		);

	const wanted: Row[] = [];
	const underWay: Promise<Fetched<Row>>[] = [];
	// Two pages' keys are enough to notice a list that repeats or starts over, however long it is.
	let firstKeys = new Set<string>();
	let previousKeys = new Set<string>();
	let asked = 0;
	let last: Fetched<Row> | undefined;
	for (let page = 0; page < mostPages && wanted.length < limit; page += 1) {
		// The first page alone: most lists are short.
		const askUntil = page === 0 ? 1 : Math.min(mostPages, page + 1 + PAGES_AHEAD);
		for (; asked < askUntil; asked += 1) underWay.push(fetchPage(asked));

		last = await underWay.shift();
		if (last === undefined || 'error' in last) break;
		const { rows } = last;
		const fresh = rows.filter((row) => !firstKeys.has(keyOf(row)) && !previousKeys.has(keyOf(row)));
		for (const row of fresh) {
			if (wanted.length < limit && (accept === undefined || accept(row))) wanted.push(row);
		}
		if (rows.length < pageSize || fresh.length === 0) break;
		previousKeys = new Set(rows.map(keyOf));
		if (page === 0) firstKeys = previousKeys;
	}
	// Pages still under way belong to this item, and have to be over before the next one is reported.
	await Promise.all(underWay);
	if (last !== undefined && 'error' in last) throw last.error;
	return wanted;
}
