/** The importable workflows of `examples/`, and what the demo has to know about some of them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { WorkflowJson, WorkflowNodeJson } from '../n8n/client.mts';

const FOLDER = 'examples';
const TRIGGER_TYPE = 'n8n-nodes-sms-consent.smsPostbackTrigger';
/** The trigger's own path below its webhook id. */
const TRIGGER_PATH = 'postback';

export const SYNC = {
	file: 'crm-to-sms-sync.json',
	trigger: 'Start here',
	contacts: 'One item per contact',
	results: 'Results',
	alreadyIn: 'Subscribed already',
	waiting: 'Waiting for their answer',
	mustNotBeTexted: 'Must not be texted',
	problems: 'Problems',
} as const;
/** Contacts whose numbers nobody could text. */
export const UNUSABLE_CONTACTS: readonly string[] = ['C-011', 'C-018'];

export const LEDGER = { file: 'consent-ledger.json', table: 'sms_consent_ledger' } as const;

/** The same two with the ledger in PostgreSQL. */
export const ON_POSTGRES = { ledger: 'consent-ledger-on-postgresql.json', sync: 'crm-to-sms-sync-on-postgresql.json' } as const;

/** One entry of the sync's list. */
export interface Contact {
	contactId: string;
	name: string;
	phone: string | number;
	provider: string;
}

export interface Example {
	file: string;
	workflow: WorkflowJson;
}

/**
 * @param projectDir the checkout
 * @returns every example, sorted by file name
 */
export function readExamples(projectDir: string): Example[] {
	const folder = path.join(projectDir, FOLDER);
	return readdirSync(folder)
		.filter((file) => file.endsWith('.json'))
		.sort()
		.map((file) => ({ file, workflow: JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as WorkflowJson }));
}

/** @throws when the example is not there */
export function exampleOf(examples: readonly Example[], file: string): WorkflowJson {
	const found = examples.find((example) => example.file === file);
	if (found === undefined) throw new Error(`${FOLDER}/${file} is missing`);
	return found.workflow;
}

/** @throws when the workflow has no node of that name */
export function nodeIn(workflow: WorkflowJson, name: string): WorkflowNodeJson {
	const found = workflow.nodes.find((node) => node.name === name);
	if (found === undefined) throw new Error(`"${workflow.name}" has no node "${name}"`);
	return found;
}

/**
 * @param workflow with a trigger for each provider that sends postbacks
 * @returns by provider, the path of its trigger below n8n's webhook address
 */
export function postbackPaths(workflow: WorkflowJson): Record<string, string> {
	const triggers = workflow.nodes.filter((node) => node.type === TRIGGER_TYPE);
	return Object.fromEntries(triggers.map((node) => [providerOf(node), `${node.webhookId ?? ''}/${TRIGGER_PATH}`]));
}

/** The list that the sync example brings along. */
export function contactsOf(workflow: WorkflowJson): Contact[] {
	for (const { parameters } of workflow.nodes) {
		if (typeof parameters['jsonOutput'] !== 'string') continue;
		const { contacts } = JSON.parse(parameters['jsonOutput']) as { contacts?: Contact[] };
		if (contacts !== undefined) return contacts;
	}
	throw new Error(`${SYNC.file} holds no list of contacts`);
}

function providerOf(node: WorkflowNodeJson): string {
	return String(node.parameters['provider']);
}
