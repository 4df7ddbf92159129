import type { ResultFacts } from '../../consent/result';

const MS_PER_DAY = 86_400_000;

export interface OptOutFilter {
	state: 'optedOut' | 'broughtBack' | 'any';
	/** Only opt-outs of the last so many times 24 hours. */
	lastDays?: number;
	/** ISO 8601, inclusive. */
	since?: string;
	/** ISO 8601, inclusive. */
	until?: string;
}

/**
 * Decides whether a record is wanted. A record whose date of opt-out is missing or unreadable is kept whatever the dates ask for:
 * leaving an opt-out out would be the worse mistake.
 *
 * @param record one number of the provider's list
 * @param filter what the person asked for
 * @param nowMs Unix milliseconds
 */
export function isWanted({ outcome, optedOutAt }: ResultFacts, { state, lastDays, since, until }: OptOutFilter, nowMs: number): boolean {
	const isOut = outcome === 'opted_out';
	if (state !== 'any' && isOut !== (state === 'optedOut')) return false;
	if (optedOutAt === undefined || optedOutAt === null) return true;
	const time = Date.parse(optedOutAt);
	if (lastDays !== undefined && time < nowMs - lastDays * MS_PER_DAY) return false;
	return (since === undefined || time >= Date.parse(since)) && (until === undefined || time <= Date.parse(until));
}
