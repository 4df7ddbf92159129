import { subscribe } from '../../../providers/skycore/calls';
import { enteredEvidence, evidenceField } from '../../fields/evidence';
import type { ProviderForm } from '../../fields/form';
import { freshConsentField, requireFreshConsent } from '../../fields/freshConsent';
import { SKYCORE_CREDENTIAL, skycoreCredential } from '../../fields/skycore';
import { enteredSkycoreSubscription, skycoreSubscriptionFields } from '../../fields/skycoreSubscription';

export const skycore: ProviderForm = {
	provider: 'skycore',
	credentials: [skycoreCredential],
	properties: skycoreSubscriptionFields([freshConsentField, evidenceField]),
	subtitle: '$parameter["campaignReference"]',
	credentialTypeOf: () => SKYCORE_CREDENTIAL,
	prepare(entries) {
		requireFreshConsent(entries);
		const input = enteredSkycoreSubscription(entries);
		const call = subscribe({ ...input, action: 'resubscribe' });
		return {
			duplicateKey: JSON.stringify([input.campaignRef, input.phone]),
			subject: { provider: 'skycore', phone: input.phone, campaign: input.campaignRef },
			evidence: enteredEvidence(entries),
			run: async (send) => [await send(call)],
		};
	},
};
