import { createHash } from 'node:crypto';

import { consentEvent, EVENT_COLUMNS, type EventFacts, SIMPLIFIED_COLUMNS } from '../../../consent/event';
import { eventKey } from '../../../consent/eventKey';
import { expectFlat } from './rows.mts';

test('a key is the SHA-256 of its parts as JSON', () => {
	expect(eventKey(['SUB', 'N302', 1478, null, 'é'])).toBe(createHash('sha256').update('["SUB","N302",1478,null,"é"]').digest('hex'));
	expect(eventKey([])).toBe('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');
});

test('a key tells apart what only looks alike', () => {
	const alike = [
		['1', '23'],
		['12', '3'],
		['123'],
		['1', '2', '3'],
		['123', ''],
		['', '123'],
		[123],
		['123', null],
		['123', 'null'],
		['1,23'],
		['1","23'],
	];
	expect(new Set(alike.map(eventKey)).size).toBe(alike.length);
	expect(eventKey(['a', 'b'])).toBe(eventKey(['a', 'b']));
});

describe('the row of an event', () => {
	const FACTS: EventFacts = {
		eventId: 'f'.repeat(64),
		provider: 'skycore',
		action: 'opt-out',
		channel: 'sms',
		phone: '+16502424956',
		phoneRaw: '16502424956',
		email: '',
		campaign: ' ',
		campaignTitle: null,
		brand: null,
		shortCode: null,
		source: null,
		text: 'STOP',
		keyword: 'STOP',
		needsReview: false,
		occurredAt: '2026-05-03T10:00:00Z',
		occurredAtRaw: '2026-05-03 10:00:00Z',
		code: 'N211',
		warnings: [],
		raw: { CODE: 'N211', FILES: ['a', 'b'] },
	};
	const ARRIVAL = '2026-05-03T10:00:01.000Z';

	test.each([
		['usual', {}, { warnings: null, email: null, campaign: null, text: 'STOP' }],
		['warned of', { warnings: ['One.', 'Two.'] }, { warnings: 'One. Two.' }],
		[
			'without anything',
			{ phone: null, phoneRaw: null, text: null, keyword: null, occurredAt: null, occurredAtRaw: null, code: null, raw: {} },
			{ phone: null, raw: '{}' },
		],
		[
			'with many ids',
			{ clientUserId: '1, 2', customIdentifiers: '{"a":["1"]}', messageId: 'm' },
			{ clientUserId: '1, 2', customIdentifiers: '{"a":["1"]}', messageId: 'm' },
		],
		[
			'that a database would refuse',
			{ text: 'STOP\0 \ud83d now \u{1f600}', campaign: '\0' },
			{ text: 'STOP \ufffd now \u{1f600}', campaign: null },
		],
		['for review', { action: 'message', needsReview: true }, { needsReview: true, reviewedAs: null }],
	] as Array<[string, Partial<EventFacts>, object]>)('%s: the same columns, flat, nothing empty', (_what, change, columns) => {
		const row = consentEvent({ ...FACTS, ...change }, ARRIVAL);
		expectFlat(row, Object.keys(EVENT_COLUMNS));
		expect(row).toMatchObject({ receivedAt: ARRIVAL, ...columns });
	});

	test('keeps the raw fields as JSON text', () => {
		expect(JSON.parse(consentEvent(FACTS, ARRIVAL).raw)).toEqual(FACTS.raw);
	});

	test.each([
		['a time', {}, true],
		['an id', { occurredAt: null, messageId: 'm' }, true],
		['neither', { occurredAt: null }, false],
		['a time that cannot be read', { occurredAt: null, occurredAtRaw: 'yesterday' }, false],
	] as Array<[string, Partial<EventFacts>, boolean]>)('with %s: the same eventId on a later delivery? %s', (_what, change, same) => {
		const [first, second] = [ARRIVAL, '2026-05-04T00:00:00.000Z'].map(
			(receivedAt) => consentEvent({ ...FACTS, ...change }, receivedAt).eventId,
		);
		expect(first === second).toBe(same);
		expect(first).toMatch(/^[0-9a-f]{64}$/);
	});

	test('simplified, it still has what a ledger reads', () => {
		const read = [
			'eventId',
			'provider',
			'channel',
			'phone',
			'email',
			'campaign',
			'action',
			'source',
			'needsReview',
			'reviewedAs',
			'occurredAt',
			'receivedAt',
		];
		expect(SIMPLIFIED_COLUMNS).toEqual(expect.arrayContaining(read));
		expect(Object.keys(EVENT_COLUMNS)).toEqual(expect.arrayContaining([...SIMPLIFIED_COLUMNS]));
		expect(SIMPLIFIED_COLUMNS[SIMPLIFIED_COLUMNS.length - 1]).toBe('eventId');
	});
});
