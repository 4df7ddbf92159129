import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { optionsFieldFor } from '../fields/delivery';
import { credentialsOf, type Forms, propertiesOf, subtitleOf } from '../fields/node';
import { runNode } from '../fields/run';
import { searchTimeZones } from '../fields/skycoreTimeZone';
import { toolDescriptionField } from '../fields/toolDescription';
import { attentive } from './fields/attentive';
import { skycore } from './fields/skycore';
import { vonage } from './fields/vonage';

const FORMS: Forms = [skycore, attentive, vonage];

const TOOL_DESCRIPTION =
	"Bring back a person who opted out of text messages and has since asked to return. This lifts their STOP and the provider may text them right away, so it needs the explicit statement 'The Person Asked to Come Back' for every item.";

/** Brings people back who opted out and then asked to return. */
export class SmsResubscribe implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMS Resubscribe',
		name: 'smsResubscribe',
		icon: { light: 'file:../../icons/smsResubscribe.svg', dark: 'file:../../icons/smsResubscribe.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: subtitleOf(FORMS),
		description: 'Bring back people who opted out of text messages and asked to return',
		defaults: { name: 'SMS Resubscribe' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: credentialsOf(FORMS),
		properties: [toolDescriptionField(TOOL_DESCRIPTION), ...propertiesOf('resubscribe', FORMS, [optionsFieldFor('resubscribe')])],
	};

	methods = { listSearch: { searchTimeZones } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runNode(this, 'resubscribe', FORMS);
	}
}
