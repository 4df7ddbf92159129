import type { INodeProperties } from 'n8n-workflow';

import { asksOf } from '../../../consent/samePerson';
import { eligibility } from '../../../providers/attentive/eligibility';
import { signUpUnitName, SUBSCRIPTION_TYPES, subscriptionTypeOf } from '../../../providers/attentive/signUpUnit';
import { subscribe } from '../../../providers/attentive/subscribe';
import { attentiveCredentialOf, attentiveCredentials } from '../../fields/attentive';
import {
	ATTENTIVE_SIGN_UP_SUBTITLE,
	attentiveSubscriptionFields,
	attentiveSubscriptionTarget,
	enteredAttentiveSubscription,
	withoutAsked,
	signUpUnitField,
} from '../../fields/attentiveSubscription';
import { enteredEvidence, evidenceFields } from '../../fields/evidence';
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
	displayName: 'Off: everybody in the list may get a text from Attentive, also those who are subscribed already or who opted out.',
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
	properties: attentiveSubscriptionFields([skipSubscribedField, skipNotice, signUpUnitTypeField, ...evidenceFields]),
	subtitle: ATTENTIVE_SIGN_UP_SUBTITLE,
	credentialTypeOf: attentiveCredentialOf,
	prepare(parameters) {
		const input = enteredAttentiveSubscription(parameters);
		const lookUpFirst = parameters.flag(skipSubscribedField) ?? true;
		const type = subscriptionTypeOf(input) ?? parameters.choice(signUpUnitTypeField, SUBSCRIPTION_TYPES) ?? 'MARKETING';
		const target = attentiveSubscriptionTarget(input, lookUpFirst ? type : undefined);
		return {
			asks: asksOf(input, signUpUnitName(input)),
			target,
			evidence: enteredEvidence(parameters),
			async run(send, alreadyAsked) {
				const rest = withoutAsked(input, alreadyAsked);
				if (!lookUpFirst) return [await send(subscribe(rest))];
				const { credential, phone, email, includeRaw } = rest;
				const text = phone === undefined ? undefined : await send(eligibility({ credential, phone, includeRaw }));
				const mail = email === undefined ? undefined : await send(eligibility({ credential, email, includeRaw }));
				const decision = afterLookUp({ input: rest, target, type, text, mail });
				return [decision.send === undefined ? decision.result : await send(subscribe(decision.send))];
			},
		};
	},
};
