/** What happens in the demo: people sign up, are synced, confirm, change their minds. */
import { setTimeout as sleep } from 'node:timers/promises';

import { nodeOutputs, type N8nClient } from '../n8n/client.mts';
import { digits } from '../sandbox/phone.mts';
import type { Sandbox } from '../sandbox/server.mts';
import { LEDGER, SYNC } from './examples.mts';
import type { LedgerRow } from '../consent/ledgerRow.ts';
import { expectedLedgerRows, isEvent, type SyncAnswer, type SyncContact, type SyncProblem, type SyncRun } from './reconcile.mts';

/** People of the story. All but the last stand in the sync's list. */
export const PEOPLE = {
	/** Joined by keyword before the sync. */
	alreadySubscribed: '+15125550123',
	/** Never answers "Reply Y". */
	silent: '+15125550122',
	leavesSkycore: '+16505550103',
	leavesAttentive: '+15125550118',
	/** Knows Vonage's short code only. */
	leavesVonage: '+12125550124',
} as const;

const SYNC_TIMEOUT_MS = 240_000;
const POSTBACKS_TIMEOUT_MS = 120_000;
const LEDGER_TIMEOUT_MS = 120_000;
const POLL_MS = 250;
/** All of a provider's people and postbacks: the story has a few dozen. */
const EVERYTHING = { limit: 100_000 };

/** Somebody signs up by keyword, so that the sync meets a person who is subscribed already. */
export async function joinByKeyword(sandbox: Sandbox): Promise<void> {
	sandbox.text({ provider: 'attentive', from: PEOPLE.alreadySubscribed, text: 'JOIN' });
	await untilDelivered(sandbox);
}

/**
 * Runs the sync as a person would by pressing its button.
 *
 * @throws when the workflow fails as a whole
 */
export async function runSync(n8n: N8nClient, workflowId: string): Promise<SyncRun> {
	const execution = await n8n.waitForExecution(await n8n.runWorkflow(workflowId, SYNC.trigger), SYNC_TIMEOUT_MS);
	if (execution.status !== 'success') {
		const { error, lastNodeExecuted } = execution.resultData;
		throw new Error(
			`The sync ended with ${execution.status} in "${lastNodeExecuted ?? '?'}": ${error?.message ?? ''} ${error?.description ?? ''}`.trim(),
		);
	}
	const itemsOf = <Item,>(node: string) => (nodeOutputs(execution, node)[0] ?? []).map(({ json }) => json) as Item[];
	return {
		results: itemsOf<SyncAnswer>(SYNC.results),
		alreadyIn: itemsOf<SyncContact>(SYNC.alreadyIn),
		waiting: itemsOf<SyncContact>(SYNC.waiting),
		mustNotBeTexted: itemsOf<SyncContact>(SYNC.mustNotBeTexted),
		problems: itemsOf<SyncProblem>(SYNC.problems),
	};
}

/** Everybody whom Attentive asked answers Y, except one. Returns how many did. */
export async function confirm(sandbox: Sandbox): Promise<number> {
	const { subscribers } = sandbox.state(EVERYTHING).providers.attentive;
	const asked = subscribers.filter(({ state, number }) => state === 'pending' && number !== digits(PEOPLE.silent));
	for (const { number } of asked) sandbox.text({ provider: 'attentive', from: number, text: 'Y' });
	await untilDelivered(sandbox);
	return asked.length;
}

/** Two of the synced people text STOP, and one who only knows Vonage. */
export async function changeTheirMinds(sandbox: Sandbox): Promise<void> {
	sandbox.text({ provider: 'skycore', from: PEOPLE.leavesSkycore, text: 'STOP' });
	sandbox.text({ provider: 'attentive', from: PEOPLE.leavesAttentive, text: 'STOP' });
	sandbox.text({ provider: 'vonage', from: PEOPLE.leavesVonage, text: 'STOP' });
	await untilDelivered(sandbox);
}

/** Waits for the providers to be rid of their postbacks; what is left after a while shows in the reconciliation. */
export async function untilDelivered(sandbox: Sandbox): Promise<void> {
	const patience = new AbortController();
	await Promise.race([sandbox.idle(), sleep(POSTBACKS_TIMEOUT_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
	patience.abort();
}

/**
 * n8n answers a postback once it has stored it, so the rows follow a little later. Waits until they are as many as the
 * postbacks, or for a while.
 *
 * @returns all rows of the ledger
 */
export async function ledgerRows(n8n: N8nClient, sandbox: Sandbox): Promise<LedgerRow[]> {
	const expected = expectedLedgerRows(sandbox.state(EVERYTHING));
	const deadline = Date.now() + LEDGER_TIMEOUT_MS;
	for (;;) {
		const found = await n8n.dataTables.find(LEDGER.table);
		const rows = found === undefined ? [] : await n8n.dataTables.rows(found.id);
		if (rows.filter(isEvent).length >= expected || Date.now() > deadline) return rows;
		await sleep(POLL_MS);
	}
}

/** The sandbox as it stands, whole. */
export function wholeState(sandbox: Sandbox): ReturnType<Sandbox['state']> {
	return sandbox.state(EVERYTHING);
}
