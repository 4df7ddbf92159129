import type { Page, ProviderCall } from '../../consent/call';
import type { Send } from './session';

/** So many pages are under way before the one in hand has been looked at. */
const PAGES_AHEAD = 2;
/** A list of more pages than this is a provider that never ends. */
export const MOST_PAGES = 100_000;

export interface PageOptions<Row> {
	/** Rows per page, as the call asks for them. The provider may give fewer: a short page is not the last one. */
	pageSize: number;
	/** So many rows are wanted, after `accept`; undefined means all. */
	limit?: number;
	/** The one page that is wanted, the first being 0; undefined means as many as it takes. */
	onlyPage?: number;
	/** The same for the same record, wherever it appears. */
	keyOf(row: Row): string;
	/** Rows that are not accepted are neither returned nor counted. */
	accept?(row: Row): boolean;
	/**
	 * What to throw when the list stays shorter than the provider counts.
	 *
	 * @param came how many different records came
	 * @param counted how many the provider counts
	 */
	incomplete(came: number, counted: number): Error;
}

type Fetched<Row> = { page: Page<Row> } | { error: unknown };

/** One or more readings of the same list, joined. */
class Listing<Row> {
	/** Those that were accepted, each once. */
	readonly rows: Row[] = [];
	/** The most that the provider counted on any page. */
	counted = 0;
	/** Rows of the reading in hand, those that an earlier reading brought included. */
	cameThisTime = 0;
	private readonly seen = new Set<string>();

	constructor(private readonly options: PageOptions<Row>) {}

	/** How many different records came. */
	get came(): number {
		return this.seen.size;
	}

	get isFull(): boolean {
		return this.rows.length >= (this.options.limit ?? Infinity);
	}

	/**
	 * @param page as it came
	 * @param keys of its rows
	 * @param isRepeated whether it holds nothing but what earlier pages of this reading hold
	 */
	add({ rows, count = 0 }: Page<Row>, keys: readonly string[], isRepeated: boolean): void {
		this.counted = Math.max(this.counted, count);
		if (!isRepeated) this.cameThisTime += rows.length;
		for (const [index, row] of rows.entries()) {
			const key = keys[index] ?? '';
			if (this.seen.has(key)) continue;
			this.seen.add(key);
			if (!this.isFull && (this.options.accept === undefined || this.options.accept(row))) this.rows.push(row);
		}
	}
}

/**
 * Fetches pages until the wanted rows are there or the list ends: with an empty page, or with one that brings nothing new (a provider that ignores
 * the page number, or starts over). Never loops. A record that slides from one page to the next while the list changes is returned once.
 *
 * Records that leave the list meanwhile pull others over to a page that was read already. So a list that is shorter than the provider counts is read
 * once more, and both readings are joined.
 *
 * @param send sends one call
 * @param pageCall builds the call for one page; the first is 0
 * @param options how pages and rows are told apart
 * @returns at most `limit` rows, in the provider's order
 * @throws {ProviderFailure} when a page that is needed cannot be had; what `incomplete` gives when records are still missing
 */
export async function collectPages<Row>(
	send: Send,
	pageCall: (page: number, pageSize: number) => ProviderCall<Page<Row>>,
	options: PageOptions<Row>,
): Promise<Row[]> {
	const listing = new Listing(options);
	if (options.limit === 0) return listing.rows;
	if (options.onlyPage !== undefined) {
		const page = await send(pageCall(options.onlyPage, options.pageSize));
		listing.add(page, page.rows.map(options.keyOf), false);
		return listing.rows;
	}
	await readThrough(send, pageCall, options, listing);
	if (listing.isFull || listing.came >= listing.counted) return listing.rows;
	listing.counted = 0;
	listing.cameThisTime = 0;
	await readThrough(send, pageCall, options, listing);
	// A record that is listed twice counts twice.
	const missing = listing.counted > Math.max(listing.came, listing.cameThisTime);
	if (!listing.isFull && missing) throw options.incomplete(listing.came, listing.counted);
	return listing.rows;
}

async function readThrough<Row>(
	send: Send,
	pageCall: (page: number, pageSize: number) => ProviderCall<Page<Row>>,
	{ pageSize, limit = Infinity, keyOf, accept }: PageOptions<Row>,
	listing: Listing<Row>,
): Promise<void> {
	const fetchPage = async (page: number): Promise<Fetched<Row>> =>
		await send(pageCall(page, pageSize)).then(
			(answered) => ({ page: answered }),
			(error: unknown) => ({ error }),
		);
	// Nothing is asked ahead that only a provider with smaller pages makes necessary.
	const pagesExpected = accept === undefined ? Math.ceil(limit / pageSize) : Infinity;

	const underWay: Promise<Fetched<Row>>[] = [];
	// Two pages' keys are enough to notice a list that repeats or starts over, however long it is.
	let firstKeys = new Set<string>();
	let previousKeys = new Set<string>();
	let asked = 0;
	let pagesAhead = 0;
	let longestPage = pageSize;
	let last: Fetched<Row> | undefined;
	for (let page = 0; page < MOST_PAGES && !listing.isFull; page += 1) {
		const askUntil = Math.max(page + 1, Math.min(MOST_PAGES, pagesExpected, page + 1 + pagesAhead));
		for (; asked < askUntil; asked += 1) underWay.push(fetchPage(asked));

		last = await underWay.shift();
		if (last === undefined || 'error' in last) break;
		const keys = last.page.rows.map(keyOf);
		const isRepeated = keys.every((key) => firstKeys.has(key) || previousKeys.has(key));
		listing.add(last.page, keys, isRepeated);
		if (isRepeated) break;
		previousKeys = new Set(keys);
		if (page === 0) firstKeys = previousKeys;
		// After a page that is shorter than it could be, most lists end.
		pagesAhead = keys.length < longestPage ? 0 : PAGES_AHEAD;
		if (page === 0) longestPage = Math.min(pageSize, keys.length);
	}
	// Pages still under way belong to this item, and have to be over before the next one is reported.
	await Promise.all(underWay);
	if (last !== undefined && 'error' in last) throw last.error;
}
