import { sleep } from 'n8n-workflow';

/** How long a wait may go on unobserved: the longest time between "stop" and noticing it. */
export const LOOK_UP_MS = 200;
/** How exactly the deadline of a request is kept. */
const DEADLINE_TICK_MS = 1000;

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

/** How long reading may go on before everything else in n8n gets its turn. */
const LONGEST_BLOCK_MS = 20;

/** Reading waits for nothing, so that nothing else in n8n would have its turn until the last item of a long list was read. */
export class TurnsForOthers {
	private blockedSince: number;
	private turn: Promise<void> | undefined;

	/**
	 * @param clock measures and waits
	 */
	constructor(private readonly clock: Clock) {
		this.blockedSince = clock.now();
	}

	/** Called after each item; gives the others their turn when one is due, once for all who read at the same time. */
	async whenDue(): Promise<void> {
		if (this.clock.now() - this.blockedSince < LONGEST_BLOCK_MS) return;
		this.turn ??= this.clock.sleep(0).then(() => {
			this.blockedSince = this.clock.now();
			this.turn = undefined;
		});
		await this.turn;
	}
}

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

/**
 * How long one run may stand still altogether because a provider is busy or away. Waits that overlap count once, so that
 * many calls waiting for the same moment do not use it up.
 */
export class WaitBudget {
	private usedMs = 0;
	private waitingUntil = -Infinity;

	/** @param totalMs the whole budget, milliseconds */
	constructor(private readonly totalMs: number) {}

	/**
	 * Asks for a wait that starts now.
	 *
	 * @param nowMs Unix milliseconds
	 * @param waitMs milliseconds
	 * @returns false, and nothing is taken, when that would exceed the budget
	 */
	take(nowMs: number, waitMs: number): boolean {
		const until = nowMs + waitMs;
		const added = Math.max(0, until - Math.max(nowMs, this.waitingUntil));
		if (this.usedMs + added > this.totalMs) return false;
		this.usedMs += added;
		this.waitingUntil = Math.max(this.waitingUntil, until);
		return true;
	}

	/** Milliseconds waited so far. */
	get spentMs(): number {
		return this.usedMs;
	}
}

/** Why a request was ended by this package. */
export type EndedBy = 'stopped' | 'timed out';

/**
 * The requests that are under way, so that a stopped execution ends them at once and an answer that trickles in byte by byte
 * ends with its deadline. n8n's own `timeout` only notices silence.
 */
export class Deadlines {
	private readonly deadlines = new Map<AbortController, number>();
	private ticking = false;
	/** One that was never aborted is as good as new. */
	private readonly unused: AbortController[] = [];

	/** @param cancel the execution's signal, where there is one */
	constructor(cancel: AbortSignal | undefined) {
		cancel?.addEventListener('abort', () => this.endAll(), { once: true });
	}

	/**
	 * @param timeoutMs how long the whole request may take, until the last byte of its response
	 * @returns its `signal` goes with the request; hand it to `finished` afterwards
	 */
	started(timeoutMs: number): AbortController {
		const controller = this.unused.pop() ?? new AbortController();
		this.deadlines.set(controller, performance.now() + timeoutMs);
		if (!this.ticking) this.tick();
		return controller;
	}

	/** @param controller what `started` gave */
	finished(controller: AbortController): void {
		this.deadlines.delete(controller);
		if (!controller.signal.aborted) this.unused.push(controller);
	}

	private endAll(): void {
		for (const controller of this.deadlines.keys()) controller.abort('stopped' satisfies EndedBy);
	}

	/** The timer of a signal, unlike others, does not keep a process alive. */
	private tick(): void {
		this.ticking = true;
		AbortSignal.timeout(DEADLINE_TICK_MS).addEventListener('abort', () => {
			const now = performance.now();
			for (const [controller, deadline] of this.deadlines) {
				if (deadline < now) controller.abort('timed out' satisfies EndedBy);
			}
			this.ticking = false;
			if (this.deadlines.size > 0) this.tick();
		});
	}
}
