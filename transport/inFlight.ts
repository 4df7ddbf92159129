/** How exactly deadlines are kept. */
const TICK_MS = 1000;

/** Why a request was ended by this package. */
export type EndedBy = 'stopped' | 'timed out';

/**
 * The requests that are under way, so that a stopped execution ends them at once and an answer that trickles in byte by byte
 * ends with its deadline. n8n's own `timeout` only notices silence.
 */
export class InFlight {
	private readonly deadlines = new Map<AbortController, number>();
	private ticking = false;
	/** One that was never aborted is as good as new. */
	private readonly unused: AbortController[] = [];

	/** @param cancel the execution's signal, where there is one */
	constructor(cancel: AbortSignal | undefined) {
		cancel?.addEventListener('abort', () => this.endAll(), { once: true });
	}

	/**
	 * @param timeoutMs how long the whole exchange may take
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
		AbortSignal.timeout(TICK_MS).addEventListener('abort', () => {
			const now = performance.now();
			for (const [controller, deadline] of this.deadlines) {
				if (deadline < now) controller.abort('timed out' satisfies EndedBy);
			}
			this.ticking = false;
			if (this.deadlines.size > 0) this.tick();
		});
	}
}
