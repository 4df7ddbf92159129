import { reasonNotKnown, reasonOf } from './ledgerReason';
import {
	campaignKey,
	cellsOf,
	CLOCK_TOLERANCE_MS,
	type ConsentChannel,
	type LedgerRow,
	type Meaning,
	NEVER_MS,
	readRow,
	type Statement,
	type Unreadable,
} from './ledgerRow';
import { phoneKey } from './phone';
import { emailKey } from './samePerson';
import { utcIso } from './time';

export type ConsentState = 'opted in' | 'opted out' | 'not known';

/** How far an opt-out reaches. `provider`: all campaigns of the provider; `everything`: all providers. */
export type OptOutScope = 'campaign' | 'provider' | 'everything';

/** What is asked of the ledger about a person. */
export interface LedgerQuestion {
	/** In any case; undefined: any that the person's rows name. */
	provider?: string;
	/** In any writing; undefined: any campaign. */
	campaign?: string;
	scope: OptOutScope;
}

/** Where a person stands, and by which row. */
export interface Standing {
	state: ConsentState;
	/** ISO 8601: when the state began; null where no row tells. */
	since: string | null;
	/** e.g. `texted STOP at Skycore on May 3, 2026` */
	reason: string;
	/** ISO 8601: when the person was last asked to agree; null where no row tells. */
	askedAt: string | null;
	/** Of the row with which the state began. */
	eventId: string | null;
}

/** One person in one campaign, as a list of everybody has it. */
export interface ListedPerson extends Standing {
	provider: string | null;
	campaign: string | null;
	channel: ConsentChannel;
	phone: string | null;
	email: string | null;
}

/** A row that was not counted. */
export interface UnreadableRow extends Unreadable {
	/** As a person counts them: the first is 1. */
	rowNumber: number;
}

interface Place {
	provider: string;
	campaignKey: string;
	/** As it is shown. */
	campaign: string;
}

/** A phone number in E.164 as `readPhone` gives it, or an email address. */
export type ConsentAddress = { phone: string } | { email: string };

/**
 * @param address of a person
 * @returns equal for all writings of the same address; a ledger in a database is searched by it
 */
export function consentKey(address: ConsentAddress): string {
	return 'phone' in address ? phoneKey(address.phone) : emailKey(address.email);
}

function personKey(channel: ConsentChannel, person: string): string {
	return `${channel}\n${person}`;
}

/**
 * Says of each person in each campaign whether they may be texted, from the rows that were kept of events and results. Neither the order of the rows nor
 * repetitions make a difference. In doubt somebody is opted out.
 */
export class Ledger {
	/** What must not be passed over: opt-outs of nobody knows whom, and words that nobody knows. */
	readonly unreadable: UnreadableRow[] = [];
	/** How many opt-ins and opt-outs have no time that can be right. */
	impossibleTimes = 0;
	private rowCount = 0;
	private readonly people = new Map<string, Statement[]>();

	/**
	 * @param nowMs Unix milliseconds: the arrival of a row that does not name its own
	 */
	constructor(private readonly nowMs: number) {}

	/**
	 * Counts one more row.
	 *
	 * @param row an event, a result, a failed item, or a row that a person added, in whatever form a table kept it
	 * @param defaultCountry ISO 3166 alpha-2, for a number without a country code
	 */
	add(row: LedgerRow, defaultCountry?: string): void {
		this.rowCount += 1;
		const reading = readRow(row, { nowMs: this.nowMs, ...(defaultCountry === undefined ? {} : { defaultCountry }) });
		if ('unreadable' in reading) {
			this.unreadable.push({ rowNumber: this.rowCount, ...reading.unreadable });
			return;
		}
		if (reading.hasImpossibleTime) this.impossibleTimes += 1;
		for (const statement of reading.statements) {
			const key = personKey(statement.channel, statement.person);
			const own = this.people.get(key);
			if (own === undefined) this.people.set(key, [statement]);
			else own.push(statement);
		}
	}

	/**
	 * @param address whom it is about
	 * @param question about which provider and campaign, and how far an opt-out reaches
	 */
	standingOf(address: ConsentAddress, question: LedgerQuestion): Standing {
		const key = personKey('phone' in address ? 'sms' : 'email', consentKey(address));
		const own = this.people.get(key) ?? [];
		return standingIn(placesOf(own, question, STATED), own, question.scope, isAskedIn(question));
	}

	/**
	 * @param question about which providers and campaigns, and how far an opt-out reaches
	 * @returns every person of whom anything is known there, once for each campaign
	 */
	*everybody(question: LedgerQuestion): Generator<ListedPerson> {
		for (const own of this.people.values()) {
			const [{ channel }] = own as [Statement];
			const written = own.reduce((last, { address }) => (address > last ? address : last), '');
			const address = { phone: channel === 'sms' ? written : null, email: channel === 'email' ? written : null };
			for (const place of placesOf(own, question, [...STATED, 'asked'])) {
				const standing = standingIn([place], own, question.scope, isAskedIn({ ...place, scope: question.scope }));
				if (standing.state === 'not known' && standing.askedAt === null) continue;
				yield { provider: place.provider || null, campaign: place.campaign || null, channel, ...address, ...standing };
			}
		}
	}
}

/** A person is opted out where one of the places says so: who asks about any campaign must not be told of the one that is open. */
function standingIn(
	places: readonly Place[],
	own: readonly Statement[],
	scope: OptOutScope,
	isAsked: (asked: Statement) => boolean,
): Standing {
	const asked = newestIn(own.filter((each) => each.meaning === 'asked' && isAsked(each)));
	const askedAt = asked === undefined ? null : utcIso(asked.atMs);
	const found = places.map((place) => decisionAt(place, own, scope));
	const decision = found.find(({ state }) => state === 'opted out') ?? found.find(({ state }) => state === 'opted in');
	if (decision === undefined) return { state: 'not known', since: null, reason: reasonNotKnown(asked), askedAt, eventId: null };
	return { state: decision.state, ...beginningOf(decision.rows), askedAt };
}

const STATED: readonly Meaning[] = ['opt-in', 'opt-out', 'not eligible'];

/**
 * @param own the person's rows
 * @param meanings what names a campaign
 * @returns the places that a question is about, at least one
 */
function placesOf(own: readonly Statement[], { provider, campaign }: LedgerQuestion, meanings: readonly Meaning[]): Place[] {
	const named = own.filter(({ meaning }) => meanings.includes(meaning));
	const providers = provider === undefined ? providersIn(named) : [provider.trim().toLowerCase()];
	return providers.flatMap((name) => (campaign === undefined ? campaignsAt(name, named) : [placeOf(name, campaign)]));
}

function placeOf(provider: string, campaign: string): Place {
	return { provider, campaign: campaign.trim(), campaignKey: campaignKey(campaign, provider) };
}

function providersIn(statements: readonly Statement[]): string[] {
	const named = new Set(statements.map(({ provider }) => provider));
	return named.size === 0 ? [''] : [...named].sort();
}

/** What names no campaign stands for itself where there is no other, or where somebody opted in without one. */
function campaignsAt(provider: string, statements: readonly Statement[]): Place[] {
	const named = new Map<string, Place>();
	let optedInWithout = false;
	for (const { provider: where, campaign, campaignKey: key, meaning } of statements) {
		if (where !== provider) continue;
		const known = named.get(key);
		if (key === '') optedInWithout ||= meaning === 'opt-in';
		else if (known === undefined || campaign < known.campaign) named.set(key, { provider, campaign, campaignKey: key });
	}
	const places = [...named.values()].sort((one, other) => (one.campaignKey < other.campaignKey ? -1 : 1));
	return places.length === 0 || optedInWithout ? [...places, placeOf(provider, '')] : places;
}

function isAt(place: Pick<Place, 'provider' | 'campaignKey'>, { provider, campaignKey: key }: Statement): boolean {
	return provider === place.provider && key === place.campaignKey;
}

function newestOf(times: readonly number[]): number {
	return times.reduce((newest, each) => Math.max(newest, each), NEVER_MS);
}

/** A state, and the rows any of which gives it. */
interface Decision {
	state: ConsentState;
	rows: readonly Statement[];
}

/** The rule: opted out, unless the newest opt-out is older than what lifts it. */
function decisionAt(place: Place, own: readonly Statement[], scope: OptOutScope): Decision {
	const optIns = own.filter((each) => each.meaning === 'opt-in' && isAt(place, each));
	const optOuts = own.filter((each) => isOptOut(each, optIns, own) && covers(each, place, own, scope));
	if (optOuts.length === 0) return { state: optIns.length === 0 ? 'not known' : 'opted in', rows: optIns };
	const lifts = optIns.map((each) => liftsBeforeMs(each, own));
	const liftedBeforeMs = newestOf(lifts);
	const inForce = optOuts.filter(({ atMs }) => atMs >= liftedBeforeMs);
	if (inForce.length > 0) return { state: 'opted out', rows: inForce };
	const newestOptOutMs = newestOf(optOuts.map(({ atMs }) => atMs));
	return { state: 'opted in', rows: optIns.filter((_, index) => (lifts[index] ?? NEVER_MS) > newestOptOutMs) };
}

/** Attentive does not say whether somebody who is not eligible opted out or never confirmed; only who had opted in can have opted out. */
function isOptOut(row: Statement, optIns: readonly Statement[], own: readonly Statement[]): boolean {
	if (row.meaning !== 'not eligible') return row.meaning === 'opt-out';
	const isBefore = ({ atMs }: Statement): boolean => atMs <= row.atMs;
	return optIns.some(isBefore) || own.some((each) => each.meaning === 'opt-in' && isAt(row, each) && isBefore(each));
}

function covers(optOut: Statement, place: Place, own: readonly Statement[], scope: OptOutScope): boolean {
	if (scope === 'everything' || optOut.provider === '') return true;
	if (optOut.provider !== place.provider) return false;
	return scope === 'provider' || optOut.campaignKey === '' || isAt(place, optOut) || !isNamedByAnother(optOut, own);
}

/** A campaign that no other row of the person names may be one of them under another name. */
function isNamedByAnother(optOut: Statement, own: readonly Statement[]): boolean {
	return own.some((each) => isAt(optOut, each) && each.identity !== optOut.identity);
}

function liftsBeforeMs(optIn: Statement, own: readonly Statement[]): number {
	return optIn.mayEcho && !isEcho(optIn, own) ? Math.max(optIn.liftsBeforeMs, optIn.atMs) : optIn.liftsBeforeMs;
}

/** Attentive reports our own sign-up without its question like an opt-in of the person. */
function isEcho(optIn: Statement, own: readonly Statement[]): boolean {
	const results = own.filter(
		({ isResult, provider, campaignKey: key }) => isResult && provider === optIn.provider && (key === '' || key === optIn.campaignKey),
	);
	const newestMs = newestOf(results.map(({ atMs }) => atMs).filter((atMs) => atMs <= optIn.atMs));
	return results.some(({ isSingleOptIn, atMs }) => {
		// One without a time may have been the newest.
		const mayBeNewest = atMs === NEVER_MS || (atMs >= newestMs && atMs <= optIn.atMs + CLOCK_TOLERANCE_MS);
		return isSingleOptIn && mayBeNewest;
	});
}

/** Whether a request was about what a question is about; one that names no campaign was about all. */
function isAskedIn({ provider, campaign }: LedgerQuestion): (asked: Statement) => boolean {
	if (provider === undefined && campaign === undefined) return () => true;
	return (asked) => {
		if (provider !== undefined && asked.provider !== provider.trim().toLowerCase()) return false;
		return campaign === undefined || asked.campaignKey === '' || asked.campaignKey === campaignKey(campaign, asked.provider);
	};
}

function newestIn(rows: readonly Statement[]): Statement | undefined {
	return rows.reduce<Statement | undefined>((newest, each) => (newest === undefined || each.atMs > newest.atMs ? each : newest), undefined);
}

/** The row with which a state began. */
function beginningOf(rows: readonly Statement[]): Pick<Standing, 'since' | 'reason' | 'eventId'> {
	const dated = rows.filter(({ isDated }) => isDated);
	const [first] = [...(dated.length > 0 ? dated : rows)].sort(
		(one, other) => one.atMs - other.atMs || (one.identity < other.identity ? -1 : 1),
	) as [Statement];
	const cells = cellsOf(first.row);
	return {
		since: first.isDated ? utcIso(first.atMs) : null,
		reason: reasonOf(first, cells),
		eventId: typeof cells.eventId === 'string' ? cells.eventId.trim() : null,
	};
}
