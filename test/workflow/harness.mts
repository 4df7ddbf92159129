/**
 * Runs a workflow through n8n's own engine, in this process: expressions, error output, paired items, hints and n8n's HTTP
 * helper are the real ones, only the network is up to the test (nock, or a server on loopback).
 *
 * n8n-core's exports are internal to n8n; this file is the only one that knows them.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type {
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	ICredentialType,
	IConnections,
	IDataObject,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeParameters,
	INodeProperties,
	INodeType,
	INodeTypes,
	IRun,
	IWorkflowExecuteAdditionalData,
	NodeExecutionHint,
	WorkflowExecuteMode,
} from 'n8n-workflow';

process.env.N8N_USER_FOLDER ??= mkdtempSync(join(tmpdir(), 'n8n-harness-'));
process.env.N8N_ENCRYPTION_KEY ??= 'only-for-tests';
process.env.N8N_LOG_LEVEL ??= 'silent';

// n8n-core starts timers of its own and offers no way to end them; they must not keep the tests running.
const startInterval = globalThis.setInterval;
globalThis.setInterval = ((...args: Parameters<typeof startInterval>) => startInterval(...args).unref()) as typeof startInterval;

const START = 'Start';
const NODE = 'Node';

export interface TestCredential {
	data: ICredentialDataDecryptedObject;
	/** The package's credential class; without one nothing is placed by n8n itself. */
	type?: ICredentialType;
}

interface WorkflowRun {
	/** By the type name that the nodes use. */
	nodeTypes: Record<string, INodeType>;
	nodes: INode[];
	connections: IConnections;
	/** By credential type name. */
	credentials?: Record<string, TestCredential>;
	mode?: WorkflowExecuteMode;
	/** Stops the execution, as the button does, this long after it started. */
	cancelAfterMs?: number;
}

export interface SingleNodeRun {
	node: INodeType;
	parameters?: INodeParameters;
	credentials?: Record<string, TestCredential>;
	/** What the node gets; plain objects become `json`. */
	items?: Array<IDataObject | INodeExecutionData>;
	onError?: INode['onError'];
	retryOnFail?: boolean;
	typeVersion?: number;
	mode?: WorkflowExecuteMode;
	cancelAfterMs?: number;
}

export interface RunResult {
	/** The node's items per output; with `continueErrorOutput` the last one is the error output. */
	outputs: INodeExecutionData[][];
	/** Set when the node stopped the workflow. */
	error?: Error & { description?: string | null; httpCode?: string | null; context?: IDataObject };
	hints: NodeExecutionHint[];
	status: IRun['status'];
	/** How often each credential type was decrypted. */
	decrypted: Record<string, number>;
	/** All of n8n's own record, e.g. for workflows with several nodes. */
	run: IRun;
}

/** A start node that gives out fixed items. */
function startNode(items: INodeExecutionData[]): INodeType {
	return {
		description: {
			displayName: START,
			name: 'start',
			group: ['trigger'],
			version: 1,
			description: 'Gives out fixed items',
			defaults: { name: START },
			inputs: [],
			outputs: ['main'],
			properties: [],
		},
		execute: async () => [items],
	};
}

function credentialsHelper(credentials: Record<string, TestCredential>, decrypted: Record<string, number>): ICredentialsHelper {
	const helper = {
		getParentTypes: (name: string): string[] => credentials[name]?.type?.extends ?? [],
		authenticate: async (
			data: ICredentialDataDecryptedObject,
			name: string,
			options: IHttpRequestOptions,
		): Promise<IHttpRequestOptions> => {
			const place = credentials[name]?.type?.authenticate;
			return typeof place === 'function' ? await place(data, options) : options;
		},
		preAuthentication: async () => undefined,
		runPreAuthentication: async () => undefined,
		getDecrypted: async (_data: unknown, _details: unknown, name: string) => {
			decrypted[name] = (decrypted[name] ?? 0) + 1;
			return structuredClone(credentials[name]?.data ?? {});
		},
		getCredentials: async () => {
			throw new Error('not used');
		},
		updateCredentials: async () => undefined,
		updateCredentialsOauthTokenData: async (_details: unknown, name: string, data: ICredentialDataDecryptedObject) => {
			const credential = credentials[name];
			if (credential !== undefined) credential.data = data;
		},
		getCredentialsProperties: (name: string): INodeProperties[] => credentials[name]?.type?.properties ?? [],
		isCredentialUsableByNode: () => true,
	};
	return helper as unknown as ICredentialsHelper;
}

function nodeTypesOf(types: Record<string, INodeType>): INodeTypes {
	return {
		getByName: (name: string) => types[name] as INodeType,
		getByNameAndVersion: (name: string) => types[name] as INodeType,
		getKnownTypes: () => ({}),
	};
}

/** Loads the engine, which takes seconds: call it in `beforeAll` with a timeout of its own (`LOADING_MS`). */
export async function loadEngine(): Promise<void> {
	await import('n8n-core');
}

export const LOADING_MS = 60_000;

/**
 * Runs a whole workflow from its node named "Start".
 *
 * @param input the workflow, its node types and credentials
 * @param observed the node whose outputs, error and hints are returned
 */
export async function runWholeWorkflow(input: WorkflowRun, observed: string): Promise<RunResult> {
	const { Workflow } = await import('n8n-workflow');
	const { ExecutionLifecycleHooks, WorkflowExecute } = await import('n8n-core');
	const mode = input.mode ?? 'manual';
	const decrypted: Record<string, number> = {};
	const nodeTypes = nodeTypesOf(input.nodeTypes);
	const workflow = new Workflow({
		id: 'harness',
		nodes: input.nodes,
		connections: input.connections,
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1' },
	});
	const workflowData = { id: 'harness', name: 'Harness', nodes: input.nodes, connections: input.connections, active: false };
	const additionalData = {
		credentialsHelper: credentialsHelper(input.credentials ?? {}, decrypted),
		hooks: new ExecutionLifecycleHooks(mode, '1', workflowData as never),
		executionId: '1',
		currentNodeExecutionIndex: 0,
		restApiUrl: 'http://localhost/rest',
		instanceBaseUrl: 'http://localhost/',
		formWaitingBaseUrl: 'http://localhost/form-waiting',
		webhookBaseUrl: 'http://localhost/webhook',
		webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
		webhookTestBaseUrl: 'http://localhost/webhook-test',
		variables: {},
		sendDataToUI: () => undefined,
		logAiEvent: () => undefined,
		setExecutionStatus: () => undefined,
	};
	const execution = new WorkflowExecute(additionalData as unknown as IWorkflowExecuteAdditionalData, mode);
	const start = workflow.getNode(START) ?? undefined;
	const running = execution.run({ workflow, startNode: start });
	let cancelTimer: NodeJS.Timeout | undefined;
	if (input.cancelAfterMs !== undefined) cancelTimer = setTimeout(() => running.cancel(), input.cancelAfterMs);
	const run = await running;
	clearTimeout(cancelTimer);

	const task = run.data.resultData.runData[observed]?.at(-1);
	const result: RunResult = {
		outputs: (task?.data?.main ?? []).map((items) => items ?? []),
		hints: task?.hints ?? [],
		status: run.status,
		decrypted,
		run,
	};
	const error = task?.error ?? run.data.resultData.error;
	if (error !== undefined) result.error = error as unknown as RunResult['error'] & Error;
	return result;
}

function asItem(item: IDataObject | INodeExecutionData): INodeExecutionData {
	return 'json' in item && typeof item.json === 'object' && item.json !== null
		? (item as INodeExecutionData)
		: { json: item as IDataObject };
}

/**
 * Runs one node on the given items.
 *
 * @param input the node (an instance of its class), its parameters and its credentials by type name
 */
export async function runWorkflow(input: SingleNodeRun): Promise<RunResult> {
	const items = (input.items ?? [{}]).map(asItem);
	const credentials = input.credentials ?? {};
	const observed: INode = {
		id: '2',
		name: NODE,
		type: 'test.node',
		typeVersion: input.typeVersion ?? 1,
		position: [200, 0],
		parameters: input.parameters ?? {},
		credentials: Object.fromEntries(Object.keys(credentials).map((name) => [name, { id: name, name }])),
	};
	if (input.onError !== undefined) observed.onError = input.onError;
	if (input.retryOnFail !== undefined) observed.retryOnFail = input.retryOnFail;
	const run: WorkflowRun = {
		nodeTypes: { 'test.start': startNode(items), 'test.node': input.node },
		nodes: [{ id: '1', name: START, type: 'test.start', typeVersion: 1, position: [0, 0], parameters: {} }, observed],
		connections: { [START]: { main: [[{ node: NODE, type: 'main', index: 0 }]] } },
		credentials,
	};
	if (input.mode !== undefined) run.mode = input.mode;
	if (input.cancelAfterMs !== undefined) run.cancelAfterMs = input.cancelAfterMs;
	return await runWholeWorkflow(run, NODE);
}
