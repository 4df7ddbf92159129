/**
 * (g) postbacks into a running n8n: the trigger, a workflow built by hand that does the same, and two floors: n8n's webhook node alone, and a
 * community trigger that does nothing. n8n spares its own node what it does for every other trigger (an engine for expressions, for each call).
 */
import { Agent, request } from 'node:http';

import type { WorkflowNodeJson } from '../../n8n/client.mts';
import type { N8nInstance } from '../../n8n/instance.mts';
import { webhookNode } from '../../n8n/webhookNode.mts';
import type { Bench } from '../bench.mts';
import { chain, editFields } from '../n8n/contenders.mts';
import { endedExecutions, waitForEnded, withServer } from '../n8n/server.mts';
import { median, number, percentile, times, type Table } from '../report.mts';

const SENDERS = 16;
const WARM_UP = 100;
const PATIENCE_MS = 60_000;
const FIRST_NUMBER = 12_125_000_000;

const TRIGGER_ID = '6f0c1f6e-6a0f-4b6d-9c1e-0d3f5a7b9c11';
const BENCH_TRIGGER_ID = '6f0c1f6e-6a0f-4b6d-9c1e-0d3f5a7b9c12';
interface Receiver {
	name: string;
	/** Of the production URL. */
	path: string;
	nodes: WorkflowNodeJson[];
}

export interface PostbackRun {
	receiver: string;
	postbacks: number;
	/** Until the last execution has ended. */
	totalMs: number;
	/** Answers within that time that were not 200. */
	refused: number;
	medianAnswerMs: number;
	p99AnswerMs: number;
}

const RECEIVERS: Receiver[] = [
	{
		name: 'Webhook alone',
		path: 'bench-webhook',
		nodes: [webhookNode('bench-webhook')],
	},
	{
		name: 'Webhook + XML + Set',
		path: 'bench-by-hand',
		nodes: [
			webhookNode('bench-by-hand'),
			{
				name: 'XML',
				type: 'n8n-nodes-base.xml',
				typeVersion: 1,
				position: [200, 0],
				parameters: { dataPropertyName: 'body', options: {} },
			},
			editFields(400, {
				action: '={{ $json.POSTBACK.CODE === "N301" ? "opt-in" : "opt-out" }}',
				phone: '=+{{ $json.POSTBACK.MOBILE }}',
				campaign: '={{ $json.POSTBACK.CAMPAIGNREF }}',
				occurredAt: '={{ $json.POSTBACK.TIMESTAMP }}',
			}),
		],
	},
	{
		name: 'empty community trigger',
		path: `${BENCH_TRIGGER_ID}/bench`,
		nodes: [
			{
				name: 'Bench Trigger',
				type: 'n8n-nodes-bench.benchTrigger',
				typeVersion: 2,
				position: [0, 0],
				webhookId: BENCH_TRIGGER_ID,
				parameters: {},
			},
		],
	},
	{
		name: 'SMS Postback Trigger',
		path: `${TRIGGER_ID}/postback`,
		nodes: [
			{
				name: 'SMS Postback Trigger',
				type: 'n8n-nodes-sms-consent.smsPostbackTrigger',
				typeVersion: 1,
				position: [0, 0],
				webhookId: TRIGGER_ID,
				parameters: { provider: 'skycore', authenticity: 'none' },
			},
		],
	},
];

/** @returns the runs, and a table of them */
export async function measurePostbacks(bench: Bench): Promise<{ runs: PostbackRun[]; table: Table }> {
	const [count, rounds] = bench.quick ? [300, 1] : [2_000, 3];
	const runs: PostbackRun[] = [];
	await withServer(bench, 'server', async (n8n) => {
		const ids = new Map<string, string>();
		for (const { name, nodes } of RECEIVERS) ids.set(name, await n8n.importWorkflow(chain(name, nodes), { activate: true }));
		for (const receiver of RECEIVERS) await send(n8n, receiver, ids.get(receiver.name) ?? '', WARM_UP);
		for (let round = 1; round <= rounds; round += 1) {
			for (const receiver of RECEIVERS) {
				const run = await send(n8n, receiver, ids.get(receiver.name) ?? '', count);
				runs.push(run);
				bench.say(`${receiver.name}, ${count} postbacks, round ${round}: ${number((count / run.totalMs) * 1000)} per second`);
			}
		}
	});

	const rateOf = (name: string): number =>
		median(runs.filter((run) => run.receiver === name).map((run) => (run.postbacks / run.totalMs) * 1000));
	const rows = RECEIVERS.map(({ name }) => {
		const mine = runs.filter((run) => run.receiver === name);
		return [
			name,
			number(rateOf(name)),
			times(rateOf(name) / rateOf('Webhook + XML + Set')),
			`${number(median(mine.map((run) => run.medianAnswerMs)), 1)} ms`,
			`${number(median(mine.map((run) => run.p99AnswerMs)), 1)} ms`,
			number(Math.max(...mine.map((run) => run.refused))),
		];
	});
	return {
		runs,
		table: {
			title: `(g) ${number(count)} postbacks from ${SENDERS} senders, until the last execution has ended; median of ${rounds}`,
			rows: [['', 'per second', 'by hand = 1', 'answered after', 'p99', 'refused'], ...rows],
		},
	};
}

async function send(n8n: N8nInstance, { name, path: urlPath }: Receiver, workflowId: string, count: number): Promise<PostbackRun> {
	const url = n8n.webhookUrl(urlPath);
	const endedBefore = await endedExecutions(n8n, workflowId);
	const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
	const answerMs: number[] = [];
	let refused = 0;
	let next = 0;
	const startedMs = performance.now();
	const sender = async (): Promise<void> => {
		while (next < count) {
			const index = next;
			next += 1;
			const sentMs = performance.now();
			if ((await post(url, agent, documentOf(index))) !== 200) refused += 1;
			answerMs.push(performance.now() - sentMs);
		}
	};
	await Promise.all(Array.from({ length: SENDERS }, sender));
	agent.destroy();
	await waitForEnded(n8n, workflowId, endedBefore + count - refused, PATIENCE_MS);
	return {
		receiver: name,
		postbacks: count,
		totalMs: performance.now() - startedMs,
		refused,
		medianAnswerMs: median(answerMs),
		p99AnswerMs: percentile(answerMs, 0.99),
	};
}

function documentOf(index: number): string {
	return `<?xml version='1.0'?><POSTBACK><ORIGIN>SUB</ORIGIN><CODE>N301</CODE><MOBILE>${FIRST_NUMBER + index}</MOBILE><CAMPAIGNREF>1478</CAMPAIGNREF><TIMESTAMP>2026-07-02T14:32:23-04</TIMESTAMP><SHORTCODE>123456</SHORTCODE><CAMPAIGNTITLE>News</CAMPAIGNTITLE><BRANDNAME>Brand</BRANDNAME><SOURCE>API</SOURCE></POSTBACK>`;
}

/** As text, because n8n itself parses what is sent as XML: then the workflow built by hand would not need its XML node. */
async function post(url: string, agent: Agent, body: string): Promise<number> {
	return await new Promise((resolve, reject) => {
		const call = request(
			url,
			{ method: 'POST', agent, headers: { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) } },
			(response) => {
				response.resume();
				response.once('end', () => resolve(response.statusCode ?? 0));
			},
		);
		call.once('error', reject);
		call.end(body);
	});
}
