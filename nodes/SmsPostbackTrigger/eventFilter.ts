import { type EventFacts, withWarnings } from '../../consent/event';

/** The choices of 'Trigger On'. */
export const EVENT_KINDS = ['message', 'opt-in', 'opt-out'] as const;

/** The person's settings: which events start the workflow. */
export interface EventFilter {
	/** Any of `opt-in`, `opt-out` and `message`. */
	triggerOn: string[];
	emitUnknown: boolean;
	/** Names; none means all. */
	campaigns: readonly string[];
	sources: readonly string[];
}

interface ValueFilter {
	name: string;
	wanted: ReadonlySet<string>;
	valueOf(event: EventFacts): string | null;
}

/**
 * @param context of the running webhook or of the activation
 * @returns what 'Trigger On' holds; an expression, or somebody who writes JSON, may give a single text in place of a list
 */
export function wantedKinds(context: { getNodeParameter(name: string, fallback: unknown): unknown }): string[] {
	return [context.getNodeParameter('triggerOn', [])].flat().map(String);
}

/**
 * Leaves out what the person does not want to hear of, and the second copy of a notification that stands twice in one body.
 * An opt-out, or a text that may be meant as one, is left out only for a campaign or source that it really names: without a
 * name it passes, with a warning.
 *
 * @param events of one postback
 * @param filter the person's settings
 * @returns the events to emit, in their order
 */
export function filterEvents(events: EventFacts[], filter: EventFilter): EventFacts[] {
	const valueFilters: ValueFilter[] = [
		{ name: 'campaign', wanted: new Set(filter.campaigns.map(normalized)), valueOf: ({ campaign }: EventFacts) => campaign },
		{ name: 'source', wanted: new Set(filter.sources.map(normalized)), valueOf: ({ source }: EventFacts) => source },
	].filter(({ wanted }) => wanted.size > 0);
	const seen = new Set<string>();
	return events.flatMap((event) => {
		if (seen.has(event.eventId) || !isWantedKind(event, filter)) return [];
		seen.add(event.eventId);
		return throughValueFilters(event, valueFilters);
	});
}

function isWantedKind(event: EventFacts, { triggerOn, emitUnknown }: EventFilter): boolean {
	if (event.action === 'unknown') return emitUnknown;
	return triggerOn.includes(event.action) || (triggerOn.includes('opt-out') && event.needsReview);
}

function throughValueFilters(event: EventFacts, filters: ValueFilter[]): EventFacts[] {
	const warnings: string[] = [];
	for (const { name, wanted, valueOf } of filters) {
		const value = valueOf(event);
		if (value !== null && value.trim() !== '') {
			if (!wanted.has(normalized(value))) return [];
		} else if (event.action === 'opt-out' || event.needsReview) {
			warnings.push(`It names no ${name}, and passed the ${name} filter because it may be an opt-out.`);
		} else return [];
	}
	return [withWarnings(event, warnings)];
}

function normalized(name: string): string {
	return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}
