import { createHash } from 'node:crypto';

import type { ProviderName } from './call';

/**
 * What a provider told us happened.
 * `message`: somebody wrote a text that is not an opt-out by itself. `unknown`: well-formed, but of a kind the provider's documents do not name.
 */
export type ConsentEventAction = 'opt-in' | 'opt-out' | 'message' | 'unknown';

/** One clean event, the same shape for every provider; the output of SMS Postback Trigger. */
export interface ConsentEvent {
	/** The same for every delivery of the same notification, different for any other. 64 hexadecimal digits. */
	eventId: string;
	provider: ProviderName;
	action: ConsentEventAction;
	channel: 'sms' | 'mms' | 'email';
	/** E.164; null when the provider's number cannot be read as one. An event is never dropped for that. */
	phone: string | null;
	phoneRaw: string | null;
	email: string | null;
	campaign: string | null;
	campaignTitle: string | null;
	brand: string | null;
	shortCode: string | null;
	/** The provider's own word for how it came about, e.g. `MO`, `API`, `IMPORTED AS UNSUBSCRIBED`. */
	source: string | null;
	/** What the person texted, for inbound messages. */
	text: string | null;
	/** The recognised word, e.g. `STOP`; see `consent/keyword.ts`. */
	keyword: string | null;
	/** True when a text may be meant as an opt-out although no rule says so by itself: have somebody read it. */
	needsReview: boolean;
	/** ISO 8601 in UTC; null when the provider gave no readable time. */
	occurredAt: string | null;
	occurredAtRaw: string | null;
	/** The provider's own code or type, e.g. `N302`, `sms.unsubscribed`. */
	code: string | null;
	/** What is unusual about this event, in words; empty when nothing is. */
	warnings: string[];
	/** Every field as the provider sent it. */
	raw: Record<string, unknown>;
}

/**
 * A key that is equal for equal parts and different for any difference in them.
 * JSON keeps the borders between parts, so ('1','23') and ('12','3') do not meet.
 *
 * @param parts what identifies the notification, in a fixed order
 * @returns 64 hexadecimal digits (SHA-256)
 */
export function eventKey(parts: readonly unknown[]): string {
	return createHash('sha256').update(JSON.stringify(parts), 'utf8').digest('hex');
}
