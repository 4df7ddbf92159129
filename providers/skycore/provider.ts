import type { Provider } from '../../consent/provider';
import { keyText, placeSkycoreKey, SKYCORE_BASE_URL } from './auth';
import { TEST_FAILURES } from './credentialTest';
import { FAILURES } from './failure';

/** Skycore Messaging API, version 1.3. https://www.skycore.com/help/skycore-http-v1-3/ */
export const skycore: Provider = {
	name: 'skycore',
	displayName: 'Skycore',
	credentials: { smsConsentSkycoreApi: { defaultBaseUrl: SKYCORE_BASE_URL, place: placeSkycoreKey, accountOf: keyText } },
	// Skycore publishes no number; the account's own limits stand on its API Settings page and are announced by E106, E113 and E120.
	rateLimits: { skycore: { callsPerSecond: 5, burst: 5 } },
	failures: [...FAILURES, ...TEST_FAILURES],
	capabilities: {
		subscribe: { can: true },
		unsubscribe: { can: true },
		resubscribe: { can: true },
		postback: { can: true },
		query: {
			can: false,
			instead:
				"Skycore can't say who opted out. Let SMS Postback Trigger keep every opt-in and opt-out in a table of yours (see the consent ledger example), and let SMS Consent Check read it. Export earlier opt-outs from the Audience Manager.",
		},
	},
};
