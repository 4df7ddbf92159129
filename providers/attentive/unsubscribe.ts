import type { CallResponse, ProviderCall, RetrySafety } from '../../consent/call';
import type { ResultChannel, ResultFacts } from '../../consent/result';
import type { z } from '../../consent/schema';
import { campaignName, type Subscription } from './campaign';
import { searchedWords } from './errorBody';
import { type Person, userOf } from './person';
import { PURPOSES } from './purpose';
import { askedRows, namesOf, readResponse, requireSamePerson, UNSUBSCRIBE_RESPONSE } from './response';

/** A subscription that can be ended. */
export interface EndableSubscription {
	type: 'MARKETING' | 'TRANSACTIONAL' | 'CHECKOUT_ABANDONED';
	channel: 'TEXT' | 'EMAIL';
}

/** The phone reaches text subscriptions only, the email email subscriptions only. */
export type UnsubscribeInput = Person & {
	/** Credential type name. */
	credential: string;
	/** Each once. Attentive would take an empty list for everything. */
	subscriptions: 'everything' | [EndableSubscription, ...EndableSubscription[]];
	/** The text that confirms the opt-out; sent unless disabled. */
	notification?: { disabled: boolean; language?: 'en-US' | 'fr-CA' };
	/** Adds the provider's answer to the result. */
	includeRaw?: boolean;
};

type EndedRow = z.output<typeof UNSUBSCRIBE_RESPONSE>['subscriptionResponses'][number];

/** Of a conflict; every other one may mean anything. */
const ALREADY_ENDED = /already (?:been )?(?:unsubscribed|opted[ -]?out)|(?:unsubscribed|opted[ -]?out) (?:already|before)/i;
const NOTHING_HELD_HINT = "Attentive found no subscription to end for people with 'not_subscribed': it seems to hold none for them.";

/**
 * Opts a person out of the named subscriptions, or of everything that the given phone and email reach.
 *
 * @param input whom (phone in E.164 for texts, email for emails) and from what
 * @returns a call that may be repeated freely when no confirmation text can go out
 * @see https://docs.attentive.com/reference/unsubscribesubscriptions
 */
export function unsubscribe(input: UnsubscribeInput): ProviderCall<ResultFacts> {
	const { credential, phone, email, subscriptions, notification } = input;
	return {
		provider: 'attentive',
		credential,
		request: {
			method: 'POST',
			path: 'subscriptions/unsubscribe',
			body: {
				json: {
					user: userOf(input),
					...(subscriptions === 'everything' ? {} : { subscriptions }),
					...(notification === undefined ? {} : { notification }),
				},
			},
		},
		interpret: (response) => ({
			provider: 'attentive',
			action: 'unsubscribe',
			phone: phone ?? null,
			...(email === undefined ? {} : { email }),
			channel: endedChannel(input),
			campaign: endedCampaign(input),
			...whatHappened(response, input),
			...(input.includeRaw === true ? { raw: response.json ?? response.text } : {}),
		}),
		retrySafety: retrySafetyOf(input),
		saysDone: ({ json }) => UNSUBSCRIBE_RESPONSE.safeParse(json).success,
		withoutConfirmation: () => unsubscribe({ ...input, notification: { disabled: true } }),
		rateLimitKey: 'attentive:unsubscribe',
	};
}

/**
 * @param input of an unsubscription
 * @returns the ways by which the person gets nothing any more
 */
export function endedChannel({ phone, email, subscriptions }: Person & Pick<UnsubscribeInput, 'subscriptions'>): ResultChannel {
	const ends = (channel: 'TEXT' | 'EMAIL', reachable: boolean) =>
		subscriptions === 'everything' ? reachable : subscriptions.some((each) => each.channel === channel);
	const texts = ends('TEXT', phone !== undefined);
	const emails = ends('EMAIL', email !== undefined);
	if (texts && emails) return 'sms, email';
	return emails ? 'email' : 'sms';
}

/**
 * @param input of an unsubscription
 * @returns the chosen subscriptions such as `MARKETING TEXT`; null for everything
 */
export function endedCampaign({ subscriptions }: Pick<UnsubscribeInput, 'subscriptions'>): string | null {
	return subscriptions === 'everything' ? null : subscriptions.map(campaignName).join(', ');
}

function retrySafetyOf({ phone, subscriptions, notification }: UnsubscribeInput): RetrySafety {
	const endsTexts = phone !== undefined && (subscriptions === 'everything' || subscriptions.some(({ channel }) => channel === 'TEXT'));
	return endsTexts && notification?.disabled !== true ? 'texts the person' : 'harmless';
}

function whatHappened(response: CallResponse, input: UnsubscribeInput): Pick<ResultFacts, 'outcome' | 'providerState' | 'note' | 'hint'> {
	// Attentive's older unsubscribe call answers so for somebody who had opted out before.
	if (response.status === 409 && ALREADY_ENDED.test(searchedWords(response))) {
		return { outcome: 'already_unsubscribed', providerState: '409' };
	}
	const read = readResponse(response, UNSUBSCRIBE_RESPONSE, PURPOSES.unsubscribe, input.credential);
	requireSamePerson(read, input, response, PURPOSES.unsubscribe);
	const rows = askedRows(read.subscriptionResponses, (subscription) => isAsked(subscription, input), response, PURPOSES.unsubscribe);
	if (rows.length === 0) return { outcome: 'not_subscribed', providerState: null, hint: NOTHING_HELD_HINT };
	const note = noteOn(rows, read.subscriptionResponses, input);
	return {
		outcome: rows.some((row) => row.subscriptionUnsubscribeStatus === 'NEWLY_UNSUBSCRIBED') ? 'unsubscribed' : 'already_unsubscribed',
		providerState: wordsOf(rows),
		...(note === undefined ? {} : { note }),
	};
}

/** Without a list everything that the phone number or the address reaches. */
function isAsked({ type, channel }: Subscription, { phone, email, subscriptions }: UnsubscribeInput): boolean {
	if (subscriptions !== 'everything') return subscriptions.some((each) => each.type === type && each.channel === channel);
	return (channel === 'TEXT' && phone !== undefined) || (channel === 'EMAIL' && email !== undefined);
}

function noteOn(rows: EndedRow[], all: EndedRow[], { phone, email, subscriptions: asked }: UnsubscribeInput): string | undefined {
	const ended = (channel: string) => rows.some(({ subscription }) => subscription.channel === channel);
	const missing =
		asked === 'everything'
			? [
					...(phone !== undefined && !ended('TEXT') ? ['any text subscription'] : []),
					...(email !== undefined && !ended('EMAIL') ? ['any email subscription'] : []),
				]
			: asked.filter((each) => !rows.some(({ subscription }) => campaignName(subscription) === campaignName(each))).map(campaignName);
	const others = namesOf(all.filter((row) => !rows.includes(row)));
	const sentences = [
		...(missing.length === 0
			? []
			: [
					`Attentive did not mention ${missing.join(', ')}: it seems to hold no such subscription. SMS Query Opt-Outs shows what it holds.`,
				]),
		...(others === '' ? [] : [`Attentive named others besides: ${others}.`]),
	];
	return sentences.length === 0 ? undefined : sentences.join(' ');
}

/** One word when all rows agree, else each row with its word. */
function wordsOf(rows: EndedRow[]): string | null {
	const words = [...new Set(rows.map((row) => row.subscriptionUnsubscribeStatus))];
	if (words.length <= 1) return words[0] ?? null;
	return rows.map((row) => `${campaignName(row.subscription)} ${row.subscriptionUnsubscribeStatus}`).join(', ');
}
