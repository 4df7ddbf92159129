import { asksOf } from '../../../consent/samePerson';
import { resubscribe } from '../../../providers/vonage/resubscribe';
import { includesRawAnswer } from '../../fields/delivery';
import { enteredEvidence, evidenceField } from '../../fields/evidence';
import { credentialsField, type ProviderForm } from '../../fields/form';
import { freshConsentField, requireFreshConsent } from '../../fields/freshConsent';
import { defaultCountryField, phoneField } from '../../fields/phone';
import {
	enteredWire,
	requiredVonagePhone,
	vonageAdditionalFields,
	vonageAuthenticationField,
	vonageCredentialOf,
	vonageCredentials,
} from '../../fields/vonage';

export const vonage: ProviderForm = {
	provider: 'vonage',
	credentials: vonageCredentials,
	properties: [
		vonageAuthenticationField,
		credentialsField,
		phoneField,
		defaultCountryField,
		freshConsentField,
		vonageAdditionalFields([evidenceField]),
	],
	subtitle: '"US Short Code Alerts"',
	credentialTypeOf: vonageCredentialOf,
	prepare(parameters) {
		requireFreshConsent(parameters);
		const phone = requiredVonagePhone(parameters);
		const call = resubscribe({
			credential: vonageCredentialOf(parameters),
			...enteredWire(parameters),
			phone,
			includeRaw: includesRawAnswer(parameters),
		});
		return {
			asks: asksOf({ phone }, ''),
			target: { provider: 'vonage', phone },
			evidence: enteredEvidence(parameters),
			run: async (send) => [await send(call)],
		};
	},
};
