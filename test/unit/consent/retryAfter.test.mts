import { readRetryAfter } from '../../../consent/retryAfter';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

it.each<[value: string | undefined, expected: number | undefined]>([
	['5', 5000],
	[' 0 ', 0],
	['1.5', 1500],
	['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
	['Thu, 01 Jan 2026 11:00:00 GMT', 0],
	['', undefined],
	['soon', undefined],
	['-5', undefined],
	['2026', 2_026_000],
	[undefined, undefined],
])('%p is %p', (value, expected) => {
	expect(readRetryAfter(value === undefined ? {} : { 'retry-after': value }, NOW)).toBe(expected);
});
