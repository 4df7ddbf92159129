/** The same list of contacts, subscribed in different ways. */
import type { WorkflowJson, WorkflowNodeJson } from '../../n8n/client.mts';
import type { StoredCredential, StoredWorkflow } from './home.mts';

/** The node whose time is taken. */
export const NODE_UNDER_TEST = 'Under test';

const CAMPAIGN = '1116';
const SKYCORE = { id: 'benchSkycore', name: 'Bench Skycore' };
const HEADER = { id: 'benchHeader', name: 'Bench header' };

type Contender = Pick<WorkflowNodeJson, 'type' | 'typeVersion' | 'parameters'> & Partial<WorkflowNodeJson>;

/**
 * The credentials that the contenders use.
 *
 * @param baseUrl of the provider
 */
export function benchCredentials(baseUrl: string): StoredCredential[] {
	return [
		{ ...SKYCORE, type: 'smsConsentSkycoreApi', data: { apiKey: 'bench', baseUrl } },
		{ ...HEADER, type: 'httpHeaderAuth', data: { name: 'x-api-key', value: 'bench' } },
	];
}

/**
 * @param callsPerSecond 0: no limit of its own
 * @param node which of the package's nodes
 */
export function ours(callsPerSecond: number, node: 'smsSubscribe' | 'smsUnsubscribe' = 'smsSubscribe'): Contender {
	return {
		type: `n8n-nodes-sms-consent.${node}`,
		typeVersion: 1,
		parameters: {
			provider: 'skycore',
			campaignReference: CAMPAIGN,
			phone: '={{ $json.phone }}',
			options: { callsPerSecond, concurrentCalls: 16 },
		},
		credentials: { smsConsentSkycoreApi: SKYCORE },
		onError: 'continueRegularOutput',
	};
}

/**
 * What a person builds without us: a credential and an expression that writes the document.
 *
 * @param url of the provider
 * @param batch how many at once, a second apart; all at once when not given, as the node does by itself
 * @param action what the document asks for
 */
export function httpRequest(url: string, batch?: number, action = 'subscribe'): Contender {
	const xml = `=<REQUEST><ACTION>${action}</ACTION><API_KEY>bench</API_KEY><CAMPAIGNREF>${CAMPAIGN}</CAMPAIGNREF><MOBILE>{{ $json.phone.slice(1) }}</MOBILE></REQUEST>`;
	return {
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.5,
		parameters: {
			method: 'POST',
			url: `${url}index.php`,
			authentication: 'genericCredentialType',
			genericAuthType: 'httpHeaderAuth',
			sendBody: true,
			contentType: 'form-urlencoded',
			bodyParameters: { parameters: [{ name: 'xml', value: xml }] },
			options: batch === undefined ? {} : { batching: { batch: { batchSize: batch, batchInterval: 1000 } } },
		},
		credentials: { httpHeaderAuth: HEADER },
		onError: 'continueRegularOutput',
	};
}

/** @param url of the provider */
export function bareLoop(url: string): Contender {
	return { type: 'n8n-nodes-bench.benchLoop', typeVersion: 1, parameters: { url: `${url}index.php` } };
}

/**
 * @param credential of the type `smsConsentVonageApi`
 * @param pageSize rows per call
 */
export function queryOptOuts(credential: { id: string; name: string }, pageSize: number): Contender {
	return {
		type: 'n8n-nodes-sms-consent.smsQueryOptOuts',
		typeVersion: 1,
		parameters: { provider: 'vonage', returnAll: true, state: 'any', additionalFields: { pageSize }, options: { callsPerSecond: 0 } },
		credentials: { smsConsentVonageApi: credential },
	};
}

/** @returns SMS Consent Check with its defaults */
export function consentCheck(): Contender {
	return {
		type: 'n8n-nodes-sms-consent.smsConsentCheck',
		typeVersion: 1,
		parameters: { phone: '={{ $json.phone }}', defaultCountry: 'US' },
	};
}

/** @returns what it is compared with */
export function bareJoin(): Contender {
	return { type: 'n8n-nodes-bench.benchJoin', typeVersion: 1, parameters: {} };
}

const START: WorkflowNodeJson = {
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	parameters: {},
	position: [0, 0],
};

function benchItems(name: string, kind: string, count: number, y = 0): WorkflowNodeJson {
	return { name, type: 'n8n-nodes-bench.benchItems', typeVersion: 1, parameters: { count, kind }, position: [200, y] };
}

/**
 * Contacts and events, the contender that joins them, and a node that notes how long it took.
 *
 * @param id of the workflow
 * @param contender the node under test
 * @param counts how many there are of each
 * @param reportFile receives the time
 */
export function joinContest(
	id: string,
	contender: Contender,
	counts: { contacts: number; events: number },
	reportFile: string,
): StoredWorkflow {
	const nodes: WorkflowNodeJson[] = [
		START,
		benchItems('Contacts', 'written', counts.contacts),
		benchItems('Events', 'event', counts.events, 200),
		{ ...contender, name: NODE_UNDER_TEST, position: [400, 0] },
		report(reportFile),
	];
	const to = (node: string, index = 0) => ({ node, type: 'main', index });
	return {
		...chain(id, nodes),
		id,
		connections: {
			Start: { main: [[to('Contacts'), to('Events')]] },
			Contacts: { main: [[to(NODE_UNDER_TEST, 0)]] },
			Events: { main: [[to(NODE_UNDER_TEST, 1)]] },
			[NODE_UNDER_TEST]: { main: [[to('Report')], [to('Report')], [to('Report')]] },
		},
	};
}

/**
 * Contacts against a ledger in PostgreSQL, with the nodes of the example, and a node that notes how long one of them took.
 *
 * @param id of the workflow
 * @param nodes the example's, by its own names
 * @param contacts how many
 * @param timed the node whose time is taken, and the file that receives it
 */
export function databaseContest(
	id: string,
	nodes: { prepare: WorkflowNodeJson; lookUp: WorkflowNodeJson; check: WorkflowNodeJson },
	contacts: number,
	timed: { node: string; file: string },
): StoredWorkflow {
	const { prepare, lookUp, check } = nodes;
	const to = (node: string, index = 0) => ({ node, type: 'main', index });
	return {
		...chain(id, [START, benchItems('Contacts', 'written', contacts), prepare, lookUp, check, report(timed.file, timed.node)]),
		id,
		connections: {
			Start: { main: [[to('Contacts')]] },
			Contacts: { main: [[to(prepare.name)]] },
			[prepare.name]: { main: [[to(check.name, 0), to(lookUp.name)]] },
			[lookUp.name]: { main: [[to(check.name, 1)]] },
			[check.name]: { main: [[to('Report')], [to('Report')], [to('Report')]] },
		},
	};
}

function report(file: string, node: string = NODE_UNDER_TEST): WorkflowNodeJson {
	return {
		name: 'Report',
		type: 'n8n-nodes-bench.benchReport',
		typeVersion: 1,
		parameters: { node, file },
		position: [600, 0],
	};
}

/**
 * Contacts, the contender, and a node that notes how long the contender took. Finished executions are not kept, for any contender: what n8n does with their data
 * depends on its settings and is not what is compared.
 *
 * @param id of the workflow
 * @param contender the node under test
 * @param count how many contacts
 * @param reportFile receives time and number of items
 */
export function contest(id: string, contender: Contender, count: number, reportFile: string): StoredWorkflow {
	const nodes: WorkflowNodeJson[] = [
		START,
		benchItems('Contacts', 'contact', count),
		{ ...contender, name: NODE_UNDER_TEST, position: [400, 0] },
		report(reportFile),
	];
	return { ...chain(id, nodes), id };
}

/**
 * n8n's Edit Fields node, which leaves nothing but these fields.
 *
 * @param x where it stands
 * @param fields by name, as text or expression
 */
export function editFields(x: number, fields: Record<string, string>): WorkflowNodeJson {
	const assignments = Object.entries(fields).map(([name, value]) => ({ id: name, name, value, type: 'string' }));
	return {
		name: 'Edit Fields',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		position: [x, 0],
		parameters: { assignments: { assignments }, options: {} },
	};
}

/**
 * Nodes one after the other; finished executions are not kept.
 *
 * @param name of the workflow
 * @param nodes the trigger first
 */
export function chain(name: string, nodes: readonly WorkflowNodeJson[]): WorkflowJson {
	const next = nodes.slice(1).map((node, index) => [nodes[index]?.name, { main: [[{ node: node.name, type: 'main', index: 0 }]] }]);
	return {
		name,
		nodes: nodes.map((node, index) => ({ ...node, id: `${name}-${index}` })),
		connections: Object.fromEntries(next) as Record<string, unknown>,
		settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none', saveDataErrorExecution: 'none', saveManualExecutions: false },
	};
}
