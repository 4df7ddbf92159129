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
