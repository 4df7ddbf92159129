import type { EventFacts } from '../../consent/event';
import { eventKey } from '../../consent/eventKey';
import { InputProblem } from '../../consent/failure';
import { textOrNumber } from '../../consent/fieldText';
import type { OwnWords } from '../../consent/keyword';
import { readProviderPhone } from '../../consent/phone';
import { readProviderTime } from '../../consent/time';
import { parseWithSafeNames } from '../../consent/unsafeNames';
import { COMMON_FACTS, NO_TIME_WARNING, RECEIPT_WARNING } from './commonFacts';
import { meaningOfMessage } from './messageMeaning';
import { isMessagesPayload, readMessagesPayload } from './messagesPostback';
import { readVonageStatus } from './statusPostback';

/** A retry is signed anew; what was texted stays the same. */
const CHANGING_WITH_EACH_DELIVERY = new Set(['sig', 'timestamp', 'nonce']);

const NO_KEYWORD_IN_BINARY = 'The message is binary, so no keyword can be read from it.';

/**
 * Reads what Vonage sends when somebody texts the number: where STOP arrives. Payloads of the Messages API and the response of an opt-in call, which
 * may go to the same address, are read too.
 *
 * @param parameters of the query, the form or the JSON, all that were received
 * @param own words of the account that mean something in an inbound text
 * @returns one event, or one for each number of a response; a text that is no opt-out is a `message`, START included unless `own` names it
 * @throws {InputProblem} when it names no sender
 * @see https://developer.vonage.com/en/messaging/sms/guides/inbound-sms
 */
export function readVonagePostback(parameters: Record<string, unknown>, own: OwnWords = {}): EventFacts[] {
	if (isMessagesPayload(parameters)) return [readMessagesPayload(parameters, own)];
	const statuses = readVonageStatus({ json: parameters });
	if (statuses.length > 0) return statuses;
	const field = (name: string): string | null => firstText(Object.hasOwn(parameters, name) ? parameters[name] : undefined);
	const sender = field('msisdn');
	if (sender === null) {
		throw new InputProblem(
			'This is not an inbound message of Vonage: it names no sender (msisdn)',
			'Nothing was taken from it. Check that only Vonage calls this address.',
		);
	}
	const { phone, phoneRaw, warning } = readProviderPhone(sender);
	const text = field('text');
	const type = field('type');
	const isReceipt = text === null && type === null && field('keyword') === null && field('status') !== null;
	const read = meaningOfMessage(text, field('keyword'), own);
	const occurredAtRaw = field('message-timestamp');
	const occurredAt = readProviderTime(occurredAtRaw, { assumeUtc: true });
	return [
		{
			eventId: keyOf(parameters),
			...COMMON_FACTS,
			action: isReceipt ? 'unknown' : read.action,
			channel: 'sms',
			phone,
			phoneRaw,
			shortCode: field('to'),
			text,
			keyword: read.keyword,
			needsReview: read.needsReview,
			occurredAt,
			occurredAtRaw,
			messageId: field('messageId'),
			code: isReceipt ? 'delivery-receipt' : type,
			warnings: [
				...(warning === undefined ? [] : [warning]),
				...read.warnings,
				...(type?.toLowerCase() === 'binary' ? [NO_KEYWORD_IN_BINARY] : []),
				...(isReceipt ? [RECEIPT_WARNING] : []),
				...(occurredAt === null ? [NO_TIME_WARNING] : []),
			],
			raw: parseWithSafeNames(JSON.stringify(parameters)) as Record<string, unknown>,
		},
	];
}

function keyOf(parameters: Record<string, unknown>): string {
	const lasting = Object.keys(parameters)
		.filter((name) => !CHANGING_WITH_EACH_DELIVERY.has(name))
		.sort()
		.map((name) => [name, textInKey(parameters[name])]);
	return eventKey(['vonage', ...lasting]);
}

/** Forms carry text where JSON may carry numbers; both mean the same message. */
function textInKey(value: unknown): string {
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A parameter that comes more than once is a list. */
function firstText(value: unknown): string | null {
	return Array.isArray(value) ? firstText(value[0]) : textOrNumber(value);
}
