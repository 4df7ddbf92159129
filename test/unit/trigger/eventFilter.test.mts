import type { EventFacts } from '../../../consent/event.ts';
import { listedEntries } from '../../../nodes/SmsPostbackTrigger/listedEntries.ts';
import { filterEvents, type EventFilter } from '../../../nodes/SmsPostbackTrigger/eventFilter.ts';

let counter = 0;

function event(parts: Partial<EventFacts> = {}): EventFacts {
	counter += 1;
	return {
		eventId: String(counter),
		action: 'opt-out',
		campaign: 'A',
		source: 'MO',
		needsReview: false,
		warnings: [],
		...parts,
	} as EventFacts;
}

const ALL: EventFilter = { triggerOn: ['opt-in', 'opt-out', 'message'], emitUnknown: false, campaigns: [], sources: [] };

test.each([
	['opt-in', ['opt-in'], true],
	['opt-in', ['opt-out', 'message'], false],
	['opt-out', ['opt-out'], true],
	['opt-out', ['opt-in'], false],
	['message', ['message'], true],
	['message', ['opt-in', 'opt-out'], false],
	['unknown', ['opt-in', 'opt-out', 'message'], false],
] as const)('%s with Trigger On %j: %s', (action, triggerOn, passes) => {
	expect(filterEvents([event({ action })], { ...ALL, triggerOn: [...triggerOn] })).toHaveLength(passes ? 1 : 0);
});

test('unknown events pass when the person asked for them, whatever they trigger on', () => {
	expect(filterEvents([event({ action: 'unknown' })], { ...ALL, triggerOn: [], emitUnknown: true })).toHaveLength(1);
});

test('a text that may be meant as an opt-out passes with the opt-outs', () => {
	const doubtful = event({ action: 'message', needsReview: true });
	expect(filterEvents([doubtful], { ...ALL, triggerOn: ['opt-out'] })).toEqual([doubtful]);
	expect(filterEvents([doubtful], { ...ALL, triggerOn: ['opt-in'] })).toEqual([]);
});

test.each(['campaigns', 'sources'] as const)('%s are compared without regard to case, width and spaces', (filter) => {
	const wanted = event({ campaign: ' Spring Sale ', source: ' Spring Sale ' });
	const other = event({ campaign: 'spring', source: 'spring' });
	expect(filterEvents([wanted, other], { ...ALL, [filter]: ['x', 'SPRING  SALE'] })).toEqual([wanted]);
});

test('entries are written with commas and line breaks between them, or chosen', () => {
	expect(listedEntries('MO, IMPORTED AS UNSUBSCRIBED\n WEB')).toEqual(['MO', 'IMPORTED AS UNSUBSCRIBED', 'WEB']);
	expect(listedEntries(['MO', 'IMPORTED AS UNSUBSCRIBED'])).toEqual(['MO', 'IMPORTED AS UNSUBSCRIBED']);
});

test('separators alone are no filter', () => {
	expect([' , ,', '\n', '', [], null, undefined].map(listedEntries)).toEqual([[], [], [], [], [], []]);
});

test.each([
	['campaigns', { campaign: null }],
	['campaigns', { campaign: ' ' }],
	['sources', { source: null }],
] as const)('an opt-out without a value for %s passes with a warning', (filter, parts) => {
	const [passed] = filterEvents([event({ ...parts, warnings: ['earlier'] })], { ...ALL, [filter]: ['x'] });
	expect(passed?.warnings).toEqual(['earlier', expect.stringMatching(new RegExp(`names no ${filter.slice(0, -1)}`))]);
});

test('a doubtful text without a campaign passes with a warning, an opt-in does not pass', () => {
	expect(filterEvents([event({ action: 'message', needsReview: true, campaign: null })], { ...ALL, campaigns: ['x'] })).toHaveLength(1);
	expect(filterEvents([event({ action: 'opt-in', campaign: null })], { ...ALL, campaigns: ['x'] })).toHaveLength(0);
	expect(filterEvents([event({ action: 'message', campaign: null })], { ...ALL, campaigns: ['x'] })).toHaveLength(0);
});

test('a missing campaign does not let an opt-out past the other filter', () => {
	expect(filterEvents([event({ campaign: null, source: 'API' })], { ...ALL, campaigns: ['x'], sources: ['MO'] })).toHaveLength(0);
});

test('the second copy of an event is left out, a different one is not', () => {
	const one = event();
	expect(filterEvents([one, { ...one }, event()], ALL)).toHaveLength(2);
});

test('events themselves are not changed', () => {
	const frozen = Object.freeze(event({ campaign: null, warnings: Object.freeze([]) as unknown as string[] }));
	expect(filterEvents([frozen], { ...ALL, campaigns: ['x'] })[0]).not.toBe(frozen);
});
