import { InputProblem } from './failure';
import { shownValue } from './shownValue';

const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60_000;
/** Unix times below this are seconds (until the year 5138), from it on milliseconds (from 1973). */
const FIRST_MILLISECOND_VALUE = 100_000_000_000;
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const LONGEST_TIME_TEXT = 64;

const TIME_FORM = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;
const UNIX_FORM = /^\d{9,16}$/;
/** Year, month, day, hour, minute and perhaps second, without anything between them; as Unix time it would lie in 1976 or 2608. */
const COMPACT_FORM = /^(20\d\d)(0[1-9]|1[0-2])([0-3]\d)([01]\d|2[0-3])([0-5]\d)([0-5]\d)?$/;
/** Unix times from here on are microseconds. */
const FIRST_MICROSECOND_VALUE = 1_000_000_000_000_000;
const MICROSECONDS_PER_MS = 1000;
/** No message was sent before, and none will be after, by any of these services. */
const EARLIEST_SERVICE_MS = Date.UTC(2000, 0, 1);
const LATEST_SERVICE_MS = Date.UTC(2100, 0, 1);
const MAX_OFFSET_HOURS = 14;

interface ReadOptions {
	assumeUtc: boolean;
}

/**
 * @param unixMs of a time that a date can hold
 * @returns ISO 8601 in UTC, milliseconds only where there are any
 */
export function utcIso(unixMs: number): string {
	return new Date(unixMs).toISOString().replace('.000Z', 'Z');
}

function isoOf(unixMs: number): string | null {
	if (!Number.isFinite(unixMs) || unixMs < 0 || unixMs > LATEST_MS) return null;
	return utcIso(unixMs);
}

function fromUnix(value: number): string | null {
	if (!Number.isFinite(value) || value <= 0) return null;
	if (value >= FIRST_MICROSECOND_VALUE) return isoOf(Math.trunc(value / MICROSECONDS_PER_MS));
	return isoOf(Math.trunc(value < FIRST_MILLISECOND_VALUE ? value * MS_PER_SECOND : value));
}

/** @returns minutes east of UTC; null when it is no offset; undefined when the text names none */
function offsetMinutes(zone: string | undefined): number | null | undefined {
	if (zone === undefined) return undefined;
	const form = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
	if (form === null) return 0;
	const [, sign, hours = '0', minutes = '0'] = form;
	if (Number(hours) > MAX_OFFSET_HOURS || Number(minutes) > 59) return null;
	return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function fromText(text: string, { assumeUtc }: ReadOptions): string | null {
	const form = TIME_FORM.exec(text);
	if (form === null) return null;
	const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone] = form;
	const offset = offsetMinutes(zone) ?? (zone === undefined && assumeUtc ? 0 : null);
	if (offset === null || Number(hour) > 23) return null;
	const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
	const wallClockMs = Date.parse(written);
	// Date.parse turns 30 February into 1 March on some engines; what comes back must be what was written.
	if (Number.isNaN(wallClockMs) || new Date(wallClockMs).toISOString() !== written) return null;
	return isoOf(wallClockMs - offset * MS_PER_MINUTE);
}

function readTime(raw: unknown, options: ReadOptions): string | null {
	if (typeof raw !== 'number' && (typeof raw !== 'string' || raw.length > LONGEST_TIME_TEXT)) return null;
	const text = String(raw).trim().replace(/\s+/g, ' ');
	const compact = COMPACT_FORM.exec(text);
	if (compact !== null) {
		const [, year, month, day, hour, minute, second = '00'] = compact;
		return fromText(`${year}-${month}-${day}T${hour}:${minute}:${second}`, options);
	}
	if (typeof raw === 'number') return fromUnix(raw);
	return UNIX_FORM.test(text) ? fromUnix(Number(text)) : fromText(text, options);
}

function isOfService(iso: string): boolean {
	const ms = Date.parse(iso);
	return ms >= EARLIEST_SERVICE_MS && ms < LATEST_SERVICE_MS;
}

/**
 * Reads a time as providers write it: ISO 8601, a blank for the `T`, microseconds, an offset without minutes (`-04`),
 * Unix time (milliseconds; nine to eleven digits are seconds, sixteen are microseconds), or digits alone from the year to the minute or second.
 *
 * @param raw the field as sent
 * @param options `assumeUtc`: what to do with a time that names no zone; by default it is not readable, because a
 * guessed zone could put an opt-in behind the opt-out that followed it
 * @returns ISO 8601 in UTC, milliseconds only where there are any; null when it cannot be read, or cannot be the time of a message. Never throws.
 */
export function readProviderTime(raw: unknown, options: { assumeUtc?: boolean } = {}): string | null {
	const iso = readTime(raw, { assumeUtc: options.assumeUtc === true });
	return iso !== null && isOfService(iso) ? iso : null;
}

/**
 * Reads a time that a person filled in. Without a zone it is taken as UTC.
 *
 * @param field as shown in the editor, for the message
 * @param input e.g. `2026-05-01`, `2026-05-01 10:00`, `2026-05-01T10:00:00+02:00`
 * @returns ISO 8601 in UTC
 * @throws {InputProblem} when it is none of these
 */
export function readPersonTime(field: string, input: string): string {
	const time = readTime(input, { assumeUtc: true });
	if (time !== null) return time;
	throw new InputProblem(
		`'${field}' is ${shownValue(input)}, which is not a date that can be read without doubt`,
		'Write year, month, day and, if known, the time and zone: 2026-05-01 or 2026-05-01T10:00:00+02:00.',
	);
}
