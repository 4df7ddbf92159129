/** With how much patience a provider tells the receiver what happened. */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export type DeliveryPolicy = {
	/** Waits between attempts at clock factor 1; their number is the number of retries. */
	waitsMs: readonly number[];
	/** Whether an HTTP status of the receiver ends the attempts. */
	accepts(status: number): boolean;
	/** One after another in passes of this length, or 0: several at a time and at once. */
	passMs: number;
	/** Asked before every retry. */
	stillWanted?(): boolean;
	gaveUp?(): void;
};

/** Waits that double from `firstMs`, none above `capMs`, until their sum reaches `spanMs`. */
export function backOff(firstMs: number, capMs: number, spanMs: number): number[] {
	const waits: number[] = [];
	let sum = 0;
	for (let wait = firstMs; sum + wait <= spanMs; wait = Math.min(wait * 2, capMs)) {
		waits.push(wait);
		sum += wait;
	}
	return waits;
}
