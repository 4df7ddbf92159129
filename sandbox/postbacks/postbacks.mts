/** Telling the receiver what happened: one provider's queue of postbacks, with the provider's documented patience. */

import { RingBuffer } from '../ringBuffer.mts';
import type { CurrentSettings } from '../settings/common.mts';
import { SettingsError } from '../settings/settingsError.mts';
import { isLoopbackUrl } from './loopback.mts';
import type { DeliveryPolicy } from './policy.mts';
import { Queue } from './queue.mts';
import { Sender, type OutgoingRequest, type SendResult } from './sender.mts';

export type OutgoingPostback = OutgoingRequest & {
	/** 'N301', 'sms.unsubscribed', 'inbound' ... */
	event: string;
};

export type Attempt = {
	/** ISO time, UTC. */
	at: string;
	/** 0: no answer. */
	status: number;
	error: string;
	answer: string;
	durationMs: number;
};

export type Delivery = {
	id: number;
	provider: string;
	event: string;
	url: string;
	method: string;
	headers: Record<string, string>;
	body: string;
	/** ISO time, UTC. */
	at: string;
	state: 'waiting' | 'delivered' | 'given up' | 'canceled';
	attempts: Attempt[];
	/** ISO time, UTC; '' while none is planned. */
	nextAttemptAt: string;
};

export type DeliveryCounters = {
	created: number;
	delivered: number;
	givenUp: number;
	canceled: number;
	attempts: number;
};

const PARALLEL = 10;
const KEPT_ANSWER_CHARACTERS = 2_000;

type Job = {
	delivery: Delivery;
	policy: DeliveryPolicy;
	/** Of the queue when the job entered it: a cleared queue drops its jobs, wherever they are. */
	generation: number;
};

export class Postbacks {
	counters: DeliveryCounters = noDeliveries();
	private readonly kept: RingBuffer<Delivery>;
	private readonly ready = new Queue<Job>();
	private readonly sender = new Sender(PARALLEL);
	private readonly provider: string;
	private readonly current: CurrentSettings;
	private running = 0;
	private passPlanned = false;
	private unfinished = 0;
	private idleWaiters: Array<() => void> = [];
	private generation = 0;
	private nextId = 1;

	/**
	 * @param provider its name, for the deliveries
	 * @param current asked again and again while postbacks wait
	 */
	constructor(provider: string, current: CurrentSettings) {
		this.provider = provider;
		this.current = current;
		this.kept = new RingBuffer(() => current.sandbox.logCapacity);
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
		this.ready.push({ delivery, policy, generation: this.generation });
		this.wake(policy);
	}

	/** The newest `limit` deliveries, newest last. */
	list(limit?: number): Delivery[] {
		return this.kept.list(limit);
	}

	/** Resolves once nothing waits any more: everything delivered, given up or canceled. */
	async idle(): Promise<void> {
		if (this.unfinished === 0) return;
		await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
	}

	/** Drops everything that waits and forgets what was delivered. */
	clear(): void {
		this.generation += 1;
		this.ready.clear();
		this.kept.clear();
		this.counters = noDeliveries();
		this.unfinished = 0;
		this.wakeIdle();
	}

	close(): void {
		this.clear();
		this.sender.close();
	}

	/**
	 * Sends once, now, outside the queue. Never throws for the network's sake: status 0 and `error` then.
	 *
	 * @param timeoutMs the provider's own when not given
	 * @throws {SettingsError} when the address is none, or not allowed
	 */
	async send(outgoing: OutgoingRequest, timeoutMs?: number): Promise<SendResult> {
		this.assertAllowed(outgoing.url);
		return await this.sender.send(outgoing, timeoutMs ?? this.current.settings.postbackTimeoutMs);
	}

	private assertAllowed(url: string): void {
		if (!URL.canParse(url)) throw new SettingsError(`"${url}" is not an address`);
		if (!this.current.sandbox.allowRemotePostbacks && !isLoopbackUrl(url)) {
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
		setTimeout(() => void this.pass(policy), policy.passMs / this.current.sandbox.clockFactor).unref();
	}

	/** Everything that is due, one after another. */
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
		if (job.generation !== this.generation) return;
		if (delivery.attempts.length > 0 && policy.stillWanted?.() === false) {
			this.finish(delivery, 'canceled');
			return;
		}
		const at = new Date().toISOString();
		const result = await this.sendQueued(delivery);
		if (job.generation !== this.generation) return;
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
		this.retryLater(job, wait / this.current.sandbox.clockFactor);
	}

	private async sendQueued({ url, method, headers, body }: Delivery): Promise<SendResult> {
		try {
			return await this.send({ url, method: method === 'GET' ? 'GET' : 'POST', headers, body });
		} catch (error) {
			return { status: 0, headers: {}, body: '', error: error instanceof Error ? error.message : String(error), durationMs: 0 };
		}
	}

	private retryLater(job: Job, waitMs: number): void {
		job.delivery.nextAttemptAt = new Date(Date.now() + waitMs).toISOString();
		setTimeout(() => {
			if (job.generation !== this.generation) return;
			this.ready.push(job);
			this.wake(job.policy);
		}, waitMs).unref();
	}

	private finish(delivery: Delivery, state: 'delivered' | 'given up' | 'canceled'): void {
		delivery.state = state;
		if (state === 'delivered') this.counters.delivered += 1;
		else if (state === 'given up') this.counters.givenUp += 1;
		else this.counters.canceled += 1;
		this.unfinished -= 1;
		if (this.unfinished === 0) this.wakeIdle();
	}

	private wakeIdle(): void {
		const waiters = this.idleWaiters;
		this.idleWaiters = [];
		for (const resolve of waiters) resolve();
	}
}

function noDeliveries(): DeliveryCounters {
	return { created: 0, delivered: 0, givenUp: 0, canceled: 0, attempts: 0 };
}
