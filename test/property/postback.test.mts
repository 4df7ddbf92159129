import fc from 'fast-check';

import type { XmlElement } from '../../consent/call.ts';
import { type ConsentEvent, EVENT_COLUMNS } from '../../consent/event.ts';
import { InputProblem } from '../../consent/failure.ts';
import { buildXml, parseXml, POSTBACK_LIMITS } from '../../transport/codec/xml.ts';
import { bodyText } from '../../transport/inbound/bodyText.ts';
import { PostbackRejected } from '../../transport/inbound/rejection.ts';
import { prototypesAreClean } from '../security/guards.mts';
import { expectFlat } from '../unit/consent/rows.mts';
import { deliver, skycoreXml } from '../unit/trigger/webhookContext.mts';

const RUNS = { numRuns: 300 };
const STATUSES = [200, 400, 401, 403, 405, 413, 500];

/** Text that XML can carry and that its reader leaves as it is. */
const xmlText = fc
	.string({ unit: 'binary', maxLength: 30 })
	.map((text) => text.replace(/[^\t\n\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '').trim());
const xmlName = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/).filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));

const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
	element: fc.oneof(
		{ depthSize: 'small', maxDepth: 6 },
		fc.record({
			name: xmlName,
			attributes: fc.dictionary(xmlName, xmlText, { maxKeys: 3 }),
			text: xmlText,
			children: fc.constant<XmlElement[]>([]),
		}),
		fc.record({
			name: xmlName,
			attributes: fc.dictionary(xmlName, xmlText, { maxKeys: 3 }),
			text: fc.constant(''),
			children: fc.array(tie('element'), { maxLength: 3 }),
		}),
	),
}));

/** Crumbs of XML, forms and JSON, put together at random. */
const soup = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				'<',
				'>',
				'/',
				'</',
				'/>',
				'<!--',
				'-->',
				'<![CDATA[',
				']]>',
				'<?',
				'?>',
				'<!DOCTYPE',
				'&',
				';',
				'&#',
				'&#x',
				'&amp;',
				'=',
				'"',
				"'",
				' ',
				'\n',
				'{',
				'}',
				'[',
				']',
				':',
				',',
				'%3C',
				'%',
				'xml=',
			),
			fc.constantFrom(
				'POSTBACK',
				'NOTIFICATION',
				'BODY',
				'CODE',
				'N301',
				'N302',
				'MOBILE',
				'16502424956',
				'__proto__',
				'constructor',
				'msisdn',
				'text',
				'STOP',
				'type',
				'sms.unsubscribed',
				'timestamp',
			),
			fc.constantFrom(
				'<POSTBACK>',
				'</POSTBACK>',
				'<CODE>N302</CODE>',
				'<MOBILE>',
				'</MOBILE>',
				"<?xml version='1.0'?>",
				'"type":"sms.unsubscribed"',
				'msisdn=1&text=STOP',
			),
			fc.string({ unit: 'binary', maxLength: 4 }),
		),
		{ maxLength: 40 },
	)
	.map((parts) => parts.join(''));

const anyBody = fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 200 }), fc.json({ maxDepth: 4 }), fc.webQueryParameters());
const anyContentType = fc.option(
	fc.oneof(
		fc.constantFrom(
			'text/xml',
			'application/json',
			'application/x-www-form-urlencoded',
			'multipart/form-data; boundary=b',
			'text/xml; charset=utf-16',
			'text/xml; charset="iso-8859-1"',
			'text/plain;charset=nonsense',
		),
		fc.string({ maxLength: 20 }),
	),
	{ nil: undefined },
);

const FIELDS = {
	CODE: fc.constantFrom('N301', 'N302', 'N303', 'N304', 'N211', 'N999'),
	MOBILE: fc.stringMatching(/^\d{7,15}$/),
	CAMPAIGNREF: fc.stringMatching(/^[\w-]{1,12}$/),
	TIMESTAMP: fc.constantFrom('2014-07-02T14:32:23-04', '2014-07-02 14:32:23-04', '2014-07-02T14:32:24-04', '2011-01-01 20:09:12.975911-04'),
	SHORTCODE: fc.stringMatching(/^\d{5,6}$/),
	CAMPAIGNTITLE: xmlText,
	BRANDNAME: xmlText,
	SOURCE: fc.constantFrom('MANAGER', 'API', 'MO', 'WEB', 'IMPORTED AS UNSUBSCRIBED'),
};
const notification = fc.record(FIELDS);
type Fields = typeof notification extends fc.Arbitrary<infer T> ? T : never;

function document(fields: Record<string, string>): string {
	return buildXml({
		name: 'POSTBACK',
		attributes: {},
		text: '',
		children: Object.entries(fields).map(([name, text]) => ({ name, attributes: {}, text, children: [] })),
	});
}

async function eventOf(body: string, headers: Record<string, string> = {}): Promise<ConsentEvent> {
	const { events } = await deliver({ body, headers }, { parameters: { unknownEvents: 'emit' } });
	expect(events).toHaveLength(1);
	return events[0]!;
}

describe('whatever arrives', () => {
	test.each(['skycore', 'attentive', 'vonage'])('at %s, the trigger answers and neither throws nor pollutes', async (provider) => {
		await fc.assert(
			fc.asyncProperty(anyBody, anyContentType, fc.constantFrom('GET', 'POST'), async (body, contentType, method) => {
				const url = method === 'GET' ? `/p?${body}` : '/p';
				const outcome = await deliver(
					{ body, url, method, headers: contentType === undefined ? {} : { 'content-type': contentType } },
					{ parameters: { provider, authenticity: 'none', attentiveAuthenticity: 'none', unknownEvents: 'emit' } },
				);
				expect(STATUSES.filter((status) => status !== 500)).toContain(outcome.status);
				expect(outcome.ended).toBe(outcome.status !== 200);
				if (outcome.status !== 200) expect(outcome.events).toEqual([]);
				for (const event of outcome.events) expectFlat(event, Object.keys(EVENT_COLUMNS));
				expect(prototypesAreClean()).toBe(true);
			}),
			RUNS,
		);
	});

	test('bytes of any kind are decoded or refused', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), anyContentType, (bytes, contentType) => {
				try {
					expect(typeof bodyText(Buffer.from(bytes), contentType ?? '').text).toBe('string');
				} catch (problem) {
					expect(problem).toBeInstanceOf(PostbackRejected);
				}
			}),
			RUNS,
		);
	});

	test('without the secret, nothing whatsoever starts a workflow', async () => {
		const setting = {
			parameters: { authenticity: 'secret', unknownEvents: 'emit' },
			credentials: { smsConsentPostbackSecretApi: { placement: 'query', queryName: 'token', secret: 'a-secret-of-some-length' } },
		};
		await fc.assert(
			fc.asyncProperty(fc.oneof(anyBody, notification.map(document)), fc.webQueryParameters(), fc.string(), async (body, query, token) => {
				const { events } = await deliver({ body, url: `/p?${query}&token=${encodeURIComponent(token)}` }, setting);
				expect(events).toEqual([]);
			}),
			RUNS,
		);
	});
});

describe('XML', () => {
	test('is read back as it was written', () => {
		fc.assert(
			fc.property(element, (tree) => {
				expect(parseXml(buildXml(tree))).toEqual(tree);
			}),
			RUNS,
		);
	});

	test('that is no XML is refused as a problem of the input, never otherwise', () => {
		fc.assert(
			fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), (text) => {
				try {
					const root = parseXml(text, POSTBACK_LIMITS);
					expect(root.name).toMatch(/^[^:\s<>&]+$/u);
				} catch (problem) {
					expect(problem).toBeInstanceOf(InputProblem);
				}
			}),
			{ numRuns: 2_000 },
		);
	});

	test('without its end is never accepted', () => {
		fc.assert(
			fc.property(notification, fc.nat(), (fields, cut) => {
				const text = document(fields);
				expect(() => parseXml(text.slice(0, cut % (text.length - 1)))).toThrow(InputProblem);
			}),
			RUNS,
		);
	});
});

describe('the key of an event', () => {
	test('is the same for every delivery of a notification, however it travels', async () => {
		await fc.assert(
			fc.asyncProperty(notification, async (fields) => {
				const text = document(fields);
				const raw = await eventOf(text);
				const inForm = await eventOf(`xml=${encodeURIComponent(text)}`, { 'content-type': 'application/x-www-form-urlencoded' });
				const spaced = await eventOf(text.replaceAll('><', '>\r\n  <'), { 'content-type': 'text/xml; charset=utf-8' });
				expect(new Set([raw, inForm, spaced].map(({ eventId }) => eventId)).size).toBe(1);
			}),
			{ numRuns: 100 },
		);
	});

	test('is another one for a difference in any field', async () => {
		const different = fc
			.record({ fields: notification, name: fc.constantFrom(...(Object.keys(FIELDS) as Array<keyof Fields>)) })
			.chain(({ fields, name }) =>
				(FIELDS[name] as fc.Arbitrary<string>)
					.filter((value) => value !== fields[name])
					.map((value) => [fields, { ...fields, [name]: value }] as const),
			);
		await fc.assert(
			fc.asyncProperty(different, async ([one, other]) => {
				expect((await eventOf(document(one))).eventId).not.toBe((await eventOf(document(other))).eventId);
			}),
			{ numRuns: 200 },
		);
	});
});

describe('an opt-out', () => {
	test('is emitted whatever else its notification holds or lacks', async () => {
		const notCode = Object.keys(FIELDS).filter((name) => name !== 'CODE');
		const strange = fc.record({
			fields: fc.dictionary(
				fc.oneof(
					fc.constantFrom(...notCode),
					xmlName.filter((name) => !['CODE', 'POSTBACK', 'NOTIFICATION', 'BODY'].includes(name.toUpperCase())),
				),
				xmlText,
				{ maxKeys: 8 },
			),
		});
		await fc.assert(
			fc.asyncProperty(strange, async ({ fields }) => {
				const names = Object.keys(fields).map((name) => name.toUpperCase());
				fc.pre(new Set(names).size === names.length);
				const event = await eventOf(document({ CODE: 'N302', ...fields }));
				expect(event).toMatchObject({ action: 'opt-out', code: 'N302' });
			}),
			RUNS,
		);
	});

	test('without a campaign or source passes every filter on them', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string({ minLength: 1 }), fc.string(), async (campaigns, sources) => {
				const body = '<POSTBACK><CODE>N302</CODE><MOBILE>16502424956</MOBILE></POSTBACK>';
				expect((await deliver({ body }, { parameters: { filters: { campaigns, sources } } })).events).toHaveLength(1);
			}),
			{ numRuns: 100 },
		);
	});
});

describe('a ledger that compares provider times', () => {
	type State = 'in' | 'out';
	interface Notified {
		state: State;
		second: number;
		phone: string;
		campaign: string;
	}

	const history = fc.array(
		fc.record({
			state: fc.constantFrom<State>('in', 'out'),
			second: fc.nat({ max: 5 }),
			phone: fc.constantFrom('16502424956', '16501112222'),
			campaign: fc.constantFrom('A', 'B'),
		}),
		{ minLength: 1, maxLength: 8 },
	);

	/** What happened, by whoever was there: the newest counts, opted out on a tie. */
	function reference(notified: Notified[]): Map<string, State> {
		const states = new Map<string, State>();
		for (const { phone, campaign } of notified) {
			const own = notified.filter((other) => other.phone === phone && other.campaign === campaign);
			const newest = Math.max(...own.map(({ second }) => second));
			states.set(`${phone}/${campaign}`, own.some(({ second, state }) => second === newest && state === 'out') ? 'out' : 'in');
		}
		return states;
	}

	/** The rule of the ledger workflow, applied event by event as they come in. */
	function ledgerOf(events: ConsentEvent[]): Map<string, State> {
		const rows = new Map<string, { at: string; state: State }>();
		const seen = new Set<string>();
		for (const { eventId, phone, campaign, occurredAt, action } of events) {
			if (seen.has(eventId)) continue;
			seen.add(eventId);
			const key = `${phone?.slice(1)}/${campaign}`;
			const at = occurredAt ?? '';
			const state: State = action === 'opt-out' ? 'out' : 'in';
			const row = rows.get(key);
			if (row === undefined || at > row.at || (at === row.at && state === 'out')) rows.set(key, { at, state });
		}
		return new Map([...rows].map(([key, { state }]) => [key, state]));
	}

	test('ends in the same state under duplicates and in any order', async () => {
		const disturbed = history.chain((notified) =>
			fc.record({
				notified: fc.constant(notified),
				order: fc.shuffledSubarray([...notified, ...notified, ...notified], { minLength: notified.length * 2 }),
			}),
		);
		await fc.assert(
			fc.asyncProperty(disturbed, async ({ notified, order }) => {
				fc.pre(notified.every((one) => order.includes(one)));
				const events: ConsentEvent[] = [];
				for (const { state, second, phone, campaign } of order) {
					const fields = {
						CODE: state === 'in' ? 'N301' : 'N302',
						MOBILE: phone,
						CAMPAIGNREF: campaign,
						TIMESTAMP: `2024-07-02T14:32:0${second}-04`,
					};
					events.push(await eventOf(skycoreXml(fields)));
				}
				expect(ledgerOf(events)).toEqual(reference(notified));
			}),
			{ numRuns: 150 },
		);
	});
});
