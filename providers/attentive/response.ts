import type { CallResponse } from '../../consent/call';
import { sentenceOf, z } from '../../consent/schema';
import { failureOf, unreadable } from './failure';
import type { CallPurpose } from './purpose';

/** GraphQL spells the same words with a prefix: `TYPE_MARKETING`, `CHANNEL_TEXT`. */
function word(prefix: string) {
	return z.string().transform((text) => text.trim().toUpperCase().replace(prefix, ''));
}

const subscription = z.object({ type: word('TYPE_'), channel: word('CHANNEL_') });

const user = z.object({ phone: z.string().nullish(), email: z.string().nullish() }).nullish();

/** Of `POST /subscriptions`. https://docs.attentive.com/reference/addsubscriptions */
export const SUBSCRIBE_RESPONSE = z.object({
	user,
	subscriptionResponses: z.array(z.object({ subscription, subscriptionCreationStatus: z.enum(['NEWLY_CREATED', 'PREVIOUSLY_CREATED']) })),
});

/** Of `POST /subscriptions/unsubscribe`. https://docs.attentive.com/reference/unsubscribesubscriptions */
export const UNSUBSCRIBE_RESPONSE = z.object({
	user,
	subscriptionResponses: z.array(
		z.object({ subscription, subscriptionUnsubscribeStatus: z.enum(['NEWLY_UNSUBSCRIBED', 'PREVIOUSLY_UNSUBSCRIBED']) }),
	),
});

/** Of `GET /subscriptions`. https://docs.attentive.com/reference/getsubscriptions */
export const ELIGIBILITY_RESPONSE = z.object({
	subscriptionEligibilities: z.array(z.object({ subscription, eligibility: z.object({ isEligible: z.boolean() }) })),
});

/** One registered webhook. `type` has other words in the list than elsewhere, so it is not interpreted. */
export const WEBHOOK = z.object({
	id: z.union([z.string().min(1), z.number()]).transform(String),
	url: z.string(),
	events: z.array(z.string()),
	type: z.string().nullish(),
	disabledAt: z.string().nullish(),
});

/** Of `GET /webhooks`. https://docs.attentive.com/openapi/reference/tag/Webhooks */
export const WEBHOOK_LIST = z.object({ webhooks: z.array(WEBHOOK) });

const GRAPHQL_ERRORS = z.object({ errors: z.array(z.unknown()).min(1) });

/**
 * Reads a successful response. Any 2xx counts: which one Attentive sends differs between its documents.
 *
 * @param response of Attentive
 * @param schema what the documents promise
 * @param purpose what had been asked for
 * @param credential type name
 * @throws {ProviderFailure} when it is a refusal, or not as documented
 */
export function readResponse<Schema extends z.ZodTypeAny>(
	response: CallResponse,
	schema: Schema,
	purpose: CallPurpose,
	credential: string,
): z.output<Schema> {
	if (isRefusal(response)) throw failureOf(response, purpose, credential);
	const read = schema.safeParse(response.json);
	if (!read.success) throw unreadable(response, purpose, response.json === undefined ? 'it is not JSON' : sentenceOf(read.error));
	return read.data;
}

/**
 * @param response of Attentive
 * @returns true when its status says so, or when it holds GraphQL-style `errors`, as also HTTP 200 may
 */
export function isRefusal(response: CallResponse): boolean {
	return response.status >= 400 || GRAPHQL_ERRORS.safeParse(response.json).success;
}
