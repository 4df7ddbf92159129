/** Runs one node of the package, by hand, over a list of items. */
import { nodeOutputs, type Execution, type N8nClient, type N8nItem } from '../../n8n/client.mts';
import { ACTION_NODE, actionWorkflow, START_NODE, type NodeSettings } from './workflow.mts';

export interface ActionRun {
	execution: Execution;
	/** What went out of the node's first output. */
	items: N8nItem[];
	/** What went out of its error output. */
	failures: N8nItem[];
}

/** One workflow serves all runs of a suite. */
const WORKFLOW = 'Action under test';

/** Starts the node with these items and returns the id of the execution, still running. */
export async function startAction(n8n: N8nClient, items: ReadonlyArray<Record<string, unknown>>, settings: NodeSettings): Promise<string> {
	const id = await n8n.importWorkflow(actionWorkflow(WORKFLOW, items, settings));
	return await n8n.runWorkflow(id, START_NODE);
}

/** Waits for an execution that `startAction` began. */
export async function finishedAction(n8n: N8nClient, executionId: string): Promise<ActionRun> {
	const execution = await n8n.waitForExecution(executionId);
	const [items = [], failures = []] = nodeOutputs(execution, ACTION_NODE);
	return { execution, items, failures };
}

/** Runs the node with these items to its end. Failed items go to the error output, unless `settings` say otherwise. */
export async function runAction(n8n: N8nClient, items: ReadonlyArray<Record<string, unknown>>, settings: NodeSettings): Promise<ActionRun> {
	return await finishedAction(n8n, await startAction(n8n, items, { onError: 'continueErrorOutput', ...settings }));
}

/** What a failed item carries under `error`, beside its own data. */
export interface Failure {
	message: string;
	item: number;
	kind: string;
	sent: string;
	remedy: string;
	[more: string]: unknown;
}

export function failureIn({ json }: Pick<N8nItem, 'json'>): Failure {
	return json['error'] as Failure;
}
