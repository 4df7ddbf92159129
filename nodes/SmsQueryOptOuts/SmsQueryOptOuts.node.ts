import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { optionsField } from '../fields/delivery';
import { credentialsOf, type Forms, propertiesOf, subtitleOf } from '../fields/node';
import { runNode } from '../fields/run';
import { attentive } from './fields/attentive';
import { vonage } from './fields/vonage';

const FORMS: Forms = [attentive, vonage];

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
		// An AI agent gets nothing but this to decide by; in the panel of nodes one line is enough.
		usableAsTool: {
			replacements: {
				description:
					"Read who opted out of text messages: one person's subscriptions at Attentive, or the account's whole opt-out list at Vonage. Only reads; nobody gets a text.",
			},
		},
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsOf(FORMS),
		properties: propertiesOf('query', FORMS, [optionsField]),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runNode(this, 'query', FORMS);
	}
}
