import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';

import { checkConsent } from './check';
import { PROPERTIES } from './fields';
import { INPUTS_EXPRESSION, OUTPUTS_EXPRESSION } from './connectors';

/** Says who of a list opted in and who opted out, from the consent events and results that were kept. */
export class SmsConsentCheck implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'SMS Consent Check',
		name: 'smsConsentCheck',
		icon: { light: 'file:../../icons/smsConsentCheck.svg', dark: 'file:../../icons/smsConsentCheck.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ({ check: "Check contacts", list: "List everybody", prepare: "Prepare a look-up" })[$parameter["operation"]] + ($parameter["campaign"] ? ": " + $parameter["campaign"] : "") }}',
		description: 'Find out who opted out before you subscribe or text anybody',
		defaults: { name: 'SMS Consent Check' },
		// An agent's tool has no inputs, so it could not be given the events.
		usableAsTool: undefined,
		inputs: INPUTS_EXPRESSION,
		outputs: OUTPUTS_EXPRESSION,
		properties: PROPERTIES,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await checkConsent(this);
	}
}
