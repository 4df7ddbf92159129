/**
 * The sandbox's memory: settings with their defaults, what every provider was asked, which texts a person got, and the
 * counters. Nothing here knows a provider's dialect.
 */

import type { FaultRule } from './faults.mts';
import { checkFaultRules, SettingsError } from './faults.mts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const PROVIDERS = ['skycore', 'voyage', 'attentive', 'vonage'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export function isProvider(value: unknown): value is ProviderName {
	return typeof value === 'string' && (PROVIDERS as readonly string[]).includes(value);
}

/** Settings that every provider has. */
export type CommonSettings = {
	/** Milliseconds between acting on a request and answering it. */
	latencyMs: number;
	/** Calls accepted in one second, 0 = no limit. Attentive has its own documented limits besides. */
	callsPerSecond: number;
	faults: FaultRule[];
	/** Where this provider sends what happened; '' = nowhere. */
	postbackUrl: string;
	/** How long the provider waits for the receiver's answer. Real time, not divided by the clock factor. */
	postbackTimeoutMs: number;
};

export type SkycoreCampaign = { id: number; title: string; keyword: string };

export type SkycoreSettings = CommonSettings & {
	overLimit: 'E106' | 'E113' | 'E120' | '429';
	/** The X of E106 "every X seconds". */
	e106Seconds: number;
	apiKeys: string[];
	user: string;
	passMd5: string;
	/** 'noRights' E105, 'notActivated' E109, 'ipRefused' E112. */
	account: 'active' | 'noRights' | 'notActivated' | 'ipRefused';
	/** Actions answered E107. */
	forbiddenActions: string[];
	campaigns: Record<string, SkycoreCampaign>;
	shortCode: string;
	brandName: string;
	blacklist: string[];
	/** What subscribe answers for somebody who texted STOP: E904, or success. The provider's pages disagree. */
	resubscribeAfterStop: 'refuse' | 'accept';
	/** Unsubscribing somebody who never was subscribed: E905, or success. Undocumented. */
	unsubscribeUnknown: 'refuse' | 'accept';
	optInPostbacks: boolean;
	inboundPostbacks: boolean;
	/** Separate address for inbound messages; '' = the main one. */
	inboundPostbackUrl: string;
	/** 'raw' XML body as documented, or in the form field `xml`. */
	postbackForm: 'raw' | 'form';
	/** 'current' as documented now; the others are the shapes of earlier years. */
	postbackShape: 'current' | 'campaignId2014' | 'flat2014' | 'notification2013';
	postbackContentType: string;
	/** Hours from UTC in time stamps. */
	utcOffsetHours: number;
};

export type VoyageCampaign = { doubleOptIn: boolean; active: boolean; keyword: string };

export type VoyageSettings = CommonSettings & {
	campaigns: Record<string, VoyageCampaign>;
	shortCode: string;
	/** Header in which an API key is demanded; '' = the documented, unauthenticated call. */
	apiKeyHeader: string;
	apiKey: string;
	errorForm: 'text' | 'jsonString' | 'jsonObject';
};

export type AttentiveSignUpUnit = {
	id: string;
	name: string;
	type: 'MARKETING' | 'TRANSACTIONAL';
	language: string;
	country: string;
	keyword: string;
};

export type AttentiveToken = { scopes: string[] };
export type AttentiveClient = { secret: string; scopes: string[]; redirectUris: string[] };

export type AttentiveSettings = CommonSettings & {
	tokens: Record<string, AttentiveToken>;
	clients: Record<string, AttentiveClient>;
	/** Name of the callback parameter: the provider's own samples read both. */
	callbackCodeParameter: 'code' | 'authorizationCode';
	company: { displayName: string; id: string; domain: string; contactEmail: string };
	applicationName: string;
	signUpUnits: AttentiveSignUpUnit[];
	/** Refuse sign-up source together with locale or type (the page says "either, or"); 'ignore' lets the source win. */
	bothSources: 'refuse' | 'ignore';
	unknownProperties: 'refuse' | 'ignore';
	/** The REST page's list lacks `sms.unsubscribed`; false makes creating a webhook with it fail. */
	smsUnsubscribedByApi: boolean;
	rateLimits: boolean;
	subscribePerSecond: number;
	unsubscribePerSecond: number;
	otherPerSecond: number;
	signed: boolean;
	signingKey: string;
	/** Events sent to `postbackUrl`, the address entered in the provider's own pages. */
	postbackEvents: string[];
	shortCode: string;
};

export type VonageSignatureMethod = 'md5hash' | 'md5' | 'sha1' | 'sha256' | 'sha512';

export type VonageSettings = CommonSettings & {
	apiKey: string;
	apiSecret: string;
	signatureSecret: string;
	signatureMethod: VonageSignatureMethod;
	/** true: calls with the API secret are refused. */
	onlySigned: boolean;
	/** How old or how far ahead a signed call may be. */
	timestampToleranceSeconds: number;
	errorShape: 'account' | 'problem' | 'sms';
	/** Errors of the XML endpoints: undocumented, so either. */
	xmlErrors: 'xml' | 'json';
	overLimit: '429' | 'status1';
	shortCode: string;
	/** Meaning of `opt-in-count`: undocumented. */
	countMeans: 'total' | 'page';
	/** Largest page, 0 = none stated. */
	maxPageSize: number;
	/** Whether somebody re-subscribed stays listed with `opt-in` true. */
	keepResubscribed: boolean;
	/** Managing a number that never opted out: undocumented. */
	manageUnknown: 'accept' | 'refuse';
	postbackMethod: 'GET' | 'POST' | 'JSON';
	postbackSigned: boolean;
	/** Start with the six rows of the documentation's samples. */
	sampleRows: boolean;
};

export type SandboxConfig = {
	/** Divides every documented wait between postback attempts. 300 turns five minutes into one second. */
	clockFactor: number;
	/** Decides which requests a fault with a share hits. */
	seed: number;
	/** Requests, texts and deliveries kept in detail, per provider. Counters go on for ever. */
	logCapacity: number;
	/** Postbacks go to this machine only, unless this is set. */
	allowRemotePostbacks: boolean;
	skycore: SkycoreSettings;
	voyage: VoyageSettings;
	attentive: AttentiveSettings;
	vonage: VonageSettings;
};

export type Patch<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Patch<T[K]> } : T;
export type ConfigPatch = Patch<SandboxConfig>;

export const ATTENTIVE_SCOPES = [
	'subscriptions:write',
	'subscriptions:read',
	'webhooks:write',
	'attributes:write',
	'ecommerce:write',
	'events:write',
	'identity:write',
];

export const ATTENTIVE_EVENTS = [
	'sms.subscribed',
	'sms.unsubscribed',
	'sms.inbound_message',
	'sms.sent',
	'sms.message_link_click',
	'email.subscribed',
	'email.unsubscribed',
	'email.message_link_click',
	'email.opened',
	'email.sent',
	'custom_attribute.set',
];

function common(): CommonSettings {
	return { latencyMs: 0, callsPerSecond: 0, faults: [], postbackUrl: '', postbackTimeoutMs: 10_000 };
}

/** The accounts that exist in a fresh sandbox. None of them exists anywhere else. */
export const DEFAULTS: Readonly<SandboxConfig> = {
	clockFactor: 1,
	seed: 1,
	logCapacity: 1_000,
	allowRemotePostbacks: false,
	skycore: {
		...common(),
		overLimit: 'E113',
		e106Seconds: 2,
		apiKeys: ['sandboxSkycoreKey000000000000001'],
		user: 'sandbox@example.com',
		passMd5: '5f4dcc3b5aa765d61d8327deb882cf99',
		account: 'active',
		forbiddenActions: [],
		campaigns: {
			'spring-sale': { id: 1116, title: 'Spring Sale', keyword: 'JOIN' },
			'loyalty-club': { id: 1233, title: 'Loyalty & Friends', keyword: 'CLUB' },
			'1478': { id: 1478, title: 'My Campaign Name', keyword: 'NEWS' },
		},
		shortCode: '123456',
		brandName: 'My Brand Name',
		blacklist: ['16505550114'],
		resubscribeAfterStop: 'refuse',
		unsubscribeUnknown: 'refuse',
		optInPostbacks: true,
		inboundPostbacks: false,
		inboundPostbackUrl: '',
		postbackForm: 'raw',
		postbackShape: 'current',
		postbackContentType: 'text/xml',
		utcOffsetHours: -4,
	},
	voyage: {
		...common(),
		campaigns: {
			'1234': { doubleOptIn: false, active: true, keyword: 'JOIN' },
			'5678': { doubleOptIn: true, active: true, keyword: 'CLUB' },
			'9999': { doubleOptIn: true, active: false, keyword: '' },
		},
		shortCode: '99222',
		apiKeyHeader: '',
		apiKey: 'sandbox-voyage-key',
		errorForm: 'text',
	},
	attentive: {
		...common(),
		tokens: {
			'sandbox-attentive-key': { scopes: [...ATTENTIVE_SCOPES] },
			'sandbox-attentive-read-only': { scopes: ['subscriptions:read'] },
		},
		clients: {
			'sandbox-client': { secret: 'sandbox-client-secret', scopes: [...ATTENTIVE_SCOPES], redirectUris: [] },
		},
		callbackCodeParameter: 'code',
		company: {
			displayName: 'Hudson & Ivy',
			id: 'MDc6Q29tcGFueTU',
			domain: 'hudson-ivy',
			contactEmail: 'owner@example.com',
		},
		applicationName: 'Sandbox app',
		signUpUnits: [
			{ id: '245678', name: 'Web form', type: 'MARKETING', language: 'en', country: 'US', keyword: 'JOIN' },
			{ id: '245679', name: 'Order updates', type: 'TRANSACTIONAL', language: 'en', country: 'US', keyword: 'ORDERS' },
			// Two that match the same locale and type: asking for fr/CA + MARKETING must fail.
			{ id: '245680', name: 'Infolettre A', type: 'MARKETING', language: 'fr', country: 'CA', keyword: '' },
			{ id: '245681', name: 'Infolettre B', type: 'MARKETING', language: 'fr', country: 'CA', keyword: '' },
		],
		bothSources: 'refuse',
		unknownProperties: 'refuse',
		smsUnsubscribedByApi: true,
		rateLimits: true,
		subscribePerSecond: 10,
		unsubscribePerSecond: 5,
		otherPerSecond: 150,
		signed: true,
		signingKey: 'sandbox-attentive-signing-key',
		postbackEvents: [
			'sms.subscribed',
			'sms.unsubscribed',
			'sms.inbound_message',
			'email.subscribed',
			'email.unsubscribed',
		],
		shortCode: '+15555550111',
	},
	vonage: {
		...common(),
		apiKey: 'abcd1234',
		apiSecret: 'SandboxSecret16c',
		signatureSecret: 'sandbox-signature-secret-0123456789abcdef',
		signatureMethod: 'md5hash',
		onlySigned: false,
		timestampToleranceSeconds: 300,
		errorShape: 'account',
		xmlErrors: 'xml',
		overLimit: '429',
		shortCode: '96167',
		countMeans: 'total',
		maxPageSize: 0,
		keepResubscribed: true,
		manageUnknown: 'accept',
		postbackMethod: 'GET',
		postbackSigned: false,
		sampleRows: true,
	},
};

/** Settings that are lists by name: a new name is filled up from this. */
const DICTIONARIES: Readonly<Record<string, JsonObject>> = {
	'skycore.campaigns': { id: 0, title: 'Campaign', keyword: '' },
	'voyage.campaigns': { doubleOptIn: false, active: true, keyword: '' },
	'attentive.tokens': { scopes: [...ATTENTIVE_SCOPES] },
	'attentive.clients': { secret: 'sandbox-client-secret', scopes: [...ATTENTIVE_SCOPES], redirectUris: [] },
};

const CHOICES: Readonly<Record<string, readonly string[]>> = {
	'skycore.overLimit': ['E106', 'E113', 'E120', '429'],
	'skycore.account': ['active', 'noRights', 'notActivated', 'ipRefused'],
	'skycore.resubscribeAfterStop': ['refuse', 'accept'],
	'skycore.unsubscribeUnknown': ['refuse', 'accept'],
	'skycore.postbackForm': ['raw', 'form'],
	'skycore.postbackShape': ['current', 'campaignId2014', 'flat2014', 'notification2013'],
	'voyage.errorForm': ['text', 'jsonString', 'jsonObject'],
	'attentive.callbackCodeParameter': ['code', 'authorizationCode'],
	'attentive.bothSources': ['refuse', 'ignore'],
	'attentive.unknownProperties': ['refuse', 'ignore'],
	'vonage.signatureMethod': ['md5hash', 'md5', 'sha1', 'sha256', 'sha512'],
	'vonage.errorShape': ['account', 'problem', 'sms'],
	'vonage.xmlErrors': ['xml', 'json'],
	'vonage.overLimit': ['429', 'status1'],
	'vonage.countMeans': ['total', 'page'],
	'vonage.manageUnknown': ['accept', 'refuse'],
	'vonage.postbackMethod': ['GET', 'POST', 'JSON'],
};

type Bag = Record<string, unknown>;

function isBag(value: unknown): value is Bag {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merged(base: Bag, patch: Bag, path: string): Bag {
	const result: Bag = { ...base };
	const template = DICTIONARIES[path];
	for (const [key, value] of Object.entries(patch)) {
		if (value === undefined) continue;
		const here = path === '' ? key : `${path}.${key}`;
		if (key === '__proto__') throw new SettingsError(`There is no setting "${here}"`);
		if (template !== undefined) {
			if (value === null) {
				delete result[key];
				continue;
			}
			const known = Object.hasOwn(result, key) ? result[key] : structuredClone(template);
			if (!isBag(value) || !isBag(known)) throw new SettingsError(`Setting "${here}" must be an object`);
			result[key] = merged(known, value, `${path}.*`);
			continue;
		}
		if (!Object.hasOwn(base, key)) throw new SettingsError(`There is no setting "${here}"`);
		const known = base[key];
		if (Array.isArray(known)) {
			if (!Array.isArray(value)) throw new SettingsError(`Setting "${here}" must be a list`);
			result[key] = key === 'faults' ? checkFaultRules(value, here) : structuredClone(value);
		} else if (isBag(known)) {
			if (!isBag(value)) throw new SettingsError(`Setting "${here}" must be an object`);
			result[key] = merged(known, value, here);
		} else {
			if (typeof value !== typeof known) throw new SettingsError(`Setting "${here}" must be a ${typeof known}`);
			const choices = CHOICES[here];
			if (choices !== undefined && !choices.includes(String(value))) {
				throw new SettingsError(`Setting "${here}" must be one of ${choices.join(', ')}`);
			}
			if (typeof value === 'number' && !Number.isFinite(value))
				throw new SettingsError(`Setting "${here}" must be finite`);
			result[key] = value;
		}
	}
	return result;
}

/** Returns settings with the patch laid over them. Throws {@link SettingsError} on an unknown name or a wrong type. */
export function patched(config: SandboxConfig, patch: unknown): SandboxConfig {
	if (!isBag(patch)) throw new SettingsError('Settings must be an object');
	const result = merged(config as unknown as Bag, patch, '') as unknown as SandboxConfig;
	if (!(result.clockFactor > 0)) throw new SettingsError('Setting "clockFactor" must be above 0');
	if (!(result.logCapacity >= 0)) throw new SettingsError('Setting "logCapacity" must not be negative');
	return result;
}

/** A list that keeps the newest entries and forgets the oldest, in constant time. */
export class Ring<T> {
	private entries: T[] = [];
	private next = 0;
	private readonly capacity: () => number;

	constructor(capacity: () => number) {
		this.capacity = capacity;
	}

	push(entry: T): void {
		const capacity = this.capacity();
		if (capacity <= 0) return;
		if (this.entries.length < capacity) {
			this.entries.push(entry);
			return;
		}
		this.next %= capacity;
		this.entries[this.next] = entry;
		this.next = (this.next + 1) % capacity;
	}

	/** Oldest first. */
	list(limit = Number.POSITIVE_INFINITY): T[] {
		const ordered = [...this.entries.slice(this.next), ...this.entries.slice(0, this.next)];
		return ordered.length > limit ? ordered.slice(ordered.length - limit) : ordered;
	}

	clear(): void {
		this.entries = [];
		this.next = 0;
	}
}

export type LoggedRequest = {
	/** Counts this provider's requests from 1. */
	index: number;
	at: string;
	method: string;
	path: string;
	query: Record<string, string>;
	headers: Record<string, string>;
	/** The body as received, cut after 4,000 characters. */
	body: string;
	/** What the provider understood: fields of the XML, form or JSON. */
	parsed: Json;
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

export type SentText = { at: string; to: string; from: string; text: string; reason: string };

export type Counters = {
	requests: number;
	acted: number;
	texts: number;
	open: number;
	maxOpen: number;
	byStatus: Record<string, number>;
	byOutcome: Record<string, number>;
	byFault: Record<string, number>;
};

export type PersonCounters = { requests: number; acted: number; texts: number };

/** What is counted and kept for one provider. */
export class Ledger {
	counters: Counters = emptyCounters();
	readonly requests: Ring<LoggedRequest>;
	readonly texts: Ring<SentText>;
	private readonly people = new Map<string, PersonCounters>();

	constructor(capacity: () => number) {
		this.requests = new Ring(capacity);
		this.texts = new Ring(capacity);
	}

	/** Counters of one person, by digits of the number or by e-mail address. */
	person(who: string): Readonly<PersonCounters> {
		return this.people.get(personKey(who)) ?? { requests: 0, acted: 0, texts: 0 };
	}

	everybody(): IterableIterator<[string, PersonCounters]> {
		return this.people.entries();
	}

	count(who: string, what: keyof PersonCounters): void {
		if (who === '') return;
		const key = personKey(who);
		let person = this.people.get(key);
		if (person === undefined) {
			person = { requests: 0, acted: 0, texts: 0 };
			this.people.set(key, person);
		}
		person[what] += 1;
	}

	/** Records a text the provider sends to a person. */
	textPerson(text: SentText): void {
		this.counters.texts += 1;
		this.count(text.to, 'texts');
		this.texts.push(text);
	}

	clear(): void {
		const { open } = this.counters;
		this.counters = { ...emptyCounters(), open, maxOpen: open };
		this.requests.clear();
		this.texts.clear();
		this.people.clear();
	}
}

function emptyCounters(): Counters {
	return { requests: 0, acted: 0, texts: 0, open: 0, maxOpen: 0, byStatus: {}, byOutcome: {}, byFault: {} };
}

function personKey(who: string): string {
	return who.includes('@') ? who.toLowerCase() : digits(who);
}

/** '+1 650 242-6055' -> '16502426055' */
export function digits(number: string): string {
	return number.replace(/\D/g, '');
}

export class Store {
	config: SandboxConfig;
	readonly ledgers: Readonly<Record<ProviderName, Ledger>>;

	constructor(patch: ConfigPatch = {}) {
		this.config = patched(structuredClone(DEFAULTS) as SandboxConfig, patch);
		const capacity = (): number => this.config.logCapacity;
		this.ledgers = {
			skycore: new Ledger(capacity),
			voyage: new Ledger(capacity),
			attentive: new Ledger(capacity),
			vonage: new Ledger(capacity),
		};
	}

	configure(patch: unknown): void {
		this.config = patched(this.config, patch);
	}

	clear(): void {
		for (const provider of PROVIDERS) this.ledgers[provider].clear();
	}
}

/** What every stand-in offers to the server. */
export type Answer = {
	status: number;
	contentType: string;
	headers?: Record<string, string>;
	body: string;
	outcome: string;
	acted: boolean;
	parsed: Json;
};

export type SubscriberView = {
	number: string;
	state: string;
	campaign: string;
	since: string;
	detail: JsonObject;
};

export type SeedRequest = {
	provider: ProviderName;
	/** Exactly these numbers, or ... */
	numbers?: string[];
	/** ... this many, counted up from `from`. */
	count?: number;
	from?: string;
	state?: 'subscribed' | 'optedOut';
	campaign?: string;
	/** Forget what is there first. */
	clear?: boolean;
};

/** The numbers a seed request stands for, as digits. */
export function* seedNumbers(seed: SeedRequest, fallbackFrom: string): Generator<string> {
	if (seed.numbers !== undefined) {
		for (const number of seed.numbers) yield digits(number);
		return;
	}
	const first = BigInt(digits(seed.from ?? fallbackFrom));
	for (let index = 0; index < (seed.count ?? 0); index += 1) yield String(first + BigInt(index));
}

/** 'YYYY-MM-DD HH:MM:SS', UTC. */
export function sqlTime(at: number): string {
	return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
