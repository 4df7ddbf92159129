/** One HTTP server on 127.0.0.1 with four providers, their faults, the control API and a page to look at. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Attentive, attentiveSignature } from './attentive.mts';
import { actsUnder, FaultPlan, SecondWindow, SettingsError, type FaultRule } from './faults.mts';
import { page } from './page.mts';
import { isLoopbackUrl, type Delivery, type DeliveryCounters, type Postbacks, type SendResult } from './postbacks.mts';
import { Skycore } from './skycore.mts';
import {
	DEFAULTS,
	digits,
	isProvider,
	PROVIDERS,
	Store,
	type Answer,
	type ConfigPatch,
	type Counters,
	type Json,
	type LoggedRequest,
	type PersonCounters,
	type ProviderName,
	type SandboxConfig,
	type SeedRequest,
	type SentText,
	type SubscriberView,
} from './store.mts';
import { Vonage } from './vonage.mts';
import { Voyage } from './voyage.mts';
import { isJsonObject, phoneIn, readJson, type WireRequest } from './wire.mts';

export { attentiveSignature } from './attentive.mts';
export { vonageSignature } from './vonage.mts';
export { DEFAULTS } from './store.mts';
export type { FaultRule } from './faults.mts';
export type { Delivery } from './postbacks.mts';
export type { ConfigPatch, LoggedRequest, ProviderName, SandboxConfig, SeedRequest, SubscriberView } from './store.mts';

export type SandboxOptions = {
	/** 0 or absent: any free port. */
	port?: number;
	config?: ConfigPatch;
};

export type TextRequest = { provider: ProviderName; from: string; text: string; campaign?: string };

export type PostbackRequest = {
	/** Whose postback URL is meant; needed unless `url` is given. */
	provider?: ProviderName;
	url?: string;
	method?: 'GET' | 'POST';
	body?: string;
	contentType?: string;
	headers?: Record<string, string>;
	/** Adds Attentive's signature over the body. */
	sign?: boolean;
	timeoutMs?: number;
};

export type ProviderState = {
	counters: Counters;
	/** Everybody known, by state. */
	byState: Record<string, number>;
	/** At most `limit` of each; the newest of what is logged. */
	subscribers: SubscriberView[];
	optOuts: SubscriberView[];
	texts: SentText[];
	textsByNumber: Record<string, number>;
	requests: LoggedRequest[];
	deliveries: Delivery[];
	deliveryCounters: DeliveryCounters;
};

export type SandboxState = {
	startedAt: string;
	config: SandboxConfig;
	providers: Record<ProviderName, ProviderState>;
};

export type PersonState = PersonCounters & { subscriber: SubscriberView | null };

export type Sandbox = {
	/** 'http://127.0.0.1:PORT' */
	url: string;
	port: number;
	/** What a person would enter in the credential. */
	baseUrls: Record<ProviderName, string> & { attentiveAuthorize: string; attentiveToken: string };
	config(): SandboxConfig;
	configure(patch: ConfigPatch): void;
	/** `limit`: at most so many subscribers, requests, texts and deliveries each (default 1,000). */
	state(options?: { limit?: number }): SandboxState;
	/** What one person got and is, in constant time. `number` may be an e-mail address. */
	person(provider: ProviderName, number: string, campaign?: string): PersonState;
	/** A person texts the provider's number. */
	text(request: TextRequest): void;
	/** Returns how many were added. */
	seed(request: SeedRequest): number;
	/** Sends to the receiver now, outside the queue, without retry. */
	postback(request: PostbackRequest): Promise<SendResult>;
	/** Forgets people, logs, counters and waiting postbacks; with `settings` also every change of settings. */
	reset(options?: { settings?: boolean }): void;
	/** Resolves once no postback waits any more. */
	idle(): Promise<void>;
	close(): Promise<void>;
};

type StandIn = {
	readonly postbacks: Postbacks;
	handle(request: WireRequest): Answer;
	overLimit(request: WireRequest): Answer;
	text(from: string, text: string, campaign?: string): void;
	seed(request: SeedRequest): number;
	everybody(): Generator<SubscriberView>;
	find(number: string, campaign?: string): SubscriberView | undefined;
	clear(): void;
};

const BODY_CAP_BYTES = 2_000_000;
const KEPT_BODY_CHARACTERS = 4_000;
const OPTED_OUT = ['unsubscribed', 'optedOut'];

class World implements Sandbox {
	url = '';
	port = 0;
	readonly startedAt = new Date().toISOString();
	readonly store: Store;
	private readonly initial: SandboxConfig;
	private readonly skycore: Skycore;
	private readonly vonage: Vonage;
	private readonly standIns: Readonly<Record<ProviderName, StandIn>>;
	private readonly plan = new FaultPlan();
	private readonly windows: Readonly<Record<ProviderName, SecondWindow>>;
	private readonly server = createServer((request, response) => void this.serve(request, response));

	constructor(config: ConfigPatch) {
		this.store = new Store(config);
		this.initial = this.store.config;
		this.skycore = new Skycore(this.store);
		this.vonage = new Vonage(this.store);
		this.standIns = {
			skycore: this.skycore,
			voyage: new Voyage(this.store),
			attentive: new Attentive(this.store),
			vonage: this.vonage,
		};
		this.windows = {
			skycore: new SecondWindow(),
			voyage: new SecondWindow(),
			attentive: new SecondWindow(),
			vonage: new SecondWindow(),
		};
		// Longer than any client keeps an idle connection: only faults break connections here.
		this.server.keepAliveTimeout = 120_000;
		this.server.headersTimeout = 125_000;
	}

	async listen(port: number): Promise<void> {
		await new Promise<void>((resolve, reject) => {
			this.server.once('error', reject);
			this.server.listen(port, '127.0.0.1', resolve);
		});
		this.port = (this.server.address() as AddressInfo).port;
		this.url = `http://127.0.0.1:${this.port}`;
	}

	get baseUrls(): Sandbox['baseUrls'] {
		return {
			skycore: `${this.url}/skycore/API/wxml/1.3/`,
			voyage: `${this.url}/voyage`,
			attentive: `${this.url}/attentive/v1`,
			vonage: `${this.url}/vonage`,
			attentiveAuthorize: `${this.url}/attentive/integrations/oauth-install`,
			attentiveToken: `${this.url}/attentive/v1/authorization-codes/tokens`,
		};
	}

	config(): SandboxConfig {
		return this.store.config;
	}

	configure(patch: ConfigPatch): void {
		const before = this.store.config.vonage.sampleRows;
		this.store.configure(patch);
		if (before !== this.store.config.vonage.sampleRows) this.vonage.clear();
	}

	state({ limit = 1_000 }: { limit?: number } = {}): SandboxState {
		const providers = Object.fromEntries(PROVIDERS.map((provider) => [provider, this.providerState(provider, limit)]));
		return {
			startedAt: this.startedAt,
			config: this.store.config,
			providers: providers as Record<ProviderName, ProviderState>,
		};
	}

	private providerState(provider: ProviderName, limit: number): ProviderState {
		const ledger = this.store.ledgers[provider];
		const standIn = this.standIns[provider];
		const byState: Record<string, number> = {};
		const subscribers: SubscriberView[] = [];
		const optOuts: SubscriberView[] = [];
		for (const person of standIn.everybody()) {
			byState[person.state] = (byState[person.state] ?? 0) + 1;
			const list = OPTED_OUT.includes(person.state) ? optOuts : subscribers;
			if (list.length < limit) list.push(person);
		}
		const textsByNumber: Record<string, number> = {};
		let listed = 0;
		for (const [number, { texts }] of ledger.everybody()) {
			if (texts === 0) continue;
			if (listed >= limit) break;
			textsByNumber[number] = texts;
			listed += 1;
		}
		return {
			counters: structuredClone(ledger.counters),
			byState,
			subscribers,
			optOuts,
			texts: ledger.texts.list(limit),
			textsByNumber,
			requests: ledger.requests.list(limit),
			deliveries: standIn.postbacks.list(limit),
			deliveryCounters: { ...standIn.postbacks.counters },
		};
	}

	person(provider: ProviderName, number: string, campaign?: string): PersonState {
		const who = number.includes('@') ? number : digits(number);
		return {
			...this.store.ledgers[provider].person(who),
			subscriber: this.standIns[provider].find(who, campaign) ?? null,
		};
	}

	text({ provider, from, text, campaign }: TextRequest): void {
		if (!isProvider(provider)) throw new SettingsError(`"provider" must be one of ${PROVIDERS.join(', ')}`);
		if (typeof from !== 'string' || digits(from) === '') throw new SettingsError('"from" must be a number');
		if (typeof text !== 'string') throw new SettingsError('"text" must be a text');
		this.standIns[provider].text(digits(from), text, campaign === '' ? undefined : campaign);
	}

	seed(request: SeedRequest): number {
		if (!isProvider(request.provider)) throw new SettingsError(`"provider" must be one of ${PROVIDERS.join(', ')}`);
		const { count = 0, numbers } = request;
		if (!Number.isInteger(count) || count < 0 || count > 5_000_000)
			throw new SettingsError('"count" must be a whole number up to 5,000,000');
		if (numbers !== undefined && !(Array.isArray(numbers) && numbers.every((number) => typeof number === 'string'))) {
			throw new SettingsError('"numbers" must be a list of texts');
		}
		return this.standIns[request.provider].seed(request);
	}

	async postback(request: PostbackRequest): Promise<SendResult> {
		const { provider = 'skycore', body = '', method = 'POST', contentType, sign } = request;
		if (!isProvider(provider)) throw new SettingsError(`"provider" must be one of ${PROVIDERS.join(', ')}`);
		const url = request.url ?? this.store.config[provider].postbackUrl;
		if (url === '') throw new SettingsError(`No postback URL is configured for ${provider}`);
		const headers: Record<string, string> = {
			...(contentType === undefined ? {} : { 'content-type': contentType }),
			...(sign === true
				? { 'x-attentive-hmac-sha256': attentiveSignature(this.store.config.attentive.signingKey, body) }
				: {}),
			...request.headers,
		};
		return await this.standIns[provider].postbacks.send({ url, method, headers, body }, request.timeoutMs);
	}

	reset({ settings = false }: { settings?: boolean } = {}): void {
		if (settings) this.store.config = this.initial;
		this.store.clear();
		this.plan.clear();
		for (const provider of PROVIDERS) {
			this.standIns[provider].clear();
			this.windows[provider].clear();
		}
	}

	async idle(): Promise<void> {
		await Promise.all(PROVIDERS.map(async (provider) => await this.standIns[provider].postbacks.idle()));
	}

	async close(): Promise<void> {
		for (const provider of PROVIDERS) this.standIns[provider].postbacks.close();
		await new Promise<void>((resolve) => {
			this.server.close(() => resolve());
			this.server.closeAllConnections();
		});
	}

	// ---- serving -------------------------------------------------------------------------------------------------

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		try {
			// Slashes in front would make the path a host name.
			const url = new URL((request.url ?? '/').replace(/^\/+/, '/'), 'http://127.0.0.1');
			const [, room = '', ...rest] = url.pathname.split('/');
			if (isProvider(room)) await this.serveProvider(room, `/${rest.join('/')}`, url, request, response);
			else if (!fromHere(request))
				sendJson(response, 403, { error: 'Only pages and programs of this machine may drive the sandbox' });
			else if (room === '_sandbox') await this.serveControl(rest.join('/'), url, request, response);
			else if (url.pathname === '/' && request.method === 'GET') this.servePage(url, response);
			else send(response, 404, 'text/plain', 'Not found. Look at / for what this sandbox offers.');
		} catch (error) {
			if (response.headersSent) response.destroy();
			else
				sendJson(response, error instanceof SettingsError ? 400 : 500, {
					error: error instanceof Error ? error.message : String(error),
				});
		}
	}

	private servePage(url: URL, response: ServerResponse): void {
		response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'");
		send(response, 200, 'text/html', page(this.state({ limit: 15 }), this.baseUrls, !url.searchParams.has('paused')));
	}

	private async serveProvider(
		provider: ProviderName,
		path: string,
		url: URL,
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		const at = Date.now();
		const { counters } = this.store.ledgers[provider];
		counters.requests += 1;
		const index = counters.requests;
		this.trackOpen(provider, response);
		const { faults, callsPerSecond, latencyMs } = this.store.config[provider];
		const { seed } = this.store.config;
		const entry: LoggedRequest = {
			index,
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
			entry.durationMs = Date.now() - at;
		});

		const early = faults.length === 0 ? undefined : this.plan.early(provider, faults, seed, index, path);
		if (early !== undefined) {
			this.log(provider, entry, undefined, early);
			request.socket.resetAndDestroy();
			return;
		}

		const body = await readBody(request);
		if (body === undefined) {
			entry.outcome = 'broken off or too large';
			this.log(provider, entry, undefined, undefined);
			if (!response.destroyed) send(response, 413, 'text/plain', 'Payload Too Large');
			return;
		}
		const contentType = request.headers['content-type'] ?? '';
		const wire: WireRequest = {
			method: request.method ?? '',
			path,
			query: url.searchParams,
			headers: request.headers,
			mediaType: (contentType.split(';')[0] ?? '').trim().toLowerCase(),
			contentType,
			body,
			at,
		};
		entry.body = body.toString('utf8', 0, KEPT_BODY_CHARACTERS);
		entry.phone = phoneIn(wire);

		const standIn = this.standIns[provider];
		if (callsPerSecond > 0 && !this.windows[provider].take(callsPerSecond, at).allowed) {
			const answer = standIn.overLimit(wire);
			this.log(provider, entry, answer, undefined);
			if (latencyMs > 0) await pause(latencyMs);
			write(response, answer);
			return;
		}

		const rule =
			faults.length === 0 ? undefined : this.plan.late(provider, faults, { seed, index, path, phone: entry.phone });
		if (rule !== undefined) {
			await this.serveFault(provider, rule, wire, entry, response);
			return;
		}
		const answer = standIn.handle(wire);
		this.log(provider, entry, answer, undefined);
		if (latencyMs > 0) await pause(latencyMs);
		write(response, answer);
	}

	private async serveFault(
		provider: ProviderName,
		rule: FaultRule,
		wire: WireRequest,
		entry: LoggedRequest,
		response: ServerResponse,
	): Promise<void> {
		const { latencyMs } = this.store.config[provider];
		const real = actsUnder(rule) ? this.standIns[provider].handle(wire) : undefined;
		const shown = this.faultAnswer(rule, wire, real);
		this.log(provider, entry, shown, rule, real);
		const wait = latencyMs + (rule.latencyMs ?? 0);
		if (wait > 0) await pause(wait);
		if (response.destroyed) return;
		if (rule.kind === 'stall') {
			if (rule.stallMs === undefined) return;
			await pause(rule.stallMs);
			response.destroy();
		} else if (rule.kind === 'resetBefore' || rule.kind === 'resetAfter') {
			response.socket?.resetAndDestroy();
		} else if (rule.kind === 'truncate' && real !== undefined) {
			const whole = Buffer.from(real.body, 'utf8');
			response.writeHead(real.status, {
				...real.headers,
				'content-type': real.contentType,
				'content-length': String(Math.max(whole.length, 2)),
			});
			response.write(whole.subarray(0, Math.floor(whole.length / 2)), () => setTimeout(() => response.destroy(), 5));
		} else if (shown !== undefined) write(response, shown);
	}

	/** What the caller gets to see; undefined when the connection breaks. */
	private faultAnswer(rule: FaultRule, wire: WireRequest, real: Answer | undefined): Answer | undefined {
		const made = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
			status,
			contentType: rule.contentType ?? 'text/plain',
			headers: { ...headers, ...rule.headers },
			body,
			outcome: `fault ${rule.kind} ${status}`,
			acted: false,
			parsed: null,
		});
		switch (rule.kind) {
			case 'latency':
				return real;
			case 'garbage':
				return made(200, rule.body ?? '\u0000\uFFFD<<{{not an answer');
			case 'http':
				return made(rule.status ?? 503, rule.body ?? 'Service Unavailable');
			case 'tooMany': {
				const seconds = rule.retryAfter ?? 1;
				const value = rule.asDate === true ? new Date(Date.now() + seconds * 1_000).toUTCString() : String(seconds);
				return made(rule.status ?? 429, rule.body ?? 'Too Many Requests', { 'retry-after': value });
			}
			case 'skycore':
				return this.skycore.failure(rule.code ?? 'E503', rule.info);
			case 'vonage':
				return this.vonage.smsRefusal(rule.code ?? '1', wire.path.includes('/xml') ? 'xml' : 'json');
			default:
				return undefined;
		}
	}

	private trackOpen(provider: ProviderName, response: ServerResponse): void {
		const ledger = this.store.ledgers[provider];
		ledger.counters.open += 1;
		ledger.counters.maxOpen = Math.max(ledger.counters.maxOpen, ledger.counters.open);
		response.once('close', () => {
			ledger.counters.open -= 1;
		});
	}

	private log(
		provider: ProviderName,
		entry: LoggedRequest,
		answer: Answer | undefined,
		rule: FaultRule | undefined,
		real: Answer | undefined = answer,
	): void {
		const ledger = this.store.ledgers[provider];
		const { counters } = ledger;
		entry.status = answer?.status ?? 0;
		entry.outcome = entry.outcome === '' ? (answer?.outcome ?? `fault ${rule?.kind ?? ''}`) : entry.outcome;
		entry.acted = real?.acted ?? false;
		entry.parsed = real?.parsed ?? null;
		entry.fault = rule?.kind ?? '';
		bump(counters.byStatus, String(entry.status));
		bump(counters.byOutcome, entry.outcome);
		if (rule !== undefined) bump(counters.byFault, rule.kind);
		ledger.count(entry.phone, 'requests');
		if (entry.acted) {
			counters.acted += 1;
			ledger.count(entry.phone, 'acted');
		}
		ledger.requests.push(entry);
	}

	// ---- control API ---------------------------------------------------------------------------------------------

	private async serveControl(
		action: string,
		url: URL,
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		if (request.method === 'GET') {
			const limit = Number(url.searchParams.get('limit') ?? 200);
			if (action === 'state') sendJson(response, 200, this.state({ limit: Number.isFinite(limit) ? limit : 200 }));
			else if (action === 'defaults') sendJson(response, 200, { baseUrls: this.baseUrls, defaults: DEFAULTS });
			else if (action === 'person') {
				const provider = url.searchParams.get('provider');
				if (!isProvider(provider)) throw new SettingsError(`"provider" must be one of ${PROVIDERS.join(', ')}`);
				sendJson(
					response,
					200,
					this.person(provider, url.searchParams.get('number') ?? '', url.searchParams.get('campaign') ?? undefined),
				);
			} else sendJson(response, 404, { error: `There is no GET /_sandbox/${action}` });
			return;
		}
		if (request.method !== 'POST') {
			sendJson(response, 405, { error: 'GET and POST only' });
			return;
		}
		const body = await readBody(request);
		if (body === undefined) {
			sendJson(response, 413, { error: 'Too large' });
			return;
		}
		const form = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
		const text = body.toString('utf8');
		const input: Json | undefined = form
			? { ...Object.fromEntries(new URLSearchParams(text)) }
			: text === ''
				? {}
				: readJson(text);
		if (!isJsonObject(input)) throw new SettingsError('The body must be a JSON object');
		const result = await this.control(action, input);
		if (form && result !== undefined) {
			response.writeHead(303, { location: '/' }).end();
			return;
		}
		sendJson(response, result === undefined ? 404 : 200, result ?? { error: `There is no POST /_sandbox/${action}` });
	}

	private async control(action: string, input: { [key: string]: Json }): Promise<unknown> {
		switch (action) {
			case 'text':
				this.text(input as unknown as TextRequest);
				return { ok: true };
			case 'configure':
				this.configure(input as ConfigPatch);
				return { ok: true, config: this.store.config };
			case 'reset':
				this.reset({ settings: input.settings === true || input.settings === 'true' });
				return { ok: true };
			case 'seed':
				return { ok: true, added: this.seed(input as unknown as SeedRequest) };
			case 'postback':
				return await this.postback(input as PostbackRequest);
			case 'idle':
				await this.idle();
				return { ok: true };
			default:
				return undefined;
		}
	}
}

function bump(counts: Record<string, number>, key: string): void {
	counts[key] = (counts[key] ?? 0) + 1;
}

/** Keeps web pages of other origins, and host names that merely point here, away from the control API. */
function fromHere({ headers }: IncomingMessage): boolean {
	const { host = '', origin } = headers;
	return isLoopbackUrl(`http://${host}/`) && (origin === undefined || origin === `http://${host}`);
}

function flatHeaders(request: IncomingMessage): Record<string, string> {
	const result: Record<string, string> = {};
	for (const [name, value] of Object.entries(request.headers)) {
		if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
	}
	return result;
}

/** undefined: broken off, or larger than the cap. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	return await new Promise((resolve) => {
		request.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size <= BODY_CAP_BYTES) chunks.push(chunk);
		});
		request.on('end', () => resolve(size > BODY_CAP_BYTES ? undefined : Buffer.concat(chunks)));
		request.on('error', () => resolve(undefined));
		request.on('close', () => resolve(undefined));
	});
}

async function pause(ms: number): Promise<void> {
	await new Promise<void>((resolve) => {
		setTimeout(resolve, ms).unref();
	});
}

function write(response: ServerResponse, answer: Answer): void {
	if (response.destroyed) return;
	const body = Buffer.from(answer.body, 'utf8');
	response.writeHead(answer.status, {
		...(answer.contentType === '' ? {} : { 'content-type': answer.contentType }),
		...(answer.status === 204 ? {} : { 'content-length': String(body.length) }),
		...answer.headers,
	});
	response.end(answer.status === 204 ? undefined : body);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
	write(response, {
		status,
		contentType: `${contentType}; charset=utf-8`,
		body,
		outcome: '',
		acted: false,
		parsed: null,
	});
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
	send(response, status, 'application/json', JSON.stringify(value));
}

/** Starts the sandbox on 127.0.0.1. Throws on wrong settings, or when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const world = new World(options.config ?? {});
	await world.listen(options.port ?? 0);
	return world;
}
