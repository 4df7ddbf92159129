import type { RateLimit } from '../../consent/call';
import type { RateLimitHeaders } from './waitHeaders';
import { type Clock, LOOK_UP_MS } from './timing';

/** Between the provider's clock and ours. */
const WINDOW_GUARD_MS = 5;
/** By how much a slow answer can mean that the call arrived late, and so nearer to those behind it; beyond, it was the provider who took its time. */
const LARGEST_DELAY_MS = 80;
/** A timer that fires late may be made up for by this much, else lateness would add up to a lower rate. */
const CATCH_UP_MS = 50;
/** More calls per second than this are not counted one by one. */
const LARGEST_WINDOW = 10_000;
/** A first refusal is often only jitter at the edge of the provider's second; a second one soon after means that the rate is wrong. */
const FIRST_SLOWDOWN = 0.85;
const REPEATED_SLOWDOWN = 0.5;
const SOON_MS = 10_000;
const SLOWEST_PER_SECOND = 0.1;
/** Where a limiter without a limit begins, when its first calls were refused before a rate could be seen. */
const RATE_TO_START_FROM = 10;
/** Each second without a refusal gives back this share of the rate that was refused. */
const RECOVERY_PER_SECOND = 0.1;
/** However long a provider asks for: after this, one call finds out whether it still wants nothing. */
export const LONGEST_PAUSE_MS = 5 * 60_000;
/** What was learned about an account is of no use any more when nobody has called it for this long. */
const FORGOTTEN_AFTER_MS = 60_000;

interface SentCall {
	/** Unix milliseconds. */
	at: number;
	/** Until its response; 0 while there is none. */
	tookMs: number;
}

/** A call that waits for its turn. */
interface Waiting {
	wanted: (pausedUntil: number) => boolean;
	settle: (acquiredAt: number | null) => void;
}

/** No limit of its own; only a provider's refusal slows it. */
export const UNLIMITED: RateLimit = { callsPerSecond: Infinity, burst: Infinity };

/**
 * Says when the calls of one kind to one account may go out, for all runs that make such calls.
 *
 * Four rules meet here. Calls go out in the order in which they asked. They are spaced evenly, with a burst after a quiet time (token bucket). In no
 * second, wherever it begins, are there more calls than the rate allows, because providers count in seconds. And a provider's
 * "too fast" stops all calls that share this limit, lowers the rate, and lets it grow back slowly.
 */
export class RateLimiter {
	/** What each of the runs that use it now allows; the lowest holds. */
	private readonly limits = new Set<RateLimit>();
	private limit = UNLIMITED;
	/** What the provider's headers said last. */
	private announced = Infinity;

	/** After a refusal: the rate that recovery starts from, and how fast it grows. Infinity when nothing was refused. */
	private reducedTo = Infinity;
	private regainPerSecond = 0;
	private recoveringFrom = -Infinity;

	private pausedUntil = -Infinity;
	private refusedAt = -Infinity;
	private refusalsInARow = 0;
	private refusalCountedAt = -Infinity;

	/** The moment at which an evenly spaced row of calls would have its next one. */
	private nextEven = -Infinity;

	/** The first call since the start or since the last pause. */
	private callingSince = Infinity;

	/** The last calls, oldest first. */
	private readonly sentCalls: SentCall[] = [];
	private largestWindow = 1;
	private sentCount = 0;
	private quickestAnswerMs = Infinity;
	private usedAt = -Infinity;

	/** In the order in which they asked. */
	private readonly waiting: Waiting[] = [];
	private isServing = false;

	/** @param clock measures and waits */
	constructor(private readonly clock: Clock) {
		this.usedAt = clock.now();
	}

	/**
	 * A run begins to use it.
	 *
	 * @param limit what this run allows; see `UNLIMITED`
	 * @returns to be called once, when the run has ended
	 */
	enter(limit: RateLimit): () => void {
		const mine = { ...limit };
		this.limits.add(mine);
		this.applyLimits();
		return () => {
			this.limits.delete(mine);
			if (this.limits.size > 0) this.applyLimits();
			this.usedAt = this.clock.now();
		};
	}

	/** Whether no run uses it, and nothing that it knows is of any use to a later one. */
	isIdle(): boolean {
		const now = this.clock.now();
		return this.limits.size === 0 && now - this.usedAt >= FORGOTTEN_AFTER_MS && now >= this.pausedUntil;
	}

	/**
	 * Waits until one more call may go out.
	 *
	 * @param wanted asked again and again with the moment (Unix milliseconds) until which the provider wants no calls; false once the call is no
	 * longer wanted, which frees its place at once
	 * @returns the moment (Unix milliseconds) at which the call may go out, which is now; null when it was not wanted any more
	 */
	async acquire(wanted: (pausedUntil: number) => boolean): Promise<number | null> {
		if (this.waiting.length === 0) {
			if (!wanted(this.pausedUntil)) return null;
			if (this.earliest() <= this.clock.now()) return this.send();
		}
		return await new Promise((settle) => {
			this.waiting.push({ wanted, settle });
			if (!this.isServing) void this.serve();
		});
	}

	/** No call goes out before the moment given (Unix milliseconds), or the longest pause from now. */
	pause(until: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, Math.min(until, this.clock.now() + LONGEST_PAUSE_MS));
		this.callingSince = Infinity;
		this.nextEven = Math.max(this.nextEven, this.pausedUntil);
	}

	/**
	 * Counts refusals. Several refusals of calls that were on their way together count once.
	 *
	 * @param acquiredAt what `acquire` gave for the refused call
	 * @returns 1 for the first refusal, 2 when the next call was refused again, ...
	 */
	countRefusal(acquiredAt: number): number {
		if (acquiredAt > this.refusalCountedAt) this.refusalsInARow += 1;
		this.refusalCountedAt = this.clock.now();
		return Math.max(1, this.refusalsInARow);
	}

	/**
	 * The provider refused a call because calls come too fast: everybody waits, and the rate goes down. Several refusals of
	 * calls that were on their way together count once.
	 *
	 * @param acquiredAt what `acquire` gave for the refused call
	 * @param resumeAt Unix milliseconds
	 */
	onThrottled(acquiredAt: number, resumeAt: number): void {
		const now = this.clock.now();
		if (acquiredAt > this.refusedAt) {
			const again = now - this.pausedUntil < SOON_MS;
			const rate = this.rateInUse(now);
			this.reducedTo = Math.max(SLOWEST_PER_SECOND, rate * (again ? REPEATED_SLOWDOWN : FIRST_SLOWDOWN));
			this.regainPerSecond = Math.max(SLOWEST_PER_SECOND, rate * RECOVERY_PER_SECOND);
			this.refusedAt = now;
		}
		this.pause(resumeAt);
		this.recoveringFrom = Math.max(now, this.pausedUntil);
	}

	/**
	 * A call succeeded just now. What its answer took longer than the quickest one, the call may have been late at the provider, who counts from there.
	 *
	 * @param acquiredAt what `acquire` gave for the call
	 */
	onResponse(acquiredAt: number): void {
		this.refusalsInARow = 0;
		const now = this.clock.now();
		const tookMs = now - acquiredAt;
		this.quickestAnswerMs = Math.min(this.quickestAnswerMs, tookMs);
		let back = 1;
		let call = this.sent(back);
		while (call !== undefined && call.at > acquiredAt) call = this.sent((back += 1));
		if (call === undefined || call.at < acquiredAt) return;
		// The very first call waits for everything that has to be made ready, so it can have arrived as late as its answer.
		if (this.sentCount === 1) call.at = now;
		else call.tookMs = tookMs;
	}

	/**
	 * Takes what a response's headers say about the rate into account; they can lower it, never raise it.
	 *
	 * @param headers what they say
	 */
	applyRateLimitHeaders(headers: RateLimitHeaders): void {
		if (headers.callsPerSecond !== undefined) this.announced = headers.callsPerSecond;
		if (headers.closedForMs !== undefined) this.pause(this.clock.now() + headers.closedForMs);
	}

	private applyLimits(): void {
		const limits = [...this.limits];
		this.limit = {
			callsPerSecond: Math.min(...limits.map(({ callsPerSecond }) => callsPerSecond)),
			burst: Math.min(...limits.map(({ burst }) => burst)),
		};
		this.largestWindow = Math.min(LARGEST_WINDOW, Math.max(1, Math.floor(this.limit.callsPerSecond)));
	}

	private async serve(): Promise<void> {
		this.isServing = true;
		while (this.waiting.length > 0) {
			this.dismissUnwanted();
			const remaining = this.earliest() - this.clock.now();
			if (remaining > 0) await this.clock.sleep(Math.ceil(Math.min(remaining, LOOK_UP_MS)));
			else this.waiting.shift()?.settle(this.send());
		}
		this.isServing = false;
	}

	private dismissUnwanted(): void {
		const unwanted = new Set(this.waiting.filter(({ wanted }) => !wanted(this.pausedUntil)));
		if (unwanted.size === 0) return;
		for (const { settle } of unwanted) settle(null);
		this.waiting.splice(0, this.waiting.length, ...this.waiting.filter((call) => !unwanted.has(call)));
	}

	private rateAt(now: number): number {
		const ceiling = Math.min(this.limit.callsPerSecond, this.announced);
		if (this.reducedTo === Infinity) return ceiling;
		const recoveredFor = Math.max(0, now - this.recoveringFrom) / 1000;
		return Math.min(ceiling, this.reducedTo + this.regainPerSecond * recoveredFor);
	}

	private earliest(): number {
		const rate = this.rateAt(this.clock.now());
		if (rate === Infinity) return this.pausedUntil;
		const spacing = 1000 / rate;
		const burst = Math.min(this.limit.burst, Math.max(1, rate));
		const head = Math.max((burst - 1) * spacing, CATCH_UP_MS);
		return Math.max(this.pausedUntil, this.nextEven - head, this.windowOpens(rate));
	}

	/** When one more call would still leave every second with no more calls than the rate. */
	private windowOpens(rate: number): number {
		const capacity = Math.min(this.largestWindow, Math.max(1, Math.floor(rate)));
		const oldest = this.sent(capacity);
		return oldest === undefined ? -Infinity : this.countedBy(oldest, capacity) + (capacity * 1000) / rate + WINDOW_GUARD_MS;
	}

	/** The latest moment at which the provider can have counted a call or, because calls overtake each other, one of those just before it. */
	private countedBy({ at }: SentCall, back: number): number {
		let latest = at;
		for (let call = this.sent(back); call !== undefined && call.at >= at - LARGEST_DELAY_MS; call = this.sent((back += 1))) {
			latest = Math.max(latest, call.at + Math.min(LARGEST_DELAY_MS, Math.max(0, call.tookMs - this.quickestAnswerMs)));
		}
		return latest;
	}

	private send(): number {
		const now = this.clock.now();
		const rate = this.rateAt(now);
		this.callingSince = Math.min(this.callingSince, now);
		if (rate !== Infinity) this.nextEven = Math.max(now, this.nextEven) + 1000 / rate;
		this.sentCalls.push({ at: now, tookMs: 0 });
		this.sentCount += 1;
		const remembered = Math.ceil(this.largestWindow * (1 + LARGEST_DELAY_MS / 1000)) + 1;
		if (this.sentCalls.length > 2 * remembered) this.sentCalls.splice(0, this.sentCalls.length - remembered);
		return now;
	}

	/** What was too fast: the rate that was allowed or, after a whole second of calling, the lower one that was reached. */
	private rateInUse(now: number): number {
		const allowed = this.rateAt(now);
		const reached = this.sentWithinLastSecond(now);
		if (now - this.callingSince >= 1000) return Math.min(allowed, reached);
		return allowed === Infinity ? Math.max(reached, RATE_TO_START_FROM) : allowed;
	}

	private sentWithinLastSecond(now: number): number {
		let count = 0;
		while ((this.sent(count + 1)?.at ?? -Infinity) >= now - 1000) count += 1;
		return Math.max(1, count);
	}

	/** @param back 1 for the last call, 2 for the one before; undefined when it is forgotten */
	private sent(back: number): SentCall | undefined {
		return this.sentCalls[this.sentCalls.length - back];
	}
}

/** One process has one clock, and so one pace per account; tests have clocks of their own. Least lately used first. */
const LIMITERS = new WeakMap<Clock, Map<string, RateLimiter>>();

/**
 * The pace that all runs of this process share.
 *
 * @param key of an account and a kind of call; holds nothing secret
 * @param clock measures and waits
 * @returns the same object for the same key, until nobody has used it for a while
 */
export function sharedRateLimiter(key: string, clock: Clock): RateLimiter {
	const known = LIMITERS.get(clock) ?? new Map<string, RateLimiter>();
	LIMITERS.set(clock, known);
	for (const [lateKey, late] of known) {
		if (!late.isIdle()) break;
		known.delete(lateKey);
	}
	const rateLimiter = known.get(key) ?? new RateLimiter(clock);
	known.delete(key);
	known.set(key, rateLimiter);
	return rateLimiter;
}
