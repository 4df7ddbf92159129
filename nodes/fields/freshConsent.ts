import type { INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import type { ParameterReader } from './parameterReader';

/** Without this statement nobody is brought back. */
export const freshConsentField: INodeProperties = {
	displayName: 'The Person Asked to Come Back',
	name: 'freshConsent',
	type: 'boolean',
	default: false,
	description:
		'Whether this person has asked, after opting out, to get text messages again. Must be true for every item; an expression may take it from a column that holds true.',
};

/**
 * @param parameters where the statement was made
 * @throws {InputProblem} for anything but true
 */
export function requireFreshConsent(parameters: ParameterReader): void {
	const stated = parameters.any(freshConsentField);
	if (stated === true || stated === 'true') return;
	throw new InputProblem(
		`'${freshConsentField.displayName}' is not true, so this person was not brought back`,
		'Switch it on, or let its expression give true, only for a person who has asked for text messages again after opting out.',
	);
}
