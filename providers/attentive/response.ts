import type { CallResponse } from '../../consent/call';
import { isAnotherNumber } from '../../consent/phone';
import { emailKey } from '../../consent/samePerson';
import { sentenceOf, z } from '../../consent/schema';
import { refusalIn } from '../../transport/codec/response';
import { campaignName, type Subscription } from './campaign';
import { failureOf, unreadable } from './failure';
import type { Person } from './person';
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
 * @returns true when its status says so, or its document, as GraphQL's `errors` do also within HTTP 200
 */
export function isRefusal(response: CallResponse): boolean {
	return response.status >= 400 || refusalIn(response.json) !== undefined;
}

/**
 * Makes sure that an answer is about the person who was asked about.
 *
 * @param read an answer that may name its `user`
 * @param asked whom the call was about
 * @param response as received
 * @param purpose what had been asked for
 * @throws {ProviderFailure} when it names somebody else
 */
export function requireSamePerson(
	read: { user?: z.output<typeof user> },
	asked: Person,
	response: CallResponse,
	purpose: CallPurpose,
): void {
	const { phone, email } = read.user ?? {};
	if (asked.phone !== undefined && isAnotherNumber(phone, asked.phone))
		throw unreadable(response, purpose, `it names another number, ${phone}`);
	const isAnotherAddress = (email ?? '').trim() !== '' && asked.email !== undefined && emailKey(email ?? '') !== emailKey(asked.email);
	if (isAnotherAddress) throw unreadable(response, purpose, `it names another address, ${email}`);
}

/**
 * Keeps the subscriptions that an answer was asked for. One that names only others is no success.
 *
 * @param rows of an answer
 * @param isAsked whether a subscription was asked for
 * @param response as received
 * @param purpose what had been asked for
 * @returns none only when the answer names none
 * @throws {ProviderFailure} when it names others alone
 */
export function askedRows<Row extends { subscription: Subscription }>(
	rows: readonly Row[],
	isAsked: (subscription: Subscription) => boolean,
	response: CallResponse,
	purpose: CallPurpose,
): Row[] {
	const asked = rows.filter(({ subscription }) => isAsked(subscription));
	if (asked.length > 0 || rows.length === 0) return asked;
	throw unreadable(response, purpose, `it names other subscriptions than those that were asked for (${namesOf(rows)})`);
}

/**
 * @param rows of an answer
 * @returns `MARKETING TEXT, MARKETING EMAIL`, each once
 */
export function namesOf(rows: ReadonlyArray<{ subscription: Subscription }>): string {
	return [...new Set(rows.map(({ subscription }) => campaignName(subscription)))].join(', ');
}
