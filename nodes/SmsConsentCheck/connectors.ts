import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import { inputSourceOf } from '../../transport/outbound/n8nInternals';

const EVENTS_INPUT = 1;
const EVENTS = { type: NodeConnectionTypes.Main, displayName: 'Consent Events' };
const CONTACTS = { type: NodeConnectionTypes.Main, displayName: 'Contacts' };

const INPUTS_BY_OPERATION = { check: [CONTACTS, EVENTS], list: [EVENTS], prepare: [CONTACTS] };

/** n8n evaluates this whenever it draws or runs the node: a list needs no contacts, and a look-up is prepared without events. */
export const INPUTS_EXPRESSION = `={{ (${JSON.stringify(INPUTS_BY_OPERATION)})[$parameter["operation"] ?? "check"] }}` as const;

const outputs = (...names: string[]) => names.map((displayName) => ({ type: NodeConnectionTypes.Main, displayName }));
const BY_STATE = outputs('Opted In', 'Opted Out', 'Not Known');
const OUTPUTS_BY_OPERATION = { check: BY_STATE, list: BY_STATE, prepare: outputs('Contacts') };

/** Likewise: a look-up that is prepared says nothing about anybody's state. */
export const OUTPUTS_EXPRESSION = `={{ (${JSON.stringify(OUTPUTS_BY_OPERATION)})[$parameter["operation"] ?? "check"] }}` as const;

const IF_STILL_EMPTY =
	"If your ledger is still empty, switch on 'Always Output Data' in that node's Settings, and connect it to this one without a node in between.";

function isEmpty({ json }: INodeExecutionData): boolean {
	return Object.keys(json).length === 0;
}

function eventsOf(context: IExecuteFunctions, inputIndex: number): INodeExecutionData[] {
	try {
		return context.getInputData(inputIndex);
	} catch {
		// Some versions of n8n throw for an input that nothing arrived at.
		return [];
	}
}

/**
 * Gives the rows of the ledger, or says why there are none: a ledger that never arrived must not look like one in which nobody opted out.
 *
 * @param context of the execution
 * @param isList whether the events are the only input
 * @returns the rows; none only where the ledger was read and is empty
 * @throws {InputProblem} when the events are not connected, did not arrive, or were cut by this node's own settings
 */
export function requiredEvents(context: IExecuteFunctions, isList: boolean): INodeExecutionData[] {
	if (context.getNode().executeOnce === true) {
		throw new InputProblem(
			"'Execute Once' is switched on in this node's Settings, which leaves only the first of the consent events",
			'Switch it off, so that all events are read. Nobody was checked.',
		);
	}
	const inputIndex = isList ? 0 : EVENTS_INPUT;
	const events = eventsOf(context, inputIndex);
	const source = inputSourceOf(context, inputIndex);
	if (source !== undefined && source.lines > 1) {
		throw new InputProblem(
			`${source.lines} nodes are connected to 'Consent Events', of which n8n would hand over one at a time`,
			'Join them with a Merge node (Append), and connect that one.',
		);
	}
	if (events.some((event) => !isEmpty(event))) return events;
	if (events.length > 0) {
		// Through a node that is switched off comes what the one before it gave out, such as the empty item of a trigger.
		if (source?.node?.alwaysOutputData === true && source.node.disabled !== true) return [];
		throw new InputProblem(
			"Nothing but an empty item arrived at 'Consent Events', so nobody was checked",
			`Look whether the node that reads your ledger is switched off. ${IF_STILL_EMPTY}`,
		);
	}
	if (source === undefined) {
		throw new InputProblem(
			"Nothing is connected to 'Consent Events', so nobody was checked",
			"Connect the node that reads your ledger to it, such as Data Table with 'Return All' on.",
		);
	}
	throw new InputProblem(
		"No rows arrived at 'Consent Events', so nobody was checked",
		`Look at the node that reads your ledger. ${IF_STILL_EMPTY} If this node stands in a loop, put it before the loop: n8n gives the events to the first round only.`,
	);
}
