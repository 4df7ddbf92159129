import type { ProviderCall } from '../../consent/call';
import { isNotExecuted, type JudgedFailure } from './failure';

/** How often one call is sent when its failures say nothing about the rate. */
export const MOST_ATTEMPTS = 5;
/** How often one call is sent when the provider keeps refusing it as too fast; the run's budget usually ends it before. */
export const MOST_REFUSALS = 25;

const BACKOFF_START_MS = 500;
const BACKOFF_CAP_MS = 10_000;
const REFUSAL_START_MS = 1_000;
const REFUSAL_CAP_MS = 30_000;

/** One attempt that did not succeed. */
export interface FailedAttempt extends JudgedFailure {
	/** True when the request got no answer at all. */
	unanswered: boolean;
}

/**
 * - `never`: the failure is final.
 * - `when the run may go on`: surely not carried out because the provider is busy; nobody else should call either until then.
 * - `after a while`: this call waits, the others go on.
 */
export type Repetition = 'never' | 'when the run may go on' | 'after a while';

/**
 * The retry rule: a function of the failure and of what a repetition would do to a person, and of nothing else.
 *
 * @param attempt what happened
 * @param call what sending it again would do
 * @returns whether, and in which way, the call may be sent again
 */
export function repetitionOf(
	{ details, transient, unanswered }: FailedAttempt,
	call: Pick<ProviderCall<unknown>, 'retrySafety' | 'withoutConfirmation'>,
): Repetition {
	const isRedirect = details.httpStatus !== undefined && details.httpStatus >= 300 && details.httpStatus < 400;
	if (call.withoutConfirmation !== undefined && !isNotExecuted(details) && !isRedirect) return 'after a while';
	if (!transient) return 'never';
	if (details.kind === 'rate') return 'when the run may go on';
	if (details.kind !== 'temporary' && details.kind !== 'unreadable') return 'never';
	if (details.notExecuted === true) return unanswered ? 'after a while' : 'when the run may go on';
	return call.retrySafety === 'harmless' ? 'after a while' : 'never';
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
