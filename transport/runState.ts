import { type Clock, systemClock } from './clock';
import { DEFAULT_RETRY_BUDGET_MS, type DeliveryOptions } from './delivery';
import type { TransportContext } from './exchange';
import { InFlight } from './inFlight';
import { WaitBudget } from './waitBudget';

/** Time and chance; replaced in tests. */
export interface Tools {
	clock: Clock;
	/** Between 0 and 1. */
	random: () => number;
}

export const systemTools: Tools = { clock: systemClock, random: Math.random };

/** What the sessions of one run share. */
export interface RunState {
	tools: Tools;
	delivery: Omit<DeliveryOptions, 'sendDuplicatesOnce'>;
	budget: WaitBudget;
	inFlight: InFlight;
	/** True once nothing more may be sent, for whatever reason. */
	stopped: () => boolean;
}

/**
 * @param context n8n's
 * @param delivery how the run sends
 * @param tools time and chance
 * @param halted more reasons to stop, besides the execution's own
 * @returns what sessions of one run share
 */
export function newRunState(
	context: TransportContext,
	delivery: RunState['delivery'],
	tools: Tools,
	halted: () => boolean = () => false,
): RunState {
	const cancel = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	return {
		tools,
		delivery,
		budget: new WaitBudget(delivery.retryBudgetMs ?? DEFAULT_RETRY_BUDGET_MS),
		inFlight: new InFlight(cancel),
		stopped: () => cancel?.aborted === true || halted(),
	};
}
