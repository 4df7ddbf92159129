import type { ConsentOutcome, ResultFacts } from '../../consent/result';

/** In doubt a person counts as opted out. */
const STRICTEST_FIRST: ConsentOutcome[] = ['opted_out', 'not_eligible', 'not_subscribed', 'subscribed'];

function strictness({ outcome }: ResultFacts): number {
	return STRICTEST_FIRST.indexOf(outcome);
}

/**
 * Sums a person's subscriptions up.
 *
 * @param results one result per subscription, at least one
 * @returns one result with the strictest outcome, naming the subscriptions that have it
 */
export function onePerPerson(results: ResultFacts[]): ResultFacts {
	const strictest = results.reduce((kept, result) => (strictness(result) < strictness(kept) ? result : kept));
	const deciding = results.filter(({ outcome }) => outcome === strictest.outcome);
	return { ...strictest, campaign: deciding.map(({ campaign }) => campaign).join(', ') || null };
}
