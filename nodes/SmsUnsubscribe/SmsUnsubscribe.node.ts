import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { optionsFieldFor } from '../fields/delivery';
import { credentialsOf, type Forms, propertiesOf, subtitleOf } from '../fields/node';
import { runNode } from '../fields/run';
import { toolDescriptionField } from '../fields/toolDescription';
import { attentive } from './fields/attentive';
import { skycore } from './fields/skycore';

const FORMS: Forms = [skycore, attentive];

const TOOL_DESCRIPTION =
	'Opt a person out of text messages, for one campaign (Skycore) or for the chosen subscriptions (Attentive). The provider may send one text that confirms it. Look at the error output: a person whose item is there is not opted out yet.';

/** Opts people out of text messages. */
export class SmsUnsubscribe implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMS Unsubscribe',
		name: 'smsUnsubscribe',
		icon: { light: 'file:../../icons/smsUnsubscribe.svg', dark: 'file:../../icons/smsUnsubscribe.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: subtitleOf(FORMS),
		description: 'Opt people out of text messages at Skycore or Attentive',
		defaults: { name: 'SMS Unsubscribe' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsOf(FORMS),
		properties: [toolDescriptionField(TOOL_DESCRIPTION), ...propertiesOf('unsubscribe', FORMS, [optionsFieldFor('unsubscribe')])],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runNode(this, 'unsubscribe', FORMS);
	}
}
