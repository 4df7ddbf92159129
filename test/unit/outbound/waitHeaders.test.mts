import fc from 'fast-check';

import { readRateLimitHeaders } from '../../../transport/outbound/waitHeaders';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);
const SECOND = 1000;
const DAY = 24 * 3_600_000;

describe('when further calls are allowed again', () => {
	it.each<[reset: string, closedForMs: number | undefined]>([
		['30', 30 * SECOND],
		[' 30 ', 30 * SECOND],
		['2.5', 2500],
		[String(NOW / SECOND + 20), 20 * SECOND],
		[String(NOW + 20 * SECOND), 20 * SECOND],
		['2026-01-01T12:00:20Z', 20 * SECOND],
		['2026-01-01T12:00:20.500Z', 20_500],
		['2026-01-01T13:00:20+01:00', 20 * SECOND],
		['Thu, 01 Jan 2026 12:00:20 GMT', 20 * SECOND],
		[String(DAY / SECOND), DAY],
		// Nearer than any pause.
		['0', undefined],
		['1', undefined],
		[String(NOW / SECOND - 20), undefined],
		[String(NOW - 20 * SECOND), undefined],
		['2025-12-31T12:00:20Z', undefined],
		// Longer than anybody closes.
		[String(DAY / SECOND + 1), undefined],
		[String(NOW / SECOND + 90_000), undefined],
		[String(NOW + DAY + 1), undefined],
		['2026-01-03T12:00:00Z', undefined],
		['1e15', undefined],
		['1e400', undefined],
		['99999999999999999999', undefined],
		// No time at all.
		['-5', undefined],
		['soon', undefined],
		['NaN', undefined],
		['Infinity', undefined],
		['30, 30', undefined],
		['2026-01-01', undefined],
		['2026-13-01T12:00:20Z', undefined],
		['2026-01-01T12:00:20', undefined],
	])('%s', (reset, closedForMs) => {
		const headers = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
		expect(readRateLimitHeaders(headers, NOW)).toEqual(closedForMs === undefined ? undefined : { closedForMs });
	});
});

it('a limit counts per second only where no reset is named, even one that cannot be read', () => {
	expect(readRateLimitHeaders({ 'x-ratelimit-limit': '150', 'x-ratelimit-remaining': '0' }, NOW)).toEqual({ callsPerSecond: 150 });
	expect(
		readRateLimitHeaders({ 'x-ratelimit-limit': '150', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' }, NOW),
	).toBeUndefined();
});

it('whatever stands there, a closure is between one and a half seconds and a day', () => {
	const anything = fc.oneof(
		fc.string(),
		fc.double().map(String),
		fc.integer().map(String),
		fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
	);
	fc.assert(
		fc.property(anything, anything, (reset, remaining) => {
			for (const left of ['0', remaining]) {
				const { closedForMs = DAY } = readRateLimitHeaders({ 'x-ratelimit-remaining': left, 'x-ratelimit-reset': reset }, NOW) ?? {};
				expect(closedForMs).toBeGreaterThanOrEqual(1500);
				expect(closedForMs).toBeLessThanOrEqual(DAY);
			}
		}),
	);
});
