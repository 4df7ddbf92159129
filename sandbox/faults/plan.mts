/** Which fault hits which request: the same settings hit the same requests every time (no chance involved). */

import { hitsUnread, type FaultRule } from './rules.mts';

/** What a rule may look at. */
export type FaultCandidate = {
	/** Counts the provider's requests from 1. */
	index: number;
	path: string;
	/** Digits of the number that it is about, or ''. */
	phone: string;
};

/** The faults of one provider. Decides, request by request, which rule hits, and remembers how often each rule did. */
export class FaultPlan {
	private hits = new Map<FaultRule, number>();
	private phoneHits = new Map<FaultRule, Map<string, number>>();
	private readonly providerCodes: readonly number[];

	/** @param provider so that the same share hits other requests at another provider */
	constructor(provider: string) {
		this.providerCodes = [...Buffer.from(provider, 'utf8')];
	}

	clear(): void {
		this.hits = new Map();
		this.phoneHits = new Map();
	}

	/** The first rule that hits a request of which only the first line was read. */
	beforeReading(rules: readonly FaultRule[], seed: number, request: Omit<FaultCandidate, 'phone'>): FaultRule | undefined {
		return this.firstHit(rules, hitsUnread, seed, { ...request, phone: '' });
	}

	/** The first of all the other rules that hits a request. */
	afterReading(rules: readonly FaultRule[], seed: number, request: FaultCandidate): FaultRule | undefined {
		return this.firstHit(rules, (rule) => !hitsUnread(rule), seed, request);
	}

	private firstHit(
		rules: readonly FaultRule[],
		isMeant: (rule: FaultRule) => boolean,
		seed: number,
		request: FaultCandidate,
	): FaultRule | undefined {
		for (const [position, rule] of rules.entries()) {
			if (!isMeant(rule) || !this.matches(rule, position, seed, request)) continue;
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

	private matches(rule: FaultRule, position: number, seed: number, { index, path, phone }: FaultCandidate): boolean {
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
		return rule.share === undefined || steadyShare(seed, ...this.providerCodes, position, index) < rule.share;
	}
}

/** A number in 0..1 made of the inputs alone (32-bit mix, after "lowbias32"). */
function steadyShare(...parts: number[]): number {
	let mix = 0x9e3779b9;
	for (const part of parts) {
		mix ^= part >>> 0;
		mix = Math.imul(mix ^ (mix >>> 16), 0x7feb352d);
		mix = Math.imul(mix ^ (mix >>> 15), 0x846ca68b);
		mix ^= mix >>> 16;
	}
	return (mix >>> 0) / 0x1_0000_0000;
}
