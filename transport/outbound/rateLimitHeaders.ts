import { readHttpDate } from './retryAfter';

/** What an answer's headers say about the rate. */
export interface RateLimitHeaders {
	callsPerSecond?: number;
	/** For how long further calls would be refused. */
	closedForMs?: number;
}

/** Resets nearer than this are the current second, which the limiter respects by itself. */
const SHORTEST_CLOSURE_MS = 1500;
/** Numbers above are a date, not a duration; the larger ones in milliseconds. */
const SMALLEST_UNIX_SECONDS = 1_000_000_000;
const SMALLEST_UNIX_MS = 1_000_000_000_000;
const MS_PER_SECOND = 1000;
/** Nobody closes for longer; such a number means something else. */
const LONGEST_CLOSURE_MS = 24 * 3_600_000;
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

const LIMIT = 'x-ratelimit-limit';
const REMAINING = 'x-ratelimit-remaining';
const RESET = 'x-ratelimit-reset';

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
