/** Who opted out is known before anybody is subscribed: SMS Consent Check in a real n8n, with a real table, behind and before other nodes. */
import { LEDGER } from '../demo/examples.mts';
import { postbackSettings } from '../demo/accounts.mts';
import { ledgerRows, untilDelivered } from '../demo/story.mts';
import { nodeOutputs, type DataTable, type Execution, type N8nClient, type WorkflowJson } from '../n8n/client.mts';
import type { Sandbox } from '../sandbox/server.mts';
import {
	createLedgerTable,
	dropTable,
	importExample,
	rowsIn,
	startExampleProviders,
	succeeded,
	type ImportedExample,
} from './support/example.mts';
import {
	BOTH_INPUTS,
	CHECK,
	checkNode,
	CONTACTS,
	EVENTS,
	listNode,
	type Node,
	to,
	type Wires,
	workflowOf,
} from './support/consentCheck.mts';
import { sharedN8n } from './support/running.mts';
import { waitUntil } from './support/waiting.mts';
import { packageNode, START_NODE } from './support/workflow.mts';

const [STAYS, TEXTS_STOP, IS_UNSUBSCRIBED] = ['+16505550171', '+16505550172', '+16505550173'] as const;
const SUBSCRIBE = 'Subscribe at Skycore';

let n8n: N8nClient;
let sandbox: Sandbox;
let table: DataTable;

beforeAll(async () => {
	n8n = sharedN8n();
	sandbox = await startExampleProviders(n8n);
});

afterAll(async () => await sandbox.close());

beforeEach(async () => {
	await dropTable(n8n, LEDGER.table);
	table = await createLedgerTable(n8n);
});

function tableNode(name: string, parameters: Record<string, unknown>, more: Partial<Node> = {}): Node {
	const dataTableId = { __rl: true, mode: 'list', value: table.id, cachedResultName: table.name };
	return {
		name,
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		position: [400, 300],
		parameters: { resource: 'row', dataTableId, ...parameters },
		...more,
	};
}

const readAll = (more: Partial<Node> = {}): Node => tableNode(EVENTS, { operation: 'get', returnAll: true }, more);

const append = (name: string): Node =>
	tableNode(name, { operation: 'insert', columns: { mappingMode: 'autoMapInputData', value: {}, matchingColumns: [] }, options: {} });

async function run(workflow: WorkflowJson): Promise<Execution> {
	return await n8n.waitForExecution(await n8n.runWorkflow(await n8n.importWorkflow(workflow), START_NODE));
}

const out = (execution: Execution, node: string): Array<Array<Record<string, unknown>>> =>
	nodeOutputs(execution, node).map((items) => items.map(({ json }) => json));

describe('a sync that runs every night', () => {
	let ledger: ImportedExample;

	beforeAll(async () => {
		ledger = await importExample(n8n, LEDGER.file);
		const urlOf = await ledger.publish();
		sandbox.configure(postbackSettings(urlOf));
	});

	afterAll(async () => await ledger.withdraw());

	const people = [STAYS, TEXTS_STOP, IS_UNSUBSCRIBED].map((phone, index) => ({
		name: `Person ${index}`,
		phone: `(${phone.slice(2, 5)}) ${phone.slice(5, 8)}-${phone.slice(8)}`,
	}));

	const sync = (): WorkflowJson => {
		const subscribe = packageNode(SUBSCRIBE, 4, {
			type: 'smsSubscribe',
			parameters: { provider: 'skycore', campaignReference: 'spring-sale', phone: '={{ $json.phone }}', defaultCountry: 'US' },
			credentials: { smsConsentSkycoreApi: 'Skycore (sandbox)' },
			onError: 'continueErrorOutput',
		});
		return workflowOf(
			'Sync with the check',
			[...listNode(CONTACTS, people), readAll({ alwaysOutputData: true }), checkNode(), subscribe, append('Keep')],
			{
				...BOTH_INPUTS,
				// Who is opted in is subscribed again too, as a careless sync does.
				[CHECK]: [[to(SUBSCRIBE)], [], [to(SUBSCRIBE)]],
				[SUBSCRIBE]: [[to('Keep')]],
			},
		);
	};

	/** What a marketer does on the day after: ends everything of that person at Attentive, and keeps the answer. */
	const unsubscribeAtAttentive = (): WorkflowJson =>
		workflowOf(
			'Unsubscribe at the other provider',
			[
				...listNode(CONTACTS, [{ phone: IS_UNSUBSCRIBED }]),
				packageNode('Unsubscribe', 3, {
					type: 'smsUnsubscribe',
					parameters: {
						provider: 'attentive',
						phone: '={{ $json.phone }}',
						unsubscribeFrom: 'everything',
						additionalFields: { confirmationText: false },
					},
					credentials: { smsConsentAttentiveApi: 'Attentive (sandbox)' },
				}),
				append('Keep'),
			],
			{
				[START_NODE]: [[to(`${CONTACTS} as text`)]],
				[`${CONTACTS} as text`]: [[to(CONTACTS)]],
				[CONTACTS]: [[to('Unsubscribe')]],
				Unsubscribe: [[to('Keep')]],
			},
		);

	const requests = () => [STAYS, TEXTS_STOP, IS_UNSUBSCRIBED].map((phone) => sandbox.person('skycore', phone).requests);

	test('brings nobody back who opted out meanwhile, by a text or at another provider', async () => {
		sandbox.seed({ provider: 'attentive', numbers: [IS_UNSUBSCRIBED.slice(1)] });
		const first = succeeded(await run(sync()));
		expect(out(first, CHECK).map((items) => items.length)).toEqual([0, 0, 3]);
		expect(out(first, SUBSCRIBE)[0]).toHaveLength(3);
		await untilDelivered(sandbox);

		sandbox.text({ provider: 'skycore', from: TEXTS_STOP, text: 'STOP' });
		await untilDelivered(sandbox);
		succeeded(await run(unsubscribeAtAttentive()));
		await ledgerRows(n8n, sandbox);
		await waitUntil(async () => (await rowsIn(n8n, LEDGER.table)).some(({ action }) => action === 'unsubscribe'));
		await waitUntil(async () => (await rowsIn(n8n, LEDGER.table)).some(({ action }) => action === 'opt-out'));
		const before = requests();

		for (let night = 0; night < 2; night += 1) {
			const again = succeeded(await run(sync()));
			const [optedIn = [], optedOut = [], notKnown = []] = out(again, CHECK);
			expect([optedIn, optedOut, notKnown].map((items) => items.map(({ consentPhone }) => consentPhone))).toEqual([
				[STAYS],
				[TEXTS_STOP, IS_UNSUBSCRIBED],
				[],
			]);
			expect(optedOut.map(({ consentReason }) => consentReason)).toEqual([
				expect.stringMatching(/^texted .* at Skycore on /),
				expect.stringMatching(/ at Attentive on /),
			]);
			expect(optedOut[0]).toMatchObject(people[1] ?? {});
			await untilDelivered(sandbox);
		}
		expect(requests()).toEqual([(before[0] ?? 0) + 2, before[1], before[2]]);
		const { subscribers, optOuts } = sandbox.state().providers.skycore;
		expect(subscribers.map(({ number }) => `+${number}`)).not.toContain(TEXTS_STOP);
		expect(optOuts.map(({ number }) => `+${number}`)).toContain(TEXTS_STOP);
	});
});

describe('every way of leaving the events out is an error', () => {
	const contact = [{ phone: '+16505550172' }];
	const OPT_OUT = {
		provider: 'skycore',
		action: 'opt-out',
		channel: 'sms',
		phone: '+16505550172',
		campaign: 'spring-sale',
		occurredAt: '2026-05-03T10:00:00.000Z',
		receivedAt: '2026-05-03T10:00:01.000Z',
		eventId: 'stop',
	};
	const base = BOTH_INPUTS;
	const noOp = (name: string): Node => ({ name, type: 'n8n-nodes-base.noOp', typeVersion: 1, position: [600, 300], parameters: {} });
	const failing: Node = {
		name: EVENTS,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		position: [400, 300],
		parameters: { url: 'http://127.0.0.1:9/ledger', options: {} },
		onError: 'continueRegularOutput',
	} as Node;

	test.each<[string, () => { nodes: Node[]; wires?: Wires; check?: Node }, RegExp]>([
		[
			'not connected',
			() => ({ nodes: [], wires: { ...base, [START_NODE]: [[to(`${CONTACTS} as text`)]], [EVENTS]: [] } }),
			/Nothing is connected to 'Consent Events'/,
		],
		[
			'connected, and the branch that reads them never ran',
			() => ({ nodes: [readAll()], wires: { ...base, [START_NODE]: [[to(`${CONTACTS} as text`)]] } }),
			/(No rows arrived at|Nothing is connected to) 'Consent Events'/,
		],
		[
			'connected, and the table gives nothing',
			() => ({
				nodes: [
					tableNode(EVENTS, {
						operation: 'get',
						returnAll: true,
						filters: { conditions: [{ keyName: 'phone', condition: 'eq', keyValue: 'nobody' }] },
					}),
				],
			}),
			/No rows arrived at 'Consent Events'/,
		],
		['the node that reads them is switched off', () => ({ nodes: [readAll({ disabled: true })] }), /Nothing but an empty item arrived/],
		[
			'the node that reads them is switched off, though it would give out data always',
			() => ({ nodes: [readAll({ disabled: true, alwaysOutputData: true })] }),
			/Nothing but an empty item arrived/,
		],
		[
			'there is another node behind one that is switched off',
			() => ({
				nodes: [{ ...readAll({ disabled: true }), name: 'Read' }, noOp(EVENTS)],
				wires: { ...base, [START_NODE]: [[to(`${CONTACTS} as text`), to('Read')]], Read: [[to(EVENTS)]] },
			}),
			/Nothing but an empty item arrived/,
		],
		[
			'the trigger stands where they belong',
			() => ({ nodes: [], wires: { ...base, [START_NODE]: [[to(`${CONTACTS} as text`), to(CHECK, 1)]] } }),
			/Nothing but an empty item arrived/,
		],
		[
			'the contacts stand where they belong',
			() => ({ nodes: [], wires: { ...base, [CONTACTS]: [[to(CHECK, 0), to(CHECK, 1)]] } }),
			/Row 1 of the consent events cannot be counted/,
		],
		['they could not be read', () => ({ nodes: [failing] }), /Row 1 of the consent events cannot be counted/],
		[
			'the check executes once',
			() => ({ nodes: [readAll()], check: checkNode({}, { executeOnce: true } as Partial<Node>) }),
			/'Execute Once' is switched on/,
		],
		[
			'two nodes are connected',
			() => ({
				nodes: [readAll(), noOp('More events')],
				wires: { ...base, [START_NODE]: [[to(`${CONTACTS} as text`), to(EVENTS), to('More events')]], 'More events': [[to(CHECK, 1)]] },
			}),
			/2 nodes are connected to 'Consent Events'/,
		],
	])('%s', async (name, make, message) => {
		await n8n.dataTables.insert(table.id, [OPT_OUT, { ...OPT_OUT, phone: '+16505550199', eventId: 'other' }]);
		const { nodes, wires = base, check = checkNode() } = make();
		for (const onError of [undefined, 'continueRegularOutput', 'continueErrorOutput'] as const) {
			const checking = onError === undefined ? check : { ...check, onError };
			const execution = await run(workflowOf(`Left out: ${name}`, [...listNode(CONTACTS, contact), ...nodes, checking], wires));
			const { status, resultData } = execution;
			if (onError === undefined) {
				expect([name, status]).toEqual([name, 'error']);
				expect(`${resultData.error?.message}`).toMatch(message);
				continue;
			}
			expect([name, status]).toEqual([name, 'success']);
			const [optedIn = [], optedOut = [], ...others] = out(execution, CHECK);
			expect([name, optedIn, optedOut]).toEqual([name, [], []]);
			const left = others.flat();
			expect(left.length).toBeGreaterThan(0);
			for (const item of left) expect(JSON.stringify(item)).toContain('"consentState":"not checked"');
		}
	});

	test('a loop’s later rounds', async () => {
		await n8n.dataTables.insert(table.id, [OPT_OUT]);
		const loop: Node = {
			name: 'Loop',
			type: 'n8n-nodes-base.splitInBatches',
			typeVersion: 3,
			position: [500, 0],
			parameters: { batchSize: 1, options: {} },
		};
		const wires: Wires = {
			...base,
			[CONTACTS]: [[to('Loop')]],
			Loop: [[], [to(CHECK, 0)]],
			[CHECK]: [[to('Loop')], [to('Loop')], [to('Loop')]],
		};
		const nodes = [...listNode(CONTACTS, [...contact, { phone: '+16505550171' }]), readAll(), loop, checkNode()];
		const { status, resultData } = await run(workflowOf('Check in a loop', nodes, wires));
		expect(status).toBe('error');
		expect(`${resultData.error?.message} ${resultData.error?.description}`).toMatch(
			/No rows arrived at 'Consent Events'.*before the loop/s,
		);
	});

	test('a table that is really empty proves it', async () => {
		const nodes = [...listNode(CONTACTS, contact), readAll({ alwaysOutputData: true }), checkNode()];
		const execution = succeeded(await run(workflowOf('Empty ledger', nodes, base)));
		expect(out(execution, CHECK).map((items) => items.length)).toEqual([0, 0, 1]);
	});

	test('a list that was cut at 50 gives a hint', async () => {
		const rows = Array.from({ length: 60 }, (_, index) => ({
			...OPT_OUT,
			phone: `+1650555${String(100 + index).padStart(4, '0')}`,
			eventId: String(index),
		}));
		await n8n.dataTables.insert(table.id, rows);
		const hintsWith = async (parameters: Record<string, unknown>): Promise<string> => {
			const nodes = [...listNode(CONTACTS, contact), tableNode(EVENTS, { operation: 'get', ...parameters }), checkNode()];
			const execution = succeeded(await run(workflowOf('Cut ledger', nodes, base)));
			return JSON.stringify(execution.resultData.runData[CHECK]);
		};
		expect(await hintsWith({})).toContain('Exactly 50 consent events arrived');
		expect(await hintsWith({ returnAll: true })).not.toContain('Exactly 50');
	});
});

test('everybody is listed from the events alone, by one input', async () => {
	await n8n.dataTables.insert(table.id, [
		{
			provider: 'skycore',
			action: 'opt-in',
			channel: 'sms',
			phone: STAYS,
			campaign: 'spring-sale',
			source: 'MO',
			occurredAt: '2026-05-03T10:00:00.000Z',
		},
		{ provider: 'vonage', action: 'opt-out', channel: 'sms', phone: TEXTS_STOP, occurredAt: '2026-05-03T10:00:00.000Z' },
	]);
	const nodes = [readAll(), packageNode(CHECK, 3, { type: 'smsConsentCheck', parameters: { operation: 'list' } })];
	const execution = succeeded(await run(workflowOf('List everybody', nodes, { [START_NODE]: [[to(EVENTS)]], [EVENTS]: [[to(CHECK)]] })));
	expect(out(execution, CHECK).map((items) => items.map(({ provider, phone }) => [provider, phone]))).toEqual([
		[['skycore', STAYS]],
		[['vonage', TEXTS_STOP]],
		[],
	]);
});
