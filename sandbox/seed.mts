/** People whom a provider is to know without having been asked. */

import { digits } from './phone.mts';

export type Seed = {
	/** Exactly these numbers, or ... */
	numbers?: string[];
	/** ... this many, counted up from `from`. */
	count?: number;
	from?: string;
	/** Subscribed unless said otherwise. */
	state?: 'subscribed' | 'optedOut';
	campaign?: string;
	/** Forget what is there first. */
	clear?: boolean;
};

/**
 * The numbers that a seed stands for, as digits.
 *
 * @param fallbackFrom where counting begins when the seed does not say
 */
export function* seedNumbers(seed: Seed, fallbackFrom: string): Generator<string> {
	if (seed.numbers !== undefined) {
		for (const number of seed.numbers) yield digits(number);
		return;
	}
	const first = BigInt(digits(seed.from ?? fallbackFrom));
	for (let index = 0; index < (seed.count ?? 0); index += 1) yield String(first + BigInt(index));
}
