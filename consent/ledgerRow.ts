import { lettersOf, simpleText } from './fieldText';
import { phoneKey, readPhone } from './phone';
import { shownValue } from './shownValue';
import { isRecord } from './record';
import { emailKey } from './samePerson';
import { readProviderTime } from './time';

/**
 * A row of the ledger: an event, a result, a failed item, or what a person added by hand, in whatever form a table kept it. Columns may be written
 * in any case, a flag or a time may have become text, and an empty or missing column is the same as null.
 */
export type LedgerRow = Readonly<Record<string, unknown>>;

/** Text messages and picture messages go to one address, the phone number. */
export type ConsentChannel = 'sms' | 'email';

/** `not eligible` is an opt-out only of somebody who had opted in. `nothing`: the row may still name a campaign. */
export type Meaning = 'opt-in' | 'opt-out' | 'not eligible' | 'asked' | 'nothing';

/** The time of an opt-in that has none which can be right. */
export const NEVER_MS = Number.NEGATIVE_INFINITY;
/** How far clocks may differ. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;
const OLDEST_YEARS = 10;
const MS_PER_DAY = 86_400_000;

/** What one row says about one person in one campaign. */
export interface Statement {
	channel: ConsentChannel;
	/** E.164, or an email address in lower case. */
	address: string;
	/** Equal for all writings of the same address. */
	person: string;
	/** In small letters; empty where the row names none. */
	provider: string;
	/** As it was written; empty where the row names none. */
	campaign: string;
	/** Equal for all writings of the same campaign. */
	campaignKey: string;
	meaning: Meaning;
	/** Unix milliseconds; `NEVER_MS` for an opt-in without a time that can be right. */
	atMs: number;
	/** False where `atMs` is no time that the row names. */
	isDated: boolean;
	/** It ends an opt-out that is older than this, in Unix milliseconds; `NEVER_MS` where it ends none. */
	liftsBeforeMs: number;
	/** Attentive's own report of an opt-in: it ends an opt-out unless it only repeats our own sign-up. */
	mayEcho: boolean;
	/** What one of our own calls gave. */
	isResult: boolean;
	/** A sign-up that left out the question to confirm. */
	isSingleOptIn: boolean;
	/** Equal for rows that are the same row, stored twice. */
	identity: string;
	row: LedgerRow;
}

/** Why a row can neither be counted nor passed over. */
export interface Unreadable {
	/** What is wrong, with the value as it stands in the row. */
	problem: string;
	remedy: string;
}

export type RowReading = { statements: Statement[]; hasImpossibleTime: boolean } | { unreadable: Unreadable };

export interface ReadRowOptions {
	/** ISO 3166 alpha-2, for numbers without a country code. */
	defaultCountry?: string;
	/** Unix milliseconds */
	nowMs: number;
}

const COLUMN_NAMES = [
	'action',
	'campaign',
	'channel',
	'details',
	'email',
	'evidenceTime',
	'error',
	'eventId',
	'keyword',
	'needsReview',
	'occurredAt',
	'outcome',
	'phone',
	'phoneRaw',
	'provider',
	'receivedAt',
	'reviewedAs',
	'sent',
	'singleOptIn',
	'source',
	'text',
] as const;

type ColumnName = (typeof COLUMN_NAMES)[number];

/** The columns that the rule reads, by our own names; only those that hold anything. */
export type Cells = Partial<Record<ColumnName, unknown>>;

/** By the letters of a name, as tables and people write it: `occurred_at`, `Occurred At`. */
const COLUMN_BY_LETTERS = new Map<string, ColumnName>([
	...COLUMN_NAMES.map((name): [string, ColumnName] => [name.toLowerCase(), name]),
	['phonenumber', 'phone'],
	['mobile', 'phone'],
	['mobilenumber', 'phone'],
	['emailaddress', 'email'],
]);

const MOST_KNOWN_NAMES = 1_000;
/** Tables have few names of columns and many rows. */
const knownNames = new Map<string, ColumnName | undefined>();

function columnOf(name: string): ColumnName | undefined {
	if (knownNames.has(name)) return knownNames.get(name);
	const column = COLUMN_BY_LETTERS.get(lettersOf(name));
	if (knownNames.size < MOST_KNOWN_NAMES) knownNames.set(name, column);
	return column;
}

function isFilled(value: unknown): boolean {
	return value !== null && value !== undefined && !(typeof value === 'string' && value.trim() === '');
}

function cellsIn(row: LedgerRow): Cells {
	const cells: Cells = {};
	for (const name in row) {
		const column = columnOf(name);
		const value = row[name];
		if (column !== undefined && isFilled(value) && (cells[column] === undefined || name === column)) cells[column] = value;
	}
	return cells;
}

function parsedRow(json: unknown): LedgerRow {
	if (typeof json !== 'string' || !json.trimStart().startsWith('{')) return {};
	try {
		const value: unknown = JSON.parse(json);
		return isRecord(value) ? value : {};
	} catch {
		return {};
	}
}

/**
 * @param row as a table kept it. A failed item holds its own row as JSON text in `details`, beside the contact's columns, which may have the same names.
 * @returns what the rule reads of it
 */
export function cellsOf(row: LedgerRow): Cells {
	const own = cellsIn(row);
	const cells = isRecord(own.error) ? { ...own, ...cellsIn(own.error) } : own;
	const failed = cellsIn(parsedRow(cells.details));
	return failed.action === undefined ? cells : failed;
}

/** How tables write that something is not so. */
const NOT_SET = new Set(['', 'false', 'f', 'no', 'n', '0', 'off', 'null']);

function isSet(value: unknown): boolean {
	return !NOT_SET.has(lettersOf(value));
}

/** What somebody writes into `reviewedAs` who has read the text. */
const REVIEWED_HARMLESS = 'notanoptout';
const REVIEWED_OPT_OUT = new Set(['optout', 'anoptout', 'optedout', 'stop', 'unsubscribe', 'unsubscribed']);

const OPT_IN_ACTIONS = new Set(['optin', 'optedin']);
const OPT_OUT_ACTIONS = new Set(['optout', 'optedout', 'unsubscribe', 'unsubscribed', 'stop']);
const SIGN_UP_ACTIONS = new Set(['subscribe', 'resubscribe']);
const RESULT_ACTIONS = new Set([...SIGN_UP_ACTIONS, 'query', 'unsubscribe']);
const QUIET_ACTIONS = new Set([...SIGN_UP_ACTIONS, 'query', 'message', 'unknown']);

const OPT_IN_OUTCOMES = new Set(['subscribed', 'alreadysubscribed', 'resubscribed', 'optedin']);
const OPT_OUT_OUTCOMES = new Set(['optedout', 'unsubscribed', 'alreadyunsubscribed']);
const ASKED_BEFORE_CALL = 'asked';
const ASKED_OUTCOMES = new Set([ASKED_BEFORE_CALL, 'pendingconfirmation', 'accepted']);
const NOT_ELIGIBLE = 'noteligible';
const QUIET_OUTCOMES = new Set(['notsubscribed', NOT_ELIGIBLE]);

/** Skycore's word where an import met an earlier opt-out: https://www.skycore.com/help/opt-in-status-postback-v1/ */
const IMPORTED_AS_UNSUBSCRIBED = 'importedasunsubscribed';
/** Skycore's words for what the person did: texted a keyword, filled in a page. */
const SOURCES_OF_PERSON = new Set(['mo', 'web']);
/** Skycore's words for what somebody else did. */
const SOURCES_OF_SYSTEM = new Set(['api', 'manager', IMPORTED_AS_UNSUBSCRIBED]);

/** @returns undefined for a row that says neither what happened nor what came of it in words that are known */
function meaningOf(cells: Cells, action: string, outcome: string): Meaning | undefined {
	const reviewed = lettersOf(cells.reviewedAs);
	const awaitsReview = isSet(cells.needsReview) && reviewed !== REVIEWED_HARMLESS;
	const isImportedOptOut = OPT_IN_ACTIONS.has(action) && lettersOf(cells.source) === IMPORTED_AS_UNSUBSCRIBED;
	if (OPT_OUT_ACTIONS.has(action) || OPT_OUT_OUTCOMES.has(outcome) || isImportedOptOut || awaitsReview || REVIEWED_OPT_OUT.has(reviewed)) {
		return 'opt-out';
	}
	if (outcome === NOT_ELIGIBLE) return 'not eligible';
	if (OPT_IN_ACTIONS.has(action) || OPT_IN_OUTCOMES.has(outcome)) return 'opt-in';
	const isInDoubt = SIGN_UP_ACTIONS.has(action) && lettersOf(cells.sent) === 'unknown';
	if (ASKED_OUTCOMES.has(outcome) || isInDoubt) return 'asked';
	return QUIET_ACTIONS.has(action) || QUIET_OUTCOMES.has(outcome) ? 'nothing' : undefined;
}

/** Times of our own rows, as nearly every one is written. */
const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const DATE_ONLY = /^\d{4}-\d\d-\d\d$/;

/** @returns Unix milliseconds; undefined for what is no time. One that names no zone is UTC, as all times of our rows are. */
function timeOf(value: unknown): number | undefined {
	if (typeof value === 'string' && ISO_UTC.test(value)) return validMs(Date.parse(value));
	if (value instanceof Date) return validMs(value.getTime());
	if (isRecord(value) && typeof value['toMillis'] === 'function') return validMs(Number(value.valueOf()));
	const iso = readProviderTime(value, { assumeUtc: true });
	return iso === null ? undefined : validMs(Date.parse(iso));
}

function validMs(ms: number): number | undefined {
	return Number.isFinite(ms) ? ms : undefined;
}

interface Timing {
	atMs: number;
	isDated: boolean;
	isImpossible: boolean;
	/** When the row arrived; unknown is now. */
	arrivalMs: number;
}

function earliestMs(arrivalMs: number): number {
	const date = new Date(arrivalMs);
	date.setUTCFullYear(date.getUTCFullYear() - OLDEST_YEARS);
	return date.getTime();
}

/** In doubt an opt-out is new and an opt-in is old. */
function timingOf(cells: Cells, meaning: Meaning, nowMs: number): Timing {
	const received = timeOf(cells.receivedAt);
	const arrived = received !== undefined && received <= nowMs + CLOCK_TOLERANCE_MS ? received : undefined;
	const arrivalMs = arrived ?? nowMs;
	const named = timeOf(cells.occurredAt);
	const isPossible = named !== undefined && named <= arrivalMs + CLOCK_TOLERANCE_MS && named >= earliestMs(arrivalMs);
	if (isPossible) {
		// An opt-out on a day may have come at its end.
		const isWholeDay = meaning !== 'opt-in' && typeof cells.occurredAt === 'string' && DATE_ONLY.test(cells.occurredAt.trim());
		return {
			atMs: isWholeDay ? Math.min(named + MS_PER_DAY - 1, Math.max(named, arrivalMs)) : named,
			isDated: true,
			isImpossible: false,
			arrivalMs,
		};
	}
	return {
		atMs: meaning === 'opt-in' ? NEVER_MS : arrivalMs,
		isDated: meaning !== 'opt-in' && arrived !== undefined,
		isImpossible: true,
		arrivalMs,
	};
}

/** Whether the person did it, and no system for them. Attentive's reports are judged with the rows around them. */
function isMadeByPerson(cells: Cells, action: string): boolean {
	if (!OPT_IN_ACTIONS.has(action)) return false;
	const source = lettersOf(cells.source);
	if (SOURCES_OF_SYSTEM.has(source)) return false;
	return SOURCES_OF_PERSON.has(source) || isFilled(cells.text) || isFilled(cells.keyword);
}

function liftsBefore(cells: Cells, action: string, outcome: string, { atMs, arrivalMs }: Timing): number {
	const byPerson = outcome === 'resubscribed' || isMadeByPerson(cells, action) ? atMs : NEVER_MS;
	const evidence = timeOf(cells.evidenceTime);
	return evidence !== undefined && evidence <= arrivalMs + CLOCK_TOLERANCE_MS ? Math.max(byPerson, evidence) : byPerson;
}

const TEXT_CHANNELS = new Set(['sms', 'mms', 'text', 'textmessage', 'phone', 'rcs']);
const EMAIL_CHANNELS = new Set(['email', 'mail']);

/** @returns undefined where the row names none that is known */
function channelsIn(cells: Cells): Set<ConsentChannel> | undefined {
	const channels = new Set<ConsentChannel>();
	for (const word of listIn(cells.channel)) {
		const letters = lettersOf(word);
		if (TEXT_CHANNELS.has(letters)) channels.add('sms');
		else if (EMAIL_CHANNELS.has(letters)) channels.add('email');
		else return undefined;
	}
	return channels.size === 0 ? undefined : channels;
}

function listIn(value: unknown): string[] {
	return simpleText(value)
		.split(',')
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}

type Address = Pick<Statement, 'channel' | 'address' | 'person'>;

/** Each channel by its own address; never one derived from the other. */
function addressesIn(cells: Cells, meaning: Meaning, defaultCountry: string | undefined): { addresses: Address[]; problem?: string } {
	const named = channelsIn(cells);
	const hasPhone = cells.phone !== undefined || cells.phoneRaw !== undefined;
	const isNameless = named === undefined && !isFilled(cells.channel);
	// Without a word for the channel, an opt-out holds for every address that is there, and an opt-in for one.
	const wantsText = named?.has('sms') ?? (hasPhone && (meaning !== 'opt-in' || isNameless));
	const wantsEmail = named?.has('email') ?? (cells.email !== undefined && (meaning !== 'opt-in' || (isNameless && !hasPhone)));
	const addresses: Address[] = [];
	let problem: string | undefined;
	if (wantsText && (hasPhone || !wantsEmail)) {
		const phone = readableNumber(cells, defaultCountry);
		if (phone === undefined) problem = numberProblem(cells);
		else addresses.push({ channel: 'sms', address: phone, person: phoneKey(phone) });
	}
	if (wantsEmail) {
		const address = emailKey(simpleText(cells.email));
		if (address.includes('@')) addresses.push({ channel: 'email', address, person: address });
		else if (addresses.length === 0 || cells.email !== undefined) problem ??= emailProblem(cells);
	}
	if (!wantsText && !wantsEmail) problem = 'it names neither a phone number nor an email address';
	return { addresses, ...(problem === undefined ? {} : { problem }) };
}

function readableNumber({ phone, phoneRaw }: Cells, defaultCountry: string | undefined): string | undefined {
	for (const written of [phone, phoneRaw]) {
		if (written === undefined) continue;
		try {
			return readPhone(written, defaultCountry === undefined ? {} : { defaultCountry });
		} catch {
			continue;
		}
	}
	return undefined;
}

function numberProblem({ phone, phoneRaw, email }: Cells): string {
	const written = phone ?? phoneRaw;
	if (written !== undefined) return `its phone number ${shownValue(written)} cannot be read`;
	return `it names no phone number${email === undefined ? '' : `, and the address ${shownValue(email)} says nothing about texts`}`;
}

function emailProblem({ email }: Cells): string {
	return email === undefined ? 'it names no email address' : `its email address ${shownValue(email)} cannot be read`;
}

const ATTENTIVE = 'attentive';
/** Attentive writes its type and channel with and without these prefixes. */
const ATTENTIVE_PREFIXES = /\b(?:TYPE|CHANNEL)_/gi;

/** A result of Attentive may name several at once, such as `MARKETING TEXT, TRANSACTIONAL TEXT`. */
function campaignsIn(cells: Cells, provider: string): string[] {
	if (provider !== ATTENTIVE) return [simpleText(cells.campaign)];
	const named = listIn(cells.campaign);
	return named.length === 0 ? [''] : named;
}

/**
 * @param campaign in any writing
 * @param provider in small letters
 * @returns equal for all writings of the same campaign
 */
export function campaignKey(campaign: string, provider: string): string {
	const written = provider === ATTENTIVE || provider === '' ? campaign.replace(ATTENTIVE_PREFIXES, '') : campaign;
	return written.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

const NO_WORDS: Unreadable = {
	problem: "it has neither an 'action' nor an 'outcome' that is known",
	remedy:
		"Give this input the rows of your ledger: events of SMS Postback Trigger and results of the other SMS nodes. A row that you add by hand needs 'opt-out' or 'opt-in' as its action.",
};
const ADDRESS_REMEDY =
	"Correct the row, or choose the 'Default Country' of its number. If it can be left out, switch on 'Skip Unreadable Events' in the options.";

/**
 * Reads one row.
 *
 * @param row in whatever form a table kept it
 * @param options how numbers without a country are read, and the time
 * @returns what it says of whom; nothing for a row without any value; `unreadable` for what must not be passed over: an opt-out of nobody knows whom, or
 * words that nobody knows
 */
export function readRow(row: LedgerRow, { defaultCountry, nowMs }: ReadRowOptions): RowReading {
	const cells = cellsOf(row);
	const action = lettersOf(cells.action);
	const outcome = lettersOf(cells.outcome);
	const meaning = meaningOf(cells, action, outcome);
	if (meaning === undefined) {
		if (!Object.values(row).some(isFilled)) return { statements: [], hasImpossibleTime: false };
		const words = [cells.action, cells.outcome].filter((word) => word !== undefined).map(shownValue);
		return {
			unreadable:
				words.length === 0
					? NO_WORDS
					: { ...NO_WORDS, problem: `${words.join(' and ')} ${words.length === 1 ? 'is' : 'are'} no action or outcome that is known` },
		};
	}
	const { addresses, problem } = addressesIn(cells, meaning, defaultCountry);
	if (problem !== undefined && (meaning === 'opt-out' || meaning === 'not eligible')) {
		const isOrMayBe = meaning === 'opt-out' ? 'is' : 'may be';
		return { unreadable: { problem: `it ${isOrMayBe} an opt-out, but ${problem}`, remedy: ADDRESS_REMEDY } };
	}
	const provider = simpleText(cells.provider).toLowerCase();
	const timing = timingOf(cells, meaning, nowMs);
	const isOptIn = meaning === 'opt-in';
	const shared = {
		provider,
		meaning,
		atMs: timing.atMs,
		isDated: timing.isDated,
		liftsBeforeMs: isOptIn ? liftsBefore(cells, action, outcome, timing) : NEVER_MS,
		mayEcho: isOptIn && provider === ATTENTIVE && OPT_IN_ACTIONS.has(action),
		// What a workflow writes before it calls is the result of nothing.
		isResult: outcome !== ASKED_BEFORE_CALL && (outcome !== '' || (RESULT_ACTIONS.has(action) && lettersOf(cells.sent) !== 'notsent')),
		isSingleOptIn: action === 'subscribe' && isSet(cells.singleOptIn) && lettersOf(cells.sent) !== 'notsent',
		identity: simpleText(cells.eventId) || `${action} ${outcome} ${timing.atMs}`,
		row,
	};
	const statements = addresses.flatMap((address) =>
		campaignsIn(cells, provider).map(
			(campaign): Statement => ({ ...shared, ...address, campaign, campaignKey: campaignKey(campaign, provider) }),
		),
	);
	return { statements, hasImpossibleTime: timing.isImpossible && meaning !== 'nothing' && meaning !== 'asked' };
}
