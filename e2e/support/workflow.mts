/** Workflows made for one test, by the node types of the package under test. */
import type { WorkflowJson, WorkflowNodeJson } from '../../n8n/client.mts';

const PACKAGE = 'n8n-nodes-sms-consent';
const COLUMN_WIDTH = 220;

export type OnError = NonNullable<WorkflowNodeJson['onError']>;
export type CredentialNames = Record<string, string>;

export interface NodeSettings {
	/** Without the package: `smsSubscribe`. */
	type: string;
	parameters: Record<string, unknown>;
	/** Credential type to the name it is stored under. */
	credentials?: CredentialNames;
	onError?: OnError;
	retryOnFail?: boolean;
	maxTries?: number;
	waitBetweenTries?: number;
}

export const ACTION_NODE = 'Action';
export const START_NODE = 'Start';
export const SPLIT_NODE = 'People';

function linked(...chain: string[]): Record<string, unknown> {
	return Object.fromEntries(
		chain.slice(0, -1).map((name, index) => [name, { main: [[{ node: chain[index + 1], type: 'main', index: 0 }]] }]),
	);
}

type Placed = Pick<WorkflowNodeJson, 'type' | 'typeVersion' | 'parameters' | 'onError' | 'credentials'>;

function node<Rest extends Placed>(name: string, column: number, rest: Rest): WorkflowNodeJson {
	return { name, position: [column * COLUMN_WIDTH, 0], ...rest };
}

function referenced(credentials: CredentialNames = {}): WorkflowNodeJson['credentials'] {
	return Object.fromEntries(Object.entries(credentials).map(([type, name]) => [type, { id: null, name }]));
}

/** A node of the package. */
export function packageNode(name: string, column: number, { type, credentials, ...rest }: NodeSettings): WorkflowNodeJson {
	const withCredentials = credentials === undefined ? {} : { credentials: referenced(credentials) };
	return node(name, column, { type: `${PACKAGE}.${type}`, typeVersion: 1, ...rest, ...withCredentials });
}

/** Started by hand: the items, then the node under test, as "Action" unless it has a name of its own. */
export function actionWorkflow(
	name: string,
	items: ReadonlyArray<Record<string, unknown>>,
	settings: NodeSettings,
	nodeName = ACTION_NODE,
): WorkflowJson {
	return {
		name,
		nodes: [
			node(START_NODE, 0, { type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} }),
			node('List', 1, {
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				parameters: { mode: 'raw', jsonOutput: JSON.stringify({ people: items }), options: {} },
			}),
			node(SPLIT_NODE, 2, { type: 'n8n-nodes-base.splitOut', typeVersion: 1, parameters: { fieldToSplitOut: 'people', options: {} } }),
			packageNode(nodeName, 3, settings),
		],
		connections: linked(START_NODE, 'List', SPLIT_NODE, nodeName),
		settings: { executionOrder: 'v1' },
	};
}

export const ROWS_NODE = 'Rows';
const FAILURES_NODE = 'Failures as rows';

/** Puts results and failed items of the node under test into one list of rows, all with the same columns. */
export function withRows(workflow: WorkflowJson): WorkflowJson {
	const to = (name: string, index = 0) => ({ node: name, type: 'main', index });
	return {
		...workflow,
		nodes: [
			...workflow.nodes,
			node(FAILURES_NODE, 4, {
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				parameters: { mode: 'raw', jsonOutput: '={{ $json.error.details }}', options: {} },
			}),
			node(ROWS_NODE, 5, { type: 'n8n-nodes-base.merge', typeVersion: 3.2, parameters: {} }),
		],
		connections: {
			...workflow.connections,
			[ACTION_NODE]: { main: [[to(ROWS_NODE)], [to(FAILURES_NODE)]] },
			[FAILURES_NODE]: { main: [[to(ROWS_NODE, 1)]] },
		},
	};
}

/** Runs the node under test once for each item, in one execution. */
export function inLoop(workflow: WorkflowJson): WorkflowJson {
	const to = (name: string) => ({ node: name, type: 'main', index: 0 });
	return {
		...workflow,
		nodes: [
			...workflow.nodes,
			node('Loop', 2, { type: 'n8n-nodes-base.splitInBatches', typeVersion: 3, parameters: { batchSize: 1, options: {} } }),
		],
		connections: {
			...workflow.connections,
			[SPLIT_NODE]: { main: [[to('Loop')]] },
			Loop: { main: [[], [to(ACTION_NODE)]] },
			[ACTION_NODE]: { main: [[to('Loop')]] },
		},
	};
}

export const TRIGGER_NODE = 'SMS Postback Trigger';

/** Started by postbacks to `/webhook/<webhookId>/postback`. */
export function triggerWorkflow(
	name: string,
	webhookId: string,
	parameters: Record<string, unknown>,
	credentials?: CredentialNames,
): WorkflowJson {
	const trigger = packageNode(TRIGGER_NODE, 0, { type: 'smsPostbackTrigger', parameters, ...(credentials && { credentials }) });
	return {
		name,
		nodes: [{ ...trigger, webhookId }, node('After', 1, { type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} })],
		connections: linked(TRIGGER_NODE, 'After'),
		settings: { executionOrder: 'v1' },
	};
}

export const AGENT_NODE = 'Agent';
const MODEL_NODE = 'Model';

/** Started by hand: an agent that is asked once, and may use the nodes of the package as tools, each under its name. */
export function agentWorkflow(name: string, model: CredentialNames, tools: Record<string, NodeSettings>): WorkflowJson {
	const attached = (type: string) => ({ [type]: [[{ node: AGENT_NODE, type, index: 0 }]] });
	return {
		name,
		nodes: [
			node(START_NODE, 0, { type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} }),
			node(AGENT_NODE, 1, {
				type: '@n8n/n8n-nodes-langchain.agent',
				typeVersion: 3,
				parameters: { promptType: 'define', text: 'Do what your script says', options: { enableStreaming: false } },
			}),
			node(MODEL_NODE, 2, {
				type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
				typeVersion: 1.2,
				parameters: { model: { __rl: true, mode: 'id', value: 'scripted' }, options: {} },
				credentials: referenced(model),
			}),
			...Object.entries(tools).map(([tool, { type, ...rest }], index) => packageNode(tool, 3 + index, { type: `${type}Tool`, ...rest })),
		],
		connections: {
			...linked(START_NODE, AGENT_NODE),
			[MODEL_NODE]: attached('ai_languageModel'),
			...Object.fromEntries(Object.keys(tools).map((tool) => [tool, attached('ai_tool')])),
		},
		settings: { executionOrder: 'v1' },
	};
}
