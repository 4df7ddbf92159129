import { createHash } from 'node:crypto';

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

/**
 * The `eventId` of a notification.
 *
 * One with neither a readable time nor an id of its own says nothing that would tell a second STOP from a repeated delivery of the first.
 * So its time of arrival becomes part of the id: a repetition that is kept twice harms nobody, a lost STOP does.
 *
 * @param facts `eventId` made of the content alone, and what else the provider sent
 * @param receivedAt when it arrived, ISO 8601
 */
export function eventIdOf(facts: { eventId: string; occurredAt: string | null; messageId?: string | null }, receivedAt: string): string {
	const isUnmistakable = facts.occurredAt !== null || (facts.messageId ?? null) !== null;
	return isUnmistakable ? facts.eventId : eventKey([facts.eventId, receivedAt]);
}
