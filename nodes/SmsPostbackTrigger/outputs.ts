import { NodeConnectionTypes } from 'n8n-workflow';

import type { ConsentEvent } from '../../consent/event';

const OUTPUT_NAMES = ['Opt-In', 'Opt-Out', 'Other'] as const;

export const OUTPUT_COUNT = OUTPUT_NAMES.length;

const PER_KIND = JSON.stringify(OUTPUT_NAMES.map((displayName) => ({ type: NodeConnectionTypes.Main, displayName })));
const SINGLE = JSON.stringify([{ type: NodeConnectionTypes.Main }]);

/** n8n evaluates this whenever it draws or runs the node: one output, or one per kind of event. */
export const OUTPUTS_EXPRESSION = `={{ $parameter["outputMode"] === "perKind" ? ${PER_KIND} : ${SINGLE} }}` as const;

/**
 * @param event to be emitted
 * @returns the output for it when there is one per kind
 */
export function outputIndexOf(event: ConsentEvent): number {
	if (event.action === 'opt-in') return 0;
	return event.action === 'opt-out' ? 1 : 2;
}
