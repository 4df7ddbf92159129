import { type EventFacts, withWarnings } from '../../consent/event';
import { PostbackRejected } from '../../transport/inbound/rejection';

const MS_PER_MINUTE = 60_000;

/**
 * Refuses what is older than the replay window, except opt-outs: repeating one harms nobody, losing one does.
 *
 * @param events of one postback
 * @param signedAtMs Unix milliseconds
 * @param windowMinutes the person's setting
 * @returns the events, with a warning when they are late
 * @throws {PostbackRejected} 401 when they are stale and none may be an opt-out
 */
export function requireFreshness(events: EventFacts[], signedAtMs: number, windowMinutes: number): EventFacts[] {
	if (Math.abs(Date.now() - signedAtMs) <= windowMinutes * MS_PER_MINUTE) return events;
	const optOuts = events.filter(({ action, needsReview }) => action === 'opt-out' || needsReview);
	if (optOuts.length === 0) throw new PostbackRejected(401, 'signature', 'The signature is older than the replay window');
	const warning = 'It was signed outside the replay window and accepted because it may be an opt-out. Compare its time with newer events.';
	return optOuts.map((event) => withWarnings(event, [warning]));
}
