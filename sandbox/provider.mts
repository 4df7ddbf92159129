/** One provider of a running sandbox: takes its requests, breaks them where a fault says so, and keeps what happened. */

import type { IncomingMessage, ServerResponse } from 'node:http';

import { faultAnswer, serveFault } from './faults/answer.mts';
import { FaultPlan } from './faults/plan.mts';
import { actsUnder, type FaultRule } from './faults/rules.mts';
import { flatHeaders, pause, readBody, sendText, writeAnswer } from './http.mts';
import { OneSecondWindow } from './oneSecondWindow.mts';
import { digits } from './phone.mts';
import { Postbacks, type Delivery, type DeliveryCounters } from './postbacks/postbacks.mts';
import type { Seed } from './seed.mts';
import type { CommonSettings, SandboxSettings } from './settings/common.mts';
import type { SandboxConfig } from './settings/config.mts';
import type { StandIn, StandInContext, SubscriberView } from './standIn.mts';
import type { AnyStandIn } from './standIns.mts';
import { Traffic, type Counters, type LoggedRequest, type PersonCounters, type ReceivedText, type SentText } from './traffic.mts';
import type { Answer } from './wire/answer.mts';
import { phoneIn, type WireRequest } from './wire/request.mts';

export type ProviderState = {
	counters: Counters;
	/** Everybody known, by state. */
	byState: Record<string, number>;
	/** At most `limit` of each; the newest of what is logged. */
	subscribers: SubscriberView[];
	optOuts: SubscriberView[];
	texts: SentText[];
	textsByNumber: Record<string, number>;
	received: ReceivedText[];
	requests: LoggedRequest[];
	deliveries: Delivery[];
	deliveryCounters: DeliveryCounters;
};

export type PersonState = PersonCounters & { subscriber: SubscriberView | null };

const KEPT_BODY_CHARACTERS = 4_000;
const OPTED_OUT = ['unsubscribed', 'optedOut'];

/** How a request ended. */
type Ending = {
	/** What the caller sees; undefined when the connection breaks instead. */
	shown: Answer | undefined;
	/** What the provider answered; undefined when it did not act. */
	real: Answer | undefined;
	/** The fault that hit the request. */
	rule: FaultRule | undefined;
};

export class Provider implements StandInContext<CommonSettings> {
	readonly description: AnyStandIn;
	readonly postbacks: Postbacks;
	private readonly config: () => SandboxConfig;
	private readonly traffic: Traffic;
	private readonly standIn: StandIn;
	private readonly faultPlan: FaultPlan;
	private readonly window = new OneSecondWindow();

	/** @param config asked with every request: settings may change at any time */
	constructor(description: AnyStandIn, config: () => SandboxConfig) {
		this.description = description;
		this.config = config;
		this.traffic = new Traffic(() => this.sandbox.logCapacity);
		this.postbacks = new Postbacks(description.name, this);
		this.faultPlan = new FaultPlan(description.name);
		this.standIn = description.start(this);
	}

	get settings(): CommonSettings {
		return this.config()[this.description.name];
	}

	get sandbox(): SandboxSettings {
		return this.config();
	}

	logText(text: Omit<SentText, 'at'>): void {
		this.traffic.logText({ at: new Date().toISOString(), ...text });
	}

	/** @param limit at most so many subscribers, requests, texts and deliveries each */
	state(limit: number): ProviderState {
		const byState: Record<string, number> = {};
		const subscribers: SubscriberView[] = [];
		const optOuts: SubscriberView[] = [];
		for (const person of this.standIn.everybody()) {
			byState[person.state] = (byState[person.state] ?? 0) + 1;
			const list = OPTED_OUT.includes(person.state) ? optOuts : subscribers;
			if (list.length < limit) list.push(person);
		}
		return {
			counters: structuredClone(this.traffic.counters),
			byState,
			subscribers,
			optOuts,
			texts: this.traffic.texts.list(limit),
			textsByNumber: this.traffic.textsByNumber(limit),
			received: this.traffic.received.list(limit),
			requests: this.traffic.requests.list(limit),
			deliveries: this.postbacks.list(limit),
			deliveryCounters: { ...this.postbacks.counters },
		};
	}

	/** What one person got and is, in constant time. `number` may be an email address. */
	person(number: string, campaign?: string): PersonState {
		const who = number.includes('@') ? number : digits(number);
		return { ...this.traffic.person(who), subscriber: this.standIn.find(who, campaign) ?? null };
	}

	/** A person texts the provider's number. */
	text(from: string, text: string, campaign?: string): void {
		this.traffic.received.push({ at: new Date().toISOString(), from: digits(from), text, campaign: campaign ?? '' });
		this.standIn.text(digits(from), text, campaign);
	}

	/** Returns how many people were added. */
	seed(seed: Seed): number {
		return this.standIn.seed(seed);
	}

	/** To be called after a change. */
	onSettingsChanged(before: CommonSettings): void {
		this.standIn.onSettingsChanged?.(before);
	}

	/** Forgets people, logs, counters and waiting postbacks. */
	clear(): void {
		this.traffic.clear();
		this.faultPlan.clear();
		this.standIn.clear();
		this.window.clear();
	}

	/**
	 * Takes one HTTP request.
	 *
	 * @param path below the provider's name
	 * @param url as it was asked for
	 */
	async serve(path: string, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
		const at = Date.now();
		const entry = this.openEntry(at, url, request, response);
		const { index } = entry;
		const { faults, callsPerSecond, latencyMs } = this.settings;
		const { seed } = this.sandbox;

		const unread = this.faultPlan.beforeReading(faults, seed, { index, path });
		if (unread !== undefined) {
			this.log(entry, { shown: undefined, real: undefined, rule: unread });
			request.socket.resetAndDestroy();
			return;
		}

		const body = await readBody(request);
		if (body === undefined) {
			entry.outcome = 'broken off or too large';
			this.log(entry, { shown: undefined, real: undefined, rule: undefined });
			if (!response.destroyed) sendText(response, 413, 'text/plain', 'Payload Too Large');
			return;
		}
		const wire = wireRequest(at, path, url, request, body);
		entry.body = body.toString('utf8', 0, KEPT_BODY_CHARACTERS);
		entry.phone = phoneIn(wire);

		const isOverLimit = callsPerSecond > 0 && !this.window.take(callsPerSecond, at).allowed;
		const rule = isOverLimit ? undefined : this.faultPlan.afterReading(faults, seed, { index, path, phone: entry.phone });
		if (rule !== undefined) {
			const real = actsUnder(rule) ? this.standIn.handle(wire) : undefined;
			const shown = faultAnswer(rule, real, () => this.description.ownError?.(rule, wire, this.settings));
			this.log(entry, { shown, real, rule });
			await serveFault(rule, real, shown, this.settings.latencyMs, response);
			return;
		}
		const answer = isOverLimit ? this.standIn.overLimit(wire) : this.standIn.handle(wire);
		this.log(entry, { shown: answer, real: answer, rule: undefined });
		if (latencyMs > 0) await pause(latencyMs);
		writeAnswer(response, answer);
	}

	/** Counts the request as open until its connection closes. */
	private openEntry(at: number, url: URL, request: IncomingMessage, response: ServerResponse): LoggedRequest {
		const entry: LoggedRequest = {
			index: this.traffic.openRequest(),
			at: new Date(at).toISOString(),
			method: request.method ?? '',
			path: url.pathname,
			query: Object.fromEntries(url.searchParams),
			headers: flatHeaders(request),
			body: '',
			parsed: null,
			phone: '',
			status: 0,
			outcome: '',
			acted: false,
			fault: '',
			durationMs: 0,
		};
		response.once('close', () => {
			this.traffic.closeRequest();
			entry.durationMs = Date.now() - at;
		});
		return entry;
	}

	private log(entry: LoggedRequest, { shown, real, rule }: Ending): void {
		entry.status = shown?.status ?? 0;
		if (entry.outcome === '') entry.outcome = shown?.outcome ?? `fault ${rule?.kind ?? ''}`;
		entry.acted = real?.acted ?? false;
		entry.parsed = real?.parsed ?? null;
		entry.fault = rule?.kind ?? '';
		this.traffic.logRequest(entry);
	}
}

function wireRequest(at: number, path: string, url: URL, request: IncomingMessage, body: Buffer): WireRequest {
	const contentType = request.headers['content-type'] ?? '';
	return {
		method: request.method ?? '',
		path,
		query: url.searchParams,
		headers: request.headers,
		mediaType: (contentType.split(';')[0] ?? '').trim().toLowerCase(),
		contentType,
		body,
		at,
	};
}
