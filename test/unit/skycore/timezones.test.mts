import { readFileSync } from 'node:fs';

import { TIME_ZONES, timeZoneCode } from '../../../providers/skycore/timezones';

const ROWS = readFileSync('test/fixtures/skycore/timezones.txt', 'utf8').trim().split('\n');

test("every row of the provider's list is there, in its order", () => {
	expect(TIME_ZONES.map(({ code, name, offset }) => `${code} ${name} ${offset.replace('-', '\u2212')}`)).toEqual(ROWS);
	expect(TIME_ZONES).toHaveLength(204);
	expect(new Set(TIME_ZONES.map(({ code }) => code)).size).toBe(182);
});

test('what shares an abbreviation is told apart by its name', () => {
	const labels = TIME_ZONES.map(({ code, name, offset }) => `${code} ${name} ${offset}`);
	expect(new Set(labels).size).toBe(labels.length);
});

test.each([
	['est', 'EST'],
	['CHST', 'ChST'],
	['XYZ', 'XYZ'],
])('%s goes out as %s', (typed, sent) => {
	expect(timeZoneCode(typed)).toBe(sent);
});
