import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { optionsFieldFor } from '../fields/delivery';
import { credentialsOf, type Forms, propertiesOf, subtitleOf } from '../fields/node';
import { runNode } from '../fields/run';
import { toolDescriptionField } from '../fields/toolDescription';
import { attentive } from './fields/attentive';
import { vonage } from './fields/vonage';

const FORMS: Forms = [attentive, vonage];

const TOOL_DESCRIPTION =
	"Read who opted out of text messages: one person's subscriptions at Attentive, or the account's whole opt-out list at Vonage. Only reads; nobody gets a text.";

/** Reads who opted out. Sends nothing to anybody. */
export class SmsQueryOptOuts implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMS Query Opt-Outs',
		name: 'smsQueryOptOuts',
		icon: { light: 'file:../../icons/smsQueryOptOuts.svg', dark: 'file:../../icons/smsQueryOptOuts.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: subtitleOf(FORMS),
		description: 'Read who opted out of text messages at Attentive or Vonage',
		defaults: { name: 'SMS Query Opt-Outs' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsOf(FORMS),
		properties: [toolDescriptionField(TOOL_DESCRIPTION), ...propertiesOf('query', FORMS, [optionsFieldFor('query')])],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runNode(this, 'query', FORMS);
	}
}
