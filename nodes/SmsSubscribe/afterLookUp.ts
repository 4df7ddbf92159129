import type { ResultFacts } from '../../consent/result';
import type { Eligibility } from '../../providers/attentive/eligibility';
import { notEligible } from '../../providers/attentive/failure';
import type { SubscriptionType } from '../../providers/attentive/signUpUnit';
import type { SubscribeInput } from '../../providers/attentive/subscribe';
import type { ItemTarget } from '../../transport/outbound/itemError';

type Standing = 'not subscribed' | 'subscribed' | 'not eligible';

export interface LookedUp {
	input: SubscribeInput;
	/** Whom and what the item is about; when nothing is sent, the result says the same. */
	target: ItemTarget;
	type: SubscriptionType;
	/** What Attentive holds for the phone number; undefined when none was given. */
	text: Eligibility | undefined;
	/** What Attentive holds for the email address; undefined when none was given. */
	mail: Eligibility | undefined;
}

/** Either what is still to be sent, or the result when nothing is. */
export type Decision = { send: SubscribeInput } | { send: undefined; result: ResultFacts };

function standing(held: Eligibility | undefined, type: string, channel: string): Standing | undefined {
	if (held === undefined) return undefined;
	const rows = held.rows.filter((row) => row.type === type && row.channel === channel);
	if (rows.length === 0) return 'not subscribed';
	return rows.every((row) => row.eligible) ? 'subscribed' : 'not eligible';
}

/**
 * Decides what to send once Attentive has said what it holds. Nobody who is subscribed is texted again, and nobody who opted out
 * is brought back: where only the email address is new, only that is sent.
 *
 * @param found the entries and what Attentive holds
 * @throws {ProviderFailure} of the kind `not-eligible` when one of the subscriptions must not be sent to
 */
export function afterLookUp({ input, target, type, text, mail }: LookedUp): Decision {
	const byText = standing(text, type, 'TEXT');
	const byMail = standing(mail, type, 'EMAIL');
	if (byText === 'not eligible' || byMail === 'not eligible') throw notEligible(type);
	if (byText === 'subscribed' && byMail === 'not subscribed' && input.email !== undefined) {
		return { send: { ...input, phone: undefined, email: input.email } };
	}
	if (byText === 'not subscribed' || byMail === 'not subscribed') return { send: input };
	const { phone = null, email, channel, campaign = null } = target;
	return {
		send: undefined,
		result: {
			provider: 'attentive',
			action: 'subscribe',
			outcome: 'already_subscribed',
			phone,
			channel,
			...(email !== undefined && { email }),
			campaign,
			providerState: 'isEligible true',
			wasSent: false,
			hint: 'People who were already subscribed were skipped: nothing was sent, and they got no text.',
			...(input.includeRaw === true && { raw: { text: text?.raw, email: mail?.raw } }),
		},
	};
}
