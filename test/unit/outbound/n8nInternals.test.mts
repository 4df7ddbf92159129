import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { credentialReaderOf, isRetriedExecution, isUsedByAgent } from '../../../transport/outbound/n8nInternals';

const NODE = { type: 'n8n-nodes-sms-consent.smsSubscribe', credentials: { someApi: { id: '1', name: 'Some' } } };

/** n8n's context with these insides; the regular reading gives the index of the item as its key. */
function contextWith(internals: object, { items = 3, type = NODE.type, mode = 'trigger' } = {}) {
	const reads: number[] = [];
	const context = {
		getNode: () => ({ ...NODE, type }),
		getMode: () => mode,
		getInputData: () => Array.from({ length: items }, () => ({ json: {} })),
		getCredentials: async (_type: string, itemIndex: number) => {
			reads.push(itemIndex);
			return { apiKey: `key ${itemIndex}` };
		},
		...internals,
	} as unknown as IExecuteFunctions;
	return { context, reads };
}

const storing = (fields: unknown) => ({ additionalData: { credentialsHelper: { getDecrypted: async () => fields } } });

async function keysOf(internals: object, items = 3): Promise<{ keys: unknown[]; reads: number[]; sameForAll: boolean }> {
	const { context, reads } = contextWith(internals, { items });
	const reader = await credentialReaderOf(context, 'someApi');
	const keys: unknown[] = [];
	for (let item = 0; item < items; item += 1) keys.push((await reader.fieldsFor(item)).apiKey);
	return { keys, reads, sameForAll: reader.sameForAll };
}

describe('a credential whose values cannot differ between items is read once', () => {
	test.each<[string, IDataObject]>([
		['plain values', { apiKey: 'a', baseUrl: 'https://x.example/', placement: 'body' }],
		['a secret of an outside store', { apiKey: '={{ $secrets.vault.skycore_key }}' }],
		['a variable of n8n', { apiKey: '={{ $vars["key of all"] }}' }],
		['an environment variable', { apiKey: "={{$env['KEY']}}" }],
		['a token that begins like an expression', { apiKey: 'a', oauthTokenData: { access_token: '=abc' } }],
	])('%s', async (_what, fields) => {
		expect(await keysOf(storing(fields))).toEqual({ keys: ['key 0', 'key 0', 'key 0'], reads: [0], sameForAll: true });
	});

	test('one item needs no look inside', async () => {
		expect(await keysOf({ additionalData: null }, 1)).toEqual({ keys: ['key 0'], reads: [0], sameForAll: true });
	});
});

describe('a credential whose values may differ is read for each item', () => {
	const each = { keys: ['key 0', 'key 1', 'key 2'], reads: [0, 1, 2], sameForAll: false };

	test.each<[string, IDataObject]>([
		['a column', { apiKey: '={{ $json.tenantKey }}' }],
		['the index', { apiKey: '={{ $itemIndex }}' }],
		['another node', { apiKey: "={{ $('CRM').all()[$itemIndex].json.key }}" }],
		['a secret chosen by the item', { apiKey: '={{ $secrets.vault[$json.tenant] }}' }],
		['a variable and more', { apiKey: '={{ $vars.key }}{{ $json.tail }}' }],
		['a fixed beginning', { baseUrl: '=https://{{ $json.region }}.example/' }],
		['a field inside a field', { apiKey: 'a', header: { value: '={{ $json.value }}' } }],
		['a list', { apiKey: 'a', headers: [{ value: '={{ $json.value }}' }] }],
	])('%s', async (_what, fields) => {
		expect(await keysOf(storing(fields))).toEqual(each);
	});

	test.each<[string, object]>([
		['an n8n without such data', {}],
		['no helper', { additionalData: {} }],
		['a helper of another kind', { additionalData: { credentialsHelper: { getDecrypted: 'no' } } }],
		[
			'a helper that refuses',
			{ additionalData: { credentialsHelper: { getDecrypted: async () => await Promise.reject(new Error('secret')) } } },
		],
		['no fields', storing(undefined)],
		['fields of another kind', storing(['a'])],
	])('and so it is where n8n does not show what is stored: %s', async (_what, internals) => {
		expect(await keysOf(internals)).toEqual(each);
	});
});

test('looking at what is stored changes nothing that n8n keeps of the regular reading', async () => {
	const additionalData = {
		credentialsHelper: {
			getDecrypted: async (data: { seen?: boolean }) => {
				data.seen = true;
				return { apiKey: 'a' };
			},
		},
	};
	await credentialReaderOf(contextWith({ additionalData }).context, 'someApi');
	expect(Object.keys(additionalData)).toEqual(['credentialsHelper']);
});

test('a credential that cannot be read says what n8n says', async () => {
	const { context } = contextWith({ getCredentials: async () => await Promise.reject(new Error('Credential not found')) }, { items: 1 });
	await expect(credentialReaderOf(context, 'someApi')).rejects.toThrow('Credential not found');
});

describe('an execution that n8n repeats', () => {
	test.each([
		['retry', undefined, true],
		['integrated', 'retry', true],
		['integrated', 'webhook', false],
		['trigger', undefined, false],
	])('mode %s, begun by %s: %s', (mode, rootExecutionMode, expected) => {
		expect(isRetriedExecution(contextWith({ additionalData: { rootExecutionMode } }, { mode }).context)).toBe(expected);
		if (rootExecutionMode === undefined) expect(isRetriedExecution(contextWith({}, { mode }).context)).toBe(expected);
	});
});

describe('an agent that uses the node', () => {
	test.each([
		['an n8n that has no word for it', {}, NODE.type, false],
		['an n8n that says no', { isToolExecution: () => false }, NODE.type, false],
		['an n8n that says yes', { isToolExecution: () => true }, NODE.type, true],
		['the type of a tool', {}, `${NODE.type}Tool`, true],
	])('%s', (_what, internals, type, expected) => {
		expect(isUsedByAgent(contextWith(internals, { type }).context)).toBe(expected);
	});
});
