/** One node, many people, a provider that misbehaves: what the node says of every item, beside what the provider's own record says. */
import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import type { ConfigPatch, FaultRule, ProviderName } from '../../sandbox/server.mts';
import { startSandbox } from '../../sandbox/server.mts';
import type { RunResult, TestCredential } from '../workflow/harness.mts';
import { run } from '../workflow/nodeRun.mts';

/** How an item ended, by what the node put out for it. */
export type End = 'sent' | 'not sent' | 'unknown';

export interface FaultRun {
	provider: ProviderName;
	node: INodeType;
	parameters: INodeParameters;
	/** Credential type to its values; `baseUrl` is filled in. */
	credentials: Record<string, TestCredential>;
	secrets: ICredentialDataDecryptedObject;
	people: IDataObject[];
	faults: FaultRule[];
	settings?: ConfigPatch;
	/** Numbers that had opted out, or were subscribed, before. */
	optedOut?: string[];
	subscribed?: string[];
}

export interface PersonRecord {
	item: number;
	/** Every end that the outputs hold for the item; exactly one is right. */
	ends: End[];
	/** How often the provider carried out a call for this person. */
	acted: number;
	/** How many texts the provider sent to this person. */
	texts: number;
	requests: number;
	/** The item's result or `error`. */
	json: IDataObject;
}

export interface FaultReport {
	people: PersonRecord[];
	/** Requests hit, by kind of fault. */
	faults: Record<string, number>;
	/** Requests seen by the provider, those that broke before they were read included. */
	requests: number;
	result: RunResult;
}

function pointedAt(credentials: Record<string, TestCredential>, more: ICredentialDataDecryptedObject): Record<string, TestCredential> {
	return Object.fromEntries(
		Object.entries(credentials).map(([name, credential]) => [name, { ...credential, data: { ...credential.data, ...more } }]),
	);
}

function itemOf({ pairedItem }: { pairedItem?: unknown }): number {
	if (typeof pairedItem === 'number') return pairedItem;
	if (typeof pairedItem === 'object' && pairedItem !== null && 'item' in pairedItem) return Number(pairedItem.item);
	throw new Error('An item lost its pairing');
}

/**
 * Runs the node through n8n's engine against the sandbox.
 *
 * @param input `people` have their number in `phone`
 * @returns for every item what the node said and what the provider did
 */
export async function faultRun(input: FaultRun): Promise<FaultReport> {
	const { provider, node, parameters, people } = input;
	const sandbox = await startSandbox({ config: input.settings ?? {} });
	try {
		if (input.optedOut !== undefined) sandbox.seed({ provider, numbers: input.optedOut, state: 'optedOut' });
		if (input.subscribed !== undefined) sandbox.seed({ provider, numbers: input.subscribed, state: 'subscribed' });
		sandbox.configure({ seed: 7, [provider]: { faults: input.faults } });
		const credentials = pointedAt(input.credentials, { ...input.secrets, baseUrl: sandbox.baseUrls[provider] });
		const result = await run({ node, parameters, credentials, items: people });

		const ends: Array<Array<{ end: End; json: IDataObject }>> = people.map(() => []);
		const [good = [], bad = []] = result.outputs;
		for (const item of good) ends[itemOf(item)]?.push({ end: 'sent', json: item.json });
		for (const item of bad) {
			const error = item.json.error as IDataObject;
			ends[itemOf(item)]?.push({ end: error.sent as End, json: error });
		}
		const { counters } = sandbox.state({ limit: 0 }).providers[provider];
		return {
			people: ends.map((found, item) => {
				const { acted, texts, requests } = sandbox.person(provider, String(people[item]?.phone ?? ''));
				return { item, ends: found.map(({ end }) => end), acted, texts, requests, json: found[0]?.json ?? {} };
			}),
			faults: counters.byFault,
			requests: counters.requests,
			result,
		};
	} finally {
		await sandbox.close();
	}
}

/** @returns how many people ended each way */
export function countOf({ people }: FaultReport): Record<End, number> {
	const counts: Record<End, number> = { sent: 0, 'not sent': 0, unknown: 0 };
	for (const { ends } of people) for (const end of ends) counts[end] += 1;
	return counts;
}

/**
 * What must hold whatever went wrong.
 *
 * @param report of a run
 * @returns one sentence per person for whom it does not hold; empty when all is well
 */
export function contradictions({ people }: FaultReport): string[] {
	return people.flatMap(({ item, ends, acted, texts, json }) => {
		const [end] = ends;
		const problems: string[] = [];
		if (ends.length !== 1 || (end !== 'sent' && end !== 'not sent' && end !== 'unknown')) problems.push(`ended as ${JSON.stringify(ends)}`);
		if (end === 'sent' && acted !== 1) problems.push(`sent, but carried out ${acted} times`);
		if (end === 'not sent' && acted !== 0) problems.push(`not sent, but carried out ${acted} times`);
		if (acted > 1) problems.push(`carried out ${acted} times`);
		if (texts > 1) problems.push(`texted ${texts} times`);
		return problems.map((problem) => `item ${item}: ${problem} ${JSON.stringify(json)}`);
	});
}
