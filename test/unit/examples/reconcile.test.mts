import type { LedgerRow } from '../../../consent/ledgerRow.ts';
import { expectedLedgerRows, harmOf, reconcile, strayContacts, type SyncRun } from '../../../demo/reconcile.mts';
import { table, verdict } from '../../../demo/report.mts';
import { startSandbox, type Sandbox } from '../../../sandbox/server.mts';

const NOBODY_OLDER = () => false;
const NUMBER = '+16505550101';

let sandbox: Sandbox;
let receiver: Sandbox;

/** Another sandbox receives: it answers 404, so a postback counts only after `markDelivered`. */
beforeEach(async () => {
	sandbox = await startSandbox({ config: { clockFactor: 1_000, vonage: { sampleRows: false } } });
	receiver = await startSandbox();
});

afterEach(async () => {
	await sandbox.close();
	await receiver.close();
});

/** What the sandbox would show had the receiver taken everything. */
function delivered(): ReturnType<Sandbox['state']> {
	const state = sandbox.state();
	for (const provider of Object.values(state.providers)) {
		for (const delivery of provider.deliveries) delivery.state = 'delivered';
	}
	return state;
}

function joinAndStop(): void {
	sandbox.configure({ skycore: { postbackUrl: `${receiver.url}/nowhere` } });
	sandbox.text({ provider: 'skycore', from: NUMBER, text: 'JOIN' });
	sandbox.text({ provider: 'skycore', from: NUMBER, text: 'STOP' });
}

function row(action: string, occurredAt: string): LedgerRow {
	return { provider: 'skycore', action, channel: 'sms', phone: NUMBER, campaign: 'spring-sale', needsReview: false, occurredAt };
}

const OPT_IN = row('opt-in', '2026-01-01T10:00:00Z');
const OPT_OUT = row('opt-out', '2026-01-01T10:00:00Z');

test('agrees when provider, postbacks and ledger say the same', () => {
	joinAndStop();
	const result = reconcile(delivered(), [OPT_IN, OPT_OUT], NOBODY_OLDER);
	expect(result.rows).toEqual([
		{
			provider: 'skycore',
			person: NUMBER,
			campaign: 'spring-sale',
			atProvider: 'unsubscribed',
			posted: ['N301', 'N302'],
			inLedger: 'opted out',
			disagreement: '',
		},
	]);
	expect(result.agrees).toBe(true);
	expect(expectedLedgerRows(delivered())).toBe(2);
	expect(verdict(result, true)).toBe(
		'Provider, postbacks and ledger agree: 1 of 1 people, 2 postbacks delivered, 2 of them in the ledger.',
	);
});

test('disagrees when a postback is missing in the ledger', () => {
	joinAndStop();
	const result = reconcile(delivered(), [OPT_IN], NOBODY_OLDER);
	expect(result.rows[0]?.disagreement).toBe('1 of its postbacks are not in the ledger');
	expect(result.agrees).toBe(false);
	expect(verdict(result, false)).toContain('DO NOT AGREE');
});

test('disagrees when the ledger holds the other state', () => {
	joinAndStop();
	const result = reconcile(delivered(), [OPT_IN, row('opt-in', '2026-01-01T11:00:00Z')], NOBODY_OLDER);
	expect(result.rows[0]?.disagreement).toBe('unsubscribed there, opted in here');
});

test('disagrees when a postback was not taken', async () => {
	joinAndStop();
	const result = reconcile(sandbox.state(), [], NOBODY_OLDER);
	expect(result.counts[0]).toMatchObject({ provider: 'skycore', delivered: 0, undelivered: 2 });
	expect(result.agrees).toBe(false);
});

test('disagrees about people of whom only the ledger knows', () => {
	const result = reconcile(delivered(), [OPT_IN], NOBODY_OLDER);
	expect(result.rows[0]?.disagreement).toBe('the provider does not know this number');
	expect(result.agrees).toBe(false);
});

test('leaves out whom the provider knew before the ledger began', () => {
	sandbox.seed({ provider: 'vonage', numbers: ['12125550124'] });
	expect(reconcile(delivered(), [], (provider, person) => provider === 'vonage' && person === '+12125550124').rows).toEqual([]);
	expect(reconcile(delivered(), [], NOBODY_OLDER).rows[0]?.disagreement).toBe('optedOut there, unknown here');
});

test('a provider that sends no postbacks is followed by what the sync wrote down', () => {
	sandbox.seed({ provider: 'voyage', numbers: [NUMBER] });
	const answer = { provider: 'voyage', action: 'subscribe', outcome: 'subscribed', channel: 'sms', phone: NUMBER, campaign: '1234' };
	expect(reconcile(delivered(), [answer], NOBODY_OLDER).rows[0]).toMatchObject({ inLedger: 'opted in', disagreement: '' });
	expect(reconcile(delivered(), [], NOBODY_OLDER).rows[0]?.disagreement).toBe('subscribed there, unknown here');
});

test('rows of the sync are no postbacks', () => {
	joinAndStop();
	const asked = { ...OPT_IN, action: 'subscribe', outcome: 'asked' };
	const { rows, counts } = reconcile(delivered(), [OPT_IN, OPT_OUT, asked], NOBODY_OLDER);
	expect(rows[0]).toMatchObject({ inLedger: 'opted out', disagreement: '' });
	expect(counts[0]).toMatchObject({ delivered: 2, ledgerRows: 2 });
});

test('a second sync does harm when it brings somebody back or texts anybody', () => {
	sandbox.seed({ provider: 'skycore', numbers: [NUMBER], state: 'optedOut' });
	const before = delivered();
	expect(harmOf(before, delivered())).toEqual([]);
	sandbox.text({ provider: 'skycore', from: NUMBER, text: 'JOIN' });
	expect(harmOf(before, delivered())).toContain(`${NUMBER} opted out at skycore and is subscribed now`);
	sandbox.text({ provider: 'attentive', from: NUMBER, text: 'JOIN' });
	expect(harmOf(before, delivered()).join()).toMatch(/attentive sent \d+ more texts/);
});

test('follows every contact to where it should be', () => {
	joinAndStop();
	const { rows } = reconcile(delivered(), [OPT_IN, OPT_OUT], NOBODY_OLDER);
	const contact = { contactId: 'C-001', name: 'Amelia Brooks', phone: NUMBER, provider: 'skycore' };
	const result = { contactId: 'C-001', provider: 'skycore', phone: NUMBER, outcome: 'subscribed' };
	const problem = { contactId: 'C-001', name: 'Amelia Brooks', provider: 'skycore', reason: 'Skycore is away', whatToDo: 'Wait' };
	const NOTHING: SyncRun = { results: [], alreadyIn: [], waiting: [], mustNotBeTexted: [], problems: [] };
	const stray = (run: Partial<SyncRun>) => strayContacts([contact], { ...NOTHING, ...run }, rows);
	expect(stray({ alreadyIn: [result] })).toEqual([]);
	expect(stray({ results: [result], problems: [] })).toEqual([]);
	expect(stray({ results: [], problems: [] })).toEqual(['C-001 Amelia Brooks is neither among the results nor among the problems']);
	expect(stray({ results: [], problems: [problem] })).toEqual(['C-001 Amelia Brooks was not subscribed: Skycore is away']);
	expect(stray({ results: [result], problems: [problem] })).toEqual(['C-001 Amelia Brooks is among the results and among the problems']);
	expect(stray({ results: [{ ...result, phone: '+16505550109' }], problems: [] })).toEqual([
		'C-001 Amelia Brooks was reported as subscribed, but skycore does not know +16505550109',
	]);
	expect(strayContacts([{ ...contact, contactId: 'C-011' }], NOTHING, rows)).toEqual([
		'C-011 Amelia Brooks has no usable number, but is no problem',
	]);
});

test('tables line up and end without blanks', () => {
	expect(table(['A', 'Long'], [['xyz', '1']])).toBe(['A    Long', '---  ----', 'xyz  1'].join('\n'));
});
