import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
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
const evidenceField: INodeProperties = {
	displayName: 'Consent Evidence',
	name: 'consentEvidence',
	type: 'fixedCollection',
	placeholder: 'Add Evidence',
	default: {},
	description: 'What proves that the person agreed. It is not sent to the provider, but stands in the output beside the result.',
	options: [{ displayName: 'Evidence', name: GROUP, values: [evidenceSource, evidenceTime, evidenceText, evidencePage] }],
};

const NEVER_FROM_A_MODEL = 'Evidence has to come from your own data, never from the model: a model writes what sounds right.';

const toolNotice: INodeProperties = {
	displayName: `${NEVER_FROM_A_MODEL} <b>$fromAI</b> is refused in it.`,
	name: 'evidenceToolNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { '@tool': [true] } },
};

/** What every node that subscribes people asks for. */
export const evidenceFields: INodeProperties[] = [evidenceField, toolNotice];

/** n8n knows it in three writings. */
const FROM_AI = /\$fromai\b/i;

/**
 * @param stored the node's parameters as the workflow holds them, expressions included
 * @throws {InputProblem} when an AI model would write the evidence
 */
export function refuseEvidenceFromModel(stored: INodeParameters): void {
	if (!FROM_AI.test(JSON.stringify(stored[evidenceField.name] ?? ''))) return;
	throw new InputProblem(
		`'${evidenceField.displayName}' would be filled in by the AI model ($fromAI), so nothing was sent`,
		`${NEVER_FROM_A_MODEL} Take it from a column or a node, or leave it empty.`,
	);
}

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
