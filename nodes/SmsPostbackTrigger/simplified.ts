import type { ConsentEvent } from '../../consent/event';

/**
 * The ten columns that most workflows need. What the provider wrote stays beside what could not be read, and so do warnings:
 * an opt-out must not become unusable by being shorter.
 *
 * @param event as the provider's reader gave it
 */
export function simplified(event: ConsentEvent): Partial<ConsentEvent> {
	const { provider, action, channel, phone, phoneRaw, email, campaign, text, needsReview, occurredAt, occurredAtRaw, warnings, eventId } = event;
	return {
		provider,
		action,
		phone,
		...(phone === null && phoneRaw !== null ? { phoneRaw } : {}),
		campaign,
		occurredAt,
		...(occurredAt === null && occurredAtRaw !== null ? { occurredAtRaw } : {}),
		text,
		needsReview,
		channel,
		email,
		...(warnings.length > 0 ? { warnings } : {}),
		eventId,
	};
}
