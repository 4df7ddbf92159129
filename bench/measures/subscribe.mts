/** SMS Subscribe inside a real n8n, one process per run, beside what a person would use instead. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { Bench } from '../bench.mts';
import { runN8n, type Usage } from '../n8n/command.mts';
import { bareLoop, benchCredentials, contest, httpRequest, ours } from '../n8n/contenders.mts';
import { furnish } from '../n8n/home.mts';
import type { CountingProvider, Counts, ProviderBehavior } from '../provider.mts';

export interface SubscribeRun extends Usage, Counts {
	contender: string;
	items: number;
	/** What n8n notes as the node's execution time. */
	nodeMs: number;
	/** Processor time while it ran: steadier than the clock on a busy machine. */
	nodeProcessorMs: number;
	/** Items that came out. */
	output: number;
	/** Those of them that are a failure. */
	failed: number;
}

export interface Task {
	contender: string;
	node: ReturnType<typeof ours>;
	items: number;
	behavior?: Partial<ProviderBehavior>;
}

/** The three that (a) compares. */
export function contenders(url: string): Array<Pick<Task, 'contender' | 'node'>> {
	return [
		{ contender: 'bare loop', node: bareLoop(url) },
		{ contender: 'SMS Subscribe', node: ours(0) },
		{ contender: 'HTTP Request', node: httpRequest(url) },
	];
}

/**
 * Runs tasks round by round, so that a busy moment of the machine does not hit one contender alone.
 *
 * @param bench where
 * @param provider counts the calls
 * @param tasks what
 * @param rounds how often each
 * @param timeoutMs a run that takes longer is ended
 */
export async function subscribeRuns(
	bench: Bench,
	provider: CountingProvider,
	tasks: readonly Task[],
	rounds: number,
	timeoutMs: number,
): Promise<SubscribeRun[]> {
	const reportFile = path.join(bench.place.userFolder, 'report.json');
	const workflows = tasks.map(({ node, items }, index) => contest(`contest${index}`, node, items, reportFile));
	await furnish(bench.place, benchCredentials(provider.url), workflows);

	const runs: SubscribeRun[] = [];
	for (let round = 1; round <= rounds; round += 1) {
		for (const [index, { contender, items, behavior }] of tasks.entries()) {
			provider.reset(behavior);
			rmSync(reportFile, { force: true });
			const usage = await runN8n(bench.place, ['execute', `--id=contest${index}`], { timeoutMs });
			const report = reportIn(reportFile);
			if (report === undefined) usage.trouble ??= 'the workflow did not reach its end';
			const run: SubscribeRun = { contender, ...(report ?? NO_REPORT), items, ...usage, ...provider.counts() };
			runs.push(run);
			bench.say(
				`${contender}, ${items} items, round ${round}: ${seconds(run.wallMs)}, in the node ${seconds(run.nodeMs)}${usage.trouble === undefined ? '' : ` (${usage.trouble.slice(0, 300)})`}`,
			);
		}
	}
	return runs;
}

function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}

type Report = Pick<SubscribeRun, 'nodeMs' | 'nodeProcessorMs' | 'output' | 'failed'>;

const NO_REPORT: Report = { nodeMs: NaN, nodeProcessorMs: NaN, output: 0, failed: 0 };

function reportIn(file: string): Report | undefined {
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : undefined;
}
