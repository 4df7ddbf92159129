import fc from 'fast-check';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { InputProblem } from '../../../consent/failure';
import { type ConsentAction, type ConsentResult, RESULT_COLUMNS } from '../../../consent/result';
import { type ItemJob, runItems, type RunItemsOptions } from '../../../transport/outbound/itemRunner';
import type { DeliveryOptions } from '../../../transport/outbound/session';
import { FakeClock } from './fakeClock.mts';
import { fakeContext, type FakeContextOptions, networkError } from './fakeContext.mts';
import { fakeProvider, lookUpCall, resultFor, SECRET, writeCall } from './fakeProvider.mts';

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
		asksFor: [],
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
