/** What the ledger says about a person: their newest row by the provider's time, and in doubt opted out. */

/**
 * A row of the ledger: an event, a result or a failed item, in whatever form a table kept it. A flag or a time may have become text,
 * and an empty or missing column is the same as null.
 */
export type LedgerRow = Readonly<Record<string, unknown>>;

export type Consent = 'opted in' | 'opted out';

export interface PersonState {
	provider: string;
	/** Text messages and picture messages are one: `sms`. */
	channel: string;
	/** E.164 where the provider's number could be read; an e-mail address in lower case. */
	person: string;
	/** Empty where the provider names none. */
	campaign: string;
	state: Consent;
}

/** What one row says about one person in one campaign. */
interface Statement extends PersonState {
	/** In milliseconds. */
	time: number;
	/** True when it can end an earlier opt-out. */
	lifts: boolean;
}

const OPTED_IN_OUTCOMES = ['subscribed', 'already_subscribed', 'resubscribed'];
const OPT_OUT_ACTIONS = ['opt-out', 'unsubscribe'];
/** What somebody writes into `reviewedAs` who has read the text. */
const HARMLESS = 'not an opt-out';
/** How tables write that something is not so. */
const NOT_SET = ['', 'false', 'no', '0'];

/**
 * Says for each person and campaign whether they may be texted. Duplicates and the order of the rows make no difference.
 *
 * @param rows of the ledger, in any order; what says nothing about consent is passed over
 */
export function statesOf(rows: readonly LedgerRow[]): PersonState[] {
	const people = new Map<string, [Statement, ...Statement[]]>();
	for (const statement of rows.flatMap(statementsIn)) {
		const key = JSON.stringify([statement.provider, statement.channel, statement.person]);
		const own = people.get(key);
		if (own === undefined) people.set(key, [statement]);
		else own.push(statement);
	}
	return [...people.values()].flatMap((own) => campaignsOf(own).map((campaign) => stateIn(campaign, own)));
}

function statementsIn(row: LedgerRow): Statement[] {
	const whole = unpacked(row);
	const state = meaningOf(whole);
	if (state === undefined) return [];
	const provider = textIn(whole, 'provider');
	const time = timeOf(whole, state);
	const lifts = liftsOptOut(whole, state);
	return addressesIn(whole).flatMap((address) =>
		campaignsIn(whole).map((campaign) => ({ provider, ...address, campaign, state, time, lifts })),
	);
}

/** A failed item keeps its row as JSON text in `details`, beside the contact's own columns, which may have the same names. */
function unpacked({ error, ...contact }: LedgerRow): LedgerRow {
	const outer = { ...filledIn(contact), ...(isRow(error) ? filledIn(error) : {}) };
	const failed = rowIn(textIn(outer, 'details'));
	return textIn(failed, 'action') === '' ? outer : { ...outer, ...filledIn(failed) };
}

function filledIn(row: LedgerRow): LedgerRow {
	return Object.fromEntries(Object.entries(row).filter(([name]) => textIn(row, name) !== ''));
}

/** The wish of an unsubscribe counts, whatever became of it. A text that may mean "stop" counts until somebody has read it. */
function meaningOf(row: LedgerRow): Consent | undefined {
	const [action, outcome] = [wordIn(row, 'action'), wordIn(row, 'outcome')];
	const awaitsReview = !NOT_SET.includes(wordIn(row, 'needsReview')) && wordIn(row, 'reviewedAs') !== HARMLESS;
	if (OPT_OUT_ACTIONS.includes(action) || outcome === 'opted_out' || awaitsReview) return 'opted out';
	return action === 'opt-in' || OPTED_IN_OUTCOMES.includes(outcome) ? 'opted in' : undefined;
}

/** Somebody whom a list signed up starts as opted in; only who opted in or asked to come back ends an opt-out, or a sync would undo every STOP. */
function liftsOptOut(row: LedgerRow, state: Consent): boolean {
	return state === 'opted in' && (wordIn(row, 'action') === 'opt-in' || wordIn(row, 'outcome') === 'resubscribed');
}

/** Without a time an opt-out is taken for the newest, an opt-in for the oldest. */
function timeOf(row: LedgerRow, state: Consent): number {
	const time = textIn(row, 'occurredAt') === '' ? Number.NaN : new Date(row['occurredAt'] as string | Date).getTime();
	if (!Number.isNaN(time)) return time;
	return state === 'opted out' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

/** Each channel by its own address. Where that is missing, any other keeps the row from getting lost. */
function addressesIn(row: LedgerRow): Array<Pick<PersonState, 'channel' | 'person'>> {
	const phone = textIn(row, 'phone') || textIn(row, 'phoneRaw');
	const email = wordIn(row, 'email');
	const named = listIn(wordIn(row, 'channel')).map((channel) => (channel === 'mms' ? 'sms' : channel));
	const channels = named.length > 0 ? [...new Set(named)] : [phone === '' && email !== '' ? 'email' : 'sms'];
	const addresses = channels.map((channel) => ({ channel, person: channel === 'email' ? email : phone }));
	const known = addresses.filter(({ person }) => person !== '');
	return known.length > 0 ? known : addresses.map(({ channel }) => ({ channel, person: phone || email }));
}

/** A result of Attentive may name several at once, such as `MARKETING TEXT, TRANSACTIONAL TEXT`. */
function campaignsIn(row: LedgerRow): string[] {
	const campaign = textIn(row, 'campaign');
	const named = wordIn(row, 'provider') === 'attentive' ? listIn(campaign) : [campaign];
	return named.length === 0 ? [''] : named;
}

/** Opt-outs without a campaign count in all of them, and stand alone only where there is no other. */
function campaignsOf(own: readonly Statement[]): string[] {
	const spellings = own
		.map(({ campaign }) => campaign)
		.filter((campaign) => campaign !== '')
		.sort();
	const named = spellings.filter((campaign, at) => spellings.findIndex((each) => isSame(each, campaign)) === at);
	const isOptedInWithout = own.some(({ campaign, state }) => campaign === '' && state === 'opted in');
	return named.length === 0 || isOptedInWithout ? [...named, ''] : named;
}

function stateIn(campaign: string, own: readonly [Statement, ...Statement[]]): PersonState {
	const about = own.filter((each) => isSame(each.campaign, campaign) || (each.campaign === '' && each.state === 'opted out'));
	const newest = (statements: readonly Statement[]) => Math.max(...statements.map(({ time }) => time));
	const optOuts = about.filter(({ state }) => state === 'opted out');
	const isOut = optOuts.length > 0 && newest(optOuts) >= newest(about.filter(({ lifts }) => lifts));
	const [{ provider, channel, person }] = own;
	return { provider, channel, person, campaign, state: isOut ? 'opted out' : 'opted in' };
}

function isSame(campaign: string, other: string): boolean {
	return campaign.toLowerCase() === other.toLowerCase();
}

function isRow(value: unknown): value is LedgerRow {
	return typeof value === 'object' && value !== null;
}

function rowIn(json: string): LedgerRow {
	try {
		const value: unknown = JSON.parse(json);
		return isRow(value) ? value : {};
	} catch {
		return {};
	}
}

function textIn(row: LedgerRow, column: string): string {
	return String(row[column] ?? '').trim();
}

function wordIn(row: LedgerRow, column: string): string {
	return textIn(row, column).toLowerCase();
}

function listIn(text: string): string[] {
	return text
		.split(',')
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}
