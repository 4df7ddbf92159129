/** Every example, imported and run as a user would, against strict stand-ins of the providers. The agent has a suite of its own. */
import { postbackSettings } from '../demo/accounts.mts';
import { contactsOf, LEDGER, SYNC, UNUSABLE_CONTACTS } from '../demo/examples.mts';
import { reconcile, strayContacts } from '../demo/reconcile.mts';
import { joinByKeyword, ledgerRows, PEOPLE, runSync, untilDelivered, wholeState } from '../demo/story.mts';
import type { DataTableRow, Execution, N8nClient } from '../n8n/client.mts';
import type { ProviderName, Sandbox } from '../sandbox/server.mts';
import {
	createLedgerTable,
	dropTable,
	importExample,
	rowsIn,
	rowsOf,
	runsOnceQuiet,
	startExampleProviders,
	succeeded,
	type ImportedExample,
} from './support/example.mts';
import { sharedN8n } from './support/running.mts';
import { waitUntil } from './support/waiting.mts';

const CRM_TABLE = 'sms_crm_contacts';
const STATES = ['Opted in', 'Opted out', 'Not known'];
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const PERSON = '+16505550171';
const OTHER = '+16505550172';

let n8n: N8nClient;
let sandbox: Sandbox;

beforeAll(async () => {
	n8n = sharedN8n();
	sandbox = await startExampleProviders(n8n);
});

afterAll(async () => {
	await sandbox.close();
});

beforeEach(async () => {
	sandbox.reset({ settings: true });
	for (const table of [LEDGER.table, CRM_TABLE]) await dropTable(n8n, table);
});

function stateAt(provider: ProviderName, number: string): string | undefined {
	return sandbox.person(provider, number).subscriber?.state;
}

function list(name: string, rows: ReadonlyArray<Record<string, unknown>>): { jsonOutput: string } {
	return { jsonOutput: JSON.stringify({ [name]: rows }) };
}

function picked(rows: ReadonlyArray<Record<string, unknown>>, ...columns: string[]): unknown[][] {
	return rows.map((row) => columns.map((column) => row[column]));
}

describe(SYNC.file, () => {
	test('brings its 25 contacts to three providers, and says why two are not there', async () => {
		const example = await importExample(n8n, SYNC.file);
		await joinByKeyword(sandbox);
		const textsBefore = sandbox.person('attentive', PEOPLE.alreadySubscribed).texts;
		const run = await runSync(n8n, example.id);

		expect(run.results).toHaveLength(23);
		expect(run.problems.map(({ contactId }) => contactId)).toEqual(UNUSABLE_CONTACTS);
		for (const { reason, whatToDo } of run.problems) {
			expect(reason).toMatch(/'Phone Number'/);
			expect(whatToDo).toMatch(/[a-z]+ [a-z]+ [a-z]+/i);
		}
		const { rows } = reconcile(wholeState(sandbox), [], () => false);
		expect(strayContacts(contactsOf(example.workflow), run, rows)).toEqual([]);
		expect(Object.values(wholeState(sandbox).providers).map(({ byState }) => byState)).toMatchObject([
			{ subscribed: 10 },
			{ subscribed: 6 },
			{ subscribed: 1, pending: 6 },
			{},
		]);
		expect(sandbox.person('attentive', PEOPLE.alreadySubscribed).texts).toBe(textsBefore);
	});

	test('sends a person who is listed twice once, and names an unknown provider', async () => {
		const person = (contactId: string, phone: string, provider: string) => ({ contactId, name: 'Ada Park', phone, provider });
		const contacts = list('contacts', [
			person('good', '(650) 555-0171', 'skycore'),
			person('again', '+1 650-555-0171', 'skycore'),
			person('bad', 'ask at reception', 'skycore'),
			person('other', '6505550172', 'voyage'),
			person('elsewhere', '6505550173', 'pigeon'),
		]);
		const example = await importExample(n8n, SYNC.file, { Contacts: contacts });
		const { results, problems } = await runSync(n8n, example.id);

		expect(results).toMatchObject([
			{ contactId: 'good', phone: PERSON, outcome: 'subscribed' },
			{ contactId: 'again', phone: PERSON, outcome: 'subscribed' },
			{ contactId: 'other', phone: OTHER, outcome: 'subscribed', provider: 'voyage' },
		]);
		expect(problems).toMatchObject([
			{ contactId: 'elsewhere', reason: expect.stringContaining('pigeon'), whatToDo: expect.stringContaining('branch') },
			{ contactId: 'bad', reason: expect.stringContaining('ask at reception') },
		]);
		expect(sandbox.person('skycore', PERSON).requests).toBe(1);
		expect([stateAt('skycore', PERSON), stateAt('voyage', OTHER)]).toEqual(['subscribed', 'subscribed']);
		expect(sandbox.state().providers.skycore.counters.requests).toBe(1);
	});

	test('what a provider refuses takes the place of the row that was written before the call', async () => {
		sandbox.seed({ provider: 'skycore', numbers: [OTHER.slice(1)], state: 'optedOut' });
		const contacts = list('contacts', [
			{ contactId: 'out', name: 'Ada Park', phone: OTHER, provider: 'skycore' },
			{ contactId: 'in', name: 'Ben Park', phone: PERSON, provider: 'skycore' },
		]);
		const example = await importExample(n8n, SYNC.file, { Contacts: contacts });
		const { results, problems, mustNotBeTexted } = await runSync(n8n, example.id);

		expect(results).toMatchObject([{ contactId: 'in', outcome: 'subscribed' }]);
		expect(mustNotBeTexted).toMatchObject([
			{ contactId: 'out', name: 'Ada Park', phone: OTHER, reason: expect.stringContaining('Skycore') },
		]);
		expect(problems).toEqual([]);
		const rows = await rowsIn(n8n, LEDGER.table);
		expect(picked(rows, 'phone', 'outcome', 'sent')).toEqual([
			[OTHER, 'not_eligible', 'not sent'],
			[PERSON, 'asked', null],
			[PERSON, 'subscribed', 'sent'],
		]);
	});

	test('who was surely not asked is asked in the next run; who may have been asked is not', async () => {
		const contacts = list('contacts', [{ contactId: 'one', name: 'Ada Park', phone: PERSON, provider: 'skycore' }]);
		const example = await importExample(n8n, SYNC.file, { Contacts: contacts });
		sandbox.configure({ skycore: { apiKeys: ['another-key'] } });
		expect((await runSync(n8n, example.id)).problems).toMatchObject([{ contactId: 'one' }]);
		sandbox.reset({ settings: true });
		expect((await runSync(n8n, example.id)).results).toMatchObject([{ contactId: 'one', outcome: 'subscribed' }]);

		await dropTable(n8n, LEDGER.table);
		sandbox.configure({ skycore: { faults: [{ kind: 'http', status: 500 }] } });
		expect((await runSync(n8n, example.id)).problems).toMatchObject([{ contactId: 'one' }]);
		expect((await runSync(n8n, example.id)).waiting).toMatchObject([{ contactId: 'one', phone: PERSON }]);
	});
});

describe(`${LEDGER.file} and who-is-opted-out.json`, () => {
	let ledger: ImportedExample;
	let urlOf: (provider: string) => string;

	beforeAll(async () => {
		ledger = await importExample(n8n, LEDGER.file);
		urlOf = await ledger.publish();
	});

	afterAll(async () => {
		await ledger.withdraw();
	});

	beforeEach(() => {
		sandbox.configure(postbackSettings(urlOf));
	});

	/** Waits for the rows of what was delivered, then asks the other example what they mean. */
	async function verdict(): Promise<{ states: unknown[][]; optedOut: unknown[] }> {
		await untilDelivered(sandbox);
		await ledgerRows(n8n, sandbox);
		const execution = await (await importExample(n8n, 'who-is-opted-out.json')).run();
		return {
			states: STATES.flatMap((node) => picked(rowsOf(execution, node), 'provider', 'phone', 'campaign', 'consentState')).sort(),
			optedOut: rowsOf(execution, 'Opted out')
				.map(({ provider, phone }) => `${String(provider)} ${String(phone)}`)
				.sort(),
		};
	}

	/** What Skycore posts about a person, at a time that the test chooses. */
	async function skycorePosts(code: 'N301' | 'N302', time: string): Promise<void> {
		const elements = {
			ORIGIN: 'SUB',
			CODE: code,
			MOBILE: PERSON.slice(1),
			CAMPAIGNREF: 'spring-sale',
			TIMESTAMP: time,
			SHORTCODE: '123456',
			SOURCE: 'MO',
		};
		const children = Object.entries(elements).map(([name, value]) => `<${name}>${value}</${name}>`);
		const answer = await sandbox.postback({
			provider: 'skycore',
			contentType: 'text/xml',
			body: `<POSTBACK>${children.join('')}</POSTBACK>`,
		});
		expect(answer).toMatchObject({ status: 200, body: 'OK' });
	}

	/** As if somebody had written into the only row by hand. */
	async function replaceRow({ id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...columns }: DataTableRow): Promise<void> {
		const table = await n8n.dataTables.find(LEDGER.table);
		if (table === undefined) throw new Error('There is no ledger');
		await n8n.dataTables.clear(table.id);
		await n8n.dataTables.insert(table.id, [columns]);
	}

	test('people join and leave at three providers: a row for each, and the right state', async () => {
		for (const provider of ['skycore', 'attentive'] as const) {
			sandbox.text({ provider, from: PERSON, text: 'JOIN' });
			sandbox.text({ provider, from: OTHER, text: 'JOIN' });
			await untilDelivered(sandbox);
			sandbox.text({ provider, from: OTHER, text: 'STOP' });
		}
		sandbox.text({ provider: 'vonage', from: OTHER, text: 'stop.' });
		const { states, optedOut } = await verdict();

		expect(states).toEqual([
			['attentive', PERSON, 'MARKETING TEXT', 'opted in'],
			['attentive', OTHER, 'MARKETING TEXT', 'opted out'],
			['skycore', PERSON, 'spring-sale', 'opted in'],
			['skycore', OTHER, 'spring-sale', 'opted out'],
			['vonage', OTHER, null, 'opted out'],
		]);
		expect(optedOut).toEqual([`attentive ${OTHER}`, `skycore ${OTHER}`, `vonage ${OTHER}`]);
		expect([stateAt('skycore', PERSON), stateAt('skycore', OTHER), stateAt('attentive', PERSON), stateAt('attentive', OTHER)]).toEqual([
			'subscribed',
			'unsubscribed',
			'subscribed',
			'unsubscribed',
		]);
	});

	test.each([
		['the opt-out is newer', 'N302', 'N301', 'opted out'],
		['the opt-in is newer', 'N301', 'N302', 'opted in'],
	] as const)('%s, arrives first and again: one row each, and the newest counts', async (_, newer, older, state) => {
		await skycorePosts(newer, '2026-03-01T10:00:00-05');
		await skycorePosts(older, '2026-03-01T09:00:00-05');
		await skycorePosts(newer, '2026-03-01T10:00:00-05');
		await n8n.waitForExecutions(ledger.id, 3);
		await waitUntil(async () => (await rowsIn(n8n, LEDGER.table)).length >= 2);
		const { states, optedOut } = await verdict();

		expect(await rowsIn(n8n, LEDGER.table)).toHaveLength(2);
		expect(states).toEqual([['skycore', PERSON, 'spring-sale', state]]);
		expect(optedOut).toEqual(state === 'opted out' ? [`skycore ${PERSON}`] : []);
	});

	test('a row keeps the whole event, and a repeat leaves what somebody wrote beside it', async () => {
		await skycorePosts('N302', '2026-03-01T10:00:00-05');
		await waitUntil(async () => (await rowsIn(n8n, LEDGER.table)).length > 0);
		const [kept = {}, ...more] = await rowsIn(n8n, LEDGER.table);
		expect(more).toEqual([]);
		expect(kept).toMatchObject({
			provider: 'skycore',
			action: 'opt-out',
			channel: 'sms',
			phone: PERSON,
			campaign: 'spring-sale',
			source: 'MO',
			code: 'N302',
			shortCode: '123456',
			needsReview: false,
			reviewedAs: null,
			email: null,
			outcome: null,
			eventId: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
		expect(new Date(String(kept['occurredAt'])).toISOString()).toBe('2026-03-01T15:00:00.000Z');
		expect(kept['receivedAt']).toMatch(ISO_TIME);
		expect(JSON.parse(String(kept['raw']))).toMatchObject({ CODE: 'N302', MOBILE: PERSON.slice(1) });

		await replaceRow({ ...kept, reviewedAs: 'asked by phone' });
		const executions = (await n8n.executions(ledger.id)).length;
		await skycorePosts('N302', '2026-03-01T10:00:00-05');
		await n8n.waitForExecutions(ledger.id, executions + 1);
		expect(await rowsIn(n8n, LEDGER.table)).toMatchObject([{ eventId: kept['eventId'], code: 'N302', reviewedAs: 'asked by phone' }]);
	});

	test('nobody is opted out of an empty ledger', async () => {
		expect(await verdict()).toEqual({ states: [], optedOut: [] });
	});
});

describe('who-may-i-text-tonight.json', () => {
	const at = (hoursFromNow: number): string => new Date(Date.now() + hoursFromNow * 3_600_000).toISOString();

	test('finds people however their numbers are written, and tells who sleeps', async () => {
		const example = await importExample(n8n, 'who-may-i-text-tonight.json', {
			People: list('people', [
				{ name: 'In by day', phone: '(808) 555-0101' },
				{ name: 'In at night', phone: '0044 20 7946 0958' },
				{ name: 'Out', phone: '(512) 555-0118' },
				{ name: 'Unknown', phone: '6505550199' },
				{ name: 'Unreadable', phone: 'ask at reception' },
			]),
			'Who may be texted?': {
				options: { quietHours: { hours: { textsFrom: '00:00', textsUntil: '24:00' } } },
			},
		});
		const table = await createLedgerTable(n8n);
		const row = (eventId: string, phone: string, action: string): DataTableRow => ({
			eventId,
			provider: 'skycore',
			campaign: 'spring-sale',
			channel: 'sms',
			source: 'MO',
			phone,
			action,
			occurredAt: at(-1),
			receivedAt: at(-1),
		});
		await n8n.dataTables.insert(table.id, [
			row('one', '+18085550101', 'opt-in'),
			row('two', '+442079460958', 'opt-in'),
			row('three', '+15125550118', 'opt-out'),
		]);
		const byDay = await example.run();
		expect(picked(rowsOf(byDay, 'Text tonight'), 'name', 'phone')).toEqual([
			['In by day', '+18085550101'],
			['In at night', '+442079460958'],
		]);
		expect(picked(rowsOf(byDay, 'Must not be texted'), 'name', 'phone')).toEqual([['Out', '+15125550118']]);
		expect(picked(rowsOf(byDay, 'Not known'), 'name')).toEqual([['Unknown']]);
		expect(picked(rowsOf(byDay, 'Problems'), 'name', 'phoneInTheList')).toEqual([['Unreadable', 'ask at reception']]);

		const twelveHoursOff = (new Date().getUTCHours() + 12) % 24;
		const hours = { textsFrom: `${twelveHoursOff}:00`, textsUntil: `${twelveHoursOff}:59`, contactTimeZone: '' };
		const atNight = await importExample(n8n, 'who-may-i-text-tonight.json', {
			People: list('people', [{ name: 'In at night', phone: '+44 20 7946 0958' }]),
			'Who may be texted?': { options: { quietHours: { hours } } },
		});
		const [later] = rowsOf(await atNight.run(), 'Text later');
		expect(later).toMatchObject({ name: 'In at night', textAgainFrom: expect.stringMatching(ISO_TIME) });
		expect(Date.parse(String(later?.['textAgainFrom']))).toBeGreaterThan(Date.now());
	});
});

describe('two-way-opt-out-sync.json', () => {
	let example: ImportedExample;
	let urlOf: (provider: string) => string;

	beforeAll(async () => {
		example = await importExample(n8n, 'two-way-opt-out-sync.json');
		urlOf = await example.publish();
	});

	afterAll(async () => {
		await example.withdraw();
	});

	beforeEach(() => {
		sandbox.configure(postbackSettings(urlOf));
		for (const provider of ['skycore', 'attentive'] as const) sandbox.seed({ provider, numbers: [PERSON.slice(1)] });
	});

	/** The runs that a text starts, once none has followed for a while: a circle would never come to rest. */
	async function runsAfter(provider: ProviderName, from: string): Promise<Execution[]> {
		const before = new Set((await n8n.executions(example.id)).map(({ id }) => id));
		sandbox.text({ provider, from, text: 'STOP' });
		const runs = await runsOnceQuiet(n8n, sandbox, example.id, before.size);
		return runs.filter(({ id }) => !before.has(id)).map(succeeded);
	}

	test.each([
		// One for the STOP, one for what the other provider then reports.
		['skycore', 'attentive', 'Unsubscribe at Attentive', 2],
		// Attentive reports the text and the end of the subscription.
		['attentive', 'skycore', 'Unsubscribe at Skycore', 3],
	] as const)(
		'a STOP at %s is marked in the CRM and reaches %s, without a text from there and without a circle',
		async (from, to, node, expectedRuns) => {
			const runs = await runsAfter(from, PERSON);

			expect(runs).toHaveLength(expectedRuns);
			expect([stateAt(from, PERSON), stateAt(to, PERSON)]).toEqual(['unsubscribed', 'unsubscribed']);
			expect(sandbox.person(to, PERSON).texts).toBe(0);
			expect(runs.flatMap((run) => rowsOf(run, node))[0]).toMatchObject({ provider: to, phone: PERSON, outcome: 'unsubscribed' });
			expect(sandbox.state().providers[to].counters.acted).toBe(1);
			expect(runs.flatMap((run) => rowsOf(run, 'Somebody has to look'))).toEqual([]);
			const ledger = await rowsIn(n8n, LEDGER.table);
			expect(picked(ledger, 'provider', 'action')).toEqual(
				expect.arrayContaining([
					[from, 'opt-out'],
					[to, 'unsubscribe'],
				]),
			);
			expect(ledger.every(({ phone }) => phone === PERSON)).toBe(true);
			expect(await rowsIn(n8n, CRM_TABLE)).toMatchObject([{ phone: PERSON, smsOptedOut: true }]);
		},
	);

	test('a person whom the other provider does not know is for somebody to look at, and is marked all the same', async () => {
		sandbox.seed({ provider: 'attentive', numbers: [OTHER.slice(1)] });
		const runs = await runsAfter('attentive', OTHER);

		expect(runs.flatMap((run) => rowsOf(run, 'Somebody has to look'))).toContainEqual({
			phone: OTHER,
			couldNotBeUnsubscribedAt: 'skycore',
			reason: expect.stringMatching(/Skycore/),
			whatToDo: expect.stringMatching(/[a-z]+ [a-z]+ [a-z]+/i),
		});
		expect(await rowsIn(n8n, CRM_TABLE)).toMatchObject([{ phone: OTHER, smsOptedOut: true, smsOptedOutAtProvider: 'attentive' }]);
	});

	test('a STOP to Vonage reaches both of the others', async () => {
		const runs = await runsAfter('vonage', PERSON);

		expect([stateAt('skycore', PERSON), stateAt('attentive', PERSON)]).toEqual(['unsubscribed', 'unsubscribed']);
		expect(runs.flatMap((run) => rowsOf(run, 'Somebody has to look'))).toEqual([]);
		expect(picked(await rowsIn(n8n, LEDGER.table), 'provider', 'action').map(String)).toEqual(
			expect.arrayContaining(['vonage,opt-out', 'skycore,unsubscribe', 'attentive,unsubscribe']),
		);
	});

	test('an opt-in is written down, and nobody is unsubscribed for it', async () => {
		sandbox.text({ provider: 'skycore', from: OTHER, text: 'JOIN' });
		await untilDelivered(sandbox);
		await waitUntil(async () => (await rowsIn(n8n, LEDGER.table)).length > 0);

		expect(picked(await rowsIn(n8n, LEDGER.table), 'provider', 'action', 'phone')).toEqual([['skycore', 'opt-in', OTHER]]);
		expect(sandbox.state().providers.attentive.counters.requests).toBe(0);
		expect(await rowsIn(n8n, CRM_TABLE)).toEqual([]);
	});
});

describe('double-opt-in-follow-up.json', () => {
	const [YARA, ZOE, AARON] = ['+15125550131', '+15125550132', '+15125550133'] as const;
	const pending = (): number => sandbox.state().providers.attentive.byState['pending'] ?? 0;

	test('who says yes may be texted; everybody else becomes a task and gets no second text', async () => {
		const example = await importExample(n8n, 'double-opt-in-follow-up.json', { 'Wait two days': { amount: 6, unit: 'seconds' } });
		const running = example.run();
		await waitUntil(async () => pending() === 3);
		sandbox.text({ provider: 'attentive', from: YARA, text: 'Y' });
		sandbox.text({ provider: 'attentive', from: ZOE, text: 'STOP' });
		const execution = await running;

		expect(rowsOf(execution, 'Confirmed')).toEqual([{ name: 'Yara Adams', phone: YARA, state: 'Confirmed: may be texted' }]);
		expect(picked(rowsOf(execution, 'Look up'), 'phone', 'outcome')).toEqual([
			[YARA, 'subscribed'],
			[ZOE, 'not_eligible'],
			[AARON, 'not_eligible'],
		]);
		expect(rowsOf(execution, 'Reminder task')).toEqual([
			{ name: 'Zoe Bennett', phone: ZOE, task: 'Ask Zoe Bennett in person whether they want the texts. Do not text them.' },
			{ name: 'Aaron Cole', phone: AARON, task: 'Ask Aaron Cole in person whether they want the texts. Do not text them.' },
		]);
		expect(rowsOf(execution, 'Problems')).toEqual([]);
		expect([YARA, ZOE, AARON].map((number) => stateAt('attentive', number))).toEqual(['subscribed', 'unsubscribed', 'pending']);
		expect(sandbox.person('attentive', AARON).texts).toBe(1);
		expect(rowsOf(execution, 'Nothing to do')).toEqual([]);
	});

	test('who is subscribed already needs nothing and gets no text', async () => {
		sandbox.seed({ provider: 'attentive', numbers: [YARA, ZOE, AARON].map((number) => number.slice(1)) });
		const example = await importExample(n8n, 'double-opt-in-follow-up.json', { 'Wait two days': { amount: 1, unit: 'seconds' } });
		const execution = await example.run();

		expect(picked(rowsOf(execution, 'Nothing to do'), 'phone', 'outcome')).toEqual(
			[YARA, ZOE, AARON].map((number) => [number, 'already_subscribed']),
		);
		expect(rowsOf(execution, 'Reminder task')).toEqual([]);
		expect(sandbox.state().providers.attentive.texts).toEqual([]);
	});
});

describe('nightly-opt-out-reconciliation.json', () => {
	const [BOTH, ONLY_THERE, ONLY_HERE, STILL_IN, GONE] = [
		'+12125550161',
		'+12125550162',
		'+12125550163',
		'+15125550164',
		'+15125550165',
	] as const;
	const isIn = (row: Record<string, unknown>): boolean => row['action'] === 'opt-in';
	let example: ImportedExample;

	beforeEach(async () => {
		example = await importExample(n8n, 'nightly-opt-out-reconciliation.json');
		const digits = (...numbers: string[]) => numbers.map((number) => number.slice(1));
		sandbox.seed({ provider: 'vonage', numbers: digits(BOTH, ONLY_THERE), state: 'optedOut', clear: true });
		sandbox.seed({ provider: 'attentive', numbers: digits(STILL_IN) });
		sandbox.seed({ provider: 'attentive', numbers: digits(GONE), state: 'optedOut' });
		const table = await createLedgerTable(n8n);
		const event = (provider: string, phone: string, action: string): DataTableRow => ({
			eventId: `${provider} ${phone} ${action}`,
			provider,
			action,
			channel: 'sms',
			phone,
			campaign: provider === 'attentive' ? 'MARKETING TEXT' : '',
			needsReview: false,
			occurredAt: '2026-01-01T10:00:00.000Z',
		});
		await n8n.dataTables.insert(table.id, [
			event('vonage', BOTH, 'opt-out'),
			event('vonage', ONLY_HERE, 'opt-out'),
			event('attentive', STILL_IN, 'opt-in'),
			event('attentive', GONE, 'opt-in'),
			event('skycore', BOTH, 'opt-in'),
		]);
	});

	test('reports each difference, adds what the ledger lacks, and changes nothing at the providers', async () => {
		const differences = rowsOf(await example.run('Every night at two'), 'Differences');
		expect(picked(differences, 'provider', 'person').sort()).toEqual([
			['attentive', GONE],
			['vonage', ONLY_THERE],
			['vonage', ONLY_HERE],
		]);
		expect(differences.find(({ person }) => person === GONE)?.['difference']).toMatch(/not_eligible/);
		const rows = await rowsIn(n8n, LEDGER.table);
		expect(rows).toHaveLength(6);
		expect(rows.at(-1)).toMatchObject({
			provider: 'vonage',
			action: 'query',
			outcome: 'opted_out',
			channel: 'sms',
			phone: ONLY_THERE,
			campaign: null,
			source: 'nightly reconciliation',
			occurredAt: expect.stringMatching(/^2024-01-01T/),
			occurredAtSource: 'provider',
			needsReview: null,
			eventId: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
		expect(rows.filter(isIn)).toHaveLength(3);
		expect(Object.values(sandbox.state().providers).map(({ counters }) => counters.acted)).toEqual([0, 0, 0, 0]);

		const nextNight = rowsOf(await example.run(), 'Differences');
		expect(picked(nextNight, 'person').flat().sort()).toEqual([ONLY_HERE, GONE].sort());
		expect(await rowsIn(n8n, LEDGER.table)).toHaveLength(6);
	});

	test('a provider that cannot be asked is one difference, and nobody is taken for brought back', async () => {
		sandbox.configure({ vonage: { apiSecret: 'changed-by-somebody' } });
		const differences = rowsOf(await example.run(), 'Differences');
		expect(differences).toHaveLength(2);
		expect(differences.find(({ provider }) => provider === 'vonage')?.['difference']).toMatch(
			/^Vonage refused .*\. Open the credential .*\.$/,
		);
		expect(differences.find(({ provider }) => provider === 'attentive')).toMatchObject({ person: GONE });
		expect(await rowsIn(n8n, LEDGER.table)).toHaveLength(5);
	});

	test('no news where all agree', async () => {
		sandbox.seed({ provider: 'vonage', numbers: [BOTH, ONLY_HERE].map((number) => number.slice(1)), state: 'optedOut', clear: true });
		sandbox.seed({ provider: 'attentive', numbers: [GONE.slice(1)] });
		expect(rowsOf(await example.run(), 'Differences')).toEqual([]);
	});
});

describe('win-back-with-fresh-consent.json', () => {
	const [BELLA, CALEB, DORA, EMIL] = ['+15558937009', '+16505550141', '+16505550142', '+15554908975'] as const;

	beforeEach(() => {
		sandbox.seed({ provider: 'skycore', numbers: [CALEB, DORA].map((number) => number.slice(1)), state: 'optedOut' });
	});

	test('brings back who asked and keeps the proof; leaves alone who did not, or cannot prove it; says what Skycore refuses', async () => {
		const example = await importExample(n8n, 'win-back-with-fresh-consent.json');
		const execution = await example.run();

		expect(rowsOf(execution, 'Brought back')).toMatchObject([{ provider: 'vonage', phone: BELLA, outcome: 'resubscribed' }]);
		expect(rowsOf(execution, 'Problems')).toMatchObject([
			{ name: 'Caleb Ellis', code: 'E904', whatToDo: expect.stringMatching(/keyword/) },
		]);
		expect(picked(rowsOf(execution, 'Leave them alone'), 'name')).toEqual([['Dora Flynn'], ['Emil Grant']]);
		expect([stateAt('vonage', BELLA), stateAt('vonage', EMIL), stateAt('skycore', CALEB), stateAt('skycore', DORA)]).toEqual([
			'resubscribed',
			'optedOut',
			'unsubscribed',
			'unsubscribed',
		]);
		expect([sandbox.person('skycore', DORA).requests, sandbox.person('vonage', EMIL).requests]).toEqual([0, 0]);
		expect(await rowsIn(n8n, LEDGER.table)).toMatchObject([
			{
				phone: BELLA,
				provider: 'vonage',
				action: 'resubscribe',
				outcome: 'resubscribed',
				evidenceSource: 'Form at example.com/texts',
				evidenceText: 'Yes, text me order alerts again',
			},
			{ phone: CALEB, provider: 'skycore', action: 'resubscribe', outcome: 'not_eligible', code: 'E904' },
		]);
	});

	test('what it wrote tells the other examples that these people are back, and since when they asked', async () => {
		sandbox.configure({ skycore: { resubscribeAfterStop: 'accept' } });
		const table = await createLedgerTable(n8n);
		const stop = { action: 'opt-out', channel: 'sms', occurredAt: '2026-01-01T10:00:00.000Z', receivedAt: '2026-01-01T10:00:00.000Z' };
		await n8n.dataTables.insert(table.id, [
			{ ...stop, eventId: 'one', provider: 'vonage', phone: BELLA },
			{ ...stop, eventId: 'two', provider: 'skycore', phone: CALEB, campaign: 'spring-sale' },
			{ ...stop, eventId: 'three', provider: 'skycore', phone: DORA, campaign: 'spring-sale' },
		]);
		await (await importExample(n8n, 'win-back-with-fresh-consent.json')).run();

		const proofs = (await rowsIn(n8n, LEDGER.table)).filter(({ outcome }) => outcome === 'resubscribed');
		expect(proofs.map(({ phone, evidenceTime }) => [phone, new Date(String(evidenceTime)).toISOString()]).sort()).toEqual(
			[
				[BELLA, '2026-03-02T20:20:00.000Z'],
				[CALEB, '2026-03-03T15:05:00.000Z'],
			].sort(),
		);
		const execution = await (await importExample(n8n, 'who-is-opted-out.json')).run();
		expect(picked(rowsOf(execution, 'Opted in'), 'phone').flat().sort()).toEqual([BELLA, CALEB].sort());
		expect(picked(rowsOf(execution, 'Opted out'), 'phone')).toEqual([[DORA]]);
	});

	test('the switch itself refuses too, where somebody removed the question before it', async () => {
		const example = await importExample(n8n, 'win-back-with-fresh-consent.json', {
			'Proof complete?': {
				conditions: {
					options: { version: 2, caseSensitive: true, leftValue: '', typeValidation: 'loose' },
					conditions: [],
					combinator: 'and',
				},
			},
		});
		const execution = await example.run();

		expect(rowsOf(execution, 'Problems')).toContainEqual(
			expect.objectContaining({ name: 'Emil Grant', reason: expect.stringMatching(/asked|consent/i) }),
		);
		expect(sandbox.person('vonage', EMIL)).toMatchObject({ requests: 0, subscriber: { state: 'optedOut' } });
	});
});
