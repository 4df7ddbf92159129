import { asksOf } from '../../../consent/samePerson';
import { subscribe } from '../../../providers/skycore/calls';
import { campaignName } from '../../../providers/skycore/document';
import { enteredEvidence } from '../../fields/evidence';
import type { ProviderForm } from '../../fields/form';
import {
	enteredSkycoreSubscription,
	SKYCORE_CREDENTIAL,
	SKYCORE_SUBTITLE,
	skycoreCredential,
	skycoreSubscriptionFields,
} from '../../fields/skycore';

/** At Skycore the call that subscribes is the call that brings back. */
const EVEN_AFTER_AN_OPT_OUT = ', even if they opted out before: put <b>SMS Consent Check</b> before this node.';

export const skycore: ProviderForm = {
	provider: 'skycore',
	credentials: [skycoreCredential],
	properties: skycoreSubscriptionFields(EVEN_AFTER_AN_OPT_OUT),
	subtitle: SKYCORE_SUBTITLE,
	credentialTypeOf: () => SKYCORE_CREDENTIAL,
	prepare(parameters) {
		const input = enteredSkycoreSubscription(parameters);
		return {
			asks: asksOf(input, campaignName(input)),
			target: { provider: 'skycore', phone: input.phone, campaign: campaignName(input) },
			evidence: enteredEvidence(parameters),
			run: async (send) => [await send(subscribe(input))],
		};
	},
};
