/** What one provider was asked and which texts it sent: the newest of it in detail, all of it in counters. */

import { digits } from './phone.mts';
import { RingBuffer } from './ringBuffer.mts';
import type { Json } from './wire/json.mts';

export type LoggedRequest = {
	/** Counts this provider's requests from 1. */
	index: number;
	/** ISO time, UTC. */
	at: string;
	method: string;
	path: string;
	query: Record<string, string>;
	headers: Record<string, string>;
	/** The body as received, cut after 4,000 characters. */
	body: string;
	/** What the provider understood: fields of the XML, form or JSON. */
	parsed: Json;
	/** Digits of the number that it was about, or ''. */
	phone: string;
	/** HTTP status answered, 0 when the connection was broken instead. */
	status: number;
	/** For people: 'Success', 'E721 Invalid campaignref', '409 opted out' ... */
	outcome: string;
	/** Whether the provider changed something because of it. */
	acted: boolean;
	/** The kind of fault that hit it, or ''. */
	fault: string;
	durationMs: number;
};

export type SentText = {
	/** ISO time, UTC. */
	at: string;
	to: string;
	from: string;
	text: string;
	/** For people: 'opt-in confirmation' ... */
	reason: string;
};

/** A text that a person wrote to the provider's number. */
export type ReceivedText = {
	/** ISO time, UTC. */
	at: string;
	from: string;
	text: string;
	/** '' when the person named none. */
	campaign: string;
};

export type Counters = {
	requests: number;
	/** Requests that changed something. */
	acted: number;
	texts: number;
	/** Requests that wait for their answer now, and the most that ever did at once. */
	open: number;
	maxOpen: number;
	byStatus: Record<string, number>;
	byOutcome: Record<string, number>;
	byFault: Record<string, number>;
};

export type PersonCounters = { requests: number; acted: number; texts: number };

export class Traffic {
	counters: Counters = emptyCounters();
	readonly requests: RingBuffer<LoggedRequest>;
	readonly texts: RingBuffer<SentText>;
	readonly received: RingBuffer<ReceivedText>;
	private readonly people = new Map<string, PersonCounters>();

	/** @param capacity how many requests, and how many texts of either direction, are kept in detail */
	constructor(capacity: () => number) {
		this.requests = new RingBuffer(capacity);
		this.texts = new RingBuffer(capacity);
		this.received = new RingBuffer(capacity);
	}

	/** A request has begun. Returns its number, from 1. */
	openRequest(): number {
		this.counters.requests += 1;
		this.counters.open += 1;
		this.counters.maxOpen = Math.max(this.counters.maxOpen, this.counters.open);
		return this.counters.requests;
	}

	/** The connection of a request has ended. */
	closeRequest(): void {
		this.counters.open -= 1;
	}

	/** Counts and keeps a request of which it is known how it is answered. */
	logRequest(request: LoggedRequest): void {
		const { byStatus, byOutcome, byFault } = this.counters;
		increment(byStatus, String(request.status));
		increment(byOutcome, request.outcome);
		if (request.fault !== '') increment(byFault, request.fault);
		this.countFor(request.phone, 'requests');
		if (request.acted) {
			this.counters.acted += 1;
			this.countFor(request.phone, 'acted');
		}
		this.requests.push(request);
	}

	/** Counts and keeps a text that the provider sends to a person. */
	logText(text: SentText): void {
		this.counters.texts += 1;
		this.countFor(text.to, 'texts');
		this.texts.push(text);
	}

	/** Counters of one person, by digits of the number or by email address. */
	person(who: string): Readonly<PersonCounters> {
		return this.people.get(personKey(who)) ?? { requests: 0, acted: 0, texts: 0 };
	}

	/** How many texts each person got, by number; at most `limit` people. */
	textsByNumber(limit: number): Record<string, number> {
		const result: Record<string, number> = {};
		let listed = 0;
		for (const [number, { texts }] of this.people) {
			if (texts === 0) continue;
			if (listed >= limit) break;
			result[number] = texts;
			listed += 1;
		}
		return result;
	}

	/** Forgets all but the requests that are open. */
	clear(): void {
		const { open } = this.counters;
		this.counters = { ...emptyCounters(), open, maxOpen: open };
		this.requests.clear();
		this.texts.clear();
		this.received.clear();
		this.people.clear();
	}

	private countFor(who: string, what: keyof PersonCounters): void {
		if (who === '') return;
		const key = personKey(who);
		let person = this.people.get(key);
		if (person === undefined) {
			person = { requests: 0, acted: 0, texts: 0 };
			this.people.set(key, person);
		}
		person[what] += 1;
	}
}

function emptyCounters(): Counters {
	return { requests: 0, acted: 0, texts: 0, open: 0, maxOpen: 0, byStatus: {}, byOutcome: {}, byFault: {} };
}

function increment(counts: Record<string, number>, key: string): void {
	counts[key] = (counts[key] ?? 0) + 1;
}

function personKey(who: string): string {
	return who.includes('@') ? who.toLowerCase() : digits(who);
}
