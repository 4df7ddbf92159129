import type { ProviderName } from './call';

export type ConsentAction = 'subscribe' | 'unsubscribe' | 'resubscribe' | 'query';

export type ConsentOutcome =
	| 'subscribed'
	| 'already_subscribed'
	| 'pending_confirmation'
	| 'unsubscribed'
	| 'already_unsubscribed'
	| 'resubscribed'
	| 'opted_out'
	| 'not_subscribed';

/** What the person (or their system) keeps as proof that somebody asked to come back. */
export interface ConsentEvidence {
	consentSource?: string;
	/** ISO 8601. */
	consentTime?: string;
	consentText?: string;
}

/** What one action did to one number (or address): the shape of every output item, the same for all providers. */
export interface ConsentResult extends ConsentEvidence {
	provider: ProviderName;
	action: ConsentAction;
	outcome: ConsentOutcome;
	/** E.164, or null when the provider's number cannot be read as one (see `phoneRaw`) or only an e-mail was given. */
	phone: string | null;
	/** The number as the provider wrote it, where it wrote one. */
	phoneRaw?: string;
	email?: string;
	/** Campaign, sign-up source or programme the consent belongs to; null where the provider has none. */
	campaign: string | null;
	/** The provider's own word for the state, e.g. `NEWLY_CREATED`, `Success`, HTTP `202`. */
	providerState: string | null;
	/** ISO 8601, where the answer holds a time. */
	providerTime: string | null;
	/** The provider's id for the request or the person, where it gives one. */
	requestId: string | null;
	/** ISO 8601; only where the provider keeps it. */
	optedOutAt?: string | null;
	optedInAt?: string | null;
	/** A sentence the person should know, e.g. that a confirmation is still awaited. */
	note?: string;
	/** The provider's answer, only when the person asked for it. */
	raw?: unknown;
}
