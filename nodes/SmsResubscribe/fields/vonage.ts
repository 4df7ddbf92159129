import { asksOf } from '../../../consent/samePerson';
import { resubscribe } from '../../../providers/vonage/resubscribe';
import { includesRawAnswer } from '../../fields/delivery';
import { enteredEvidence, evidenceFields } from '../../fields/evidence';
import { credentialsField, type ProviderForm } from '../../fields/form';
import { freshConsentField, requireFreshConsent } from '../../fields/freshConsent';
import { defaultCountryField, phoneField } from '../../fields/phone';
import {
	requiredVonagePhone,
	vonageAuthenticationField,
	vonageCallFields,
	vonageCredentialOf,
	vonageCredentials,
	vonageProgramNotice,
} from '../../fields/vonage';

const callFields = vonageCallFields();

export const vonage: ProviderForm = {
	provider: 'vonage',
	credentials: vonageCredentials,
	properties: [
		vonageAuthenticationField,
		credentialsField,
		vonageProgramNotice,
		phoneField,
		defaultCountryField,
		freshConsentField,
		...evidenceFields,
		callFields.field,
	],
	subtitle: '"US Short Code Alerts"',
	credentialTypeOf: vonageCredentialOf,
	prepare(parameters) {
		requireFreshConsent(parameters);
		const phone = requiredVonagePhone(parameters);
		const call = resubscribe({
			credential: vonageCredentialOf(parameters),
			...callFields.read(parameters),
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
