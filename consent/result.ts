import { type Columns, flatRow } from './columns';
import { eventKey } from './eventKey';
import type { ProviderName } from './providerName';

export type ConsentAction = 'subscribe' | 'unsubscribe' | 'resubscribe' | 'query';

/** Every outcome there is, with its one meaning. */
export const OUTCOMES = {
	subscribed: 'may be texted. Skycore says the same for people who were already subscribed.',
	already_subscribed: 'was subscribed before',
	pending_confirmation: "was asked to confirm. Don't text them until they have.",
	accepted: 'the provider has taken the job and will do it later',
	asked: 'written by a workflow right before it calls, so that a call that left no other trace is known',
	unsubscribed: 'opted out now',
	already_unsubscribed: 'was opted out before',
	resubscribed: 'brought back',
	opted_out: 'must not be texted',
	not_eligible:
		'must not be texted: the provider says no, but not why. At Attentive the person opted out or never confirmed; at Skycore they opted out, or the number cannot get texts.',
	not_subscribed: 'the provider holds no subscription',
} as const;

export type ConsentOutcome = keyof typeof OUTCOMES;

/** What the person (or their system) keeps as proof that somebody agreed. */
export interface ConsentEvidence {
	evidenceSource?: string;
	/** ISO 8601. */
	evidenceTime?: string;
	evidenceText?: string;
	evidencePage?: string;
}

/** `not sent`: surely not carried out. `unknown`: somebody has to check before it is sent again. */
export type Sent = 'sent' | 'not sent' | 'unknown';

/** `sms, email`: one call that ended subscriptions of both ways. */
export type ResultChannel = 'sms' | 'email' | 'sms, email';

/** What one action did to one number (or address): the same columns for every provider, outcome and failure. `RESULT_COLUMNS` explains them. */
export interface ConsentResult {
	phone: string | null;
	outcome: ConsentOutcome | null;
	note: string | null;
	campaign: string | null;
	provider: ProviderName | null;
	action: ConsentAction;
	channel: ResultChannel | null;
	email: string | null;
	occurredAt: string;
	occurredAtSource: 'provider' | 'n8n';
	receivedAt: string;
	sent: Sent | null;
	kind: string | null;
	code: string | null;
	signUpSource: string | null;
	singleOptIn: boolean | null;
	evidenceSource: string | null;
	evidenceTime: string | null;
	evidenceText: string | null;
	evidencePage: string | null;
	optedOutAt: string | null;
	optedInAt: string | null;
	phoneRaw: string | null;
	providerState: string | null;
	requestId: string | null;
	duplicateOfItem: number | null;
	raw: string | null;
	eventId: string;
}

/** All columns of a result. */
export const RESULT_COLUMNS: Columns<ConsentResult> = {
	phone: {
		type: 'text',
		meaning: 'the number as `+16502426055`; empty when only an email address was given, or when the number cannot be read',
	},
	outcome: {
		type: 'text',
		meaning:
			'what became of the person, see [Outcomes](#outcomes); for an item that failed, only what a refusal tells: `opted_out` or `not_eligible`',
	},
	note: { type: 'text', meaning: 'what you should know about this person; for an item that failed, what happened' },
	campaign: {
		type: 'text',
		meaning:
			"Skycore's campaign reference, Voyage's campaign id, Attentive's type and channel such as `MARKETING TEXT`; empty where the provider has none, and where everything was ended",
	},
	provider: { type: 'text', meaning: "the provider's name in small letters, such as `skycore`" },
	action: { type: 'text', meaning: '`subscribe`, `unsubscribe`, `resubscribe` or `query`' },
	channel: { type: 'text', meaning: '`sms` or `email`; `sms, email` where one call ended both' },
	email: { type: 'text', meaning: 'the email address, where one was given' },
	occurredAt: { type: 'time', meaning: "the time in the provider's answer, where it holds one, else the time of the call" },
	occurredAtSource: { type: 'text', meaning: 'whose time that is: `provider` or `n8n`' },
	receivedAt: { type: 'time', meaning: 'when the answer arrived in n8n' },
	sent: {
		type: 'text',
		meaning:
			'`sent`; `not sent`: certainly not carried out, so you can send it again; `unknown`: check before you send it again. Empty for a query.',
	},
	kind: { type: 'text', meaning: 'only for an item that failed: [which kind of failure](errors.md)' },
	code: { type: 'text', meaning: "only for an item that failed: the provider's code, such as `E904`" },
	signUpSource: { type: 'text', meaning: 'Attentive only: the sign-up source that was used, or type and locale' },
	singleOptIn: { type: 'boolean', meaning: 'Attentive only: whether the person was signed up without the "Reply Y" question' },
	evidenceSource: { type: 'text', meaning: 'the evidence that you entered: where the person agreed' },
	evidenceTime: { type: 'time', meaning: 'likewise: when' },
	evidenceText: { type: 'text', meaning: 'likewise: to which words' },
	evidencePage: { type: 'text', meaning: 'likewise: the address of the page' },
	optedOutAt: { type: 'time', meaning: "Vonage only: the date of the opt-out on Vonage's list" },
	optedInAt: { type: 'time', meaning: 'Vonage only: the date on which the person came back' },
	phoneRaw: { type: 'text', meaning: "the number as the provider wrote it; if it couldn't be read, as you entered it" },
	providerState: { type: 'text', meaning: "the provider's own word, such as `Success`, `202`, `NEWLY_CREATED`" },
	requestId: { type: 'text', meaning: "the provider's id, where it gives one: Voyage's subscriber id, Skycore's subscriber reference" },
	duplicateOfItem: {
		type: 'number',
		meaning:
			"this item was not sent: an earlier one asked for the same and gave this answer. Its index in n8n's count, in which the first item is 0.",
	},
	raw: { type: 'text', meaning: "the provider's answer as JSON text, with **Include Raw Answer** only; secrets are blacked out" },
	eventId: {
		type: 'text',
		meaning:
			'different for every item and run; for a row of SMS Query the same as long as the provider says the same of this person; 64 characters',
	},
};

/** What a provider's answer says, before the run adds what it knows itself. */
export interface ResultFacts {
	provider: ProviderName;
	action: ConsentAction;
	outcome: ConsentOutcome;
	/** E.164, or null when the provider's number cannot be read as one (see `phoneRaw`) or only an email was given. */
	phone: string | null;
	/** The number as the provider wrote it, where it wrote one. */
	phoneRaw?: string;
	email?: string;
	/** Campaign that the consent belongs to; null where the provider has none, or where only what was asked for can tell it. */
	campaign: string | null;
	/** Text messages unless it says otherwise. */
	channel?: ResultChannel;
	/** The provider's own word for the state, e.g. `NEWLY_CREATED`, `Success`, HTTP `202`. */
	providerState: string | null;
	/** ISO 8601, where the answer itself holds a time. */
	occurredAt?: string | null;
	/** The provider's id for the request or the person, where it gives one. */
	requestId?: string | null;
	/** ISO 8601; only where the provider keeps it. */
	optedOutAt?: string | null;
	optedInAt?: string | null;
	/** False where nothing had to be sent. */
	wasSent?: false;
	/** What the person should know about this one result. */
	note?: string;
	/** What holds for every result with this outcome; told once for the whole run. */
	hint?: string;
	/** The provider's answer, only when the person asked for it. */
	raw?: unknown;
}

/** A result's columns as far as they are known; `occurredAt` is the answer's own time. */
export type KnownColumns = Partial<Omit<ConsentResult, 'occurredAt' | 'occurredAtSource' | 'receivedAt' | 'raw'>> & {
	occurredAt?: string | null;
	raw?: unknown;
};

/**
 * Makes the row that leaves an action node.
 *
 * @param known what is known of it
 * @param receivedAt when the answer arrived, ISO 8601
 */
export function consentResult(known: KnownColumns, receivedAt: string): ConsentResult {
	return flatRow<ConsentResult>(RESULT_COLUMNS, {
		...known,
		occurredAt: known.occurredAt ?? receivedAt,
		occurredAtSource: known.occurredAt ? 'provider' : 'n8n',
		receivedAt,
		raw: known.raw === undefined ? null : JSON.stringify(known.raw),
	});
}

/**
 * The `eventId` of what a provider's list or look-up says of one person: the same as long as it says the same, so that tonight's list
 * repeats nothing of yesterday's.
 *
 * @param facts of one row
 */
export function queryRowKey({ provider, phone, phoneRaw, email, campaign, outcome, occurredAt }: ResultFacts): string {
	return eventKey(['query', provider, phone ?? phoneRaw ?? null, email ?? null, campaign, outcome, occurredAt ?? null]);
}
