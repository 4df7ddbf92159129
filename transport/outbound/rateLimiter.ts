import type { RateLimit } from '../../consent/call';
import type { RateLimitHeaders } from './rateLimitHeaders';
import { type Clock, waitUntil } from './timing';

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

interface SentCall {
	/** Unix milliseconds. */
	at: number;
	/** Until its response; 0 while there is none. */
	tookMs: number;
}

/** No limit of its own; only a provider's refusal slows it. */
export const UNLIMITED: RateLimit = { callsPerSecond: Infinity, burst: Infinity };

/**
 * Says when the calls of one kind may go out.
 *
 * Three rules meet here. Calls are spaced evenly, with a burst after a quiet time (token bucket). In no second, wherever it
 * begins, are there more calls than the rate allows, because providers count in seconds. And a provider's "too fast" stops
 * all calls that share this limit, lowers the rate, and lets it grow back slowly.
 */
export class RateLimiter {
	/** The rate that is never exceeded: the node's setting, or less when the provider says so in its headers. */
	private ceiling: number;

	/** After a refusal: the rate that recovery starts from, and how fast it grows. Infinity when nothing was refused. */
	private reducedTo = Infinity;
	private regainPerSecond = 0;
	private recoveringFrom = -Infinity;

	private pausedUntil = -Infinity;
	private refusedAt = -Infinity;

	/** The moment at which an evenly spaced row of calls would have its next one. */
	private nextEven = -Infinity;

	/** The first call since the start or since the last pause. */
	private callingSince = Infinity;

	/** The last calls; a ring. */
	private readonly sentCalls: SentCall[] = [];
	private readonly largestWindow: number;
	private readonly mostRemembered: number;
	private sentCount = 0;
	private quickestAnswerMs = Infinity;

	private queue: Promise<unknown> = Promise.resolve();

	/**
	 * @param limit rate and burst; see `UNLIMITED`
	 * @param clock measures and waits
	 */
	constructor(
		private readonly limit: RateLimit,
		private readonly clock: Clock,
	) {
		this.ceiling = limit.callsPerSecond;
		this.largestWindow = Math.min(LARGEST_WINDOW, Math.max(1, Math.floor(limit.callsPerSecond)));
		this.mostRemembered = Math.ceil(this.largestWindow * (1 + LARGEST_DELAY_MS / 1000)) + 1;
	}

	/**
	 * Waits until one more call may go out; calls go out in the order in which they asked.
	 *
	 * @param stopped true once the call is no longer wanted
	 * @returns the moment (Unix milliseconds) at which the call may go out, which is now; null when it was stopped
	 */
	acquire(stopped: () => boolean): Promise<number | null> {
		const mine = this.queue.then(async () => {
			const came = await waitUntil(this.clock, () => this.earliest(), stopped);
			return came ? this.send() : null;
		});
		this.queue = mine;
		return mine;
	}

	/** No call goes out before the moment given (Unix milliseconds). */
	pause(until: number): void {
		this.pausedUntil = Math.max(this.pausedUntil, until);
		this.callingSince = Infinity;
		this.nextEven = Math.max(this.nextEven, this.pausedUntil);
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
		this.recoveringFrom = Math.max(now, resumeAt);
		this.pause(resumeAt);
	}

	/**
	 * A call was answered just now. What it took longer than the quickest one, it may have been late at the provider, who counts from there.
	 *
	 * @param acquiredAt what `acquire` gave for the call
	 */
	onResponse(acquiredAt: number): void {
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
		if (headers.callsPerSecond !== undefined) this.ceiling = Math.min(this.ceiling, headers.callsPerSecond);
		if (headers.closedForMs !== undefined) this.pause(this.clock.now() + headers.closedForMs);
	}

	private rateAt(now: number): number {
		if (this.reducedTo === Infinity) return this.ceiling;
		const recoveredFor = Math.max(0, now - this.recoveringFrom) / 1000;
		return Math.min(this.ceiling, this.reducedTo + this.regainPerSecond * recoveredFor);
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
		this.sentCalls[this.sentCount % this.mostRemembered] = { at: now, tookMs: 0 };
		this.sentCount += 1;
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
		return back > this.sentCalls.length ? undefined : this.sentCalls[(this.sentCount - back) % this.mostRemembered];
	}
}
