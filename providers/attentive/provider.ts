import type { Provider } from '../../consent/provider';
import { accessTokenText, ATTENTIVE_BASE_URL, keyText, placeAttentiveKey } from './auth';
import { FAILURES } from './failure';

/** https://docs.attentive.com */
export const attentive: Provider = {
	name: 'attentive',
	displayName: 'Attentive',
	credentials: {
		smsConsentAttentiveApi: { defaultBaseUrl: ATTENTIVE_BASE_URL, place: placeAttentiveKey, accountOf: keyText },
		smsConsentAttentiveOAuth2Api: { defaultBaseUrl: ATTENTIVE_BASE_URL, place: 'n8n', accountOf: accessTokenText },
	},
	// https://docs.attentivemobile.com/pages/api-rate-limits counts within each second, so nothing may go out in a burst.
	rateLimits: {
		'attentive:subscribe': { callsPerSecond: 10, burst: 1 },
		'attentive:unsubscribe': { callsPerSecond: 5, burst: 1 },
		// 150 are allowed; a third of them leaves room for the account's other integrations.
		'attentive:eligibility': { callsPerSecond: 50, burst: 1 },
		'attentive:webhooks': { callsPerSecond: 10, burst: 1 },
	},
	// The same page: it counts per second and names no time to wait.
	rateWindowMs: 1000,
	failures: FAILURES,
	capabilities: {
		subscribe: { can: true },
		unsubscribe: { can: true },
		query: { can: true },
		resubscribe: { can: true },
		postback: { can: true },
	},
};
