/** The same list against a provider that answers after 50 ms and accepts 200 calls per second. */
import type { Bench } from '../bench.mts';
import { httpRequest, ours } from '../n8n/contenders.mts';
import type { CountingProvider } from '../provider.mts';
import { median, number, percent, type Table } from '../report.mts';
import { subscribeRuns, type SubscribeRun, type Task } from './subscribe.mts';

const ALLOWED_PER_SECOND = 200;
const LATENCY_MS = 50;
const TIMEOUT_MS = 180_000;

/** @returns the runs, and a table of them */
export async function measureRateLimit(bench: Bench, provider: CountingProvider): Promise<{ runs: SubscribeRun[]; table: Table }> {
	const items = bench.quick ? 2_000 : 5_000;
	const behavior = { latencyMs: LATENCY_MS, callsPerSecond: ALLOWED_PER_SECOND };
	const all: Array<Pick<Task, 'contender' | 'node'>> = [
		{ contender: 'SMS Subscribe, 200 per second', node: ours(ALLOWED_PER_SECOND) },
		{ contender: 'SMS Subscribe, limit not known', node: ours(0) },
		{ contender: 'HTTP Request, 200 each second', node: httpRequest(provider.url, ALLOWED_PER_SECOND) },
		{ contender: 'HTTP Request', node: httpRequest(provider.url) },
	];
	const wanted = bench.quick ? all.slice(0, 1) : all;
	const tasks = wanted.map((contender) => ({ ...contender, items, behavior }));
	const runs = await subscribeRuns(bench, provider, tasks, bench.quick ? 1 : 3, TIMEOUT_MS);

	const rows = wanted.map(({ contender }) => {
		const mine = runs.filter((run) => run.contender === contender);
		const of = (pick: (run: SubscribeRun) => number): number => median(mine.map(pick));
		return [
			contender,
			percent(of(shareOfAllowed)),
			number(of((run) => run.refused)),
			percent(of((run) => run.refused / run.calls)),
			number(Math.max(...mine.map((run) => run.textedTwice))),
			number(Math.max(...mine.map((run) => run.items - run.people))),
			number(of((run) => run.mostSockets)),
		];
	});
	return {
		runs,
		table: {
			title: `(b) ${number(items)} contacts, ${LATENCY_MS} ms latency, ${ALLOWED_PER_SECOND} calls in any second allowed, then 429`,
			rows: [['', 'of the allowed rate', '429s', 'of all calls', 'texted twice', 'not texted', 'sockets'], ...rows],
		},
	};
}

/** Accepted calls, as a share of what would have been accepted from the first to the last of them. */
function shareOfAllowed({ accepted, acceptedWithinMs }: SubscribeRun): number {
	return (accepted - 1) / ((acceptedWithinMs / 1000) * ALLOWED_PER_SECOND);
}
