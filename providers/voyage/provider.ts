import type { Provider } from '../../consent/provider';
import { keyText, placeVoyageKey, VOYAGE_BASE_URL } from './auth';
import { TEST_FAILURES } from './credentialTest';
import { FAILURES } from './failure';

/** Voyage SMS. https://help.voyagesms.com/api-opt-in */
export const voyage: Provider = {
	name: 'voyage',
	displayName: 'Voyage',
	credentials: { smsConsentVoyageApi: { defaultBaseUrl: VOYAGE_BASE_URL, place: placeVoyageKey, accountOf: keyText } },
	// Voyage publishes no limit.
	rateLimits: { voyage: { callsPerSecond: 5, burst: 5 } },
	failures: [...FAILURES, ...TEST_FAILURES],
	capabilities: {
		subscribe: { can: true },
		unsubscribe: {
			can: false,
			instead:
				'Voyage has no call that unsubscribes. The person texts STOP, or you unsubscribe the number in the Settings panel of Voyage; keep your own list up to date as well.',
		},
		query: {
			can: false,
			instead:
				'Voyage has no call that tells who opted out. Its reports show when and how every subscriber opted in; keep opt-outs in a list of your own, and let SMS Consent Check read it.',
		},
		resubscribe: {
			can: false,
			instead: 'After an opt-out only the person can return to Voyage, by texting UNSTOP. No call does it for them, so none is attempted.',
		},
		postback: {
			can: false,
			instead: 'Voyage documents no postbacks. Ask Voyage how your account can be told of opt-outs.',
		},
	},
};
