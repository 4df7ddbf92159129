import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import fc from 'fast-check';

import { readRetryAfter } from '../../../transport/outbound/waitHeaders';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

const read = (value: string | undefined, nowMs = NOW): number | undefined =>
	readRetryAfter(value === undefined ? {} : { 'retry-after': value }, nowMs);

it.each<[value: string | undefined, expected: number | undefined]>([
	['5', 5000],
	[' 0 ', 1000],
	['0', 1000],
	['1.5', 1500],
	['0.2', 1000],
	['2026', 2_026_000],
	['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
	['thu, 01 jan 2026 12:00:30 gmt', 30_000],
	['Thursday, 01-Jan-26 12:00:30 GMT', 30_000],
	['Thu Jan  1 12:00:30 2026', 30_000],
	['Thu Jan 15 12:00:00 2026', 14 * 24 * 3_600_000],
	['Thu, 01 Jan 2026 11:00:00 GMT', 1000],
	['Thursday, 01-Jan-26 11:00:00 GMT', 1000],
	['Thu Jan  1 11:00:00 2026', 1000],
	['Sunday, 06-Nov-94 08:49:37 GMT', 1000],
	['Thu, 01 Jan 2026 12:00:00 GMT', 1000],
	['Wed, 31 Dec 2025 23:59:60 GMT', 1000],
	['', undefined],
	['soon', undefined],
	['-5', undefined],
	['+5', undefined],
	['5 seconds', undefined],
	['5, 10', undefined],
	['1e3', undefined],
	['0x10', undefined],
	['minutes 10', undefined],
	['Jan 2', undefined],
	['2026-01-01T12:00:30Z', undefined],
	['Thu, 01 Jan 2026 12:00:30 +0200', undefined],
	['Thu, 01 Jan 2026 12:00:30', undefined],
	['Thu, 32 Jan 2026 12:00:30 GMT', undefined],
	['Mon, 30 Feb 2026 12:00:30 GMT', undefined],
	['Thu, 01 Jan 2026 25:00:30 GMT', undefined],
	['Thu, 01 Jan 2026 12:61:30 GMT', undefined],
	['Thu, 01 Jan 2026 12:00:61 GMT', undefined],
	['Foo, 01 Jan 2026 12:00:30 GMT', undefined],
	[undefined, undefined],
])('%p is %p', (value, expected) => {
	expect(read(value)).toBe(expected);
});

it.each(['America/New_York', 'Europe/Berlin', 'UTC'])('means GMT on a machine in %s', (zone) => {
	const file = join(process.cwd(), 'transport/outbound/waitHeaders.ts');
	const script = `const { readRetryAfter } = require(${JSON.stringify(file)});
		process.stdout.write([Intl.DateTimeFormat().resolvedOptions().timeZone, readRetryAfter({ 'retry-after': 'Thu Jan  1 12:00:30 2026' }, ${NOW})].join(' '));`;
	const said = execFileSync(process.execPath, ['--import', 'tsx', '-e', script], { env: { ...process.env, TZ: zone }, encoding: 'utf8' });
	expect(said).toBe(`${zone} 30000`);
});

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

it('reads every moment in all three forms alike', () => {
	const moment = fc.date({ min: new Date(NOW + 1000), max: new Date(NOW + 49 * 365 * 86_400_000), noInvalidDate: true });
	fc.assert(
		fc.property(moment, (date) => {
			const at = Math.floor(date.getTime() / 1000) * 1000;
			const inWords = new Date(at).toUTCString();
			const [, day = '', month = '', year = '', time = ''] = inWords.split(' ');
			const weekday = DAYS[new Date(at).getUTCDay()] ?? '';
			const forms = [
				inWords,
				`${weekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
				`${weekday.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`,
			];
			for (const form of forms) expect([form, read(form)]).toEqual([form, Math.max(1000, at - NOW)]);
		}),
	);
});
