import { readProviderPhone } from '../../consent/phone';
import type { ResultFacts } from '../../consent/result';
import { readProviderTime } from '../../consent/time';
import type { OptOutRow } from './response';

/** What one row of Vonage's list says about a number, apart from the decision. */
export type RowFacts = Pick<ResultFacts, 'phone' | 'phoneRaw' | 'providerState' | 'optedOutAt' | 'optedInAt' | 'note'>;

/**
 * Decides in favor of the person.
 *
 * @param row one number as Vonage listed it
 * @returns true unless the row clearly says otherwise
 */
export function isOptedOut({ 'opt-in': optIn, 'opt-out': optOut }: OptOutRow): boolean {
	const clearlySubscribed = optOut === undefined ? optIn === true : !optOut && optIn !== false;
	return !clearlySubscribed;
}

/**
 * Reads what a row says besides.
 *
 * @param row one number as Vonage listed it
 * @returns times in ISO 8601. Vonage names no zone; its other times on the same platform are UTC, so these are taken as that
 */
export function factsOf(row: OptOutRow): RowFacts {
	const { phone, phoneRaw, warning } = readProviderPhone(row.msisdn);
	const note = [...contradictions(row), warning, ...unreadableDates(row)].filter((sentence) => sentence !== undefined).join(' ');
	return {
		phone,
		...(phoneRaw === null ? {} : { phoneRaw }),
		providerState: stateOf(row),
		optedOutAt: readTime(row['opt-out-date']),
		optedInAt: readTime(row['opt-in-date']),
		...(note === '' ? {} : { note }),
	};
}

function contradictions({ 'opt-in': optIn, 'opt-out': optOut }: OptOutRow): string[] {
	if (optOut === undefined && optIn === undefined)
		return ['Vonage did not say whether the number is opted out, so it is taken as opted out.'];
	return optOut === optIn ? ['What Vonage says about the number contradicts itself, so it is taken as opted out.'] : [];
}

function unreadableDates(row: OptOutRow): string[] {
	return [row['opt-out-date'], row['opt-in-date']]
		.filter((date) => date !== undefined && date !== '' && readTime(date) === null)
		.map((date) => `The date '${date}' cannot be read.`);
}

function readTime(date: string | undefined): string | null {
	return readProviderTime(date, { assumeUtc: true });
}

function stateOf(row: OptOutRow): string | null {
	const words = (['opt-in', 'opt-out'] as const).filter((name) => row[name] !== undefined).map((name) => `${name}=${row[name]}`);
	return words.length === 0 ? null : words.join(' ');
}
