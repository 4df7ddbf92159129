import type { TransportContext } from './httpRequest';
import { type Clock, Deadlines, systemClock, WaitBudget } from './timing';

/** How a run sends; every field has a default. */
export interface DeliveryOptions {
	/** 0 = no limit; undefined = the provider's own. */
	callsPerSecond?: number;
	/** Requests under way at the same time. */
	concurrency?: number;
	/** For one request, milliseconds. */
	timeoutMs?: number;
	/** How long a run may stand still altogether because the provider is busy or away, milliseconds. */
	retryBudgetMs?: number;
	/** Equal number and campaign twice in one run: send once, answer both. */
	sendDuplicatesOnce: boolean;
}

export const DEFAULT_CONCURRENCY = 16;
export const DEFAULT_TIMEOUT_MS = 30_000;
export const DEFAULT_RETRY_BUDGET_MS = 10 * 60_000;
/** A provider that asks for a longer wait ends the run instead. */
export const RETRY_AFTER_CAP_MS = 5 * 60_000;

/** Time and chance; replaced in tests. */
export interface Dependencies {
	clock: Clock;
	/** Between 0 and 1. */
	random: () => number;
}

export const systemDependencies: Dependencies = { clock: systemClock, random: Math.random };

/** What the sessions of one run share. */
export interface RunState {
	dependencies: Dependencies;
	delivery: Omit<DeliveryOptions, 'sendDuplicatesOnce'>;
	budget: WaitBudget;
	deadlines: Deadlines;
	/** True once nothing more may be sent, for whatever reason. */
	stopped: () => boolean;
}

/**
 * @param context n8n's
 * @param delivery how the run sends
 * @param dependencies time and chance
 * @param halted more reasons to stop, besides the execution's own
 * @returns what sessions of one run share
 */
export function newRunState(
	context: TransportContext,
	delivery: RunState['delivery'],
	dependencies: Dependencies,
	halted: () => boolean = () => false,
): RunState {
	const cancel = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	return {
		dependencies,
		delivery,
		budget: new WaitBudget(delivery.retryBudgetMs ?? DEFAULT_RETRY_BUDGET_MS),
		deadlines: new Deadlines(cancel),
		stopped: () => cancel?.aborted === true || halted(),
	};
}
