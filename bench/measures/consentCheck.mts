/** (i) contacts against a ledger inside a real n8n: SMS Consent Check beside a bare loop that parses the same numbers. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import type { Bench } from '../bench.mts';
import { runN8n } from '../n8n/command.mts';
import { bareJoin, consentCheck, joinContest } from '../n8n/contenders.mts';
import { furnish } from '../n8n/home.mts';
import { median, megabytes, number, seconds, times, type Table } from '../report.mts';

const TIMEOUT_MS = 180_000;
const CONTENDERS = { 'bare loop': bareJoin(), 'SMS Consent Check': consentCheck() };

export interface ConsentCheckRun {
	contender: string;
	nodeMs: number;
	wallMs: number;
	peakBytes: number;
}

/** @returns the runs, and a table of them */
export async function measureConsentCheck(bench: Bench): Promise<{ runs: ConsentCheckRun[]; table: Table }> {
	const events = bench.quick ? 20_000 : 100_000;
	const contacts = events / 10;
	const rounds = bench.quick ? 1 : 3;
	const reportFile = path.join(bench.place.userFolder, 'report.json');
	const entries = Object.entries(CONTENDERS);
	await furnish(
		bench.place,
		[],
		entries.map(([, contender], index) => joinContest(`join${index}`, contender, { contacts, events }, reportFile)),
	);

	const runs: ConsentCheckRun[] = [];
	for (let round = 1; round <= rounds; round += 1) {
		for (const [index, [contender]] of entries.entries()) {
			rmSync(reportFile, { force: true });
			const { wallMs, peakBytes, trouble } = await runN8n(bench.place, ['execute', `--id=join${index}`], { timeoutMs: TIMEOUT_MS });
			if (!existsSync(reportFile)) throw new Error(`${contender} did not reach its end: ${trouble ?? ''}`);
			const { nodeMs } = JSON.parse(readFileSync(reportFile, 'utf8')) as { nodeMs: number };
			runs.push({ contender, nodeMs, wallMs, peakBytes });
			bench.say(`${contender}, ${number(events)} events, round ${round}: ${seconds(nodeMs)} in the node, ${megabytes(peakBytes)}`);
		}
	}

	const of = (name: string, pick: (run: ConsentCheckRun) => number): number =>
		median(runs.filter(({ contender }) => contender === name).map(pick));
	const rows = entries.map(([name]) => {
		const ratio = (pick: (run: ConsentCheckRun) => number): string => times(of(name, pick) / of('bare loop', pick));
		return [
			name,
			seconds(of(name, (run) => run.nodeMs)),
			ratio((run) => run.nodeMs),
			seconds(of(name, (run) => run.wallMs)),
			ratio((run) => run.wallMs),
			megabytes(of(name, (run) => run.peakBytes)),
			ratio((run) => run.peakBytes),
		];
	});
	return {
		runs,
		table: {
			title: `(i) ${number(contacts)} contacts against ${number(events)} consent events; median of ${rounds}`,
			rows: [['', 'in the node', '', 'whole process', '', 'peak memory', ''], ...rows],
		},
	};
}
