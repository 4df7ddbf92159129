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

const LIMIT = 'x-ratelimit-limit';
const REMAINING = 'x-ratelimit-remaining';
const RESET = 'x-ratelimit-reset';

function numberIn(text: string | undefined): number | undefined {
	const value = text === undefined || text.trim() === '' ? NaN : Number(text);
	return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function resetInMsOf(reset: number, nowMs: number): number {
	if (reset >= SMALLEST_UNIX_MS) return reset - nowMs;
	return reset >= SMALLEST_UNIX_SECONDS ? reset * MS_PER_SECOND - nowMs : reset * MS_PER_SECOND;
}

/**
 * Reads `x-ratelimit-*`. Without a reset the limit is per second, as Attentive documents it:
 * https://docs.attentivemobile.com/pages/api-rate-limits
 *
 * @param headers names in lower case
 * @param nowMs Unix milliseconds
 * @returns undefined when the headers say nothing
 */
export function readRateLimitHeaders(headers: Record<string, string>, nowMs: number): RateLimitHeaders | undefined {
	const limit = numberIn(headers[LIMIT]);
	const remaining = numberIn(headers[REMAINING]);
	const reset = numberIn(headers[RESET]);
	if (reset === undefined) return limit !== undefined && limit >= 1 ? { callsPerSecond: limit } : undefined;
	const resetInMs = resetInMsOf(reset, nowMs);
	return remaining === 0 && resetInMs >= SHORTEST_CLOSURE_MS ? { closedForMs: resetInMs } : undefined;
}
