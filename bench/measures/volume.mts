/** (a) and (c): the same list in three ways, and what one more item costs. */
import type { Bench } from '../bench.mts';
import type { CountingProvider } from '../provider.mts';
import { median, megabytes, number, seconds, times, type Table } from '../report.mts';
import { contenders, subscribeRuns, type SubscribeRun } from './subscribe.mts';

interface Plan {
	items: number;
	rounds: number;
	/** What takes longer has failed. */
	timeoutMs: number;
}

const QUICK: Plan[] = [
	{ items: 1_000, rounds: 1, timeoutMs: 60_000 },
	{ items: 10_000, rounds: 1, timeoutMs: 120_000 },
];
const FULL: Plan[] = [
	{ items: 1_000, rounds: 3, timeoutMs: 60_000 },
	{ items: 10_000, rounds: 3, timeoutMs: 240_000 },
	{ items: 100_000, rounds: 1, timeoutMs: 600_000 },
];

/** @returns the runs, a table per number of items, and one of the growth */
export async function measureVolume(bench: Bench, provider: CountingProvider): Promise<{ runs: SubscribeRun[]; tables: Table[] }> {
	const plans = bench.quick ? QUICK : FULL;
	const runs: SubscribeRun[] = [];
	for (const { items, rounds, timeoutMs } of plans) {
		const tasks = contenders(provider.url).map((contender) => ({ ...contender, items }));
		runs.push(...(await subscribeRuns(bench, provider, tasks, rounds, timeoutMs)));
	}
	return { runs, tables: [...plans.map(({ items, rounds }) => comparison(runs, items, rounds)), growth(runs, plans)] };
}

function comparison(runs: readonly SubscribeRun[], items: number, rounds: number): Table {
	const of = (contender: string, pick: (run: SubscribeRun) => number): number =>
		median(runs.filter((run) => run.items === items && run.contender === contender && run.trouble === undefined).map(pick));
	const rows = namesOf(runs).map((name) => {
		const ratio = (pick: (run: SubscribeRun) => number): string => times(of(name, pick) / of('bare loop', pick));
		return [
			name,
			seconds(of(name, (run) => run.wallMs)),
			ratio((run) => run.wallMs),
			seconds(of(name, (run) => run.nodeMs)),
			ratio((run) => run.nodeMs),
			seconds(of(name, (run) => run.nodeProcessorMs)),
			ratio((run) => run.nodeProcessorMs),
			megabytes(of(name, (run) => run.peakBytes)),
			ratio((run) => run.peakBytes),
			number(of(name, (run) => run.mostSockets)),
		];
	});
	const troubled = runs.filter((run) => run.items === items && run.trouble !== undefined);
	return {
		title: `(a) ${number(items)} contacts, a provider that answers at once; median of ${rounds}`,
		notes: troubled.map(({ contender, trouble }) => `${contender}: ${trouble?.slice(0, 200)}`),
		rows: [['', 'whole process', '', 'in the node', '', 'processor there', '', 'peak memory', '', 'sockets'], ...rows],
	};
}

/** What one item costs beyond the smallest list: n8n's own start and the first calls cancel out. */
function growth(runs: readonly SubscribeRun[], plans: readonly Plan[]): Table {
	const steps = plans.slice(1).map(({ items }, index) => ({ from: plans[index]?.items ?? 0, to: items }));
	const rows = namesOf(runs).flatMap((name) =>
		steps.map(({ from, to }) => {
			const of = (items: number, pick: (run: SubscribeRun) => number): number =>
				median(runs.filter((run) => run.items === items && run.contender === name && run.trouble === undefined).map(pick));
			const perItem = (pick: (run: SubscribeRun) => number): number => (of(to, pick) - of(from, pick)) / (to - from);
			return [
				name,
				`${number(from)} to ${number(to)}`,
				`${number(
					perItem((run) => run.nodeMs),
					2,
				)} ms`,
				`${number(
					perItem((run) => run.nodeProcessorMs),
					2,
				)} ms`,
				`${number(perItem((run) => run.peakBytes) / 1000, 1)} kB`,
			];
		}),
	);
	return { title: '(c) what one more item costs', rows: [['', 'items', 'in the node', 'processor there', 'peak memory'], ...rows] };
}

function namesOf(runs: readonly SubscribeRun[]): string[] {
	return [...new Set(runs.map(({ contender }) => contender))];
}
