import fc from 'fast-check';

import { readExamples } from '../../../demo/examples.mts';
import { statesOf, type LedgerRow, type PersonState } from '../../../demo/ledgerState.mts';

const CODE_NODE = 'State per person and campaign';
const CODES = readExamples(process.cwd()).flatMap(({ file, workflow }) =>
	workflow.nodes.filter(({ name }) => name === CODE_NODE).map(({ parameters }) => ({ file, code: String(parameters['jsCode']) })),
);

const PHONE = '+16505550101';

/** An event as the trigger gives it. */
function event(changes: LedgerRow): LedgerRow {
	return {
		provider: 'skycore',
		action: 'opt-in',
		channel: 'sms',
		phone: PHONE,
		campaign: 'spring-sale',
		needsReview: false,
		occurredAt: '2026-01-01T10:00:00.000Z',
		...changes,
	};
}

/** What an action node gives. */
function result(action: string, outcome: string | null, changes: LedgerRow = {}): LedgerRow {
	return { ...event({ action, outcome, needsReview: null }), ...changes };
}

function sorted(states: readonly PersonState[]): string[] {
	return states
		.map(({ provider, channel, person, campaign, state }) => JSON.stringify([provider, channel, person, campaign, state]))
		.sort();
}

function stateOf(...rows: LedgerRow[]): string | undefined {
	return statesOf(rows).find(({ campaign }) => campaign === 'spring-sale')?.state;
}

const early = '2026-01-01T09:00:00.000Z';
const late = '2026-01-01T11:00:00.000Z';

describe('the state of a number in a campaign', () => {
	test('is its newest event by provider time, whatever arrived last', () => {
		expect(stateOf(event({ action: 'opt-out', occurredAt: late }), event({ occurredAt: early }))).toBe('opted out');
		expect(stateOf(event({ occurredAt: late }), event({ action: 'opt-out', occurredAt: early }))).toBe('opted in');
	});

	test('is opted out on a tie', () => {
		expect(stateOf(event({ action: 'opt-out' }), event({}))).toBe('opted out');
		expect(stateOf(event({}), event({ action: 'opt-out' }))).toBe('opted out');
	});

	test('is opted out when an opt-out has no time, and not opted in by an opt-in without one', () => {
		expect(stateOf(event({ action: 'opt-out', occurredAt: null }), event({ occurredAt: late }))).toBe('opted out');
		expect(stateOf(event({ occurredAt: null }), event({ action: 'opt-out', occurredAt: early }))).toBe('opted out');
	});

	test('follows an opt-out that names no campaign', () => {
		expect(stateOf(event({}), event({ action: 'opt-out', campaign: null, occurredAt: late }))).toBe('opted out');
		expect(stateOf(event({ occurredAt: late }), event({ action: 'opt-out', campaign: null }))).toBe('opted in');
	});

	test('is opted out while somebody has to read a text', () => {
		expect(stateOf(event({}), event({ action: 'message', needsReview: true, campaign: null, occurredAt: late }))).toBe('opted out');
		expect(stateOf(event({}), event({ action: 'message', campaign: null, occurredAt: late }))).toBe('opted in');
	});

	test('is separate for providers, channels and people', () => {
		const others = [
			event({ provider: 'attentive', action: 'opt-out' }),
			event({ channel: 'email', email: 'a@example.com', action: 'opt-out' }),
			event({ phone: '+16505550102', action: 'opt-out' }),
		];
		expect(stateOf(event({}), ...others)).toBe('opted in');
		expect(sorted(statesOf([event({}), ...others]))).toHaveLength(4);
	});

	test('is opted out while nobody has found a text harmless', () => {
		const text = event({ action: 'message', needsReview: true, campaign: null, occurredAt: late });
		expect(stateOf(event({}), { ...text, reviewedAs: 'Not an opt-out ' })).toBe('opted in');
		for (const reviewedAs of ['', null, 'opt-out', 'not sure']) expect(stateOf(event({}), { ...text, reviewedAs })).toBe('opted out');
		expect(stateOf(event({}), { ...text, action: 'opt-out', reviewedAs: 'not an opt-out' })).toBe('opted out');
	});
});

describe('who a row is about', () => {
	const person = (row: LedgerRow) => statesOf([row]).map((state) => [state.channel, state.person]);

	test('picture messages and text messages go to one person', () => {
		expect(stateOf(event({}), event({ channel: 'mms', action: 'opt-out', occurredAt: late }))).toBe('opted out');
	});

	test('e-mail belongs to the address, whatever its letter case', () => {
		const email = { channel: 'email', email: 'Ada@Example.com' };
		expect(person(event(email))).toEqual([['email', 'ada@example.com']]);
		expect(stateOf(event(email), event({ ...email, email: 'ada@example.COM', action: 'opt-out', occurredAt: late }))).toBe('opted out');
	});

	test('one call that ended both counts for the number and for the address', () => {
		const both = result('unsubscribe', 'unsubscribed', { channel: 'sms, email', email: 'ada@example.com' });
		expect(person(both)).toEqual([
			['sms', PHONE],
			['email', 'ada@example.com'],
		]);
		expect(person({ ...both, email: null })).toEqual([['sms', PHONE]]);
	});

	test('a number that cannot be read keeps its row, and so does a person with another address only', () => {
		expect(person(event({ phone: null, phoneRaw: '123', action: 'opt-out' }))).toEqual([['sms', '123']]);
		expect(person(event({ phone: null, email: 'ada@example.com', action: 'opt-out' }))).toEqual([['sms', 'ada@example.com']]);
	});

	test('without a channel it is the address that is there', () => {
		expect(person(event({ channel: '' }))).toEqual([['sms', PHONE]]);
		expect(person(event({ channel: null, phone: '', email: 'ada@example.com' }))).toEqual([['email', 'ada@example.com']]);
	});
});

describe('which campaign a row is about', () => {
	test('letter case makes no other campaign', () => {
		expect(statesOf([event({ campaign: 'Spring-Sale' }), event({ action: 'opt-out', occurredAt: late })])).toEqual([
			{ provider: 'skycore', channel: 'sms', person: PHONE, campaign: 'Spring-Sale', state: 'opted out' },
		]);
	});

	test('an unsubscribe from several of Attentive’s subscriptions holds for each', () => {
		const optIn = event({ provider: 'attentive', campaign: 'MARKETING TEXT' });
		const end = result('unsubscribe', 'unsubscribed', {
			provider: 'attentive',
			campaign: 'TRANSACTIONAL TEXT, MARKETING TEXT',
			occurredAt: late,
		});
		expect(statesOf([optIn, end]).map(({ campaign, state }) => [campaign, state])).toEqual([
			['MARKETING TEXT', 'opted out'],
			['TRANSACTIONAL TEXT', 'opted out'],
		]);
	});

	test('a comma in the name of another provider’s campaign is a comma', () => {
		expect(statesOf([event({ campaign: 'spring, sale' })]).map(({ campaign }) => campaign)).toEqual(['spring, sale']);
	});
});

describe('what a result says', () => {
	test.each(['subscribed', 'already_subscribed', 'resubscribed'])('%s is an opt-in', (outcome) => {
		expect(stateOf(result('subscribe', outcome))).toBe('opted in');
	});

	test('resubscribed ends an earlier opt-out, and so does an opt-in event', () => {
		expect(stateOf(event({ action: 'opt-out' }), result('resubscribe', 'resubscribed', { occurredAt: late }))).toBe('opted in');
		expect(stateOf(event({ action: 'opt-out' }), event({ occurredAt: late }))).toBe('opted in');
		expect(stateOf(event({ action: 'opt-out', occurredAt: late }), result('resubscribe', 'resubscribed'))).toBe('opted out');
	});

	test.each(['subscribed', 'already_subscribed'])('a sync that reports %s never undoes an opt-out', (outcome) => {
		expect(stateOf(event({ action: 'opt-out' }), result('subscribe', outcome, { occurredAt: late }))).toBe('opted out');
		expect(stateOf(event({}), event({ action: 'opt-out', occurredAt: early }), result('query', outcome, { occurredAt: late }))).toBe(
			'opted in',
		);
	});

	test.each(['asked', 'pending_confirmation', 'accepted', 'not_subscribed', 'not_eligible', null])('%s says nothing', (outcome) => {
		expect(statesOf([result('subscribe', outcome), result('query', outcome)])).toEqual([]);
		expect(stateOf(event({}), result('query', outcome, { occurredAt: late }))).toBe('opted in');
	});

	test.each(['subscribe', 'query'])('opted_out is an opt-out, also as the answer to a %s', (action) => {
		expect(stateOf(event({}), result(action, 'opted_out', { occurredAt: late }))).toBe('opted out');
	});

	test.each(['unsubscribed', 'already_unsubscribed', 'not_subscribed', null])(
		'an unsubscribe is an opt-out, even when it ended as %s',
		(outcome) => {
			expect(stateOf(event({}), result('unsubscribe', outcome, { occurredAt: late }))).toBe('opted out');
		},
	);

	test('a failed item says what its row says, wherever a table kept it', () => {
		const details = JSON.stringify(result('unsubscribe', null, { occurredAt: late, sent: 'unknown' }));
		for (const row of [{ error: { message: 'Skycore is away', item: 0, details } }, { details }, { phone: '', action: null, details }]) {
			expect(stateOf(event({}), row)).toBe('opted out');
		}
		for (const nothing of ['', 'Skycore is away', '"text"', '{', null])
			expect(statesOf([{ details: nothing }, { error: nothing }, { error: { details: nothing } }])).toEqual([]);
		expect(stateOf({ ...event({}), details })).toBe('opted out');
		// The contact that n8n puts beside the failure keeps its number as somebody typed it.
		const contact = { name: 'Ada', phone: '(650) 555-0101', campaign: 'autumn', error: { phone: PHONE, details } };
		expect(statesOf([event({}), contact]).map(({ person, campaign, state }) => [person, campaign, state])).toEqual([
			[PHONE, 'spring-sale', 'opted out'],
		]);
		expect(stateOf({ ...event({ action: 'opt-out' }), error: { message: 'Skycore is away' } })).toBe('opted out');
	});
});

describe('a row in whatever form a table kept it', () => {
	test('flags may be text', () => {
		const text = event({ action: 'message', occurredAt: late });
		for (const needsReview of [true, 'true', 'TRUE', '1', 1]) expect(stateOf(event({}), { ...text, needsReview })).toBe('opted out');
		for (const needsReview of [false, 'false', 'FALSE', '0', 0, '', null, undefined])
			expect(stateOf(event({}), { ...text, needsReview })).toBe('opted in');
	});

	test('times may be a Date, or text with any offset', () => {
		for (const occurredAt of [new Date(late), '2026-01-01T12:00:00+01:00']) {
			expect(stateOf(event({}), event({ action: 'opt-out', occurredAt }))).toBe('opted out');
			expect(stateOf(event({ occurredAt }), event({ action: 'opt-out' }))).toBe('opted in');
		}
	});

	test.each(['', ' ', undefined, 'yesterday'])('a time that is "%s" makes an opt-out the newest and an opt-in the oldest', (occurredAt) => {
		expect(stateOf(event({ action: 'opt-out', occurredAt }), event({ occurredAt: late }))).toBe('opted out');
		expect(stateOf(event({ occurredAt }), event({ action: 'opt-out', occurredAt: early }))).toBe('opted out');
	});

	test('empty text is no value, and a missing column neither', () => {
		expect(statesOf([{ provider: 'vonage', action: 'opt-out', phone: PHONE }])).toEqual([
			{ provider: 'vonage', channel: 'sms', person: PHONE, campaign: '', state: 'opted out' },
		]);
		expect(stateOf(event({}), event({ action: 'opt-out', campaign: '', occurredAt: late }))).toBe('opted out');
		expect(statesOf([{}, event({ action: '', outcome: '' })])).toEqual([]);
	});
});

const columns = {
	provider: fc.constantFrom('skycore', 'attentive'),
	action: fc.constantFrom('opt-in', 'opt-out', 'message', 'unknown', 'subscribe', 'unsubscribe', 'resubscribe', 'query', null),
	outcome: fc.constantFrom(
		'subscribed',
		'already_subscribed',
		'resubscribed',
		'opted_out',
		'not_eligible',
		'pending_confirmation',
		'',
		null,
	),
	channel: fc.constantFrom('sms', 'mms', 'email', 'sms, email', '', null),
	phone: fc.constantFrom(PHONE, '+16505550102', '', null),
	phoneRaw: fc.constantFrom('123', null),
	email: fc.constantFrom('a@example.com', 'A@Example.com', null),
	campaign: fc.constantFrom('spring-sale', 'SPRING-SALE', 'MARKETING TEXT', 'MARKETING TEXT, TRANSACTIONAL TEXT', '', null),
	needsReview: fc.constantFrom(true, 'TRUE', '1', false, 'false', '0', null),
	reviewedAs: fc.constantFrom('not an opt-out', 'Not an opt-out', 'opt-out', '', null),
	occurredAt: fc.constantFrom(
		'2026-01-01T10:00:00.000Z',
		'2026-01-01T10:00:00Z',
		'2026-01-02T10:00:00.000Z',
		new Date('2026-01-02T10:00:00Z'),
		'yesterday',
		'',
		null,
	),
};
const row = fc.record(columns, { requiredKeys: [] });
const rows = fc.array(
	fc.oneof(
		{ arbitrary: row, weight: 4 },
		fc.record({ details: row.map((value) => JSON.stringify(value)), phone: columns.phone }),
		fc.record({
			error: fc.record({ details: row.map((value) => JSON.stringify(value)), action: columns.action }),
			outcome: columns.outcome,
		}),
	),
	{ maxLength: 12 },
);

test('neither duplicates nor the order of the rows change any state', () => {
	fc.assert(
		fc.property(rows, fc.infiniteStream(fc.nat()), (some, numbers) => {
			const shuffled = [...some, ...some]
				.map((each) => ({ each, at: numbers.next().value as number }))
				.sort((one, other) => one.at - other.at)
				.map(({ each }) => each);
			expect(sorted(statesOf(shuffled))).toEqual(sorted(statesOf(some)));
		}),
	);
});

test('two examples work the state out', () => {
	expect(CODES.map(({ file }) => file)).toEqual(['nightly-opt-out-reconciliation.json', 'who-is-opted-out.json']);
	expect(new Set(CODES.map(({ code }) => code)).size).toBe(1);
});

test.each(CODES)('$file: the Code node comes to the same states as the demo', ({ code }) => {
	const run = new Function('$input', code) as (input: { all(): Array<{ json: LedgerRow }> }) => Array<{ json: PersonState }>;
	fc.assert(
		fc.property(rows, (some) => {
			const states = run({ all: () => some.map((json) => ({ json })) }).map(({ json }) => json);
			expect(sorted(states)).toEqual(sorted(statesOf(some)));
		}),
		{ numRuns: 500 },
	);
});
