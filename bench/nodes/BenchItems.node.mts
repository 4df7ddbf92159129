import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';

const FIRST_NUMBER = 12_125_000_000;

/** As many contacts as wanted, each with a number of its own. */
export class BenchItems implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Items',
		name: 'benchItems',
		group: ['input'],
		version: 1,
		description: 'Contacts to subscribe',
		defaults: { name: 'Bench Items' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [{ displayName: 'Count', name: 'count', type: 'number', default: 1 }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const count = Number(this.getNodeParameter('count', 0));
		const contact = (_: unknown, index: number): INodeExecutionData => ({
			json: { phone: `+${FIRST_NUMBER + index}` },
			pairedItem: { item: 0 },
		});
		const items = Array.from({ length: count }, contact);
		// For the node that reports: nothing but the process is shared between the two.
		process.env['BENCH_CPU_BEFORE'] = JSON.stringify(process.cpuUsage());
		return [items];
	}
}
