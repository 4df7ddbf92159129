import fc from 'fast-check';

import type { RateLimit } from '../../../consent/call';
import { LONGEST_PAUSE_MS, RateLimiter, sharedRateLimiter, UNLIMITED } from '../../../transport/outbound/rateLimiter';
import { readRateLimitHeaders } from '../../../transport/outbound/waitHeaders';
import type { Clock } from '../../../transport/outbound/timing';
import { FakeClock } from './fakeClock.mts';

const running = () => true;

/** As one run uses it. */
function paceOf(limit: RateLimit, clock: Clock): RateLimiter {
	const pace = new RateLimiter(clock);
	pace.enter(limit);
	return pace;
}

async function turns(pace: RateLimiter, count: number): Promise<number[]> {
	const taken: number[] = [];
	for (let index = 0; index < count; index += 1) taken.push((await pace.acquire(running)) ?? NaN);
	return taken;
}

function mostWithin(moments: number[], windowMs: number): number {
	return Math.max(...moments.map((start) => moments.filter((at) => at >= start && at < start + windowMs).length));
}

describe('a pace', () => {
	it.each([
		{ callsPerSecond: 200, burst: 20 },
		{ callsPerSecond: 30, burst: 1 },
		{ callsPerSecond: 10, burst: 10 },
		{ callsPerSecond: 5, burst: 5 },
		{ callsPerSecond: 1, burst: 1 },
	])('keeps to $callsPerSecond/s in every second, and uses at least 95 % of it (burst $burst)', async (limit) => {
		const clock = new FakeClock();
		const count = limit.callsPerSecond * 20;
		const moments = await turns(paceOf(limit, clock), count);
		expect(mostWithin(moments, 1000)).toBeLessThanOrEqual(limit.callsPerSecond);
		const seconds = ((moments.at(-1) ?? 0) - (moments[0] ?? 0)) / 1000;
		expect((count - 1) / seconds).toBeGreaterThanOrEqual(limit.callsPerSecond * 0.95);
	});

	it('keeps to the rate after any quiet times', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 40 }),
				fc.integer({ min: 1, max: 60 }),
				fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 3000 })), { minLength: 1, maxLength: 5 }),
				async (callsPerSecond, burst, waves) => {
					const clock = new FakeClock();
					const pace = paceOf({ callsPerSecond, burst }, clock);
					const moments: number[] = [];
					for (const [count, quietMs] of waves) {
						moments.push(...(await turns(pace, count)));
						await clock.sleep(quietMs);
					}
					expect(mostWithin(moments, 1000)).toBeLessThanOrEqual(callsPerSecond);
				},
			),
			{ numRuns: 30 },
		);
	});

	it('lets a burst out at once, and not more', async () => {
		const clock = new FakeClock();
		const start = clock.now();
		const moments = await turns(paceOf({ callsPerSecond: 10, burst: 4 }, clock), 6);
		expect(moments.filter((at) => at === start)).toHaveLength(4);
	});

	it('makes up for timers that fire late', async () => {
		const clock = new FakeClock();
		const late = { now: () => clock.now(), sleep: async (ms: number) => await clock.sleep(ms + 1.5) };
		const moments = await turns(paceOf({ callsPerSecond: 200, burst: 1 }, late), 2000);
		const seconds = ((moments.at(-1) ?? 0) - (moments[0] ?? 0)) / 1000;
		expect(1999 / seconds).toBeGreaterThanOrEqual(190);
	});

	it.each([
		{ name: 'all answers are equally quick', delaysMs: [0] },
		{ name: 'some calls are late on their way', delaysMs: [0, 0, 3, 0, 8, 0, 0, 20, 1] },
		{
			name: 'the process stands still now and then',
			delaysMs: [...Array<number>(1500).fill(1), 80, 75, 70, 65, 60, 55, 50, 45, 40, 35, 30, 25, 20, 15, 10, 5],
		},
	])('is never too fast at the other end when $name', async ({ delaysMs }) => {
		const clock = new FakeClock();
		const callsPerSecond = 200;
		const pace = paceOf({ callsPerSecond, burst: 10 }, clock);
		const wayMs = 50;
		const coldStartMs = 300;
		const arrivals: number[] = [];
		const answers: Array<{ turn: number; at: number }> = [];
		for (let index = 0; index < 3000; index += 1) {
			const turn = (await pace.acquire(running)) ?? NaN;
			const arrival = turn + wayMs / 2 + (index === 0 ? coldStartMs : delaysMs[index % delaysMs.length]!);
			arrivals.push(arrival);
			answers.push({ turn, at: arrival + wayMs / 2 });
			// An answer is heard of at the next turn after it, at most half a spacing late.
			if (index === 0) await clock.sleep(coldStartMs + wayMs);
			for (const answer of answers.filter(({ at }) => at <= clock.now())) {
				pace.onResponse(answer.turn);
				answers.splice(answers.indexOf(answer), 1);
			}
		}
		expect(mostWithin(arrivals, 1000)).toBeLessThanOrEqual(callsPerSecond);
		const seconds = (arrivals.at(-1)! - arrivals[0]!) / 1000;
		expect((arrivals.length - 1) / seconds).toBeGreaterThan(callsPerSecond * 0.95);
	});

	it('takes a slow provider for slow, not for far away', async () => {
		const clock = new FakeClock();
		const pace = paceOf({ callsPerSecond: 10, burst: 1 }, clock);
		const moments: number[] = [];
		for (let index = 0; index < 100; index += 1) {
			moments.push((await pace.acquire(running)) ?? NaN);
			// Every third answer is five seconds late.
			const answered = moments[index - (index % 3 === 0 ? 50 : 1)];
			if (answered !== undefined) pace.onResponse(answered);
		}
		expect((moments.at(-1)! - moments[0]!) / 99).toBeLessThan(105);
	});

	it('stops for everybody after a refusal, goes on slower and recovers', async () => {
		const clock = new FakeClock();
		const pace = paceOf({ callsPerSecond: 100, burst: 1 }, clock);
		const before = await turns(pace, 150);
		const resume = clock.now() + 2000;
		// Two calls of the same moment refused: one episode.
		pace.onThrottled(before.at(-1) ?? 0, resume);
		pace.onThrottled(before.at(-2) ?? 0, resume);
		const after = await turns(pace, 1000);
		expect(after[0]).toBeGreaterThanOrEqual(resume);
		const firstSecond = after.filter((at) => at < resume + 1000).length;
		expect(firstSecond).toBeGreaterThan(70);
		expect(firstSecond).toBeLessThan(98);
		const sixthSecond = after.filter((at) => at >= resume + 5000 && at < resume + 6000).length;
		expect(sixthSecond).toBeGreaterThan(94);
	});

	it('halves when it is refused again soon', async () => {
		const clock = new FakeClock();
		const pace = paceOf({ callsPerSecond: 100, burst: 1 }, clock);
		await turns(pace, 150);
		pace.onThrottled(clock.now(), clock.now() + 1000);
		const [first = 0] = await turns(pace, 1);
		pace.onThrottled(first, clock.now() + 1000);
		const after = await turns(pace, 60);
		expect((after.at(-1) ?? 0) - (after[0] ?? 0)).toBeGreaterThan(1000);
	});

	it('finds a rate of its own when there is no limit and the provider refuses', async () => {
		const clock = new FakeClock();
		const pace = paceOf(UNLIMITED, clock);
		const free = await turns(pace, 500);
		expect(free[0]).toBe(free.at(-1));
		pace.onThrottled(free.at(-1) ?? 0, clock.now() + 1000);
		const after = await turns(pace, 1000);
		expect(after[0]).toBeGreaterThanOrEqual((free[0] ?? 0) + 1000);
		expect((after.at(-1) ?? 0) - (after[0] ?? 0)).toBeGreaterThan(1000);
	});

	it('learns a lower rate from headers, never a higher one', async () => {
		const clock = new FakeClock();
		const pace = paceOf({ callsPerSecond: 100, burst: 1 }, clock);
		pace.applyRateLimitHeaders({ callsPerSecond: 10 });
		const slow = await turns(pace, 30);
		expect(mostWithin(slow, 1000)).toBeLessThanOrEqual(11);
		pace.applyRateLimitHeaders({ callsPerSecond: 1000 });
		const fast = await turns(pace, 300);
		expect(mostWithin(fast, 1000)).toBeLessThanOrEqual(100);
	});

	it('gives no turn once it is stopped, without waiting for its end', async () => {
		const clock = new FakeClock();
		const pace = paceOf({ callsPerSecond: 1, burst: 1 }, clock);
		await pace.acquire(running);
		pace.pause(clock.now() + 3_600_000);
		const start = clock.now();
		const stopAt = start + 1000;
		expect(await pace.acquire(() => clock.now() < stopAt)).toBeNull();
		expect(clock.now() - start).toBeLessThan(1500);
	});

	it('never waits busily', async () => {
		const clock = new FakeClock();
		await turns(paceOf({ callsPerSecond: 20, burst: 1 }, clock), 100);
		expect(Math.min(...clock.slept)).toBeGreaterThan(0);
		expect(clock.slept.length).toBeLessThan(250);
	});
});

describe('a pace that several runs share', () => {
	const limited = (callsPerSecond: number): RateLimit => ({ callsPerSecond, burst: 1 });

	/** Calls one after the other, as a run with one worker does, until `count` have gone out. */
	async function callsOf(pace: RateLimiter, limit: RateLimit, count: number): Promise<number[]> {
		const leave = pace.enter(limit);
		const moments = await turns(pace, count);
		leave();
		return moments;
	}

	it('keeps to one rate however many runs there are, in the order in which they asked', async () => {
		const clock = new FakeClock();
		const pace = new RateLimiter(clock);
		const moments = await Promise.all(Array.from({ length: 60 }, async () => (await callsOf(pace, limited(5), 1))[0] ?? NaN));
		expect(moments).toEqual([...moments].sort((one, other) => one - other));
		expect(mostWithin(moments, 1000)).toBeLessThanOrEqual(5);
		expect((moments.at(-1) ?? 0) - (moments[0] ?? 0)).toBeLessThan((59 / 5) * 1000 * 1.05);
	});

	it('keeps to it also between runs that follow each other', async () => {
		const clock = new FakeClock();
		const moments: number[] = [];
		for (let run = 0; run < 20; run += 1) moments.push(...(await callsOf(sharedRateLimiter('one account', clock), limited(1), 1)));
		expect(mostWithin(moments, 1000)).toBe(1);
	});

	it('is that of the slowest run as long as it lasts', async () => {
		const clock = new FakeClock();
		const pace = new RateLimiter(clock);
		const leave = pace.enter(limited(2));
		pace.enter(limited(100));
		pace.enter(UNLIMITED);
		const slow = await turns(pace, 10);
		expect(mostWithin(slow, 1000)).toBeLessThanOrEqual(2);
		leave();
		await clock.sleep(1000);
		const fast = await turns(pace, 300);
		expect((fast.at(-1) ?? 0) - (fast[0] ?? 0)).toBeLessThan(3200);
		expect(mostWithin(fast, 1000)).toBeLessThanOrEqual(100);
	});

	it("frees a stopped run's places at once", async () => {
		const clock = new FakeClock();
		const pace = paceOf(limited(1), clock);
		await pace.acquire(running);
		const start = clock.now();
		let stopped = false;
		const given = Promise.all(Array.from({ length: 100 }, async () => await pace.acquire(() => !stopped)));
		const other = pace.acquire(running);
		await clock.sleep(2500);
		stopped = true;
		expect((await given).filter((at) => at === null).length).toBeGreaterThanOrEqual(97);
		expect(clock.now() - start).toBeLessThan(3000);
		expect(((await other) ?? NaN) - start).toBeLessThan(4000);
	});

	it('stands still for all of them when the provider wants a pause, and tells each of them how long', async () => {
		const clock = new FakeClock();
		const pace = paceOf(limited(100), clock);
		const [first = 0] = await turns(pace, 1);
		const until = clock.now() + 20_000;
		pace.onThrottled(first, until);
		const told = new Set<number>();
		const impatient = pace.acquire((pausedUntil) => pausedUntil < clock.now());
		const patient = pace.acquire((pausedUntil) => Boolean(told.add(pausedUntil)));
		expect(await impatient).toBeNull();
		expect(await patient).toBeGreaterThanOrEqual(until);
		expect([...told]).toEqual([until]);
	});

	it.each([3_600_000, Number.MAX_SAFE_INTEGER, Infinity])(
		'never stands still longer than the longest pause (%d ms asked for)',
		async (forMs) => {
			const clock = new FakeClock();
			const pace = paceOf(limited(100), clock);
			const start = clock.now();
			pace.applyRateLimitHeaders({ closedForMs: forMs });
			expect((await pace.acquire(running)) ?? NaN).toBeLessThanOrEqual(start + LONGEST_PAUSE_MS + 1000);
		},
	);

	it('grows with refusals in a row, of which several at once are one, until a call succeeds', async () => {
		const clock = new FakeClock();
		const pace = paceOf(limited(100), clock);
		const together = await turns(pace, 3);
		expect(together.map((at) => pace.countRefusal(at))).toEqual([1, 1, 1]);
		await clock.sleep(1000);
		const [again = 0, success = 0] = await turns(pace, 2);
		expect(pace.countRefusal(again)).toBe(2);
		pace.onResponse(success);
		await clock.sleep(1000);
		expect(pace.countRefusal((await turns(pace, 1))[0] ?? 0)).toBe(1);
	});

	it('is forgotten when nobody has used it for a while, and not before', async () => {
		const clock = new FakeClock();
		const known = sharedRateLimiter('a', clock);
		const leave = known.enter(limited(1));
		await clock.sleep(10 * 60_000);
		expect(sharedRateLimiter('a', clock)).toBe(known);
		leave();
		await clock.sleep(30_000);
		expect(sharedRateLimiter('a', clock)).toBe(known);
		await clock.sleep(61_000);
		expect(sharedRateLimiter('b', clock)).not.toBe(known);
		expect(sharedRateLimiter('a', clock)).not.toBe(known);
	});

	it('is one per account, kind of call and clock', () => {
		const clock = new FakeClock();
		expect(sharedRateLimiter('b', clock)).not.toBe(sharedRateLimiter('a', clock));
		expect(sharedRateLimiter('a', new FakeClock())).not.toBe(sharedRateLimiter('a', clock));
	});
});

describe('rate headers', () => {
	const now = Date.UTC(2026, 0, 1);
	it.each([
		[{ 'x-ratelimit-limit': '150', 'x-ratelimit-remaining': '149' }, { callsPerSecond: 150 }],
		[{ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' }, { closedForMs: 30_000 }],
		[{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 20) }, { closedForMs: 20_000 }],
		[{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now + 20_000) }, { closedForMs: 20_000 }],
		[{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, undefined],
		[{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now - 20_000) }, undefined],
		[{ 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '30' }, undefined],
		[{ 'x-ratelimit-limit': 'many' }, undefined],
		[{}, undefined],
	])('%j means %j', (headers, hint) => {
		expect(readRateLimitHeaders(headers as Record<string, string>, now)).toEqual(hint);
	});
});
