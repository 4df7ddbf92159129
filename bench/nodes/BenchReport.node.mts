import { writeFileSync } from 'node:fs';

import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription, IRun } from 'n8n-workflow';

/** What n8n's contexts carry beside their documented interface, in the pinned version. */
interface WithRunData {
	runExecutionData: IRun['data'];
}

const MICROSECONDS_PER_MS = 1000;

/** Writes down how long n8n says that the node before took, what processor time went by since the items were made, and what came out. */
export class BenchReport implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Report',
		name: 'benchReport',
		group: ['output'],
		version: 1,
		description: 'Notes the time of the node before',
		defaults: { name: 'Bench Report' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [
			{ displayName: 'Node', name: 'node', type: 'string', default: '' },
			{ displayName: 'File', name: 'file', type: 'string', default: '' },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { user, system } = process.cpuUsage(JSON.parse(process.env['BENCH_CPU_BEFORE'] ?? '{}') as NodeJS.CpuUsage);
		const node = String(this.getNodeParameter('node', 0));
		const items = this.getInputData();
		const { runExecutionData } = this as unknown as WithRunData;
		const nodeMs = runExecutionData.resultData.runData[node]?.[0]?.executionTime;
		const failed = items.filter(({ json }) => json['error'] !== undefined).length;
		writeFileSync(
			String(this.getNodeParameter('file', 0)),
			JSON.stringify({ nodeMs, nodeProcessorMs: (user + system) / MICROSECONDS_PER_MS, output: items.length, failed }),
		);
		return [[]];
	}
}
