import type { INodeProperties } from 'n8n-workflow';

import { ConsentNotStated } from '../../consent/failure';
import { shownValue } from '../../consent/shownValue';
import { type ParameterReader, statedTruth } from './parameterReader';

/** Without this statement nobody is brought back. */
export const freshConsentField: INodeProperties = {
	displayName: 'The Person Asked to Come Back',
	name: 'freshConsent',
	type: 'boolean',
	default: false,
	description:
		'Whether this person has asked, after opting out, to get text messages again. Has to be true for every item; an expression can take it from a column that holds true.',
};

/**
 * @param parameters where the statement was made
 * @throws {ConsentNotStated} for anything but true, in small or capital letters
 */
export function requireFreshConsent(parameters: ParameterReader): void {
	const entered = parameters.any(freshConsentField);
	if (statedTruth(entered) === true) return;
	throw new ConsentNotStated(
		`'${freshConsentField.displayName}' is ${entered === undefined ? 'empty' : shownValue(entered)}, not true, so this person was not brought back`,
		'Switch it on, or let its expression give true, only for a person who asked for text messages again after opting out.',
	);
}
