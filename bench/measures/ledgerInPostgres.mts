/** (j) contacts against a ledger in a real PostgreSQL, with the nodes of the example: what the query takes, and what our two nodes take beyond it. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { exampleOf, nodeIn, ON_POSTGRES, readExamples } from '../../demo/examples.mts';
import { startPostgres } from '../../e2e/support/postgres.mts';
import type { WorkflowNodeJson } from '../../n8n/client.mts';
import type { Bench } from '../bench.mts';
import { runN8n } from '../n8n/command.mts';
import { databaseContest } from '../n8n/contenders.mts';
import { furnish } from '../n8n/home.mts';
import { median, megabytes, number, seconds, type Table } from '../report.mts';

const TIMEOUT_MS = 300_000;
const CREDENTIAL = { id: 'benchPostgres', name: 'Bench Postgres' };
/** As the generated events of the other measures: two of each person, the second an opt-out. */
const FILL = (events: number): string => `
	INSERT INTO sms_consent_ledger
		("eventId", "provider", "action", "channel", "phone", "phoneRaw", "campaign", "source", "needsReview", "occurredAt", "receivedAt", "raw")
	SELECT lpad(n::text, 64, '0'), 'skycore', CASE n % 2 WHEN 0 THEN 'opt-in' ELSE 'opt-out' END, 'sms', '+' || (12125000000 + n / 2),
		(12125000000 + n / 2)::text, 'spring-sale', 'MO', false, timestamptz '2020-01-01Z' + n * interval '1 minute',
		timestamptz '2020-01-01Z' + n * interval '1 minute', '{"ORIGIN":"SUB","CODE":"N302","MOBILE":"' || (12125000000 + n / 2) || '"}'
	FROM generate_series(0, ${events - 1}) n`;

export interface LedgerInPostgresRun {
	node: string;
	nodeMs: number;
	peakBytes: number;
}

/** @returns the runs, and a table of them */
export async function measureLedgerInPostgres(bench: Bench): Promise<{ runs: LedgerInPostgresRun[]; table: Table }> {
	const events = bench.quick ? 100_000 : 1_000_000;
	const contacts = 10_000;
	const rounds = bench.quick ? 1 : 3;
	const examples = readExamples(bench.projectDir);
	const inSync = (name: string): WorkflowNodeJson => nodeIn(exampleOf(examples, ON_POSTGRES.sync), name);
	const lookUp = { ...inSync('Their events'), credentials: { postgres: CREDENTIAL } };
	const check = { ...inSync('Who opted out?'), parameters: { phone: '={{ $json.phone }}', defaultCountry: 'US' } };
	const nodes = { prepare: inSync('Prepare the look-up'), lookUp, check };
	const reportFile = path.join(bench.place.userFolder, 'report.json');
	const timed = Object.values(nodes).map(({ name }) => name);

	const postgres = await startPostgres('bench');
	try {
		await postgres.query(String(nodeIn(exampleOf(examples, ON_POSTGRES.ledger), 'Make the table').parameters['query']));
		await postgres.query(FILL(events));
		await postgres.query('ANALYZE sms_consent_ledger');
		await furnish(
			bench.place,
			[{ ...CREDENTIAL, type: 'postgres', data: postgres.credentialData }],
			timed.map((node, index) => databaseContest(`database${index}`, nodes, contacts, { node, file: reportFile })),
		);
		const runs: LedgerInPostgresRun[] = [];
		for (let round = 1; round <= rounds; round += 1) {
			for (const [index, node] of timed.entries()) {
				rmSync(reportFile, { force: true });
				const { peakBytes, trouble } = await runN8n(bench.place, ['execute', `--id=database${index}`], { timeoutMs: TIMEOUT_MS });
				if (!existsSync(reportFile)) throw new Error(`The run did not reach its end: ${trouble ?? ''}`);
				const { nodeMs } = JSON.parse(readFileSync(reportFile, 'utf8')) as { nodeMs: number };
				runs.push({ node, nodeMs, peakBytes });
				bench.say(`${number(events)} events in PostgreSQL, round ${round}: ${seconds(nodeMs)} in "${node}", ${megabytes(peakBytes)}`);
			}
		}
		const rows = timed.map((node) => [node, seconds(median(runs.filter((run) => run.node === node).map(({ nodeMs }) => nodeMs)))]);
		const memory = megabytes(median(runs.map(({ peakBytes }) => peakBytes)));
		return {
			runs,
			table: {
				title: `(j) ${number(contacts)} contacts against ${number(events)} consent events in PostgreSQL; median of ${rounds}; peak memory of n8n ${memory}`,
				rows: [['', 'in the node'], ...rows],
			},
		};
	} finally {
		await postgres.remove();
	}
}
