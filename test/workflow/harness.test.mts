import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import nock from 'nock';

import { InputProblem } from '../../consent/failure';
import { asksOf } from '../../consent/samePerson';
import { RESULT_COLUMNS } from '../../consent/result';
import { runItems } from '../../transport/outbound/itemRunner';
import { fakeProvider, SECRET, writeCall } from '../unit/outbound/fakeProvider.mts';
import { LOADING_MS, loadEngine, runWorkflow } from './harness.mts';

const HOST = 'https://fake.example';
const provider = fakeProvider();
const credentials = { fakeApi: { data: { apiKey: SECRET } } };

/** A tiny node on the real transport. */
const subscriber: INodeType = {
	description: {
		displayName: 'Tiny',
		name: 'tiny',
		group: ['output'],
		version: 1,
		description: 'Subscribes',
		defaults: { name: 'Tiny' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'fakeApi', required: true }],
		properties: [{ displayName: 'Phone', name: 'phone', type: 'string', default: '' }],
	},
	async execute(this: IExecuteFunctions) {
		return await runItems(this, {
			action: 'subscribe',
			providerOf: () => provider,
			credentialTypeOf: () => 'fakeApi',
			prepare: (itemIndex) => {
				const phone = String(this.getNodeParameter('phone', itemIndex));
				if (phone === '') throw new InputProblem("'Phone' is empty", 'Enter a number.');
				return {
					target: { provider: 'voyage', phone },
					asks: asksOf({ phone }, ''),
					run: async (send) => [await send(writeCall(phone))],
				};
			},
			delivery: { sendDuplicatesOnce: true },
		});
	},
};

const parameters = { phone: '={{ $json.phone }}' };

function answering(): nock.Scope {
	return nock(HOST, { reqheaders: { 'x-key': encodeURIComponent(SECRET) } })
		.persist()
		.post('/api/subscribe')
		.reply(200, (_uri, body) => body);
}

beforeAll(loadEngine, LOADING_MS);

describe('a node on the transport, inside the real engine', () => {
	it('gives one output item per input item, in order and paired, with one read of the credential', async () => {
		answering();
		const items = Array.from({ length: 40 }, (_, index) => ({ phone: `+1650555${1000 + index}` }));
		const { outputs, error, hints, decrypted } = await runWorkflow({ node: subscriber, parameters, credentials, items });
		expect(error).toBeUndefined();
		expect(outputs[0]?.map(({ json, pairedItem }) => [json.phone, pairedItem])).toEqual(items.map(({ phone }, item) => [phone, { item }]));
		expect(Object.keys(outputs[0]?.[0]?.json ?? {})).toEqual(Object.keys(RESULT_COLUMNS));
		// Once as it is stored, to see that nothing in it can differ between items, and once with its values.
		expect(decrypted).toEqual({ fakeApi: 2 });
		expect(hints[0]?.message).toBe('40 sent (40 subscribed).');
	});

	it('keeps the input and the details of a failed item in the error output', async () => {
		answering();
		const items = [
			{ phone: '+1', list: 'a' },
			{ phone: '', list: 'b' },
			{ phone: '+3', list: 'c' },
		];
		const { outputs } = await runWorkflow({ node: subscriber, parameters, credentials, items, onError: 'continueErrorOutput' });
		expect(outputs[0]?.map(({ json }) => json.phone)).toEqual(['+1', '+3']);
		expect(outputs[1]).toEqual([
			expect.objectContaining({
				json: {
					list: 'b',
					phone: '',
					error: {
						message: "'Phone' is empty",
						item: 1,
						action: 'subscribe',
						provider: 'voyage',
						kind: 'input',
						sent: 'not sent',
						remedy: 'Enter a number.',
						details: expect.stringMatching(/^\{"phone":null,"outcome":null,/),
					},
				},
			}),
		]);
	});

	it('stops before anybody is called when an item cannot be read, and says which', async () => {
		const items = [{ phone: '+1' }, { phone: '+2' }, { phone: '' }, { phone: '+4' }];
		const { error, outputs } = await runWorkflow({ node: subscriber, parameters, credentials, items });
		expect(outputs).toEqual([]);
		expect(error?.name).toBe('NodeOperationError');
		expect(error?.message).toBe("'Phone' is empty");
		expect(error?.context?.itemIndex).toBe(2);
		expect(error?.description).toContain('Enter a number. This is item 3 of 4. Nobody was called');
	});

	it('refuses to send at all while n8n would repeat the whole node', async () => {
		const { error } = await runWorkflow({ node: subscriber, parameters, credentials, items: [{ phone: '+1' }], retryOnFail: true });
		expect(error?.message).toContain("'Retry On Fail' is switched on");
		expect(error?.description).toContain("Turn off 'Retry On Fail'");
	});

	it('reports everything as failed, never as passed through, when the credential is missing', async () => {
		const { outputs } = await runWorkflow({
			node: subscriber,
			parameters,
			items: [{ phone: '+1' }, { phone: '+2' }],
			onError: 'continueErrorOutput',
		});
		expect(outputs[0]).toEqual([]);
		expect(outputs[1]?.map(({ json }) => json.error)).toEqual([
			expect.objectContaining({ message: expect.stringContaining('credentials'), sent: 'not sent' }),
			expect.objectContaining({ message: expect.stringContaining('credentials'), sent: 'not sent' }),
		]);
	});

	it('keeps the sent items and marks the rest when the execution is stopped', async () => {
		let requests = 0;
		nock(HOST)
			.persist()
			.post('/api/subscribe')
			.delay(120)
			.reply(200, (_uri, body) => {
				requests += 1;
				return body;
			});
		const seen: INodeExecutionData[][] = [];
		const watched: INodeType = {
			description: subscriber.description,
			async execute(this: IExecuteFunctions) {
				const outputs = await subscriber.execute?.call(this);
				seen.push(...((outputs ?? []) as INodeExecutionData[][]));
				return outputs ?? [];
			},
		};
		const items = Array.from({ length: 200 }, (_, index) => ({ phone: `+1${index}` }));
		const { status } = await runWorkflow({ node: watched, parameters, credentials, items, cancelAfterMs: 500 });
		expect(status).toBe('canceled');

		const sent = seen[0]?.map(({ json }) => (json.error as IDataObject | undefined)?.sent ?? 'done') ?? [];
		expect(sent).toHaveLength(200);
		expect(sent.filter((state) => state === 'done').length).toBeGreaterThan(0);
		expect(sent.filter((state) => state === 'unknown').length).toBeLessThanOrEqual(16);
		expect(sent.filter((state) => state !== 'not sent').length).toBeLessThanOrEqual(requests + 16);
		expect(sent.at(-1)).toBe('not sent');
	});

	it('renews OAuth2 access through n8n and reads the refused answer when that does not help', async () => {
		const oauth = {
			fakeOAuth2Api: {
				data: {
					grantType: 'authorizationCode',
					clientId: 'id',
					clientSecret: 'client-secret-1',
					accessTokenUrl: 'https://fake.example/token',
					authUrl: 'https://fake.example/authorize',
					scope: '',
					authentication: 'body',
					oauthTokenData: { access_token: 'stale-token', refresh_token: 'refresh-1', token_type: 'bearer' },
				},
				type: { name: 'fakeOAuth2Api', displayName: 'Fake', extends: ['oAuth2Api'], properties: [] },
			},
		};
		const viaOAuth2: INodeType = {
			description: { ...subscriber.description, credentials: [{ name: 'fakeOAuth2Api', required: true }] },
			async execute(this: IExecuteFunctions) {
				return await runItems(this, {
					action: 'subscribe',
					providerOf: () => provider,
					credentialTypeOf: () => 'fakeOAuth2Api',
					prepare: (itemIndex) => {
						const phone = String(this.getNodeParameter('phone', itemIndex));
						const call = { ...writeCall(phone), credential: 'fakeOAuth2Api' };
						return { target: { provider: 'voyage', phone }, run: async (send) => [await send(call)] };
					},
					delivery: { sendDuplicatesOnce: true },
				});
			},
		};
		const stale = nock(HOST, { reqheaders: { authorization: 'Bearer stale-token' } })
			.post('/api/subscribe')
			.reply(401, {});
		const renewed = nock(HOST).post('/token').reply(200, { access_token: 'fresh-token', token_type: 'bearer' });
		nock(HOST, { reqheaders: { authorization: 'Bearer fresh-token' } })
			.post('/api/subscribe')
			.times(3)
			.reply(200, (_uri, body) => body);
		const items = [{ phone: '+1' }, { phone: '+2' }, { phone: '+3' }];
		const good = await runWorkflow({ node: viaOAuth2, parameters, credentials: oauth, items });
		expect(good.outputs[0]?.map(({ json }) => json.phone)).toEqual(['+1', '+2', '+3']);
		expect([stale.isDone(), renewed.isDone()]).toEqual([true, true]);

		nock(HOST)
			.post('/api/subscribe')
			.reply(400, { failure: { kind: 'number', message: 'No such number' } });
		const refused = await runWorkflow({ node: viaOAuth2, parameters, credentials: oauth, items: [{ phone: '+9' }] });
		expect(refused.error?.message).toBe('No such number');

		// The token that n8n got in the middle of the run is as secret as the one before.
		const again = { fakeOAuth2Api: { ...oauth.fakeOAuth2Api, data: { ...oauth.fakeOAuth2Api.data } } };
		again.fakeOAuth2Api.data.oauthTokenData = { access_token: 'old-token', refresh_token: 'refresh-2', token_type: 'bearer' };
		nock(HOST, { reqheaders: { authorization: 'Bearer old-token' } })
			.post('/api/subscribe')
			.reply(401, {});
		nock(HOST).post('/token').reply(200, { access_token: 'renewed-meanwhile', token_type: 'bearer' });
		nock(HOST, { reqheaders: { authorization: 'Bearer renewed-meanwhile' } })
			.post('/api/subscribe')
			.reply(400, { failure: { kind: 'number', message: 'Refused: Bearer renewed-meanwhile, old-token' } });
		const echoed = await runWorkflow({ node: viaOAuth2, parameters, credentials: again, items: [{ phone: '+9' }] });
		expect(echoed.error?.message).toBe('Refused: Bearer [hidden], [hidden]');
	});
});
