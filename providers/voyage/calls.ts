import type { CallAnswer, ProviderCall } from '../../consent/call';
import { ProviderFailure } from '../../consent/failure';
import type { ConsentOutcome, ResultFacts } from '../../consent/result';
import { failureDetails } from './failure';
import { checkSubscribe, subscriberIdOf, type CheckedSubscribe } from './schema';

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

interface Meaning {
	outcome: ConsentOutcome;
	hint?: string;
}

/** The body says "Subscribed" whatever happened; only the status tells the three apart. https://help.voyagesms.com/api-opt-in */
const MEANING_OF_STATUS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
	[200, { outcome: 'already_subscribed' }],
	[201, { outcome: 'subscribed' }],
	[202, { outcome: 'pending_confirmation', hint: 'Voyage asked people by text to confirm. Until they do, they receive nothing.' }],
]);

/** The documented sample is not strict JSON, and the body may be missing; a page of a proxy or a log-in portal is neither. */
function isSomebodyElses({ text, json }: CallAnswer): boolean {
	return json === undefined && text.trim() !== '' && !/\bsubscriberId\b/.test(text);
}

function interpretFor(fields: CheckedSubscribe, includeRaw: boolean): (answer: CallAnswer) => ResultFacts {
	return (answer) => {
		const meaning = MEANING_OF_STATUS.get(answer.status);
		if (meaning === undefined || isSomebodyElses(answer)) throw new ProviderFailure(failureDetails(answer));
		return {
			provider: 'voyage',
			action: 'subscribe',
			...meaning,
			phone: fields.phone,
			campaign: String(fields.campaignId),
			providerState: String(answer.status),
			requestId: subscriberIdOf(answer.json),
			...(includeRaw ? { raw: answer.json ?? answer.text } : {}),
		};
	};
}

/**
 * Signs a number up for a campaign. People who are subscribed already are not texted.
 * https://help.voyagesms.com/api-opt-in
 *
 * @param input see `VoyageSubscribeInput`
 * @returns the call; when a first answer was lost, a repetition may send the double opt-in question twice
 * @throws {InputProblem} when a field cannot be sent, or the number surely is not one of the United States
 */
export function subscribe(input: VoyageSubscribeInput): ProviderCall<ResultFacts> {
	const fields = checkSubscribe(input);
	const hasAttributes = Object.keys(fields.attributes ?? {}).length > 0;
	return {
		provider: 'voyage',
		...(input.authenticated ? { credential: 'smsConsentVoyageApi' } : {}),
		request: {
			method: 'POST',
			path: SUBSCRIBER_PATH,
			headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
			body: {
				json: {
					phoneNumber: fields.phone,
					campaignId: fields.campaignId,
					...(hasAttributes ? { attributes: fields.attributes } : {}),
				},
			},
		},
		interpret: interpretFor(fields, input.includeRaw === true),
		repeat: 'texts the person',
		pace: 'voyage',
	};
}
