/** What the ledger says about a person: their newest event by the provider's time, and in doubt opted out. */

/** A row of the ledger, as far as the state depends on it. */
export interface LedgerEvent {
	eventId: string;
	provider: string;
	action: string;
	channel: string;
	phone: string | null;
	phoneRaw?: string | null;
	email?: string | null;
	campaign: string | null;
	needsReview?: boolean | null;
	/** ISO 8601, or nothing when the provider gave no readable time. */
	occurredAt: string | null;
}

export type Consent = 'opted in' | 'opted out';

export interface PersonState {
	provider: string;
	channel: string;
	/** E.164 where the provider's number could be read. */
	person: string;
	/** Empty where the provider names none. */
	campaign: string;
	state: Consent;
}

/**
 * Says for each person and campaign whether they may be texted. Duplicates and the order of the rows make no difference.
 *
 * @param events rows of the ledger, in any order
 */
export function statesOf(events: readonly LedgerEvent[]): PersonState[] {
	const people = new Map<string, [LedgerEvent, ...LedgerEvent[]]>();
	for (const event of events) {
		if (!isStop(event) && event.action !== 'opt-in') continue;
		const key = JSON.stringify([event.provider, event.channel, personOf(event)]);
		const own = people.get(key);
		if (own === undefined) people.set(key, [event]);
		else own.push(event);
	}
	return [...people.values()].flatMap((own) => campaignsOf(own).map((campaign) => stateIn(campaign, own)));
}

/** A text that may mean "stop" counts as one until somebody has read it. */
function isStop(event: LedgerEvent): boolean {
	return event.action === 'opt-out' || event.needsReview === true;
}

function personOf({ phone, email, phoneRaw }: LedgerEvent): string {
	return phone || email || phoneRaw || '';
}

/** Opt-outs without a campaign count in all of them, and stand alone only where there is no other. */
function campaignsOf(own: readonly LedgerEvent[]): string[] {
	const all = own.map(({ campaign }) => campaign ?? '');
	const named = [...new Set(all)].filter((campaign) => campaign !== '');
	const isOptedInWithout = own.some((event) => !event.campaign && !isStop(event));
	return named.length === 0 || isOptedInWithout ? [...named, ''] : named;
}

function stateIn(campaign: string, own: readonly [LedgerEvent, ...LedgerEvent[]]): PersonState {
	const about = own.filter((event) => (event.campaign ?? '') === campaign || (!event.campaign && isStop(event)));
	const newestStop = newest(about.filter(isStop));
	const newestStart = newest(about.filter((event) => !isStop(event)));
	const [{ provider, channel }] = own;
	const state = newestStop !== undefined && (newestStart === undefined || newestStop >= newestStart) ? 'opted out' : 'opted in';
	return { provider, channel, person: personOf(own[0]), campaign, state };
}

function newest(events: readonly LedgerEvent[]): number | undefined {
	return events.length === 0 ? undefined : Math.max(...events.map(timeOf));
}

/** Without a time an opt-out is taken for the newest, an opt-in for the oldest. */
function timeOf(event: LedgerEvent): number {
	const time = Date.parse(event.occurredAt ?? '');
	if (!Number.isNaN(time)) return time;
	return isStop(event) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
