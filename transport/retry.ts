import type { RepeatConsequence } from '../consent/call';
import type { FailureDetails } from '../consent/failure';

/** How often one call is sent when its failures say nothing about the rate. */
export const MOST_ATTEMPTS = 5;
/** How often one call is sent when the provider keeps refusing it as too fast; the run's budget usually ends it before. */
export const MOST_REFUSALS = 25;

const BACKOFF_START_MS = 500;
const BACKOFF_CAP_MS = 10_000;
const REFUSAL_START_MS = 1_000;
const REFUSAL_CAP_MS = 30_000;

/** Statuses that a later, equal request can be spared. */
const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/** One attempt that did not succeed. */
export interface FailedAttempt {
	details: FailureDetails;
	/** True when the request got no answer at all. */
	unanswered: boolean;
	/** False when another attempt would meet the same wall, e.g. a wrong certificate. */
	passing: boolean;
}

/**
 * - `never`: the failure is final.
 * - `when the run may go on`: surely not carried out because the provider is busy; nobody else should call either until then.
 * - `after a while`: this call waits, the others go on.
 */
export type Repetition = 'never' | 'when the run may go on' | 'after a while';

/** Whether the provider certainly did not carry the call out. Refusals are certain; silence and server trouble are not. */
export function isSurelyNotDone(details: FailureDetails): boolean {
	if (details.surelyNotDone === true) return true;
	return details.kind !== 'temporary' && details.kind !== 'unreadable';
}

/**
 * The retry rule: a function of the failure and of what a repetition would do to a person, and of nothing else.
 *
 * @param attempt what happened
 * @param consequence what sending it again would do
 * @returns whether, and in which way, the call may be sent again
 */
export function repetitionOf(attempt: FailedAttempt, consequence: RepeatConsequence): Repetition {
	const { details } = attempt;
	if (!attempt.passing) return 'never';
	if (details.kind === 'rate') return 'when the run may go on';
	if (details.kind !== 'temporary' && details.kind !== 'unreadable') return 'never';
	if (details.surelyNotDone === true) return attempt.unanswered ? 'after a while' : 'when the run may go on';
	if (consequence !== 'harmless') return 'never';
	if (attempt.unanswered) return 'after a while';
	if (details.kind === 'temporary') return isPassing(details.httpStatus) ? 'after a while' : 'never';
	return details.httpStatus !== undefined && PASSING_STATUSES.has(details.httpStatus) ? 'after a while' : 'never';
}

/** A provider's "try later" inside HTTP 200 counts as passing; a status that says "never" does not. */
function isPassing(status: number | undefined): boolean {
	return status === undefined || status < 400 || PASSING_STATUSES.has(status);
}

/**
 * Exponential back-off with jitter, for one call.
 *
 * @param attempt 1 after the first failure
 * @param random between 0 and 1
 * @returns milliseconds, between half and all of 500, 1000, 2000, ... up to 10,000
 */
export function backOffMs(attempt: number, random: number): number {
	return Math.min(BACKOFF_CAP_MS, BACKOFF_START_MS * 2 ** (attempt - 1)) * (0.5 + random / 2);
}

/**
 * How long the run stands still after a refusal for which the provider named no time.
 *
 * @param inARow 1 for the first refusal, 2 when the next call was refused again, ...
 * @param random between 0 and 1
 * @returns milliseconds, 1000, 2000, 4000, ... up to 30,000, and up to a tenth more
 */
export function refusalPauseMs(inARow: number, random: number): number {
	return Math.min(REFUSAL_CAP_MS, REFUSAL_START_MS * 2 ** (inARow - 1)) * (1 + random / 10);
}
