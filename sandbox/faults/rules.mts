/** What goes wrong on purpose. A rule says which requests it hits and what happens to them. */

import { SettingsError } from '../settings/settingsError.mts';

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
	/** The provider's own error with this `code` and, if given, `info`, inside HTTP 200; only where the provider has such errors. */
	'ownError',
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
	/** Seconds. */
	retryAfter?: number;
	asDate?: boolean;
	code?: string;
	info?: string;
};

const FIELDS: Readonly<Record<Exclude<keyof FaultRule, 'kind'>, 'number' | 'string' | 'boolean' | 'list' | 'object'>> = {
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

/**
 * Checks rules that came from outside.
 *
 * @param path of the setting, for messages
 * @param kinds that the provider can be made to show
 * @returns a copy of the rules
 * @throws {SettingsError} naming the first thing that is wrong
 */
export function checkFaultRules(rules: readonly unknown[], path: string, kinds: readonly FaultKind[]): FaultRule[] {
	return rules.map((rule, index) => {
		const here = `${path}[${index}]`;
		if (typeof rule !== 'object' || rule === null) throw new SettingsError(`${here} must be an object`);
		const entries = Object.entries(rule);
		const kind = entries.find(([key]) => key === 'kind')?.[1] as unknown;
		if (typeof kind !== 'string' || !(kinds as readonly string[]).includes(kind)) {
			throw new SettingsError(`${here}.kind must be one of ${kinds.join(', ')}`);
		}
		for (const [key, value] of entries as Array<[string, unknown]>) {
			if (key === 'kind' || value === undefined) continue;
			const wanted = Object.hasOwn(FIELDS, key) ? FIELDS[key as keyof typeof FIELDS] : undefined;
			if (wanted === undefined) throw new SettingsError(`There is no ${here}.${key}`);
			if (typeNameOf(value) !== wanted) throw new SettingsError(`${here}.${key} must be a ${wanted}`);
		}
		return structuredClone(rule) as FaultRule;
	});
}

/** Whether the provider acts on a request hit by this rule. */
export function actsUnder(rule: FaultRule): boolean {
	if (rule.act !== undefined) return rule.act;
	return rule.kind === 'latency' || rule.kind === 'resetAfter' || rule.kind === 'truncate' || rule.kind === 'garbage';
}

/** Whether the rule hits a request before any of its body is read. */
export function hitsUnread(rule: FaultRule): boolean {
	return rule.kind === 'resetBefore' && rule.phones === undefined && rule.perPhone === undefined;
}

function typeNameOf(value: unknown): string {
	if (Array.isArray(value)) return 'list';
	return value === null ? 'null' : typeof value;
}
