import { EVENT_COLUMNS } from '../../../consent/event';
import { consentResult, type KnownColumns, queryRowKey, RESULT_COLUMNS, type ResultFacts } from '../../../consent/result';
import { expectFlat } from './rows.mts';

const ARRIVAL = '2026-05-03T10:00:01.000Z';

test.each([
	['nothing but the action', {}, { occurredAt: ARRIVAL, occurredAtSource: 'n8n', outcome: null, raw: null }],
	[
		"the provider's time",
		{ occurredAt: '2014-08-21T17:34:47Z' },
		{ occurredAt: '2014-08-21T17:34:47Z', occurredAtSource: 'provider', receivedAt: ARRIVAL },
	],
	['no time of the provider', { occurredAt: null }, { occurredAt: ARRIVAL, occurredAtSource: 'n8n' }],
	['empty texts', { note: '', email: ' ', phoneRaw: undefined }, { note: null, email: null, phoneRaw: null }],
	['an answer of JSON', { raw: { a: [1, { b: null }] } }, { raw: '{"a":[1,{"b":null}]}' }],
	['an answer of text', { raw: 'OK' }, { raw: '"OK"' }],
	['numbers and truth', { singleOptIn: false, duplicateOfItem: 0 }, { singleOptIn: false, duplicateOfItem: 0 }],
] as Array<[string, KnownColumns, object]>)(
	'the row of a result that knows %s: the same columns, flat, nothing empty',
	(_what, known, columns) => {
		const row = consentResult({ action: 'subscribe', eventId: 'e', ...known }, ARRIVAL);
		expectFlat(row, Object.keys(RESULT_COLUMNS));
		expect(row).toMatchObject(columns);
	},
);

test('begins with what a person looks for', () => {
	expect(Object.keys(RESULT_COLUMNS).slice(0, 4)).toEqual(['phone', 'outcome', 'note', 'campaign']);
});

test('a column that events have too holds the same there', () => {
	const shared = Object.entries(RESULT_COLUMNS).filter(([name]) => name in EVENT_COLUMNS);
	expect(shared.map(([name]) => name)).toEqual(
		expect.arrayContaining([
			'provider',
			'channel',
			'phone',
			'phoneRaw',
			'email',
			'campaign',
			'occurredAt',
			'receivedAt',
			'eventId',
			'raw',
			'code',
			'action',
		]),
	);
	for (const [name, { type }] of shared)
		expect({ name, type }).toEqual({ name, type: EVENT_COLUMNS[name as keyof typeof EVENT_COLUMNS].type });
});

test.each(['id', 'createdAt', 'updatedAt'])("no column is called %s, which is n8n's own in its Data Tables", (name) => {
	expect(Object.keys({ ...EVENT_COLUMNS, ...RESULT_COLUMNS })).not.toContain(name);
});

test('a column name is one that a Data Table takes', () => {
	for (const name of Object.keys({ ...EVENT_COLUMNS, ...RESULT_COLUMNS })) expect(name).toMatch(/^[a-zA-Z][a-zA-Z0-9_]{0,62}$/);
});

test('the key of a row of a list depends on provider, person, campaign, state and date alone', () => {
	const facts: ResultFacts = {
		provider: 'vonage',
		action: 'query',
		outcome: 'opted_out',
		phone: '+15558937009',
		campaign: null,
		providerState: null,
		occurredAt: '2014-06-27T18:31:33Z',
	};
	expect(queryRowKey({ ...facts, providerState: 'opt-out=true', note: 'x', raw: {} })).toBe(queryRowKey(facts));
	const others: Array<Partial<ResultFacts>> = [
		{ provider: 'attentive' },
		{ outcome: 'subscribed' },
		{ phone: '+1' },
		{ phone: null },
		{ phone: null, phoneRaw: '1' },
		{ email: 'a@example.com' },
		{ campaign: 'A' },
		{ occurredAt: null },
	];
	expect(new Set([facts, ...others.map((other) => ({ ...facts, ...other }))].map(queryRowKey)).size).toBe(others.length + 1);
});
