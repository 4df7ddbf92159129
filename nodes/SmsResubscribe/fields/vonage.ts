import { resubscribe } from '../../../providers/vonage/calls';
import { includesRawAnswer } from '../../fields/delivery';
import { enteredEvidence, evidenceField } from '../../fields/evidence';
import { credentialsField, type ProviderForm } from '../../fields/form';
import { freshConsentField, requireFreshConsent } from '../../fields/freshConsent';
import { defaultCountryField, phoneField, requiredPhone } from '../../fields/phone';
import {
	vonageAuthenticationField,
	vonageCallFields,
	vonageCredentialOf,
	vonageCredentials,
	vonageProgrammeNotice,
} from '../../fields/vonage';

const callFields = vonageCallFields('POST');

export const vonage: ProviderForm = {
	provider: 'vonage',
	credentials: vonageCredentials,
	properties: [
		vonageAuthenticationField,
		credentialsField,
		vonageProgrammeNotice,
		phoneField,
		defaultCountryField,
		freshConsentField,
		evidenceField,
		callFields.field,
	],
	subtitle: '"US Short Code Alerts"',
	credentialTypeOf: vonageCredentialOf,
	prepare(entries) {
		requireFreshConsent(entries);
		const phone = requiredPhone(entries);
		const call = resubscribe({
			credential: vonageCredentialOf(entries),
			...callFields.read(entries),
			phone,
			includeRaw: includesRawAnswer(entries),
		});
		return {
			duplicateKey: phone,
			subject: { provider: 'vonage', phone },
			evidence: enteredEvidence(entries),
			run: async (send) => [await send(call)],
		};
	},
};
