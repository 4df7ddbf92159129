import type { INodeProperties } from 'n8n-workflow';

import { eligibility, subscribe } from '../../../providers/attentive/calls';
import { attentiveCredentialOf, attentiveCredentials } from '../../fields/attentive';
import {
	ATTENTIVE_SIGN_UP_SUBTITLE,
	attentiveSubscriptionFields,
	attentiveSubscriptionSubject,
	enteredAttentiveSubscription,
	signUpDuplicateKey,
	signUpUnitField,
	SUBSCRIPTION_TYPES,
} from '../../fields/attentiveSubscription';
import { enteredEvidence, evidenceField } from '../../fields/evidence';
import type { ProviderForm } from '../../fields/form';
import { afterLookUp } from '../afterLookUp';

const skipSubscribedField: INodeProperties = {
	displayName: 'Skip People Already Subscribed',
	name: 'skipSubscribed',
	type: 'boolean',
	default: true,
	description:
		"Whether to look the person up first and leave out who is subscribed already or has opted out. Without it Attentive texts subscribed people again. Needs the scope 'subscriptions:read'.",
};

const skipNotice: INodeProperties = {
	displayName: 'Off: everybody in the list gets a text from Attentive, also those who are subscribed already.',
	name: 'skipSubscribedNotice',
	type: 'notice',
	displayOptions: { show: { [skipSubscribedField.name]: [false] } },
	default: '',
};

/** A sign-up source says what it is for only inside Attentive; the look-up has to know. */
const signUpUnitTypeField: INodeProperties = {
	displayName: 'Sign-Up Source Is For',
	name: 'signUpUnitType',
	type: 'options',
	displayOptions: { show: { [skipSubscribedField.name]: [true], [signUpUnitField.name]: ['sourceId'] } },
	options: [
		{ name: 'Marketing', value: 'MARKETING', description: 'Offers and news' },
		{ name: 'Transactional', value: 'TRANSACTIONAL', description: 'Orders, deliveries and the like' },
	],
	default: 'MARKETING',
	description: 'Which kind of subscription to look up. It only serves the look-up and is not sent with the subscription.',
};

export const attentive: ProviderForm = {
	provider: 'attentive',
	credentials: attentiveCredentials,
	properties: attentiveSubscriptionFields([skipSubscribedField, skipNotice, signUpUnitTypeField, evidenceField]),
	subtitle: ATTENTIVE_SIGN_UP_SUBTITLE,
	credentialTypeOf: attentiveCredentialOf,
	prepare(entries) {
		const input = enteredAttentiveSubscription(entries);
		const call = subscribe(input);
		const lookUpFirst = entries.flag(skipSubscribedField) ?? true;
		const type = input.subscriptionType ?? entries.choice(signUpUnitTypeField, SUBSCRIPTION_TYPES) ?? 'MARKETING';
		return {
			duplicateKey: signUpDuplicateKey(input),
			subject: attentiveSubscriptionSubject(input, lookUpFirst ? type : input.subscriptionType),
			evidence: enteredEvidence(entries),
			async run(send) {
				if (!lookUpFirst) return [await send(call)];
				const { credential, phone, email, includeRaw } = input;
				const text = phone === undefined ? undefined : await send(eligibility({ credential, phone, includeRaw }));
				const mail = email === undefined ? undefined : await send(eligibility({ credential, email, includeRaw }));
				const decision = afterLookUp({ input, type, text, mail });
				return [decision.send === undefined ? decision.result : await send(subscribe(decision.send))];
			},
		};
	},
};
