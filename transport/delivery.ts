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

