import type { INodeProperties } from 'n8n-workflow';

import type { ConsentEvidence } from '../../consent/result';
import { readPersonTime } from '../../consent/time';
import { type ParameterReader, requireValue } from './parameterReader';

const GROUP = 'evidence';

const evidencePage: INodeProperties = {
	displayName: 'Page',
	name: 'evidencePage',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://example.com/texts',
	description: 'The address of the page or form where the person agreed',
};

const evidenceSource: INodeProperties = {
	displayName: 'Source',
	name: 'evidenceSource',
	type: 'string',
	default: '',
	placeholder: 'e.g. Web form',
	description: 'Where or how the person agreed',
};

const evidenceText: INodeProperties = {
	displayName: 'Text',
	name: 'evidenceText',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	placeholder: 'e.g. Yes, text me the weekly offers',
	description: 'What the person agreed to, in the words they saw or wrote',
};

const evidenceTime: INodeProperties = {
	displayName: 'Time',
	name: 'evidenceTime',
	type: 'dateTime',
	default: '',
	description: 'When the person agreed. A time without a zone is taken as UTC.',
};

/** What proves that the person agreed: travels in the output so that it can be kept. All four fields appear with one click. */
export const evidenceField: INodeProperties = {
	displayName: 'Consent Evidence',
	name: 'consentEvidence',
	type: 'fixedCollection',
	placeholder: 'Add Evidence',
	default: {},
	description: 'What proves that the person agreed. It is not sent to the provider, but stands in the output beside the result.',
	options: [{ displayName: 'Evidence', name: GROUP, values: [evidenceSource, evidenceTime, evidenceText, evidencePage] }],
};

/**
 * @param parameters where the evidence was entered
 * @returns only what was entered, the time in ISO 8601
 * @throws {InputProblem} when the time cannot be read, or an entry stands for a missing value: that is no proof
 */
export function enteredEvidence(parameters: ParameterReader): ConsentEvidence {
	const [evidence] = parameters.rows(evidenceField, GROUP);
	const source = requireValue(evidenceSource, evidence?.text(evidenceSource));
	const time = evidence?.text(evidenceTime);
	const text = requireValue(evidenceText, evidence?.text(evidenceText));
	const page = requireValue(evidencePage, evidence?.text(evidencePage));
	return {
		...(source !== undefined && { evidenceSource: source }),
		...(time !== undefined && { evidenceTime: readPersonTime(time) }),
		...(text !== undefined && { evidenceText: text }),
		...(page !== undefined && { evidencePage: page }),
	};
}
