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
import { enteredEvidence } from '../../fields/evidence';
import { ADDITIONAL_FIELDS, additionalField, type ProviderForm } from '../../fields/form';
import { afterLookUp } from '../afterLookUp';

const skipSubscribedField: INodeProperties = {
	displayName: 'Skip People Already Subscribed',
	name: 'skipSubscribed',
	type: 'boolean',
	default: true,
	description:
		"Whether to look people up first and skip those who are already subscribed or opted out. Switched off, Attentive texts subscribed people again. Needs the scope 'subscriptions:read'.",
};

const skipNotice: INodeProperties = {
	displayName: 'Off: everybody on the list may get a text from Attentive, even people who are already subscribed or opted out.',
	name: 'skipSubscribedNotice',
	type: 'notice',
	displayOptions: { show: { [additionalField(skipSubscribedField.name)]: [false] } },
	default: '',
};

/** A sign-up source says what it is for only inside Attentive; the look-up has to know. */
const signUpUnitTypeField: INodeProperties = {
	displayName: 'Sign-Up Source Is For',
	name: 'signUpUnitType',
	type: 'options',
	displayOptions: { show: { [signUpUnitField.name]: ['sourceId'] }, hide: { [additionalField(skipSubscribedField.name)]: [false] } },
	options: [
		{ name: 'Marketing', value: 'MARKETING', description: 'Offers and news' },
		{ name: 'Transactional', value: 'TRANSACTIONAL', description: 'Orders, deliveries and the like' },
	],
	default: 'MARKETING',
	description: 'What you use this sign-up source for. The node looks up the same kind of subscription before it signs anybody up.',
};

export const attentive: ProviderForm = {
	provider: 'attentive',
	credentials: attentiveCredentials,
	properties: attentiveSubscriptionFields({
		required: [signUpUnitTypeField],
		additional: [skipSubscribedField],
		notices: [skipNotice],
	}),
	subtitle: ATTENTIVE_SIGN_UP_SUBTITLE,
	credentialTypeOf: attentiveCredentialOf,
	prepare(parameters) {
		const input = enteredAttentiveSubscription(parameters);
		const lookUpFirst = parameters.group(ADDITIONAL_FIELDS).flag(skipSubscribedField) ?? true;
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
