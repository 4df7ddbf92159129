import type { CallResponse, ProviderCall } from '../../consent/call';
import type { ResultFacts } from '../../consent/result';
import { campaignName } from './campaign';
import { searchedWords } from './errorBody';
import { channelOf, type Person, userOf, wireChannelOf } from './person';
import { PURPOSES } from './purpose';
import { ELIGIBILITY_RESPONSE, namesOf, readResponse } from './response';

/** Attentive looks a person up by one of the two at a time. */
export type LookUpKey =
	| {
			/** E.164 */
			phone: string;
			email?: undefined;
	  }
	| { phone?: undefined; email: string };

export type EligibilityInput = LookUpKey & {
	/** Credential type name. */
	credential: string;
	/** Adds the provider's answer. */
	includeRaw?: boolean;
};

/** What Attentive holds about one person. */
export interface Eligibility {
	/** False when Attentive has never heard of the person. */
	known: boolean;
	rows: { type: string; channel: string; eligible: boolean }[];
	raw?: unknown;
}

const NOT_ELIGIBLE_HINT =
	'Attentive says of people who are not eligible that they must not be sent to. It does not say whether they opted out or never answered "Reply Y". Who opted out can be brought back with SMS Resubscribe, if they ask for it; who never answered still has to.';

const WHOM = '(?:subscri\\w+|users?)';
/** What Attentive says about somebody it holds nothing about; anything else with HTTP 404 is a gateway's, or of a wrong address. */
const NOT_KNOWN = new RegExp(
	[
		`\\b${WHOM}(?: (?:for|of|with|matching|by) [^.]{0,60}?)? (?:(?:was|were|is|are|could|does|do|did) )?not (?:be )?(?:found|known|exist)\\b`,
		`\\bno (?:such )?${WHOM}\\b`,
		'\\bthe specified resource was not found\\b',
		`\\b(?:not|unable to) find (?:any |a |the )?${WHOM}\\b`,
	].join('|'),
	'i',
);
/** What was asked for, repeated: an address or a path, whose own words say nothing. */
const REPEATED = /\S*[@/?=]\S*/g;

/**
 * Asks which subscriptions a person has and whether each may be sent to.
 *
 * @param input either the phone (E.164) or the email
 * @see https://docs.attentive.com/reference/getsubscriptions
 */
export function eligibility(input: EligibilityInput): ProviderCall<Eligibility> {
	const { credential, includeRaw } = input;
	return {
		provider: 'attentive',
		credential,
		request: { method: 'GET', path: 'subscriptions', query: userOf(input) },
		interpret: (response) => ({
			...readEligibility(response, credential),
			...(includeRaw === true ? { raw: response.json ?? response.text } : {}),
		}),
		retrySafety: 'harmless',
		isLookUp: true,
		rateLimitKey: 'attentive:eligibility',
	};
}

/**
 * @param eligibility what Attentive holds about a person
 * @param who the phone or email that was asked for
 * @returns one result per subscription that the phone or email reaches, its campaign being type and channel (`MARKETING TEXT`); a single
 * `not_subscribed` when there is none
 */
export function consentOf({ rows: all, raw, known }: Eligibility, who: Person): ResultFacts[] {
	const channel = wireChannelOf(who);
	const rows = all.filter((row) => row.channel === channel);
	const common = {
		provider: 'attentive',
		action: 'query',
		phone: who.phone ?? null,
		channel: channelOf(who),
		...(who.email === undefined ? {} : { email: who.email }),
		...(raw === undefined ? {} : { raw }),
	} as const;
	if (rows.length === 0) {
		const others = namesOf(all.map((subscription) => ({ subscription })));
		return [
			{
				...common,
				outcome: 'not_subscribed',
				campaign: null,
				providerState: known ? null : '404',
				...(others === '' ? {} : { note: `Attentive named other subscriptions alone: ${others}.` }),
			},
		];
	}
	return rows.map(({ eligible, ...subscription }) => ({
		...common,
		outcome: eligible ? 'subscribed' : 'not_eligible',
		campaign: campaignName(subscription),
		providerState: `isEligible ${eligible}`,
		...(eligible ? {} : { hint: NOT_ELIGIBLE_HINT }),
	}));
}

function readEligibility(response: CallResponse, credential: string): Eligibility {
	if (response.status === 404 && meansNotKnown(response)) return { known: false, rows: [] };
	const { subscriptionEligibilities } = readResponse(response, ELIGIBILITY_RESPONSE, PURPOSES.lookUp, credential);
	return {
		known: true,
		rows: subscriptionEligibilities.map(({ subscription, eligibility: { isEligible } }) => ({ ...subscription, eligible: isEligible })),
	};
}

function meansNotKnown(response: CallResponse): boolean {
	if (response.json === undefined) return false;
	return NOT_KNOWN.test(searchedWords(response).replace(REPEATED, ' '));
}
