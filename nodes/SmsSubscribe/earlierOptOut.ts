import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { InputProblem, OptedOutEarlier } from '../../consent/failure';
import { lettersOf } from '../../consent/fieldText';
import { isRecord } from '../../consent/record';
import { shownValue } from '../../consent/shownValue';
import { optionsField } from '../fields/delivery';
import type { ParameterReader } from '../fields/parameterReader';
import type { ItemGuard } from '../fields/run';

/** For who keeps opt-outs in a column of the contacts. */
export const optedOutEarlierField: INodeProperties = {
	displayName: 'Opted Out Earlier',
	name: 'optedOutEarlier',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.smsOptedOut }}',
	description:
		'An expression that says for each person whether they opted out earlier: true or false, yes or no. People who did are not subscribed, and neither is an item for which it gives nothing. You need no expression behind SMS Consent Check.',
};

const TRUE_WORDS = new Set(['true', 't', 'yes', 'y', '1', 'on', 'optedout', 'optout', 'unsubscribed', 'stop']);
const FALSE_WORDS = new Set(['false', 'f', 'no', 'n', '0', 'off']);

const COME_BACK = 'If this person has asked to get texts again, use SMS Resubscribe.';
const NOBODY_SAID =
	"This node wasn't told who opted out earlier, and a sign-up can bring those people back: at Skycore it does. Put SMS Consent Check before this node, or fill in the option 'Opted Out Earlier'.";

function record(value: unknown): Record<string, unknown> {
	return isRecord(value) ? value : {};
}

/** What SMS Consent Check wrote into the item, or into its failure where that left by the error output. */
function checkOf(json: IDataObject): { state: string; reason: string } {
	const failure = record(json['error']);
	const [state, reason] =
		'consentState' in json ? [json['consentState'], json['consentReason']] : [failure['consentState'], failure['message']];
	return { state: lettersOf(state), reason: typeof reason === 'string' ? ` (${reason.replace(/\.$/, '')})` : '' };
}

function requireNotOptedOut(parameters: ParameterReader): void {
	const { displayName } = optedOutEarlierField;
	const entered = parameters.group(optionsField).any(optedOutEarlierField);
	if (entered === undefined) {
		throw new InputProblem(
			`'${displayName}' gives nothing for this person, so nothing was sent`,
			'Check its expression and the column that it reads. It has to give true or false for every item.',
		);
	}
	const word = lettersOf(entered);
	if (TRUE_WORDS.has(word)) throw new OptedOutEarlier(`'${displayName}' says that this person opted out, so nothing was sent`, COME_BACK);
	if (FALSE_WORDS.has(word)) return;
	throw new InputProblem(
		`'${displayName}' should be true or false, but is ${shownValue(entered)}, so nothing was sent`,
		'Let its expression give true for people who opted out, and false for everybody else.',
	);
}

/**
 * Keeps people who opted out earlier from being signed up again, where the workflow knows of them.
 *
 * @param context of the execution
 */
export function earlierOptOutGuard(context: IExecuteFunctions): ItemGuard {
	const items = context.getInputData();
	const isFilledIn = Object.hasOwn(record(context.getNode().parameters[optionsField.name]), optedOutEarlierField.name);
	let wasTold = isFilledIn;
	return {
		check(parameters, itemIndex) {
			const { state, reason } = checkOf(items[itemIndex]?.json ?? {});
			if (state !== '') wasTold = true;
			if (state === 'optedout') throw new OptedOutEarlier(`This person opted out earlier${reason}, so nothing was sent`, COME_BACK);
			if (state === 'notchecked') {
				throw new InputProblem(
					`Nobody could check whether this person opted out${reason}, so nothing was sent`,
					'Correct what SMS Consent Check could not read, and run the workflow again.',
				);
			}
			if (isFilledIn) requireNotOptedOut(parameters);
		},
		remark: () => (wasTold || context.getMode() !== 'manual' ? undefined : NOBODY_SAID),
	};
}
