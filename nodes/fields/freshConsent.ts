import type { INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import type { ConsentEvidence } from '../../consent/result';
import { readPersonTime } from '../../consent/time';
import type { Entries } from './entries';

/** Without this statement nobody is brought back. */
export const freshConsentField: INodeProperties = {
	displayName: 'The Person Asked to Come Back',
	name: 'freshConsent',
	type: 'boolean',
	default: false,
	description:
		'Whether this person has asked, after opting out, to get text messages again. Must be true for every item; an expression may take it from a column that holds true.',
};

const consentSource: INodeProperties = {
	displayName: 'Consent Source',
	name: 'consentSource',
	type: 'string',
	default: '',
	placeholder: 'e.g. Web form at example.com/texts',
	description: 'Where the person asked',
};

const consentText: INodeProperties = {
	displayName: 'Consent Text',
	name: 'consentText',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. Yes, text me the weekly offers again',
	description: 'What the person agreed to, in the words they saw or wrote',
};

const consentTime: INodeProperties = {
	displayName: 'Consent Time',
	name: 'consentTime',
	type: 'dateTime',
	default: '',
	description: 'When the person asked. A time without a zone is taken as UTC.',
};

/** What proves the statement; travels in the output so that it can be kept. */
export const evidenceField: INodeProperties = {
	displayName: 'Consent Evidence',
	name: 'consentEvidence',
	type: 'collection',
	placeholder: 'Add Evidence',
	default: {},
	description: 'What proves that the person asked. It is not sent to the provider, but stands in the output beside the result.',
	options: [consentSource, consentText, consentTime],
};

/**
 * @param entries where the statement was made
 * @throws {InputProblem} for anything but true
 */
export function requireFreshConsent(entries: Entries): void {
	const stated = entries.any(freshConsentField);
	if (stated === true || stated === 'true') return;
	throw new InputProblem(
		`'${freshConsentField.displayName}' is not true, so this person was not brought back`,
		"Switch it on, or let its expression give true, only for a person who has asked for text messages again after opting out.",
	);
}

/**
 * @param entries where the evidence was entered
 * @returns only what was entered, the time in ISO 8601
 * @throws {InputProblem} when the time cannot be read
 */
export function enteredEvidence(entries: Entries): ConsentEvidence {
	const evidence = entries.within(evidenceField);
	const source = evidence.text(consentSource);
	const time = evidence.text(consentTime);
	const text = evidence.text(consentText);
	return {
		...(source !== undefined && { consentSource: source }),
		...(time !== undefined && { consentTime: readPersonTime(time) }),
		...(text !== undefined && { consentText: text }),
	};
}
