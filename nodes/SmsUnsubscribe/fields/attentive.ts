import type { INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../../consent/failure';
import { type Ask, asksOf } from '../../../consent/samePerson';
import type { Person } from '../../../providers/attentive/person';
import {
	endedCampaign,
	endedChannel,
	type EndableSubscription,
	unsubscribe,
	type UnsubscribeInput,
} from '../../../providers/attentive/unsubscribe';
import {
	attentiveAuthenticationField,
	attentiveCredentialOf,
	attentiveCredentials,
	attentivePersonFields,
	enteredAttentivePerson,
} from '../../fields/attentive';
import { includesRawAnswer } from '../../fields/delivery';
import { emailField } from '../../fields/email';
import { ADDITIONAL_FIELDS, additionalFields, credentialsField, type ProviderForm } from '../../fields/form';
import type { Field, ParameterReader } from '../../fields/parameterReader';
import { phoneField } from '../../fields/phone';

const SUBSCRIPTION_GROUP = 'subscription';
const TYPES = ['MARKETING', 'TRANSACTIONAL', 'CHECKOUT_ABANDONED'] as const;
const CHANNELS = ['TEXT', 'EMAIL'] as const;

const scopeField: INodeProperties = {
	displayName: 'Unsubscribe From',
	name: 'unsubscribeFrom',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Everything Reachable by the Given Phone or Email',
			value: 'everything',
			description: 'Ends every text subscription of the phone number and every email subscription of the address',
		},
		{ name: 'Chosen Subscriptions', value: 'chosen', description: 'Ends only the subscriptions listed below' },
	],
	default: 'everything',
	description: 'Which subscriptions to end',
	hint: 'A phone number ends text subscriptions only, an email address ends email subscriptions only. Give both to end both.',
};

const channelField: INodeProperties = {
	displayName: 'Channel',
	name: 'channel',
	type: 'options',
	options: [
		{ name: 'Email', value: 'EMAIL' },
		{ name: 'Text', value: 'TEXT' },
	],
	default: 'TEXT',
};

const typeField: INodeProperties = {
	displayName: 'Type',
	name: 'type',
	type: 'options',
	options: [
		{ name: 'Checkout Abandoned', value: 'CHECKOUT_ABANDONED' },
		{ name: 'Marketing', value: 'MARKETING' },
		{ name: 'Transactional', value: 'TRANSACTIONAL' },
	],
	default: 'MARKETING',
};

const subscriptionsField: INodeProperties = {
	displayName: 'Subscriptions',
	name: 'subscriptions',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Subscription',
	displayOptions: { show: { [scopeField.name]: ['chosen'] } },
	default: {},
	options: [{ displayName: 'Subscription', name: SUBSCRIPTION_GROUP, values: [channelField, typeField] }],
};

const confirmationField: INodeProperties = {
	displayName: 'Send Confirmation Text',
	name: 'confirmationText',
	type: 'boolean',
	default: true,
	description: 'Whether Attentive should text the person that they are unsubscribed',
	hint: "One text at most, and none while 'Retry On Fail' is on. Running the node again sends another.",
};

const languageField: INodeProperties = {
	displayName: 'Language of the Confirmation Text',
	name: 'confirmationLanguage',
	type: 'options',
	options: [
		{ name: 'Account Default', value: '' },
		{ name: 'English (United States)', value: 'en-US' },
		{ name: 'French (Canada)', value: 'fr-CA' },
	],
	default: '',
};

function requireReach(
	subscriptions: EndableSubscription[],
	channel: EndableSubscription['channel'],
	field: Field,
	value: string | undefined,
): void {
	if (value !== undefined || !subscriptions.some((each) => each.channel === channel)) return;
	throw new InputProblem(
		`An ${channel === 'EMAIL' ? 'email' : 'SMS'} subscription is to end, but '${field.displayName}' is empty`,
		`Fill '${field.displayName}', or remove the ${channel} subscription: Attentive ends ${channel} subscriptions by that field only.`,
	);
}

function enteredSubscriptions(parameters: ParameterReader, { phone, email }: Person): UnsubscribeInput['subscriptions'] {
	if (parameters.choice(scopeField, ['everything', 'chosen'] as const) !== 'chosen') return 'everything';
	const [first, ...others] = parameters
		.rows(subscriptionsField, SUBSCRIPTION_GROUP)
		.map(
			(row): EndableSubscription => ({
				type: row.choice(typeField, TYPES) ?? 'MARKETING',
				channel: row.choice(channelField, CHANNELS) ?? 'TEXT',
			}),
		)
		.filter(({ type, channel }, index, all) => all.findIndex((other) => other.type === type && other.channel === channel) === index);
	if (first === undefined) {
		throw new InputProblem(
			`'${subscriptionsField.displayName}' is empty`,
			'Add at least one subscription, or choose to end everything: Attentive would take an empty list for that.',
		);
	}
	requireReach([first, ...others], 'TEXT', phoneField, phone);
	requireReach([first, ...others], 'EMAIL', emailField, email);
	return [first, ...others];
}

function enteredNotification(parameters: ParameterReader): UnsubscribeInput['notification'] {
	const fields = parameters.group(ADDITIONAL_FIELDS);
	if (fields.flag(confirmationField) === false) return { disabled: true };
	const language = fields.choice(languageField, ['en-US', 'fr-CA'] as const);
	return language && { disabled: false, language };
}

/** A phone number ends text subscriptions only, an address email subscriptions only. */
function asksToEnd({ phone, email }: Person, subscriptions: UnsubscribeInput['subscriptions']): Ask[] {
	if (subscriptions === 'everything') return asksOf({ phone, email }, subscriptions);
	return subscriptions.flatMap(({ type, channel }) => asksOf(channel === 'TEXT' ? { phone } : { email }, type));
}

export const attentive: ProviderForm = {
	provider: 'attentive',
	credentials: attentiveCredentials,
	properties: [
		attentiveAuthenticationField,
		credentialsField,
		...attentivePersonFields,
		scopeField,
		subscriptionsField,
		additionalFields([confirmationField, languageField]),
	],
	subtitle: '$parameter["unsubscribeFrom"] === "chosen" ? "Chosen Subscriptions" : "Everything"',
	credentialTypeOf: attentiveCredentialOf,
	prepare(parameters) {
		const person = enteredAttentivePerson(parameters);
		const subscriptions = enteredSubscriptions(parameters, person);
		const call = unsubscribe({
			credential: attentiveCredentialOf(parameters),
			...person,
			subscriptions,
			notification: enteredNotification(parameters),
			includeRaw: includesRawAnswer(parameters),
		});
		return {
			asks: asksToEnd(person, subscriptions),
			target: {
				provider: 'attentive',
				...person,
				channel: endedChannel({ ...person, subscriptions }),
				campaign: endedCampaign({ subscriptions }) ?? undefined,
			},
			run: async (send) => [await send(call)],
		};
	},
};
