import type { ConsentEvent } from '../../../consent/event.ts';
import { OUTPUTS_EXPRESSION, outputIndexOf } from '../../../nodes/SmsPostbackTrigger/outputs.ts';
import { deliver, OPT_IN, OPT_OUT } from './webhookContext.mts';

test.each([
	['opt-in', 0],
	['opt-out', 1],
	['message', 2],
	['unknown', 2],
] as const)('%s goes to output %i', (action, index) => {
	expect(outputIndexOf({ action } as ConsentEvent)).toBe(index);
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
