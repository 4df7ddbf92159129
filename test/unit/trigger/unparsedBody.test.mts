/** n8n's own engine says for which nodes it parses bodies itself; exactly those must not be activated. */
import { type IHookFunctions, type INode, type INodeTypes, type NodeParameterValueType, Workflow } from 'n8n-workflow';

import { SmsPostbackTrigger } from '../../../nodes/SmsPostbackTrigger/SmsPostbackTrigger.node.ts';
import { BODY, setting, sign } from './attentive/signed.mts';
import { deliver } from './webhookContext.mts';

const trigger = new SmsPostbackTrigger();
const NODE_NAME = 'Postbacks';
/** What n8n asks of a node before it parses a body: https://github.com/n8n-io/n8n/blob/master/packages/cli/src/webhooks/webhook-helpers.ts */
const N8N_ASKS = '={{$parameter["options"]["binaryData"]}}';

interface WrittenNode {
	typeVersion?: unknown;
	options?: unknown;
}

/** As n8n loads it: defaults are filled in. */
function loaded({ typeVersion, options }: WrittenNode): { workflow: Workflow; node: INode } {
	const parameters = { provider: 'skycore', authenticity: 'none', ...(options === undefined ? {} : { options }) };
	const written = { id: '1', name: NODE_NAME, type: 'smsPostbackTrigger', typeVersion, position: [0, 0], parameters } as unknown as INode;
	const nodeTypes = { getByNameAndVersion: () => trigger, getByName: () => trigger, getKnownTypes: () => ({}) } as unknown as INodeTypes;
	const workflow = new Workflow({ id: 'w', nodes: [written], connections: {}, active: true, nodeTypes });
	return { workflow, node: workflow.nodes[NODE_NAME] as INode };
}

function n8nParses({ workflow, node }: ReturnType<typeof loaded>): boolean {
	if (node.typeVersion !== 1) return true;
	try {
		return !workflow.expression.getSimpleParameterValue(node, N8N_ASKS, 'webhook', {}, undefined, false);
	} catch {
		return true;
	}
}

async function activation({ workflow, node }: ReturnType<typeof loaded>, method: 'default' | 'setup' = 'default'): Promise<unknown> {
	const context = {
		getNode: () => structuredClone(node),
		getNodeParameter: (name: string, fallback: unknown) => {
			const value = (node.parameters[name] ?? fallback) as NodeParameterValueType;
			return workflow.expression.getParameterValue(value, null, 0, 0, node.name, [], 'trigger', {});
		},
		getActivationMode: () => 'activate',
	} as unknown as IHookFunctions;
	return await trigger.webhookMethods[method].checkExists.call(context);
}

const SAFE = { typeVersion: 1 };

describe('n8n hands the body over as it came in, so the workflow can be activated', () => {
	test.each<[string, WrittenNode]>([
		['a node from the panel', SAFE],
		['null, which n8n fills in', { ...SAFE, options: null }],
		['the setting written out', { ...SAFE, options: { binaryData: true } }],
		['a text, which counts as true', { ...SAFE, options: { binaryData: 'true' } }],
		['even this text', { ...SAFE, options: { binaryData: 'false' } }],
		['an expression in the setting, which n8n does not resolve', { ...SAFE, options: { binaryData: '={{ false }}' } }],
		['an expression for all options', { ...SAFE, options: '={{ { binaryData: true } }}' }],
	])('%s', async (_what, written) => {
		const node = loaded(written);
		expect(n8nParses(node)).toBe(false);
		await expect(activation(node)).resolves.toBe(true);
	});
});

describe('n8n would parse the body itself, so the activation is refused', () => {
	const LACKS_SETTING = /One malformed postback could stop n8n .* lacks a hidden setting/;
	const IS_ANOTHER_VERSION = /One malformed postback could stop n8n .* version \S+ instead of 1$/;

	test.each<[string, WrittenNode, RegExp]>([
		['no option', { ...SAFE, options: {} }, LACKS_SETTING],
		['another option', { ...SAFE, options: { rawBody: true } }, LACKS_SETTING],
		['false', { ...SAFE, options: { binaryData: false } }, LACKS_SETTING],
		['null in it', { ...SAFE, options: { binaryData: null } }, LACKS_SETTING],
		['an empty text in it', { ...SAFE, options: { binaryData: '' } }, LACKS_SETTING],
		['zero', { ...SAFE, options: { binaryData: 0 } }, LACKS_SETTING],
		['a list', { ...SAFE, options: [] }, LACKS_SETTING],
		['a text', { ...SAFE, options: 'binaryData' }, LACKS_SETTING],
		['an expression that gives nothing', { ...SAFE, options: '={{ {} }}' }, LACKS_SETTING],
		['an expression that gives false', { ...SAFE, options: '={{ { binaryData: false } }}' }, LACKS_SETTING],
		['an expression that gives null', { ...SAFE, options: '={{ null }}' }, LACKS_SETTING],
		['an expression that fails', { ...SAFE, options: '={{ ( }}' }, LACKS_SETTING],
		['version 1.1', { typeVersion: 1.1 }, IS_ANOTHER_VERSION],
		['version 2', { typeVersion: 2, options: { binaryData: true } }, IS_ANOTHER_VERSION],
		['version 0', { typeVersion: 0 }, IS_ANOTHER_VERSION],
		['the version as a text', { typeVersion: '1' }, IS_ANOTHER_VERSION],
		['no version', {}, IS_ANOTHER_VERSION],
	])('%s', async (_what, written, message) => {
		const node = loaded(written);
		expect(n8nParses(node)).toBe(true);
		await expect(activation(node, 'setup')).rejects.toThrow(message);
		await expect(activation(node)).rejects.toMatchObject({
			name: 'NodeOperationError',
			message: expect.stringMatching(message) as string,
			description: expect.stringMatching(/drag a fresh SMS Postback Trigger .*"typeVersion" must be the number 1/) as string,
		});
	});
});

describe('a postback that n8n has parsed already', () => {
	const UNSAFE = { node: { typeVersion: 1.1 } };
	const signed = { body: BODY, headers: { 'x-attentive-hmac-sha256': sign(BODY) }, parsedBody: { type: 'sms.subscribed' } };

	test('is judged by the bytes of its sender alone, and the log says what to do', async () => {
		const outcome = await deliver({ ...signed, bytes: 'kept' }, { ...setting(), ...UNSAFE });
		expect(outcome).toMatchObject({ status: 200, events: [{ action: 'opt-out' }] });
		expect(outcome.log).toEqual([expect.stringMatching(/version 1\.1 instead of 1.*drag a fresh SMS Postback Trigger/)]);
	});

	test('is refused when the bytes prove nothing, whatever n8n read in them', async () => {
		const forged = { ...signed, headers: { 'x-attentive-hmac-sha256': sign('{}') } };
		expect(await deliver({ ...forged, bytes: 'kept' }, { ...setting(), ...UNSAFE })).toMatchObject({ status: 401, outputs: [] });
	});

	test('is not believed when n8n kept no bytes: the sender is asked to try again', async () => {
		expect(await deliver({ ...signed, bytes: 'lost' }, { ...setting(), ...UNSAFE })).toMatchObject({ status: 500, outputs: [] });
	});
});
