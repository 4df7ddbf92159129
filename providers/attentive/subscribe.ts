import type { CallAnswer, ProviderCall } from '../../consent/call';
import type { ConsentEvidence, ConsentOutcome, ConsentResult } from '../../consent/result';
import type { z } from '../../consent/schema';
import { readAnswer } from './answer';
import type { CallPurpose } from './failure';
import { type ExternalIdentifiers, readIdentifiers } from './identifiers';
import { type Person, readPerson } from './person';
import { SUBSCRIBE_ANSWER } from './schema';
import { readSignUp, signUpName, type SignUpInput } from './signUp';

export interface SubscribeInput extends SignUpInput {
	/** Credential type name. */
	credential: string;
	/** E.164 */
	phone?: string;
	email?: string;
	externalIdentifiers?: ExternalIdentifiers;
	/** Leaves out the text that asks for "Reply Y". */
	singleOptIn?: boolean;
	action?: 'subscribe' | 'resubscribe';
	evidence?: ConsentEvidence;
	/** Adds the provider's answer to the result. */
	includeRaw?: boolean;
}

type CreatedRow = z.output<typeof SUBSCRIBE_ANSWER>['subscriptionResponses'][number];

const PENDING_NOTE =
	"The person is subscribed only after answering 'Reply Y'. SMS Postback Trigger (sms.subscribed) tells when they did, SMS Query Opt-Outs whether.";
const REPEATED_NOTE = 'Attentive already had this subscription and recorded the attempt. For a text subscription it texts the person that they are already subscribed.';
const NO_TEXT_NOTE = "Attentive made no text subscription for this number, only others. Check in Attentive that the sign-up source is for texts.";

/**
 * Opts a person in. Attentive may text the person, also when they are subscribed already.
 *
 * @param input phone (E.164) and/or email, and either `signUpSourceId` or `locale` with `subscriptionType`
 * @returns a call whose result is `pending_confirmation` while the double opt-in awaits the person's reply
 * @throws {InputProblem} when Attentive could not accept the values
 * @see https://docs.attentive.com/reference/addsubscriptions
 */
export function subscribe(input: SubscribeInput): ProviderCall<ConsentResult> {
	const person = readPerson(input);
	const signUp = readSignUp(input);
	const externalIdentifiers = readIdentifiers(input.externalIdentifiers);
	const purpose: CallPurpose = {
		doing: 'subscribe this person',
		scope: 'subscriptions:write',
		credential: input.credential,
		checkInput:
			"Check the number and the sign-up source: the ID stands in Attentive's 'Sign-up Units' tab and must be one with the API method; a language, a country and a subscription type must match exactly one such unit.",
		repeatTexts: true,
	};
	return {
		provider: 'attentive',
		credential: input.credential,
		request: {
			method: 'POST',
			path: 'subscriptions',
			body: {
				json: {
					user: person,
					...signUp,
					...(externalIdentifiers === undefined ? {} : { externalIdentifiers }),
					...(input.singleOptIn === true ? { singleOptIn: true } : {}),
				},
			},
		},
		interpret: (answer) => ({
			...input.evidence,
			provider: 'attentive',
			action: input.action ?? 'subscribe',
			phone: person.phone ?? null,
			...(person.email === undefined ? {} : { email: person.email }),
			campaign: signUpName(signUp),
			providerTime: null,
			requestId: null,
			...whatHappened(answer, input, person, purpose),
			...(input.includeRaw === true ? { raw: answer.json ?? answer.text } : {}),
		}),
		repeat: 'texts the person',
		pace: 'attentive:subscribe',
	};
}

function whatHappened(
	answer: CallAnswer,
	input: SubscribeInput,
	person: Person,
	purpose: CallPurpose,
): Pick<ConsentResult, 'outcome' | 'providerState' | 'note'> {
	// Declared in Attentive's API document ("Subscription already exists for user"), although no call refers to it.
	if (answer.status === 409) return { outcome: 'already_subscribed', providerState: '409', note: REPEATED_NOTE };

	const rows = readAnswer(answer, SUBSCRIBE_ANSWER, purpose).subscriptionResponses;
	const relevant = person.phone === undefined ? rows : rows.filter(({ subscription }) => subscription.channel === 'TEXT');
	if (relevant.length === 0) return { outcome: 'not_subscribed', providerState: wordsOf(rows), note: NO_TEXT_NOTE };

	const outcomes = relevant.map((row) => outcomeOf(row, input));
	const outcome = LEAST_CERTAIN_FIRST.find((each) => outcomes.includes(each)) ?? 'pending_confirmation';
	const note = NOTES[outcome];
	return { outcome, providerState: wordsOf(rows), ...(note === undefined ? {} : { note }) };
}

const LEAST_CERTAIN_FIRST: ConsentOutcome[] = ['pending_confirmation', 'subscribed', 'resubscribed', 'already_subscribed'];
const NOTES: Partial<Record<ConsentOutcome, string>> = { pending_confirmation: PENDING_NOTE, already_subscribed: REPEATED_NOTE };

function outcomeOf(row: CreatedRow, { singleOptIn, action }: SubscribeInput): ConsentOutcome {
	if (row.subscriptionCreationStatus === 'PREVIOUSLY_CREATED') return 'already_subscribed';
	// The answer says NEWLY_CREATED also while "Reply Y" is still awaited; it has no word for that.
	if (row.subscription.channel === 'TEXT' && singleOptIn !== true) return 'pending_confirmation';
	return action === 'resubscribe' ? 'resubscribed' : 'subscribed';
}

/** One word when all rows agree, else each row with its word. */
function wordsOf(rows: CreatedRow[]): string | null {
	const words = [...new Set(rows.map((row) => row.subscriptionCreationStatus))];
	if (words.length <= 1) return words[0] ?? null;
	return rows.map(({ subscription, subscriptionCreationStatus }) => `${subscription.type} ${subscription.channel} ${subscriptionCreationStatus}`).join(', ');
}
