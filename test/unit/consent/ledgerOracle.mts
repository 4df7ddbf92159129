/**
 * The rule of the ledger a second time, written from its words alone, slowly, and on facts instead of rows: it shares no code with the package, and knows
 * nothing of columns, formats or writings.
 */
export interface Fact {
	way: 'text' | 'email';
	who: string;
	provider: string;
	/** Attentive may name several; none: the row names no campaign. */
	campaigns: string[];
	says:
		| { kind: 'opt-in event'; by: 'person' | 'system' | 'attentive' }
		| { kind: 'opt-out'; isResult: boolean }
		| { kind: 'not eligible' }
		| { kind: 'result opt-in'; outcome: 'subscribed' | 'already_subscribed' | 'resubscribed'; singleOptIn: boolean }
		| { kind: 'asked'; isResult: boolean }
		| { kind: 'nothing'; isResult: boolean };
	/** Hours; undefined: none, or one that cannot be right. */
	at: number | undefined;
	/** Hours; undefined: the row does not say. */
	arrival: number | undefined;
	/** Hours, of the evidence. */
	evidence: number | undefined;
	/** Rows with the same id are the same row. */
	id: number;
}

export interface Question {
	way: 'text' | 'email';
	who: string;
	provider: string | undefined;
	campaign: string | undefined;
	scope: 'campaign' | 'provider' | 'everything';
}

const NEVER = -Infinity;
const FIVE_MINUTES = 5 / 60;

export function oracle(facts: readonly Fact[], question: Question, now: number): 'opted in' | 'opted out' | 'not known' {
	const own = facts.filter((fact) => fact.way === question.way && fact.who === question.who);
	const answers = wheres(own, question).map(([provider, campaign]) => at(own, provider, campaign, question.scope, now));
	if (answers.includes('opted out')) return 'opted out';
	return answers.includes('opted in') ? 'opted in' : 'not known';
}

function wheres(own: readonly Fact[], question: Question): Array<[string, string]> {
	const telling = own.filter(({ says }) => says.kind !== 'asked' && says.kind !== 'nothing');
	const providers = question.provider === undefined ? telling.map(({ provider }) => provider) : [question.provider];
	const pairs: Array<[string, string]> = [];
	for (const provider of providers.length === 0 ? ['nobody'] : providers) {
		if (question.campaign !== undefined) {
			pairs.push([provider, question.campaign]);
			continue;
		}
		const here = telling.filter((fact) => fact.provider === provider);
		const named = here.flatMap(({ campaigns }) => campaigns);
		for (const campaign of named) pairs.push([provider, campaign]);
		const optedInWithout = here.some((fact) => fact.campaigns.length === 0 && isOptIn(fact));
		if (named.length === 0 || optedInWithout) pairs.push([provider, '']);
	}
	return pairs;
}

function isOptIn({ says }: Fact): boolean {
	return says.kind === 'opt-in event' || says.kind === 'result opt-in';
}

function timeOf(fact: Fact, now: number): number {
	if (fact.at !== undefined) return fact.at;
	return isOptIn(fact) ? NEVER : (fact.arrival ?? now);
}

function isFor(fact: Fact, provider: string, campaign: string): boolean {
	if (fact.provider !== provider) return false;
	return fact.campaigns.length === 0 ? campaign === '' : fact.campaigns.includes(campaign);
}

function at(
	own: readonly Fact[],
	provider: string,
	campaign: string,
	scope: Question['scope'],
	now: number,
): 'opted in' | 'opted out' | 'not known' {
	const optIns = own.filter((fact) => isOptIn(fact) && isFor(fact, provider, campaign));
	for (const fact of own) {
		const ownCampaigns = fact.campaigns.length === 0 ? [''] : fact.campaigns;
		for (const named of ownCampaigns) {
			if (!isOptOut(fact, named, optIns, own, now)) continue;
			if (!reaches(fact, named, provider, campaign, own, scope)) continue;
			const lifted = optIns.some((optIn) => liftedUntil(optIn, campaign, own, now) > timeOf(fact, now));
			if (!lifted) return 'opted out';
		}
	}
	return optIns.length > 0 ? 'opted in' : 'not known';
}

function isOptOut(fact: Fact, named: string, optIns: readonly Fact[], own: readonly Fact[], now: number): boolean {
	if (fact.says.kind === 'opt-out') return true;
	if (fact.says.kind !== 'not eligible') return false;
	const ofItsOwn = own.filter((other) => isOptIn(other) && isFor(other, fact.provider, named));
	return [...optIns, ...ofItsOwn].some((optIn) => timeOf(optIn, now) <= timeOf(fact, now));
}

function reaches(fact: Fact, named: string, provider: string, campaign: string, own: readonly Fact[], scope: Question['scope']): boolean {
	if (scope === 'everything') return true;
	if (fact.provider !== provider) return false;
	if (scope === 'provider') return true;
	if (named === '' || named === campaign) return true;
	return !own.some((other) => other.id !== fact.id && other.provider === provider && other.campaigns.includes(named));
}

/** It lifts what is older than this. */
function liftedUntil(optIn: Fact, campaign: string, own: readonly Fact[], now: number): number {
	const byEvidence = optIn.evidence ?? NEVER;
	const made = timeOf(optIn, now);
	if (optIn.says.kind === 'result opt-in') return optIn.says.outcome === 'resubscribed' ? Math.max(made, byEvidence) : byEvidence;
	if (optIn.says.kind !== 'opt-in event' || optIn.says.by === 'system') return byEvidence;
	if (optIn.says.by === 'attentive' && repeatsOurSignUp(optIn, campaign, own, now)) return byEvidence;
	return Math.max(made, byEvidence);
}

function repeatsOurSignUp(optIn: Fact, campaign: string, own: readonly Fact[], now: number): boolean {
	const made = timeOf(optIn, now);
	const results = own.filter(
		({ says, provider, campaigns }) =>
			provider === optIn.provider &&
			(campaigns.length === 0 || campaigns.includes(campaign)) &&
			(says.kind === 'result opt-in' || says.kind === 'not eligible' || ('isResult' in says && says.isResult)),
	);
	const single = (fact: Fact): boolean => fact.says.kind === 'result opt-in' && fact.says.singleOptIn;
	const earlier = results.filter((fact) => timeOf(fact, now) <= made);
	const newest = Math.max(NEVER, ...earlier.map((fact) => timeOf(fact, now)));
	const rightAfter = results.filter((fact) => timeOf(fact, now) > made && timeOf(fact, now) <= made + FIVE_MINUTES);
	const withoutTime = results.filter((fact) => timeOf(fact, now) === NEVER);
	return [...earlier.filter((fact) => timeOf(fact, now) === newest), ...rightAfter, ...withoutTime].some(single);
}
