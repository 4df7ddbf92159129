/**
 * What Attentive's API document (version 1) says of the calls that this package makes: names, types and permitted words, and nothing besides.
 * https://docs.attentive.com/reference
 */
import { z } from 'zod';

const text = z.string();
const SUBSCRIPTION = z.strictObject({
	type: z.enum(['MARKETING', 'TRANSACTIONAL', 'CHECKOUT_ABANDONED']),
	channel: z.enum(['TEXT', 'EMAIL']),
});
const USER = z.strictObject({ phone: text.optional(), email: text.optional() });
const IDENTIFIERS = z.strictObject({
	clientUserId: text.optional(),
	shopifyId: text.optional(),
	klaviyoId: text.optional(),
	customIdentifiers: z.array(z.strictObject({ name: text, value: text })).optional(),
});
const WEBHOOK = { id: text, url: text, type: text, events: z.array(text), disabledAt: text.optional() };

interface Documented {
	call: RegExp;
	query?: z.ZodTypeAny;
	body?: z.ZodTypeAny;
	status: number;
	/** Absent where there is none. */
	answer?: z.ZodTypeAny;
}

/** Each call, with what may be sent and what a success answers. */
export const DOCUMENTED: readonly Documented[] = [
	{
		call: /^POST subscriptions$/,
		body: z.strictObject({
			user: USER,
			signUpSourceId: text.optional(),
			externalIdentifiers: IDENTIFIERS.optional(),
			locale: z.strictObject({ language: text, country: text }).optional(),
			subscriptionType: z.enum(['MARKETING', 'TRANSACTIONAL']).optional(),
			singleOptIn: z.boolean().optional(),
		}),
		status: 202,
		answer: z.strictObject({
			user: USER,
			externalIdentifiers: IDENTIFIERS,
			subscriptionResponses: z.array(
				z.strictObject({ subscription: SUBSCRIPTION, subscriptionCreationStatus: z.enum(['NEWLY_CREATED', 'PREVIOUSLY_CREATED']) }),
			),
		}),
	},
	{
		call: /^GET subscriptions$/,
		query: z.union([z.strictObject({ phone: text }), z.strictObject({ email: text })]),
		status: 200,
		answer: z.strictObject({
			subscriptionEligibilities: z.array(
				z.strictObject({ subscription: SUBSCRIPTION, eligibility: z.strictObject({ isEligible: z.boolean() }) }),
			),
		}),
	},
	{
		call: /^POST subscriptions\/unsubscribe$/,
		body: z.strictObject({
			user: USER,
			subscriptions: z.array(SUBSCRIPTION).optional(),
			notification: z.strictObject({ language: z.enum(['en-US', 'fr-CA']).optional(), disabled: z.boolean().optional() }).optional(),
		}),
		status: 202,
		answer: z.strictObject({
			user: USER,
			subscriptionResponses: z.array(
				z.strictObject({
					subscription: SUBSCRIPTION,
					subscriptionUnsubscribeStatus: z.enum(['NEWLY_UNSUBSCRIBED', 'PREVIOUSLY_UNSUBSCRIBED']),
				}),
			),
		}),
	},
	{
		call: /^GET webhooks$/,
		status: 200,
		answer: z.strictObject({ webhooks: z.array(z.strictObject({ ...WEBHOOK, companyId: text })) }),
	},
	{ call: /^POST webhooks$/, body: z.strictObject({ url: text, events: z.array(text) }), status: 201, answer: z.strictObject(WEBHOOK) },
	{
		call: /^PUT webhooks\/[^/]+$/,
		body: z.strictObject({ url: text, events: z.array(text), disabled: z.boolean() }),
		status: 200,
		answer: z.strictObject(WEBHOOK),
	},
	{ call: /^DELETE webhooks\/[^/]+$/, status: 204 },
	{
		call: /^GET me$/,
		status: 200,
		answer: z.strictObject({
			applicationName: text,
			attentiveDomainName: text,
			companyName: text,
			contactEmail: text,
			companyId: text,
		}),
	},
];
