import type { IDataObject, IExecuteFunctions, IHttpRequestOptions, NodeExecutionHint, WorkflowExecuteMode } from 'n8n-workflow';

import { SECRET } from './fakeProvider.mts';

export interface FakeAnswer {
	status?: number;
	headers?: Record<string, string>;
	/** An object becomes JSON. */
	body?: unknown;
}

export type FakeServer = (request: IHttpRequestOptions, count: number) => FakeAnswer | Error | Promise<FakeAnswer | Error>;

export interface FakeContextOptions {
	server: FakeServer;
	items?: IDataObject[];
	continues?: boolean;
	retryOnFail?: boolean;
	credential?: IDataObject;
	/** What an expression in the credential gives for one item. */
	credentialOf?: (itemIndex: number) => IDataObject;
	/** How this execution began. */
	mode?: WorkflowExecuteMode;
	/** How the execution began that has called this workflow as a sub-workflow. */
	rootMode?: WorkflowExecuteMode;
	cancel?: AbortSignal;
	executionId?: string;
	runIndex?: number;
	/** What tells that an agent uses the node: n8n's word (older versions), or the type of the node alone. */
	asTool?: 'context' | 'nodeType';
}

export interface FakeContext {
	context: IExecuteFunctions;
	requests: IHttpRequestOptions[];
	hints: NodeExecutionHint[];
	log: string[];
	credentialReads: number;
	/** Requests under way now, and the most there ever were. */
	open: { now: number; most: number };
}

export function networkError(code: string, message = code, more: object = {}): Error {
	return Object.assign(new Error(message), { code, isAxiosError: true, ...more });
}

/** n8n's context with a network of our own behind its HTTP helper. */
export function fakeContext(options: FakeContextOptions): FakeContext {
	const fake = { requests: [], hints: [], log: [], credentialReads: 0, open: { now: 0, most: 0 } } as unknown as FakeContext;
	const httpRequest = async (request: IHttpRequestOptions) => {
		fake.requests.push(request);
		fake.open.now += 1;
		fake.open.most = Math.max(fake.open.most, fake.open.now);
		const answer = await options.server(request, fake.requests.length);
		fake.open.now -= 1;
		if (answer instanceof Error) throw answer;
		const { status = 200, headers = {}, body = {} } = answer;
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		return { statusCode: status, headers, body: Buffer.isBuffer(body) ? body : Buffer.from(text) };
	};
	const credential = options.credential ?? { apiKey: SECRET };
	fake.context = {
		getInputData: () => (options.items ?? [{}]).map((json) => ({ json })),
		getNode: () => ({
			id: '1',
			name: 'Node',
			type: options.asTool === 'nodeType' ? 'test.nodeTool' : 'test.node',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
			credentials: { fakeApi: { id: '1', name: 'Fake' } },
			retryOnFail: options.retryOnFail === true,
		}),
		getInstanceId: () => 'instance',
		getWorkflow: () => ({ id: 'workflow', name: 'Workflow', active: false }),
		getExecutionId: () => options.executionId ?? 'execution',
		getWorkflowDataProxy: () => ({ $runIndex: options.runIndex ?? 0 }),
		...(options.asTool === 'context' ? { isToolExecution: () => true } : {}),
		getMode: () => options.mode ?? 'trigger',
		additionalData: {
			rootExecutionMode: options.rootMode,
			credentialsHelper: {
				getDecrypted: async () => (options.credentialOf === undefined ? credential : { ...credential, apiKey: '={{ $json.key }}' }),
			},
		},
		continueOnFail: () => options.continues === true,
		getCredentials: async (_type: string, itemIndex: number) => {
			fake.credentialReads += 1;
			return options.credentialOf?.(itemIndex) ?? credential;
		},
		getExecutionCancelSignal: () => options.cancel,
		addExecutionHints: (...hints: NodeExecutionHint[]) => fake.hints.push(...hints),
		sendMessageToUI: () => undefined,
		logger: {
			info: (text: string) => fake.log.push(text),
			warn: (text: string) => fake.log.push(text),
			debug: () => undefined,
			error: () => undefined,
		},
		helpers: { httpRequest },
	} as unknown as IExecuteFunctions;
	return fake;
}
