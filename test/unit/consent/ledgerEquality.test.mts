import fc from 'fast-check';

import { Ledger } from '../../../consent/ledger';
import { oracle, type Question } from './ledgerOracle.mts';
import { CAMPAIGNS, EMAILS, EPOCH_MS, kept, NOW_HOURS, PHONES } from './ledgerRows.mts';

const NOW_MS = EPOCH_MS + NOW_HOURS * 3_600_000;
const HISTORIES = 10_000;

const SCOPES = ['campaign', 'provider', 'everything'] as const;
const PLACES: Array<{ provider?: string; campaign?: string }> = [
	{},
	...Object.entries(CAMPAIGNS).flatMap(([provider, campaigns]) => [{ provider }, ...campaigns.map((campaign) => ({ provider, campaign }))]),
	{ campaign: 'spring' },
	{ provider: 'skycore', campaign: 'never-used' },
];
const ADDRESSES = [
	...Object.entries(PHONES).map(([who, [phone]]) => ({ way: 'text' as const, who, address: { phone: String(phone) } })),
	...Object.entries(EMAILS).map(([who, [email]]) => ({ way: 'email' as const, who, address: { email: String(email) } })),
];

test(`equals a slow second implementation on ${HISTORIES} random histories, in any order and with repetitions`, () => {
	const states = { 'opted in': 0, 'opted out': 0, 'not known': 0 };
	fc.assert(
		fc.property(fc.array(kept, { minLength: 1, maxLength: 9 }), fc.nat(), fc.infiniteStream(fc.nat()), (history, ask, numbers) => {
			const repeated = [...history, ...history.filter(() => (numbers.next().value as number) % 2 === 0)]
				.map((each) => ({ each, at: numbers.next().value as number }))
				.sort((one, other) => one.at - other.at)
				.map(({ each }) => each);
			const ledger = new Ledger(NOW_MS);
			for (const { row } of repeated) ledger.add(row, 'US');
			expect(ledger.unreadable).toEqual([]);
			const place = PLACES[ask % PLACES.length] ?? {};
			for (const scope of SCOPES) {
				for (const { way, who, address } of ADDRESSES) {
					const question: Question = { way, who, provider: place.provider, campaign: place.campaign, scope };
					const wanted = oracle(
						history.map(({ fact }) => fact),
						question,
						NOW_HOURS,
					);
					const { state } = ledger.standingOf(address, { ...place, scope });
					states[state] += 1;
					if (state !== wanted)
						expect({ question, rows: repeated.map(({ row }) => row), state }).toEqual({ question, rows: [], state: wanted });
				}
			}
		}),
		{ numRuns: HISTORIES },
	);
	for (const count of Object.values(states)) expect(count).toBeGreaterThan(HISTORIES / 2);
}, 120_000);
