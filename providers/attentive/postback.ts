import { canonicalJson } from '../../consent/canonicalJson';
import type { ConsentEventAction, EventFacts } from '../../consent/event';
import { eventKey } from '../../consent/eventKey';
import { InputProblem, TooMuch } from '../../consent/failure';
import { textOrNumber } from '../../consent/fieldText';
import { classifyText, type OwnWords } from '../../consent/keyword';
import { readProviderPhone } from '../../consent/phone';
import { z } from '../../consent/schema';
import { readProviderTime } from '../../consent/time';
import { parseWithSafeNames } from '../../consent/unsafeNames';

/** The oldest documents say `phone` where today's say `sms`. */
const CONSENT_TYPE = /^(sms|phone|email)\.(subscribed|unsubscribed)$/;
const INBOUND_TYPE = 'sms.inbound_message';

/** Attentive documents one. */
const MOST_EVENTS = 1_000;
const WITHOUT_TYPE = 'The event names no type.';

const text = z.unknown().transform((value) => textOrNumber(value) ?? undefined);

/** https://docs.attentive.com/docs/webhook-payloads */
const EVENT = z.object({
	type: text,
	timestamp: z.union([z.number(), z.string()]).optional().catch(undefined),
	company: z.object({ display_name: text, company_id: text }).catch({}),
	subscriber: z
		.object({ phone: text, email: text, external_id: text, external_identifiers: z.record(z.unknown()).catch({}) })
		.catch({ external_identifiers: {} }),
	subscription: z.object({ type: text, channel: text }).catch({}),
	creative: z.object({ name: text, type: text }).catch({}),
	message: z.object({ id: text, text, to_phone: text }).catch({}),
});

type AttentiveEvent = z.output<typeof EVENT>;

/**
 * Reads what Attentive posts to a webhook: one event, or several in an array.
 *
 * @param body the parsed JSON
 * @param own words of the account that mean something in an inbound text
 * @returns one event each, in their order; a type that Attentive's documents do not name becomes `unknown`
 * @throws {InputProblem} when nothing in it is an event
 * @throws {TooMuch} when it holds more events than can be meant
 * @see https://docs.attentive.com/docs/webhook-payloads
 */
export function readAttentivePostback(body: unknown, own: OwnWords = {}): EventFacts[] {
	const candidates: unknown[] = Array.isArray(body) ? body : [body];
	if (candidates.length > MOST_EVENTS) {
		throw new TooMuch(`The body holds ${candidates.length} events, more than any real one`, 'Nothing was taken from it.');
	}
	if (!candidates.some((candidate) => parsed(candidate).type !== undefined)) {
		throw new InputProblem(
			'This is not a webhook of Attentive: nothing in it has a type',
			'Nothing was taken from it. Check that only Attentive posts to this address.',
		);
	}
	return candidates.map((candidate) => readEvent(candidate, own));
}

function readEvent(candidate: unknown, own: OwnWords): EventFacts {
	const event = parsed(candidate);
	const { action, channel } = kindOf(event);
	const { phone, phoneRaw, warnings } = personOf(event);
	const inbound = event.type?.toLowerCase() === INBOUND_TYPE;
	const message = inbound ? (event.message.text ?? null) : null;
	const read = classifyText(message ?? '', own);
	const occurredAt = readProviderTime(event.timestamp);
	return {
		eventId: eventKey(['attentive', canonicalJson(candidate)]),
		provider: 'attentive',
		action: inbound && read.meaning === 'opt-out' ? 'opt-out' : action,
		channel,
		phone,
		phoneRaw,
		email: event.subscriber.email ?? null,
		campaign: campaignOf(event, channel),
		campaignTitle: event.creative.name ?? null,
		brand: event.company.display_name ?? null,
		shortCode: inbound ? (event.message.to_phone ?? null) : null,
		source: event.creative.type ?? null,
		text: message,
		keyword: read.keyword,
		needsReview: read.needsReview,
		occurredAt,
		occurredAtRaw: event.timestamp === undefined ? null : String(event.timestamp),
		code: event.type ?? null,
		messageId: event.message.id ?? null,
		subscriberId: event.subscriber.external_id ?? null,
		companyId: event.company.company_id ?? null,
		...identifiersOf(event),
		warnings: [
			...(event.type === undefined ? [WITHOUT_TYPE] : []),
			...warnings,
			...(occurredAt === null ? ['Attentive gave no readable time.'] : []),
		],
		raw: rawOf(candidate),
	};
}

function kindOf({ type = '' }: AttentiveEvent): { action: ConsentEventAction; channel: EventFacts['channel'] } {
	const name = type.toLowerCase();
	const [, way, what] = CONSENT_TYPE.exec(name) ?? [];
	const channel = name.startsWith('email.') ? 'email' : 'sms';
	if (way !== undefined) return { action: what === 'subscribed' ? 'opt-in' : 'opt-out', channel };
	return { action: name === INBOUND_TYPE ? 'message' : 'unknown', channel };
}

function personOf({ subscriber }: AttentiveEvent): { phone: string | null; phoneRaw: string | null; warnings: string[] } {
	if (subscriber.phone === undefined) {
		const warnings = subscriber.email === undefined ? ['Attentive named neither a phone number nor an email address.'] : [];
		return { phone: null, phoneRaw: null, warnings };
	}
	const { phone, phoneRaw, warning } = readProviderPhone(subscriber.phone);
	return { phone, phoneRaw, warnings: warning === undefined ? [] : [warning] };
}

/** A person may have several ids of one kind, so each is a list. */
function identifiersOf({
	subscriber: { external_identifiers: ids },
}: AttentiveEvent): Pick<EventFacts, 'clientUserId' | 'shopifyId' | 'klaviyoId' | 'customIdentifiers'> {
	const custom = ids.custom_identifiers;
	const hasCustom = typeof custom === 'object' && custom !== null && Object.keys(custom).length > 0;
	return {
		clientUserId: listed(ids.client_user_id),
		shopifyId: listed(ids.shopify_id),
		klaviyoId: listed(ids.klaviyo_id),
		customIdentifiers: hasCustom ? canonicalJson(custom) : null,
	};
}

function listed(value: unknown): string | null {
	const values = (Array.isArray(value) ? value : [value]).map(textOrNumber);
	return values.filter((each) => each !== null).join(', ') || null;
}

/** The same spelling as the campaign of SMS Query Opt-Outs: `MARKETING TEXT`. */
function campaignOf({ subscription }: AttentiveEvent, channel: EventFacts['channel']): string | null {
	if (subscription.type === undefined) return null;
	return `${subscription.type} ${subscription.channel ?? (channel === 'email' ? 'EMAIL' : 'TEXT')}`;
}

function parsed(candidate: unknown): AttentiveEvent {
	const read = EVENT.safeParse(candidate);
	return read.success ? read.data : EVENT.parse({});
}

function rawOf(candidate: unknown): Record<string, unknown> {
	const copy = parseWithSafeNames(canonicalJson(candidate));
	return typeof copy === 'object' && copy !== null && !Array.isArray(copy) ? (copy as Record<string, unknown>) : { value: copy };
}
