/**
 * What the demo and the end-to-end tests ask of a running n8n, over the same internal REST interface that its editor
 * uses (and so only promised for `N8N_VERSION`). Every method throws an `N8nApiError` when n8n refuses.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { parseFlatted } from './flatted.mts';
import { SETTINGS_PATH, waitForSettings } from './readiness.mts';

/** The owner of every instance that we start. It listens on loopback only and holds demo data only. */
export const OWNER_EMAIL = 'demo@example.com';
export const OWNER_PASSWORD = 'Demo-passw0rd';
const OWNER_NAME = { firstName: 'Demo', lastName: 'Owner' };

const REQUEST_TIMEOUT_MS = 30_000;
const ACTIVATION_TIMEOUT_MS = 30_000;
const EXECUTION_TIMEOUT_MS = 60_000;
const POLL_MS = 100;
const MAX_PAGE = 250;
const MAX_EXECUTIONS = 100;
const DATA_TABLE_NODE = 'n8n-nodes-base.dataTable';
const ENDED_STATUSES: readonly string[] = ['success', 'error', 'crashed', 'canceled'];
const EVERY_STATUS: readonly string[] = [...ENDED_STATUSES, 'new', 'running', 'waiting', 'unknown'];

/** n8n refused a call. */
export class N8nApiError extends Error {
	constructor(
		request: string,
		readonly status: number,
		readonly body: string,
	) {
		super(`${request} -> HTTP ${status}: ${body.slice(0, 500)}`);
		this.name = 'N8nApiError';
	}
}

export interface WorkflowNodeJson {
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	id?: string;
	webhookId?: string;
	onError?: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	credentials?: Record<string, { id?: string | null; name: string }>;
	[other: string]: unknown;
}

/** A workflow as n8n exports it. */
export interface WorkflowJson {
	name: string;
	nodes: WorkflowNodeJson[];
	connections: Record<string, unknown>;
	/** Kept when given: 1 to 21 letters and digits (n8n makes 16). */
	id?: string;
	settings?: Record<string, unknown>;
	pinData?: Record<string, unknown> | null;
	[other: string]: unknown;
}

export interface CredentialInput {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

export interface N8nItem {
	json: Record<string, unknown>;
	binary?: Record<string, unknown>;
	pairedItem?: unknown;
	error?: unknown;
}

export interface ExecutionSummary {
	id: string;
	workflowId: string;
	/** new, running, waiting, success, error, crashed, canceled */
	status: string;
	/** manual, webhook, trigger ... */
	mode: string;
	startedAt: string;
	stoppedAt: string | null;
}

/** One run of one node. */
export interface NodeRun {
	startTime: number;
	executionTime: number;
	executionStatus?: string;
	error?: { message?: string; description?: string | null; [other: string]: unknown };
	/** What stands under the node's output in the editor. */
	hints?: Array<{ message: string }>;
	/** Per output of the node, its items; null where nothing went out. */
	data?: { main?: Array<N8nItem[] | null> };
}

export interface Execution extends ExecutionSummary {
	resultData: {
		/** By node name; a node in a loop has several runs. */
		runData: Record<string, NodeRun[]>;
		lastNodeExecuted?: string;
		error?: { message?: string; description?: string | null; [other: string]: unknown };
	};
}

export type DataTableColumnType = 'string' | 'number' | 'boolean' | 'date';

export interface DataTableColumn {
	name: string;
	type: DataTableColumnType;
}

export interface DataTable {
	id: string;
	name: string;
	columns: DataTableColumn[];
}

/** A row: the table's columns and n8n's own `id`, `createdAt`, `updatedAt`. */
export type DataTableRow = Record<string, string | number | boolean | null>;

export interface RowQuery {
	sortBy?: { column: string; direction: 'asc' | 'desc' };
	/** All conditions must hold. */
	where?: Array<{
		columnName: string;
		condition: 'eq' | 'neq' | 'like' | 'ilike' | 'gt' | 'gte' | 'lt' | 'lte';
		value: string | number | boolean | null;
	}>;
}

export interface DataTablesApi {
	/** Creates a table. Throws when one of that name exists. */
	create(name: string, columns: readonly DataTableColumn[]): Promise<DataTable>;
	list(): Promise<DataTable[]>;
	/** The table of that name, or nothing. */
	find(name: string): Promise<DataTable | undefined>;
	/** The table of that name, created when it is missing. */
	ensure(name: string, columns: readonly DataTableColumn[]): Promise<DataTable>;
	/** All rows, in the order of insertion unless `sortBy` says otherwise. */
	rows(tableId: string, query?: RowQuery): Promise<DataTableRow[]>;
	insert(tableId: string, rows: readonly DataTableRow[]): Promise<void>;
	/** Removes all rows and keeps the table. */
	clear(tableId: string): Promise<void>;
	delete(tableId: string): Promise<void>;
}

export interface NodeTypeDescription {
	/** With the package in front: `n8n-nodes-sms-consent.smsSubscribe`. */
	name: string;
	displayName: string;
	version: number | number[];
	properties: unknown[];
	[other: string]: unknown;
}

interface StoredWorkflow {
	id: string;
	name: string;
	active: boolean;
	isArchived: boolean;
	versionId: string;
	nodes: WorkflowNodeJson[];
}

interface PublicationStatus {
	status: 'not_published' | 'in_progress' | 'published' | 'partial' | 'failed';
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

export class N8nClient {
	readonly dataTables: DataTablesApi;

	private cookie: string | undefined;
	private projectId: string | undefined;

	/** @param url where n8n answers, without a slash at the end */
	constructor(readonly url: string) {
		this.dataTables = this.makeDataTablesApi();
	}

	/**
	 * One call of n8n's internal REST interface, as the owner; logs in on the first. Gives the answer without its
	 * `data` wrapping. The caller vouches for the type.
	 */
	async rest<T>(method: string, path: string, body?: unknown): Promise<T> {
		if (this.cookie === undefined) await this.login();
		return await this.call<T>(method, path, body);
	}

	/** Creates the owner, or logs in when there is one already. Also puts the editor's first-run hints away. */
	async setupOwner(): Promise<void> {
		if (await this.needsOwner()) {
			await this.call('POST', '/rest/owner/setup', {
				...OWNER_NAME,
				email: OWNER_EMAIL,
				password: OWNER_PASSWORD,
			});
		} else {
			await this.login();
		}
		await this.rest('PATCH', '/rest/me/settings', { easyAIWorkflowOnboarded: true });
	}

	/** Logs in as the owner; the session lasts as long as this object. */
	async login(): Promise<void> {
		await this.call('POST', '/rest/login', { emailOrLdapLoginId: OWNER_EMAIL, password: OWNER_PASSWORD });
		if (this.cookie === undefined) throw new Error('n8n took the login but set no cookie');
	}

	/** Name and value of the session cookie, for a browser that should be logged in already. */
	async sessionCookie(): Promise<{ name: string; value: string }> {
		if (this.cookie === undefined) await this.login();
		const [name = '', value = ''] = (this.cookie ?? '').split('=', 2);
		return { name, value };
	}

	/** A key for the public API (`X-N8N-API-KEY`) with every scope of the owner. A key of the same label is replaced. */
	async createApiKey(label = 'sandbox'): Promise<string> {
		const { items } = await this.rest<{ items: Array<{ id: string; label: string }> }>('GET', '/rest/api-keys');
		for (const key of items.filter((each) => each.label === label)) {
			await this.rest('DELETE', `/rest/api-keys/${key.id}`);
		}
		const scopes = await this.rest<string[]>('GET', '/rest/api-keys/scopes');
		const key = await this.rest<{ rawApiKey: string }>('POST', '/rest/api-keys', { label, scopes, expiresAt: null });
		return key.rawApiKey;
	}

	/** Creates the credential, or gives the one of the same name and type this data. Returns its id. */
	async upsertCredential(credential: CredentialInput): Promise<string> {
		const existing = (await this.credentials()).find((each) => each.name === credential.name && each.type === credential.type);
		if (existing !== undefined) {
			await this.rest('PATCH', `/rest/credentials/${existing.id}`, { id: existing.id, ...credential });
			return existing.id;
		}
		return (await this.rest<{ id: string }>('POST', '/rest/credentials', credential)).id;
	}

	/** What the "Test" button of the credential says. With the id of a stored one, its blanked secrets may stay blank. */
	async testCredential(credential: CredentialInput & { id?: string }): Promise<CredentialTestResult> {
		return await this.rest('POST', '/rest/credentials/test', { credentials: { id: '', ...credential } });
	}

	/**
	 * Stores a workflow and returns its id. One of the same name (or id) is replaced; it keeps its executions where the
	 * id stays the same. Credentials are found by type and name, so the ids in the file do not matter. Data tables given
	 * by name are pinned to the one of exactly that name, where there is one: n8n itself takes the first whose name
	 * *contains* it.
	 */
	async importWorkflow(json: WorkflowJson, options: { activate?: boolean } = {}): Promise<string> {
		const nodes = await this.withTableIds(await this.withCredentialIds(json.nodes));
		const content = {
			name: json.name,
			nodes,
			connections: json.connections,
			settings: json.settings ?? { executionOrder: 'v1' },
			pinData: json.pinData ?? {},
		};
		const rivals = (await this.workflows()).filter((each) => each.name === json.name || each.id === json.id);
		const kept = rivals.find((each) => each.id === json.id) ?? (json.id === undefined ? rivals[0] : undefined);
		for (const rival of rivals) {
			if (rival.active) await this.deactivate(rival.id);
			if (rival.id !== kept?.id) await this.deleteWorkflow(rival.id);
		}
		let id: string;
		if (kept === undefined) {
			const created = { ...content, ...(json.id === undefined ? {} : { id: json.id }) };
			id = (await this.rest<StoredWorkflow>('POST', '/rest/workflows', created)).id;
		} else {
			id = kept.id;
			if (kept.isArchived) await this.rest('POST', `/rest/workflows/${id}/unarchive`);
			await this.rest('PATCH', `/rest/workflows/${id}?forceSave=true`, content);
		}
		if (options.activate === true) await this.activate(id);
		return id;
	}

	/** Every workflow, archived ones included. */
	async workflows(): Promise<Array<Pick<StoredWorkflow, 'id' | 'name' | 'active' | 'isArchived'>>> {
		return await this.rest('GET', '/rest/workflows');
	}

	/** Archives the workflow and deletes it, with its executions. */
	async deleteWorkflow(id: string): Promise<void> {
		const workflow = await this.rest<StoredWorkflow>('GET', `/rest/workflows/${id}`);
		if (!workflow.isArchived) await this.rest('POST', `/rest/workflows/${id}/archive`, {});
		await this.rest('DELETE', `/rest/workflows/${id}`);
	}

	/** Publishes the workflow as it is stored and waits until its webhooks really answer. */
	async activate(id: string): Promise<void> {
		const { versionId, name } = await this.rest<StoredWorkflow>('GET', `/rest/workflows/${id}`);
		await this.rest('POST', `/rest/workflows/${id}/activate`, { versionId });
		const settled = await this.waitForPublication(id, (each) => each !== 'in_progress' && each !== 'not_published');
		if (settled.status === 'published') return;
		const reasons = settled.triggers.flatMap((trigger) => trigger.errorMessage ?? []).join('; ');
		throw new Error(`Workflow "${name}" could not be activated (${settled.status}): ${reasons}`);
	}

	/** Withdraws the workflow and waits until its webhooks are gone. */
	async deactivate(id: string): Promise<void> {
		await this.rest('POST', `/rest/workflows/${id}/deactivate`, {});
		await this.waitForPublication(id, (status) => status === 'not_published');
	}

	/** Runs the stored workflow by hand from the trigger of that name. Returns the id of the execution. */
	async runWorkflow(id: string, triggerName: string): Promise<string> {
		const answer = await this.run(id, triggerName);
		if (answer.executionId !== undefined) return answer.executionId;
		throw new Error(`"${triggerName}" waits for a call: use listenForTest, then call its test URL`);
	}

	/** Presses "Listen for test event": the test webhooks of that trigger answer for the next two minutes, or one call. */
	async listenForTest(id: string, triggerName: string): Promise<void> {
		const answer = await this.run(id, triggerName);
		if (answer.waitingForWebhook !== true) throw new Error(`"${triggerName}" ran at once: it has no webhook`);
	}

	/** Ends what `listenForTest` began. */
	async stopListening(id: string): Promise<void> {
		await this.rest('DELETE', `/rest/test-webhook/${id}`);
	}

	/** The production URL of a webhook path: `<webhookId>/<path>` for our triggers, the path alone for n8n's Webhook. */
	webhookUrl(path: string): string {
		return `${this.url}/webhook/${path.replace(/^\/+/, '')}`;
	}

	/** The same while `listenForTest` waits. */
	testWebhookUrl(path: string): string {
		return `${this.url}/webhook-test/${path.replace(/^\/+/, '')}`;
	}

	/** All executions of a workflow that n8n has kept, newest first. */
	async executions(workflowId: string): Promise<ExecutionSummary[]> {
		// By id: one that changes from running to ended between two pages is in both.
		const all = new Map<string, ExecutionSummary>();
		// Without a status n8n asks its database twice, for running and for ended ones, and misses one that ends in between.
		const filter = JSON.stringify({ workflowId, status: EVERY_STATUS });
		for (;;) {
			const query = new URLSearchParams({ filter, limit: String(MAX_EXECUTIONS) });
			const oldest = Math.min(...[...all.keys()].map(Number));
			if (all.size > 0) query.set('lastId', String(oldest));
			const page = await this.rest<{ results: ExecutionSummary[] }>('GET', `/rest/executions?${query.toString()}`);
			const sizeBefore = all.size;
			for (const execution of page.results) all.set(execution.id, execution);
			if (page.results.length < MAX_EXECUTIONS || all.size === sizeBefore) break;
		}
		return [...all.values()].sort((a, b) => Number(b.id) - Number(a.id));
	}

	/** One execution with its decoded run data, in whatever state it is. */
	async execution(id: string): Promise<Execution> {
		const stored = await this.rest<ExecutionSummary & { data: string }>('GET', `/rest/executions/${id}`);
		const { data, ...summary } = stored;
		// Empty while the execution is still starting.
		const decoded = parseFlatted(data) as { resultData?: Partial<Execution['resultData']> } | undefined;
		return { ...summary, resultData: { runData: {}, ...decoded?.resultData } };
	}

	/** Waits until the execution has ended, well or badly, and returns it. Throws after `timeoutMs`. */
	async waitForExecution(id: string, timeoutMs = EXECUTION_TIMEOUT_MS): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const execution = await this.execution(id);
			if (ENDED_STATUSES.includes(execution.status)) return execution;
			if (Date.now() > deadline) throw new Error(`Execution ${id} is still ${execution.status} after ${timeoutMs} ms`);
			await sleep(POLL_MS);
		}
	}

	/**
	 * Waits until a workflow has at least `count` ended executions and none under way; returns them, oldest first.
	 */
	async waitForExecutions(workflowId: string, count: number, timeoutMs = EXECUTION_TIMEOUT_MS): Promise<Execution[]> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const seen = await this.executions(workflowId);
			const ended = seen.filter((each) => ENDED_STATUSES.includes(each.status));
			if (ended.length >= count && ended.length === seen.length) {
				const executions: Execution[] = [];
				for (const each of ended.reverse()) executions.push(await this.execution(each.id));
				return executions;
			}
			if (Date.now() > deadline) {
				throw new Error(`${ended.length} of ${count} executions of ${workflowId} ended within ${timeoutMs} ms`);
			}
			await sleep(POLL_MS);
		}
	}

	/** Every node type that is loaded. */
	async nodeTypes(): Promise<NodeTypeDescription[]> {
		return await this.rest('GET', '/types/nodes.json');
	}

	private async run(id: string, triggerName: string): Promise<{ executionId?: string; waitingForWebhook?: boolean }> {
		return await this.rest('POST', `/rest/workflows/${id}/run`, { triggerToStartFrom: { name: triggerName } });
	}

	private async needsOwner(): Promise<boolean> {
		const settings = await waitForSettings(async () => await this.call('GET', SETTINGS_PATH));
		return settings.userManagement.showSetupOnFirstLoad;
	}

	private async credentials(): Promise<Array<{ id: string; name: string; type: string }>> {
		return await this.rest('GET', '/rest/credentials');
	}

	private async withCredentialIds(nodes: readonly WorkflowNodeJson[]): Promise<WorkflowNodeJson[]> {
		if (nodes.every((node) => node.credentials === undefined)) return [...nodes];
		const stored = await this.credentials();
		return nodes.map((node) => {
			const credentials = Object.entries(node.credentials ?? {}).map(([type, wanted]) => {
				const found = stored.find((each) => each.type === type && each.name === wanted.name);
				if (found !== undefined) return [type, { id: found.id, name: found.name }];
				throw new Error(`Node "${node.name}" wants the credential "${wanted.name}" (${type}), which does not exist`);
			});
			return credentials.length === 0 ? node : { ...node, credentials: Object.fromEntries(credentials) };
		});
	}

	private async withTableIds(nodes: readonly WorkflowNodeJson[]): Promise<WorkflowNodeJson[]> {
		const pinned: WorkflowNodeJson[] = [];
		for (const node of nodes) {
			const table = node.type === DATA_TABLE_NODE ? await this.tableNamedIn(node) : undefined;
			const locator = { __rl: true, mode: 'list', value: table?.id, cachedResultName: table?.name };
			pinned.push(table === undefined ? node : { ...node, parameters: { ...node.parameters, dataTableId: locator } });
		}
		return pinned;
	}

	private async tableNamedIn(node: WorkflowNodeJson): Promise<DataTable | undefined> {
		const wanted = node.parameters['dataTableId'];
		if (typeof wanted !== 'object' || wanted === null || !('mode' in wanted) || !('value' in wanted)) return undefined;
		return wanted.mode === 'name' ? await this.dataTables.find(String(wanted.value)) : undefined;
	}

	private async waitForPublication(id: string, isSettled: (status: PublicationStatus['status']) => boolean): Promise<PublicationStatus> {
		const deadline = Date.now() + ACTIVATION_TIMEOUT_MS;
		for (;;) {
			const publication = await this.rest<PublicationStatus>('GET', `/rest/workflows/${id}/publication-status`);
			if (isSettled(publication.status)) return publication;
			if (Date.now() > deadline) {
				throw new Error(`Workflow ${id} is still ${publication.status} after ${ACTIVATION_TIMEOUT_MS} ms`);
			}
			await sleep(POLL_MS);
		}
	}

	private makeDataTablesApi(): DataTablesApi {
		const tables = async (): Promise<string> => `/rest/projects/${await this.personalProject()}/data-tables`;
		const api: DataTablesApi = {
			create: async (name, columns) => await this.rest('POST', await tables(), { name, columns }),
			list: async () => {
				const page = await this.rest<{ data: DataTable[] }>('GET', `${await tables()}?take=${MAX_PAGE}`);
				return page.data;
			},
			find: async (name) => (await api.list()).find((table) => table.name === name),
			ensure: async (name, columns) => (await api.find(name)) ?? (await api.create(name, columns)),
			rows: async (tableId, query = {}) => {
				const rows: DataTableRow[] = [];
				for (;;) {
					const search = new URLSearchParams({ take: String(MAX_PAGE), skip: String(rows.length) });
					const { column, direction } = query.sortBy ?? { column: 'id', direction: 'asc' };
					search.set('sortBy', `${column}:${direction}`);
					if (query.where !== undefined) {
						search.set('filter', JSON.stringify({ type: 'and', filters: query.where }));
					}
					const page = await this.rest<{ count: number; data: DataTableRow[] }>(
						'GET',
						`${await tables()}/${tableId}/rows?${search.toString()}`,
					);
					rows.push(...page.data);
					if (page.data.length === 0 || rows.length >= page.count) return rows;
				}
			},
			insert: async (tableId, rows) => {
				await this.rest('POST', `${await tables()}/${tableId}/insert`, { data: rows, returnType: 'count' });
			},
			clear: async (tableId) => {
				const everything = { type: 'and', filters: [{ columnName: 'id', condition: 'gte', value: 0 }] };
				const search = new URLSearchParams({ filter: JSON.stringify(everything) });
				await this.rest('DELETE', `${await tables()}/${tableId}/rows?${search.toString()}`);
			},
			delete: async (tableId) => {
				await this.rest('DELETE', `${await tables()}/${tableId}`);
			},
		};
		return api;
	}

	private async personalProject(): Promise<string> {
		this.projectId ??= (await this.rest<{ id: string }>('GET', '/rest/projects/personal')).id;
		return this.projectId;
	}

	private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
		const headers: Record<string, string> = { accept: 'application/json' };
		if (this.cookie !== undefined) headers['cookie'] = this.cookie;
		if (body !== undefined) headers['content-type'] = 'application/json';
		const response = await fetch(`${this.url}${path}`, {
			method,
			headers,
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
		});
		for (const cookie of response.headers.getSetCookie()) {
			const pair = cookie.split(';', 1)[0] ?? '';
			if (pair.startsWith('n8n-auth=') && pair !== 'n8n-auth=') this.cookie = pair;
		}
		const text = await response.text();
		if (!response.ok) throw new N8nApiError(`${method} ${path}`, response.status, text);
		if (text === '') return undefined as T;
		const parsed: unknown = JSON.parse(text);
		const isWrapped = path.startsWith('/rest/') && typeof parsed === 'object' && parsed !== null && 'data' in parsed;
		return (isWrapped ? parsed.data : parsed) as T;
	}
}

/**
 * What a node gave out in an execution: per output, its items, all runs of the node together. Empty when the node did
 * not run. With an error output, that is the last one.
 */
export function nodeOutputs(execution: Execution, nodeName: string): N8nItem[][] {
	const outputs: N8nItem[][] = [];
	for (const run of execution.resultData.runData[nodeName] ?? []) {
		for (const [index, items] of (run.data?.main ?? []).entries()) {
			(outputs[index] ??= []).push(...(items ?? []));
		}
	}
	return Array.from(outputs, (items) => items ?? []);
}
