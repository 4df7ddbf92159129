/** Every kind of event and of result goes into a Data Table, into PostgreSQL and through CSV as it is, and comes back the same. */
import type { ColumnType } from '../consent/columns';
import { EVENT_COLUMNS, SIMPLIFIED_COLUMNS, type ConsentEvent } from '../consent/event';
import { RESULT_COLUMNS, type ConsentResult } from '../consent/result';
import { Ledger, type ListedPerson } from '../consent/ledger';
import { DEFAULTS, startSandbox, type Sandbox } from '../sandbox/server.mts';
import { nodeOutputs, type Execution, type N8nClient } from '../n8n/client.mts';
import { nameOf, POSTBACK_SECRET, store, storeCredentials, WRONG } from './support/credentials.mts';
import { succeeded } from './support/example.mts';
import { call, type Call } from './support/http.mts';
import { attentiveBody, attentiveHeaders, skycoreBody, skycoreElement, vonageParameters } from './support/postback.mts';
import { sharedN8n } from './support/running.mts';
import {
	ALL_COLUMNS,
	dataTableInsert,
	rowsBackFrom,
	startStores,
	STORES,
	type Row,
	type StoreName,
	type Stores,
} from './support/stores.mts';
import { eventsOf, liveTrigger, type LiveTrigger } from './support/trigger.mts';
import {
	ACTION_NODE,
	actionWorkflow,
	inLoop,
	packageNode,
	ROWS_NODE,
	START_NODE,
	TRIGGER_NODE,
	withRows,
	type NodeSettings,
} from './support/workflow.mts';

const PERSON = '16502424956';
const PHONE = `+${PERSON}`;
const EMAIL = 'nathan@example.com';
const SECRET = `?token=${POSTBACK_SECRET}`;
const SIGNING_KEY = DEFAULTS.attentive.signingKey;
const XML = { 'content-type': 'text/xml' };
const JSON_TYPE = { 'content-type': 'application/json' };
const SENTENCE = /[a-z]+ [a-z]+ [a-z]+/i;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** What a spreadsheet or a database may trip over. */
const ODD_TEXT =
	'=1+1; "quoted", \'single\',\nsecond line\twith a tab \\n; na\u00efve \u{1F469}\u{1F3FD}\u200D\u{1F680} $1 \u05D0 <b> & {{ $json.x }} NULL true 0012';

let n8n: N8nClient;
let sandbox: Sandbox;
let stores: Stores;
let secretCredential: Record<string, string>;
let signingKeyCredential: Record<string, string>;

beforeAll(async () => {
	n8n = sharedN8n();
	sandbox = await startSandbox();
	await storeCredentials(n8n, sandbox);
	secretCredential = await store(n8n, {
		name: 'Postback secret',
		type: 'smsConsentPostbackSecretApi',
		data: { placement: 'query', queryName: 'token', secret: POSTBACK_SECRET },
	});
	signingKeyCredential = await store(n8n, {
		name: 'Signing key',
		type: 'smsConsentAttentiveSigningKeyApi',
		data: { signingKey: SIGNING_KEY },
	});
	stores = await startStores(n8n);
});

afterAll(async () => {
	await stores?.close();
	await sandbox?.close();
});

beforeEach(async () => {
	sandbox.reset({ settings: true });
	await stores.clear();
});

function isOfType(value: unknown, type: ColumnType): boolean {
	if (value === null) return true;
	if (type === 'number' || type === 'boolean') return typeof value === type;
	if (typeof value !== 'string' || value.trim() === '') return false;
	return type === 'text' || (ISO_TIME.test(value) && !Number.isNaN(Date.parse(value)));
}

/** The row is complete, its columns in their order, and holds nothing that a table could not. */
function expectFlat(row: Row, names: readonly string[]): void {
	expect(Object.keys(row)).toEqual(names);
	const wrong = Object.entries(row).filter(([name, value]) => !isOfType(value, ALL_COLUMNS[name]!));
	expect(wrong).toEqual([]);
}

/** CSV knows nothing but text. */
function fromCsv(text: unknown, type: ColumnType): unknown {
	if (text === undefined || text === '') return null;
	if (type === 'number') return Number(text);
	return type === 'boolean' ? String(text).toLowerCase() === 'true' : text;
}

function comparable(row: Row, from?: StoreName): Row {
	const cells = Object.entries(ALL_COLUMNS).map(([name, type]) => {
		const value = from === 'CSV' ? fromCsv(row[name], type) : (row[name] ?? null);
		return [name, type === 'time' && value !== null ? new Date(String(value)).toISOString() : value];
	});
	return Object.fromEntries(cells) as Row;
}

function inOrder(rows: readonly Row[]): Row[] {
	return [...rows].sort((one, other) => String(one['eventId']).localeCompare(String(other['eventId'])));
}

/** What every store gives back is what was put in, and means the same. */
function expectKept(rows: readonly Row[], execution: Execution): void {
	const wanted = inOrder(rows.map((row) => comparable(row)));
	const state = statesOf(rows);
	for (const storeName of STORES) {
		const back = rowsBackFrom(execution, storeName);
		expect({ storeName, rows: inOrder(back.map((row) => comparable(row, storeName))) }).toEqual({ storeName, rows: wanted });
		expect({ storeName, state: sorted(statesOf(back)) }).toEqual({ storeName, state: sorted(state) });
	}
}

/** What the rows mean. */
function statesOf(rows: readonly Row[]): ListedPerson[] {
	const ledger = new Ledger(Date.now());
	for (const row of rows) ledger.add(row);
	return [...ledger.everybody({ scope: 'campaign' })];
}

function sorted(list: readonly unknown[]): string[] {
	return list.map((entry) => JSON.stringify(entry)).sort();
}

test('a column has the same type in events and in results, so that one table can hold both', () => {
	const shared = Object.keys(EVENT_COLUMNS).filter((name) => name in RESULT_COLUMNS);
	expect(shared).toEqual(expect.arrayContaining(['phone', 'occurredAt', 'eventId']));
	for (const name of shared) {
		expect([name, RESULT_COLUMNS[name as keyof ConsentResult].type]).toEqual([name, EVENT_COLUMNS[name as keyof ConsentEvent].type]);
	}
});

describe('events', () => {
	type Sender = 'skycore' | 'attentive' | 'vonage';

	interface EventKind {
		title: string;
		from: Sender;
		postback: () => Call & { query?: string };
		/** Of each event, in order. */
		events: Array<Partial<ConsentEvent>>;
	}

	const skycoreXml =
		(body: string): (() => Call) =>
		() => ({ headers: XML, body });
	const fieldsXml = (fields: Record<string, string>): (() => Call) =>
		skycoreXml(
			`<POSTBACK>${Object.entries(fields)
				.map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
				.join('')}</POSTBACK>`,
		);
	const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
	const attentiveJson =
		(body: string): (() => Call) =>
		() => ({ headers: attentiveHeaders(body, SIGNING_KEY), body });
	const vonageJson =
		(parameters: Record<string, string>): (() => Call) =>
		() => ({ headers: JSON_TYPE, body: JSON.stringify(parameters) });
	const inbound = (text: string) => ({
		ORIGIN: 'SMS_MO',
		CODE: 'N211',
		FROM: PERSON,
		TO: '123456',
		TEXT: text,
		RECEIVED: '2024-07-02T14:32:23-04:00',
		TRANSACTIONID: '325001',
	});
	const without = <Value extends object>(value: Value, ...names: string[]): Value =>
		Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as Value;
	const attentiveWithout = (type: string, ...names: string[]): string =>
		JSON.stringify(without(JSON.parse(attentiveBody(type, PHONE)) as object, ...names));

	const EVENTS: EventKind[] = [
		{
			title: 'Skycore N301',
			from: 'skycore',
			postback: skycoreXml(skycoreBody({ code: 'N301', mobile: PERSON })),
			events: [
				{
					provider: 'skycore',
					action: 'opt-in',
					phone: PHONE,
					campaign: '1478',
					occurredAt: '2024-07-02T18:32:23Z',
					source: 'MO',
					warnings: null,
					code: 'N301',
					shortCode: '123456',
				},
			],
		},
		{
			title: 'Skycore N302',
			from: 'skycore',
			postback: skycoreXml(skycoreBody({ mobile: PERSON })),
			events: [{ action: 'opt-out', phone: PHONE, needsReview: false, reviewedAs: null, channel: 'sms' }],
		},
		{
			title: 'Skycore N302 without a time',
			from: 'skycore',
			postback: fieldsXml({ ORIGIN: 'SUB', CODE: 'N302', MOBILE: PERSON, CAMPAIGNREF: '0012' }),
			events: [
				{ action: 'opt-out', phone: PHONE, campaign: '0012', occurredAt: null, occurredAtRaw: null, warnings: 'Skycore sent no time.' },
			],
		},
		{
			title: 'Skycore N302 with a number that cannot be read',
			from: 'skycore',
			postback: skycoreXml(skycoreBody({ mobile: '5550-12 ext. 7' })),
			events: [
				{ action: 'opt-out', phone: null, phoneRaw: '5550-12 ext. 7', warnings: expect.stringMatching(SENTENCE) as unknown as string },
			],
		},
		{
			title: 'Skycore N303, an email address',
			from: 'skycore',
			postback: fieldsXml({ ORIGIN: 'EMAIL_SUB', CODE: 'N303', EMAIL: EMAIL, CAMPAIGNID: '77' }),
			events: [{ action: 'opt-in', channel: 'email', email: EMAIL, phone: null, phoneRaw: null, campaign: '77' }],
		},
		{
			title: 'Skycore N304, an email address',
			from: 'skycore',
			postback: fieldsXml({ ORIGIN: 'EMAIL_SUB', CODE: 'N304', EMAIL: EMAIL, CAMPAIGNID: '77' }),
			events: [{ action: 'opt-out', channel: 'email', email: EMAIL, phone: null }],
		},
		{
			title: 'Skycore N211, a text that may mean "stop"',
			from: 'skycore',
			postback: fieldsXml(inbound('please stop texting me')),
			events: [{ action: 'message', needsReview: true, text: 'please stop texting me', phone: PHONE, messageId: '325001', code: 'N211' }],
		},
		{
			title: 'Skycore N401, a picture message with two files',
			from: 'skycore',
			postback: skycoreXml(
				'<POSTBACK><ORIGIN>MMS_MO</ORIGIN><CODE>N401</CODE><NOTIFICATION><FROM>16501112222</FROM><TO>60856</TO><SUBJECT>My picture</SUBJECT><TIMESTAMP>2013-11-05T05:41:08-05:00</TIMESTAMP><CONTENT><FILE>https://example.com/1.jpg</FILE><FILE>https://example.com/2.jpg</FILE></CONTENT></NOTIFICATION></POSTBACK>',
			),
			events: [
				{
					action: 'message',
					channel: 'mms',
					phone: '+16501112222',
					code: 'N401',
					text: 'My picture',
					raw: expect.stringContaining('"https://example.com/2.jpg"') as unknown as string,
				},
			],
		},
		{
			title: 'Skycore with an unknown code',
			from: 'skycore',
			postback: skycoreXml(skycoreBody({ code: 'N999', mobile: PERSON })),
			events: [{ action: 'unknown', code: 'N999', phone: PHONE, warnings: expect.stringContaining('N999') as unknown as string }],
		},
		{
			title: 'Skycore, two in one body',
			from: 'skycore',
			postback: skycoreXml(
				`<POSTBACKS>${skycoreElement({ mobile: PERSON })}${skycoreElement({ mobile: '16502424957', code: 'N301', campaign: 'spring-sale' })}</POSTBACKS>`,
			),
			events: [
				{ action: 'opt-out', phone: PHONE },
				{ action: 'opt-in', phone: '+16502424957', campaign: 'spring-sale' },
			],
		},
		{
			title: 'Skycore, JSON of its API v2',
			from: 'skycore',
			postback: () => ({
				headers: JSON_TYPE,
				body: JSON.stringify({
					code: 'N211',
					origin: 'SMS_MO',
					from: PERSON,
					to: '123456',
					'message-text': 'STOP',
					timestamp: '2021-02-01T23:35:54+00:00',
					'tracking-id': 'MMS_123',
					more: { a: [1, null] },
				}),
			}),
			events: [{ action: 'opt-out', phone: PHONE, text: 'STOP', keyword: 'STOP', occurredAt: '2021-02-01T23:35:54Z' }],
		},
		{
			title: 'Skycore, somebody imported who had opted out',
			from: 'skycore',
			postback: skycoreXml(skycoreBody({ mobile: PERSON, source: 'IMPORTED AS UNSUBSCRIBED' })),
			events: [{ action: 'opt-out', source: 'IMPORTED AS UNSUBSCRIBED', warnings: expect.stringMatching(SENTENCE) as unknown as string }],
		},
		{
			title: 'Skycore, odd characters in every field',
			from: 'skycore',
			postback: fieldsXml({
				...inbound(ODD_TEXT),
				SHORTCODE: '; DROP',
				SOURCE: ODD_TEXT,
				BRANDNAME: ODD_TEXT,
				CAMPAIGNTITLE: '"',
				CAMPAIGNREF: ',',
				COLOUR: ODD_TEXT,
			}),
			events: [{ action: 'message', text: ODD_TEXT, source: ODD_TEXT, brand: ODD_TEXT, campaignTitle: '"', campaign: ',' }],
		},
		{
			title: 'Skycore, an element twice and one that is empty',
			from: 'skycore',
			postback: skycoreXml(
				`<POSTBACK id="7"><CODE>N302</CODE><MOBILE>${PERSON}</MOBILE><BRANDNAME>One</BRANDNAME><BRANDNAME>Two</BRANDNAME><CAMPAIGNREF> </CAMPAIGNREF><TIMESTAMP>soon</TIMESTAMP></POSTBACK>`,
			),
			events: [{ action: 'opt-out', phone: PHONE, campaign: null, occurredAt: null, occurredAtRaw: 'soon', messageId: '7' }],
		},
		{
			title: 'Skycore, a very long text',
			from: 'skycore',
			postback: fieldsXml(inbound('What a long story. '.repeat(2_000))),
			events: [{ action: 'message', text: 'What a long story. '.repeat(2_000).trim() }],
		},
		{
			title: 'Attentive sms.subscribed with every id',
			from: 'attentive',
			postback: attentiveJson(
				attentiveBody('sms.subscribed', PHONE, {
					subscriber: {
						phone: PHONE,
						external_id: 16_467_358,
						external_identifiers: {
							client_user_id: ['C-1', 'C-2'],
							shopify_id: ['9007199254740993'],
							klaviyo_id: ['K-1'],
							custom_identifiers: { loyalty: ['0012', '"x", y'], crm: ['7'] },
						},
					},
					creative: { name: 'Text to join', type: 'TEXT_TO_JOIN', subtype: 'CODE' },
				}),
			),
			events: [
				{
					provider: 'attentive',
					action: 'opt-in',
					phone: PHONE,
					campaign: 'MARKETING TEXT',
					subscriberId: '16467358',
					clientUserId: 'C-1, C-2',
					shopifyId: '9007199254740993',
					klaviyoId: 'K-1',
					customIdentifiers: '{"crm":["7"],"loyalty":["0012","\\"x\\", y"]}',
					companyId: 'MDc6Q29tcGFueTU',
					brand: 'Hudson & Ivy',
				},
			],
		},
		{
			title: 'Attentive sms.unsubscribed',
			from: 'attentive',
			postback: attentiveJson(attentiveBody('sms.unsubscribed', PHONE)),
			events: [
				{
					action: 'opt-out',
					code: 'sms.unsubscribed',
					phone: PHONE,
					campaign: 'MARKETING TEXT',
					clientUserId: null,
					customIdentifiers: null,
				},
			],
		},
		{
			title: 'Attentive sms.unsubscribed without a time and a subscription',
			from: 'attentive',
			postback: attentiveJson(attentiveWithout('sms.unsubscribed', 'timestamp', 'subscription')),
			events: [{ action: 'opt-out', phone: PHONE, occurredAt: null, campaign: null, warnings: 'Attentive gave no readable time.' }],
		},
		{
			title: 'Attentive email.subscribed without a phone number',
			from: 'attentive',
			postback: attentiveJson(attentiveBody('email.subscribed', PHONE, { subscriber: { email: EMAIL, external_id: 7 } })),
			events: [
				{ action: 'opt-in', channel: 'email', email: EMAIL, phone: null, phoneRaw: null, campaign: 'MARKETING EMAIL', subscriberId: '7' },
			],
		},
		{
			title: 'Attentive, an inbound message',
			from: 'attentive',
			postback: attentiveJson(
				attentiveBody('sms.inbound_message', PHONE, {
					message: { id: 'm-1', type: 'TYPE_CONVERSATION', text: 'Leave me alone', to_phone: '12345' },
				}),
			),
			events: [{ action: 'message', text: 'Leave me alone', messageId: 'm-1', shortCode: '12345' }],
		},
		{
			title: 'Attentive, an inbound message with odd characters',
			from: 'attentive',
			postback: attentiveJson(
				attentiveBody('sms.inbound_message', PHONE, { message: { id: 'm-2', text: `${ODD_TEXT}\r\nStop.`, to_phone: '12345' } }),
			),
			events: [{ text: `${ODD_TEXT}\r\nStop.`, messageId: 'm-2' }],
		},
		{
			title: 'Attentive, an unknown type',
			from: 'attentive',
			postback: attentiveJson(attentiveBody('sms.flew_away', PHONE)),
			events: [{ action: 'unknown', code: 'sms.flew_away', phone: PHONE }],
		},
		{
			title: 'Vonage STOP',
			from: 'vonage',
			postback: vonageJson(vonageParameters(PERSON, 'STOP')),
			events: [
				{
					provider: 'vonage',
					action: 'opt-out',
					phone: PHONE,
					campaign: null,
					keyword: 'STOP',
					needsReview: false,
					occurredAt: '2024-07-02T18:32:23Z',
				},
			],
		},
		{
			title: 'Vonage STOP and more words',
			from: 'vonage',
			postback: vonageJson(vonageParameters(PERSON, 'stop, I moved to Oslo')),
			events: [{ action: 'opt-out', phone: PHONE, text: 'stop, I moved to Oslo', needsReview: true }],
		},
		{
			title: 'Vonage START',
			from: 'vonage',
			postback: vonageJson(vonageParameters(PERSON, 'START')),
			events: [{ action: 'message', text: 'START', needsReview: false }],
		},
		{
			title: 'Vonage STOP by GET, without a time',
			from: 'vonage',
			postback: () => ({
				method: 'GET',
				query: `&${new URLSearchParams(without(vonageParameters(PERSON, 'STOP'), 'message-timestamp')).toString()}`,
			}),
			events: [{ action: 'opt-out', phone: PHONE, occurredAt: null }],
		},
		{
			title: 'Vonage, odd characters',
			from: 'vonage',
			postback: vonageJson({ ...vonageParameters(PERSON, ODD_TEXT), udh: '', type: 'unicode' }),
			events: [{ text: ODD_TEXT, code: 'unicode' }],
		},
		{
			title: 'Vonage, half an emoji',
			from: 'vonage',
			postback: vonageJson(vonageParameters(PERSON, 'Bye \uD83D')),
			events: [{ phone: PHONE, text: expect.stringMatching(/^Bye/) as unknown as string }],
		},
		{
			title: 'Vonage, a character that PostgreSQL refuses',
			from: 'vonage',
			postback: vonageJson(vonageParameters(PERSON, 'Bye \u0000 now')),
			events: [{ phone: PHONE, text: expect.stringMatching(/^Bye/) as unknown as string }],
		},
		{
			title: 'Vonage, a delivery receipt',
			from: 'vonage',
			postback: vonageJson({
				msisdn: PERSON,
				to: 'Acme',
				'network-code': '310260',
				messageId: '0A0000000123ABCD1',
				price: '0.03330000',
				status: 'delivered',
				scts: '2407021832',
				'err-code': '0',
				'api-key': 'abcd1234',
				'message-timestamp': '2024-07-02 18:32:23',
			}),
			events: [{ action: 'unknown', code: 'delivery-receipt', messageId: '0A0000000123ABCD1' }],
		},
	];

	describe.each([
		['simplified', true],
		['with all columns', false],
	])('%s', (name, simplify) => {
		const columns: readonly string[] = simplify ? SIMPLIFIED_COLUMNS : Object.keys(EVENT_COLUMNS);
		let triggers: Record<Sender, LiveTrigger>;

		beforeAll(async () => {
			const listen = async (provider: Sender, credentials: Record<string, string>, more: Row = {}): Promise<LiveTrigger> =>
				await liveTrigger(n8n, `Into tables from ${provider}, ${name}`, {
					// As a person leaves it, where that is what is meant.
					parameters: {
						provider,
						triggerOn: ['opt-in', 'opt-out', 'message'],
						unknownEvents: 'emit',
						...(simplify ? {} : { simplify }),
						...more,
					},
					credentials,
					extend: (workflow) => stores.behind(workflow, 'After'),
				});
			triggers = {
				skycore: await listen('skycore', secretCredential),
				attentive: await listen('attentive', signingKeyCredential),
				vonage: await listen('vonage', secretCredential, { authenticity: 'secret' }),
			};
		});

		afterAll(async () => {
			for (const trigger of Object.values(triggers)) await trigger.deactivate();
		});

		test.each(EVENTS.map((kind) => [kind.title, kind] as const))('%s', async (_title, { from, postback, events }) => {
			const { query = '', ...request } = postback();
			const { url, runsDuring } = triggers[from];
			const runs = await runsDuring(async () => {
				const { status, body } = await call(`${url}${from === 'attentive' ? '' : SECRET}${query}`, request);
				expect({ status, body }).toEqual({ status: 200, body: 'OK' });
			});
			expect(runs).toHaveLength(1);
			const execution = succeeded(runs[0]!);
			const rows = eventsOf(execution) as unknown as Row[];
			const wanted = events.map((event) => Object.fromEntries(Object.entries(event).filter(([name]) => columns.includes(name))));
			expect(rows).toMatchObject(wanted);
			for (const row of rows) expectFlat(row, columns);
			expect(JSON.stringify(rows)).not.toContain(POSTBACK_SECRET);
			expectKept(rows, execution);
		});
	});
});

describe('results', () => {
	const OF_ITEM = { phone: '={{ $json.phone }}', defaultCountry: 'US' };
	const BY_SOURCE = { signUpUnit: 'sourceId', signUpSourceId: '245678' };
	const SKYCORE = { provider: 'skycore', campaignReference: 'spring-sale', ...OF_ITEM };
	const ATTENTIVE = { provider: 'attentive', ...OF_ITEM };
	const EVIDENCE = {
		additionalFields: {
			consentEvidence: {
				evidence: {
					evidenceSource: 'Web form',
					evidenceTime: '2026-01-02T03:04:05+01:00',
					evidenceText: '={{ $json.agreedTo }}',
					evidencePage: 'https://example.com/texts?a=1&b=2',
				},
			},
		},
	};
	const KEPT_EVIDENCE = {
		evidenceSource: 'Web form',
		evidenceTime: '2026-01-02T02:04:05Z',
		evidenceText: ODD_TEXT,
		evidencePage: 'https://example.com/texts?a=1&b=2',
	};

	const skycore = (type: string, parameters: Row = {}, quality: 'good' | 'bad' = 'good'): NodeSettings => ({
		type,
		parameters: { ...SKYCORE, ...parameters },
		credentials: { smsConsentSkycoreApi: nameOf({ type: 'smsConsentSkycoreApi', variant: '' }, quality) },
	});
	const attentive = (type: string, parameters: Row = {}): NodeSettings => ({
		type,
		parameters: { ...ATTENTIVE, ...parameters },
		credentials: { smsConsentAttentiveApi: 'smsConsentAttentiveApi good' },
	});
	const vonage = (type: string, parameters: Row = {}): NodeSettings => ({
		type,
		parameters: { provider: 'vonage', ...parameters },
		credentials: { smsConsentVonageApi: 'smsConsentVonageApi body good' },
	});
	const voyage = (campaignId: string): NodeSettings => ({
		type: 'smsSubscribe',
		parameters: { provider: 'voyage', voyageAuthentication: 'apiKey', campaignId, ...OF_ITEM },
		credentials: { smsConsentVoyageApi: 'smsConsentVoyageApi no key good' },
	});
	const seed = (provider: 'skycore' | 'attentive' | 'vonage', state: 'subscribed' | 'optedOut') => () =>
		void sandbox.seed({ provider, numbers: [PERSON], state, clear: true });

	interface ResultKind {
		title: string;
		node: NodeSettings;
		items?: Row[];
		given?: () => void;
		/** Of each row, results before failed items. */
		rows: Array<Partial<ConsentResult>>;
	}

	const ONE = [{ phone: '(650) 242-4956', name: 'Ada', email: EMAIL, agreedTo: ODD_TEXT }];
	const TEXT = 'MARKETING TEXT';

	const RESULTS: ResultKind[] = [
		{
			title: 'subscribed',
			node: skycore('smsSubscribe', EVIDENCE),
			rows: [
				{
					phone: PHONE,
					outcome: 'subscribed',
					campaign: 'spring-sale',
					provider: 'skycore',
					action: 'subscribe',
					sent: 'sent',
					...KEPT_EVIDENCE,
				},
			],
		},
		{ title: 'subscribed at Voyage', node: voyage('1234'), rows: [{ outcome: 'subscribed', provider: 'voyage', campaign: '1234' }] },
		{
			title: 'pending_confirmation',
			node: attentive('smsSubscribe', BY_SOURCE),
			rows: [{ outcome: 'pending_confirmation', campaign: TEXT, signUpSource: '245678', singleOptIn: false }],
		},
		{ title: 'pending_confirmation at Voyage', node: voyage('5678'), rows: [{ outcome: 'pending_confirmation', campaign: '5678' }] },
		{
			title: 'subscribed without the question, and by email',
			node: attentive('smsSubscribe', {
				signUpUnit: 'localeAndType',
				localeLanguage: 'en',
				localeCountry: 'US',
				subscriptionType: 'MARKETING',
				additionalFields: { singleOptIn: true },
				email: '={{ $json.email }}',
			}),
			rows: [{ outcome: 'subscribed', email: EMAIL, campaign: TEXT, signUpSource: 'MARKETING en-US', singleOptIn: true }],
		},
		{
			title: 'already_subscribed, looked up',
			node: attentive('smsSubscribe', BY_SOURCE),
			given: seed('attentive', 'subscribed'),
			rows: [{ outcome: 'already_subscribed', sent: 'not sent', campaign: TEXT }],
		},
		{
			title: 'already_subscribed, answered',
			node: attentive('smsSubscribe', { ...BY_SOURCE, additionalFields: { skipSubscribed: false } }),
			given: seed('attentive', 'subscribed'),
			rows: [{ outcome: 'already_subscribed', sent: 'sent', providerState: 'PREVIOUSLY_CREATED' }],
		},
		{
			title: 'unsubscribed',
			node: skycore('smsUnsubscribe', { additionalFields: { notify: 'no' } }),
			given: seed('skycore', 'subscribed'),
			rows: [{ outcome: 'unsubscribed', action: 'unsubscribe', campaign: 'spring-sale' }],
		},
		{
			title: 'unsubscribed from everything',
			node: attentive('smsUnsubscribe'),
			given: seed('attentive', 'subscribed'),
			rows: [{ outcome: 'unsubscribed', campaign: null }],
		},
		{
			title: 'already_unsubscribed',
			node: attentive('smsUnsubscribe'),
			given: seed('attentive', 'optedOut'),
			rows: [{ outcome: 'already_unsubscribed' }],
		},
		{
			title: 'not_subscribed, unsubscribed from nothing',
			node: attentive('smsUnsubscribe'),
			rows: [{ outcome: 'not_subscribed', action: 'unsubscribe' }],
		},
		{
			title: 'resubscribed with evidence',
			node: vonage('smsResubscribe', { ...OF_ITEM, freshConsent: true, ...EVIDENCE }),
			given: seed('vonage', 'optedOut'),
			rows: [{ outcome: 'resubscribed', action: 'resubscribe', campaign: null, ...KEPT_EVIDENCE }],
		},
		{
			title: 'opted_out on a list',
			node: vonage('smsQueryOptOuts', { returnAll: true, state: 'any' }),
			given: seed('vonage', 'optedOut'),
			rows: [{ outcome: 'opted_out', action: 'query', sent: null, optedOutAt: '2024-01-01T00:00:00Z', optedInAt: null, phoneRaw: PERSON }],
		},
		{
			title: 'subscribed again on that list',
			node: vonage('smsQueryOptOuts', { returnAll: true, state: 'any' }),
			given: seed('vonage', 'subscribed'),
			rows: [{ outcome: 'subscribed', optedInAt: '2024-01-02T00:00:00Z', occurredAtSource: 'provider' }],
		},
		{
			title: 'the whole list, with a number that cannot be read',
			node: vonage('smsQueryOptOuts', { returnAll: true, state: 'any' }),
			given: () =>
				void sandbox.seed({ provider: 'vonage', numbers: ['15558937009', '999', '442071838750'], state: 'optedOut', clear: true }),
			rows: [
				{ phone: '+15558937009' },
				{ phone: null, phoneRaw: '999', outcome: 'opted_out', note: expect.stringMatching(SENTENCE) as unknown as string },
				{ phone: '+442071838750' },
			],
		},
		{
			title: 'not_eligible',
			node: attentive('smsQueryOptOuts', { lookUpBy: 'phone' }),
			given: seed('attentive', 'optedOut'),
			rows: [{ outcome: 'not_eligible', campaign: TEXT, action: 'query', sent: null }],
		},
		{
			title: 'a row for each subscription',
			node: attentive('smsQueryOptOuts', { lookUpBy: 'phone' }),
			given: () => {
				for (const [campaign, state] of [
					['245678', 'subscribed'],
					['245679', 'optedOut'],
				] as const)
					sandbox.seed({ provider: 'attentive', numbers: [PERSON], campaign, state });
			},
			rows: [
				{ outcome: 'subscribed', campaign: TEXT },
				{ outcome: 'not_eligible', campaign: 'TRANSACTIONAL TEXT' },
			],
		},
		{
			title: 'not_subscribed, looked up by email',
			node: attentive('smsQueryOptOuts', { lookUpBy: 'email', email: '={{ $json.email }}', phone: '' }),
			rows: [{ outcome: 'not_subscribed', email: EMAIL, phone: null, channel: 'email' }],
		},
		{
			title: 'a duplicate',
			node: skycore('smsSubscribe'),
			items: [...ONE, { phone: '16502424956' }],
			rows: [{ duplicateOfItem: null }, { duplicateOfItem: 0, outcome: 'subscribed', phone: PHONE }],
		},
		{
			title: 'with the raw answer',
			node: skycore('smsSubscribe', { options: { includeRawAnswer: true } }),
			rows: [{ outcome: 'subscribed', raw: expect.stringContaining('"') as unknown as string }],
		},
		{
			title: 'with the raw answer of a list',
			node: vonage('smsQueryOptOuts', { returnAll: true, options: { includeRawAnswer: true } }),
			given: seed('vonage', 'optedOut'),
			rows: [{ outcome: 'opted_out', raw: expect.stringContaining(PERSON) as unknown as string }],
		},
		{
			title: 'with Include Input Fields off',
			node: skycore('smsSubscribe', { options: { includeInputFields: false } }),
			rows: [{ outcome: 'subscribed' }],
		},
		{
			title: 'failed: a number that cannot be read',
			node: skycore('smsSubscribe', EVIDENCE),
			items: [{ phone: 'call me, "soon"', agreedTo: ODD_TEXT }],
			rows: [
				{
					phone: null,
					phoneRaw: 'call me, "soon"',
					outcome: null,
					kind: 'number',
					sent: 'not sent',
					note: expect.stringMatching(SENTENCE) as unknown as string,
				},
			],
		},
		{
			title: 'failed: no number at all',
			node: skycore('smsSubscribe'),
			items: [{ name: 'Ada' }],
			rows: [{ phone: null, outcome: null, kind: 'number' }],
		},
		{
			title: 'failed: refused by the provider',
			node: skycore('smsSubscribe', { campaignReference: 'no-such-campaign' }),
			rows: [{ phone: PHONE, outcome: null, kind: 'input', code: 'E721', sent: 'not sent', campaign: 'no-such-campaign' }],
		},
		{
			title: 'failed: refused key',
			node: skycore('smsUnsubscribe', { additionalFields: { notify: 'no' } }, 'bad'),
			rows: [{ phone: PHONE, outcome: null, kind: 'credentials', sent: 'not sent' }],
		},
		{
			title: 'failed: nobody knows whether it was done',
			node: attentive('smsSubscribe', { ...BY_SOURCE, additionalFields: { skipSubscribed: false } }),
			given: () => sandbox.configure({ attentive: { faults: [{ kind: 'resetAfter' }] } }),
			rows: [{ phone: PHONE, outcome: null, sent: 'unknown' }],
		},
		{
			title: 'failed: opted out',
			node: skycore('smsSubscribe', EVIDENCE),
			given: seed('skycore', 'optedOut'),
			rows: [{ phone: PHONE, outcome: 'not_eligible', kind: 'not-eligible', code: 'E904', sent: 'not sent', ...KEPT_EVIDENCE }],
		},
		{
			title: 'failed: not eligible',
			node: attentive('smsSubscribe', BY_SOURCE),
			given: seed('attentive', 'optedOut'),
			rows: [{ phone: PHONE, outcome: 'not_eligible', kind: 'not-eligible', sent: 'not sent', campaign: TEXT, signUpSource: '245678' }],
		},
		{
			title: 'failed: a look-up',
			node: vonage('smsQueryOptOuts', { returnAll: true }),
			given: () => sandbox.configure({ vonage: { faults: [{ kind: 'http', status: 400 }] } }),
			rows: [{ phone: null, outcome: null, action: 'query', sent: null }],
		},
		{
			title: 'a mixed list',
			node: skycore('smsSubscribe'),
			items: [...ONE, { phone: 'call me' }, { phone: '16502424957' }, { phone: '6505550114' }, { phone: '650-555-0114' }],
			rows: [
				{ phone: PHONE, outcome: 'subscribed' },
				{ phone: '+16502424957', outcome: 'subscribed' },
				{ phone: null, phoneRaw: 'call me' },
				{ phone: '+16505550114', code: 'E114' },
				// Who was refused stands for nobody.
				{ phone: '+16505550114', code: 'E114', duplicateOfItem: null },
			],
		},
	];

	async function run(node: NodeSettings, items: Row[]): Promise<Execution> {
		const workflow = stores.behind(
			withRows(actionWorkflow('Results into tables', items, { onError: 'continueErrorOutput', ...node })),
			ROWS_NODE,
		);
		return succeeded(await n8n.waitForExecution(await n8n.runWorkflow(await n8n.importWorkflow(workflow), START_NODE)));
	}

	test.each(RESULTS.map((kind) => [kind.title, kind] as const))('%s', async (_title, { node, items = ONE, given, rows: wanted }) => {
		given?.();
		const execution = await run(node, items);
		const rows = nodeOutputs(execution, ROWS_NODE)
			.flat()
			.map(({ json }) => json);
		expect(rows).toMatchObject(wanted);
		for (const row of rows) expectFlat(row, Object.keys(RESULT_COLUMNS));
		expect(new Set(rows.map(({ eventId }) => eventId)).size).toBe(rows.length);
		expect(JSON.stringify(execution.resultData)).not.toContain(WRONG);
		expectKept(rows, execution);
		// A failed item means the same as it leaves the node and as a row.
		const untouched = nodeOutputs(execution, ACTION_NODE)
			.flat()
			.map(({ json }) => json);
		expect(sorted(statesOf(untouched))).toEqual(sorted(statesOf(rows)));
	});

	describe('eventId', () => {
		const TWICE = [...ONE, ...ONE];

		async function idsOfLoop(node: NodeSettings): Promise<unknown[]> {
			const id = await n8n.importWorkflow(inLoop(actionWorkflow('Twice in a loop', TWICE, node)));
			const execution = succeeded(await n8n.waitForExecution(await n8n.runWorkflow(id, START_NODE)));
			expect(execution.resultData.runData[ACTION_NODE]).toHaveLength(TWICE.length);
			return nodeOutputs(execution, ACTION_NODE)
				.flat()
				.map(({ json }) => json['eventId']);
		}

		test.each<[string, NodeSettings]>([
			['SMS Subscribe', skycore('smsSubscribe')],
			['SMS Unsubscribe', attentive('smsUnsubscribe')],
			['SMS Resubscribe', vonage('smsResubscribe', { ...OF_ITEM, freshConsent: true })],
		])('of %s differs in each round of a loop and in each execution', async (_, node) => {
			const ids = [...(await idsOfLoop(node)), ...(await idsOfLoop(node))];
			expect(ids).toHaveLength(4);
			expect(new Set(ids).size).toBe(4);
		});

		test.each<[string, NodeSettings, () => void]>([
			['Attentive', attentive('smsQueryOptOuts', { lookUpBy: 'phone' }), seed('attentive', 'optedOut')],
			['Vonage', vonage('smsQueryOptOuts', { returnAll: true }), seed('vonage', 'optedOut')],
		])('of SMS Query Opt-Outs at %s stays while the provider says the same', async (_, node, given) => {
			given();
			const ids = [...(await idsOfLoop(node)), ...(await idsOfLoop(node))];
			expect(ids).toHaveLength(4);
			expect(new Set(ids).size).toBe(1);
		});
	});
});

describe('eventId of a postback that is delivered twice', () => {
	const NAMELESS = `<POSTBACK><CODE>N302</CODE><MOBILE>${PERSON}</MOBILE>`;

	test.each<[string, string, number]>([
		['stays the same', skycoreBody({ mobile: PERSON }), 1],
		['stays the same where there is no time, but an id', `${NAMELESS}<TRANSACTIONID>325001</TRANSACTIONID></POSTBACK>`, 1],
		['differs where there is neither a time nor an id', `${NAMELESS}</POSTBACK>`, 2],
	])('%s', async (_, body, different) => {
		const trigger = await liveTrigger(n8n, 'Delivered twice', { parameters: { provider: 'skycore' }, credentials: secretCredential });
		const events = await trigger.eventsDuring(async () => {
			for (let delivery = 0; delivery < 2; delivery += 1)
				expect((await call(`${trigger.url}${SECRET}`, { headers: XML, body })).status).toBe(200);
		});
		expect(events).toHaveLength(2);
		expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(different);
		await trigger.deactivate();
	});
});

describe('the workflow that everybody makes first: trigger, table, SMS Unsubscribe', () => {
	const UNSUBSCRIBE = 'Unsubscribe at Attentive';

	test.each<[string, string]>([
		['with a time', skycoreBody({ mobile: PERSON })],
		[
			'without a time',
			`<POSTBACK><ORIGIN>SUB</ORIGIN><CODE>N302</CODE><MOBILE>${PERSON}</MOBILE><CAMPAIGNREF>1478</CAMPAIGNREF></POSTBACK>`,
		],
		['with nothing but a number', `<POSTBACK><CODE>N302</CODE><MOBILE>${PERSON}</MOBILE></POSTBACK>`],
	])('a STOP %s ends well, and the person is unsubscribed', async (_, body) => {
		sandbox.seed({ provider: 'attentive', numbers: [PERSON] });
		const trigger = await liveTrigger(n8n, 'Trigger, table, unsubscribe', {
			parameters: { provider: 'skycore' },
			credentials: secretCredential,
			extend: (workflow) => ({
				...workflow,
				nodes: [
					...workflow.nodes.filter(({ name }) => name === TRIGGER_NODE),
					dataTableInsert('Into Data Table', 1, stores.dataTable),
					packageNode(UNSUBSCRIBE, 2, {
						type: 'smsUnsubscribe',
						parameters: { provider: 'attentive', phone: '={{ $json.phone }}' },
						credentials: { smsConsentAttentiveApi: 'smsConsentAttentiveApi good' },
					}),
					dataTableInsert('Result into Data Table', 3, stores.dataTable),
				],
				connections: Object.fromEntries(
					[TRIGGER_NODE, 'Into Data Table', UNSUBSCRIBE, 'Result into Data Table'].map((name, index, chain) => [
						name,
						{ main: [chain[index + 1] === undefined ? [] : [{ node: chain[index + 1], type: 'main', index: 0 }]] },
					]),
				),
			}),
		});
		const runs = await trigger.runsDuring(async () => {
			expect((await call(`${trigger.url}${SECRET}`, { headers: XML, body })).status).toBe(200);
		});
		expect(runs).toHaveLength(1);
		expect(
			nodeOutputs(succeeded(runs[0]!), UNSUBSCRIBE)
				.flat()
				.map(({ json }) => json),
		).toMatchObject([{ outcome: 'unsubscribed', phone: PHONE }]);
		expect(sandbox.person('attentive', PHONE).subscriber?.state).toBe('unsubscribed');
		const rows = await n8n.dataTables.rows(stores.dataTable.id);
		expect(rows).toMatchObject([
			{ provider: 'skycore', action: 'opt-out', phone: PHONE },
			{ provider: 'attentive', action: 'unsubscribe', outcome: 'unsubscribed', phone: PHONE },
		]);
		await trigger.deactivate();
	});
});
