import type { CallAnswer, ProviderCall, RepeatConsequence } from '../../consent/call';
import { InputProblem } from '../../consent/failure';
import type { ResultChannel, ResultFacts } from '../../consent/result';
import { sentenceOf, z } from '../../consent/schema';
import { readAnswer } from './answer';
import type { CallPurpose } from './failure';
import { type Person, readPerson } from './person';
import { campaignName, type Subscription, UNSUBSCRIBE_ANSWER } from './schema';

export interface UnsubscribeInput {
	/** Credential type name. */
	credential: string;
	/** E.164; reaches text subscriptions only. */
	phone?: string;
	/** Reaches e-mail subscriptions only. */
	email?: string;
	subscriptions: 'everything' | { type: 'MARKETING' | 'TRANSACTIONAL' | 'CHECKOUT_ABANDONED'; channel: 'TEXT' | 'EMAIL' }[];
	/** The text that confirms the opt-out; sent unless disabled. */
	notification?: { disabled: boolean; language?: 'en-US' | 'fr-CA' };
	/** Adds the provider's answer to the result. */
	includeRaw?: boolean;
}

type EndedRow = z.output<typeof UNSUBSCRIBE_ANSWER>['subscriptionResponses'][number];

const NOTHING_HELD_HINT = "Attentive named no subscription that it ended for people with 'not_subscribed': it seems to hold none for them.";

const SUBSCRIPTIONS = z.array(
	z.object({
		type: z.enum(['MARKETING', 'TRANSACTIONAL', 'CHECKOUT_ABANDONED']),
		channel: z.enum(['TEXT', 'EMAIL']),
	}),
);

const NOTIFICATION = z.object({ disabled: z.boolean(), language: z.enum(['en-US', 'fr-CA']).optional() });

/**
 * Opts a person out of the named subscriptions, or of everything that the given phone and email reach.
 *
 * @param input whom (phone in E.164 for texts, email for e-mails) and from what
 * @returns a call that may be repeated freely when no confirmation text can go out
 * @throws {InputProblem} when the values contradict each other or Attentive could not accept them
 * @see https://docs.attentive.com/reference/unsubscribesubscriptions
 */
export function unsubscribe(input: UnsubscribeInput): ProviderCall<ResultFacts> {
	const person = readPerson(input);
	const subscriptions = readSubscriptions(input.subscriptions, person);
	const notification = readNotification(input.notification);
	const repeat = repeatConsequence(person, subscriptions, notification);
	const purpose: CallPurpose = {
		doing: 'unsubscribe this person',
		scope: 'subscriptions:write',
		credential: input.credential,
		checkInput: 'Check the number or e-mail address. The person is NOT opted out yet: repeat it, or opt them out by hand in Attentive.',
		repeatTexts: repeat !== 'harmless',
	};
	return {
		provider: 'attentive',
		credential: input.credential,
		request: {
			method: 'POST',
			path: 'subscriptions/unsubscribe',
			body: {
				json: {
					user: person,
					...(subscriptions === undefined ? {} : { subscriptions }),
					...(notification === undefined ? {} : { notification }),
				},
			},
		},
		interpret: (answer) => ({
			provider: 'attentive',
			action: 'unsubscribe',
			phone: person.phone ?? null,
			...(person.email === undefined ? {} : { email: person.email }),
			channel: endedChannel(input),
			campaign: endedCampaign(input),
			...whatHappened(answer, subscriptions, purpose),
			...(input.includeRaw === true ? { raw: answer.json ?? answer.text } : {}),
		}),
		repeat,
		pace: 'attentive:unsubscribe',
	};
}

/**
 * @param input of an unsubscription
 * @returns the ways by which the person gets nothing any more
 */
export function endedChannel({ phone, email, subscriptions }: Pick<UnsubscribeInput, 'phone' | 'email' | 'subscriptions'>): ResultChannel {
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
	return subscriptions === 'everything' ? null : [...new Set(subscriptions.map(campaignName))].join(', ');
}

/** @returns undefined for "everything": that is what an omitted list means to Attentive */
function readSubscriptions(wanted: UnsubscribeInput['subscriptions'], person: Person): Subscription[] | undefined {
	if (wanted === 'everything') return undefined;
	const read = SUBSCRIPTIONS.safeParse(wanted);
	if (!read.success) {
		throw new InputProblem(
			`A subscription in 'Subscriptions' cannot be sent: ${sentenceOf(read.error)}`,
			'Use MARKETING, TRANSACTIONAL or CHECKOUT_ABANDONED with TEXT or EMAIL, in capital letters.',
		);
	}
	const subscriptions = read.data.filter((each, index, all) => all.findIndex((other) => campaignName(other) === campaignName(each)) === index);
	if (subscriptions.length === 0) {
		throw new InputProblem("'Subscriptions' is empty", 'Add at least one subscription, or choose to end everything: Attentive would take an empty list for that.');
	}
	requireReach(subscriptions, 'TEXT', 'Phone Number', person.phone);
	requireReach(subscriptions, 'EMAIL', 'Email', person.email);
	return subscriptions;
}

function requireReach(subscriptions: Subscription[], channel: 'TEXT' | 'EMAIL', field: string, value: string | undefined): void {
	if (value !== undefined || !subscriptions.some((each) => each.channel === channel)) return;
	throw new InputProblem(
		`An ${channel === 'EMAIL' ? 'e-mail' : 'SMS'} subscription is to end, but '${field}' is empty`,
		`Fill '${field}', or remove the ${channel} subscription: Attentive ends ${channel} subscriptions by that field only.`,
	);
}

function readNotification(notification: UnsubscribeInput['notification']): z.output<typeof NOTIFICATION> | undefined {
	if (notification === undefined) return undefined;
	const read = NOTIFICATION.safeParse(notification);
	if (!read.success) {
		throw new InputProblem(`The confirmation text cannot be set so: ${sentenceOf(read.error)}`, "Choose en-US or fr-CA as language, spelled exactly so, or the account default.");
	}
	return read.data;
}

function repeatConsequence(person: Person, subscriptions: Subscription[] | undefined, notification?: { disabled: boolean }): RepeatConsequence {
	const endsTexts = person.phone !== undefined && (subscriptions === undefined || subscriptions.some(({ channel }) => channel === 'TEXT'));
	return endsTexts && notification?.disabled !== true ? 'texts the person' : 'harmless';
}

function whatHappened(
	answer: CallAnswer,
	asked: Subscription[] | undefined,
	purpose: CallPurpose,
): Pick<ResultFacts, 'outcome' | 'providerState' | 'note' | 'hint'> {
	// Attentive's older unsubscribe call answers so for somebody who had opted out before.
	if (answer.status === 409) return { outcome: 'already_unsubscribed', providerState: '409' };

	const rows = readAnswer(answer, UNSUBSCRIBE_ANSWER, purpose).subscriptionResponses;
	if (rows.length === 0) return { outcome: 'not_subscribed', providerState: null, hint: NOTHING_HELD_HINT };
	const note = noteOn(rows, asked);
	return {
		outcome: rows.some((row) => row.subscriptionUnsubscribeStatus === 'NEWLY_UNSUBSCRIBED') ? 'unsubscribed' : 'already_unsubscribed',
		providerState: wordsOf(rows),
		...(note === undefined ? {} : { note }),
	};
}

function noteOn(rows: EndedRow[], asked: Subscription[] | undefined): string | undefined {
	if (asked === undefined) return undefined;
	const named = new Set(rows.map(({ subscription }) => campaignName(subscription)));
	const missing = asked.map(campaignName).filter((name) => !named.has(name));
	if (missing.length === 0) return undefined;
	return `Attentive did not mention ${missing.join(', ')}: it seems to hold no such subscription. SMS Query Opt-Outs shows what it holds.`;
}

/** One word when all rows agree, else each row with its word. */
function wordsOf(rows: EndedRow[]): string | null {
	const words = [...new Set(rows.map((row) => row.subscriptionUnsubscribeStatus))];
	if (words.length <= 1) return words[0] ?? null;
	return rows.map((row) => `${campaignName(row.subscription)} ${row.subscriptionUnsubscribeStatus}`).join(', ');
}
