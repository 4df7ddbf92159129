/** What the security tests measure and watch. */

/** Processor time that a body may cost; twice the promise of 50 ms, because a cold compiler and a busy machine are measured too. */
export const LIMIT_MS = 100;

const MICROSECONDS_PER_MS = 1_000;

const LARGEST = 65_000;

/**
 * The cheapest of several runs, in processor time, so that what else the machine does counts as little as possible.
 *
 * @param runs how often
 * @param work to be measured
 * @returns milliseconds
 */
export async function bestOf(runs: number, work: () => unknown): Promise<number> {
	let best = Infinity;
	for (let run = 0; run < runs; run += 1) {
		const startedAt = performance.now();
		const before = process.cpuUsage();
		await work();
		const { user, system } = process.cpuUsage(before);
		best = Math.min(best, performance.now() - startedAt, (user + system) / MICROSECONDS_PER_MS);
	}
	return best;
}

/** As many units between a beginning and an end as fit into a postback. */
export function fill(beginning: string, unit: (index: number) => string, end: string): string {
	const parts = [beginning];
	let length = beginning.length + end.length;
	for (let index = 0; ; index += 1) {
		const part = unit(index);
		length += part.length;
		if (length > LARGEST) return [...parts, end].join('');
		parts.push(part);
	}
}

const ORIGINAL = [Object.prototype, Array.prototype, Function.prototype, String.prototype].map(
	(prototype) => Object.getOwnPropertyNames(prototype).length,
);

/** True as long as nobody has added anything to the prototypes that all objects share. */
export function prototypesAreClean(): boolean {
	const now = [Object.prototype, Array.prototype, Function.prototype, String.prototype].map(
		(prototype) => Object.getOwnPropertyNames(prototype).length,
	);
	return now.every((count, index) => count === ORIGINAL[index]) && !('polluted' in {});
}
