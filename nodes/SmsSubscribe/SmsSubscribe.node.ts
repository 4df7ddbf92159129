import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { optionsFieldFor } from '../fields/delivery';
import { credentialsOf, type Forms, propertiesOf, subtitleOf } from '../fields/node';
import { runNode } from '../fields/run';
import { searchTimeZones } from '../fields/skycoreTimeZone';
import { toolDescriptionField } from '../fields/toolDescription';
import { earlierOptOutGuard, optedOutEarlierField } from './earlierOptOut';
import { attentive } from './fields/attentive';
import { skycore } from './fields/skycore';
import { voyage } from './fields/voyage';

const FORMS: Forms = [skycore, attentive, voyage];

const TOOL_DESCRIPTION =
	'Opt a person in to text messages. The provider may text the person right away (a welcome, a confirmation or a "Reply Y" question), so use it only with their consent. At Skycore, and perhaps at Voyage, it also brings back somebody who opted out: use it only for a person you know has not opted out. For somebody who asks to come back, use SMS Resubscribe.';

/** Opts people in to text messages. */
export class SmsSubscribe implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMS Subscribe',
		name: 'smsSubscribe',
		icon: { light: 'file:../../icons/smsSubscribe.svg', dark: 'file:../../icons/smsSubscribe.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: subtitleOf(FORMS),
		description: 'Opt people in to texts. Check consent first: it can undo an opt-out',
		defaults: { name: 'SMS Subscribe' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsOf(FORMS),
		properties: [
			toolDescriptionField(TOOL_DESCRIPTION),
			...propertiesOf('subscribe', FORMS, [optionsFieldFor('subscribe', [optedOutEarlierField])]),
		],
	};

	methods = { listSearch: { searchTimeZones } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runNode(this, 'subscribe', FORMS, earlierOptOutGuard(this));
	}
}
