import type { CallResponse, ProviderCall } from '../../consent/call';
import type { ConsentOutcome, ResultFacts } from '../../consent/result';
import type { z } from '../../consent/schema';
import { campaignName, type Subscription } from './campaign';
import { searchedWords } from './errorBody';
import { channelOf, type Person, userOf, wireChannelOf } from './person';
import { PURPOSES } from './purpose';
import { askedRows, namesOf, readResponse, requireSamePerson, SUBSCRIBE_RESPONSE } from './response';
import { type SignUpUnit, signUpUnitOf, subscriptionTypeOf } from './signUpUnit';

/** By which ids the person's other systems know the same person. Attentive merges people who share one, so none may be empty. */
export interface ExternalIdentifiers {
	clientUserId?: string;
	shopifyId?: string;
	klaviyoId?: string;
	/** At least one, each name once. */
	customIdentifiers?: { name: string; value: string }[];
}

export type SubscribeInput = Person &
	SignUpUnit & {
		/** Credential type name. */
		credential: string;
		/** Left out when none is known. */
		externalIdentifiers?: ExternalIdentifiers;
		/** Leaves out the text that asks for "Reply Y". */
		singleOptIn?: boolean;
		action?: 'subscribe' | 'resubscribe';
		/** Adds the provider's answer to the result. */
		includeRaw?: boolean;
	};

type CreatedRow = z.output<typeof SUBSCRIBE_RESPONSE>['subscriptionResponses'][number];

const PENDING_HINT =
	"People with 'pending_confirmation' are subscribed only after answering 'Reply Y'. SMS Postback Trigger (sms.subscribed) tells when they did, SMS Query Opt-Outs whether.";
const REPEATED_HINT =
	"Attentive already had the subscription of people with 'already_subscribed' and recorded the attempt. For a text subscription it texts the person that they are already subscribed.";
const NO_TEXT_NOTE =
	'Attentive made no text subscription for this number, only others. Check in Attentive that the sign-up source is for texts.';
/** Of a conflict; every other one may mean anything. */
const ALREADY_EXISTS = /subscription already exists|already (?:has|have) (?:a|this|the) subscription|already (?:been )?subscribed/i;

/**
 * Opts a person in. Attentive may text the person, also when they are subscribed already.
 *
 * @param input phone (E.164) and/or email, and the sign-up unit
 * @returns a call whose result is `pending_confirmation` while the double opt-in awaits the person's reply
 * @see https://docs.attentive.com/reference/addsubscriptions
 */
export function subscribe(input: SubscribeInput): ProviderCall<ResultFacts> {
	const { credential, phone, email, externalIdentifiers } = input;
	return {
		provider: 'attentive',
		credential,
		request: {
			method: 'POST',
			path: 'subscriptions',
			body: {
				json: {
					user: userOf(input),
					...signUpUnitOf(input),
					...(externalIdentifiers === undefined ? {} : { externalIdentifiers }),
					...(input.singleOptIn === true ? { singleOptIn: true } : {}),
				},
			},
		},
		interpret: (response) => ({
			provider: 'attentive',
			action: input.action ?? 'subscribe',
			phone: phone ?? null,
			channel: channelOf(input),
			...(email === undefined ? {} : { email }),
			...whatHappened(response, input),
			...(input.includeRaw === true ? { raw: response.json ?? response.text } : {}),
		}),
		retrySafety: 'texts the person',
		saysDone: ({ json }) => SUBSCRIBE_RESPONSE.safeParse(json).success,
		rateLimitKey: 'attentive:subscribe',
	};
}

function whatHappened(
	response: CallResponse,
	input: SubscribeInput,
): Pick<ResultFacts, 'outcome' | 'campaign' | 'providerState' | 'note' | 'hint'> {
	// Declared in Attentive's API document ("Subscription already exists for user"), although no call refers to it.
	if (response.status === 409 && ALREADY_EXISTS.test(searchedWords(response))) {
		return { outcome: 'already_subscribed', campaign: null, providerState: '409', hint: REPEATED_HINT };
	}

	const read = readResponse(response, SUBSCRIBE_RESPONSE, PURPOSES.subscribe, input.credential);
	requireSamePerson(read, input, response, PURPOSES.subscribe);
	const rows = askedRows(read.subscriptionResponses, (subscription) => isAsked(subscription, input), response, PURPOSES.subscribe);
	const relevant = rows.filter(({ subscription }) => subscription.channel === wireChannelOf(input));
	if (relevant.length === 0) return { outcome: 'not_subscribed', campaign: null, providerState: wordsOf(rows), note: NO_TEXT_NOTE };

	const outcomes = relevant.map((row) => outcomeOf(row, input));
	const outcome = LEAST_CERTAIN_FIRST.find((each) => outcomes.includes(each)) ?? 'pending_confirmation';
	const hint = HINTS[outcome];
	return { outcome, campaign: namesOf(relevant), providerState: wordsOf(rows), ...(hint === undefined ? {} : { hint }) };
}

function isAsked({ type, channel }: Subscription, input: SubscribeInput): boolean {
	const isReached = (channel === 'TEXT' && input.phone !== undefined) || (channel === 'EMAIL' && input.email !== undefined);
	return isReached && type === (subscriptionTypeOf(input) ?? type);
}

const LEAST_CERTAIN_FIRST: ConsentOutcome[] = ['pending_confirmation', 'subscribed', 'resubscribed', 'already_subscribed'];
const HINTS: Partial<Record<ConsentOutcome, string>> = { pending_confirmation: PENDING_HINT, already_subscribed: REPEATED_HINT };

function outcomeOf(row: CreatedRow, { singleOptIn, action }: SubscribeInput): ConsentOutcome {
	if (row.subscriptionCreationStatus === 'PREVIOUSLY_CREATED') return 'already_subscribed';
	// The response says NEWLY_CREATED also while "Reply Y" is still awaited; it has no word for that.
	if (row.subscription.channel === 'TEXT' && singleOptIn !== true) return 'pending_confirmation';
	return action === 'resubscribe' ? 'resubscribed' : 'subscribed';
}

/** One word when all rows agree, else each row with its word. */
function wordsOf(rows: CreatedRow[]): string | null {
	const words = [...new Set(rows.map((row) => row.subscriptionCreationStatus))];
	if (words.length <= 1) return words[0] ?? null;
	return rows
		.map(({ subscription, subscriptionCreationStatus }) => `${campaignName(subscription)} ${subscriptionCreationStatus}`)
		.join(', ');
}
