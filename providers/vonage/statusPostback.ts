import type { CallResponse } from '../../consent/call';
import type { EventFacts } from '../../consent/event';
import { eventKey } from '../../consent/eventKey';
import { parseWithSafeNames } from '../../consent/unsafeNames';
import { COMMON_FACTS, NO_TIME_WARNING } from './commonFacts';
import { factsOf, isOptedOut } from './optOutRow';
import { fieldsNamed, managedRows, type ReadRow } from './response';

/** What a text that somebody wrote has, and a status has not. */
const OF_A_MESSAGE = ['text', 'type', 'keyword', 'messageId'];

/**
 * Reads what Vonage may post instead of answering with it: the response of its opt-in calls, for one number or for a list, in JSON, XML or as parameters.
 *
 * @param content of the body
 * @returns an opt-in or an opt-out for each number, in doubt an opt-out; none when it is no such response
 * @see https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription
 */
export function readVonageStatus(content: Pick<CallResponse, 'json' | 'xml'>): EventFacts[] {
	const { json } = content;
	if (typeof json === 'object' && json !== null && OF_A_MESSAGE.some((name) => Object.hasOwn(json, name))) return [];
	return managedRows({ status: 200, headers: {}, text: '', ...content })
		.filter(saysWhereSomebodyStands)
		.map(eventOf);
}

function saysWhereSomebodyStands({ row, raw }: ReadRow): boolean {
	return row.msisdn !== undefined && fieldsNamed(raw, 'opt-in', 'opt-out', 'opt-in-date', 'opt-out-date').length > 0;
}

function eventOf({ row, raw }: ReadRow): EventFacts {
	const { phone = null, phoneRaw = null, optedInAt = null, optedOutAt = null, note } = factsOf(row);
	const optedOut = isOptedOut(row);
	const occurredAt = optedOut ? optedOutAt : optedInAt;
	return {
		eventId: eventKey(['vonage', 'status', row.msisdn, row['opt-in'], row['opt-in-date'], row['opt-out'], row['opt-out-date']]),
		...COMMON_FACTS,
		action: optedOut ? 'opt-out' : 'opt-in',
		channel: 'sms',
		phone,
		phoneRaw,
		shortCode: null,
		text: null,
		keyword: null,
		needsReview: false,
		occurredAt,
		occurredAtRaw: row[optedOut ? 'opt-out-date' : 'opt-in-date'] ?? null,
		code: 'status',
		warnings: [...(note === undefined ? [] : [note]), ...(occurredAt === null ? [NO_TIME_WARNING] : [])],
		raw: parseWithSafeNames(JSON.stringify(raw)) as Record<string, unknown>,
	};
}
