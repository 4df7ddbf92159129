import type { CallAnswer, ProviderCall } from '../../consent/call';
import { InputProblem } from '../../consent/failure';
import type { ResultFacts } from '../../consent/result';
import { readAnswer } from './answer';
import { type CallPurpose, complaintIn } from './failure';
import { type Person, readPerson } from './person';
import { campaignName, ELIGIBILITY_ANSWER } from './schema';

export interface EligibilityInput {
	/** Credential type name. */
	credential: string;
	/** E.164 */
	phone?: string;
	email?: string;
	/** Adds the provider's answer. */
	includeRaw?: boolean;
}

/** What Attentive holds about one person. */
export interface Eligibility {
	/** False when Attentive has never heard of the person. */
	known: boolean;
	rows: { type: string; channel: string; eligible: boolean }[];
	raw?: unknown;
}

const NOT_ELIGIBLE_HINT = 'Attentive says of people who are not eligible that they must not be sent to. It does not say whether they opted out or never answered "Reply Y".';

/** What Attentive says about somebody it holds nothing about; anything else with HTTP 404 is more likely a wrong address. */
const NOT_KNOWN = /subscri|\busers?\b|specified resource/i;

/**
 * Asks which subscriptions a person has and whether each may be sent to.
 *
 * @param input either the phone (E.164) or the email
 * @throws {InputProblem} when both or neither is given
 * @see https://docs.attentive.com/reference/getsubscriptions
 */
export function eligibility(input: EligibilityInput): ProviderCall<Eligibility> {
	const person = readPerson(input);
	if (person.phone !== undefined && person.email !== undefined) {
		throw new InputProblem("'Phone Number' and 'Email' are both filled, but Attentive looks up one at a time", 'Empty one of them, or look up the e-mail address in a second item.');
	}
	const purpose: CallPurpose = {
		doing: 'look this person up',
		scope: 'subscriptions:read',
		credential: input.credential,
		checkInput: 'Check the number or e-mail address.',
		repeatTexts: false,
	};
	return {
		provider: 'attentive',
		credential: input.credential,
		request: { method: 'GET', path: 'subscriptions', query: { ...person } },
		interpret: (answer) => ({ ...readEligibility(answer, purpose), ...(input.includeRaw === true ? { raw: answer.json ?? answer.text } : {}) }),
		repeat: 'harmless',
		isLookUp: true,
		pace: 'attentive:eligibility',
	};
}

/**
 * @param eligibility what Attentive holds about a person
 * @param who the phone or email that was asked for
 * @returns one result per subscription, its campaign being type and channel (`MARKETING TEXT`); a single `not_subscribed` when there is none
 */
export function consentOf({ rows, raw, known }: Eligibility, who: Person): ResultFacts[] {
	const common = {
		provider: 'attentive',
		action: 'query',
		phone: who.phone ?? null,
		channel: who.phone === undefined ? 'email' : 'sms',
		...(who.email === undefined ? {} : { email: who.email }),
		...(raw === undefined ? {} : { raw }),
	} as const;
	if (rows.length === 0) {
		return [{ ...common, outcome: 'not_subscribed', campaign: null, providerState: known ? null : '404' }];
	}
	return rows.map(({ eligible, ...subscription }) => ({
		...common,
		outcome: eligible ? 'subscribed' : 'not_eligible',
		campaign: campaignName(subscription),
		providerState: `isEligible ${eligible}`,
		...(eligible ? {} : { hint: NOT_ELIGIBLE_HINT }),
	}));
}

function readEligibility(answer: CallAnswer, purpose: CallPurpose): Eligibility {
	if (answer.status === 404 && meansNotKnown(answer)) return { known: false, rows: [] };
	const { subscriptionEligibilities } = readAnswer(answer, ELIGIBILITY_ANSWER, purpose);
	return {
		known: true,
		rows: subscriptionEligibilities.map(({ subscription, eligibility: { isEligible } }) => ({ ...subscription, eligible: isEligible })),
	};
}

function meansNotKnown(answer: CallAnswer): boolean {
	const isWebPage = answer.json === undefined && answer.text.trimStart().startsWith('<');
	if (isWebPage) return false;
	const { text } = complaintIn(answer);
	return text === undefined || NOT_KNOWN.test(text);
}
