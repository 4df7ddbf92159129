import type { CallResponse, ProviderCall } from '../../consent/call';
import { ProviderFailure } from '../../consent/failure';
import type { ConsentOutcome, ResultFacts } from '../../consent/result';
import { failureOf } from './failure';
import { bodyStateOf, isNoSuccess, saysDone, subscriberIdOf } from './response';

export interface VoyageSubscribeInput {
	/** The number behind `list-building` in the address of the campaign. */
	campaignId: number;
	/** E.164, United States only. */
	phone: string;
	/** What else is known about the person, e.g. `email`. */
	attributes?: Record<string, unknown>;
	/** Whether a credential is used: for a key that the account may want, or for another base URL. */
	authenticated: boolean;
	includeRaw?: boolean;
}

/** Below the base URL. */
export const SUBSCRIBER_PATH = 'api/v2/subscriber';

interface StatusMeaning {
	outcome: ConsentOutcome;
	hint?: string;
}

const PENDING: StatusMeaning = {
	outcome: 'pending_confirmation',
	hint: 'Voyage asked people by text to confirm. Until they do, they receive nothing.',
};

/** The documented body says "Subscribed" whatever happened; the status tells the three apart. https://help.voyagesms.com/api-opt-in */
const MEANING_OF_STATUS: ReadonlyMap<number, StatusMeaning> = new Map<number, StatusMeaning>([
	[200, { outcome: 'already_subscribed' }],
	[201, { outcome: 'subscribed' }],
	[202, PENDING],
]);

function interpretFor({ phone, campaignId, includeRaw }: VoyageSubscribeInput): (response: CallResponse) => ResultFacts {
	return (response) => {
		const meaning = MEANING_OF_STATUS.get(response.status);
		const state = bodyStateOf(response, phone);
		if (meaning === undefined || isNoSuccess(state)) throw new ProviderFailure(failureOf(response, state));
		return {
			provider: 'voyage',
			action: 'subscribe',
			// Where status and body differ, the one holds that claims less.
			...(state === 'pending' ? PENDING : meaning),
			phone,
			campaign: String(campaignId),
			providerState: String(response.status),
			requestId: subscriberIdOf(response.json),
			...(includeRaw === true ? { raw: response.json ?? response.text } : {}),
		};
	};
}

/**
 * Signs a number up for a campaign. People who are subscribed already are not texted.
 * https://help.voyagesms.com/api-opt-in
 *
 * @param input see `VoyageSubscribeInput`
 * @returns the call; sent again after a lost response, it may text the double opt-in question twice
 */
export function subscribe(input: VoyageSubscribeInput): ProviderCall<ResultFacts> {
	const { campaignId, phone, attributes = {}, authenticated } = input;
	return {
		provider: 'voyage',
		...(authenticated ? { credential: 'smsConsentVoyageApi' } : {}),
		request: {
			method: 'POST',
			path: SUBSCRIBER_PATH,
			headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
			body: { json: { phoneNumber: phone, campaignId, ...(Object.keys(attributes).length > 0 ? { attributes } : {}) } },
		},
		interpret: interpretFor(input),
		retrySafety: 'texts the person',
		saysDone: (response) => saysDone(response, phone),
		rateLimitKey: 'voyage',
	};
}
