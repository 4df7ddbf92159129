/** What holds between items and between runs, in a real n8n: nobody is texted twice, and no opt-out is held back. */
import { randomUUID } from 'node:crypto';

import type { Execution, N8nClient, WorkflowJson } from '../n8n/client.mts';
import { webhookNode } from '../n8n/webhookNode.mts';
import { failureIn, runAction } from './support/action.mts';
import { store } from './support/credentials.mts';
import { call } from './support/http.mts';
import { retried } from './support/retry.mts';
import { sharedN8n } from './support/running.mts';
import { startSkycoreRecorder, type SkycoreRecorder } from './support/skycoreRecorder.mts';
import { ACTION_NODE, actionWorkflow, packageNode, type NodeSettings } from './support/workflow.mts';

const SKYCORE = { provider: 'skycore', campaignReference: '1116', phone: '={{ $json.phone }}', defaultCountry: 'US' };
const FRESH_CONSENT = { freshConsent: true };
const NUMBERS = Array.from({ length: 12 }, (_, index) => `1650242${6000 + index}`);
const PEOPLE = NUMBERS.map((number) => ({ phone: `+${number}` }));
const REFUSED = NUMBERS[5] ?? '';

let n8n: N8nClient;
let skycore: SkycoreRecorder;
let credentials: Record<string, string>;

beforeAll(async () => {
	n8n = sharedN8n();
	skycore = await startSkycoreRecorder();
	credentials = await store(n8n, { name: 'Recorder', type: 'smsConsentSkycoreApi', data: { apiKey: 'one', baseUrl: skycore.baseUrl() } });
});

afterAll(async () => await skycore.close());
beforeEach(() => skycore.reset());

function node(type: string, options: Record<string, unknown> = {}, more: Partial<NodeSettings> = {}): NodeSettings {
	const consent = type === 'smsResubscribe' ? FRESH_CONSENT : {};
	return { type, parameters: { ...SKYCORE, ...consent, options }, credentials, ...more };
}

const reached = (): string[] => skycore.calls.map(({ mobile }) => mobile).sort();
const errorOf = ({ resultData }: Execution) => `${resultData.error?.message} ${resultData.error?.description}`;

describe('a credential that is filled by an expression', () => {
	const items = ['A', 'B', 'C'].map((key, index) => ({ ...PEOPLE[index], tenantKey: key }));

	test.each([
		['a column', '={{ $json.tenantKey }}'],
		['the index of the item', '={{ ["A", "B", "C"][$itemIndex] }}'],
		['another node', "={{ $('People').all()[$itemIndex].json.tenantKey }}"],
		['an expression that swallows its errors', '={{ (() => { try { return $json.tenantKey } catch (error) { return "A" } })() }}'],
	])('%s: every item goes out with its own key', async (name, apiKey) => {
		const stored = await store(n8n, {
			name: `Keys by ${name}`,
			type: 'smsConsentSkycoreApi',
			data: { apiKey, baseUrl: skycore.baseUrl() },
		});
		for (const type of ['smsSubscribe', 'smsUnsubscribe']) {
			skycore.reset();
			const { items: done } = await runAction(n8n, items, node(type, {}, { credentials: stored }));
			expect(done).toHaveLength(3);
			expect(skycore.calls.map(({ key, mobile }) => `${key} ${mobile}`).sort()).toEqual(
				['A', 'B', 'C'].map((key, at) => `${key} ${NUMBERS[at]}`),
			);
		}
	});

	test('the base URL may differ too', async () => {
		const data = { apiKey: 'one', baseUrl: `=${skycore.baseUrl('X').replace('X', '{{ $json.tenantKey }}')}` };
		const stored = await store(n8n, { name: 'Addresses by a column', type: 'smsConsentSkycoreApi', data });
		await runAction(n8n, items, node('smsSubscribe', {}, { credentials: stored }));
		expect(skycore.calls.map(({ base }) => base).sort()).toEqual(['A', 'B', 'C']);
	});
});

describe('On Error: Stop Workflow', () => {
	const items = PEOPLE.slice(0, 5).map((item, index) => (index === 2 ? { phone: '555-01' } : index === 4 ? { phone: '(02) x' } : item));

	test.each(['smsSubscribe', 'smsResubscribe'])('%s calls nobody while an item cannot be read, and lists every such item', async (type) => {
		const { execution } = await runAction(n8n, items, node(type, {}, { onError: 'stopWorkflow' }));
		expect([execution.status, reached()]).toEqual(['error', []]);
		expect(errorOf(execution)).toContain('2 of 5 items cannot be sent, so nobody was called');
		expect(errorOf(execution)).toMatch(/Item 3: .*"555-01"/);
		expect(errorOf(execution)).toMatch(/Item 5: .*"\(02\) x"/);
	});

	test('SMS Unsubscribe carries out every item that can be read, then stops with the list of the others', async () => {
		const { execution } = await runAction(n8n, items, node('smsUnsubscribe', {}, { onError: 'stopWorkflow' }));
		expect([execution.status, reached()]).toEqual(['error', [NUMBERS[0], NUMBERS[1], NUMBERS[3]]]);
		expect(errorOf(execution)).toContain('2 of 5 people could not be opted out');
		expect(errorOf(execution)).toMatch(/Item 3: .*"555-01"/);
	});
});

describe('Retry of an execution', () => {
	/** The execution stops at the refused number; then it is repeated. */
	async function failedThenRetried(workflow: WorkflowJson, options: { loadWorkflow: boolean; changed?: WorkflowJson }) {
		skycore.refused.add(REFUSED);
		const id = await n8n.importWorkflow(workflow);
		const first = await n8n.waitForExecution(await n8n.runWorkflow(id, 'Start'));
		expect(first.status).toBe('error');
		const before = reached();
		expect(before).toContain(REFUSED);
		skycore.reset();
		if (options.changed !== undefined) await n8n.importWorkflow(options.changed);
		return await retried(n8n, first.id, options.loadWorkflow);
	}

	const workflowOf = (name: string, settings: NodeSettings) => actionWorkflow(name, PEOPLE, { onError: 'stopWorkflow', ...settings });

	test.each(['smsSubscribe', 'smsResubscribe'])('%s sends nothing, and says why and what to do', async (type) => {
		const again = await failedThenRetried(workflowOf(`Retry of ${type}`, node(type)), { loadWorkflow: false });
		expect([again.mode, again.status, reached()]).toEqual(['retry', 'error', []]);
		expect(errorOf(again)).toContain('n8n repeats an earlier execution, so nothing was sent');
		expect(errorOf(again)).toContain("'Send Again on Retry'");
	});

	test('the option allows it with the saved workflow; the original one keeps the old setting', async () => {
		const name = 'Retry that is allowed later';
		const changed = workflowOf(name, node('smsSubscribe', { allowRetry: true }));
		await failedThenRetried(workflowOf(name, node('smsSubscribe')), { loadWorkflow: false, changed });
		expect(reached()).toEqual([]);
		const again = await failedThenRetried(workflowOf(name, node('smsSubscribe')), { loadWorkflow: true, changed });
		expect(again.status).toBe('success');
		expect(reached()).toEqual(NUMBERS);
	});

	test.each([true, false])('SMS Unsubscribe opts everybody out, without confirmation texts (saved workflow: %s)', async (loadWorkflow) => {
		const settings = node('smsUnsubscribe');
		settings.parameters = { ...settings.parameters, additionalFields: { notify: 'yes' } };
		const again = await failedThenRetried(workflowOf(`Retry of opt-outs ${loadWorkflow}`, settings), { loadWorkflow });
		expect(again.status).toBe('success');
		expect(reached()).toEqual(NUMBERS);
		expect(new Set(skycore.calls.map(({ notify }) => notify))).toEqual(new Set(['no']));
	});

	test.each(['smsSubscribe', 'smsUnsubscribe'])('%s in a sub-workflow that the repeated execution calls', async (type) => {
		const sub = await n8n.importWorkflow({
			name: `Sub-workflow with ${type}`,
			nodes: [
				{
					name: 'Called',
					type: 'n8n-nodes-base.executeWorkflowTrigger',
					typeVersion: 1.1,
					position: [0, 0],
					parameters: { inputSource: 'passthrough' },
				},
				packageNode(ACTION_NODE, 1, node(type)),
			],
			connections: { Called: { main: [[{ node: ACTION_NODE, type: 'main', index: 0 }]] } },
			settings: { executionOrder: 'v1' },
		});
		await n8n.activate(sub).catch(() => undefined);
		const caller = actionWorkflow(`Caller of ${type}`, PEOPLE, node('smsSubscribe'));
		caller.nodes = caller.nodes.map((each) =>
			each.name === ACTION_NODE
				? {
						name: ACTION_NODE,
						type: 'n8n-nodes-base.executeWorkflow',
						typeVersion: 1.2,
						position: each.position,
						parameters: { workflowId: { __rl: true, mode: 'id', value: sub }, options: {} },
					}
				: each,
		);
		const again = await failedThenRetried(caller, { loadWorkflow: false });
		if (type === 'smsSubscribe') {
			expect([again.status, reached()]).toEqual(['error', []]);
			expect(errorOf(again)).toContain('so nothing was sent');
		} else {
			expect(reached()).toEqual(NUMBERS);
			expect(new Set(skycore.calls.map(({ notify }) => notify))).toEqual(new Set(['no']));
		}
	});
});

describe('Retry On Fail', () => {
	const repeated: Partial<NodeSettings> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };

	test('SMS Subscribe sends nothing while it is on, unless that is allowed', async () => {
		const { failures } = await runAction(n8n, PEOPLE, node('smsSubscribe', {}, repeated));
		expect([failures.length, reached()]).toEqual([12, []]);
		expect(failureIn(failures[0]!).message).toContain("'Retry On Fail'");
		await runAction(n8n, PEOPLE, node('smsSubscribe', { allowRetry: true }, repeated));
		expect(reached()).toEqual(NUMBERS);
	});

	test('SMS Unsubscribe goes on, without confirmation texts', async () => {
		const { items } = await runAction(n8n, PEOPLE, node('smsUnsubscribe', {}, repeated));
		expect([items.length, reached()]).toEqual([12, NUMBERS]);
		expect(new Set(skycore.calls.map(({ notify }) => notify))).toEqual(new Set(['no']));
	});
});

test('many runs at once share one pace: everybody is opted out, and hardly a call is refused', async () => {
	const runs = 30;
	const perSecond = 5;
	skycore.callsPerSecond = perSecond;
	const webhookId = randomUUID();
	const id = await n8n.importWorkflow(
		{
			name: 'One opt-out per run',
			nodes: [
				webhookNode(webhookId),
				packageNode(ACTION_NODE, 1, {
					...node('smsUnsubscribe', { callsPerSecond: perSecond }),
					parameters: { ...SKYCORE, phone: '={{ $json.body.phone }}', options: { callsPerSecond: perSecond } },
				}),
			],
			connections: { Webhook: { main: [[{ node: ACTION_NODE, type: 'main', index: 0 }]] } },
			settings: { executionOrder: 'v1' },
		},
		{ activate: true },
	);
	const people = Array.from({ length: runs }, (_, index) => `1650243${1000 + index}`);
	const startedAt = performance.now();
	await Promise.all(
		people.map(async (mobile) => {
			const { status } = await call(`${n8n.url}/webhook/${webhookId}`, {
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ phone: `+${mobile}` }),
			});
			expect(status).toBe(200);
		}),
	);
	const executions = await n8n.waitForExecutions(id, runs);
	expect(executions.map(({ status }) => status)).toEqual(Array(runs).fill('success'));
	expect(reached()).toEqual(people);
	expect(skycore.calls.filter(({ accepted }) => !accepted).length).toBeLessThanOrEqual(runs * 0.05);
	expect(performance.now() - startedAt).toBeLessThan(((runs / perSecond) * 1.5 + 5) * 1000);
}, 120_000);
