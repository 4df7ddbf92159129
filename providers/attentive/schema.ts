import { z } from '../../consent/schema';

/** GraphQL answers spell the same words with a prefix: `TYPE_MARKETING`, `CHANNEL_TEXT`. */
function word(prefix: string) {
	return z.string().transform((text) => text.trim().toUpperCase().replace(prefix, ''));
}

const subscription = z.object({ type: word('TYPE_'), channel: word('CHANNEL_') });

const user = z.object({ phone: z.string().nullish(), email: z.string().nullish() }).nullish();

const identifier = z.union([z.string().min(1), z.number()]).transform(String);

/** One subscription of a person: what kind of messages, and by which way. */
export type Subscription = z.output<typeof subscription>;

/**
 * @param subscription of a person
 * @returns how results and events name it as a campaign: `MARKETING TEXT`
 */
export function campaignName({ type, channel }: Subscription): string {
	return `${type} ${channel}`;
}

/** What `POST /subscriptions` answers. https://docs.attentive.com/reference/addsubscriptions */
export const SUBSCRIBE_ANSWER = z.object({
	user,
	subscriptionResponses: z.array(
		z.object({ subscription, subscriptionCreationStatus: z.enum(['NEWLY_CREATED', 'PREVIOUSLY_CREATED']) }),
	),
});

/** What `POST /subscriptions/unsubscribe` answers. https://docs.attentive.com/reference/unsubscribesubscriptions */
export const UNSUBSCRIBE_ANSWER = z.object({
	user,
	subscriptionResponses: z.array(
		z.object({ subscription, subscriptionUnsubscribeStatus: z.enum(['NEWLY_UNSUBSCRIBED', 'PREVIOUSLY_UNSUBSCRIBED']) }),
	),
});

/** What `GET /subscriptions` answers. https://docs.attentive.com/reference/getsubscriptions */
export const ELIGIBILITY_ANSWER = z.object({
	subscriptionEligibilities: z.array(z.object({ subscription, eligibility: z.object({ isEligible: z.boolean() }) })),
});

/** One registered webhook. `type` has other words in the list than elsewhere, so it is not interpreted. */
export const WEBHOOK = z.object({
	id: identifier,
	url: z.string(),
	events: z.array(z.string()),
	type: z.string().nullish(),
	disabledAt: z.string().nullish(),
});

/** What `GET /webhooks` answers. https://docs.attentive.com/openapi/reference/tag/Webhooks */
export const WEBHOOK_LIST = z.object({ webhooks: z.array(WEBHOOK) });

/** The error bodies that Attentive documents or is known to send, all parts optional. */
export const ERROR_BODY = z.object({
	error: z.union([z.object({ id: identifier.nullish().catch(null), message: z.string().nullish().catch(null) }), z.string()]).nullish().catch(null),
	message: z.string().nullish().catch(null),
	errors: z.array(z.object({ message: z.string() })).nullish().catch(null),
});
