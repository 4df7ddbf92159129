import { ParameterReader } from '../../../nodes/fields/parameterReader.ts';
import { requiredVonagePhone } from '../../../nodes/fields/vonage.ts';
import { vonage as queryForm } from '../../../nodes/SmsQueryOptOuts/fields/vonage.ts';
import { enteredDates, enteredLimit } from '../../../nodes/SmsQueryOptOuts/listFields.ts';
import { vonage as resubscribeForm } from '../../../nodes/SmsResubscribe/fields/vonage.ts';
import { problemOf } from '../thrown.mts';

type Values = Record<string, unknown>;

function entered(values: Values): ParameterReader {
	return new ParameterReader((name) => values[name]);
}

describe('the number to bring back', () => {
	test.each(['+15559301529', '15559301529', '+1 555 930 1529'])('%j goes out as E.164', (phone) => {
		expect(requiredVonagePhone(entered({ phone }))).toBe('+15559301529');
		expect(resubscribeForm.prepare(entered({ phone, freshConsent: true })).target).toEqual({ provider: 'vonage', phone: '+15559301529' });
	});

	test.each(['', '+0123456789', '+491111'])('the number %j is refused', (phone) => {
		expect(problemOf(() => resubscribeForm.prepare(entered({ phone, freshConsent: true }))).message).toMatch(/'Phone Number'/);
	});

	test('a number that is too short for Vonage is refused, although there are such numbers', () => {
		const problem = problemOf(() => requiredVonagePhone(entered({ phone: '+491111' })));
		expect(problem.message).toBe(`'Phone Number' holds "+491111", which is too short: this provider takes 7 to 15 digits`);
		expect(problem.remedy).toContain('Compare it with your source.');
	});
});

describe('how much of a list', () => {
	test.each([
		[{}, 50],
		[{ limit: 3 }, 3],
		[{ limit: '3', returnAll: false }, 3],
		[{ limit: 0, returnAll: true }, undefined],
	])('%j', (values, limit) => {
		expect(enteredLimit(entered(values))).toBe(limit);
	});

	test.each([[{ limit: 0 }], [{ limit: 1.5 }]])('%j is refused', (values) => {
		expect(problemOf(() => enteredLimit(entered(values))).message).toMatch(/^'Limit' should be a whole number \(1 or more\)/);
	});

	test('the dates of opt-out, in ISO 8601', () => {
		expect(enteredDates(entered({ filters: { since: '2014-07-18T18:20:20+02:00', until: '' } }))).toEqual({
			since: '2014-07-18T16:20:20Z',
		});
		expect(enteredDates(entered({ filters: { until: '2014-07-18' } }))).toEqual({ until: '2014-07-18T00:00:00Z' });
		expect(enteredDates(entered({}))).toEqual({});
		expect(problemOf(() => enteredDates(entered({ filters: { since: 'yesterday' } }))).message).toMatch(/yesterday/);
	});
});

test.each([0, 0.5, 10_001, 'many'])('pages of %j are refused', (pageSize) => {
	expect(problemOf(() => queryForm.prepare(entered({ additionalFields: { pageSize } }))).message).toMatch(/'Page Size'/);
});
