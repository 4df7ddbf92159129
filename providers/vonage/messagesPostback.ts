import { canonicalJson } from '../../consent/canonicalJson';
import type { ConsentEventAction, EventFacts } from '../../consent/event';
import { eventKey } from '../../consent/eventKey';
import { textOrNumber } from '../../consent/fieldText';
import type { OwnWords } from '../../consent/keyword';
import { readProviderPhone } from '../../consent/phone';
import { isRecord } from '../../consent/record';
import { readProviderTime } from '../../consent/time';
import { parseWithSafeNames } from '../../consent/unsafeNames';
import { COMMON_FACTS, NO_TIME_WARNING, RECEIPT_WARNING } from './commonFacts';
import { meaningOfMessage } from './messageMeaning';

type Fields = Record<string, unknown>;

/** The ways by which a text message comes; others, such as `whatsapp`, have a consent of their own. */
const TEXT_CHANNELS = new Map<string, EventFacts['channel']>([
	['sms', 'sms'],
	['mms', 'mms'],
]);

const partOf = (value: unknown, name: string): unknown => (isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined);

/** Today's payloads name a number as text, those of version 0.1 as an object. */
const numberIn = (value: unknown): string | null =>
	textOrNumber(isRecord(value) ? (partOf(value, 'number') ?? partOf(value, 'id')) : value);

/** Where each kind of message has its words; an answer button counts as what it says. */
function textIn(payload: Fields): string | null {
	const content = partOf(payload.message, 'content');
	const candidates = [
		payload.text,
		partOf(content, 'text'),
		partOf(payload.reply, 'title'),
		partOf(payload.button, 'text'),
		partOf(payload.image, 'caption'),
		partOf(payload.video, 'caption'),
	];
	return candidates.map(textOrNumber).find((found) => found !== null) ?? null;
}

/**
 * @param payload that Vonage posted
 * @returns true when it is one of the Messages API: it names the sender as `from`, and has a field that only such payloads have
 */
export function isMessagesPayload(payload: Fields): boolean {
	const has = (name: string): boolean => Object.hasOwn(payload, name);
	return !has('msisdn') && has('from') && ['message_uuid', 'message_type', 'channel'].some(has);
}

/**
 * Reads an inbound message of Vonage's Messages API, today's form and that of version 0.1.
 *
 * @param payload for which `isMessagesPayload` holds
 * @param own words of the account that mean something in an inbound text
 * @returns one event; what is no message, such as a delivery receipt, is `unknown`
 * @see https://developer.vonage.com/en/api/messages
 */
export function readMessagesPayload(payload: Fields, own: OwnWords): EventFacts {
	const text = textIn(payload);
	const keyword = textOrNumber(partOf(payload.sms, 'keyword'));
	const type = textOrNumber(payload.message_type) ?? textOrNumber(partOf(partOf(payload.message, 'content'), 'type'));
	const way = (textOrNumber(payload.channel) ?? textOrNumber(partOf(payload.from, 'type')) ?? 'sms').toLowerCase();
	const channel = TEXT_CHANNELS.get(way);
	const isReceipt = type === null && text === null && textOrNumber(payload.status) !== null;
	const read = meaningOfMessage(text, keyword, own);
	const { phone, phoneRaw, warning } = readProviderPhone(numberIn(isReceipt ? payload.to : payload.from));
	const occurredAtRaw = textOrNumber(payload.timestamp);
	const occurredAt = readProviderTime(occurredAtRaw, { assumeUtc: true });
	const isElsewhere = channel === undefined && !isReceipt;
	return {
		eventId: eventKey(['vonage', 'messages', canonicalJson(payload)]),
		...COMMON_FACTS,
		action: isReceipt ? 'unknown' : isElsewhere ? actionElsewhere(read.action) : read.action,
		channel: channel ?? 'sms',
		phone,
		phoneRaw,
		shortCode: numberIn(isReceipt ? payload.from : payload.to),
		text,
		keyword: read.keyword,
		needsReview: read.needsReview || (isElsewhere && read.action === 'opt-out'),
		occurredAt,
		occurredAtRaw,
		messageId: textOrNumber(payload.message_uuid),
		code: isReceipt ? 'delivery-receipt' : type,
		warnings: [
			...(warning === undefined ? [] : [warning]),
			...read.warnings,
			...(isReceipt ? [RECEIPT_WARNING] : []),
			...(isElsewhere ? [`It came by ${way}, not as a text message.`] : []),
			...(occurredAt === null ? [NO_TIME_WARNING] : []),
		],
		raw: parseWithSafeNames(JSON.stringify(payload)) as Fields,
	};
}

/** Whoever says STOP anywhere is believed; whoever says START elsewhere has not asked for texts. */
function actionElsewhere(action: ConsentEventAction): ConsentEventAction {
	return action === 'opt-in' ? 'message' : action;
}
