import { type Columns, flatRow } from './columns';
import { eventIdOf } from './eventKey';
import type { ProviderName } from './providerName';

/**
 * What a provider told us happened.
 * `message`: somebody wrote a text that is not an opt-out by itself. `unknown`: well-formed, but of a kind the provider's documents do not name.
 */
export type ConsentEventAction = 'opt-in' | 'opt-out' | 'message' | 'unknown';

/** By which way the person gets messages; consent to one says nothing about another. */
export type Channel = 'sms' | 'mms' | 'email';

/** One clean event: the same columns for every provider and every kind; the output of SMS Postback Trigger. `EVENT_COLUMNS` explains them. */
export interface ConsentEvent {
	provider: ProviderName;
	action: ConsentEventAction;
	phone: string | null;
	campaign: string | null;
	occurredAt: string | null;
	source: string | null;
	text: string | null;
	needsReview: boolean;
	reviewedAs: string | null;
	channel: Channel;
	email: string | null;
	phoneRaw: string | null;
	receivedAt: string;
	warnings: string | null;
	keyword: string | null;
	code: string | null;
	shortCode: string | null;
	campaignTitle: string | null;
	brand: string | null;
	occurredAtRaw: string | null;
	messageId: string | null;
	subscriberId: string | null;
	clientUserId: string | null;
	shopifyId: string | null;
	klaviyoId: string | null;
	customIdentifiers: string | null;
	companyId: string | null;
	raw: string;
	eventId: string;
}

/** All columns of an event. */
export const EVENT_COLUMNS: Columns<ConsentEvent> = {
	provider: { type: 'text', meaning: 'who sent it, spelled as in a result' },
	action: { type: 'text', meaning: '`opt-in`, `opt-out`, `message` (a text that is no opt-out by itself) or `unknown`' },
	phone: { type: 'text', meaning: 'the number as `+16502426055`; empty when it cannot be read' },
	campaign: {
		type: 'text',
		meaning: "Skycore's campaign reference, or Attentive's type and channel such as `MARKETING TEXT`; Vonage names none",
	},
	occurredAt: { type: 'time', meaning: "the provider's time; empty when it gave none that can be read" },
	source: { type: 'text', meaning: "how it came about, in the provider's words: `MO`, `WEB`, `API`, `IMPORTED AS UNSUBSCRIBED`" },
	text: { type: 'text', meaning: 'what the person wrote' },
	needsReview: { type: 'boolean', meaning: 'the text may mean an opt-out: somebody should read it' },
	reviewedAs: {
		type: 'text',
		meaning: 'always empty here: the place in your table for what somebody found who read the text, such as `not an opt-out`',
	},
	channel: { type: 'text', meaning: '`sms`, `mms` or `email`' },
	email: { type: 'text', meaning: 'the email address, where the provider names one' },
	phoneRaw: { type: 'text', meaning: 'the number as the provider wrote it' },
	receivedAt: { type: 'time', meaning: 'when it arrived in n8n' },
	warnings: { type: 'text', meaning: 'what is unusual about the event, in sentences' },
	keyword: { type: 'text', meaning: 'the word that was recognized in the text, such as `STOP`' },
	code: { type: 'text', meaning: "the provider's code or type, such as `N302` or `sms.unsubscribed`" },
	shortCode: { type: 'text', meaning: 'the number that was written to, where the provider says so' },
	campaignTitle: { type: 'text', meaning: "the campaign's name, or Attentive's sign-up unit" },
	brand: { type: 'text', meaning: 'the brand or company that the campaign belongs to' },
	occurredAtRaw: { type: 'text', meaning: "the provider's time as it was sent" },
	messageId: { type: 'text', meaning: "the provider's id of the message or notification" },
	subscriberId: { type: 'text', meaning: "the provider's id of the person: Attentive's external id" },
	clientUserId: { type: 'text', meaning: "the person's id in your own system, where Attentive knows it; several are separated by commas" },
	shopifyId: { type: 'text', meaning: "the person's id at Shopify, likewise" },
	klaviyoId: { type: 'text', meaning: "the person's id at Klaviyo, likewise" },
	customIdentifiers: { type: 'text', meaning: "the person's other ids at Attentive, as JSON text" },
	companyId: { type: 'text', meaning: "Attentive's id of the company" },
	raw: { type: 'text', meaning: 'every field as it was sent, as JSON text' },
	eventId: { type: 'text', meaning: 'the same for every delivery of the same notification, different for any other; 64 characters' },
};

/** What Simplify leaves: what it takes to honor an event, and all that a ledger reads. */
export const SIMPLIFIED_COLUMNS = [
	'provider',
	'action',
	'phone',
	'campaign',
	'occurredAt',
	'source',
	'text',
	'needsReview',
	'reviewedAs',
	'channel',
	'email',
	'phoneRaw',
	'receivedAt',
	'warnings',
	'eventId',
] as const satisfies ReadonlyArray<keyof ConsentEvent>;

/** Columns that a provider's reader may leave out when the provider sends nothing for them. */
type Optional = 'messageId' | 'subscriberId' | 'clientUserId' | 'shopifyId' | 'klaviyoId' | 'customIdentifiers' | 'companyId';
/** Columns that the trigger fills. */
type OfTrigger = 'receivedAt' | 'reviewedAs';

/** What a provider's reader found in one notification. */
export interface EventFacts extends Omit<ConsentEvent, Optional | OfTrigger | 'warnings' | 'raw'>, Partial<Pick<ConsentEvent, Optional>> {
	/** Made of the content alone, see `eventKey`. */
	eventId: string;
	/** What is unusual about this event, in words; empty when nothing is. */
	warnings: string[];
	/** Every field as the provider sent it. */
	raw: Record<string, unknown>;
}

/**
 * @param event as a provider's reader found it
 * @param added what else is unusual about it, in sentences
 * @returns a copy that says so too; the event itself where there is nothing to add
 */
export function withWarnings(event: EventFacts, added: readonly string[]): EventFacts {
	return added.length === 0 ? event : { ...event, warnings: [...event.warnings, ...added] };
}

/**
 * Makes the row that leaves the trigger.
 *
 * @param facts what the provider's reader found
 * @param receivedAt when it arrived, ISO 8601
 */
export function consentEvent(facts: EventFacts, receivedAt: string): ConsentEvent {
	return flatRow<ConsentEvent>(EVENT_COLUMNS, {
		...facts,
		eventId: eventIdOf(facts, receivedAt),
		receivedAt,
		warnings: facts.warnings.join(' '),
		raw: JSON.stringify(facts.raw),
	});
}
