import { ProviderFailure } from '../../consent/failure';
import type { ResultFacts } from '../../consent/result';
import type { Eligibility, SubscribeInput } from '../../providers/attentive/calls';
import { expectedCampaign } from '../../providers/attentive/signUp';

type Standing = 'not subscribed' | 'subscribed' | 'opted out';

export interface LookedUp {
	input: SubscribeInput;
	type: 'MARKETING' | 'TRANSACTIONAL';
	/** What Attentive holds for the phone number; undefined when none was given. */
	text: Eligibility | undefined;
	/** What Attentive holds for the e-mail address; undefined when none was given. */
	mail: Eligibility | undefined;
}

/** Either what is still to be sent, or the result when nothing is. */
export type Decision = { send: SubscribeInput } | { send: undefined; result: ResultFacts };

function standing(held: Eligibility | undefined, type: string, channel: string): Standing | undefined {
	if (held === undefined) return undefined;
	const rows = held.rows.filter((row) => row.type === type && row.channel === channel);
	if (rows.length === 0) return 'not subscribed';
	return rows.every((row) => row.eligible) ? 'subscribed' : 'opted out';
}

function refusal(type: string): ProviderFailure {
	return new ProviderFailure({
		provider: 'attentive',
		kind: 'opted-out',
		message: `Attentive holds this person's ${type} subscription as one that must not be sent to: they opted out, or have not answered "Reply Y"; nothing was sent`,
		remedy: 'Use SMS Resubscribe, and only when the person has asked for messages again.',
		surelyNotDone: true,
		outcome: 'not_eligible',
	});
}

/**
 * Decides what to send once Attentive has said what it holds. Nobody who is subscribed is texted again, and nobody who opted out
 * is brought back: where only the e-mail address is new, only that is sent.
 *
 * @param found the entries and what Attentive holds
 * @throws {ProviderFailure} of the kind `opted-out` when one of the subscriptions must not be sent to
 */
export function afterLookUp({ input, type, text, mail }: LookedUp): Decision {
	const byText = standing(text, type, 'TEXT');
	const byMail = standing(mail, type, 'EMAIL');
	if (byText === 'opted out' || byMail === 'opted out') throw refusal(type);
	if (byText === 'subscribed' && byMail === 'not subscribed') return { send: { ...input, phone: undefined } };
	if (byText === 'not subscribed' || byMail === 'not subscribed') return { send: input };
	return {
		send: undefined,
		result: {
			provider: 'attentive',
			action: 'subscribe',
			outcome: 'already_subscribed',
			phone: input.phone ?? null,
			channel: input.phone === undefined ? 'email' : 'sms',
			...(input.email !== undefined && { email: input.email }),
			campaign: expectedCampaign({ ...input, subscriptionType: type }),
			providerState: 'isEligible true',
			wasSent: false,
			hint: 'Who was subscribed before was left out: nothing was sent, and they got no text.',
			...(input.includeRaw === true && { raw: { text: text?.raw, email: mail?.raw } }),
		},
	};
}
