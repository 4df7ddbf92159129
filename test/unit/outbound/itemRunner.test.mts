import fc from 'fast-check';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { InputProblem } from '../../../consent/failure';
import { asksOf } from '../../../consent/samePerson';
import { type ConsentAction, type ConsentResult, RESULT_COLUMNS } from '../../../consent/result';
import { type ItemJob, runItems, type RunItemsOptions } from '../../../transport/outbound/itemRunner';
import type { DeliveryOptions } from '../../../transport/outbound/session';
import { FakeClock } from './fakeClock.mts';
import { fakeContext, type FakeContextOptions, networkError } from './fakeContext.mts';
import { fakeProvider, lookUpCall, optOutCall, resultFor, SECRET, writeCall } from './fakeProvider.mts';

interface RunOptions extends FakeContextOptions {
	delivery?: Partial<DeliveryOptions>;
	action?: ConsentAction;
	prepare?: (item: IDataObject, itemIndex: number) => ItemJob;
}

const echo: FakeContextOptions['server'] = (request) => ({ body: { phone: (request.body as IDataObject).phone } });

function jobFor(item: IDataObject): ItemJob {
	const phone = String(item.phone);
	if (phone === '') throw new InputProblem("'Phone' is empty", 'Enter one.');
	return {
		target: { provider: 'voyage', phone, campaign: 'c1' },
		asks: asksOf({ phone }, 'c1'),
		run: async (send) => [await send(writeCall(phone))],
	};
}

async function run(options: RunOptions) {
	const clock = new FakeClock();
	const fake = fakeContext(options);
	const items = options.items ?? [];
	const runOptions: RunItemsOptions = {
		action: options.action ?? 'subscribe',
		providerOf: () => provider,
		credentialTypeOf: () => 'fakeApi',
		prepare: (itemIndex) => (options.prepare ?? jobFor)(items[itemIndex] ?? {}, itemIndex),
		delivery: { sendDuplicatesOnce: true, ...options.delivery },
	};
	let outputs: INodeExecutionData[] = [];
	let error: (Error & { description?: string; context?: IDataObject }) | undefined;
	try {
		[outputs = []] = await runItems(fake.context, runOptions, { clock, random: () => 0.5 });
	} catch (caught) {
		error = caught as Error;
	}
	return { ...fake, credentialReads: fake.credentialReads, outputs, error, clock };
}

const provider = fakeProvider();
const phones = (count: number) => Array.from({ length: count }, (_, index) => ({ phone: `+${1000 + index}` }));
const errorsIn = (outputs: INodeExecutionData[]) => outputs.map(({ json }) => json.error as IDataObject | undefined);
/** Every item's row, be it a result or a failure. */
const rowsIn = (outputs: INodeExecutionData[]) =>
	outputs.map(
		({ json }) => (json.error === undefined ? json : JSON.parse(String((json.error as IDataObject).details))) as unknown as ConsentResult,
	);

describe('running items', () => {
	it('keeps order and pairing whatever finishes first, one output per item', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.record({ delay: fc.nat(4), fails: fc.boolean() }), { minLength: 1, maxLength: 40 }),
				fc.integer({ min: 1, max: 20 }),
				async (plan, concurrency) => {
					const items = phones(plan.length);
					const { outputs, open } = await run({
						items,
						continues: true,
						delivery: { concurrency },
						server: async (request) => {
							const { phone } = request.body as { phone: string };
							const { delay = 0, fails = false } = plan[Number(phone) - 1000] ?? {};
							for (let turn = 0; turn < delay; turn += 1) await new Promise((resolve) => setImmediate(resolve));
							return fails ? { status: 400, body: { failure: { kind: 'number' } } } : { body: { phone } };
						},
					});
					expect(outputs.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
					expect(outputs.map(({ json }) => json.phone ?? (json.error as IDataObject).phone)).toEqual(items.map(({ phone }) => phone));
					expect(outputs.map(({ json }) => 'error' in json)).toEqual(plan.map(({ fails }) => fails));
					expect(open.most).toBeLessThanOrEqual(concurrency);
				},
			),
			{ numRuns: 40 },
		);
	});

	it('reads the credential once', async () => {
		const { credentialReads, requests } = await run({ items: phones(100), server: echo });
		expect([requests.length, credentialReads]).toEqual([100, 1]);
	});

	it('says what was sent, and tells progress', async () => {
		const { hints, log } = await run({ items: phones(2500), server: echo });
		expect(hints).toEqual([{ message: '2,500 sent (2,500 subscribed).', type: 'info', location: 'outputPane' }]);
		expect(log).toEqual(['Node: 1,000 of 2,500 items done', 'Node: 2,000 of 2,500 items done']);
	});

	it('has nothing to say about no items', async () => {
		const { outputs, hints, credentialReads } = await run({ items: [], server: echo });
		expect([outputs, hints, credentialReads]).toEqual([[], [], 0]);
	});

	it('keeps every row of a query, paired with its item', async () => {
		const { outputs } = await run({
			items: [{}, {}],
			action: 'query',
			server: echo,
			prepare: (_item, itemIndex) => ({
				target: { provider: 'voyage' },
				run: async () => [resultFor(`+${itemIndex}1`), resultFor(`+${itemIndex}2`)],
			}),
		});
		expect(outputs.map(({ json, pairedItem }) => [json.phone, pairedItem])).toEqual([
			['+01', { item: 0 }],
			['+02', { item: 0 }],
			['+11', { item: 1 }],
			['+12', { item: 1 }],
		]);
	});

	it('gives every column, and blackens secrets in a raw answer', async () => {
		const { outputs } = await run({
			items: [{ phone: '+1' }],
			server: echo,
			prepare: () => ({
				target: { provider: 'voyage' },
				run: async (send) => {
					await send(writeCall('+1'));
					return [{ ...resultFor('+1'), raw: { echo: [`key=${SECRET}`] } }];
				},
			}),
		});
		expect(Object.keys(outputs[0]?.json ?? {})).toEqual(Object.keys(RESULT_COLUMNS));
		expect(outputs[0]?.json).toMatchObject({ note: null, raw: '{"echo":["key=[hidden]"]}' });
	});
});

describe('duplicates in one run', () => {
	const items = [{ phone: '+1' }, { phone: '+2' }, { phone: '+1' }, { phone: '+1' }];

	it("are sent once and answered with the first one's answer, marked", async () => {
		const { outputs, requests, hints } = await run({ items, server: echo });
		expect(requests).toHaveLength(2);
		expect(outputs.map(({ json, pairedItem }) => [json.phone, json.duplicateOfItem, pairedItem])).toEqual([
			['+1', null, { item: 0 }],
			['+2', null, { item: 1 }],
			['+1', 0, { item: 2 }],
			['+1', 0, { item: 3 }],
		]);
		expect(hints[0]?.message).toContain('2 duplicates answered without sending');
	});

	it('is one duplicate when it is one', async () => {
		const { hints } = await run({ items: items.slice(0, 3), server: echo });
		expect(hints[0]?.message).toContain('1 duplicate answered');
	});

	it("share the first one's failure, unknown ones too", async () => {
		const { outputs, requests } = await run({
			items,
			continues: true,
			server: (request) => ((request.body as IDataObject).phone === '+1' ? networkError('ECONNRESET') : echo(request, 0)),
		});
		expect(requests).toHaveLength(2);
		expect(errorsIn(outputs).map((error) => [error?.sent, error?.item, error?.duplicateOfItem])).toEqual([
			['unknown', 0, undefined],
			[undefined, undefined, undefined],
			['unknown', 2, 0],
			['unknown', 3, 0],
		]);
	});

	it('are sent each when that is asked for', async () => {
		expect((await run({ items, server: echo, delivery: { sendDuplicatesOnce: false } })).requests).toHaveLength(4);
	});
});

describe('the phases of a run', () => {
	const unreadable = [{ phone: '+1' }, { phone: '+2' }, { phone: '' }, { phone: '+4' }, { phone: 'bad' }];
	const strict = (item: IDataObject): ItemJob => {
		if (item.phone === 'bad') throw new InputProblem(`'Phone' holds "555-01"`, 'Correct it.');
		return jobFor(item);
	};

	it.each(['subscribe', 'resubscribe', 'query'] as const)(
		'%s set to stop: nobody is called when an item cannot be read',
		async (action) => {
			const { error, requests, outputs } = await run({ items: unreadable, action, prepare: strict, server: echo });
			expect([requests, outputs]).toEqual([[], []]);
			expect(error?.message).toBe('2 of 5 items cannot be sent, so nobody was called');
			expect(error?.description).toContain(`Item 3: 'Phone' is empty. Enter one.\nItem 5: 'Phone' holds "555-01". Correct it.`);
			expect(error?.description).toContain('Nobody was called');
		},
	);

	it('one bad item is named by its own words', async () => {
		const { error, requests } = await run({ items: unreadable.slice(0, 3), prepare: strict, server: echo });
		expect(requests).toHaveLength(0);
		expect(error?.message).toBe("'Phone' is empty");
		expect(error?.description).toMatch(/^Enter one\. This is item 3 of 3\. Nobody was called/);
		expect(error?.context?.itemIndex).toBe(2);
	});

	it('unsubscribe set to stop: everybody who can be read is opted out, then it stops with the list', async () => {
		const { error, requests } = await run({ items: unreadable, action: 'unsubscribe', prepare: strict, server: echo });
		expect(requests.map(({ body }) => (body as IDataObject).phone)).toEqual(['+1', '+2', '+4']);
		expect(error?.message).toBe('2 of 5 people could not be opted out');
		expect(error?.description).toContain(`Item 3: 'Phone' is empty. Enter one.\nItem 5: 'Phone' holds "555-01". Correct it.`);
		expect(error?.description).toContain('Items 1-2, 4 (3 of 5): done.');
	});

	it.each([
		['a refused number', () => ({ status: 400, body: { failure: { kind: 'number', message: 'Bad number' } } }), 20],
		['an unclear ending', () => networkError('ECONNRESET'), 24],
	] as const)('unsubscribe set to stop: %s holds nobody else back', async (_what, failure, calls) => {
		const { error, requests } = await run({
			items: phones(20),
			action: 'unsubscribe',
			delivery: { concurrency: 1 },
			server: (request, count) => ((request.body as IDataObject).phone === '+1003' ? failure() : echo(request, count)),
			prepare: (item) => ({ ...jobFor(item), run: async (send) => [await send(optOutCall(String(item.phone)))] }),
		});
		expect(requests).toHaveLength(calls);
		expect(error?.description).toContain('This is item 4 of 20.');
		expect(error?.description).toContain('Items 1-3, 5-20 (19 of 20): done.');
	});

	it('many bad items are all named, in few lines where they have the same fault', async () => {
		const items = Array.from({ length: 400 }, (_, index) => ({ phone: index % 2 === 0 ? '' : `+${index}` }));
		const { error } = await run({ items, server: echo });
		const named = String(error?.description).split('\n')[0] ?? '';
		expect(named).toMatch(/^Items 1, 3, 5, .*, 399: 'Phone' is empty\. Enter one\.$/);
		expect(named.match(/\d+/g)).toHaveLength(200);
		const different = await run({
			items,
			server: echo,
			prepare: (_item, index) => {
				throw new InputProblem(`No ${index}`, 'Correct it.');
			},
		});
		expect(different.error?.description).toContain('Item 100: No 99. Correct it.\nItems 101-400 likewise.');
	});

	it('set to continue: a bad item fails alone', async () => {
		const { outputs, requests } = await run({ items: unreadable, continues: true, prepare: strict, server: echo });
		expect(requests).toHaveLength(3);
		expect(errorsIn(outputs).map((error) => error?.message)).toEqual([
			undefined,
			undefined,
			"'Phone' is empty",
			undefined,
			`'Phone' holds "555-01"`,
		]);
	});

	it('lets the rest of n8n have its turns while a long list is read', async () => {
		let turnsOfOthers = 0;
		const ticking = setInterval(() => (turnsOfOthers += 1), 1);
		const items = phones(3000);
		const busy = (item: IDataObject): ItemJob => {
			for (const until = performance.now() + 0.05; performance.now() < until; );
			return { ...jobFor(item), run: async () => [resultFor(String(item.phone))] };
		};
		const { context } = fakeContext({ items, server: echo });
		await runItems(context, {
			action: 'subscribe',
			providerOf: () => provider,
			credentialTypeOf: () => 'fakeApi',
			prepare: (itemIndex) => busy(items[itemIndex] ?? {}),
			delivery: { sendDuplicatesOnce: true },
		});
		clearInterval(ticking);
		expect(turnsOfOthers).toBeGreaterThan(3);
	});
});

describe('a credential that is filled by an expression', () => {
	const items = [
		{ phone: '+1', key: 'A' },
		{ phone: '+2', key: 'B' },
		{ phone: '+3', key: 'A' },
		{ phone: '+1', key: 'B' },
	];
	const credentialOf = (itemIndex: number) => ({ apiKey: items[itemIndex]?.key });
	const keysOf = (requests: Array<{ headers?: unknown }>) => requests.map(({ headers }) => (headers as IDataObject)['X-Key']);

	it.each(['subscribe', 'unsubscribe'] as const)(
		'%s: each item goes out with its own values, also the same person at two accounts',
		async (action) => {
			const { requests, outputs } = await run({ items, action, credentialOf, server: echo, delivery: { concurrency: 1 } });
			expect(keysOf(requests)).toEqual(['A', 'B', 'A', 'B']);
			expect(outputs.map(({ json }) => json.duplicateOfItem)).toEqual([null, null, null, null]);
		},
	);

	it('a refused key ends its own account alone', async () => {
		const { requests, outputs } = await run({
			items,
			credentialOf,
			continues: true,
			server: (request, count) => (request.headers?.['X-Key'] === 'A' ? { status: 401 } : echo(request, count)),
		});
		expect(keysOf(requests).sort()).toEqual(['A', 'B', 'B']);
		expect(errorsIn(outputs).map((error) => error?.kind)).toEqual(['credentials', undefined, 'credentials', undefined]);
	});

	it('that cannot be read for one item fails that item', async () => {
		const broken = (itemIndex: number) => {
			if (itemIndex === 1) throw new Error('No such column');
			return credentialOf(itemIndex);
		};
		const { requests, outputs } = await run({ items, credentialOf: broken, continues: true, server: echo, delivery: { concurrency: 1 } });
		expect(keysOf(requests)).toEqual(['A', 'A', 'B']);
		expect(errorsIn(outputs)[1]).toMatchObject({ message: 'No such column', sent: 'not sent' });
	});

	it('with a base URL of its own for each item reaches each of them', async () => {
		const { requests } = await run({
			items,
			server: echo,
			credentialOf: (itemIndex) => ({ apiKey: 'A', baseUrl: `https://${String(items[itemIndex]?.key).toLowerCase()}.example/api` }),
			delivery: { concurrency: 1 },
		});
		expect(requests.map(({ url }) => new URL(url).host)).toEqual(['a.example', 'b.example', 'a.example', 'b.example']);
	});
});

describe('one person, several rows', () => {
	type Row = { phone?: string; email?: string; source?: string };

	/** As at Attentive: a phone number and an email address in one call. */
	async function signUp(items: Row[], more: Partial<RunOptions> = {}) {
		const sent: Row[] = [];
		const result = await run({
			items,
			server: () => ({ body: {} }),
			prepare: (item) => {
				const { phone, email, source = 's1' } = item as Row;
				return {
					target: { provider: 'voyage', phone, email },
					asks: asksOf({ phone, email }, source),
					run: async (send, alreadyAsked) => {
						const rest = { ...(alreadyAsked.has('sms') ? {} : { phone }), ...(alreadyAsked.has('email') ? {} : { email }) };
						sent.push(JSON.parse(JSON.stringify(rest)) as Row);
						return [await send({ ...writeCall(''), interpret: () => ({ ...resultFor(rest.phone ?? null), email: rest.email }) })];
					},
				};
			},
			...more,
		});
		return { ...result, sent, duplicates: rowsIn(result.outputs).map(({ duplicateOfItem }) => duplicateOfItem) };
	}

	it.each([
		[
			'one address in four writings',
			['a@x.com', 'A@x.com', ' a@X.com', 'a@x.com.'].map((email) => ({ phone: '+1', email })),
			[{ phone: '+1', email: 'a@x.com' }],
			[null, 0, 0, 0],
		],
		[
			'a second address of the same number',
			[
				{ phone: '+1', email: 'a@x.com' },
				{ phone: '+1', email: 'b@x.com' },
			],
			[{ phone: '+1', email: 'a@x.com' }, { email: 'b@x.com' }],
			[null, null],
		],
		[
			'a second number of the same address',
			[
				{ phone: '+1', email: 'a@x.com' },
				{ phone: '+2', email: 'a@x.com' },
			],
			[{ phone: '+1', email: 'a@x.com' }, { phone: '+2' }],
			[null, null],
		],
		[
			'first apart, then together',
			[{ phone: '+1' }, { email: 'a@x.com' }, { phone: '+1', email: 'a@x.com' }],
			[{ phone: '+1' }, { email: 'a@x.com' }],
			[null, null, 0],
		],
		[
			'first together, then apart',
			[{ phone: '+1', email: 'a@x.com' }, { email: 'A@x.com' }, { phone: '+1' }],
			[{ phone: '+1', email: 'a@x.com' }],
			[null, 0, 0],
		],
		['another source', [{ phone: '+1' }, { phone: '+1', source: 's2' }], [{ phone: '+1' }, { phone: '+1' }], [null, null]],
	] as Array<[string, Row[], Row[], Array<number | null>]>)('%s', async (_what, items, expected, expectedDuplicates) => {
		const { sent, duplicates } = await signUp(items);
		expect(sent).toEqual(expected);
		expect(duplicates).toEqual(expectedDuplicates);
	});

	it('says where only the rest was sent', async () => {
		const { outputs } = await signUp([
			{ phone: '+1', email: 'a@x.com' },
			{ phone: '+1', email: 'b@x.com' },
		]);
		expect(rowsIn(outputs).map(({ note }) => note)).toEqual([null, expect.stringContaining('only the other address was sent')]);
		expect(rowsIn(outputs)[1]).toMatchObject({ phone: null, email: 'b@x.com' });
	});

	it('an item that cannot be read stands for nobody', async () => {
		const { requests, outputs } = await run({
			items: [
				{ phone: '+1', carrier: '12' },
				{ phone: '+1', carrier: '0001470' },
			],
			continues: true,
			server: echo,
			prepare: (item) => {
				if (item.carrier === '12') throw new InputProblem("'Carrier ID' is too short", 'Correct it.');
				return jobFor(item);
			},
		});
		expect(requests).toHaveLength(1);
		expect(errorsIn(outputs).map((error) => error?.message)).toEqual(["'Carrier ID' is too short", undefined]);
		expect(outputs[1]?.json.duplicateOfItem).toBeNull();
	});

	it.each([
		['refused', () => ({ status: 400, body: { failure: { kind: 'input' } } }), 2, [undefined, null]],
		['sent, and nobody knows', () => networkError('ECONNRESET'), 1, [undefined, 0]],
	] as const)('an item that was %s: how many calls', async (_what, failure, calls, duplicates) => {
		const { requests, outputs } = await run({
			items: [{ phone: '+1' }, { phone: '+1' }],
			continues: true,
			server: (request, count) => (count === 1 ? failure() : echo(request, count)),
		});
		expect(requests).toHaveLength(calls);
		expect(outputs.map(({ json }) => (json.error as IDataObject | undefined)?.duplicateOfItem ?? json.duplicateOfItem)).toEqual(duplicates);
	});

	it('an opt-out that nobody knows the end of is tried again by the next row, without its confirmation', async () => {
		const { requests, outputs } = await run({
			items: [{ phone: '+1' }, { phone: '+1' }, { phone: '+1' }],
			action: 'unsubscribe',
			continues: true,
			server: (request, count) => (count <= 5 ? networkError('ECONNRESET') : echo(request, count)),
			prepare: (item) => ({ ...jobFor(item), run: async (send) => [await send(optOutCall(String(item.phone)))] }),
		});
		expect(requests.map(({ body }) => (body as IDataObject).confirms)).toEqual([true, false, false, false, false, false]);
		expect(rowsIn(outputs).map(({ sent, duplicateOfItem }) => [sent, duplicateOfItem])).toEqual([
			['unknown', null],
			['sent', null],
			['sent', 1],
		]);
	});

	it('what would end something else is sent, without a second confirmation', async () => {
		const { requests } = await run({
			items: [{ what: ['A'] }, { what: ['A', 'B'] }, { what: ['B'] }, { what: ['C'] }],
			action: 'unsubscribe',
			server: echo,
			prepare: ({ what }) => ({
				target: { provider: 'voyage', phone: '+1' },
				asks: (what as string[]).flatMap((each) => asksOf({ phone: '+1' }, each)),
				run: async (send) => [await send(optOutCall(String(what)))],
			}),
		});
		expect(requests.map(({ body }) => body)).toEqual([
			{ phone: 'A', confirms: true },
			{ phone: 'A,B', confirms: false },
			{ phone: 'C', confirms: true },
		]);
	});

	it.each([true, false])(
		'a look-up never overtakes a sign-up of the same person (duplicates sent once: %s)',
		async (sendDuplicatesOnce) => {
			const subscribed = new Set<string>();
			const texted: string[] = [];
			await run({
				items: Array.from({ length: 12 }, (_, index) => ({ phone: `+${index % 3}`, source: `s${index}` })),
				delivery: { sendDuplicatesOnce },
				server: async (request) => {
					const phone = String(request.method === 'GET' ? request.qs?.phone : (request.body as IDataObject).phone);
					const known = subscribed.has(phone);
					for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
					if (request.method !== 'GET') texted.push(phone);
					if (request.method !== 'GET') subscribed.add(phone);
					return { body: { phone: known ? 'known' : phone } };
				},
				prepare: (item) => ({
					target: { provider: 'voyage', phone: String(item.phone) },
					asks: asksOf({ phone: String(item.phone) }, String(item.source)),
					run: async (send) => {
						const found = await send(lookUpCall(String(item.phone)));
						return [found.phone === 'known' ? found : await send(writeCall(String(item.phone)))];
					},
				}),
			});
			expect(texted.sort()).toEqual(['+0', '+1', '+2']);
		},
	);
});

describe('one item and the others', () => {
	it("never shows another item's data", async () => {
		const { outputs } = await run({
			items: [{ phone: '+1' }, { phone: '+2' }],
			continues: true,
			delivery: { concurrency: 1 },
			server: () => ({
				status: 401,
				body: { failure: { kind: 'credentials', message: 'Refused', providerText: 'no key for ada@example.com' } },
			}),
		});
		expect(JSON.stringify(outputs[0])).toContain('ada@example.com');
		expect(JSON.stringify(outputs[1])).not.toContain('ada@example.com');
	});

	it.each(['permission', 'input', 'number', 'opted-out', 'temporary'])('a failure of the kind %s ends nothing', async (kind) => {
		const { requests } = await run({
			items: phones(5),
			continues: true,
			server: (request, count) => (count === 1 ? { status: 403, body: { failure: { kind } } } : echo(request, count)),
		});
		expect(requests).toHaveLength(5);
	});
});

describe('when n8n repeats', () => {
	const ways = [
		['an execution', { mode: 'retry' }],
		['an execution that calls this workflow', { mode: 'integrated', rootMode: 'retry' }],
		['the node, by Retry On Fail', { retryOnFail: true }],
	] as const;
	const optOuts: Partial<RunOptions> = {
		action: 'unsubscribe',
		prepare: (item) => ({ ...jobFor(item), run: async (send) => [await send(optOutCall(String(item.phone)))] }),
	};

	describe.each(ways)('%s', (_what, way) => {
		it.each(['subscribe', 'resubscribe'] as const)('%s sends nothing, and says why and what to do', async (action) => {
			const { requests, error } = await run({ items: phones(3), action, server: echo, ...way });
			expect(requests).toHaveLength(0);
			expect(error?.message).toMatch(/so nothing was sent/);
			expect(error?.description).toContain("'Send Again on Retry'");
			const { outputs } = await run({ items: phones(3), action, server: echo, continues: true, ...way });
			expect(errorsIn(outputs).map((each) => each?.sent)).toEqual(['not sent', 'not sent', 'not sent']);
		});

		it('subscribe sends where that is allowed', async () => {
			const { requests } = await run({ items: phones(3), server: echo, delivery: { allowRetry: true }, ...way });
			expect(requests).toHaveLength(3);
		});

		it('opt-outs go on, without the text that confirms them', async () => {
			const { requests, hints } = await run({ items: phones(3), server: echo, ...optOuts, ...way });
			expect(requests.map(({ body }) => (body as IDataObject).confirms)).toEqual([false, false, false]);
			expect(hints.map(({ message }) => message)).toContainEqual(expect.stringContaining('No confirmation texts were asked for'));
		});
	});

	it('says that the original workflow keeps the old setting', async () => {
		const { error } = await run({ items: phones(1), server: echo, mode: 'retry' });
		expect(error?.description).toContain("'Retry with original workflow' keeps the old setting");
	});

	it.each(['manual', 'trigger', 'webhook', 'integrated', 'error', 'cli'] as const)(
		'an execution of the mode %s is no repetition',
		async (mode) => {
			const first = await run({ items: phones(1), server: echo, mode });
			expect(first.requests).toHaveLength(1);
			const optOut = await run({ items: phones(1), server: echo, mode, ...optOuts });
			expect(optOut.requests.map(({ body }) => (body as IDataObject).confirms)).toEqual([true]);
		},
	);
});

describe('failures', () => {
	it('carry item, person, code, words, state and remedy', async () => {
		const { outputs } = await run({
			items: [{ phone: '+1' }],
			continues: true,
			server: () => ({
				status: 400,
				body: { failure: { kind: 'opted-out', code: 'E904', message: 'Opted out', remedy: 'Leave it.', providerText: 'NO' } },
			}),
		});
		expect(outputs[0]).toEqual({
			json: {
				error: {
					message: 'Opted out',
					item: 0,
					action: 'subscribe',
					provider: 'voyage',
					phone: '+1',
					campaign: 'c1',
					kind: 'opted-out',
					sent: 'not sent',
					remedy: 'Leave it.',
					code: 'E904',
					providerText: 'NO',
					httpStatus: 400,
					details: expect.any(String),
				},
			},
			pairedItem: { item: 0 },
		});
	});

	it('of the key stop the run at the first item', async () => {
		const { outputs, requests } = await run({ items: phones(50), continues: true, server: () => ({ status: 401 }) });
		expect(requests).toHaveLength(1);
		expect(errorsIn(outputs).every((error) => error?.sent === 'not sent' && error.kind === 'credentials')).toBe(true);
		expect(errorsIn(outputs)[49]).toMatchObject({ item: 49, phone: '+1049' });
	});

	it('of the quota leave the rest unsent', async () => {
		const { outputs, requests } = await run({
			items: phones(50),
			continues: true,
			delivery: { concurrency: 1 },
			server: (request, count) => (count > 10 ? { body: { failure: { kind: 'quota', code: 'E120' } } } : echo(request, count)),
		});
		expect(requests).toHaveLength(11);
		expect(errorsIn(outputs).filter((error) => error === undefined)).toHaveLength(10);
		expect(errorsIn(outputs)[30]).toMatchObject({ code: 'E120', sent: 'not sent' });
	});

	it('stop the node when it is set to stop, with an account of every item', async () => {
		const { error, requests } = await run({
			items: phones(100),
			delivery: { concurrency: 4 },
			server: async (request, count) => {
				await new Promise((resolve) => setImmediate(resolve));
				return count === 11
					? { status: 400, body: { failure: { kind: 'number', message: 'Bad number', remedy: 'Correct it.', providerText: 'BAD' } } }
					: echo(request, count);
			},
		});
		expect(error?.constructor.name).toBe('NodeApiError');
		expect(error?.message).toBe('Bad number');
		expect(error?.description).toContain('Correct it.');
		expect(error?.description).toContain('Voyage said: "BAD".');
		expect(error?.description).toContain('This is item 11 of 100.');
		expect(error?.description).toMatch(/Items 1-10.* of 100\): done\..*not sent\./);
		expect(error?.context?.itemIndex).toBe(10);
		expect(requests.length).toBeLessThan(20);
	});

	it('of an unreadable field are reported, and the rest goes on', async () => {
		const { outputs } = await run({ items: [{ phone: '' }, { phone: '+2' }], continues: true, server: echo });
		expect(errorsIn(outputs)[0]).toMatchObject({ message: "'Phone' is empty", sent: 'not sent', kind: 'input', remedy: 'Enter one.' });
		expect(outputs[1]?.json.phone).toBe('+2');
	});

	it('after a finished step of the same item are unknown, never "not sent"', async () => {
		const { outputs } = await run({
			items: [{ phone: '+1' }],
			continues: true,
			server: (request, count) => (count === 1 ? echo(request, count) : { status: 400, body: { failure: { kind: 'number' } } }),
			prepare: () => ({
				target: { provider: 'voyage' },
				run: async (send) => [await send(writeCall('+1')), await send(writeCall('+2'))],
			}),
		});
		expect(errorsIn(outputs)[0]).toMatchObject({ sent: 'unknown' });
	});

	it.each([
		['before anything was begun', false, 'not sent'],
		['after a finished step', true, 'unknown'],
	])('by a broken look-up %s: nobody has to check more than there is', async (_when, writesFirst, sent) => {
		const { outputs } = await run({
			items: [{ phone: '+1' }],
			continues: true,
			server: (request, count) => (request.method === 'GET' ? { status: 503, body: 'down' } : echo(request, count)),
			prepare: () => ({
				target: { provider: 'voyage' },
				run: async (send) => {
					if (writesFirst) await send(writeCall('+1'));
					return [await send(lookUpCall('+1'))];
				},
			}),
		});
		expect(errorsIn(outputs)[0]).toMatchObject({ sent });
	});

	it.each([true, false])('cannot happen twice through Retry On Fail (continues: %s)', async (continues) => {
		const { outputs, error, requests } = await run({ items: phones(2), server: echo, retryOnFail: true, continues });
		expect(requests).toHaveLength(0);
		if (continues) expect(errorsIn(outputs).map((each) => each?.sent)).toEqual(['not sent', 'not sent']);
		else expect(error?.message).toContain("'Retry On Fail'");
	});

	it('leaves Retry On Fail to queries', async () => {
		const { error } = await run({
			items: [{}],
			action: 'query',
			retryOnFail: true,
			server: echo,
			prepare: () => ({ target: { provider: 'voyage' }, run: async () => [] }),
		});
		expect(error).toBeUndefined();
	});
});

describe('a stopped execution', () => {
	it('sends nothing more and says what became of every item', async () => {
		const stop = new AbortController();
		const { outputs, requests, hints } = await run({
			items: phones(60),
			cancel: stop.signal,
			delivery: { concurrency: 4 },
			server: async (request, count) => {
				await new Promise((resolve) => setImmediate(resolve));
				if (count === 20) stop.abort();
				return count < 20 ? echo(request, count) : networkError('ERR_CANCELED', 'canceled');
			},
		});
		expect(requests.length).toBeLessThanOrEqual(23);
		const states = errorsIn(outputs).map((error) => error?.sent ?? 'done');
		expect(states).toHaveLength(60);
		expect(states.filter((state) => state === 'done').length).toBe(19);
		expect(states.filter((state) => state === 'unknown').length).toBeGreaterThan(0);
		expect(hints.at(-1)?.message).toMatch(/The execution was stopped\. Items 1-19 .*not sent\./);
	});
});

describe.each(['context', 'nodeType'] as const)('as a tool of an AI agent, known by its %s', (asTool) => {
	it.each([
		['what was entered', { server: echo, items: [{ phone: '' }] }, "'Phone' is empty. Enter one."],
		['what the provider said', { server: () => networkError('ECONNREFUSED'), items: [{ phone: '+1' }] }, /^[^.]+.*\. .+\.$/],
	] as const)('the message says what to do about %s, because the agent sees nothing else', async (_what, options, expected) => {
		const { error } = await run({ ...options, items: [...options.items], asTool });
		expect(error?.message).toMatch(expected);
		expect(error?.message).toContain(String(error?.description).split('. ')[0] ?? '');
	});
});

describe('as a node that people read', () => {
	it('leaves the message short for people, who see the description below it', async () => {
		const { error } = await run({ server: echo, items: [{ phone: '' }] });
		expect(error?.message).toBe("'Phone' is empty");
	});
});

it('puts what a person looks for first into the first columns', async () => {
	const { provider: name, ...others } = resultFor('+1');
	const { outputs } = await run({
		server: echo,
		items: [{}],
		prepare: () => ({ target: { provider: 'voyage' }, run: async () => [{ ...others, provider: name }] }),
	});
	expect(Object.keys(outputs[0]?.json ?? {}).slice(0, 5)).toEqual(['phone', 'outcome', 'note', 'campaign', 'provider']);
});

describe('the row of an item', () => {
	const REFUSED: FakeContextOptions['server'] = () => ({
		status: 400,
		body: { failure: { kind: 'opted-out', code: 'E904', message: 'Opted out' } },
	});
	const NO_ANSWER: FakeContextOptions['server'] = () => networkError('ECONNRESET');

	it.each([
		['done', echo, { outcome: 'subscribed', sent: 'sent', kind: null, code: null, note: null }],
		['refused', REFUSED, { outcome: 'opted_out', sent: 'not sent', kind: 'opted-out', code: 'E904', note: 'Opted out' }],
		['unknown', NO_ANSWER, { outcome: null, sent: 'unknown', kind: 'temporary' }],
	] as Array<[string, FakeContextOptions['server'], object]>)(
		'%s: the same columns, with the evidence that was entered',
		async (_what, server, columns) => {
			const { outputs } = await run({
				items: [{ phone: '+1' }],
				continues: true,
				server,
				prepare: (item) => ({ ...jobFor(item), evidence: { evidenceSource: 'form', evidencePage: 'https://example.com' } }),
			});
			const [row] = rowsIn(outputs);
			expect(Object.keys(row ?? {})).toEqual(Object.keys(RESULT_COLUMNS));
			expect(row).toMatchObject({
				...columns,
				action: 'subscribe',
				phone: '+1',
				campaign: 'c1',
				channel: 'sms',
				evidenceSource: 'form',
				evidencePage: 'https://example.com',
				evidenceText: null,
			});
			expect(row?.eventId).toMatch(/^[0-9a-f]{64}$/);
			expect([row?.occurredAt, row?.occurredAtSource]).toEqual([row?.receivedAt, 'n8n']);
		},
	);

	it('of one that cannot be read says what was entered', async () => {
		const clock = new FakeClock();
		const { context } = fakeContext({ server: echo, items: [{ phone: '' }], continues: true });
		const prepare = () => jobFor({ phone: '' });
		const enteredOf = () => ({ phoneRaw: '555-01', email: 'a@example.com', evidenceSource: 'form' });
		const [outputs = []] = await runItems(
			context,
			{
				action: 'unsubscribe',
				providerOf: () => provider,
				credentialTypeOf: () => 'fakeApi',
				prepare,
				enteredOf,
				delivery: { sendDuplicatesOnce: true },
			},
			{ clock, random: () => 0 },
		);
		expect(rowsIn(outputs)[0]).toMatchObject({
			action: 'unsubscribe',
			phone: null,
			phoneRaw: '555-01',
			email: 'a@example.com',
			channel: 'sms',
			sent: 'not sent',
			note: "'Phone' is empty",
			evidenceSource: 'form',
		});
	});

	it("takes the time of the provider's answer where it has one", async () => {
		const occurredAt = '2014-08-21T17:34:47Z';
		const { outputs } = await run({
			items: [{ phone: '+1' }],
			server: echo,
			prepare: (item) => ({ ...jobFor(item), run: async () => [{ ...resultFor('+1'), occurredAt }] }),
		});
		expect(rowsIn(outputs)[0]).toMatchObject({
			occurredAt,
			occurredAtSource: 'provider',
			receivedAt: expect.not.stringMatching(occurredAt) as string,
		});
	});

	it('that needed no sending says so, and a query says nothing of it', async () => {
		const skipped = await run({
			items: [{ phone: '+1' }],
			server: echo,
			prepare: (item) => ({ ...jobFor(item), run: async () => [{ ...resultFor('+1'), wasSent: false }] }),
		});
		expect(rowsIn(skipped.outputs)[0]?.sent).toBe('not sent');
		const asked = await run({ items: [{ phone: '+1' }], action: 'query', server: echo });
		expect(rowsIn(asked.outputs)[0]?.sent).toBeNull();
	});

	it('tells what holds for an outcome once for the run, and nothing of it in the rows', async () => {
		const { outputs, hints } = await run({
			items: phones(3),
			server: echo,
			prepare: (item) => ({ ...jobFor(item), run: async () => [{ ...resultFor('+1'), hint: 'They were asked.' }] }),
		});
		expect(hints.map(({ message }) => message).filter((message) => message === 'They were asked.')).toHaveLength(1);
		expect(JSON.stringify(outputs)).not.toContain('They were asked.');
	});
});

describe('the eventId', () => {
	const idsOf = async (more: Partial<RunOptions> = {}) =>
		rowsIn((await run({ items: [{ phone: '+1' }, { phone: '+2' }, { phone: '+1' }], server: echo, ...more })).outputs).map(
			({ eventId }) => eventId,
		);

	it('differs between items, duplicates included, rounds of a loop and executions; not between two readings of the same', async () => {
		const first = await idsOf();
		const [later, elsewhere] = [await idsOf({ runIndex: 1 }), await idsOf({ executionId: 'other' })];
		expect(new Set([...first, ...later, ...elsewhere]).size).toBe(9);
		expect(await idsOf()).toEqual(first);
	});

	it('of a failed item is that of its place too', async () => {
		const failed = await idsOf({ continues: true, server: () => ({ status: 400, body: { failure: { kind: 'number' } } }) });
		expect(failed).toEqual(await idsOf());
	});

	it('of what a query found is the same as long as the provider says the same', async () => {
		const row = { ...resultFor('+1'), outcome: 'opted_out' as const, occurredAt: '2026-01-01T00:00:00Z' };
		const queryIds = async (change: object, executionId: string) =>
			await idsOf({
				executionId,
				action: 'query',
				items: [{}],
				prepare: () => ({ target: { provider: 'voyage' }, run: async () => [{ ...row, ...change }] }),
			});
		const [tonight] = await queryIds({}, 'tonight');
		expect(await queryIds({ note: 'other words' }, 'yesterday')).toEqual([tonight]);
		for (const change of [
			{ phone: '+2' },
			{ outcome: 'subscribed' },
			{ campaign: 'c2' },
			{ occurredAt: '2026-01-02T00:00:00Z' },
			{ provider: 'vonage' },
			{ phone: null, phoneRaw: '1' },
		]) {
			expect(await queryIds(change, 'yesterday')).not.toEqual([tonight]);
		}
	});
});

describe('the fields of the input items', () => {
	const runWith = async (item: IDataObject) => {
		const { context } = fakeContext({ server: echo, items: [item] });
		const [outputs = []] = await runItems(
			context,
			{
				action: 'subscribe',
				providerOf: () => provider,
				credentialTypeOf: () => 'fakeApi',
				prepare: () => jobFor({ phone: '+1' }),
				delivery: { sendDuplicatesOnce: true },
				includesInputFields: true,
			},
			{ clock: new FakeClock(), random: () => 0 },
		);
		return outputs[0]?.json ?? {};
	};

	it('stand before those of the result, renamed where the result has the name or n8n would take it for a failure', async () => {
		const json = await runWith({ name: 'Ada', phone: '(650) 242-6055', error: 'bounced', note: 'vip', tags: ['a'] });
		expect(Object.keys(json)).toEqual(['name', 'contact_phone', 'contact_error', 'contact_note', 'tags', ...Object.keys(RESULT_COLUMNS)]);
		expect(json).toMatchObject({
			name: 'Ada',
			contact_phone: '(650) 242-6055',
			contact_error: 'bounced',
			contact_note: 'vip',
			tags: ['a'],
			phone: '+1',
			note: null,
		});
	});

	it('are all there whatever they are called, and ours keep their values', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.dictionary(
					fc.oneof(
						fc.constantFrom(
							'phone',
							'error',
							'contact_phone',
							'contact_contact_phone',
							'contact_error',
							'__proto__',
							'constructor',
							...Object.keys(RESULT_COLUMNS),
						),
						fc.string(),
					),
					fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
				),
				async (item) => {
					const json = await runWith(item as IDataObject);
					expect(Object.keys(json)).toHaveLength(Object.keys(item).length + Object.keys(RESULT_COLUMNS).length);
					expect(Object.values(json).slice(0, Object.keys(item).length)).toEqual(expect.arrayContaining(Object.values(item)));
					expect(json).toMatchObject({ phone: '+1', outcome: 'subscribed' });
					expect(Object.hasOwn(json, 'error')).toBe(false);
				},
			),
			{ numRuns: 100 },
		);
	});
});
