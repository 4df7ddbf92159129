import type { EventFacts } from '../../consent/event';

/** What the person wants to hear of. */
export interface Selection {
	/** Any of `opt-in`, `opt-out` and `message`. */
	triggerOn: string[];
	emitUnknown: boolean;
	/** Names separated by commas or line breaks; empty means all. */
	campaigns: string;
	sources: string;
}

interface Filter {
	name: string;
	wanted: ReadonlySet<string>;
	valueOf(event: EventFacts): string | null;
}

/**
 * Leaves out what the person does not want to hear of, and the second copy of a notification that stands twice in one body.
 * An opt-out, or a text that may be meant as one, is left out only for a campaign or source that it really names: without a
 * name it passes, with a warning.
 *
 * @param events of one postback
 * @param selection the person's settings
 * @returns the events to emit, in their order
 */
export function select(events: EventFacts[], selection: Selection): EventFacts[] {
	const filters: Filter[] = [
		{ name: 'campaign', wanted: namesIn(selection.campaigns), valueOf: ({ campaign }) => campaign },
		{ name: 'source', wanted: namesIn(selection.sources), valueOf: ({ source }) => source },
	];
	const seen = new Set<string>();
	return events.flatMap((event) => {
		if (seen.has(event.eventId) || !isWantedKind(event, selection)) return [];
		seen.add(event.eventId);
		return throughFilters(event, filters.filter(({ wanted }) => wanted.size > 0));
	});
}

function isWantedKind(event: EventFacts, { triggerOn, emitUnknown }: Selection): boolean {
	if (event.action === 'unknown') return emitUnknown;
	return triggerOn.includes(event.action) || (triggerOn.includes('opt-out') && event.needsReview);
}

function throughFilters(event: EventFacts, filters: Filter[]): EventFacts[] {
	const warnings: string[] = [];
	for (const { name, wanted, valueOf } of filters) {
		const value = valueOf(event);
		if (value !== null && value.trim() !== '') {
			if (!wanted.has(normalized(value))) return [];
		} else if (event.action === 'opt-out' || event.needsReview) {
			warnings.push(`It names no ${name}, and passed the ${name} filter because it may be an opt-out.`);
		} else return [];
	}
	return [warnings.length === 0 ? event : { ...event, warnings: [...event.warnings, ...warnings] }];
}

function namesIn(list: string): Set<string> {
	return new Set(list.split(/[,\n]/).map(normalized).filter((name) => name !== ''));
}

function normalized(name: string): string {
	return name.normalize('NFKC').trim().toLowerCase();
}
