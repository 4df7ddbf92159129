import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import { InputProblem } from '../../consent/failure';
import { isRecord } from '../../consent/record';
import type { ConsentEvidence } from '../../consent/result';
import { readPersonTime } from '../../consent/time';
import { ADDITIONAL_FIELDS } from './form';
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

/** Proof of consent; stands in a form's 'Additional Fields'. All four entries appear with one click. */
export const evidenceField: INodeProperties = {
	displayName: 'Consent Evidence',
	name: 'consentEvidence',
	type: 'fixedCollection',
	placeholder: 'Add Evidence',
	default: {},
	description:
		'Proof that the person agreed. It is not sent to the provider, but comes out next to the result so that you can keep it. Take it from your own data: $fromAI is refused here.',
	options: [{ displayName: 'Evidence', name: GROUP, values: [evidenceSource, evidenceTime, evidenceText, evidencePage] }],
};

const NEVER_FROM_A_MODEL = 'Evidence has to come from your own data, never from the model: a model writes what sounds right.';

/** n8n knows it in three writings. */
const FROM_AI = /\$fromai\b/i;

/**
 * @param stored the node's parameters as the workflow holds them, expressions included
 * @throws {InputProblem} when an AI model would write the evidence
 */
export function refuseEvidenceFromModel(stored: INodeParameters): void {
	const fields: unknown = stored[ADDITIONAL_FIELDS.name];
	const evidence = isRecord(fields) ? fields[evidenceField.name] : fields;
	if (!FROM_AI.test(JSON.stringify(evidence ?? ''))) return;
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
	const [evidence] = parameters.group(ADDITIONAL_FIELDS).rows(evidenceField, GROUP);
	const source = requireValue(evidenceSource, evidence?.text(evidenceSource));
	const time = evidence?.text(evidenceTime);
	const text = requireValue(evidenceText, evidence?.text(evidenceText));
	const page = requireValue(evidencePage, evidence?.text(evidencePage));
	return {
		...(source !== undefined && { evidenceSource: source }),
		...(time !== undefined && { evidenceTime: readPersonTime(`${evidenceField.displayName} > ${evidenceTime.displayName}`, time) }),
		...(text !== undefined && { evidenceText: text }),
		...(page !== undefined && { evidencePage: page }),
	};
}
