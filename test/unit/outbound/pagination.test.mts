import type { ProviderCall } from '../../../consent/call';
import { ProviderFailure } from '../../../consent/failure';
import { collectPages, MOST_PAGES, type PageOptions } from '../../../transport/outbound/pagination';
import type { Send } from '../../../transport/outbound/session';

type PageSource = (page: number, pageSize: number) => string[] | Error;

function call(page: number, pageSize: number): ProviderCall<string[]> {
	return {
		provider: 'vonage',
		request: { method: 'GET', path: `${page}/${pageSize}` },
		interpret: () => [],
		retrySafety: 'harmless',
		rateLimitKey: 'x',
	};
}

async function collect(source: PageSource, options: Partial<PageOptions<string>> & { pageSize: number }) {
	const asked: number[] = [];
	const open = { now: 0, most: 0 };
	const send = (async (request: ProviderCall<string[]>) => {
		const [page = 0, pageSize = 0] = request.request.path.split('/').map(Number);
		asked.push(page);
		open.now += 1;
		open.most = Math.max(open.most, open.now);
		await new Promise((resolve) => setImmediate(resolve));
		open.now -= 1;
		const rows = source(page, pageSize);
		if (rows instanceof Error) throw rows;
		return rows;
	}) as Send;
	const rows = await collectPages(send, call, { keyOf: (row) => row, ...options });
	return { rows, asked, open };
}

const listOf =
	(total: number): PageSource =>
	(page, size) =>
		Array.from({ length: total }, (_, index) => `row ${index}`).slice(page * size, (page + 1) * size);

describe('collecting pages', () => {
	it('returns everything and ends with a short page', async () => {
		const { rows, asked } = await collect(listOf(25), { pageSize: 10 });
		expect(rows).toHaveLength(25);
		expect(asked.length).toBeLessThanOrEqual(5);
	});

	it('ends with an empty page when the last one was full', async () => {
		expect((await collect(listOf(30), { pageSize: 10 })).rows).toHaveLength(30);
	});

	it('asks for one page when there is only one', async () => {
		const { rows, asked } = await collect(listOf(3), { pageSize: 10 });
		expect(rows).toHaveLength(3);
		expect(asked).toEqual([0]);
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
		const { rows } = await collect((page, size) => (page > 1 ? failure : (listOf(15)(page, size) as string[])), { pageSize: 10 });
		expect(rows).toHaveLength(15);
	});
});
