/** (d) the whole opt-out list of Vonage, read by SMS Query Opt-Outs inside a real n8n. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { DEFAULTS, startSandbox } from '../../sandbox/server.mts';
import type { Bench } from '../bench.mts';
import { runN8n } from '../n8n/command.mts';
import { contest, queryOptOuts } from '../n8n/contenders.mts';
import { furnish, type StoredCredential } from '../n8n/home.mts';
import { median, megabytes, number, seconds, type Table } from '../report.mts';

const PAGE_SIZES = [100, 1_000];
const TIMEOUT_MS = 180_000;

export interface QueryRun {
	rows: number;
	pageSize: number;
	output: number;
	nodeMs: number;
	wallMs: number;
	peakBytes: number;
	mostRequests: number;
}

/** @returns the runs, and a table of them */
export async function measureQuery(bench: Bench): Promise<{ runs: QueryRun[]; table: Table }> {
	const rows = bench.quick ? 10_000 : 100_000;
	const rounds = bench.quick ? 1 : 3;
	const sandbox = await startSandbox({ config: { vonage: { sampleRows: false } } });
	sandbox.seed({ provider: 'vonage', count: rows });
	const { apiKey, apiSecret } = DEFAULTS.vonage;
	const vonage: StoredCredential = {
		id: 'benchVonage',
		name: 'Bench Vonage',
		type: 'smsConsentVonageApi',
		data: { apiKey, apiSecret, placement: 'body', baseUrl: sandbox.baseUrls.vonage },
	};
	const reportFile = path.join(bench.place.userFolder, 'report.json');
	await furnish(
		bench.place,
		[vonage],
		PAGE_SIZES.map((pageSize) => contest(`query${pageSize}`, queryOptOuts(vonage, pageSize), 1, reportFile)),
	);

	const runs: QueryRun[] = [];
	for (let round = 1; round <= rounds; round += 1) {
		for (const pageSize of PAGE_SIZES) {
			rmSync(reportFile, { force: true });
			const { wallMs, peakBytes, trouble } = await runN8n(bench.place, ['execute', `--id=query${pageSize}`], { timeoutMs: TIMEOUT_MS });
			if (!existsSync(reportFile)) throw new Error(`Query Opt-Outs did not reach its end: ${trouble ?? ''}`);
			const { nodeMs, output } = JSON.parse(readFileSync(reportFile, 'utf8')) as Pick<QueryRun, 'nodeMs' | 'output'>;
			const mostRequests = sandbox.state({ limit: 1 }).providers.vonage.counters.maxOpen;
			runs.push({ rows, pageSize, output, nodeMs, wallMs, peakBytes, mostRequests });
			bench.say(
				`Query Opt-Outs, ${number(rows)} rows, ${pageSize} per page, round ${round}: ${seconds(nodeMs)} in the node, ${number(output)} items`,
			);
		}
	}
	await sandbox.close();

	const cells = PAGE_SIZES.map((pageSize) => {
		const of = (pick: (run: QueryRun) => number): number => median(runs.filter((run) => run.pageSize === pageSize).map(pick));
		return [
			`${pageSize} per page`,
			number(of((run) => run.output)),
			seconds(of((run) => run.nodeMs)),
			`${number((of((run) => run.nodeMs) / rows) * 1000, 1)} µs`,
			megabytes(of((run) => run.peakBytes)),
			number(of((run) => run.mostRequests)),
		];
	});
	return {
		runs,
		table: {
			title: `(d) Query Opt-Outs over ${number(rows)} rows, no limit of its own`,
			rows: [['', 'items', 'in the node', 'per row', 'peak memory', 'requests open'], ...cells],
		},
	};
}
