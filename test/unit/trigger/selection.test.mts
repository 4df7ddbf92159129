import { consentEvent, type EventFacts } from '../../../consent/event.ts';
import { OUTPUTS_EXPRESSION, outputIndexOf } from '../../../nodes/SmsPostbackTrigger/outputs.ts';
import { select, type Selection } from '../../../nodes/SmsPostbackTrigger/selection.ts';
import { deliver, OPT_IN, OPT_OUT, skycoreXml } from './webhookContext.mts';

let counter = 0;

function event(parts: Partial<EventFacts> = {}): EventFacts {
	counter += 1;
	return { eventId: String(counter), action: 'opt-out', campaign: 'A', source: 'MO', needsReview: false, warnings: [], ...parts } as EventFacts;
}

const ALL: Selection = { triggerOn: ['opt-in', 'opt-out', 'message'], emitUnknown: false, campaigns: '', sources: '' };

describe('select', () => {
	test.each([
		['opt-in', ['opt-in'], true],
		['opt-in', ['opt-out', 'message'], false],
		['opt-out', ['opt-out'], true],
		['opt-out', ['opt-in'], false],
		['message', ['message'], true],
		['message', ['opt-in', 'opt-out'], false],
		['unknown', ['opt-in', 'opt-out', 'message'], false],
	] as const)('%s with Trigger On %j: %s', (action, triggerOn, passes) => {
		expect(select([event({ action })], { ...ALL, triggerOn: [...triggerOn] })).toHaveLength(passes ? 1 : 0);
	});

	test('unknown events pass when the person asked for them, whatever they trigger on', () => {
		expect(select([event({ action: 'unknown' })], { ...ALL, triggerOn: [], emitUnknown: true })).toHaveLength(1);
	});

	test('a text that may be meant as an opt-out passes with the opt-outs', () => {
		const doubtful = event({ action: 'message', needsReview: true });
		expect(select([doubtful], { ...ALL, triggerOn: ['opt-out'] })).toEqual([doubtful]);
		expect(select([doubtful], { ...ALL, triggerOn: ['opt-in'] })).toEqual([]);
	});

	test.each(['campaigns', 'sources'] as const)('%s are compared without regard to case, width and spaces', (filter) => {
		const wanted = event({ campaign: ' Spring Sale ', source: ' Spring Sale ' });
		const other = event({ campaign: 'spring', source: 'spring' });
		expect(select([wanted, other], { ...ALL, [filter]: 'x, SPRING SALE\n ,' })).toEqual([wanted]);
	});

	test('separators alone are no filter', () => {
		expect(select([event()], { ...ALL, campaigns: ' , ,', sources: '\n' })).toHaveLength(1);
	});

	test.each([
		['campaigns', { campaign: null }],
		['campaigns', { campaign: ' ' }],
		['sources', { source: null }],
	] as const)('an opt-out without a value for %s passes with a warning', (filter, parts) => {
		const [passed] = select([event({ ...parts, warnings: ['earlier'] })], { ...ALL, [filter]: 'x' });
		expect(passed?.warnings).toEqual(['earlier', expect.stringMatching(new RegExp(`names no ${filter.slice(0, -1)}`))]);
	});

	test('a doubtful text without a campaign passes with a warning, an opt-in does not pass', () => {
		expect(select([event({ action: 'message', needsReview: true, campaign: null })], { ...ALL, campaigns: 'x' })).toHaveLength(1);
		expect(select([event({ action: 'opt-in', campaign: null })], { ...ALL, campaigns: 'x' })).toHaveLength(0);
		expect(select([event({ action: 'message', campaign: null })], { ...ALL, campaigns: 'x' })).toHaveLength(0);
	});

	test('a missing campaign does not let an opt-out past the other filter', () => {
		expect(select([event({ campaign: null, source: 'API' })], { ...ALL, campaigns: 'x', sources: 'MO' })).toHaveLength(0);
	});

	test('the second copy of an event is left out, a different one is not', () => {
		const one = event();
		expect(select([one, { ...one }, event()], ALL)).toHaveLength(2);
	});

	test('events themselves are not changed', () => {
		const frozen = Object.freeze(event({ campaign: null, warnings: Object.freeze([]) as unknown as string[] }));
		expect(select([frozen], { ...ALL, campaigns: 'x' })[0]).not.toBe(frozen);
	});
});

describe('outputs', () => {
	test.each([
		['opt-in', 0],
		['opt-out', 1],
		['message', 2],
		['unknown', 2],
	] as const)('%s goes to output %i', (action, index) => {
		expect(outputIndexOf(consentEvent(event({ action }), '2026-01-01T00:00:00Z'))).toBe(index);
	});

	test('one for all by default', async () => {
		expect((await deliver({ body: OPT_IN })).outputs).toEqual([[expect.objectContaining({ action: 'opt-in' })]]);
	});

	test('one per kind, the others empty', async () => {
		const setting = { parameters: { outputMode: 'perKind' } };
		expect((await deliver({ body: OPT_OUT }, setting)).outputs).toEqual([[], [expect.objectContaining({ action: 'opt-out' })], []]);
		expect((await deliver({ body: OPT_IN }, setting)).outputs.map((items) => items.length)).toEqual([1, 0, 0]);
	});

	test('the expression draws as many outputs as the trigger fills', () => {
		const evaluate = (outputMode: string): unknown => new Function('$parameter', `return ${OUTPUTS_EXPRESSION.slice(3, -2)}`)({ outputMode });
		expect(evaluate('single')).toEqual([{ type: 'main' }]);
		expect(evaluate('perKind')).toEqual(['Opt-In', 'Opt-Out', 'Other'].map((displayName) => ({ type: 'main', displayName })));
	});
});

describe('events that start nothing', () => {
	test.each([
		['an unknown code', skycoreXml({ CODE: 'N999' }), {}],
		['a kind that is not asked for', OPT_IN, { triggerOn: ['opt-out'] }],
		['another campaign', OPT_OUT, { filters: { campaigns: '999' } }],
		['another source', OPT_OUT, { filters: { sources: 'API' } }],
	])('%s is accepted all the same, so that the sender does not repeat it', async (_what, body, parameters) => {
		const outcome = await deliver({ body }, { parameters });
		expect(outcome).toMatchObject({ status: 200, answer: 'OK', ended: false, returned: { webhookResponse: 'OK' } });
		expect(outcome.returned.workflowData).toBeUndefined();
		expect(outcome.log).toHaveLength(1);
	});

	test('an unknown code starts the workflow where the person asked for that', async () => {
		expect((await deliver({ body: skycoreXml({ CODE: 'N999' }) }, { parameters: { unknownEvents: 'emit' } })).events).toEqual([
			expect.objectContaining({ action: 'unknown', code: 'N999', raw: expect.stringContaining('"CODE":"N999"') as string }),
		]);
	});
});
