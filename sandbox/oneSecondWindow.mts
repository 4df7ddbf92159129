/** At most so many calls in one second; the second starts with the first call after the last one ended. */
export class OneSecondWindow {
	private startedAt = Number.NEGATIVE_INFINITY;
	private used = 0;

	/**
	 * Takes one call.
	 *
	 * @param limit calls in a second
	 * @param now milliseconds since 1970
	 * @returns whether the call is within the limit, and what is left of this second
	 */
	take(limit: number, now: number): { allowed: boolean; remaining: number } {
		if (now - this.startedAt >= 1_000) {
			this.startedAt = now;
			this.used = 0;
		}
		if (this.used >= limit) return { allowed: false, remaining: 0 };
		this.used += 1;
		return { allowed: true, remaining: limit - this.used };
	}

	clear(): void {
		this.startedAt = Number.NEGATIVE_INFINITY;
		this.used = 0;
	}
}
