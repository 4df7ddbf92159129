import fc from 'fast-check';

import { Ledger, type LedgerQuestion, type Standing } from '../../../consent/ledger';
import type { LedgerRow } from '../../../consent/ledgerRow';

const NOW_MS = Date.UTC(2026, 5, 1);
const PHONE = '+16505550101';
const EARLY = '2026-05-01T10:00:00Z';
const MIDDLE = '2026-05-02T10:00:00Z';
const LATE = '2026-05-03T10:00:00Z';

/** An event as the trigger gives it. */
function event(changes: LedgerRow): LedgerRow {
	return {
		provider: 'skycore',
		action: 'opt-in',
		channel: 'sms',
		phone: PHONE,
		campaign: 'spring-sale',
		needsReview: false,
		occurredAt: MIDDLE,
		receivedAt: LATE,
		...changes,
	};
}

/** What an action node gives. */
function result(action: string, outcome: string | null, changes: LedgerRow = {}): LedgerRow {
	return { ...event({ action, outcome, needsReview: null }), ...changes };
}

const stop = (changes: LedgerRow = {}): LedgerRow => event({ action: 'opt-out', ...changes });

function ledgerOf(rows: readonly LedgerRow[], defaultCountry?: string): Ledger {
	const ledger = new Ledger(NOW_MS);
	for (const row of rows) ledger.add(row, defaultCountry);
	return ledger;
}

const SPRING: LedgerQuestion = { provider: 'skycore', campaign: 'spring-sale', scope: 'campaign' };
const ANYWHERE: LedgerQuestion = { scope: 'everything' };

function standing(rows: readonly LedgerRow[], question: LedgerQuestion = SPRING, phone = PHONE): Standing {
	return ledgerOf(rows, 'US').standingOf({ phone }, question);
}

function stateOf(...rows: LedgerRow[]): string {
	return standing(rows).state;
}

describe('what lifts an opt-out', () => {
	test.each<[string, string, LedgerRow]>([
		['a keyword that the person texted', 'opted in', event({ source: 'MO', occurredAt: LATE })],
		['a page that the person filled in', 'opted in', event({ source: ' web ', occurredAt: LATE })],
		['the echo of our own sync', 'opted out', event({ source: 'API', occurredAt: LATE })],
		['what somebody entered at the provider', 'opted out', event({ source: 'MANAGER', keyword: 'JOIN', occurredAt: LATE })],
		['an opt-in that does not say who made it', 'opted out', event({ occurredAt: LATE })],
		['a re-opt-in word at Vonage', 'opted in', event({ provider: 'vonage', campaign: null, text: 'Start', occurredAt: LATE })],
		['a sign-up', 'opted out', result('subscribe', 'subscribed', { occurredAt: LATE })],
		['a sign-up of somebody subscribed', 'opted out', result('subscribe', 'already_subscribed', { occurredAt: LATE })],
		['a look-up', 'opted out', result('query', 'subscribed', { occurredAt: LATE })],
		['a resubscribe', 'opted in', result('resubscribe', 'resubscribed', { occurredAt: LATE })],
		['a sign-up with newer evidence', 'opted in', result('subscribe', 'subscribed', { evidenceTime: LATE, occurredAt: LATE })],
		['a sign-up with older evidence', 'opted out', result('subscribe', 'subscribed', { evidenceTime: EARLY, occurredAt: LATE })],
		['evidence of the same moment', 'opted out', result('subscribe', 'subscribed', { evidenceTime: MIDDLE, occurredAt: LATE })],
		['evidence from the future', 'opted out', result('subscribe', 'subscribed', { evidenceTime: '2530-01-01', occurredAt: LATE })],
		['evidence without a time', 'opted out', result('subscribe', 'subscribed', { evidenceText: 'Yes, text me', occurredAt: LATE })],
		[
			'a row by hand with evidence',
			'opted in',
			{ action: 'opt-in', phone: PHONE, provider: 'Skycore', campaign: 'Spring-Sale', evidenceTime: LATE },
		],
		['a second STOP behind it', 'opted out', event({ source: 'MO', occurredAt: EARLY })],
	])('%s: %s', (_what, state, row) => {
		const own = { provider: String(row['provider']), scope: 'campaign' } as const;
		expect(standing([stop({ provider: row['provider'], campaign: row['campaign'] }), row], own).state).toBe(state);
	});

	const signedUp = { provider: 'attentive', campaign: 'MARKETING TEXT' };
	const attentive: LedgerQuestion = { provider: 'attentive', campaign: 'marketing text', scope: 'provider' };
	const reported = event({ ...signedUp, occurredAt: LATE });
	test.each<[string, string, LedgerRow[]]>([
		['by itself', 'opted in', []],
		['after a sign-up that asked', 'opted in', [result('subscribe', 'pending_confirmation', { ...signedUp, singleOptIn: false })]],
		['after a sign-up that did not ask', 'opted out', [result('subscribe', 'subscribed', { ...signedUp, singleOptIn: true })]],
		[
			'right before such a sign-up was answered',
			'opted out',
			[result('subscribe', 'subscribed', { ...signedUp, singleOptIn: 'true', occurredAt: '2026-05-03T10:00:02Z' })],
		],
		[
			'after such a sign-up that nobody knows the end of',
			'opted out',
			[result('subscribe', null, { ...signedUp, singleOptIn: true, sent: 'unknown' })],
		],
		[
			'after such a sign-up that was surely not sent',
			'opted in',
			[result('subscribe', null, { ...signedUp, singleOptIn: true, sent: 'not sent' })],
		],
		[
			'after such a sign-up and a later look-up',
			'opted in',
			[
				result('subscribe', 'subscribed', { ...signedUp, singleOptIn: true }),
				result('query', 'not_eligible', { ...signedUp, occurredAt: '2026-05-02T20:00:00Z' }),
			],
		],
	])('Attentive’s report of an opt-in %s: %s', (_when, state, rows) => {
		expect(standing([stop({ ...signedUp, occurredAt: EARLY }), ...rows, reported], attentive).state).toBe(state);
	});
});

describe('what counts as an opt-out', () => {
	test.each<[string, string, LedgerRow]>([
		['a STOP by picture message', 'opted out', stop({ channel: 'mms', occurredAt: LATE })],
		['an import that met an earlier opt-out', 'opted out', event({ source: 'IMPORTED AS UNSUBSCRIBED', occurredAt: LATE })],
		['a text that somebody has to read', 'opted out', event({ action: 'message', needsReview: 'TRUE', campaign: null, occurredAt: LATE })],
		['a text that was read', 'opted in', event({ action: 'message', needsReview: true, reviewedAs: ' Not an opt-out', occurredAt: LATE })],
		['a text that was read, and read again', 'opted out', event({ action: 'message', reviewedAs: 'opt-out', occurredAt: LATE })],
		['an opt-out that somebody took for none', 'opted out', stop({ reviewedAs: 'not an opt-out', occurredAt: LATE })],
		['a text without any doubt', 'opted in', event({ action: 'message', needsReview: 'f', occurredAt: LATE })],
		['an unsubscribe', 'opted out', result('unsubscribe', 'unsubscribed', { occurredAt: LATE })],
		['an unsubscribe that failed', 'opted out', result('unsubscribe', null, { sent: 'not sent', occurredAt: LATE })],
		['an unsubscribe of nobody known', 'opted out', result('unsubscribe', 'not_subscribed', { occurredAt: LATE })],
		['a row of a list', 'opted out', result('query', 'opted_out', { occurredAt: LATE })],
		['a refused sign-up', 'opted out', result('subscribe', 'opted_out', { sent: 'not sent', occurredAt: LATE })],
		['an opt-in that the provider calls opted out', 'opted out', event({ outcome: 'opted_out', occurredAt: LATE })],
		['not eligible after an opt-in', 'opted out', result('query', 'not_eligible', { occurredAt: LATE })],
		['not eligible before the opt-in', 'opted in', result('query', 'not_eligible', { occurredAt: EARLY })],
		['a look-up that found nobody', 'opted in', result('query', 'not_subscribed', { occurredAt: LATE })],
	])('%s: %s', (_what, state, row) => {
		expect(stateOf(event({ source: 'MO' }), row)).toBe(state);
	});

	test('not eligible says nothing of somebody who never opted in', () => {
		expect(stateOf(result('query', 'not_eligible'))).toBe('not known');
	});
});

describe('when', () => {
	test.each(['2530-01-01T00:00:00Z', '2609-05-03T10:00:00Z', '1970-01-01T00:00:01Z', 'yesterday', '', null, undefined])(
		'%s is no time: an opt-out counts at arrival, an opt-in ends nothing',
		(occurredAt) => {
			expect(stateOf(event({ source: 'MO', occurredAt }), stop({ occurredAt: EARLY }))).toBe('opted out');
			expect(stateOf(event({ source: 'MO', occurredAt: MIDDLE }), stop({ occurredAt }))).toBe('opted out');
			expect(stateOf(event({ source: 'MO', occurredAt: LATE }), stop({ occurredAt, receivedAt: MIDDLE }))).toBe('opted in');
			expect(stateOf(event({ source: 'MO', occurredAt: LATE }), stop({ occurredAt, receivedAt: null }))).toBe('opted out');
			expect(ledgerOf([stop({ occurredAt })]).impossibleTimes).toBe(1);
		},
	);

	test('five minutes between two clocks are no contradiction', () => {
		const later = (seconds: number): LedgerRow =>
			event({ source: 'MO', occurredAt: new Date(Date.parse(LATE) + seconds * 1_000).toISOString(), receivedAt: LATE });
		expect(stateOf(stop({ occurredAt: LATE }), later(299))).toBe('opted in');
		expect(stateOf(stop({ occurredAt: LATE }), later(301))).toBe('opted out');
	});

	test('an arrival in the future is none', () => {
		expect(stateOf(stop(), event({ source: 'MO', occurredAt: '2530-01-01T00:00:00Z', receivedAt: '2530-01-01T00:00:00Z' }))).toBe(
			'opted out',
		);
	});

	test('an opt-out that somebody wrote down for a day counts at its end', () => {
		const day = stop({ occurredAt: '2026-05-02', receivedAt: null });
		expect(stateOf(event({ source: 'MO', occurredAt: '2026-05-02T20:00:00Z' }), day)).toBe('opted out');
		expect(stateOf(event({ source: 'MO', occurredAt: '2026-05-03T00:00:00Z' }), day)).toBe('opted in');
	});

	test('on a tie the person is opted out', () => {
		expect(stateOf(stop(), event({ source: 'MO' }))).toBe('opted out');
		expect(stateOf(event({ source: 'MO' }), stop())).toBe('opted out');
	});
});

describe('who', () => {
	test.each([
		['+16502424956', '0016502424956'],
		['+16502424956', '(650) 242-4956'],
		['+16502424956', 16502424956],
		['+525512345678', '+5215512345678'],
		['+525512345678', '005215512345678'],
		['+5491123456789', '+541123456789'],
		['+541123456789', '+54 9 11 2345-6789'],
	])('%s and %s are one number', (phone, written) => {
		expect(standing([stop({ phone: written })], ANYWHERE, phone).state).toBe('opted out');
	});

	test('email is one person with and without a phone number, in any letter case; a number says nothing of it', () => {
		const mail = { channel: 'email', email: 'Ada@Example.COM' };
		const ledger = ledgerOf([event({ ...mail, source: 'MO' }), stop({ ...mail, phone: null, occurredAt: LATE })]);
		expect(ledger.standingOf({ email: ' ada@example.com' }, ANYWHERE).state).toBe('opted out');
		expect(ledger.standingOf({ phone: PHONE }, ANYWHERE).state).toBe('not known');
	});

	test('one call that ended both ways counts for both addresses', () => {
		const ledger = ledgerOf([result('unsubscribe', 'unsubscribed', { channel: 'sms, email', email: 'ada@example.com' })]);
		expect(ledger.standingOf({ email: 'ada@example.com' }, ANYWHERE).state).toBe('opted out');
		expect(ledger.standingOf({ phone: PHONE }, ANYWHERE).state).toBe('opted out');
	});

	test('an opt-out that names no way holds for every address that is there, an opt-in for the number', () => {
		const both = { channel: null, email: 'ada@example.com' };
		for (const way of [{ phone: PHONE }, { email: 'ada@example.com' }])
			expect(ledgerOf([stop(both)]).standingOf(way, ANYWHERE).state).toBe('opted out');
		expect(ledgerOf([event(both)]).standingOf({ email: 'ada@example.com' }, ANYWHERE).state).toBe('not known');
		expect(ledgerOf([event({ channel: 'whatsapp' })]).standingOf({ phone: PHONE }, ANYWHERE).state).toBe('not known');
		expect(ledgerOf([stop({ channel: 'whatsapp' })]).standingOf({ phone: PHONE }, ANYWHERE).state).toBe('opted out');
	});
});

describe('where', () => {
	test('campaigns are compared without case, and Attentive’s without its prefixes', () => {
		expect(stateOf(event({ campaign: 'Spring-Sale' }), stop({ campaign: ' SPRING-SALE', occurredAt: LATE }))).toBe('opted out');
		const rows = [
			stop({ provider: 'attentive', campaign: 'TYPE_MARKETING CHANNEL_TEXT' }),
			event({ provider: 'attentive', campaign: 'TRANSACTIONAL TEXT' }),
		];
		const of = (campaign: string) => standing(rows, { provider: 'attentive', campaign, scope: 'campaign' }).state;
		expect([of('MARKETING TEXT'), of('TRANSACTIONAL TEXT')]).toEqual(['opted out', 'opted out']);
		const named = [...rows, result('query', 'subscribed', { provider: 'attentive', campaign: 'marketing text', occurredAt: EARLY })];
		expect(standing(named, { provider: 'attentive', campaign: 'TRANSACTIONAL TEXT', scope: 'campaign' }).state).toBe('opted in');
	});

	test.each<[LedgerQuestion['scope'], string, string]>([
		['campaign', 'opted in', 'opted in'],
		['provider', 'opted out', 'opted in'],
		['everything', 'opted out', 'opted out'],
	])('an opt-out counts for this %s: another campaign %s, another provider %s', (scope, otherCampaign, otherProvider) => {
		const rows = [
			event({ campaign: 'spring-sale' }),
			event({ campaign: 'autumn' }),
			stop({ campaign: 'autumn', occurredAt: LATE }),
			result('subscribe', 'subscribed', { provider: 'voyage', campaign: '1234' }),
		];
		expect(standing(rows, { ...SPRING, scope }).state).toBe(otherCampaign);
		expect(standing(rows, { provider: 'voyage', campaign: '1234', scope }).state).toBe(otherProvider);
		expect(standing(rows, { provider: 'skycore', scope }).state).toBe('opted out');
	});

	test('an opt-out of a campaign that nobody else names may be this one under another name, however often it is stored', () => {
		const unknown = stop({ campaign: '4711', occurredAt: LATE, eventId: 'one' });
		expect(stateOf(event({}), unknown)).toBe('opted out');
		expect(stateOf(event({}), unknown, unknown)).toBe('opted out');
		expect(stateOf(event({}), { ...unknown, eventId: null }, { ...unknown, eventId: null })).toBe('opted out');
		expect(stateOf(event({}), unknown, event({ campaign: '4711', eventId: 'two' }))).toBe('opted in');
	});

	test('an opt-out without a provider holds for all of them', () => {
		expect(stateOf(event({}), { action: 'opt-out', phone: PHONE, occurredAt: LATE })).toBe('opted out');
	});

	test('an opt-in without a campaign is none in a campaign', () => {
		expect(stateOf(event({ campaign: null }))).toBe('not known');
		expect(standing([event({ campaign: null })], { provider: 'skycore', scope: 'campaign' }).state).toBe('opted in');
	});
});

describe('who was asked', () => {
	test.each([
		['asked', 'subscribe', 'sent'],
		['pending_confirmation', 'subscribe', 'sent'],
		['accepted', 'subscribe', 'sent'],
		[null, 'subscribe', 'unknown'],
		[null, 'resubscribe', 'unknown'],
	])('outcome %s of a %s (%s) gives no state but a time', (outcome, action, sent) => {
		expect(standing([result(action, outcome, { sent })])).toMatchObject({ state: 'not known', askedAt: MIDDLE });
	});

	test('it is the newest time, beside any state', () => {
		const rows = [
			result('subscribe', 'asked', { occurredAt: EARLY }),
			result('subscribe', 'pending_confirmation'),
			stop({ occurredAt: LATE }),
		];
		expect(standing(rows)).toMatchObject({ state: 'opted out', askedAt: MIDDLE });
		expect(standing([result('subscribe', null, { sent: 'not sent' })]).askedAt).toBeNull();
	});
});

describe('why', () => {
	test.each<[LedgerRow, string]>([
		[stop({ text: 'Stop!' }), 'texted STOP at Skycore on May 2, 2026'],
		[stop({ keyword: 'stop' }), 'texted STOP at Skycore on May 2, 2026'],
		[stop({ source: 'MO' }), 'texted an opt-out at Skycore on May 2, 2026'],
		[stop({ source: 'WEB' }), 'opted out on a web page at Skycore on May 2, 2026'],
		[stop({ source: 'API' }), 'was opted out at Skycore on May 2, 2026'],
		[stop({ provider: null }), 'opted out on May 2, 2026'],
		[stop({ occurredAt: null, receivedAt: null }), 'opted out at Skycore, at a time that is not known'],
		[
			event({ action: 'message', needsReview: true, text: 'no more\nplease', provider: 'vonage' }),
			'texted "no more please", which may mean an opt-out, at Vonage on May 2, 2026',
		],
		[result('unsubscribe', 'unsubscribed', { provider: 'attentive' }), 'was unsubscribed at Attentive on May 2, 2026'],
		[result('unsubscribe', null), 'was to be unsubscribed at Skycore on May 2, 2026'],
		[result('query', 'opted_out', { provider: 'vonage' }), 'was reported as opted out at Vonage on May 2, 2026'],
		[event({ source: 'MO' }), 'texted an opt-in at Skycore on May 2, 2026'],
		[event({ text: 'START' }), 'texted START at Skycore on May 2, 2026'],
		[event({ source: 'API' }), 'was opted in at Skycore on May 2, 2026'],
		[result('subscribe', 'subscribed'), 'was subscribed at Skycore on May 2, 2026'],
		[result('resubscribe', 'resubscribed'), 'was brought back at Skycore on May 2, 2026'],
		[result('subscribe', 'asked'), 'was asked at Skycore on May 2, 2026, and no answer is known'],
	])('%j', (row, reason) => {
		expect(standing([row], ANYWHERE).reason).toBe(reason);
	});

	test('names the row with which the state began', () => {
		const rows = [
			stop({ occurredAt: EARLY, eventId: 'lifted' }),
			event({ source: 'MO', occurredAt: MIDDLE, eventId: 'back' }),
			result('subscribe', 'subscribed', { occurredAt: LATE, eventId: 'sync' }),
		];
		expect(standing(rows)).toMatchObject({ state: 'opted in', since: MIDDLE, eventId: 'back' });
		const out = [event({ occurredAt: EARLY }), stop({ eventId: 'first' }), stop({ occurredAt: LATE, eventId: 'second' })];
		expect(standing(out)).toMatchObject({ state: 'opted out', since: MIDDLE, eventId: 'first' });
		expect(standing([])).toEqual({
			state: 'not known',
			since: null,
			reason: 'no row of the events is about them',
			askedAt: null,
			eventId: null,
		});
	});
});

describe('rows that must not be passed over', () => {
	test.each<[string, LedgerRow, string]>([
		['an opt-out of a number that is none', stop({ phone: '12345' }), 'its phone number "12345" cannot be read'],
		['one whose number only stands as it was sent', stop({ phone: null, phoneRaw: '99' }), 'its phone number "99" cannot be read'],
		[
			'one by text with an address only',
			stop({ phone: null, email: 'a@example.com' }),
			'the address "a@example.com" says nothing about texts',
		],
		['one by email with a number only', stop({ channel: 'email' }), 'it names no email address'],
		['one by email with no address', stop({ channel: 'email', email: 'nobody' }), 'its email address "nobody" cannot be read'],
		['one of nobody', { action: 'opt-out' }, 'it names neither a phone number nor an email address'],
		['an unsubscribe of nobody knows whom', result('unsubscribe', null, { phone: 'ask Tom' }), '"ask Tom" cannot be read'],
		['a review', event({ action: 'message', needsReview: true, phone: null }), 'it names no phone number'],
		['words that nobody knows', event({ action: 'left', outcome: 'gone' }), '"left" and "gone" are no action or outcome that is known'],
		['a contact', { name: 'Ada', phone: PHONE }, "neither an 'action' nor an 'outcome'"],
		['a failure of the node that read the table', { error: 'The table is locked' }, "neither an 'action' nor an 'outcome'"],
	])('%s', (_what, row, problem) => {
		const { unreadable } = ledgerOf([event({}), row]);
		expect(unreadable).toEqual([expect.objectContaining({ rowNumber: 2, problem: expect.stringContaining(problem) as string })]);
	});

	test('an empty row says nothing, and an opt-in of nobody neither', () => {
		expect(ledgerOf([{}, { phone: '', action: null }, event({ phone: '12' }), result('query', null, { phone: null })]).unreadable).toEqual(
			[],
		);
	});
});

describe('a failed item', () => {
	const details = JSON.stringify(result('unsubscribe', null, { occurredAt: LATE, sent: 'unknown' }));
	test.each<[string, LedgerRow]>([
		[
			'as it leaves the node',
			{ name: 'Ada', phone: '(212) 555-0100', campaign: 'autumn', error: { message: 'Skycore is away', phone: PHONE, details } },
		],
		['as a table kept it', { phone: '', action: null, details }],
		['beside columns of the contact', { ...event({}), details }],
	])('says what its row says, %s', (_how, row) => {
		expect(stateOf(event({}), row)).toBe('opted out');
		expect(standing([row], ANYWHERE, '+12125550100').state).toBe('not known');
	});
});

test('a list holds everybody once for each campaign, and who was asked', () => {
	const rows = [
		event({ source: 'MO' }),
		event({ campaign: 'Autumn' }),
		stop({ campaign: 'autumn', occurredAt: LATE }),
		result('subscribe', 'pending_confirmation', { provider: 'voyage', campaign: '1234', phone: '+16505550102' }),
		event({ action: 'message', phone: '+16505550103' }),
		stop({ channel: 'email', email: 'Ada@example.com', campaign: null }),
	];
	const list = (question: LedgerQuestion) =>
		[...ledgerOf(rows).everybody(question)].map(({ provider, campaign, phone, email, state }) => [
			provider,
			campaign,
			phone ?? email,
			state,
		]);
	expect(list({ scope: 'campaign' })).toEqual([
		['skycore', 'Autumn', PHONE, 'opted out'],
		['skycore', 'spring-sale', PHONE, 'opted in'],
		['voyage', '1234', '+16505550102', 'not known'],
		['skycore', null, 'ada@example.com', 'opted out'],
	]);
	expect(list({ scope: 'everything', provider: 'voyage' })).toEqual([
		['voyage', null, PHONE, 'opted out'],
		['voyage', '1234', '+16505550102', 'not known'],
		['voyage', null, 'ada@example.com', 'opted out'],
	]);
});

test('no row, whatever it holds, ends the reading or the answers', () => {
	const columns = [
		'action',
		'outcome',
		'phone',
		'phoneRaw',
		'email',
		'channel',
		'provider',
		'campaign',
		'occurredAt',
		'receivedAt',
		'evidenceTime',
	];
	const words = fc.constantFrom(
		'opt-in',
		'opt-out',
		'not_eligible',
		'asked',
		'subscribe',
		'sms',
		'email',
		'attentive',
		PHONE,
		'a@b.example',
		MIDDLE,
	);
	const cell = fc.oneof(words, fc.jsonValue(), fc.date({ noInvalidDate: false }), fc.string(), fc.double());
	const row = fc.dictionary(fc.constantFrom(...columns, 'details', 'error', 'needsReview', 'text', 'source'), cell);
	fc.assert(
		fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
			const ledger = ledgerOf([...rows, stop()], 'US');
			expect(ledger.standingOf({ phone: PHONE }, ANYWHERE).state).not.toBe('not known');
			expect(JSON.stringify([...ledger.everybody(ANYWHERE)])).toContain(PHONE);
		}),
		{ numRuns: 2_000 },
	);
});
