import fc from 'fast-check';
import { DateTime } from 'luxon';

import { PREFIXES_BY_TIME_ZONES } from '../../../consent/phoneTimeZones.ts';
import { readTimeOfDay, readTimeZone, recipientHoursIn, timeZonesOfPhone } from '../../../consent/quietHours.ts';

const MS_PER_MINUTE = 60_000;
const USUAL_TEXTING_HOURS = { fromMinute: 8 * 60, untilMinute: 21 * 60 };
const at = (iso: string): number => Date.parse(iso);

describe('where a number was given out', () => {
	test.each([
		['+12125550111', ['America/New_York']],
		['+13125550111', ['America/Chicago']],
		['+13035550111', ['America/Denver']],
		['+16025550111', ['America/Phoenix']],
		['+16505550111', ['America/Los_Angeles']],
		['+19072690111', ['America/Juneau']],
		['+18085550111', ['Pacific/Honolulu']],
		['+17875550111', ['America/Puerto_Rico']],
		['+16045550111', ['America/Vancouver']],
		['+19025550111', ['America/Halifax']],
		['+442079460958', ['Europe/London']],
		['+33612345678', ['Europe/Paris']],
		['+61491570156', ['Australia/Sydney']],
		['+919876543210', ['Asia/Calcutta']],
	])('%s', (phone, zones) => {
		expect(timeZonesOfPhone(phone)).toEqual(zones);
	});

	test('a toll-free number may be anywhere in North America', () => {
		expect(timeZonesOfPhone('+18005550111')).toEqual(expect.arrayContaining(['America/New_York', 'Pacific/Honolulu', 'Pacific/Guam']));
	});

	test('nobody knows where a satellite phone is', () => {
		expect(timeZonesOfPhone('+881612345678')).toEqual([]);
	});

	test('every zone of the table is one that the clock knows, and every beginning stands there once', () => {
		const zones = PREFIXES_BY_TIME_ZONES.flatMap(([names]) => names.split(' '));
		expect([...new Set(zones)].filter((zone) => readTimeZone(zone) === undefined)).toEqual([]);
		const prefixes = PREFIXES_BY_TIME_ZONES.flatMap(([, list]) => list.split(' '));
		expect(prefixes.length).toBeGreaterThan(3_000);
		expect(new Set(prefixes).size).toBe(prefixes.length);
		expect(prefixes.filter((prefix) => !/^[1-9]\d{0,10}$/.test(prefix))).toEqual([]);
	});
});

describe('whether a text would come at night', () => {
	test.each([
		['in the middle of the day', ['America/New_York'], '2026-07-01T16:00:00Z', '2026-07-01T12:00:00-04:00', false, null],
		['at eight sharp', ['America/New_York'], '2026-07-01T12:00:00Z', '2026-07-01T08:00:00-04:00', false, null],
		['a minute before', ['America/New_York'], '2026-07-01T11:59:00Z', '2026-07-01T07:59:00-04:00', true, '2026-07-01T12:00:00Z'],
		['a minute before nine', ['America/New_York'], '2026-07-02T00:59:59Z', '2026-07-01T20:59:59-04:00', false, null],
		['at nine sharp', ['America/New_York'], '2026-07-02T01:00:00Z', '2026-07-01T21:00:00-04:00', true, '2026-07-02T12:00:00Z'],
		['in winter', ['America/New_York'], '2026-12-02T01:30:00Z', '2026-12-01T20:30:00-05:00', false, null],
		// Clocks go forward at two, and back at two.
		['before clocks go forward', ['America/New_York'], '2026-03-08T03:00:00Z', '2026-03-07T22:00:00-05:00', true, '2026-03-08T12:00:00Z'],
		['before clocks go back', ['America/New_York'], '2026-11-01T02:00:00Z', '2026-10-31T22:00:00-04:00', true, '2026-11-01T13:00:00Z'],
		['with an odd offset', ['Asia/Kathmandu'], '2026-07-01T02:00:00Z', '2026-07-01T07:45:00+05:45', true, '2026-07-01T02:15:00Z'],
		// Night in one of two zones is night.
		[
			'early in the west',
			['America/Chicago', 'America/Denver'],
			'2026-07-01T13:30:00Z',
			'2026-07-01T07:30:00-06:00',
			true,
			'2026-07-01T14:00:00Z',
		],
		[
			'late in the east',
			['America/Chicago', 'America/Denver'],
			'2026-07-02T02:30:00Z',
			'2026-07-01T21:30:00-05:00',
			true,
			'2026-07-02T14:00:00Z',
		],
		['day in both', ['America/Chicago', 'America/Denver'], '2026-07-01T18:00:00Z', '2026-07-01T13:00:00-05:00', false, null],
	])('%s', (_when, zones, now, recipientTime, quietHours, textAgainFrom) => {
		const hours = recipientHoursIn(zones, at(now), USUAL_TEXTING_HOURS);
		expect({ quietHours, textAgainFrom }).toEqual({ quietHours: hours.quietHours, textAgainFrom: hours.textAgainFrom });
		expect(hours.recipientTime).toBe(recipientTime);
	});

	test('is taken for granted where nobody knows the zone', () => {
		expect(recipientHoursIn([], at('2026-07-01T16:00:00Z'), USUAL_TEXTING_HOURS)).toEqual({
			recipientTime: null,
			quietHours: true,
			textAgainFrom: null,
		});
	});

	test('leaves an hour or two a day for a toll-free number', () => {
		const zones = timeZonesOfPhone('+18005550111');
		const open = Array.from({ length: 96 }, (_, quarter) => at('2026-07-01T00:00:00Z') + quarter * 15 * MS_PER_MINUTE).filter(
			(ms) => !recipientHoursIn(zones, ms, USUAL_TEXTING_HOURS).quietHours,
		);
		expect(open.length / 4).toBe(1.5);
		expect(recipientHoursIn(zones, at('2026-07-01T12:00:00Z'), USUAL_TEXTING_HOURS).textAgainFrom).toBe('2026-07-01T22:00:00Z');
	});

	test('has no end where the hours of the zones never meet', () => {
		const zones = ['America/New_York', 'Asia/Tokyo'];
		const narrow = { fromMinute: 9 * 60, untilMinute: 12 * 60 };
		expect(recipientHoursIn(zones, at('2026-07-01T14:00:00Z'), narrow)).toMatchObject({ quietHours: true, textAgainFrom: null });
	});

	test('agrees with another library on clocks, and is quiet until the very minute that it names', () => {
		const zone = fc.constantFrom(...new Set(PREFIXES_BY_TIME_ZONES.flatMap(([names]) => names.split(' '))));
		const minutes = fc.integer({ min: at('2024-01-01T00:00:00Z') / MS_PER_MINUTE, max: at('2028-01-01T00:00:00Z') / MS_PER_MINUTE });
		const hours = fc.tuple(fc.integer({ min: 0, max: 719 }), fc.integer({ min: 720, max: 1440 }));
		fc.assert(
			fc.property(zone, minutes, hours, (timeZone, minute, [fromMinute, untilMinute]) => {
				const nowMs = minute * MS_PER_MINUTE;
				const isOpen = (ms: number): boolean => {
					const clock = DateTime.fromMillis(ms, { zone: timeZone });
					const minuteOfDay = clock.hour * 60 + clock.minute;
					return minuteOfDay >= fromMinute && minuteOfDay < untilMinute;
				};
				const { recipientTime, quietHours, textAgainFrom } = recipientHoursIn([timeZone], nowMs, { fromMinute, untilMinute });
				expect(recipientTime).toBe(
					DateTime.fromMillis(nowMs, { zone: timeZone }).toISO({ suppressMilliseconds: true, includeOffset: true })?.replace('Z', '+00:00'),
				);
				expect(quietHours).toBe(!isOpen(nowMs));
				if (textAgainFrom === null) return;
				const againMs = at(textAgainFrom);
				expect(isOpen(againMs)).toBe(true);
				for (let ms = againMs - MS_PER_MINUTE; ms >= Math.max(nowMs, againMs - 90 * MS_PER_MINUTE); ms -= MS_PER_MINUTE)
					expect(isOpen(ms)).toBe(false);
			}),
			{ numRuns: 300 },
		);
	});
});

test.each([
	['America/Chicago', 'America/Chicago'],
	['america/new_york', 'America/New_York'],
	['America/New York', 'America/New_York'],
	['Europe/Berlin', 'Europe/Berlin'],
	// Winter time all year round.
	['EST', undefined],
	['Eastern', undefined],
	['+05:00', undefined],
	['Mars/Olympus', undefined],
	['', undefined],
])('the time zone "%s"', (text, zone) => {
	expect(readTimeZone(text)).toBe(zone);
});

test.each([
	['8', 480],
	['08:00', 480],
	['8.30', 510],
	['8 am', 480],
	['8:30 a.m.', 510],
	['9 PM', 1260],
	['9pm', 1260],
	['12 am', 0],
	['12 pm', 720],
	['0', 0],
	['24:00', 1440],
	['24:01', undefined],
	['25', undefined],
	['13 pm', undefined],
	['0 am', undefined],
	['8:60', undefined],
	['noon', undefined],
	['', undefined],
])('the time of day "%s"', (text, minute) => {
	expect(readTimeOfDay(text)).toBe(minute);
});
