/**
 * The examples as somebody uses them who runs them every night: sync, STOPs, Two-way opt-out sync, sync again, and n8n killed in the middle of a third.
 * Nobody is brought back, and nobody is asked twice; with the ledger in a Data Table and in a real PostgreSQL.
 */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { postbackSettings } from '../demo/accounts.mts';
import { exampleOf, nodeIn, ON_POSTGRES, postbackPaths, readExamples, SYNC } from '../demo/examples.mts';
import { harmOf, type SyncRun } from '../demo/reconcile.mts';
import { confirm, joinByKeyword, PEOPLE, runSync, wholeState } from '../demo/story.mts';
import type { WorkflowJson } from '../n8n/client.mts';
import { startN8n, type N8nInstance } from '../n8n/instance.mts';
import { findProjectDir } from '../n8n/runtime.mts';
import { PROVIDERS, type ProviderName, type Sandbox } from '../sandbox/server.mts';
import { createLedgerTable, runsOnceQuiet, startExampleProviders, succeeded } from './support/example.mts';
import { ARTEFACTS } from './support/places.mts';
import { startPostgres, type Postgres } from './support/postgres.mts';
import { runningN8n } from './support/running.mts';
import { waitUntil } from './support/waiting.mts';

const PORT = 15_740;
const TIMEOUT_MS = 400_000;
const POSTGRES_NODE = 'n8n-nodes-base.postgres';
const DATA_TABLE_NODE = 'n8n-nodes-base.dataTable';
const TWO_WAY = 'two-way-opt-out-sync.json';
const START = 'Start here';
/** Known to Skycore by the sync, and writes to Vonage's number. */
const LEAVES_BY_VONAGE = '+16505550104';
const LEAVERS = [PEOPLE.leavesSkycore, PEOPLE.leavesAttentive, LEAVES_BY_VONAGE];
/** Of the 25 contacts, those who have a number. */
const CONTACTS = 23;
const NEWCOMERS = 60;
const SLOW_ANSWER_MS = 400;

jest.setTimeout(TIMEOUT_MS);

const EXAMPLES = readExamples(findProjectDir());
const example = (file: string): WorkflowJson => structuredClone(exampleOf(EXAMPLES, file));

/** In the Data Table before somebody moves to PostgreSQL; of people who are in none of the lists. */
const OLDER_ROWS = ['+12125550187', '+12125550188'].map((phone, index) => ({
	eventId: `older-${index + 1}`,
	provider: 'skycore',
	action: index === 0 ? 'opt-out' : 'message',
	channel: 'sms',
	phone,
	campaign: 'spring-sale',
	needsReview: index === 1,
	occurredAt: '2026-01-02T03:04:05.000Z',
	receivedAt: '2026-01-02T03:04:06.000Z',
}));

/** Contacts who were never seen before, a third at each provider. */
const newcomers = Array.from({ length: NEWCOMERS }, (_, index) => ({
	contactId: `N-${index}`,
	name: `New ${index}`,
	phone: `(303) 555-01${String(index).padStart(2, '0')}`,
	provider: ['skycore', 'voyage', 'attentive'][index % 3] ?? '',
}));

/** Puts the nodes of the PostgreSQL example in the place of those that write to the Data Table, as the docs say. */
function movedToPostgres(workflow: WorkflowJson): WorkflowJson {
	const events = nodeIn(example(ON_POSTGRES.ledger), 'Write once per event');
	const answers = nodeIn(example(ON_POSTGRES.sync), 'Write the results');
	const nodes = workflow.nodes.map((node) => {
		if (node.name === 'Ledger table') return { ...node, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };
		const writesLedger = node.type === DATA_TABLE_NODE && JSON.stringify(node.parameters).includes('Ledger table');
		if (!writesLedger) return node;
		const copied = node.name === events.name ? events : answers;
		return { ...copied, id: node.id, name: node.name, position: node.position };
	});
	return { ...workflow, nodes };
}

describe.each(['a Data Table', 'PostgreSQL'])('with the ledger in %s', (place) => {
	const onPostgres = place === 'PostgreSQL';
	let folder: string;
	let n8n: N8nInstance;
	let sandbox: Sandbox;
	let postgres: Postgres | undefined;
	let syncId: string;
	let twoWayId: string;

	async function start(): Promise<N8nInstance> {
		return await startN8n({
			port: PORT,
			userFolder: path.join(folder, 'home'),
			packageTarball: runningN8n().tarball,
			logFile: path.join(ARTEFACTS, `ledger-in-use-${onPostgres ? 'postgresql' : 'data-table'}-n8n.log`),
		});
	}

	/** A user would choose the credential in each node with a red mark. */
	function withDatabase(workflow: WorkflowJson): WorkflowJson {
		const credentials = { postgres: { id: null, name: 'Consent ledger' } };
		return { ...workflow, nodes: workflow.nodes.map((node) => (node.type === POSTGRES_NODE ? { ...node, credentials } : node)) };
	}

	async function useContacts(contacts: ReadonlyArray<Record<string, unknown>> | undefined): Promise<void> {
		const workflow = withDatabase(example(onPostgres ? ON_POSTGRES.sync : SYNC.file));
		if (contacts !== undefined) nodeIn(workflow, 'Contacts').parameters['jsonOutput'] = JSON.stringify({ contacts });
		syncId = await n8n.importWorkflow(workflow);
	}

	beforeAll(async () => {
		folder = mkdtempSync(path.join(tmpdir(), 'sms-consent-ledger-'));
		n8n = await start();
		await n8n.setupOwner();
		sandbox = await startExampleProviders(n8n);
		let twoWay = example(TWO_WAY);
		if (onPostgres) {
			postgres = await startPostgres('ledger');
			await n8n.upsertCredential({ name: 'Consent ledger', type: 'postgres', data: postgres.credentialData });
			const ledgerId = await n8n.importWorkflow(withDatabase(example(ON_POSTGRES.ledger)));
			const table = await createLedgerTable(n8n);
			await n8n.dataTables.insert(table.id, [...OLDER_ROWS]);
			for (const _again of ['once', 'twice']) succeeded(await n8n.waitForExecution(await n8n.runWorkflow(ledgerId, START)));
			twoWay = withDatabase(movedToPostgres(twoWay));
		}
		const paths = postbackPaths(twoWay);
		twoWayId = await n8n.importWorkflow(twoWay, { activate: true });
		sandbox.configure(postbackSettings((provider) => n8n.webhookUrl(paths[provider] ?? '')));
		await useContacts(undefined);
	}, TIMEOUT_MS);

	afterAll(async () => {
		await sandbox?.close();
		await n8n?.stop();
		await postgres?.remove();
		await rm(folder, { recursive: true, force: true });
	});

	if (onPostgres) {
		test('the rows of the Data Table have come along, once each', async () => {
			const statement = `SELECT "eventId", "phone", "needsReview", to_char("occurredAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), "person" FROM sms_consent_ledger ORDER BY 1`;
			expect(await postgres?.query(statement)).toEqual([
				['older-1', '+12125550187', 'f', '2026-01-02T03:04:05Z', '+12125550187'],
				['older-2', '+12125550188', 't', '2026-01-02T03:04:05Z', '+12125550188'],
			]);
		});
	}

	const lengths = ({ results, alreadyIn, waiting, mustNotBeTexted, problems }: SyncRun): number[] =>
		[results, alreadyIn, waiting, mustNotBeTexted, problems].map((list) => list.length);
	const stateAt = (provider: ProviderName, number: string) => sandbox.person(provider, number).subscriber?.state;
	/** Of the provider of a newcomer, and its number as the sandbox knows it. */
	const textsTo = ({ phone, provider }: (typeof newcomers)[number]) =>
		sandbox.person(provider as ProviderName, `+1${phone.replace(/\D/g, '')}`);

	test('people who opted out stay out when the sync runs again, and nobody is asked twice', async () => {
		await joinByKeyword(sandbox);
		await waitUntil(async () => (await n8n.executions(twoWayId)).length > 0);
		const first = await runSync(n8n, syncId);
		expect(lengths(first)).toEqual([CONTACTS - 1, 1, 0, 0, 2]);
		await confirm(sandbox);
		sandbox.text({ provider: 'skycore', from: PEOPLE.leavesSkycore, text: 'STOP' });
		sandbox.text({ provider: 'attentive', from: PEOPLE.leavesAttentive, text: 'STOP' });
		sandbox.text({ provider: 'vonage', from: LEAVES_BY_VONAGE, text: 'Stop.' });
		await untilQuiet();
		expect(stateAt('skycore', LEAVES_BY_VONAGE)).toBe('unsubscribed');

		const before = wholeState(sandbox);
		const second = await runSync(n8n, syncId);
		await untilQuiet();
		expect(second.mustNotBeTexted.map(({ phone }) => phone).sort()).toEqual([...LEAVERS].sort());
		expect(second.waiting.map(({ phone }) => phone)).toEqual([PEOPLE.silent]);
		expect(lengths(second)).toEqual([0, CONTACTS - LEAVERS.length - 1, 1, LEAVERS.length, 2]);
		expect(harmOf(before, wholeState(sandbox))).toEqual([]);
	});

	test('n8n killed in the middle of a sync: the next run asks nobody again', async () => {
		await useContacts(newcomers);
		for (const provider of PROVIDERS) sandbox.configure({ [provider]: { latencyMs: SLOW_ANSWER_MS } });
		const asked = (): typeof newcomers => newcomers.filter((person) => textsTo(person).acted > 0);
		await n8n.runWorkflow(syncId, SYNC.trigger);
		await waitUntil(async () => asked().length >= 8);
		process.kill(n8n.pid, 'SIGKILL');
		await n8n.ended;
		for (const provider of PROVIDERS) sandbox.configure({ [provider]: { latencyMs: 0 } });
		const textedBefore = asked();
		expect(textedBefore.length).toBeLessThan(NEWCOMERS);

		n8n = await start();
		await untilQuiet();
		const before = wholeState(sandbox);
		const again = await runSync(n8n, syncId);
		await untilQuiet();
		expect(again.results).toEqual([]);
		expect(again.alreadyIn.length + again.waiting.length).toBe(NEWCOMERS);
		expect(harmOf(before, wholeState(sandbox))).toEqual([]);
		expect(newcomers.filter((person) => textsTo(person).acted > 1)).toEqual([]);
	});

	const untilQuiet = async () => await runsOnceQuiet(n8n, sandbox, twoWayId);
});
