import { subscribe } from '../../../providers/attentive/calls';
import { attentiveCredentialOf, attentiveCredentials } from '../../fields/attentive';
import {
	ATTENTIVE_SIGN_UP_SUBTITLE,
	attentiveSubscriptionFields,
	attentiveSubscriptionSubject,
	enteredAttentiveSubscription,
	signUpDuplicateKey,
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
	prepare(entries) {
		requireFreshConsent(entries);
		const input = enteredAttentiveSubscription(entries);
		const call = subscribe({ ...input, action: 'resubscribe' });
		return {
			duplicateKey: signUpDuplicateKey(input),
			subject: attentiveSubscriptionSubject(input),
			evidence: enteredEvidence(entries),
			run: async (send) => [await send(call)],
		};
	},
};
