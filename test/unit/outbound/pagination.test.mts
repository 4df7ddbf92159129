import type { Page, ProviderCall } from '../../../consent/call';
import { ProviderFailure } from '../../../consent/failure';
import { collectPages, MOST_PAGES, type PageOptions } from '../../../transport/outbound/pagination';
import type { Send } from '../../../transport/outbound/session';

type PageSource = (page: number, pageSize: number) => string[] | Page<string> | Error;

function call(page: number, pageSize: number): ProviderCall<Page<string>> {
	return {
		provider: 'vonage',
		request: { method: 'GET', path: `${page}/${pageSize}` },
		interpret: () => ({ rows: [] }),
		retrySafety: 'harmless',
		rateLimitKey: 'x',
	};
}

async function collect(source: PageSource, options: Partial<PageOptions<string>> & { pageSize: number }) {
	const asked: number[] = [];
	const open = { now: 0, most: 0 };
	const send = (async (request: ProviderCall<Page<string>>) => {
		const [page = 0, pageSize = 0] = request.request.path.split('/').map(Number);
		asked.push(page);
		open.now += 1;
		open.most = Math.max(open.most, open.now);
		await new Promise((resolve) => setImmediate(resolve));
		open.now -= 1;
		const answer = source(page, pageSize);
		if (answer instanceof Error) throw answer;
		return Array.isArray(answer) ? { rows: answer } : answer;
	}) as Send;
	const rows = await collectPages(send, call, {
		keyOf: (row) => row,
		incomplete: (came, counted) => new Error(`${came} of ${counted}`),
		...options,
	});
	return { rows, asked, open };
}

const listOf =
	(total: number): PageSource =>
	(page, size) =>
		Array.from({ length: total }, (_, index) => `row ${index}`).slice(page * size, (page + 1) * size);

describe('collecting pages', () => {
	it.each([0, 1, 3, 9, 10, 11, 25, 30])('returns all of %i rows and ends with an empty page', async (total) => {
		const { rows, asked } = await collect(listOf(total), { pageSize: 10 });
		expect(rows).toHaveLength(total);
		expect(asked.length).toBeLessThanOrEqual(total < 10 ? 2 : Math.ceil(total / 10) + 3);
	});

	it.each([1, 9, 99])('returns everything from a provider that gives %i rows per page at most', async (cap) => {
		const capped: PageSource = (page, size) => listOf(250)(page, Math.min(cap, size)) as string[];
		expect((await collect(capped, { pageSize: 100 })).rows).toHaveLength(250);
		const { rows, asked } = await collect(capped, { pageSize: 100, limit: 120 });
		expect(rows).toHaveLength(120);
		expect(asked).toHaveLength(Math.ceil(120 / cap));
	});

	it.each([0, 1, 9, 10, 11, 25, 30])('gives exactly %i rows, with no page more than needed', async (limit) => {
		const { rows, asked } = await collect(listOf(1000), { pageSize: 10, limit });
		expect(rows).toHaveLength(limit);
		expect(asked).toHaveLength(Math.ceil(limit / 10));
	});

	it('fetches ahead, but not far', async () => {
		const { open } = await collect(listOf(200), { pageSize: 10 });
		expect(open.most).toBe(3);
	});

	it('ends when the provider ignores the page number', async () => {
		const { rows, asked } = await collect((_page, size) => listOf(1000)(0, size) as string[], { pageSize: 10 });
		expect(rows).toHaveLength(10);
		expect(asked.length).toBeLessThanOrEqual(4);
	});

	it('ends when the provider starts over', async () => {
		expect((await collect((page, size) => listOf(1000)(page % 4, size) as string[], { pageSize: 10 })).rows).toHaveLength(40);
	});

	it('ends at the page cap when the provider never does', async () => {
		let made = 0;
		const { asked } = await collect((_page, size) => Array.from({ length: size }, () => `row ${made++}`), { pageSize: 1 });
		expect(asked).toHaveLength(MOST_PAGES);
	});

	it('returns a record once that slides to the next page meanwhile', async () => {
		const sliding: PageSource = (page) => (page === 0 ? ['a', 'b', 'c'] : page === 1 ? ['c', 'd', 'e'] : []);
		expect((await collect(sliding, { pageSize: 3 })).rows).toEqual(['a', 'b', 'c', 'd', 'e']);
	});

	it('counts only accepted rows towards the limit', async () => {
		const even = (row: string) => Number(row.slice(4)) % 2 === 0;
		const { rows } = await collect(listOf(100), { pageSize: 10, limit: 12, accept: even });
		expect(rows).toHaveLength(12);
		expect(rows.at(-1)).toBe('row 22');
	});

	it('reports the failure of a page that is needed, and forgets those behind the end', async () => {
		const failure = new ProviderFailure({ provider: 'vonage', kind: 'temporary', message: 'no', remedy: '' });
		await expect(collect((page, size) => (page === 2 ? failure : (listOf(100)(page, size) as string[])), { pageSize: 10 })).rejects.toBe(
			failure,
		);
		const { rows } = await collect((page, size) => (page > 2 ? failure : (listOf(15)(page, size) as string[])), { pageSize: 10 });
		expect(rows).toHaveLength(15);
	});

	describe('where the provider counts', () => {
		/** A list of numbered rows from which some leave while it is read. */
		function shrinking(total: number, leaving: { afterCall: number; rows: number[] }, counts: 'all' | 'page' | 'nothing'): PageSource {
			let left = Array.from({ length: total }, (_, index) => index);
			let calls = 0;
			return (page, size) => {
				calls += 1;
				if (calls === leaving.afterCall + 1) left = left.filter((row) => !leaving.rows.includes(row));
				const rows = left.slice(page * size, (page + 1) * size).map((row) => `row ${row}`);
				return { rows, ...(counts === 'nothing' ? {} : { count: counts === 'all' ? left.length : rows.length }) };
			};
		}

		it.each(['all', 'page', 'nothing'] as const)('reads a list that stays as it is once, whatever the count means: %s', async (counts) => {
			const { rows, asked } = await collect(shrinking(250, { afterCall: 99, rows: [] }, counts), { pageSize: 100 });
			expect(rows).toHaveLength(250);
			expect(asked.length).toBeLessThanOrEqual(6);
		});

		it('misses nobody when rows leave meanwhile and pull others to a page that was read', async () => {
			const leaving = { afterCall: 1, rows: [0, 3, 5, 7, 11, 13, 17, 19, 23, 29] };
			const { rows } = await collect(shrinking(250, leaving, 'all'), { pageSize: 100 });
			expect(new Set(rows).size).toBe(250);
		});

		it.each([
			['no row although it counts some', () => ({ rows: [], count: 5 }), '0 of 5'],
			['fewer rows than it counts, again and again', (page: number) => ({ rows: page === 0 ? ['a', 'b'] : [], count: 3 }), '2 of 3'],
			['the first page again and again', () => ({ rows: ['a', 'b'], count: 3 }), '2 of 3'],
		])('does not take the list for complete: %s', async (_name, source: PageSource, message) => {
			await expect(collect(source, { pageSize: 2 })).rejects.toThrow(message);
		});

		it('reads once more, and is content when the rest comes then', async () => {
			let calls = 0;
			const late: PageSource = (page) => {
				calls += 1;
				return { rows: page > 0 ? [] : calls > 2 ? ['a', 'b', 'c'] : ['a'], count: 3 };
			};
			expect((await collect(late, { pageSize: 10 })).rows).toEqual(['a', 'b', 'c']);
		});

		it('takes a record that is listed twice for two', async () => {
			const doubled: PageSource = (page) => ({ rows: page === 0 ? ['a', 'a'] : page === 1 ? ['b'] : [], count: 3 });
			expect((await collect(doubled, { pageSize: 2 })).rows).toEqual(['a', 'b']);
		});

		it('asks for no more than the limit, whatever the provider counts', async () => {
			const { rows, asked } = await collect((page, size) => ({ rows: listOf(1000)(page, size) as string[], count: 5000 }), {
				pageSize: 10,
				limit: 25,
			});
			expect([rows.length, asked.length]).toEqual([25, 3]);
		});
	});
});
