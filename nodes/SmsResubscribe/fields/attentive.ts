import { asksOf } from '../../../consent/samePerson';
import { signUpUnitName } from '../../../providers/attentive/signUpUnit';
import { subscribe } from '../../../providers/attentive/subscribe';
import { attentiveCredentialOf, attentiveCredentials } from '../../fields/attentive';
import {
	ATTENTIVE_SIGN_UP_SUBTITLE,
	attentiveSubscriptionFields,
	attentiveSubscriptionTarget,
	enteredAttentiveSubscription,
	withoutAsked,
} from '../../fields/attentiveSubscription';
import { enteredEvidence } from '../../fields/evidence';
import type { ProviderForm } from '../../fields/form';
import { freshConsentField, requireFreshConsent } from '../../fields/freshConsent';

export const attentive: ProviderForm = {
	provider: 'attentive',
	credentials: attentiveCredentials,
	properties: attentiveSubscriptionFields({ required: [freshConsentField] }),
	subtitle: ATTENTIVE_SIGN_UP_SUBTITLE,
	credentialTypeOf: attentiveCredentialOf,
	prepare(parameters) {
		requireFreshConsent(parameters);
		const input = enteredAttentiveSubscription(parameters);
		return {
			asks: asksOf(input, signUpUnitName(input)),
			target: attentiveSubscriptionTarget(input),
			evidence: enteredEvidence(parameters),
			run: async (send, alreadyAsked) => [await send(subscribe({ ...withoutAsked(input, alreadyAsked), action: 'resubscribe' }))],
		};
	},
};
