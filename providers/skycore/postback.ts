import type { XmlElement } from '../../consent/call';
import { type ConsentEventAction, type EventFacts, withWarnings } from '../../consent/event';
import { eventKey } from '../../consent/eventKey';
import { classifyText, type OwnWords, type TextClassification } from '../../consent/keyword';
import { readProviderPhone } from '../../consent/phone';
import { readProviderTime } from '../../consent/time';
import { notificationsIn, type Notification } from './notification';

type Channel = EventFacts['channel'];

interface CodeRule {
	action: ConsentEventAction;
	channel: Channel;
	/** An inbound text, whose words decide. */
	inbound: boolean;
}

/** https://www.skycore.com/help/opt-in-status-postback-v1/ and https://www.skycore.com/help/message-inbox-postbacks-v1/ */
const CODE_RULES: ReadonlyMap<string, CodeRule> = new Map<string, CodeRule>([
	['N301', { action: 'opt-in', channel: 'sms', inbound: false }],
	['N302', { action: 'opt-out', channel: 'sms', inbound: false }],
	['N303', { action: 'opt-in', channel: 'email', inbound: false }],
	['N304', { action: 'opt-out', channel: 'email', inbound: false }],
	['N211', { action: 'message', channel: 'sms', inbound: true }],
	['N401', { action: 'message', channel: 'mms', inbound: true }],
]);

const WELL_FORMED_CODE = /^[A-Z]\d{3}$/;
const CODE_WITHOUT_LETTER = /^\d{3}$/;
/** What a notification is that names no code but repeats an earlier opt-out. */
const OPT_OUT_RULE: CodeRule = { action: 'opt-out', channel: 'sms', inbound: false };
const IMPORTED_AS_UNSUBSCRIBED = 'IMPORTED AS UNSUBSCRIBED';
const ID_FIELDS = ['TRANSACTIONID', 'TRACKINGID', 'TRACKING-ID', '@ID'];
const TEXT_FIELDS = ['TEXT', 'MESSAGE-TEXT', 'KEYWORD', 'SUBJECT', 'CONTENT'];
const NO_TEXT: TextClassification = { meaning: 'none', keyword: null, needsReview: false };

function channelOfOrigin(origin: string | null): Channel {
	if (origin?.toUpperCase().startsWith('EMAIL')) return 'email';
	return origin?.toUpperCase().startsWith('MMS') ? 'mms' : 'sms';
}

function isFromPerson(origin: string | null): boolean {
	return origin?.toUpperCase().endsWith('_MO') === true;
}

function codeOf(notification: Notification): string | null {
	const code = notification.field('CODE')?.toUpperCase() ?? null;
	return code !== null && CODE_WITHOUT_LETTER.test(code) ? `N${code}` : code;
}

/** Its code says opted in, its source that the person had opted out before. */
function repeatsOptOut(notification: Notification): boolean {
	return notification.field('SOURCE')?.toUpperCase().replace(/\s+/g, ' ') === IMPORTED_AS_UNSUBSCRIBED;
}

function ruleOf(code: string | null, origin: string | null, isRepeatedOptOut: boolean): CodeRule {
	const known = code === null ? undefined : CODE_RULES.get(code);
	if (isRepeatedOptOut && (known === undefined || known.action === 'opt-in')) return { ...(known ?? OPT_OUT_RULE), action: 'opt-out' };
	return known ?? { action: 'unknown', channel: channelOfOrigin(origin), inbound: isFromPerson(origin) };
}

function codeWarnings(code: string | null): string[] {
	if (code === null) return ['Skycore sent no code, so it is not known what happened.'];
	if (CODE_RULES.has(code)) return [];
	if (WELL_FORMED_CODE.test(code)) return [`The code ${code} is not one that tells about consent.`];
	return [`"${code}" is not a code as Skycore documents them.`];
}

function firstOf(notification: Notification, names: string[]): string | null {
	for (const name of names) {
		const value = notification.field(name);
		if (value !== null) return value;
	}
	return null;
}

/** An inbound message comes from the person, everything else names the person in MOBILE or goes to them. */
function personFields(rule: CodeRule): string[] {
	if (rule.inbound) return ['FROM', 'MOBILE'];
	return rule.action === 'unknown' ? ['MOBILE', 'TO'] : ['MOBILE'];
}

function meaningOf(texts: string[], own: OwnWords): TextClassification {
	const meanings = texts.map((text) => classifyText(text, own));
	const optOut = meanings.find(({ meaning }) => meaning === 'opt-out');
	if (optOut !== undefined) return optOut;
	const review = meanings.find(({ needsReview }) => needsReview);
	const withKeyword = meanings.find(({ keyword }) => keyword !== null);
	return review ?? withKeyword ?? NO_TEXT;
}

interface ReadTime {
	occurredAt: string | null;
	occurredAtRaw: string | null;
	warning?: string;
}

function timeOf(notification: Notification, rule: CodeRule): ReadTime {
	const names = rule.inbound ? ['RECEIVED', 'TIMESTAMP', '@CREATED'] : ['TIMESTAMP', 'RECEIVED', '@CREATED'];
	const given = names.flatMap((name) => notification.field(name) ?? []);
	for (const raw of given) {
		const occurredAt = readProviderTime(raw);
		if (occurredAt !== null) return { occurredAt, occurredAtRaw: raw };
	}
	const occurredAtRaw = given[0] ?? null;
	const warning = occurredAtRaw === null ? 'Skycore sent no time.' : 'The time that Skycore sent cannot be read; see the raw time.';
	return { occurredAt: null, occurredAtRaw, warning };
}

function phoneOf(notification: Notification, rule: CodeRule): ReturnType<typeof readProviderPhone> {
	const raw = firstOf(notification, personFields(rule));
	if (raw === null && (rule.channel === 'email' || rule.action === 'unknown')) return { phone: null, phoneRaw: null };
	return readProviderPhone(raw);
}

function addressWarning(rule: CodeRule, email: string | null): string[] {
	return rule.channel === 'email' && rule.action !== 'unknown' && email === null ? ['Skycore sent no email address.'] : [];
}

function sourceWarning(isRepeatedOptOut: boolean): string[] {
	if (!isRepeatedOptOut) return [];
	return ['Somebody tried to import this person, who had opted out before: this repeats the earlier opt-out.'];
}

function eventOf(notification: Notification, own: OwnWords): EventFacts {
	const code = codeOf(notification);
	const isRepeatedOptOut = repeatsOptOut(notification);
	const rule = ruleOf(code, notification.field('ORIGIN'), isRepeatedOptOut);
	const texts = rule.inbound ? notification.texts(TEXT_FIELDS) : [];
	const { meaning, keyword, needsReview } = meaningOf(texts, own);
	const { phone, phoneRaw, warning: phoneWarning } = phoneOf(notification, rule);
	const { occurredAt, occurredAtRaw, warning: timeWarning } = timeOf(notification, rule);
	const email = notification.field('EMAIL');
	const source = notification.field('SOURCE');
	return {
		eventId: eventKey(['skycore', notification.identity]),
		provider: 'skycore',
		action: meaning === 'opt-out' ? 'opt-out' : rule.action,
		channel: rule.channel,
		phone,
		phoneRaw,
		email,
		campaign: firstOf(notification, ['CAMPAIGNREF', 'CAMPAIGNID']),
		campaignTitle: notification.field('CAMPAIGNTITLE'),
		brand: notification.field('BRANDNAME'),
		shortCode: firstOf(notification, rule.inbound ? ['SHORTCODE', 'TO'] : ['SHORTCODE']),
		source,
		text: texts[0] ?? null,
		keyword,
		needsReview,
		occurredAt,
		occurredAtRaw,
		messageId: firstOf(notification, ID_FIELDS),
		code,
		warnings: [
			...codeWarnings(code),
			...notification.warnings,
			...(phoneWarning === undefined ? [] : [phoneWarning]),
			...addressWarning(rule, email),
			...(timeWarning === undefined ? [] : [timeWarning]),
			...sourceWarning(isRepeatedOptOut),
		],
		raw: notification.raw,
	};
}

/**
 * Reads what Skycore posted, in any shape of its history: flat `POSTBACK`, `NOTIFICATION` with `BODY`, several in one wrapper.
 * Nothing that has a notification's shape is left out: what is missing or unreadable becomes a warning beside the event.
 *
 * @param document the posted document's root element
 * @param own words of the account that mean something in an inbound text
 * @returns one event per notification, in the order of the document
 * @throws {InputProblem} when the root is not one of Skycore's, or holds nothing at all
 */
export function readSkycorePostback(document: XmlElement, own: OwnWords = {}): EventFacts[] {
	const events = notificationsIn(document).map((notification) => eventOf(notification, own));
	const nameless = events.filter(({ code, action }) => code === null && action === 'unknown').length;
	if (nameless === 0 || nameless === events.length) return events;
	const warning = `The same document holds ${nameless} more of which nobody can tell what happened: Skycore sent no code there.`;
	return events.map((event) => withWarnings(event, [warning]));
}
