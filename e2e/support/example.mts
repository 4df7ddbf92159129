/** The examples in the shared n8n, as a user has them after importing the files. */
import { setTimeout as sleep } from 'node:timers/promises';

import { credentialsFor, PROVIDERS_AT_START } from '../../demo/accounts.mts';
import { exampleOf, LEDGER, nodeIn, postbackPaths, readExamples } from '../../demo/examples.mts';
import { untilDelivered } from '../../demo/story.mts';
import { nodeOutputs, type DataTable, type DataTableColumn, type Execution, type N8nClient, type WorkflowJson } from '../../n8n/client.mts';
import { findProjectDir } from '../../n8n/runtime.mts';
import { startSandbox, type Sandbox } from '../../sandbox/server.mts';
import { waitUntil } from './waiting.mts';

/** By node, the parameters that a user changes. */
export type Edits = Record<string, Record<string, unknown>>;
/** By node, the stored credentials that a user chooses where the example names none. */
export type Choices = Record<string, Record<string, string>>;

export interface ImportedExample {
	id: string;
	workflow: WorkflowJson;
	/** Presses "Execute workflow" at that trigger and waits for the end, which must be a good one. */
	run(trigger?: string): Promise<Execution>;
	/** Publishes it. Gives the address of the trigger that hears a provider. */
	publish(): Promise<(provider: string) => string>;
	/** Takes it back, so that no later postback reaches it. */
	withdraw(): Promise<void>;
}

const MANUAL_TRIGGER = 'Start here';

/** Starts the providers and stores the accounts there that the examples name. */
export async function startExampleProviders(n8n: N8nClient): Promise<Sandbox> {
	const sandbox = await startSandbox({ config: PROVIDERS_AT_START });
	await storeExampleCredentials(n8n, sandbox);
	return sandbox;
}

/** Stores the accounts that the examples name, all of them at this sandbox. */
export async function storeExampleCredentials(n8n: N8nClient, { baseUrls }: Pick<Sandbox, 'baseUrls'>): Promise<void> {
	for (const credential of credentialsFor(baseUrls)) await n8n.upsertCredential(credential);
}

/**
 * Imports a file of `examples/`.
 *
 * @throws when it names a node that the example does not have
 */
export async function importExample(n8n: N8nClient, file: string, edits: Edits = {}, choices: Choices = {}): Promise<ImportedExample> {
	const workflow = structuredClone(exampleOf(readExamples(findProjectDir()), file));
	for (const [name, parameters] of Object.entries(edits)) Object.assign(nodeIn(workflow, name).parameters, parameters);
	for (const [name, chosen] of Object.entries(choices)) {
		nodeIn(workflow, name).credentials = Object.fromEntries(
			Object.entries(chosen).map(([type, credential]) => [type, { id: null, name: credential }]),
		);
	}
	const id = await n8n.importWorkflow(workflow);
	return {
		id,
		workflow,
		run: async (trigger = MANUAL_TRIGGER) => succeeded(await n8n.waitForExecution(await n8n.runWorkflow(id, trigger))),
		publish: async () => {
			await n8n.activate(id);
			const paths = postbackPaths(workflow);
			return (provider) => n8n.webhookUrl(paths[provider] ?? '');
		},
		withdraw: async () => await n8n.deactivate(id),
	};
}

/** The execution, unless something in it stopped it. */
export function succeeded(execution: Execution): Execution {
	const { status, resultData } = execution;
	if (status === 'success') return execution;
	throw new Error(`The run ended with ${status} in "${resultData.lastNodeExecuted ?? '?'}": ${resultData.error?.message ?? ''}`);
}

/** What a node gave out, without n8n's own wrapping. */
export function rowsOf(execution: Execution, node: string): Array<Record<string, unknown>> {
	return (nodeOutputs(execution, node)[0] ?? []).map(({ json }) => json);
}

/** The columns of the table that an example makes by itself. */
export function columnsMadeIn(workflow: WorkflowJson, node: string): DataTableColumn[] {
	const { column } = nodeIn(workflow, node).parameters['columns'] as { column: DataTableColumn[] };
	return column;
}

/** Forgets a Data Table, whoever made it. */
export async function dropTable(n8n: N8nClient, name: string): Promise<void> {
	const table = await n8n.dataTables.find(name);
	if (table !== undefined) await n8n.dataTables.delete(table.id);
}

/** All rows of the table of that name, or none where nothing has made it. */
export async function rowsIn(n8n: N8nClient, name: string): Promise<Array<Record<string, unknown>>> {
	const table = await n8n.dataTables.find(name);
	return table === undefined ? [] : await n8n.dataTables.rows(table.id);
}

/** The table of the ledger, empty, as its example makes it. */
export async function createLedgerTable(n8n: N8nClient): Promise<DataTable> {
	const ledger = exampleOf(readExamples(findProjectDir()), LEDGER.file);
	return await n8n.dataTables.create(LEDGER.table, columnsMadeIn(ledger, 'Ledger table'));
}

/** Longer than a run with its postbacks takes. */
const QUIET_MS = 1_500;

/**
 * Waits until nobody has anything to report any more, and n8n has worked off what it was told: a circle would never come to rest.
 *
 * @param workflowId of what hears the postbacks
 * @param moreThan how many runs it has to have had at least, and one more
 * @returns all its runs
 */
export async function runsOnceQuiet(n8n: N8nClient, sandbox: Sandbox, workflowId: string, moreThan = -1): Promise<Execution[]> {
	let seen = -1;
	await waitUntil(async () => {
		const known = seen;
		await sleep(QUIET_MS);
		await untilDelivered(sandbox);
		const runs = await n8n.executions(workflowId);
		seen = runs.length;
		return seen > moreThan && seen === known && runs.every(({ status }) => status !== 'running' && status !== 'new');
	});
	return await n8n.waitForExecutions(workflowId, seen);
}
