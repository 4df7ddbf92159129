import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';

const WORKERS = 16;

/** The floor inside n8n: as many workers as our nodes have by default, n8n's HTTP helper, and nothing else. */
export class BenchLoop implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Loop',
		name: 'benchLoop',
		group: ['output'],
		version: 1,
		description: 'Bare loop over the HTTP helper',
		defaults: { name: 'Bench Loop' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [{ displayName: 'URL', name: 'url', type: 'string', default: '' }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const url = String(this.getNodeParameter('url', 0));
		const items = this.getInputData();
		const results = new Array<INodeExecutionData>(items.length);
		let next = 0;
		const work = async (): Promise<void> => {
			while (next < items.length) {
				const item = next;
				next += 1;
				const mobile = String(items[item]?.json['phone']).slice(1);
				const xml = `<REQUEST><ACTION>subscribe</ACTION><API_KEY>bench</API_KEY><CAMPAIGNREF>1116</CAMPAIGNREF><MOBILE>${mobile}</MOBILE></REQUEST>`;
				const body = new URLSearchParams({ xml }).toString();
				const headers = { 'content-type': 'application/x-www-form-urlencoded' };
				const data: unknown = await this.helpers.httpRequest({ url, method: 'POST', headers, body });
				results[item] = { json: { data: String(data) }, pairedItem: { item } };
			}
		};
		await Promise.all(Array.from({ length: WORKERS }, work));
		return [results];
	}
}
