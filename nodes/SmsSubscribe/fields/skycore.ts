import { asksOf } from '../../../consent/samePerson';
import { subscribe } from '../../../providers/skycore/calls';
import { enteredEvidence, evidenceField } from '../../fields/evidence';
import type { ProviderForm } from '../../fields/form';
import { enteredSkycoreSubscription, SKYCORE_CREDENTIAL, skycoreCredential, skycoreSubscriptionFields } from '../../fields/skycore';

/** At Skycore the call that subscribes is the call that brings back. */
const ALSO_WHO_OPTED_OUT = ', also one who opted out before: put <b>SMS Consent Check</b> before this node.';

export const skycore: ProviderForm = {
	provider: 'skycore',
	credentials: [skycoreCredential],
	properties: skycoreSubscriptionFields(ALSO_WHO_OPTED_OUT, [evidenceField]),
	subtitle: '$parameter["campaignReference"]',
	credentialTypeOf: () => SKYCORE_CREDENTIAL,
	prepare(parameters) {
		const input = enteredSkycoreSubscription(parameters);
		return {
			asks: asksOf(input, input.campaignRef),
			target: { provider: 'skycore', phone: input.phone, campaign: input.campaignRef },
			evidence: enteredEvidence(parameters),
			run: async (send) => [await send(subscribe(input))],
		};
	},
};
