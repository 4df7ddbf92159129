import { subscribe } from '../../../providers/attentive/calls';
import { readSignUp, signUpName } from '../../../providers/attentive/signUp';
import { attentiveCredentialOf, attentiveCredentials } from '../../fields/attentive';
import {
	ATTENTIVE_SIGN_UP_SUBTITLE,
	attentiveSubscriptionFields,
	enteredAttentiveSubscription,
} from '../../fields/attentiveSubscription';
import type { ProviderForm } from '../../fields/form';
import { enteredEvidence, evidenceField, freshConsentField, requireFreshConsent } from '../../fields/freshConsent';

export const attentive: ProviderForm = {
	provider: 'attentive',
	credentials: attentiveCredentials,
	properties: attentiveSubscriptionFields([freshConsentField, evidenceField]),
	subtitle: ATTENTIVE_SIGN_UP_SUBTITLE,
	credentialTypeOf: attentiveCredentialOf,
	prepare(entries) {
		requireFreshConsent(entries);
		const input = enteredAttentiveSubscription(entries);
		const call = subscribe({ ...input, action: 'resubscribe', evidence: enteredEvidence(entries) });
		const campaign = signUpName(readSignUp(input));
		return {
			duplicateKey: JSON.stringify([campaign, input.phone ?? null, input.email ?? null]),
			subject: { provider: 'attentive', phone: input.phone, email: input.email, campaign },
			run: async (send) => [await send(call)],
		};
	},
};
