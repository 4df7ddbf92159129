import { signUpUnitName } from '../../../providers/attentive/signUpUnit';
import { subscribe } from '../../../providers/attentive/subscribe';
import { attentiveCredentialOf, attentiveCredentials } from '../../fields/attentive';
import {
	ATTENTIVE_SIGN_UP_SUBTITLE,
	attentiveSubscriptionFields,
	attentiveSubscriptionTarget,
	enteredAttentiveSubscription,
} from '../../fields/attentiveSubscription';
import { enteredEvidence, evidenceField } from '../../fields/evidence';
import type { ProviderForm } from '../../fields/form';
import { freshConsentField, requireFreshConsent } from '../../fields/freshConsent';

export const attentive: ProviderForm = {
	provider: 'attentive',
	credentials: attentiveCredentials,
	properties: attentiveSubscriptionFields([freshConsentField, evidenceField]),
	subtitle: ATTENTIVE_SIGN_UP_SUBTITLE,
	credentialTypeOf: attentiveCredentialOf,
	prepare(parameters) {
		requireFreshConsent(parameters);
		const input = enteredAttentiveSubscription(parameters);
		const call = subscribe({ ...input, action: 'resubscribe' });
		return {
			asksFor: [signUpUnitName(input)],
			target: attentiveSubscriptionTarget(input),
			evidence: enteredEvidence(parameters),
			run: async (send) => [await send(call)],
		};
	},
};
