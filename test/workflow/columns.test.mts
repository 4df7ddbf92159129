import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';

import { parametersOfItems } from '../../nodes/fields/parameterReader';
import { LOADING_MS, loadEngine, runWorkflow } from './harness.mts';

const COLUMN = { name: 'column', displayName: 'Column' };

/** Puts what we read beside what n8n evaluates. */
const reader: INodeType = {
	description: {
		displayName: 'Reader',
		name: 'reader',
		group: ['transform'],
		version: 1,
		description: 'Reads one field in two ways',
		defaults: { name: 'Reader' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [{ displayName: 'Column', name: 'column', type: 'string', default: '' }],
	},
	async execute(this: IExecuteFunctions) {
		const entriesOf = parametersOfItems(this);
		return [
			this.getInputData().map((_, item) => ({
				json: { ours: entriesOf(item).any(COLUMN) ?? null, evaluated: (this.getNodeParameter('column', item) as IDataObject) ?? null },
				pairedItem: { item },
			})),
		];
	},
};

const VALUES = [
	'+16502426055',
	' 650 242 6055 ',
	'={{ 1 + 1 }}',
	'{{ $json.other }}',
	'0',
	16502426055,
	0.1,
	true,
	false,
	null,
	[1, 2],
	{ a: 1 },
	'2026-01-02T03:04:05Z',
];

beforeAll(loadEngine, LOADING_MS);

test.each(['={{ $json.phone }}', '={{$json["phone"]}}', "={{ $json['phone'] }}", '={{ $json.missing }}'])(
	'%s is what n8n would have made of it',
	async (stored) => {
		const items = VALUES.map((phone) => ({ phone }) as IDataObject);
		const { outputs, error } = await runWorkflow({ node: reader, parameters: { column: stored }, items });
		expect(error).toBeUndefined();
		expect(outputs[0]).toHaveLength(VALUES.length);
		for (const { json } of outputs[0] ?? []) expect(json.ours).toEqual(json.evaluated === '' ? null : json.evaluated);
	},
);
