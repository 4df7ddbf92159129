import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';

/** The floor for a look-up of contacts in a list of events: every number is parsed, the last event of a number counts, and nothing else. */
export class BenchJoin implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Join',
		name: 'benchJoin',
		group: ['transform'],
		version: 1,
		description: 'Bare loop over contacts and events',
		defaults: { name: 'Bench Join' },
		inputs: ['main', 'main'],
		outputs: ['main'],
		properties: [],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const number = (phone: unknown): string | undefined => parsePhoneNumberFromString(String(phone), 'US')?.number;
		const last = new Map<string | undefined, unknown>();
		for (const { json } of this.getInputData(1)) last.set(number(json['phone']), json['action']);
		const contacts = this.getInputData(0);
		return [
			contacts.map(({ json }, item) => {
				const phone = number(json['phone']);
				return { json: { ...json, consentPhone: phone, consentState: String(last.get(phone)) }, pairedItem: { item } };
			}),
		];
	}
}
