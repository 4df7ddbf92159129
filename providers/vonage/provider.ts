import type { Provider } from '../../consent/provider';
import { keyText, placeVonageSecret, placeVonageSignature, VONAGE_BASE_URL } from './auth';
import { FAILURES } from './failure';

/** US Short Code Alerts: https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription */
export const vonage: Provider = {
	name: 'vonage',
	displayName: 'Vonage',
	credentials: {
		smsConsentVonageApi: { defaultBaseUrl: VONAGE_BASE_URL, place: placeVonageSecret, accountOf: keyText },
		smsConsentVonageSignatureApi: { defaultBaseUrl: VONAGE_BASE_URL, place: placeVonageSignature, accountOf: keyText },
	},
	// No rate is published for these two calls; 30 per second is the account's default for all calls of one API key together.
	// https://help.nexmo.com/hc/en-us/articles/203993598
	rateLimits: {
		'vonage:query': { callsPerSecond: 30, burst: 1 },
		'vonage:manage': { callsPerSecond: 30, burst: 1 },
	},
	failures: FAILURES,
	capabilities: {
		subscribe: {
			can: false,
			instead:
				"Vonage can't opt anybody in: it only lists people who opted out, and your own list says who agreed. To take somebody off its opt-out list, use SMS Resubscribe.",
		},
		unsubscribe: {
			can: false,
			instead:
				"Vonage can't opt anybody out: only the person's own STOP puts them on its list. Stop texting the number, keep it in your own list of opt-outs, and let SMS Postback Trigger tell you about every STOP.",
		},
		query: { can: true },
		resubscribe: { can: true },
		postback: { can: true },
	},
};
