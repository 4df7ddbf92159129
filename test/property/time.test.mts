import fc from 'fast-check';

import { InputProblem } from '../../consent/failure';
import { readPersonTime, readProviderTime } from '../../consent/time';

const moment = fc.date({ min: new Date('2000-01-02T00:00:00Z'), max: new Date('2099-12-30T00:00:00Z'), noInvalidDate: true });
const offsetHours = fc.integer({ min: -12, max: 14 });

function written(date: Date, hours: number, separator: string, fraction: string, minutes: string): string {
	const wallClock = new Date(Math.floor(date.getTime() / 1000) * 1000 + hours * 3_600_000).toISOString();
	const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}${minutes}`;
	return `${wallClock.slice(0, 10)}${separator}${wallClock.slice(11, 19)}${fraction}${zone}`;
}

test('every way of writing a moment is read as that moment', () => {
	fc.assert(
		fc.property(
			moment,
			offsetHours,
			fc.constantFrom('T', ' ', '  '),
			fc.constantFrom('', '.000', '.000911'),
			fc.constantFrom('', '00', ':00'),
			(date, hours, separator, fraction, minutes) => {
				const expected = `${new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString().slice(0, 19)}Z`;
				expect(readProviderTime(written(date, hours, separator, fraction, minutes))).toBe(expected);
			},
		),
		{ numRuns: 2000 },
	);
});

test('Unix milliseconds come back as they went in', () => {
	fc.assert(
		fc.property(fc.integer({ min: 946_684_800_000, max: 4_000_000_000_000 }), (unixMs) => {
			expect(Date.parse(String(readProviderTime(unixMs)))).toBe(unixMs);
			expect(readProviderTime(String(unixMs))).toBe(readProviderTime(unixMs));
		}),
	);
});

test('what is read can be read again, and nothing is thrown at', () => {
	const timeLike = fc.string({ unit: fc.constantFrom(...'0123456789-:.TZ+ '), maxLength: 40 });
	fc.assert(
		fc.property(fc.oneof(timeLike, fc.string({ unit: 'binary' }), fc.anything()), fc.boolean(), (raw, assumeUtc) => {
			const time = readProviderTime(raw, { assumeUtc });
			if (time !== null) expect(readProviderTime(time)).toBe(time);
		}),
		{ numRuns: 5000 },
	);
});

test("a person's text is a time or a problem", () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			try {
				expect(readPersonTime('Time', text)).toMatch(/Z$/);
			} catch (error) {
				expect(error).toBeInstanceOf(InputProblem);
			}
		}),
	);
});
