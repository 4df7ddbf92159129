/** A workflow that waits for postbacks in the shared n8n. */
import { randomUUID } from 'node:crypto';

import type { ConsentEvent } from '../../consent/event';
import { nodeOutputs, type Execution, type N8nClient, type WorkflowJson, type WorkflowNodeJson } from '../../n8n/client.mts';
import { TRIGGER_NODE, triggerWorkflow, type CredentialNames } from './workflow.mts';

export interface LiveTrigger {
	id: string;
	/** Where the provider posts to once the workflow is active. */
	url: string;
	testUrl: string;
	/** Every execution that began while `action` ran, ended by now, oldest first. */
	runsDuring(action: () => Promise<unknown>): Promise<Execution[]>;
	/** The events of those executions. */
	eventsDuring(action: () => Promise<unknown>): Promise<ConsentEvent[]>;
	deactivate(): Promise<void>;
}

export interface TriggerSettings {
	parameters: Record<string, unknown>;
	credentials?: CredentialNames;
	/** Stays inactive otherwise. */
	activate?: boolean;
	/** Adds further nodes. */
	extend?: (workflow: WorkflowJson) => WorkflowJson;
}

/** Stores a workflow with SMS Postback Trigger under that name, and activates it unless told otherwise. */
export async function liveTrigger(
	n8n: N8nClient,
	name: string,
	{ parameters, credentials, activate = true, extend = (workflow) => workflow }: TriggerSettings,
): Promise<LiveTrigger> {
	const webhookId = randomUUID();
	const id = await n8n.importWorkflow(extend(triggerWorkflow(name, webhookId, parameters, credentials)), { activate });
	const runsDuring: LiveTrigger['runsDuring'] = async (action) => {
		const before = new Set((await n8n.executions(id)).map((run) => run.id));
		await action();
		const begun = (await n8n.executions(id)).filter((run) => !before.has(run.id)).reverse();
		return await Promise.all(begun.map(async (run) => await n8n.waitForExecution(run.id)));
	};
	return {
		id,
		url: n8n.webhookUrl(`${webhookId}/postback`),
		testUrl: n8n.testWebhookUrl(`${webhookId}/postback`),
		runsDuring,
		eventsDuring: async (action) => (await runsDuring(action)).flatMap(eventsOf),
		deactivate: async () => await n8n.deactivate(id),
	};
}

/** Writes the trigger into the workflow's JSON in another way than the nodes panel does. */
export function withTriggerNode(change: Partial<WorkflowNodeJson>): (workflow: WorkflowJson) => WorkflowJson {
	return (workflow) => ({
		...workflow,
		nodes: workflow.nodes.map((node) => (node.name === TRIGGER_NODE ? { ...node, ...change } : node)),
	});
}

/** What the trigger gave out, all its outputs together. */
export function eventsOf(execution: Execution): ConsentEvent[] {
	return nodeOutputs(execution, TRIGGER_NODE)
		.flat()
		.map(({ json }) => json as unknown as ConsentEvent);
}
