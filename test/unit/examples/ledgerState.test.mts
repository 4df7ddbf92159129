import fc from 'fast-check';

import { readExamples } from '../../../sandbox/demo/examples.mts';
import { statesOf, type LedgerEvent, type PersonState } from '../../../sandbox/demo/ledgerState.mts';

const CODE_NODE = 'State per person and campaign';
const CODES = readExamples(process.cwd()).flatMap(({ file, workflow }) =>
	workflow.nodes.filter(({ name }) => name === CODE_NODE).map(({ parameters }) => ({ file, code: String(parameters['jsCode']) })),
);

function event(changes: Partial<LedgerEvent>): LedgerEvent {
	return {
		eventId: JSON.stringify(changes),
		provider: 'skycore',
		action: 'opt-in',
		channel: 'sms',
		phone: '+16505550101',
		campaign: 'spring-sale',
		needsReview: false,
		occurredAt: '2026-01-01T10:00:00.000Z',
		...changes,
	};
}

function sorted(states: readonly PersonState[]): string[] {
	return states.map(({ provider, channel, person, campaign, state }) => JSON.stringify([provider, channel, person, campaign, state])).sort();
}

function stateOf(...events: LedgerEvent[]): string | undefined {
	return statesOf(events).find(({ campaign }) => campaign === 'spring-sale')?.state;
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
		const others = [event({ provider: 'attentive', action: 'opt-out' }), event({ channel: 'email', action: 'opt-out' }), event({ phone: '+16505550102', action: 'opt-out' })];
		expect(stateOf(event({}), ...others)).toBe('opted in');
		expect(sorted(statesOf([event({}), ...others]))).toHaveLength(4);
	});
});

const events = fc.array(
	fc.record({
		eventId: fc.uuid(),
		provider: fc.constantFrom('skycore', 'attentive'),
		action: fc.constantFrom('opt-in', 'opt-out', 'message', 'unknown'),
		channel: fc.constantFrom('sms', 'email'),
		phone: fc.constantFrom('+16505550101', '+16505550102', null),
		phoneRaw: fc.constantFrom('123', null),
		email: fc.constantFrom('a@example.com', null),
		campaign: fc.constantFrom('spring-sale', 'loyalty-club', '', null),
		needsReview: fc.constantFrom(true, false, null),
		occurredAt: fc.constantFrom('2026-01-01T10:00:00.000Z', '2026-01-01T10:00:00Z', '2026-01-02T10:00:00.000Z', null),
	}),
	{ maxLength: 12 },
);

test('neither duplicates nor the order of the rows change any state', () => {
	fc.assert(
		fc.property(events, fc.infiniteStream(fc.nat()), (rows, numbers) => {
			const shuffled = [...rows, ...rows]
				.map((row) => ({ row, at: numbers.next().value as number }))
				.sort((one, other) => one.at - other.at)
				.map(({ row }) => row);
			expect(sorted(statesOf(shuffled))).toEqual(sorted(statesOf(rows)));
		}),
	);
});

test('two examples work the state out', () => {
	expect(CODES.map(({ file }) => file)).toEqual(['nightly-opt-out-reconciliation.json', 'who-is-opted-out.json']);
	expect(new Set(CODES.map(({ code }) => code)).size).toBe(1);
});

test.each(CODES)('$file: the Code node comes to the same states as the demo', ({ code }) => {
	const run = new Function('$input', code) as (input: { all(): Array<{ json: LedgerEvent }> }) => Array<{ json: PersonState }>;
	fc.assert(
		fc.property(events, (rows) => {
			const states = run({ all: () => rows.map((json) => ({ json })) }).map(({ json }) => json);
			expect(sorted(states)).toEqual(sorted(statesOf(rows)));
		}),
	);
});
