/** (h) many runs at once, one opt-out each, against a provider with a limit: what a workflow that starts at every STOP does on a busy day. */
import type { WorkflowNodeJson } from '../../n8n/client.mts';
import type { N8nInstance } from '../../n8n/instance.mts';
import { webhookNode } from '../../n8n/webhookNode.mts';
import type { Bench } from '../bench.mts';
import { benchCredentials, chain, editFields, httpRequest, ours } from '../n8n/contenders.mts';
import { endedExecutions, waitForEnded, withServer } from '../n8n/server.mts';
import type { CountingProvider, Counts } from '../provider.mts';
import { number, percent, times, type Table } from '../report.mts';

const FIRST_NUMBER = 12_125_000_000;
/** Beyond what the limit itself takes. */
const PATIENCE_MS = 60_000;
const SECOND_MS = 1000;
/** The most that n8n allows. */
const RETRIES = { retryOnFail: true, maxTries: 5, waitBetweenTries: 5_000 };

interface Rush {
	runs: number;
	callsPerSecond: number;
}

export interface RushRun extends Rush, Counts {
	contender: string;
	/** People who were not opted out. */
	failed: number;
	/** From the first accepted call to the last, as a multiple of what the limit makes necessary. */
	ofTheLimit: number;
}

/** @returns the runs, and a table for each rush */
export async function measureRuns(bench: Bench, provider: CountingProvider): Promise<{ runs: RushRun[]; tables: Table[] }> {
	const rushes: Rush[] = bench.quick
		? [{ runs: 40, callsPerSecond: 5 }]
		: [
				{ runs: 100, callsPerSecond: 1 },
				{ runs: 300, callsPerSecond: 5 },
			];
	const runs: RushRun[] = [];
	await withServer(bench, 'runs', async (n8n) => {
		// n8n gives them ids of its own, and finds them by their names.
		for (const { id: _, ...credential } of benchCredentials(provider.url)) await n8n.upsertCredential(credential);
		for (const rush of rushes) {
			for (const [contender, node] of contendersOf(provider.url, rush)) {
				const run = await rushThrough(n8n, provider, contender, node, rush);
				runs.push(run);
				bench.say(`${contender}, ${rush.runs} runs: ${run.failed} failed, ${run.refused} refused`);
			}
		}
	});
	const tables = rushes.map((rush) => ({
		title: `(h) ${rush.runs} runs at once, one opt-out each; ${rush.callsPerSecond} ${rush.callsPerSecond === 1 ? 'call' : 'calls'} in any second allowed, then 429`,
		rows: [
			['', 'not opted out', '429s', 'of all calls', 'time, the limit = 1'],
			...runs
				.filter((run) => run.runs === rush.runs)
				.map(({ contender, failed, refused, calls, ofTheLimit }) => [
					contender,
					number(failed),
					number(refused),
					percent(refused / calls),
					times(ofTheLimit),
				]),
		],
	}));
	return { runs, tables };
}

type Contender = ReturnType<typeof ours>;

function contendersOf(url: string, { callsPerSecond }: Rush): Array<[string, Contender]> {
	return [
		['SMS Unsubscribe', ours(callsPerSecond, 'smsUnsubscribe')],
		['HTTP Request, retried on fail', { ...httpRequest(url, undefined, 'unsubscribe'), ...RETRIES }],
	];
}

async function rushThrough(
	n8n: N8nInstance,
	provider: CountingProvider,
	contender: string,
	node: Contender,
	{ runs, callsPerSecond }: Rush,
): Promise<RushRun> {
	const webhookId = `bench-runs-${runs}-${node.type.split('.')[1]}`;
	const nodes = [
		webhookNode(webhookId),
		editFields(200, { phone: '={{ $json.body.phone }}' }),
		{ ...node, name: contender, position: [400, 0] },
	] satisfies WorkflowNodeJson[];
	const workflowId = await n8n.importWorkflow(chain(`${contender}, ${runs} runs`, nodes), { activate: true });
	const before = await endedExecutions(n8n, workflowId);
	provider.reset({ callsPerSecond });
	await Promise.all(
		Array.from({ length: runs }, async (_, index) => {
			const answer = await fetch(n8n.webhookUrl(webhookId), {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ phone: `+${FIRST_NUMBER + index}` }),
			});
			if (answer.status !== 200) throw new Error(`n8n answered ${answer.status}`);
		}),
	);
	const leastMs = ((runs - 1) / callsPerSecond) * SECOND_MS;
	await waitForEnded(n8n, workflowId, before + runs, leastMs + PATIENCE_MS);
	const counts = provider.counts();
	return {
		contender,
		runs,
		callsPerSecond,
		...counts,
		failed: runs - counts.people,
		ofTheLimit: counts.people === runs ? counts.acceptedWithinMs / leastMs : NaN,
	};
}
