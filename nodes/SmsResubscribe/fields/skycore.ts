import { asksOf } from '../../../consent/samePerson';
import { subscribe } from '../../../providers/skycore/calls';
import { campaignName } from '../../../providers/skycore/document';
import { enteredEvidence } from '../../fields/evidence';
import type { ProviderForm } from '../../fields/form';
import { freshConsentField, requireFreshConsent } from '../../fields/freshConsent';
import {
	enteredSkycoreSubscription,
	SKYCORE_CREDENTIAL,
	SKYCORE_SUBTITLE,
	skycoreCredential,
	skycoreSubscriptionFields,
} from '../../fields/skycore';

export const skycore: ProviderForm = {
	provider: 'skycore',
	credentials: [skycoreCredential],
	properties: skycoreSubscriptionFields('.', [freshConsentField]),
	subtitle: SKYCORE_SUBTITLE,
	credentialTypeOf: () => SKYCORE_CREDENTIAL,
	prepare(parameters) {
		requireFreshConsent(parameters);
		const input = enteredSkycoreSubscription(parameters);
		return {
			asks: asksOf(input, campaignName(input)),
			target: { provider: 'skycore', phone: input.phone, campaign: campaignName(input) },
			evidence: enteredEvidence(parameters),
			run: async (send) => [await send(subscribe({ ...input, action: 'resubscribe' }))],
		};
	},
};
