/** What drives a running sandbox from this process: looking at it, changing it, acting as the people and the providers in it. */

import { digits } from './phone.mts';
import type { SendResult } from './postbacks/sender.mts';
import { Provider, type PersonState, type ProviderState } from './provider.mts';
import type { Seed } from './seed.mts';
import { DEFAULTS, patched, type ConfigPatch, type SandboxConfig } from './settings/config.mts';
import { SettingsError } from './settings/settingsError.mts';
import { byProvider, isProvider, PROVIDERS, type BaseUrls, type ProviderName } from './standIns.mts';

export type TextRequest = { provider: ProviderName; from: string; text: string; campaign?: string };

export type SeedRequest = Seed & { provider: ProviderName };

export type PostbackRequest = {
	/** Whose postback URL, patience and signature are meant; the first of the list when not given. */
	provider?: ProviderName;
	url?: string;
	method?: 'GET' | 'POST';
	body?: string;
	contentType?: string;
	headers?: Record<string, string>;
	/** Adds the header that proves the sender; only for a provider that signs the body. */
	sign?: boolean;
	timeoutMs?: number;
};

export type SandboxState = {
	/** ISO time, UTC. */
	startedAt: string;
	config: SandboxConfig;
	providers: Record<ProviderName, ProviderState>;
};

export type Sandbox = {
	/** 'http://127.0.0.1:PORT' */
	url: string;
	port: number;
	/** What a person would enter in the credential. */
	baseUrls: BaseUrls;
	config(): SandboxConfig;
	/** Throws a SettingsError on an unknown name or a wrong type. */
	configure(patch: ConfigPatch): void;
	/** `limit`: at most so many subscribers, requests, texts and deliveries each (default 1,000). */
	state(options?: { limit?: number }): SandboxState;
	/** What one person got and is, in constant time. `number` may be an email address. */
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
	/** Ends the sandbox and every connection to it. */
	close(): Promise<void>;
};

/** All that a sandbox is, apart from the server in front of it. */
export type SandboxControls = Omit<Sandbox, 'url' | 'port' | 'baseUrls'>;

const STATE_LIMIT = 1_000;
const MOST_SEEDED = 5_000_000;

/** The providers with their settings. */
export class Providers implements SandboxControls {
	private readonly startedAt = new Date().toISOString();
	private readonly initialConfig: SandboxConfig;
	private currentConfig: SandboxConfig;
	private readonly byName: Readonly<Record<ProviderName, Provider>>;

	/** @throws {SettingsError} on an unknown name or a wrong type */
	constructor(patch: ConfigPatch) {
		this.initialConfig = patched(structuredClone(DEFAULTS) as SandboxConfig, patch);
		this.currentConfig = this.initialConfig;
		this.byName = byProvider((standIn) => new Provider(standIn, () => this.currentConfig));
	}

	/** The provider of that name. */
	get(name: ProviderName): Provider {
		return this.byName[name];
	}

	config(): SandboxConfig {
		return this.currentConfig;
	}

	configure(patch: ConfigPatch): void {
		const before = this.currentConfig;
		this.currentConfig = patched(before, patch);
		for (const name of PROVIDERS) this.get(name).onSettingsChanged(before[name]);
	}

	state({ limit = STATE_LIMIT }: { limit?: number } = {}): SandboxState {
		return {
			startedAt: this.startedAt,
			config: this.currentConfig,
			providers: byProvider(({ name }) => this.get(name).state(limit)),
		};
	}

	person(provider: ProviderName, number: string, campaign?: string): PersonState {
		return this.get(checkedProvider(provider)).person(number, campaign);
	}

	text({ provider, from, text, campaign }: TextRequest): void {
		const meant = this.get(checkedProvider(provider));
		if (typeof from !== 'string' || digits(from) === '') throw new SettingsError('"from" must be a number');
		if (typeof text !== 'string') throw new SettingsError('"text" must be a text');
		meant.text(from, text, campaign === '' ? undefined : campaign);
	}

	seed({ provider, ...seed }: SeedRequest): number {
		const meant = this.get(checkedProvider(provider));
		const { count = 0, numbers } = seed;
		if (!Number.isInteger(count) || count < 0 || count > MOST_SEEDED) {
			throw new SettingsError('"count" must be a whole number up to 5,000,000');
		}
		if (numbers !== undefined && !(Array.isArray(numbers) && numbers.every((number) => typeof number === 'string'))) {
			throw new SettingsError('"numbers" must be a list of texts');
		}
		return meant.seed(seed);
	}

	async postback(request: PostbackRequest): Promise<SendResult> {
		const { body = '', method = 'POST', contentType, sign = false, timeoutMs } = request;
		const { description, settings, postbacks } = this.get(checkedProvider(request.provider ?? PROVIDERS[0]));
		const url = request.url ?? settings.postbackUrl;
		if (url === '') throw new SettingsError(`No postback URL is configured for ${description.name}`);
		if (sign && description.signatureHeaders === undefined) throw new SettingsError(`${description.title} has no signature over a body`);
		const headers: Record<string, string> = {
			...(contentType === undefined ? {} : { 'content-type': contentType }),
			...(sign ? description.signatureHeaders?.(body, settings) : {}),
			...request.headers,
		};
		return await postbacks.send({ url, method, headers, body }, timeoutMs);
	}

	reset({ settings = false }: { settings?: boolean } = {}): void {
		if (settings) this.currentConfig = this.initialConfig;
		for (const name of PROVIDERS) this.get(name).clear();
	}

	async idle(): Promise<void> {
		await Promise.all(PROVIDERS.map(async (name) => await this.get(name).postbacks.idle()));
	}

	/** Drops what waits to be sent. */
	async close(): Promise<void> {
		await Promise.all(PROVIDERS.map((name) => this.get(name).postbacks.close()));
	}
}

function checkedProvider(value: unknown): ProviderName {
	if (isProvider(value)) return value;
	throw new SettingsError(`"provider" must be one of ${PROVIDERS.join(', ')}`);
}
