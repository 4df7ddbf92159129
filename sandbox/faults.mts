/**
 * What goes wrong on purpose. A rule says which requests it hits and what happens to them; the same settings hit the
 * same requests every time (no chance involved).
 */

import type { ProviderName } from './store.mts';

/** A settings mistake made by the person driving the sandbox; the control API answers it 400. */
export class SettingsError extends Error {}

export const FAULT_KINDS = [
	/** Answers `latencyMs` later; the provider has acted at once. */
	'latency',
	/** Closes the connection (RST) before the body is read. With `phones` or `perPhone` after reading, not acting. */
	'resetBefore',
	/** Acts, then closes the connection without an answer. */
	'resetAfter',
	/** Never answers; closes after `stallMs` (default: when the caller does). Acts only with `act`. */
	'stall',
	/** Acts, then sends half of the answer and closes. */
	'truncate',
	/** Acts, then answers 200 with bytes that are neither XML nor JSON. */
	'garbage',
	/** Answers `status` (default 503) with `body` and `headers`. */
	'http',
	/** Answers 429 with Retry-After: `retryAfter` seconds, or the same as an HTTP date with `asDate`. */
	'tooMany',
	/** Skycore only: HTTP 200 with this error `code` and, if given, `info`. */
	'skycore',
	/** Vonage only: HTTP 200 with messages[0].status = `code`. */
	'vonage',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export type FaultRule = {
	kind: FaultKind;
	/** Which requests; all that are given must hold. None given: every request. */
	requests?: number[];
	fromRequest?: number;
	toRequest?: number;
	/** Every n-th request. */
	every?: number;
	/** 0..1, decided by seed and request index. */
	share?: number;
	/** Digits of the numbers it hits. */
	phones?: string[];
	/** Hits each number this many times and then leaves it alone. */
	perPhone?: number;
	/** Part of the path. */
	path?: string;
	/** Stops after this many hits. */
	times?: number;
	/** Overrides whether the provider acts. */
	act?: boolean;
	latencyMs?: number;
	stallMs?: number;
	status?: number;
	body?: string;
	headers?: Record<string, string>;
	contentType?: string;
	retryAfter?: number;
	asDate?: boolean;
	code?: string;
	info?: string;
};

const FIELDS: Readonly<Record<Exclude<keyof FaultRule, 'kind'>, 'number' | 'string' | 'boolean' | 'list' | 'object'>> =
	{
		requests: 'list',
		fromRequest: 'number',
		toRequest: 'number',
		every: 'number',
		share: 'number',
		phones: 'list',
		perPhone: 'number',
		path: 'string',
		times: 'number',
		act: 'boolean',
		latencyMs: 'number',
		stallMs: 'number',
		status: 'number',
		body: 'string',
		headers: 'object',
		contentType: 'string',
		retryAfter: 'number',
		asDate: 'boolean',
		code: 'string',
		info: 'string',
	};

function kindOf(value: unknown): string {
	if (Array.isArray(value)) return 'list';
	return value === null ? 'null' : typeof value;
}

/** Checks rules that came from outside. Throws {@link SettingsError}. */
export function checkFaultRules(rules: readonly unknown[], path: string): FaultRule[] {
	return rules.map((rule, index) => {
		const here = `${path}[${index}]`;
		if (typeof rule !== 'object' || rule === null) throw new SettingsError(`${here} must be an object`);
		const entries = Object.entries(rule);
		const kind = entries.find(([key]) => key === 'kind')?.[1] as unknown;
		if (typeof kind !== 'string' || !(FAULT_KINDS as readonly string[]).includes(kind)) {
			throw new SettingsError(`${here}.kind must be one of ${FAULT_KINDS.join(', ')}`);
		}
		if ((kind === 'skycore' || kind === 'vonage') && path !== `${kind}.faults`) {
			throw new SettingsError(`${here}: kind "${kind}" belongs to that provider only`);
		}
		for (const [key, value] of entries as Array<[string, unknown]>) {
			if (key === 'kind' || value === undefined) continue;
			const wanted = Object.hasOwn(FIELDS, key) ? FIELDS[key as keyof typeof FIELDS] : undefined;
			if (wanted === undefined) throw new SettingsError(`There is no ${here}.${key}`);
			if (kindOf(value) !== wanted) throw new SettingsError(`${here}.${key} must be a ${wanted}`);
		}
		return structuredClone(rule) as FaultRule;
	});
}

/** Whether the provider acts on a request hit by this rule. */
export function actsUnder(rule: FaultRule): boolean {
	if (rule.act !== undefined) return rule.act;
	return rule.kind === 'latency' || rule.kind === 'resetAfter' || rule.kind === 'truncate' || rule.kind === 'garbage';
}

/** A number in 0..1 made of the inputs alone (32-bit mix, after "lowbias32"). */
export function steadyShare(...parts: number[]): number {
	let mix = 0x9e3779b9;
	for (const part of parts) {
		mix ^= part >>> 0;
		mix = Math.imul(mix ^ (mix >>> 16), 0x7feb352d);
		mix = Math.imul(mix ^ (mix >>> 15), 0x846ca68b);
		mix ^= mix >>> 16;
	}
	return (mix >>> 0) / 0x1_0000_0000;
}

const PROVIDER_SALT: Readonly<Record<ProviderName, number>> = { skycore: 11, voyage: 23, attentive: 37, vonage: 53 };

/** Decides, request by request, which rule hits. Remembers how often each rule did. */
export class FaultPlan {
	private hits = new Map<FaultRule, number>();
	private phoneHits = new Map<FaultRule, Map<string, number>>();

	clear(): void {
		this.hits = new Map();
		this.phoneHits = new Map();
	}

	/** Rules that can be decided before the request was read. */
	early(
		provider: ProviderName,
		rules: readonly FaultRule[],
		seed: number,
		index: number,
		path: string,
	): FaultRule | undefined {
		return this.pick(
			provider,
			rules,
			(rule) => rule.kind === 'resetBefore' && rule.phones === undefined && rule.perPhone === undefined,
			{ seed, index, path, phone: '' },
		);
	}

	/** All the other rules. */
	late(
		provider: ProviderName,
		rules: readonly FaultRule[],
		request: { seed: number; index: number; path: string; phone: string },
	): FaultRule | undefined {
		return this.pick(
			provider,
			rules,
			(rule) => rule.kind !== 'resetBefore' || rule.phones !== undefined || rule.perPhone !== undefined,
			request,
		);
	}

	private pick(
		provider: ProviderName,
		rules: readonly FaultRule[],
		eligible: (rule: FaultRule) => boolean,
		request: { seed: number; index: number; path: string; phone: string },
	): FaultRule | undefined {
		for (const [position, rule] of rules.entries()) {
			if (!eligible(rule) || !this.matches(provider, rule, position, request)) continue;
			this.hits.set(rule, (this.hits.get(rule) ?? 0) + 1);
			if (rule.perPhone !== undefined) {
				const counts = this.phoneHits.get(rule) ?? new Map<string, number>();
				counts.set(request.phone, (counts.get(request.phone) ?? 0) + 1);
				this.phoneHits.set(rule, counts);
			}
			return rule;
		}
		return undefined;
	}

	private matches(
		provider: ProviderName,
		rule: FaultRule,
		position: number,
		{ seed, index, path, phone }: { seed: number; index: number; path: string; phone: string },
	): boolean {
		if (rule.times !== undefined && (this.hits.get(rule) ?? 0) >= rule.times) return false;
		if (rule.requests !== undefined && !rule.requests.includes(index)) return false;
		if (rule.fromRequest !== undefined && index < rule.fromRequest) return false;
		if (rule.toRequest !== undefined && index > rule.toRequest) return false;
		if (rule.every !== undefined && index % rule.every !== 0) return false;
		if (rule.path !== undefined && !path.includes(rule.path)) return false;
		if (rule.phones !== undefined && !rule.phones.some((number) => number.replace(/\D/g, '') === phone)) return false;
		if (rule.perPhone !== undefined) {
			if (phone === '') return false;
			if ((this.phoneHits.get(rule)?.get(phone) ?? 0) >= rule.perPhone) return false;
		}
		if (rule.share !== undefined && steadyShare(seed, PROVIDER_SALT[provider], position, index) >= rule.share)
			return false;
		return true;
	}
}

/** At most so many calls in one second; the second starts with the first call after the last one ended. */
export class SecondWindow {
	private startedAt = Number.NEGATIVE_INFINITY;
	private used = 0;

	/** Takes one call. `remaining` is what is left of this second. */
	take(limit: number, now: number): { allowed: boolean; remaining: number } {
		if (now - this.startedAt >= 1_000) {
			this.startedAt = now;
			this.used = 0;
		}
		if (this.used >= limit) return { allowed: false, remaining: 0 };
		this.used += 1;
		return { allowed: true, remaining: limit - this.used };
	}

	clear(): void {
		this.startedAt = Number.NEGATIVE_INFINITY;
		this.used = 0;
	}
}
