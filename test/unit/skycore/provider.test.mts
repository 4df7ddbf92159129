import { skycore } from '../../../providers/skycore/provider';

test('what Skycore can do, and what to do instead', () => {
	const { query, ...others } = skycore.capabilities;
	for (const answer of Object.values(others)) expect(answer).toEqual({ can: true });
	expect(query).toMatchObject({ can: false, instead: expect.stringMatching(/SMS Postback Trigger.*ledger/) });
	expect(skycore.rateLimits).toEqual({ skycore: { callsPerSecond: 5, burst: 5 } });
});
