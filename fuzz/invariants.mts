/** What holds for every input, however it came about. */
import type { EventFacts } from '../consent/event';
import { InputProblem } from '../consent/failure';
import { PostbackRejected } from '../transport/inbound/rejection';

const LIMIT_MS = 50;
/** A machine that is busy with something else is not our slowness. */
const TRIES = 3;
const MICROSECONDS_PER_MS = 1_000;

const SHARED = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Number.prototype, RegExp.prototype, Map.prototype];
const NAMES = SHARED.map((prototype) => Reflect.ownKeys(prototype).length);

/** Reports a broken promise to the fuzzer, which keeps the input. */
export function promise(kept: boolean, what: string): void {
	if (!kept) throw new Error(`Broken promise: ${what}`);
}

function cpuMs(work: () => unknown): number {
	const startedAt = performance.now();
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return Math.min(performance.now() - startedAt, (user + system) / MICROSECONDS_PER_MS);
}

function settled<Value>(work: () => Value): Value | undefined {
	try {
		return work();
	} catch (problem) {
		if (problem instanceof PostbackRejected || problem instanceof InputProblem) {
			promise(problem.message !== '', 'a rejection has a reason');
			return undefined;
		}
		throw problem;
	}
}

/**
 * Does the work and holds it to what is promised of all code that strangers can reach: nothing but typed rejections is thrown, nothing is
 * added to the prototypes that all objects share, and it is done within 50 ms.
 *
 * @param work must give the same again when it is done again
 * @returns what the work gives; undefined when the input was rejected
 */
export function kept<Value>(work: () => Value): Value | undefined {
	let value: Value | undefined;
	let elapsedMs = cpuMs(() => {
		value = settled(work);
	});
	for (let tries = 1; tries < TRIES && elapsedMs > LIMIT_MS; tries += 1)
		elapsedMs = Math.min(
			elapsedMs,
			cpuMs(() => settled(work)),
		);
	promise(elapsedMs <= LIMIT_MS, `done within ${LIMIT_MS} ms, not ${Math.round(elapsedMs)} ms`);
	promise(
		SHARED.every((prototype, index) => Reflect.ownKeys(prototype).length === NAMES[index]),
		'prototypes stay as they are',
	);
	return value;
}

/**
 * Holds a postback's reader to its promises.
 *
 * @param read from bytes to events
 */
export function keptByEvents(read: () => EventFacts[]): void {
	const events = kept(read);
	const again = settled(read);
	promise(JSON.stringify(events) === JSON.stringify(again), 'the same bytes give the same events with the same keys');
	for (const event of events ?? []) {
		promise(/^[0-9a-f]{64}$/.test(event.eventId), 'an event has a key');
		promise(event.phone === null || /^\+[1-9]\d{3,16}$/.test(event.phone), 'a phone number is E.164 or null');
		promise(event.occurredAt === null || !Number.isNaN(Date.parse(event.occurredAt)), 'a time is ISO 8601 or null');
		promise(['opt-in', 'opt-out', 'message', 'unknown'].includes(event.action), 'an action is one of four');
		promise(JSON.stringify(event.raw) !== undefined, 'the raw fields are plain data');
	}
}
