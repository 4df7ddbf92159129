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
				"Voyage can't unsubscribe anybody with a call. Unsubscribe the number in Voyage's Settings panel, or have the person text STOP. Keep your own list up to date, too.",
		},
		query: {
			can: false,
			instead:
				"Voyage can't say who opted out. Its reports only show when and how people opted in. Keep opt-outs in your own list, and let SMS Consent Check read it.",
		},
		resubscribe: {
			can: false,
			instead: "Voyage can't bring anybody back with a call. After an opt-out, only the person can come back, by texting UNSTOP.",
		},
		postback: {
			can: false,
			instead: 'Voyage documents no postbacks. Ask Voyage how it can tell you about opt-outs.',
		},
	},
};
