const SHORTEST_WAIT_MS = 1000;
const MS_PER_SECOND = 1000;
/** Resets nearer than this are the current second, which the limiter respects by itself. */
const SHORTEST_CLOSURE_MS = 1500;
/** Numbers above are a date, not a duration; the larger ones in milliseconds. */
const SMALLEST_UNIX_SECONDS = 1_000_000_000;
const SMALLEST_UNIX_MS = 1_000_000_000_000;
/** Nobody closes for longer; such a number means something else. */
const LONGEST_CLOSURE_MS = 24 * 3_600_000;
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

const LIMIT = 'x-ratelimit-limit';
const REMAINING = 'x-ratelimit-remaining';
const RESET = 'x-ratelimit-reset';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = MONTHS.join('|');
const TIME = '(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})';

/** The three ways to write a date that RFC 9110 knows; all of them mean GMT. */
const DATE_FORMS = [
	new RegExp(`^(?:mon|tue|wed|thu|fri|sat|sun), (?<day>\\d{2}) (?<month>${MONTH}) (?<year>\\d{4}) ${TIME} GMT$`, 'i'),
	new RegExp(`^(?:mon|tues|wednes|thurs|fri|satur|sun)day, (?<day>\\d{2})-(?<month>${MONTH})-(?<year>\\d{2}) ${TIME} GMT$`, 'i'),
	new RegExp(`^(?:mon|tue|wed|thu|fri|sat|sun) (?<month>${MONTH}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`, 'i'),
];

/** A year of two digits that would lie more than 50 years ahead means the last one that ended so. */
function fullYear(written: string, nowMs: number): number {
	const year = Number(written);
	if (written.length > 2) return year;
	const thisYear = new Date(nowMs).getUTCFullYear();
	const inThisCentury = thisYear - (thisYear % 100) + year;
	return inThisCentury > thisYear + 50 ? inThisCentury - 100 : inThisCentury;
}

/**
 * @param text of a header
 * @param nowMs the present, Unix milliseconds; decides in which century a year of two digits lies
 * @returns Unix milliseconds; undefined when it is none of the three forms, or no such day or time exists
 */
export function readHttpDate(text: string, nowMs: number): number | undefined {
	const parts = DATE_FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
	if (parts === undefined) return undefined;
	const { year = '', month = '', day, hour, minute, second } = parts;
	const date = [fullYear(year, nowMs), MONTHS.indexOf(month.toLowerCase()), Number(day)] as const;
	const dayExists = new Date(Date.UTC(...date)).getUTCDate() === Number(day);
	// The one second beyond 59 that the format has is a leap second.
	const timeExists = Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
	return dayExists && timeExists ? Date.UTC(...date, Number(hour), Number(minute), Number(second)) : undefined;
}

/**
 * Reads the HTTP header that says how long to wait: seconds, or a date in one of the three forms of the standard. Anything else is no header.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 *
 * @param headers of the response, names in lower case
 * @param nowMs the present, Unix milliseconds; only a date in the header needs it
 * @returns milliseconds from now, never less than a second; undefined when the header is missing or is neither
 */
export function readRetryAfter(headers: Record<string, string>, nowMs: number): number | undefined {
	const value = headers['retry-after']?.trim() ?? '';
	if (/^\d+(\.\d+)?$/.test(value)) return Math.max(SHORTEST_WAIT_MS, Math.ceil(Number(value) * MS_PER_SECOND));
	const at = readHttpDate(value, nowMs);
	return at === undefined ? undefined : Math.max(SHORTEST_WAIT_MS, at - nowMs);
}

/** What an answer's headers say about the rate. */
export interface RateLimitHeaders {
	callsPerSecond?: number;
	/** For how long further calls would be refused. */
	closedForMs?: number;
}

function numberIn(text: string | undefined): number | undefined {
	const value = text === undefined || text.trim() === '' ? NaN : Number(text);
	return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** @returns milliseconds from now, however the time is written; NaN when it is none */
function resetInMsOf(text: string, nowMs: number): number {
	const reset = numberIn(text);
	if (reset === undefined) return (ISO_DATE.test(text) ? Date.parse(text) : (readHttpDate(text, nowMs) ?? NaN)) - nowMs;
	if (reset >= SMALLEST_UNIX_MS) return reset - nowMs;
	return reset >= SMALLEST_UNIX_SECONDS ? reset * MS_PER_SECOND - nowMs : reset * MS_PER_SECOND;
}

/**
 * Reads `x-ratelimit-*`. A reset is seconds from now, seconds or milliseconds since 1970, or a date in words. Without one the limit is per
 * second, as Attentive documents it:
 * https://docs.attentivemobile.com/pages/api-rate-limits
 *
 * @param headers names in lower case
 * @param nowMs Unix milliseconds
 * @returns undefined when the headers say nothing
 */
export function readRateLimitHeaders(headers: Record<string, string>, nowMs: number): RateLimitHeaders | undefined {
	const limit = numberIn(headers[LIMIT]);
	const remaining = numberIn(headers[REMAINING]);
	const reset = headers[RESET]?.trim();
	if (reset === undefined) return limit !== undefined && limit >= 1 ? { callsPerSecond: limit } : undefined;
	const closedForMs = resetInMsOf(reset, nowMs);
	return remaining === 0 && closedForMs >= SHORTEST_CLOSURE_MS && closedForMs <= LONGEST_CLOSURE_MS ? { closedForMs } : undefined;
}
