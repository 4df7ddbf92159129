/** Random histories: what happened, and the rows that tables keep of it, in every form. */
import fc from 'fast-check';

import type { LedgerRow } from '../../../consent/ledgerRow';
import type { Fact } from './ledgerOracle.mts';

const HOUR_MS = 3_600_000;
export const EPOCH_MS = Date.UTC(2026, 4, 1);
export const NOW_HOURS = 1_000;

/** By person, each in all writings that are the same number with the United States as default. */
export const PHONES: Readonly<Record<string, readonly unknown[]>> = {
	ada: ['+16502424956', '(650) 242-4956', '0016502424956', 16502424956, '1-650-242-4956', '6502424956'],
	luz: ['+525512345678', '+5215512345678', '+52 1 55 1234 5678', '+52 55 1234 5678'],
	ana: ['+541123456789', '+5491123456789', '+54 9 11 2345-6789'],
};
export const EMAILS: Readonly<Record<string, readonly string[]>> = {
	ada: ['ada@example.com', 'Ada@Example.com', ' ADA@EXAMPLE.COM '],
	luz: ['luz@example.com', 'LUZ@example.com'],
};

export const CAMPAIGNS: Readonly<Record<string, readonly string[]>> = {
	skycore: ['spring', 'autumn'],
	voyage: ['1234'],
	vonage: [],
	attentive: ['marketing text', 'transactional text'],
};

const WRITINGS: Readonly<Record<string, readonly string[]>> = {
	'marketing text': ['MARKETING TEXT', 'Marketing Text', 'TYPE_MARKETING CHANNEL_TEXT'],
	'transactional text': ['TRANSACTIONAL TEXT', 'transactional  text'],
};

function written(campaign: string, pick: number): string {
	const writings = WRITINGS[campaign] ?? [campaign, campaign.toUpperCase(), ` ${campaign}`];
	return writings[pick % writings.length] ?? campaign;
}

function msOf(hours: number): number {
	return EPOCH_MS + Math.round(hours * HOUR_MS);
}

const FORMS: ReadonlyArray<(ms: number) => unknown> = [
	(ms) => new Date(ms).toISOString(),
	(ms) => new Date(ms),
	(ms) => new Date(ms).toISOString().replace('T', ' ').replace('Z', ''),
	(ms) => new Date(ms + 2 * HOUR_MS).toISOString().replace('Z', '+02:00'),
	(ms) => ms,
	(ms) => ({ toMillis: () => ms, valueOf: () => ms }),
];
/** None, and times that cannot be right. */
const IMPOSSIBLE: readonly unknown[] = [
	null,
	'',
	undefined,
	'yesterday',
	'2530-01-01T00:00:00Z',
	'2609-05-01T00:00:00Z',
	'1970-01-01T00:00:01Z',
];
const YES: readonly unknown[] = [true, 'true', 'TRUE', '1', 1, 't', 'yes'];
const NO: readonly unknown[] = [false, 'false', 'FALSE', '0', 0, '', null, undefined, 'f'];

interface Telling {
	says: Fact['says'];
	row: LedgerRow;
}

const optInEvent = (by: 'person' | 'system' | 'attentive', row: LedgerRow): Telling => ({
	says: { kind: 'opt-in event', by },
	row: { action: 'opt-in', ...row },
});
const optOut = (row: LedgerRow, isResult = false): Telling => ({ says: { kind: 'opt-out', isResult }, row });
const result = (outcome: 'subscribed' | 'already_subscribed' | 'resubscribed', singleOptIn = false): Telling => ({
	says: { kind: 'result opt-in', outcome, singleOptIn },
	row: {
		action: outcome === 'resubscribed' ? 'resubscribe' : 'subscribe',
		outcome,
		sent: 'sent',
		...(singleOptIn ? { singleOptIn: 'true' } : {}),
	},
});
const asked = (row: LedgerRow): Telling => ({ says: { kind: 'asked', isResult: row['outcome'] !== 'asked' }, row });

/** What a row can say, by the provider that it is of; `flag` chooses how a truth value is written. */
function tellings(provider: string, flag: number): Telling[] {
	const yes = YES[flag % YES.length];
	const no = NO[flag % NO.length];
	const own: Record<string, Telling[]> = {
		skycore: [
			optInEvent('person', { source: 'MO' }),
			optInEvent('person', { source: 'WEB' }),
			optInEvent('system', { source: 'API' }),
			optInEvent('system', { source: 'MANAGER', keyword: 'JOIN' }),
			optInEvent('system', {}),
			optOut({ action: 'opt-in', source: 'IMPORTED AS UNSUBSCRIBED' }),
			optOut({ action: 'opt-out', source: 'API' }),
		],
		attentive: [
			optInEvent('attentive', { source: 'TEXT' }),
			optInEvent('attentive', {}),
			result('subscribed', true),
			{ says: { kind: 'not eligible' }, row: { action: 'query', outcome: 'not_eligible' } },
		],
		vonage: [optInEvent('person', { text: 'START' }), optInEvent('person', { keyword: 'JOIN' }), optInEvent('system', {})],
		voyage: [asked({ action: 'subscribe', outcome: 'pending_confirmation' })],
	};
	return [
		...(own[provider] ?? []),
		optOut({ action: 'opt-out' }),
		optOut({ action: 'message', needsReview: yes, text: 'please no more' }),
		optOut({ action: 'message', needsReview: yes, reviewedAs: 'not sure' }),
		optOut({ action: 'query', outcome: 'opted_out' }, true),
		...['unsubscribed', 'already_unsubscribed', 'not_subscribed', null].map((outcome) =>
			optOut({ action: 'unsubscribe', outcome, sent: 'unknown' }, true),
		),
		{ says: { kind: 'nothing', isResult: false }, row: { action: 'message', needsReview: no } },
		{ says: { kind: 'nothing', isResult: false }, row: { action: 'message', needsReview: yes, reviewedAs: 'Not an opt-out' } },
		{ says: { kind: 'nothing', isResult: true }, row: { action: 'query', outcome: 'not_subscribed', needsReview: no } },
		result('subscribed'),
		result('already_subscribed'),
		result('resubscribed'),
		asked({ action: 'subscribe', outcome: 'asked' }),
		asked({ action: 'subscribe', outcome: 'accepted' }),
	];
}

/** Names of columns as stores and people write them. */
const NAMES: ReadonlyArray<(name: string) => string> = [
	(name) => name,
	(name) => name.toLowerCase(),
	(name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
	(name) =>
		name
			.replace(/^./, (letter) => letter.toUpperCase())
			.replace(/([A-Z])/g, ' $1')
			.trim(),
];

/** Another spelling of every name but those inside `details`, or a failed item that holds the row as text. */
function asKept(row: LedgerRow, pick: number): LedgerRow {
	const holdsMore = Object.values(row).some((value) => typeof value === 'object' && value !== null && !(value instanceof Date));
	if (pick % 7 === 6 && row['action'] !== undefined && !holdsMore) {
		const details = JSON.stringify(row);
		return pick % 2 === 0 ? { error: { message: 'Skycore is away', details }, phone: '(212) 555-0100' } : { details, phone: '' };
	}
	const rename = NAMES[pick % NAMES.length] as (name: string) => string;
	return Object.fromEntries(Object.entries(row).map(([name, value]) => [rename(name), value]));
}

export interface Kept {
	fact: Fact;
	row: LedgerRow;
}

const hours = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom(2.05, 4.05));

export const kept: fc.Arbitrary<Kept> = fc
	.record({
		person: fc.constantFrom('ada', 'ada', 'ada', 'luz', 'ana'),
		way: fc.constantFrom<'text' | 'email'>('text', 'text', 'text', 'email'),
		provider: fc.constantFrom('skycore', 'attentive', 'attentive', 'attentive', 'vonage', 'voyage'),
		telling: fc.nat(),
		campaign: fc.nat({ max: 3 }),
		at: fc.option(hours, { freq: 6 }),
		arrival: fc.option(fc.integer({ min: 7, max: 9 }), { freq: 4 }),
		evidence: fc.option(hours, { freq: 2 }),
		pick: fc.nat(),
		id: fc.nat({ max: 1_000_000 }),
	})
	.map(({ person, way, provider, telling, campaign, at, arrival, evidence, pick, id }) => {
		const known = way === 'email' ? EMAILS : PHONES;
		const who = known[person] === undefined ? 'ada' : person;
		const list = tellings(provider, pick);
		const { says, row } = list[telling % list.length] as Telling;
		const offered = CAMPAIGNS[provider] ?? [];
		const campaigns =
			campaign < offered.length ? [offered[campaign] as string] : provider === 'attentive' && campaign === 3 ? [...offered] : [];
		const isOptIn = says.kind === 'opt-in event' || says.kind === 'result opt-in';
		const form = FORMS[pick % FORMS.length] as (ms: number) => unknown;
		const writings = known[who] ?? [];
		const address = writings[pick % writings.length];
		const columns = {
			...row,
			provider: pick % 2 === 0 ? provider : provider.toUpperCase(),
			channel: way === 'email' ? 'email' : pick % 3 === 0 ? 'mms' : 'sms',
			phone: way === 'text' ? address : '+12125550199',
			email: way === 'email' ? address : null,
			campaign: campaigns.length === 0 ? [null, '', undefined][pick % 3] : campaigns.map((each) => written(each, pick)).join(', '),
			occurredAt: at === null ? IMPOSSIBLE[pick % IMPOSSIBLE.length] : form(msOf(at)),
			receivedAt: arrival === null ? null : form(msOf(arrival)),
			evidenceTime: evidence === null || !isOptIn ? null : form(msOf(evidence)),
			eventId: `id-${id}`,
		};
		const fact: Fact = {
			way,
			who,
			provider,
			campaigns,
			says,
			at: at ?? undefined,
			arrival: arrival ?? undefined,
			evidence: isOptIn ? (evidence ?? undefined) : undefined,
			id,
		};
		return { fact, row: asKept(columns, pick) };
	});
