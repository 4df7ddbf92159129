/** Compares what each provider holds, what it posted, and what the ledger says: per number and campaign. */
import { Ledger, type ListedPerson } from '../consent/ledger.ts';
import type { LedgerRow } from '../consent/ledgerRow.ts';
import { PROVIDERS, type Delivery, type ProviderName, type SandboxState, type SubscriberView } from '../sandbox/server.mts';
import { UNUSABLE_CONTACTS, type Contact } from './examples.mts';

/** A contact in one of the sync's lists. */
export interface SyncContact {
	contactId: string;
	provider: string;
	phone: string;
}

/** What SMS Subscribe answered. */
export interface SyncAnswer extends SyncContact {
	outcome: string;
}

/** A row of the sync's problems. */
export interface SyncProblem {
	contactId: string;
	name: string;
	provider: string;
	reason: string;
	whatToDo: string;
}

export interface SyncRun {
	results: SyncAnswer[];
	/** Opted in before, so that nobody was called. */
	alreadyIn: SyncContact[];
	/** Asked lately. */
	waiting: SyncContact[];
	/** Opted out. */
	mustNotBeTexted: SyncContact[];
	problems: SyncProblem[];
}

export interface ReconciledRow {
	provider: ProviderName;
	person: string;
	campaign: string;
	/** The provider's own word. */
	atProvider: string;
	/** What it posted about this person, in order. */
	posted: string[];
	inLedger: string;
	/** Empty when all agree. */
	disagreement: string;
}

export interface ProviderCount {
	provider: ProviderName;
	people: number;
	/** Postbacks about consent that were delivered, each counted once however often it was sent. */
	delivered: number;
	/** Postbacks that the receiver has not taken. */
	undelivered: number;
	/** Rows of what it posted. */
	ledgerRows: number;
}

export interface Reconciliation {
	rows: ReconciledRow[];
	counts: ProviderCount[];
	agrees: boolean;
}

/** A postback about consent, as the provider sent it. */
interface Posted {
	person: string;
	/** The provider's own name for it. */
	event: string;
	/** The same for every attempt at the same postback. */
	content: string;
}

type Standing = 'in' | 'out' | 'asked';

const STANDINGS: Readonly<Record<string, Standing>> = {
	subscribed: 'in',
	resubscribed: 'in',
	already_subscribed: 'in',
	pending: 'asked',
	pending_confirmation: 'asked',
	unsubscribed: 'out',
	optedOut: 'out',
	'opted in': 'in',
	'opted out': 'out',
	'not known': 'asked',
};
const NOT_THERE = '–';

/**
 * @param state the sandbox's, whole
 * @param ledger all its rows
 * @param isOlder tells people whom a provider knew before the ledger began
 */
export function reconcile(
	state: SandboxState,
	ledger: readonly LedgerRow[],
	isOlder: (provider: ProviderName, person: string) => boolean,
): Reconciliation {
	const ledgerStates = statesOf(ledger);
	const rows: ReconciledRow[] = [];
	const counts: ProviderCount[] = [];
	for (const provider of PROVIDERS) {
		const { subscribers, optOuts, deliveries } = state.providers[provider];
		const posted = deliveries.filter((delivery) => delivery.state === 'delivered').flatMap(postedBy);
		const own = ledger.filter((row) => row['provider'] === provider && isEvent(row));
		const people = [...subscribers, ...optOuts].filter((person) => !isOlder(provider, plus(person.number)));
		const states = ledgerStates.filter((each) => each.provider === provider);
		const more: Evidence = { posted, events: own, states };
		rows.push(...people.map((person) => rowOf(provider, person, more)), ...strangers(provider, people, more));
		counts.push({
			provider,
			people: people.length,
			delivered: new Set(posted.map(({ content }) => content)).size,
			undelivered: deliveries.filter((delivery) => delivery.state !== 'delivered').length,
			ledgerRows: own.length,
		});
	}
	const agrees =
		rows.length > 0 &&
		rows.every(({ disagreement }) => disagreement === '') &&
		counts.every(({ delivered, undelivered, ledgerRows }) => delivered === ledgerRows && undelivered === 0);
	return { rows, counts, agrees };
}

/** What a provider reported; the other rows are what the sync wrote. */
export function isEvent({ action }: LedgerRow): boolean {
	return action === 'opt-in' || action === 'opt-out' || action === 'message';
}

/** How many rows of events the ledger holds once it has everything that was delivered. */
export function expectedLedgerRows(state: SandboxState): number {
	const delivered = PROVIDERS.flatMap((provider) => state.providers[provider].deliveries).filter(
		(delivery) => delivery.state === 'delivered',
	);
	return new Set(delivered.flatMap(postedBy).map(({ content }) => content)).size;
}

/**
 * Follows every contact of the sync to where it should have ended up.
 *
 * @param contacts the sync's list
 * @param run what came out of it
 * @param rows what the providers hold
 * @returns a sentence for each contact that is neither at its provider nor a number that nobody could text
 */
export function strayContacts(contacts: readonly Contact[], run: SyncRun, rows: readonly ReconciledRow[]): string[] {
	return contacts.flatMap(({ contactId, name, provider }) => {
		const result = [...run.results, ...run.alreadyIn].find((each) => each.contactId === contactId);
		const problem = run.problems.find((each) => each.contactId === contactId);
		const isUnusable = UNUSABLE_CONTACTS.includes(contactId);
		if (result !== undefined && problem !== undefined) return [`${contactId} ${name} is among the results and among the problems`];
		if (isUnusable) return problem === undefined ? [`${contactId} ${name} has no usable number, but is no problem`] : [];
		if (problem !== undefined) return [`${contactId} ${name} was not subscribed: ${problem.reason}`];
		if (result === undefined) return [`${contactId} ${name} is neither among the results nor among the problems`];
		const isThere = rows.some((row) => row.provider === provider && row.person === result.phone && row.atProvider !== NOT_THERE);
		return isThere
			? []
			: [
					`${contactId} ${name} was reported as ${'outcome' in result ? result.outcome : 'subscribed already'}, but ${provider} does not know ${result.phone}`,
				];
	});
}

/** What the ledger says of one person in one campaign. */
interface LedgerState {
	provider: string;
	person: string;
	campaign: string;
	state: ListedPerson['state'];
}

/** Each provider by itself: what one holds is compared with what it posted. */
function statesOf(rows: readonly LedgerRow[]): LedgerState[] {
	const ledger = new Ledger(Date.now());
	for (const row of rows) ledger.add(row);
	return [...ledger.everybody({ scope: 'campaign' })].map(({ provider, phone, email, campaign, state }) => ({
		provider: provider ?? '',
		person: phone ?? email ?? '',
		campaign: campaign ?? '',
		state,
	}));
}

interface Evidence {
	posted: readonly Posted[];
	events: readonly LedgerRow[];
	states: readonly LedgerState[];
}

function rowOf(provider: ProviderName, view: SubscriberView, { posted, events, states }: Evidence): ReconciledRow {
	const person = plus(view.number);
	const campaign = programOf(provider, view);
	const own = posted.filter((each) => each.person === person);
	const row = { provider, person, campaign, atProvider: view.state, posted: own.map(({ event }) => event) };
	const found = states.find((each) => each.person === person && each.campaign === campaign)?.state ?? NOT_THERE;
	const missing = new Set(own.map(({ content }) => content)).size - events.filter((event) => event['phone'] === person).length;
	const lost =
		missing > 0 ? `${missing} of its postbacks are not in the ledger` : missing < 0 ? `${-missing} ledger rows have no postback` : '';
	return { ...row, inLedger: found, disagreement: lost === '' ? differs(view.state, found) : lost };
}

/** People of whom only the ledger knows. */
function strangers(provider: ProviderName, people: readonly SubscriberView[], { states, posted }: Evidence): ReconciledRow[] {
	const known = new Set(people.map(({ number }) => plus(number)));
	return states
		.filter(({ person }) => !known.has(person))
		.map(({ person, campaign, state }) => ({
			provider,
			person,
			campaign,
			atProvider: NOT_THERE,
			posted: posted.filter((each) => each.person === person).map(({ event }) => event),
			inLedger: state,
			disagreement: 'the provider does not know this number',
		}));
}

function differs(atProvider: string, inLedger: string): string {
	const [theirs, ours] = [STANDINGS[atProvider], STANDINGS[inLedger] ?? (inLedger === NOT_THERE ? 'asked' : undefined)];
	return theirs !== undefined && theirs === ours ? '' : `${atProvider} there, ${inLedger === NOT_THERE ? 'unknown' : inLedger} here`;
}

/** The campaign as the provider's postbacks name it. */
function programOf(provider: ProviderName, { campaign, detail }: SubscriberView): string {
	return provider === 'attentive' ? `${String(detail['type'])} ${String(detail['channel'])}` : campaign;
}

function postedBy({ provider, event, body, url }: Delivery): Posted[] {
	if (provider === 'skycore') {
		const mobile = /<MOBILE>(\d+)<\/MOBILE>/.exec(body)?.[1];
		return mobile === undefined ? [] : [{ person: plus(mobile), event, content: body }];
	}
	if (provider === 'attentive') {
		const { subscriber, message } = JSON.parse(body) as { subscriber: { phone?: string }; message?: { text: string } };
		if (message !== undefined && !isStop(message.text)) return [];
		return [{ person: subscriber.phone ?? '', event: message === undefined ? event : `text ${message.text}`, content: body }];
	}
	const { searchParams } = new URL(url);
	const text = searchParams.get('text') ?? '';
	return isStop(text)
		? [{ person: plus(searchParams.get('msisdn') ?? ''), event: `text ${text}`, content: searchParams.get('messageId') ?? url }]
		: [];
}

function isStop(text: string): boolean {
	return text.trim().toUpperCase() === 'STOP';
}

function plus(number: string): string {
	return number.includes('@') || number.startsWith('+') ? number : `+${number}`;
}

/** What another sync did that it must not do: a sentence for each person who was brought back, and for each text that was sent. */
export function harmOf(before: SandboxState, after: SandboxState): string[] {
	return PROVIDERS.flatMap((provider) => {
		const [old, now] = [before.providers[provider], after.providers[provider]];
		const stateNow = new Map([...now.subscribers, ...now.optOuts].map((view) => [personAt(provider, view), view.state]));
		const broughtBack = [...old.subscribers, ...old.optOuts].flatMap((view) => {
			const state = stateNow.get(personAt(provider, view)) ?? NOT_THERE;
			return STANDINGS[view.state] === 'out' && STANDINGS[state] !== 'out'
				? [`${plus(view.number)} opted out at ${provider} and is ${state} now`]
				: [];
		});
		const [texts, acted] = [now.counters.texts - old.counters.texts, now.counters.acted - old.counters.acted];
		return [
			...broughtBack,
			...(texts === 0 ? [] : [`${provider} sent ${texts} more texts`]),
			...(acted === 0 ? [] : [`${acted} more calls changed something at ${provider}`]),
		];
	});
}

function personAt(provider: ProviderName, view: SubscriberView): string {
	return `${view.number} ${programOf(provider, view)}`;
}
