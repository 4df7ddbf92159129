/** Telling the receiver what happened, with each provider's documented patience. */

import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { Ring, type ProviderName, type Store } from './store.mts';
import { SettingsError } from './faults.mts';

export type OutgoingPostback = {
	/** 'N301', 'sms.unsubscribed', 'inbound' ... */
	event: string;
	url: string;
	method: 'GET' | 'POST';
	headers: Record<string, string>;
	body: string;
};

export type DeliveryPolicy = {
	/** Waits between attempts at clock factor 1; their number is the number of retries. */
	waitsMs: readonly number[];
	accepts(status: number): boolean;
	/** One after another in passes of this length, or 0: several at a time and at once. */
	passMs: number;
	/** Asked before every retry. */
	stillWanted?(): boolean;
	gaveUp?(): void;
};

export type Attempt = {
	at: string;
	/** 0: no answer. */
	status: number;
	error: string;
	answer: string;
	durationMs: number;
};

export type Delivery = {
	id: number;
	provider: ProviderName;
	event: string;
	url: string;
	method: string;
	headers: Record<string, string>;
	body: string;
	at: string;
	state: 'waiting' | 'delivered' | 'given up' | 'cancelled';
	attempts: Attempt[];
	nextAttemptAt: string;
};

export type DeliveryCounters = {
	created: number;
	delivered: number;
	givenUp: number;
	cancelled: number;
	attempts: number;
};

export type SendResult = {
	status: number;
	headers: IncomingHttpHeaders;
	body: string;
	error: string;
	durationMs: number;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** "after 5 minutes, at most 5 retries"; exactly 200 is success; the queue is worked off every second. */
export const SKYCORE_POLICY: DeliveryPolicy = {
	waitsMs: [5, 5, 5, 5, 5].map((minutes) => minutes * MINUTE_MS),
	accepts: (status) => status === 200,
	passMs: 1_000,
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

/** "exponential back-off, up to three days"; the single waits are not published, these are invented. */
export const ATTENTIVE_POLICY: DeliveryPolicy = {
	waitsMs: backOff(5_000, 6 * HOUR_MS, 72 * HOUR_MS),
	accepts: (status) => status >= 200 && status < 300,
	passMs: 0,
};

/** "retried for 24 hours"; 200 to 205 are success; the single waits are not published, these are invented. */
export const VONAGE_POLICY: DeliveryPolicy = {
	waitsMs: backOff(5_000, HOUR_MS, 24 * HOUR_MS),
	accepts: (status) => status >= 200 && status <= 205,
	passMs: 0,
};

const PARALLEL = 10;
const KEPT_ANSWER_CHARACTERS = 2_000;

function isLoopback(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Whether an address points at this machine. */
export function isLoopbackUrl(url: string): boolean {
	try {
		return isLoopback(new URL(url).hostname);
	} catch {
		return false;
	}
}

type Job = { delivery: Delivery; policy: DeliveryPolicy; epoch: number };

/** First in, first out, in constant time. */
class Queue<T> {
	private items: T[] = [];
	private head = 0;

	get size(): number {
		return this.items.length - this.head;
	}

	push(item: T): void {
		this.items.push(item);
	}

	shift(): T | undefined {
		const item = this.items[this.head];
		if (item === undefined) return undefined;
		this.head += 1;
		if (this.head > 1_000 && this.head * 2 > this.items.length) {
			this.items = this.items.slice(this.head);
			this.head = 0;
		}
		return item;
	}

	clear(): void {
		this.items = [];
		this.head = 0;
	}
}

/** The postbacks of one provider. */
export class Postbacks {
	counters: DeliveryCounters = noDeliveries();
	private readonly kept: Ring<Delivery>;
	private readonly ready = new Queue<Job>();
	private readonly store: Store;
	private readonly provider: ProviderName;
	private readonly httpAgent = new HttpAgent({ keepAlive: true, maxSockets: PARALLEL });
	private readonly httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: PARALLEL });
	private running = 0;
	private passPlanned = false;
	private unfinished = 0;
	private idleWaiters: Array<() => void> = [];
	private epoch = 0;
	private nextId = 1;

	constructor(store: Store, provider: ProviderName) {
		this.store = store;
		this.provider = provider;
		this.kept = new Ring(() => store.config.logCapacity);
	}

	/** Queues a postback. An empty URL means that nobody wants it. */
	enqueue(outgoing: OutgoingPostback, policy: DeliveryPolicy): void {
		if (outgoing.url === '') return;
		const delivery: Delivery = {
			id: this.nextId,
			provider: this.provider,
			...outgoing,
			at: new Date().toISOString(),
			state: 'waiting',
			attempts: [],
			nextAttemptAt: '',
		};
		this.nextId += 1;
		this.counters.created += 1;
		this.unfinished += 1;
		this.kept.push(delivery);
		this.ready.push({ delivery, policy, epoch: this.epoch });
		this.wake(policy);
	}

	/** Newest last. */
	list(limit?: number): Delivery[] {
		return this.kept.list(limit);
	}

	/** Resolves once nothing waits any more: everything delivered, given up or cancelled. */
	async idle(): Promise<void> {
		if (this.unfinished === 0) return;
		await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
	}

	clear(): void {
		this.epoch += 1;
		this.ready.clear();
		this.kept.clear();
		this.counters = noDeliveries();
		this.unfinished = 0;
		this.wakeIdle();
	}

	close(): void {
		this.clear();
		this.httpAgent.destroy();
		this.httpsAgent.destroy();
	}

	/** Sends once, now, outside the queue. Never throws for the network's sake: status 0 and `error` then. */
	async send(outgoing: Omit<OutgoingPostback, 'event'>, timeoutMs?: number): Promise<SendResult> {
		this.assertAllowed(outgoing.url);
		return await this.exchange(outgoing, timeoutMs ?? this.store.config[this.provider].postbackTimeoutMs, true);
	}

	private assertAllowed(url: string): void {
		if (!URL.canParse(url)) throw new SettingsError(`"${url}" is not an address`);
		if (!this.store.config.allowRemotePostbacks && !isLoopbackUrl(url)) {
			throw new SettingsError(`Postbacks go to this machine only; set "allowRemotePostbacks" to reach ${url}`);
		}
	}

	private wake(policy: DeliveryPolicy): void {
		if (policy.passMs === 0) {
			while (this.running < PARALLEL && this.ready.size > 0) void this.workOne();
			return;
		}
		if (this.passPlanned) return;
		this.passPlanned = true;
		setTimeout(() => void this.pass(policy), policy.passMs / this.store.config.clockFactor).unref();
	}

	/** Skycore's way: everything that is due, one after another. */
	private async pass(policy: DeliveryPolicy): Promise<void> {
		for (let left = this.ready.size; left > 0 && this.ready.size > 0; left -= 1) {
			const job = this.ready.shift();
			if (job !== undefined) await this.attempt(job);
		}
		this.passPlanned = false;
		if (this.ready.size > 0) this.wake(policy);
	}

	private async workOne(): Promise<void> {
		const job = this.ready.shift();
		if (job === undefined) return;
		this.running += 1;
		await this.attempt(job);
		this.running -= 1;
		if (this.ready.size > 0) this.wake(job.policy);
	}

	private async attempt(job: Job): Promise<void> {
		const { delivery, policy } = job;
		if (job.epoch !== this.epoch) return;
		if (delivery.attempts.length > 0 && policy.stillWanted?.() === false) {
			this.finish(delivery, 'cancelled');
			return;
		}
		const at = new Date().toISOString();
		let result: SendResult;
		try {
			result = await this.send({
				url: delivery.url,
				method: delivery.method === 'GET' ? 'GET' : 'POST',
				headers: delivery.headers,
				body: delivery.body,
			});
		} catch (error) {
			result = {
				status: 0,
				headers: {},
				body: '',
				error: error instanceof Error ? error.message : String(error),
				durationMs: 0,
			};
		}
		if (job.epoch !== this.epoch) return;
		this.counters.attempts += 1;
		delivery.attempts.push({
			at,
			status: result.status,
			error: result.error,
			answer: result.body.slice(0, KEPT_ANSWER_CHARACTERS),
			durationMs: result.durationMs,
		});
		delivery.nextAttemptAt = '';
		if (policy.accepts(result.status)) {
			this.finish(delivery, 'delivered');
			return;
		}
		const wait = policy.waitsMs[delivery.attempts.length - 1];
		if (wait === undefined) {
			this.finish(delivery, 'given up');
			policy.gaveUp?.();
			return;
		}
		const scaled = wait / this.store.config.clockFactor;
		delivery.nextAttemptAt = new Date(Date.now() + scaled).toISOString();
		setTimeout(() => {
			if (job.epoch !== this.epoch) return;
			this.ready.push(job);
			this.wake(policy);
		}, scaled).unref();
	}

	private finish(delivery: Delivery, state: 'delivered' | 'given up' | 'cancelled'): void {
		delivery.state = state;
		if (state === 'delivered') this.counters.delivered += 1;
		else if (state === 'given up') this.counters.givenUp += 1;
		else this.counters.cancelled += 1;
		this.unfinished -= 1;
		if (this.unfinished === 0) this.wakeIdle();
	}

	private wakeIdle(): void {
		const waiters = this.idleWaiters;
		this.idleWaiters = [];
		for (const resolve of waiters) resolve();
	}

	private async exchange(
		outgoing: Omit<OutgoingPostback, 'event'>,
		timeoutMs: number,
		mayRepeat: boolean,
	): Promise<SendResult> {
		const url = new URL(outgoing.url);
		const secure = url.protocol === 'https:';
		const startedAt = Date.now();
		const body = outgoing.method === 'GET' ? undefined : Buffer.from(outgoing.body, 'utf8');
		const headers = { ...outgoing.headers, ...(body === undefined ? {} : { 'content-length': String(body.length) }) };
		const outcome = await new Promise<SendResult | 'stale connection'>((resolve) => {
			const done = (status: number, error: string, answer = '', answerHeaders: IncomingHttpHeaders = {}): void => {
				clearTimeout(timer);
				resolve({ status, error, body: answer, headers: answerHeaders, durationMs: Date.now() - startedAt });
			};
			const send = secure ? httpsRequest : httpRequest;
			const agent = secure ? this.httpsAgent : this.httpAgent;
			const request = send(url, { method: outgoing.method, headers, agent }, (response) => {
				let answer = '';
				response.setEncoding('utf8');
				response.on('data', (chunk: string) => {
					if (answer.length < 1_000_000) answer += chunk;
				});
				response.on('end', () => done(response.statusCode ?? 0, '', answer, response.headers));
				response.on('error', (error) => done(0, error.message));
			});
			const timer = setTimeout(() => {
				request.destroy();
				done(0, `no answer within ${timeoutMs} ms`);
			}, timeoutMs);
			request.on('error', (error) => {
				// The receiver closed an idle kept-alive connection: it has not seen this request.
				if (request.reusedSocket && mayRepeat) {
					clearTimeout(timer);
					resolve('stale connection');
				} else done(0, error.message);
			});
			request.end(body);
		});
		return outcome === 'stale connection' ? await this.exchange(outgoing, timeoutMs, false) : outcome;
	}
}

function noDeliveries(): DeliveryCounters {
	return { created: 0, delivered: 0, givenUp: 0, cancelled: 0, attempts: 0 };
}
