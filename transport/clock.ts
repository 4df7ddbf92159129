import { sleep } from 'n8n-workflow';

/** How long a wait may go on unobserved: the longest time between "stop" and noticing it. */
const LOOK_UP_MS = 200;

/** Time and waiting; replaced by a fake one in tests. */
export interface Clock {
	/** Unix milliseconds, with fractions; never runs backwards. */
	now(): number;
	sleep(ms: number): Promise<void>;
}

export const systemClock: Clock = {
	now: () => performance.timeOrigin + performance.now(),
	sleep,
};

/**
 * Waits in short steps, so that a stopped execution is noticed soon.
 *
 * @param clock measures and waits
 * @param until moment to wait for, Unix milliseconds; called anew after each step because it may move meanwhile
 * @param stopped true once waiting has become pointless
 * @returns true when the moment has come, false when it was stopped before
 */
export async function waitUntil(clock: Clock, until: () => number, stopped: () => boolean): Promise<boolean> {
	for (;;) {
		if (stopped()) return false;
		const remaining = until() - clock.now();
		if (remaining <= 0) return true;
		await clock.sleep(Math.ceil(Math.min(remaining, LOOK_UP_MS)));
	}
}
