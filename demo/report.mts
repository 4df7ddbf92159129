/** The demo's words: plain text that reads the same in a terminal and in a log. */
import { isProvider, standInOf } from '../sandbox/server.mts';
import type { ProviderCount, ReconciledRow, Reconciliation, SyncProblem, SyncRun } from './reconcile.mts';

const GAP = '  ';
const EVENTS_SEPARATOR = ', ';

/**
 * Lines up columns.
 *
 * @param head names of the columns
 * @param rows as many cells each
 */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
	const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
	const line = (cells: readonly string[]): string =>
		cells
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join(GAP)
			.trimEnd();
	return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Who was subscribed by the sync, branch by branch. */
export function branchSummary(run: SyncRun): string {
	const lists = [run.results, run.alreadyIn, run.waiting, run.mustNotBeTexted, run.problems];
	const providers = [...new Set(lists.flat().map(({ provider }) => provider))].sort((one, other) => (one < other ? -1 : 1));
	const rows = providers.map((provider) => {
		const counts = lists.map((list) => list.filter((contact) => contact.provider === provider).length);
		const outcomes = run.results.filter((result) => result.provider === provider).map(({ outcome }) => outcome);
		const counted = [...new Set(outcomes)].map((outcome) => `${outcomes.filter((each) => each === outcome).length} ${outcome}`);
		const [, ...others] = counts;
		return [
			titleOf(provider),
			String(counts.reduce((sum, count) => sum + count)),
			counted.join(EVENTS_SEPARATOR) || '–',
			...others.map(String),
		];
	});
	return table(['Branch', 'Contacts', 'Results', 'Subscribed already', 'Waiting', 'Must not be texted', 'Problems'], rows);
}

/** What the error output said. */
export function problemList(problems: readonly SyncProblem[]): string {
	return problems
		.map(({ contactId, name, reason, whatToDo }) => `  ${contactId} ${name}: ${reason.replace(/\.$/, '')}.\n        ${whatToDo}`)
		.join('\n');
}

/** Number by number, what provider, postbacks and ledger say. */
export function reconciliationTable({ rows }: Reconciliation): string {
	return table(
		['Provider', 'Number', 'Campaign', 'At the provider', 'Postbacks delivered', 'In the ledger', 'Agree'],
		rows.map((row) => [
			titleOf(row.provider),
			row.person,
			row.campaign,
			row.atProvider,
			postedIn(row),
			row.inLedger,
			row.disagreement === '' ? 'yes' : `NO: ${row.disagreement}`,
		]),
	);
}

/** Provider by provider, how many of each. */
export function countTable({ rows, counts }: Reconciliation): string {
	return table(
		['Provider', 'People', 'Postbacks delivered', 'In the ledger', 'Agree'],
		counts.map((count) => [
			titleOf(count.provider),
			String(count.people),
			standInOf(count.provider).sendsPostbacks ? deliveredIn(count) : 'sends none',
			String(count.ledgerRows),
			`${rows.filter((row) => row.provider === count.provider && row.disagreement === '').length} of ${rows.filter((row) => row.provider === count.provider).length}`,
		]),
	);
}

/**
 * The one sentence that the demo is about.
 *
 * @param agrees whether everything agrees, the contacts of the sync included
 */
export function verdict({ rows, counts }: Reconciliation, agrees: boolean): string {
	const agreeing = rows.filter(({ disagreement }) => disagreement === '').length;
	const delivered = counts.reduce((sum, count) => sum + count.delivered, 0);
	const ledgerRows = counts.reduce((sum, count) => sum + count.ledgerRows, 0);
	const facts = `${agreeing} of ${rows.length} people, ${delivered} postbacks delivered, ${ledgerRows} of them in the ledger`;
	return agrees ? `Provider, postbacks and ledger agree: ${facts}.` : `Provider, postbacks and ledger DO NOT AGREE: ${facts}.`;
}

function postedIn({ posted }: ReconciledRow): string {
	return posted.length === 0 ? '–' : posted.join(EVENTS_SEPARATOR);
}

function deliveredIn({ delivered, undelivered }: ProviderCount): string {
	return undelivered === 0 ? String(delivered) : `${delivered} (${undelivered} not taken)`;
}

function titleOf(provider: string): string {
	return isProvider(provider) ? standInOf(provider).title : provider;
}

/**
 * What the second sync is about.
 *
 * @param harm what it did that it must not do, a sentence each
 */
export function secondSyncVerdict(harm: readonly string[]): string {
	if (harm.length === 0) return 'The second sync texted nobody and brought nobody back who had opted out.';
	return `The second sync did what it must not do:\n${harm.map((sentence) => `  ${sentence}`).join('\n')}`;
}
