import type { IDataObject, INode, INodeExecutionData, INodeParameters, INodeType } from 'n8n-workflow';

import { SmsConsentCheck } from '../../nodes/SmsConsentCheck/SmsConsentCheck.node.ts';
import { SmsSubscribe } from '../../nodes/SmsSubscribe/SmsSubscribe.node.ts';
import { loadEngine, LOADING_MS, type RunResult, runWholeWorkflow, runWorkflow } from './harness.mts';
import { provider, results, run, SKYCORE } from './nodeRun.mts';

beforeAll(loadEngine, LOADING_MS);

const NODE = 'SMS Consent Check';
const PHONE = '+16505550101';

function source(name: string, items: INodeExecutionData[]): INodeType {
	return {
		description: {
			displayName: name,
			name,
			group: ['transform'],
			version: 1,
			description: 'Gives out fixed items',
			defaults: { name },
			inputs: name === 'start' ? [] : ['main'],
			outputs: ['main'],
			properties: [],
		},
		execute: async () => [items],
	};
}

interface CheckRun {
	contacts?: IDataObject[];
	/** Undefined: not connected. */
	events?: IDataObject[] | undefined;
	parameters?: INodeParameters;
	onError?: INode['onError'];
	executeOnce?: boolean;
	/** Of the node that reads the events. */
	alwaysOutputData?: boolean;
}

const items = (list: IDataObject[]): INodeExecutionData[] => list.map((json) => ({ json }));

/** Runs the node behind two others, as people connect it. */
async function check({
	contacts = [{ phone: PHONE }],
	events,
	parameters = {},
	onError,
	executeOnce,
	alwaysOutputData = false,
}: CheckRun): Promise<RunResult> {
	const isList = parameters['operation'] === 'list';
	const to = (index: number) => ({ main: [[{ node: NODE, type: 'main' as const, index }]] });
	const node: INode = {
		id: '4',
		name: NODE,
		type: 'test.check',
		typeVersion: 1,
		position: [0, 0],
		parameters: { phone: '={{ $json.phone }}', defaultCountry: 'US', ...parameters },
		...(onError === undefined ? {} : { onError }),
		...(executeOnce === undefined ? {} : { executeOnce }),
	};
	const sourceNode = (id: string, name: string): INode & { alwaysOutputData?: boolean } => ({
		id,
		name,
		type: `test.${name.toLowerCase()}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	});
	const start = ['Contacts', ...(events === undefined ? [] : ['Events'])].map((name) => ({ node: name, type: 'main' as const, index: 0 }));
	return await runWholeWorkflow(
		{
			nodeTypes: {
				'test.start': source('start', [{ json: {} }]),
				'test.contacts': source('contacts', items(contacts)),
				'test.events': source('events', items(events ?? [])),
				'test.check': new SmsConsentCheck(),
			},
			nodes: [sourceNode('1', 'Start'), sourceNode('2', 'Contacts'), { ...sourceNode('3', 'Events'), alwaysOutputData }, node],
			connections: {
				Start: { main: [start] },
				...(isList ? {} : { Contacts: to(0) }),
				...(events === undefined ? {} : { Events: to(isList ? 0 : 1) }),
			},
		},
		NODE,
	);
}

const json = (result: RunResult, output: number): IDataObject[] => (result.outputs[output] ?? []).map((item) => item.json);

const STOP: IDataObject = {
	provider: 'skycore',
	action: 'opt-out',
	channel: 'sms',
	phone: PHONE,
	campaign: 'spring-sale',
	text: 'STOP',
	occurredAt: '2026-05-03T10:00:00Z',
	receivedAt: '2026-05-03T10:00:01Z',
	eventId: 'stop-1',
};
const JOIN: IDataObject = { ...STOP, action: 'opt-in', text: null, source: 'MO', phone: '+16505550102', eventId: 'join-1' };

describe('contacts', () => {
	test('leave by their state, with their own fields, their pairing, and what is known of them', async () => {
		const contacts = [
			{ name: 'Tara', phone: '(650) 555-0101' },
			{ name: 'Amelia', phone: '650.555.0102', tags: ['vip'] },
			{ name: 'Ben', phone: '+16505550103' },
		];
		const result = await check({ contacts, events: [STOP, JOIN] });
		expect(result.outputs).toEqual([
			[
				{
					json: {
						...contacts[1],
						consentPhone: '+16505550102',
						consentState: 'opted in',
						consentSince: '2026-05-03T10:00:00Z',
						consentReason: 'texted an opt-in at Skycore on May 3, 2026',
						consentAskedAt: null,
						consentEventId: 'join-1',
					},
					pairedItem: { item: 1 },
				},
			],
			[
				{
					json: {
						...contacts[0],
						consentPhone: PHONE,
						consentState: 'opted out',
						consentSince: '2026-05-03T10:00:00Z',
						consentReason: 'texted STOP at Skycore on May 3, 2026',
						consentAskedAt: null,
						consentEventId: 'stop-1',
					},
					pairedItem: { item: 0 },
				},
			],
			[
				{
					json: {
						...contacts[2],
						consentPhone: '+16505550103',
						consentState: 'not known',
						consentSince: null,
						consentReason: 'no row of the events is about them',
						consentAskedAt: null,
						consentEventId: null,
					},
					pairedItem: { item: 2 },
				},
			],
		]);
		expect(result.hints.map(({ message }) => message)).toEqual(['1 opted in, 1 opted out, 1 not known, by 2 rows of consent events.']);
	});

	test.each<[string, INodeParameters, number]>([
		['every provider by default', { consentProvider: 'voyage', campaign: '1234' }, 1],
		['this provider', { consentProvider: 'voyage', campaign: '1234', optOutScope: 'provider' }, 2],
		['another campaign of it', { consentProvider: 'skycore', campaign: 'autumn', optOutScope: 'provider' }, 1],
		['this campaign', { consentProvider: 'skycore', campaign: 'Spring-Sale', optOutScope: 'campaign' }, 1],
		['email', { checkBy: 'email', email: 'ada@example.com' }, 2],
	])('an opt-out counts for %s', async (_scope, parameters, output) => {
		const result = await check({ events: [STOP], parameters });
		expect(result.outputs.map((list) => list.length)).toEqual([0, 1, 2].map((index) => (index === output ? 1 : 0)));
	});

	test('by email', async () => {
		const mail = { ...STOP, channel: 'email', phone: null, email: 'Ada@Example.com', text: null };
		const contacts = [{ mail: 'ADA@example.com' }, { mail: '' }];
		const result = await check({ contacts, events: [mail], parameters: { checkBy: 'email', email: '={{ $json.mail }}' } });
		expect(json(result, 1)).toEqual([
			expect.objectContaining({
				consentState: 'opted out',
				consentPhone: null,
				consentReason: 'opted out of email at Skycore on May 3, 2026',
			}),
		]);
		expect(json(result, 2)).toEqual([expect.objectContaining({ mail: '', consentState: 'not checked' })]);
	});

	test('numbers of the events are read with the country of the contacts, where it is the same for all', async () => {
		const national = { ...STOP, phone: '(650) 555-0101' };
		expect(json(await check({ events: [national] }), 1)).toHaveLength(1);
		const contacts = [
			{ phone: PHONE, country: 'US' },
			{ phone: '+442071838750', country: 'GB' },
		];
		const result = await check({ contacts, events: [national], parameters: { defaultCountry: '={{ $json.country }}' } });
		expect(result.error?.message).toContain('its phone number "(650) 555-0101" cannot be read');
	});

	test.each<[string, INode['onError']]>([
		['with Stop Workflow', undefined],
		['with Continue', 'continueRegularOutput'],
	])('one that cannot be read is not checked and leaves as not known, %s', async (_setting, onError) => {
		const result = await check({ contacts: [{ phone: '12' }, { phone: PHONE }], events: [STOP], ...(onError && { onError }) });
		expect(json(result, 1)).toHaveLength(1);
		expect(json(result, 2)).toEqual([
			expect.objectContaining({
				phone: '12',
				consentPhone: null,
				consentState: 'not checked',
				consentReason: expect.stringContaining('"12"') as string,
			}),
		]);
	});

	test('one that cannot be read goes to the error output where there is one, with its fields', async () => {
		const contacts = [{ name: 'Ada', phone: '12' }, { phone: PHONE }];
		const result = await check({ contacts, events: [STOP], onError: 'continueErrorOutput' });
		expect(result.outputs.map((list) => list.length)).toEqual([0, 1, 0, 1]);
		expect(json(result, 3)).toEqual([
			{
				name: 'Ada',
				phone: '12',
				error: expect.objectContaining({
					item: 0,
					consentState: 'not checked',
					message: expect.stringContaining('"12"') as string,
				}) as object,
			},
		]);
	});
});

describe('events that are left out', () => {
	const CASES: Array<[string, CheckRun, string]> = [
		['not connected', {}, "Nothing is connected to 'Consent Events'"],
		['connected and empty', { events: [] }, "No rows arrived at 'Consent Events'"],
		['an empty item that nobody read', { events: [{}] }, "Nothing but an empty item arrived at 'Consent Events'"],
		['cut by Execute Once', { events: [JOIN, STOP], executeOnce: true }, "'Execute Once' is switched on"],
		['the contacts a second time', { events: [{ name: 'Ada', phone: PHONE }] }, 'Row 1 of the consent events cannot be counted'],
		[
			'the failure of the node that reads them',
			{ events: [{ error: 'The table is locked' }] },
			'Row 1 of the consent events cannot be counted',
		],
		[
			'an opt-out of nobody knows whom',
			{ events: [JOIN, { ...STOP, phone: '12' }] },
			'Row 2 of the consent events cannot be counted: it is an opt-out, but its phone number "12" cannot be read',
		],
		[
			'several rows',
			{ events: [{ ...STOP, phone: '12' }, JOIN, { ...STOP, action: 'gone' }] },
			'2 rows of the consent events cannot be counted, so nobody was checked',
		],
	];

	test.each(CASES)('%s: an error', async (_case, input, message) => {
		const { error, outputs } = await check(input);
		expect(error?.message).toContain(message);
		expect(error?.description).toBeTruthy();
		expect(outputs.flat()).toEqual([]);
	});

	test.each(CASES)('%s: nobody leaves as checked when the node is set to continue', async (_case, input) => {
		for (const onError of ['continueRegularOutput', 'continueErrorOutput'] as const) {
			const contacts = [{ phone: PHONE }, { phone: '+16505550102' }];
			const { error, outputs, hints } = await check({ ...input, contacts, onError });
			expect(hints).toEqual([expect.objectContaining({ type: 'warning' })]);
			expect(error).toBeUndefined();
			const [optedIn, optedOut, ...others] = outputs;
			expect([optedIn, optedOut]).toEqual([[], []]);
			const left = others.flat().map((item) => item.json);
			const seen = input.executeOnce === true ? 1 : contacts.length;
			expect(left).toHaveLength(seen);
			for (const item of left) expect(JSON.stringify(item)).toContain('"consentState":"not checked"');
		}
	});

	test('several rows are named line by line', async () => {
		const { error } = await check({ events: [{ ...STOP, phone: '12' }, JOIN, { ...STOP, action: 'gone' }] });
		expect(error?.description).toMatch(/^Row 1: it is an opt-out.*\nRow 3: "gone" is no action/);
	});

	test('a ledger that was read and is empty proves it by Always Output Data', async () => {
		expect(json(await check({ events: [], alwaysOutputData: true }), 2)).toHaveLength(1);
	});

	test('exactly 50 rows are a list that was cut, perhaps', async () => {
		const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...JOIN, eventId: String(index) }));
		expect((await check({ events: many(50) })).hints.map(({ message }) => message).join()).toContain("Switch on 'Return All'");
		expect((await check({ events: many(51) })).hints.map(({ message }) => message).join()).not.toContain('Return All');
	});

	test('rows that cannot be read may be skipped, and a hint counts them', async () => {
		const parameters = { options: { skipUnreadableEvents: true } };
		const result = await check({ events: [STOP, { ...STOP, phone: '12' }, { name: 'Ada' }], parameters });
		expect(json(result, 1)).toHaveLength(1);
		expect(result.hints.map(({ message }) => message)[1]).toMatch(/^2 rows of consent events skipped\. Row 2: .*"12".*Row 3: /);
	});

	test('times that cannot be right are told', async () => {
		const result = await check({ events: [STOP, { ...JOIN, phone: PHONE, occurredAt: '2530-01-01T00:00:00Z' }] });
		expect(json(result, 1)).toHaveLength(1);
		expect(result.hints.map(({ message }) => message)[1]).toContain('1 row of consent events without a time that can be right');
	});
});

describe('a list of everybody', () => {
	const parameters = { operation: 'list' };

	test('has one item for each person and campaign, without contacts', async () => {
		const result = await check({ events: [STOP, JOIN, { ...JOIN, campaign: 'autumn' }], parameters });
		expect(result.outputs.map((list) => list.length)).toEqual([2, 1, 0]);
		expect(json(result, 1)).toEqual([
			{
				provider: 'skycore',
				campaign: 'spring-sale',
				channel: 'sms',
				phone: PHONE,
				email: null,
				consentPhone: PHONE,
				consentState: 'opted out',
				consentSince: '2026-05-03T10:00:00Z',
				consentReason: 'texted STOP at Skycore on May 3, 2026',
				consentAskedAt: null,
				consentEventId: 'stop-1',
			},
		]);
		expect(result.hints[0]?.message).toBe('2 opted in, 1 opted out, by 3 rows of consent events.');
	});

	test('is never empty for a reason that is none', async () => {
		expect((await check({ events: [{ name: 'Ada' }], parameters })).error?.message).toContain('Row 1');
		const continued = await check({ events: [{ name: 'Ada' }], parameters, onError: 'continueErrorOutput' });
		expect(continued.outputs.map((list) => list.length)).toEqual([0, 0, 0, 1]);
		const regular = await check({ events: [{ name: 'Ada' }], parameters, onError: 'continueRegularOutput' });
		expect(json(regular, 2)).toEqual([{ error: expect.objectContaining({ consentState: 'not checked' }) as object }]);
	});
});

describe('SMS Subscribe behind it', () => {
	const subscribe = { campaignReference: 'spring-sale', phone: '={{ $json.phone }}', defaultCountry: 'US' };
	const success = { body: '<RESPONSE><STATUS>Success</STATUS></RESPONSE>' };

	test.each<[string, IDataObject, string, string]>([
		[
			'opted out',
			{ consentState: 'opted out', consentReason: 'texted STOP at Skycore on May 3, 2026' },
			'opted-out',
			'This person opted out earlier (texted STOP at Skycore on May 3, 2026), so nothing was sent',
		],
		['opted out, as a table wrote it', { consentState: 'Opted Out ' }, 'opted-out', 'This person opted out earlier, so nothing was sent'],
		[
			'not checked',
			{ consentState: 'not checked', consentReason: 'x.' },
			'input',
			'Nobody could check whether this person opted out (x), so nothing was sent',
		],
		[
			'not checked, from the error output',
			{ error: { message: 'bad number', consentState: 'not checked' } },
			'input',
			'Nobody could check whether this person opted out (bad number)',
		],
	])('refuses who is %s, and goes on with the others', async (_state, columns, kind, message) => {
		const seen = provider('https://secure.skycore.com', success);
		const result = await run({
			node: new SmsSubscribe(),
			parameters: subscribe,
			credentials: SKYCORE,
			items: [
				{ phone: PHONE, ...columns },
				{ phone: '+16505550102', consentState: 'not known' },
			],
		});
		expect(seen).toHaveLength(1);
		expect(results(result)).toHaveLength(1);
		const [failed] = (result.outputs[1] ?? []).map((item) => item.json['error'] as IDataObject);
		expect(failed).toMatchObject({ kind, sent: 'not sent', message: expect.stringContaining(message) as string });
		expect(JSON.parse(String(failed?.['details']))).toMatchObject({ phone: PHONE, outcome: null, sent: 'not sent' });
	});

	const option = (value: string): INodeParameters => ({ ...subscribe, options: { optedOutEarlier: value } });

	test.each<[unknown, boolean, string]>([
		[true, false, "'Opted Out Earlier' says that this person opted out"],
		['TRUE', false, "'Opted Out Earlier' says that this person opted out"],
		['yes', false, "'Opted Out Earlier' says that this person opted out"],
		[1, false, "'Opted Out Earlier' says that this person opted out"],
		['unsubscribed', false, "'Opted Out Earlier' says that this person opted out"],
		[false, true, ''],
		['No', true, ''],
		[0, true, ''],
		['', false, "'Opted Out Earlier' gives nothing for this person"],
		[null, false, "'Opted Out Earlier' gives nothing for this person"],
		[undefined, false, "'Opted Out Earlier' gives nothing for this person"],
		['perhaps', false, `'Opted Out Earlier' should be true or false, but is \\"perhaps`],
		[{ a: 1 }, false, "'Opted Out Earlier' should be true or false, but is an object"],
	])('a column of the contacts that holds %j: sent is %s', async (value, isSent, message) => {
		const seen = provider('https://secure.skycore.com', success);
		const items = [{ phone: PHONE, ...(value === undefined ? {} : { out: value }) } as IDataObject];
		const result = await run({ node: new SmsSubscribe(), parameters: option('={{ $json.out }}'), credentials: SKYCORE, items });
		expect(seen).toHaveLength(isSent ? 1 : 0);
		if (!isSent) expect(JSON.stringify(result.outputs[1])).toContain(message);
	});

	test('an option that was added and left empty sends nobody', async () => {
		const result = await run({ node: new SmsSubscribe(), parameters: option(''), credentials: SKYCORE, items: [{ phone: PHONE }] });
		expect(JSON.stringify(result.outputs[1])).toContain('gives nothing for this person');
	});

	test('with Stop Workflow nobody is called while somebody in the list opted out', async () => {
		const result = await runWorkflow({
			node: new SmsSubscribe(),
			parameters: subscribe,
			credentials: SKYCORE,
			items: [{ phone: '+16505550102' }, { phone: PHONE, consentState: 'opted out' }],
		});
		expect(result.error?.message).toContain('This person opted out earlier');
	});

	test('a run by hand says when nobody told who opted out, a run by itself does not', async () => {
		const hintsOf = async (mode: 'manual' | 'trigger', item: IDataObject, parameters: INodeParameters = subscribe): Promise<string> => {
			provider('https://secure.skycore.com', success);
			const result = await run({ node: new SmsSubscribe(), parameters, credentials: SKYCORE, items: [item], mode });
			return result.hints.map(({ message }) => message).join();
		};
		expect(await hintsOf('manual', { phone: PHONE })).toContain('Put SMS Consent Check before this node');
		expect(await hintsOf('trigger', { phone: PHONE })).not.toContain('SMS Consent Check');
		expect(await hintsOf('manual', { phone: PHONE, consentState: 'opted in' })).not.toContain('SMS Consent Check');
		expect(await hintsOf('manual', { phone: PHONE, out: false }, option('={{ $json.out }}'))).not.toContain('SMS Consent Check');
	});
});

describe('quiet hours', () => {
	const NEW_YORK = '+12125550101';
	const options = (hours: INodeParameters): INodeParameters => ({ options: { quietHours: { hours } } });
	const now = (iso: string): void => void jest.spyOn(Date, 'now').mockReturnValue(Date.parse(iso));

	afterEach(() => jest.restoreAllMocks());

	test('are told for the number, in columns of their own', async () => {
		now('2026-07-02T02:00:00Z');
		const result = await check({ contacts: [{ phone: NEW_YORK }, { phone: PHONE }], events: [STOP], parameters: options({}) });
		expect(json(result, 2)).toEqual([
			expect.objectContaining({
				consentState: 'not known',
				recipientTime: '2026-07-01T22:00:00-04:00',
				quietHours: true,
				textAgainFrom: '2026-07-02T12:00:00Z',
			}),
		]);
		expect(json(result, 1)).toEqual([
			expect.objectContaining({ recipientTime: '2026-07-01T19:00:00-07:00', quietHours: false, textAgainFrom: null }),
		]);
	});

	test('begin and end when the node says so, with the option alone too', async () => {
		now('2026-07-01T12:30:00Z');
		const contacts = [{ phone: NEW_YORK }];
		const quiet = async (parameters: INodeParameters) => json(await check({ contacts, events: [STOP], parameters }), 2)[0]?.['quietHours'];
		expect(await quiet({ options: { quietHours: {} } })).toBe(false);
		expect(await quiet(options({ textsFrom: '9 am' }))).toBe(true);
		expect(await quiet(options({ textsUntil: '8:30' }))).toBe(true);
		expect(await quiet({})).toBeUndefined();
	});

	test('go by the zone of the contact where the list has one that is known', async () => {
		now('2026-07-02T02:00:00Z');
		const contacts = [
			{ phone: NEW_YORK, zone: 'America/Los_Angeles' },
			{ phone: NEW_YORK, zone: '' },
			{ phone: NEW_YORK, zone: 'Pacific' },
		];
		const result = await check({ contacts, events: [STOP], parameters: options({ contactTimeZone: '={{ $json.zone }}' }) });
		expect(json(result, 2).map(({ quietHours }) => quietHours)).toEqual([false, true, true]);
		expect(result.hints.map(({ message }) => message)).toContain(
			'1 contact names a time zone that cannot be read, so the phone number decided. Write it as America/Chicago.',
		);
	});

	test.each([
		[{ textsFrom: 'dawn' }, 'is "dawn", which is not a time of day'],
		[{ textsFrom: '21:00', textsUntil: '08:00' }, 'has to be later in the day'],
	])('%j is refused, and nobody leaves as if it were day', async (hours, problem) => {
		const result = await check({ contacts: [{ phone: NEW_YORK }], events: [STOP], parameters: options(hours) });
		expect(json(result, 2)).toEqual([
			expect.objectContaining({ consentState: 'not checked', consentReason: expect.stringContaining(problem) }),
		]);
	});
});

describe('a look-up in a database', () => {
	const prepare = (contacts: IDataObject[], parameters: INodeParameters = {}) =>
		check({ contacts, parameters: { operation: 'prepare', ...parameters } });

	test('is prepared with the address of each contact, however it is written', async () => {
		const contacts = [
			{ phone: '(650) 555-0101', name: 'Tara' },
			{ phone: '1.6505550105E+10' },
			{ phone: '+54 9 11 2345 6789' },
			{ phone: '+52 1 55 1234 5678' },
			{ phone: 'ask at reception' },
		];
		const result = await prepare(contacts);
		expect(result.outputs.map((list) => list.length)).toEqual([5]);
		expect(json(result, 0).map(({ consentKey }) => consentKey)).toEqual([PHONE, '+16505550105', '+541123456789', '+525512345678', null]);
		expect(json(result, 0)[0]).toEqual({ phone: '(650) 555-0101', name: 'Tara', consentKey: PHONE });
	});

	test('is prepared by email', async () => {
		const result = await prepare([{ mail: ' Ada@Example.com' }], { checkBy: 'email', email: '={{ $json.mail }}' });
		expect(json(result, 0)).toEqual([{ mail: ' Ada@Example.com', consentKey: 'ada@example.com' }]);
	});

	test('for somebody else is noticed: the opt-outs of this contact are not here', async () => {
		const contacts = [
			{ phone: '(650) 555-0101', consentKey: PHONE },
			{ phone: '(650) 555-0102', consentKey: '+496505550102' },
			{ phone: '(650) 555-0103', consentKey: null },
		];
		const result = await check({ contacts, events: [STOP] });
		expect(json(result, 1)).toHaveLength(1);
		expect(json(result, 2).map(({ consentState, consentReason }) => [consentState, consentReason])).toEqual([
			['not checked', expect.stringContaining('prepared for "+496505550102", but the contact to check is "+16505550102"')],
			['not checked', expect.stringContaining('prepared for nobody, but the contact to check is "+16505550103"')],
		]);
	});
});
