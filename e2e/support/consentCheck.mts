/** Workflows around SMS Consent Check, which has two inputs. */
import type { WorkflowJson, WorkflowNodeJson } from '../../n8n/client.mts';
import { packageNode, START_NODE } from './workflow.mts';

export const CHECK = 'SMS Consent Check';
export const CONTACTS = 'Contacts';
export const EVENTS = 'Events';

export type Node = WorkflowNodeJson & { alwaysOutputData?: boolean; executeOnce?: boolean; disabled?: boolean };

export const to = (node: string, index = 0) => ({ node, type: 'main', index });

/** A list that was typed in: two nodes, of which the second bears the name. */
export function listNode(name: string, list: ReadonlyArray<Record<string, unknown>>): Node[] {
	return [
		{
			name: `${name} as text`,
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [200, 0],
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ list }), options: {} },
		},
		{ name, type: 'n8n-nodes-base.splitOut', typeVersion: 1, position: [400, 0], parameters: { fieldToSplitOut: 'list', options: {} } },
	];
}

export function checkNode(parameters: Record<string, unknown> = {}, more: Partial<Node> = {}): Node {
	return {
		...packageNode(CHECK, 3, { type: 'smsConsentCheck', parameters: { phone: '={{ $json.phone }}', defaultCountry: 'US', ...parameters } }),
		...more,
	};
}

/** By node, for each of its outputs where its items go. */
export type Wires = Record<string, Array<Array<{ node: string; type: string; index: number }>>>;

/** Started by hand. Lines to and from nodes that are not there are left out. */
export function workflowOf(name: string, nodes: Node[], wires: Wires): WorkflowJson {
	const start: Node = { name: START_NODE, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} };
	const names = new Set([start, ...nodes].map((node) => node.name));
	const connected = Object.entries(wires)
		.filter(([from]) => names.has(from))
		.map(([from, main]) => [from, { main: main.map((ends) => ends.filter(({ node }) => names.has(node))) }] as const);
	return {
		name,
		nodes: [start, ...nodes],
		connections: Object.fromEntries(connected),
		settings: { executionOrder: 'v1' },
	};
}

/** Contacts and events come from two nodes of those names. */
export const BOTH_INPUTS: Wires = {
	[START_NODE]: [[to(`${CONTACTS} as text`), to(EVENTS)]],
	[`${CONTACTS} as text`]: [[to(CONTACTS)]],
	[CONTACTS]: [[to(CHECK, 0)]],
	[EVENTS]: [[to(CHECK, 1)]],
};
