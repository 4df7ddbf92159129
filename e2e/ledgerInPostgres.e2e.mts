/** What the PostgreSQL example reads for some contacts, against what a check of the whole table finds: by a real PostgreSQL. */
import { Ledger, type LedgerQuestion } from '../consent/ledger.ts';
import { phoneKey, readPhone } from '../consent/phone.ts';
import { emailKey } from '../consent/samePerson.ts';
import { exampleOf, nodeIn, ON_POSTGRES, readExamples } from '../demo/examples.mts';
import { findProjectDir } from '../n8n/runtime.mts';
import { startPostgres, type Postgres } from './support/postgres.mts';

const QUESTION: LedgerQuestion = { scope: 'everything' };
const NOW_MS = Date.parse('2026-06-01T00:00:00Z');
const BY_NODE = { receivedAt: '2026-05-01T10:00:01Z', occurredAt: '2026-05-01T10:00:00Z' };
const BY_HAND = { occurredAt: '2026-05-01' };
type Row = Record<string, unknown>;

let postgres: Postgres;
const queryOf = (file: string, name: string): string =>
	String(nodeIn(exampleOf(readExamples(findProjectDir()), file), name).parameters['query']);

beforeAll(async () => {
	postgres = await startPostgres('ledger-rows');
	const statement = queryOf(ON_POSTGRES.ledger, 'Make the table');
	expect(await postgres.query(statement)).toEqual([['0']]);
	expect(await postgres.query(statement)).toEqual([['0']]);
}, 60_000);

afterAll(async () => await postgres?.remove());
beforeEach(async () => void (await postgres.query('TRUNCATE sms_consent_ledger')));

const literal = (value: unknown): string => (value === null || value === undefined ? 'NULL' : `'${String(value).replaceAll("'", "''")}'`);

async function insert(rows: readonly Row[]): Promise<void> {
	for (const row of rows) {
		const names = Object.keys(row).map((name) => `"${name}"`);
		await postgres.query(`INSERT INTO sms_consent_ledger (${names.join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')})`);
	}
}

async function lookedUp(keys: readonly string[]): Promise<Row[]> {
	const statement = queryOf(ON_POSTGRES.sync, 'Their events')
		.replace(/;\s*$/, '')
		.replaceAll('$1', literal(JSON.stringify(keys)));
	const rows = await postgres.query(`SELECT to_jsonb(found) FROM (${statement}) found`);
	return rows.map(([json = '']) => JSON.parse(json) as Row);
}

function ledgerOf(rows: readonly Row[]): Ledger {
	const ledger = new Ledger(NOW_MS);
	for (const row of rows) ledger.add(row, 'US');
	return ledger;
}

const optOut = { provider: 'skycore', action: 'opt-out', channel: 'sms' };

test.each<[string, Row, string]>([
	['a STOP', { ...optOut, ...BY_NODE, phone: '+16505550101' }, '(650) 555-0101'],
	['by hand, as people write', { ...optOut, ...BY_HAND, phone: '650.555.0101' }, '+1 650 555 0101'],
	['by hand, as a spreadsheet writes', { ...optOut, ...BY_HAND, phone: '1.6505550105E+10' }, '6505550105'],
	['by hand, with a zero too many', { ...optOut, ...BY_HAND, phone: '+4402079460958' }, '+44 20 7946 0958'],
	["Mexico's old mobile prefix, by hand", { ...optOut, ...BY_HAND, phone: '+5215512345678' }, '+52 55 1234 5678'],
	["Mexico's old mobile prefix", { ...optOut, ...BY_NODE, phone: '+5215512345678' }, '+52 55 1234 5678'],
	["Argentina's 9 in the row", { ...optOut, ...BY_NODE, phone: '+5491123456789' }, '+54 11 2345 6789'],
	["Argentina's 9 in the list", { ...optOut, ...BY_NODE, phone: '+541123456789' }, '+54 9 11 2345 6789'],
	['without a provider', { action: 'opt-out', ...BY_HAND, phone: '16505550101' }, '(650) 555-0101'],
	[
		'a refused unsubscribe',
		{ action: 'unsubscribe', provider: 'skycore', ...BY_NODE, phone: '+16505550101', sent: 'not sent' },
		'6505550101',
	],
	['a number only as the provider wrote it', { ...optOut, ...BY_NODE, phoneRaw: '16505550101' }, '6505550101'],
	[
		'everything ended, texts and email',
		{ ...optOut, ...BY_NODE, channel: 'sms, email', phone: '+16505550101', email: 'ada@example.com' },
		'6505550101',
	],
])('%s is found by phone', async (_what, row, written) => {
	const other = { ...optOut, ...BY_NODE, phone: '+16505550199' };
	await insert([row, other]);
	const phone = readPhone(written, { defaultCountry: 'US' });
	const found = await lookedUp([phoneKey(phone)]);
	expect(ledgerOf(found).standingOf({ phone }, QUESTION).state).toBe('opted out');
	expect(found.filter((each) => each['phone'] === other.phone)).toEqual([]);
});

test.each<[string, Row, string]>([
	[
		'an unsubscribe',
		{ provider: 'attentive', action: 'opt-out', channel: 'email', ...BY_NODE, email: 'Ada@Example.com' },
		'ada@example.com',
	],
	['by hand', { action: 'opt-out', channel: 'email', ...BY_HAND, email: ' ADA@example.com. ' }, 'ada@example.com'],
	['full-width letters', { action: 'opt-out', channel: 'email', ...BY_NODE, email: 'ａda@example.com' }, 'ada@example.com'],
	[
		'everything ended',
		{ provider: 'attentive', action: 'unsubscribe', channel: 'sms, email', ...BY_NODE, phone: '+16505550101', email: 'ada@example.com' },
		'ada@example.com',
	],
	[
		'only the address of what was ended',
		{ provider: 'attentive', action: 'unsubscribe', channel: 'sms, email', ...BY_NODE, email: 'ada@example.com' },
		'ADA@example.com',
	],
])('%s is found by email', async (_what, row, written) => {
	await insert([row]);
	const found = await lookedUp([emailKey(written)]);
	expect(ledgerOf(found).standingOf({ email: written }, QUESTION).state).toBe('opted out');
});

test('an opt-out that names nobody is read in every look-up, so that the check can say so', async () => {
	await insert([{ ...optOut, ...BY_NODE }]);
	expect(ledgerOf(await lookedUp(['+16505550101'])).unreadable).toHaveLength(1);
	expect(ledgerOf(await lookedUp([])).unreadable).toHaveLength(1);
});

test('a repeat meets its own row, and an index finds the rows of a person', async () => {
	const row = { eventId: 'one', ...optOut, ...BY_NODE, phone: '+16505550101' };
	await insert([row]);
	await expect(insert([row])).rejects.toThrow(/duplicate key/);
	await postgres.query(
		`INSERT INTO sms_consent_ledger ("provider", "action", "channel", "phone", "receivedAt") SELECT 'skycore', 'opt-in', 'sms', '+1212' || (5000000 + n), now() FROM generate_series(1, 20000) n`,
	);
	await postgres.query('ANALYZE sms_consent_ledger');
	const statement = queryOf(ON_POSTGRES.sync, 'Their events').replaceAll('$1', literal('["+16505550101"]'));
	const plan = (await postgres.query(`EXPLAIN ${statement}`)).flat().join('\n');
	expect(plan).toContain('sms_consent_ledger_person');
	expect(plan).not.toMatch(/Seq Scan on sms_consent_ledger/);
});
