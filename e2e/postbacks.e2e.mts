/** SMS Postback Trigger in a real n8n: who is heard, who is turned away, and what the workflow gets. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { attentiveSignature, DEFAULTS, startSandbox, type Sandbox, webhookToken } from '../sandbox/server.mts';
import { nodeOutputs, type N8nClient, type WorkflowNodeJson } from '../n8n/client.mts';
import { startN8n, type N8nInstance } from '../n8n/instance.mts';
import type { ConsentEvent } from '../consent/event';
import { POSTBACK_SECRET, SIGNATURE_METHODS, store, WRONG } from './support/credentials.mts';
import { call, type Answer, type Call } from './support/http.mts';
import { ARTEFACTS } from './support/places.mts';
import {
	attentiveBody,
	attentiveHeaders,
	HOSTILE_TO_N8N,
	skycoreBody,
	skycoreElement,
	vonageParameters,
	vonageSigned,
} from './support/postback.mts';
import { runningN8n, sharedN8n } from './support/running.mts';
import { liveTrigger, type LiveTrigger, withTriggerNode } from './support/trigger.mts';
import { TRIGGER_NODE } from './support/workflow.mts';
import { waitUntil } from './support/waiting.mts';

const AT_ONCE_MS = 2_000;
const DELIVERY_PATIENCE_MS = 5_000;
const SIGNING_KEY = DEFAULTS.attentive.signingKey;
const SIGNATURE_SECRET = DEFAULTS.vonage.signatureSecret;
const XML = { 'content-type': 'text/xml' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const SECRET = `?token=${POSTBACK_SECRET}`;
const SKYCORE_PERSON = '16502424956';
/** All columns. */
const WHOLE = { simplify: false };
/** For an n8n that is restarted while the shared one runs. */
const MOVING_PORT = 15_778;
const SENTENCE = /[a-z]+ [a-z]+ [a-z]+/i;

let n8n: N8nClient;
let sandbox: Sandbox;
let secretCredential: Record<string, string>;
let signingKeyCredential: Record<string, string>;

beforeAll(async () => {
	n8n = sharedN8n();
	sandbox = await startSandbox();
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
});

afterAll(async () => {
	await sandbox.close();
});

/** Lets the sandbox deliver everything once; waits for a retry are cut short, so that a refusal fails the test at once. */
async function delivered(): Promise<void> {
	await Promise.race([sandbox.idle(), sleep(DELIVERY_PATIENCE_MS, undefined, { ref: false })]);
}

async function skycoreTrigger(name: string, parameters: Record<string, unknown> = {}): Promise<LiveTrigger> {
	return await liveTrigger(n8n, name, { parameters: { provider: 'skycore', ...WHOLE, ...parameters }, credentials: secretCredential });
}

async function signatureCredential(method: string): Promise<Record<string, string>> {
	const { apiKey, signatureSecret } = DEFAULTS.vonage;
	return await store(n8n, {
		name: `Vonage signature ${method}`,
		type: 'smsConsentVonageSignatureApi',
		data: { apiKey, signatureSecret, method, baseUrl: sandbox.baseUrls.vonage },
	});
}

function expectAccepted(answer: Answer): void {
	expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: 'OK' });
	expect(answer.durationMs).toBeLessThan(AT_ONCE_MS);
}

function expectRefused(answer: Answer, status: number): void {
	expect({ status: answer.status, body: answer.body }).toEqual({ status, body: '' });
	expect(answer.durationMs).toBeLessThan(AT_ONCE_MS);
}

/** Sends one postback, which must be accepted and start exactly one run; returns that run's events. */
async function heard(trigger: LiveTrigger, url: string, postback: Call): Promise<ConsentEvent[]> {
	const runs = await trigger.runsDuring(async () => expectAccepted(await call(url, postback)));
	expect(runs.map(({ status, mode }) => ({ status, mode }))).toEqual([{ status: 'success', mode: 'webhook' }]);
	return nodeOutputs(runs[0]!, TRIGGER_NODE)
		.flat()
		.map(({ json }) => json as unknown as ConsentEvent);
}

/** Sends one postback, which must get that status and start nothing. */
async function turnedAway(trigger: LiveTrigger, url: string, postback: Call, status: number): Promise<Answer> {
	let answer: Answer | undefined;
	const runs = await trigger.runsDuring(async () => {
		answer = await call(url, postback);
		expectRefused(answer, status);
	});
	expect(runs).toEqual([]);
	return answer!;
}

describe('Skycore', () => {
	let trigger: LiveTrigger;

	beforeAll(async () => {
		trigger = await skycoreTrigger('Postbacks of Skycore');
		sandbox.configure({ clockFactor: 20, skycore: { postbackUrl: `${trigger.url}${SECRET}` } });
	});

	beforeEach(() => {
		sandbox.reset();
	});

	async function deliveries(): Promise<Array<{ event: string; status: number; answer: string }>> {
		await delivered();
		return sandbox.state().providers.skycore.deliveries.map(({ event, attempts }) => ({
			event,
			status: attempts[0]?.status ?? 0,
			answer: attempts[0]?.answer ?? '',
		}));
	}

	test.each(['current', 'campaignId2014', 'flat2014', 'notification2013'] as const)(
		'N301 and N302 in the shape "%s" arrive as opt-in and opt-out',
		async (postbackShape) => {
			sandbox.configure({ skycore: { postbackShape, postbackForm: 'raw' } });
			const events = await trigger.eventsDuring(async () => {
				sandbox.text({ provider: 'skycore', from: SKYCORE_PERSON, text: 'JOIN' });
				expect(await deliveries()).toEqual([{ event: 'N301', status: 200, answer: 'OK' }]);
				sandbox.text({ provider: 'skycore', from: SKYCORE_PERSON, text: 'STOP' });
				expect((await deliveries()).at(-1)).toEqual({ event: 'N302', status: 200, answer: 'OK' });
			});
			expect(events).toHaveLength(2);
			expect(events[0]).toMatchObject({ provider: 'skycore', action: 'opt-in', code: 'N301', phone: `+${SKYCORE_PERSON}`, channel: 'sms' });
			expect(events[1]).toMatchObject({
				provider: 'skycore',
				action: 'opt-out',
				code: 'N302',
				phone: `+${SKYCORE_PERSON}`,
				channel: 'sms',
			});
			expect(events.map(({ campaign }) => campaign)).toEqual(Array(2).fill(postbackShape === 'current' ? 'spring-sale' : '1116'));
			expect(events[0]!.eventId).not.toBe(events[1]!.eventId);
		},
	);

	test('inside the form field xml', async () => {
		sandbox.configure({ skycore: { postbackShape: 'current', postbackForm: 'form' } });
		const events = await trigger.eventsDuring(async () => {
			sandbox.text({ provider: 'skycore', from: SKYCORE_PERSON, text: 'JOIN' });
			await delivered();
		});
		expect(events).toMatchObject([{ action: 'opt-in', code: 'N301', phone: `+${SKYCORE_PERSON}` }]);
	});

	test.each<[string, Call]>([
		['as text/xml', { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) }],
		[
			'as application/xml with a charset',
			{ headers: { 'content-type': 'application/xml; charset=ISO-8859-1' }, body: skycoreBody({ mobile: SKYCORE_PERSON }) },
		],
		['without a content type', { body: skycoreBody({ mobile: SKYCORE_PERSON }) }],
		['as text/plain', { headers: { 'content-type': 'text/plain' }, body: skycoreBody({ mobile: SKYCORE_PERSON }) }],
		[
			'as application/octet-stream',
			{ headers: { 'content-type': 'application/octet-stream' }, body: skycoreBody({ mobile: SKYCORE_PERSON }) },
		],
		['raw under a form content type', { headers: FORM, body: skycoreBody({ mobile: SKYCORE_PERSON }) }],
		['in the form field XML', { headers: FORM, body: new URLSearchParams({ XML: skycoreBody({ mobile: SKYCORE_PERSON }) }).toString() }],
		['with a byte order mark', { headers: XML, body: `\uFEFF${skycoreBody({ mobile: SKYCORE_PERSON })}` }],
	])('the body %s is read', async (_, postback) => {
		const [event, ...more] = await heard(trigger, `${trigger.url}${SECRET}`, postback);
		expect(more).toEqual([]);
		expect(event).toMatchObject({
			provider: 'skycore',
			action: 'opt-out',
			code: 'N302',
			phone: `+${SKYCORE_PERSON}`,
			campaign: '1478',
			shortCode: '123456',
			source: 'MO',
			occurredAt: '2024-07-02T18:32:23Z',
			occurredAtRaw: '2024-07-02T14:32:23-04',
			warnings: null,
		});
	});

	test('an inbound STOP in JSON is an opt-out', async () => {
		const message = {
			code: 'N211',
			origin: 'SMS_MO',
			from: SKYCORE_PERSON,
			to: '123456',
			'message-text': 'STOP',
			timestamp: '2021-02-01T23:35:54+00:00',
			'tracking-id': 'MMS_123',
		};
		const events = await heard(trigger, `${trigger.url}${SECRET}`, {
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(message),
		});
		expect(events).toMatchObject([
			{ action: 'opt-out', code: 'N211', phone: `+${SKYCORE_PERSON}`, text: 'STOP', occurredAt: '2021-02-01T23:35:54Z' },
		]);
		expect(JSON.parse(events[0]!.raw)).toEqual(message);
	});

	test('several notifications in one body are several events', async () => {
		const body = `<POSTBACKS>${skycoreElement({ mobile: '16502424956' })}${skycoreElement({ mobile: '16502424957', code: 'N301' })}</POSTBACKS>`;
		const events = await heard(trigger, `${trigger.url}${SECRET}`, { headers: XML, body });
		expect(events.map(({ action, phone }) => ({ action, phone }))).toEqual([
			{ action: 'opt-out', phone: '+16502424956' },
			{ action: 'opt-in', phone: '+16502424957' },
		]);
	});

	test('an opt-out with an odd number and unknown fields is emitted, with a warning', async () => {
		const body = '<POSTBACK><ORIGIN>SUB</ORIGIN><CODE>N302</CODE><MOBILE>not-a-number</MOBILE><COLOUR>green</COLOUR></POSTBACK>';
		const [event] = await heard(trigger, `${trigger.url}${SECRET}`, { headers: XML, body });
		expect(event).toMatchObject({ action: 'opt-out', phone: null, phoneRaw: 'not-a-number' });
		expect(JSON.parse(event!.raw)).toMatchObject({ COLOUR: 'green' });
		expect(event!.warnings).toEqual(expect.stringMatching(SENTENCE));
	});

	test('an opt-out with bytes that are no UTF-8 is emitted, with a warning', async () => {
		const [before, after] = skycoreBody({ mobile: SKYCORE_PERSON, source: '|' }).split('|');
		const body = Buffer.concat([Buffer.from(before!), Buffer.from([0xe9, 0xff]), Buffer.from(after!)]);
		const [event] = await heard(trigger, `${trigger.url}${SECRET}`, { headers: XML, body });
		expect(event).toMatchObject({ action: 'opt-out', phone: `+${SKYCORE_PERSON}` });
		expect(event!.warnings).toEqual(expect.stringMatching(SENTENCE));
	});

	test('the same notification has the same id, any other another one', async () => {
		const url = `${trigger.url}${SECRET}`;
		const one = { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) };
		const other = { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON, timestamp: '2024-07-02T14:32:24-04' }) };
		const [first, repeated, different] = [await heard(trigger, url, one), await heard(trigger, url, one), await heard(trigger, url, other)];
		expect(repeated[0]!.eventId).toBe(first[0]!.eventId);
		expect(different[0]!.eventId).not.toBe(first[0]!.eventId);
	});

	test('a mismatched tag, then a truncated body, then a good one: each is answered at once and the good one starts the workflow', async () => {
		const url = `${trigger.url}${SECRET}`;
		await turnedAway(trigger, url, { headers: XML, body: '<POSTBACK><CODE>N302</MOBILE></POSTBACK>' }, 400);
		await turnedAway(trigger, url, { headers: XML, body: '<POSTBACK><CODE>N30' }, 400);
		expect(await heard(trigger, url, { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) })).toMatchObject([
			{ action: 'opt-out' },
		]);
	});

	test.each<[string, number, Call]>([
		['malformed XML', 400, { headers: XML, body: '<POSTBACK><CODE>N302' }],
		['no XML at all', 400, { headers: XML, body: 'STOP' }],
		['an empty body', 400, { headers: XML, body: '' }],
		['two roots', 400, { headers: XML, body: skycoreElement({ mobile: SKYCORE_PERSON }).repeat(2) }],
		[
			'a DOCTYPE',
			400,
			{ headers: XML, body: `<!DOCTYPE POSTBACK [<!ENTITY e SYSTEM "file:///etc/passwd">]>${skycoreElement({ mobile: '&e;' })}` },
		],
		['an unknown root', 400, { headers: XML, body: '<ORDER><CODE>N302</CODE></ORDER>' }],
		['an element named __proto__', 400, { headers: XML, body: '<POSTBACK><__proto__><polluted>1</polluted></__proto__></POSTBACK>' }],
		['200 KB', 413, { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON, source: 'x'.repeat(200 * 1024) }) }],
		['17 MB', 413, { headers: XML, body: Buffer.alloc(17 * 1024 * 1024, 0x20) }],
	])('%s is answered %d and starts nothing, and the next good one is heard', async (_, status, postback) => {
		const url = `${trigger.url}${SECRET}`;
		await turnedAway(trigger, url, postback, status);
		expect(await heard(trigger, url, { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) })).toHaveLength(1);
	});

	test('an unknown code is accepted and starts nothing', async () => {
		const runs = await trigger.runsDuring(async () => {
			expectAccepted(await call(`${trigger.url}${SECRET}`, { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON, code: 'N999' }) }));
		});
		expect(runs).toEqual([]);
	});

	test('an unknown code starts the workflow where the person asked for it', async () => {
		const curious = await skycoreTrigger('Postbacks of Skycore, unknown ones too', { unknownEvents: 'emit' });
		const events = await heard(curious, `${curious.url}${SECRET}`, {
			headers: XML,
			body: skycoreBody({ mobile: SKYCORE_PERSON, code: 'N999' }),
		});
		expect(events).toMatchObject([{ action: 'unknown', code: 'N999', phone: `+${SKYCORE_PERSON}` }]);
		await curious.deactivate();
	});

	test('an answer to a sender whose body dribbles in', async () => {
		const body = skycoreBody({ mobile: SKYCORE_PERSON });
		const runs = await trigger.runsDuring(async () => {
			const answer = await call(`${trigger.url}${SECRET}`, { headers: XML, body, parts: 5, pauseMs: 300 });
			expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: 'OK' });
		});
		expect(runs).toHaveLength(1);
	});

	test('a sender that hangs up starts nothing', async () => {
		const runs = await trigger.runsDuring(async () => {
			await call(`${trigger.url}${SECRET}`, { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }), breakOff: true });
			expectAccepted(await call(`${trigger.url}${SECRET}`, { headers: XML, body: skycoreBody({ mobile: '16502424999' }) }));
		});
		expect(runs).toHaveLength(1);
	});

	test.each<[string, string, Record<string, string>]>([
		['no secret', '', {}],
		['an empty secret', '?token=', {}],
		['a wrong secret', `?token=${WRONG}`, {}],
		['a longer secret', `?token=${POSTBACK_SECRET}x`, {}],
		['the secret under another name', `?secret=${POSTBACK_SECRET}`, {}],
		['the secret in a header instead', '', { 'x-postback-secret': POSTBACK_SECRET }],
	])('%s is answered 401 and starts nothing', async (_, query, headers) => {
		await turnedAway(
			trigger,
			`${trigger.url}${query}`,
			{ headers: { ...XML, ...headers }, body: skycoreBody({ mobile: SKYCORE_PERSON }) },
			401,
		);
	});

	test('a wrong and the right secret together are answered 400', async () => {
		await turnedAway(
			trigger,
			`${trigger.url}?token=${WRONG}&token=${POSTBACK_SECRET}`,
			{ headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) },
			400,
		);
	});

	test('the secret in a header, and in basic authentication', async () => {
		const placements: Array<{
			data: { placement: string } & Record<string, string>;
			good: Record<string, string>;
			bad: Record<string, string>;
		}> = [
			{
				data: { placement: 'header', headerName: 'X-Postback-Secret', secret: POSTBACK_SECRET },
				good: { 'x-postback-secret': POSTBACK_SECRET },
				bad: { 'x-postback-secret': WRONG },
			},
			{
				data: { placement: 'basicAuth', user: 'postback', secret: POSTBACK_SECRET },
				good: { authorization: `Basic ${Buffer.from(`postback:${POSTBACK_SECRET}`).toString('base64')}` },
				bad: { authorization: `Basic ${Buffer.from(`somebody:${POSTBACK_SECRET}`).toString('base64')}` },
			},
		];
		for (const { data, good, bad } of placements) {
			const credentials = await store(n8n, { name: `Postback secret ${data.placement}`, type: 'smsConsentPostbackSecretApi', data });
			const other = await liveTrigger(n8n, `Postbacks of Skycore, secret by ${data.placement}`, {
				parameters: { provider: 'skycore', ...WHOLE },
				credentials,
			});
			const body = skycoreBody({ mobile: SKYCORE_PERSON });
			expect(await heard(other, other.url, { headers: { ...XML, ...good }, body })).toHaveLength(1);
			await turnedAway(other, other.url, { headers: { ...XML, ...bad }, body }, 401);
			const answer = await turnedAway(other, other.url, { headers: XML, body }, 401);
			expect(answer.headers['www-authenticate']).toBe(data.placement === 'basicAuth' ? 'Basic realm="postback"' : undefined);
			await other.deactivate();
		}
	});

	test('a changed secret counts at once, without activating again', async () => {
		const data = (secret: string) => ({
			name: 'Postback secret in rotation',
			type: 'smsConsentPostbackSecretApi',
			data: { placement: 'query', queryName: 'token', secret },
		});
		const [before, after] = ['firstSecret00000001', 'secondSecret0000002'];
		const rotating = await liveTrigger(n8n, 'Postbacks of Skycore, secret in rotation', {
			parameters: { provider: 'skycore', ...WHOLE },
			credentials: await store(n8n, data(before)),
		});
		const postback = { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) };
		expect(await heard(rotating, `${rotating.url}?token=${before}`, postback)).toHaveLength(1);
		await turnedAway(rotating, `${rotating.url}?token=${after}`, postback, 401);
		await store(n8n, data(after));
		expect(await heard(rotating, `${rotating.url}?token=${after}`, postback)).toHaveLength(1);
		await turnedAway(rotating, `${rotating.url}?token=${before}`, postback, 401);
		await rotating.deactivate();
	});

	test('a blank secret lets nobody in', async () => {
		const credentials = await store(n8n, {
			name: 'Postback secret, blank',
			type: 'smsConsentPostbackSecretApi',
			data: { placement: 'query', queryName: 'token', secret: ' ' },
		});
		const blank = await liveTrigger(n8n, 'Postbacks of Skycore, blank secret', {
			parameters: { provider: 'skycore', ...WHOLE },
			credentials,
		});
		for (const query of ['', '?token=', '?token=%20']) {
			await turnedAway(blank, `${blank.url}${query}`, { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) }, 401);
		}
		await blank.deactivate();
	});

	test('without proof, by choice, whoever posts is heard', async () => {
		const open = await liveTrigger(n8n, 'Postbacks of Skycore, open', {
			parameters: { provider: 'skycore', ...WHOLE, authenticity: 'none' },
		});
		expect(await heard(open, open.url, { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) })).toHaveLength(1);
		await open.deactivate();
	});

	test('an address that is not allowed is answered 403, an allowed one is heard', async () => {
		const foreign = await skycoreTrigger('Postbacks of Skycore, from elsewhere', { allowedAddresses: '203.0.113.0/24, 2001:db8::/32' });
		const local = await skycoreTrigger('Postbacks of Skycore, from here', { allowedAddresses: '203.0.113.0/24, 127.0.0.0/8' });
		const postback = { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) };
		await turnedAway(foreign, `${foreign.url}${SECRET}`, postback, 403);
		await turnedAway(foreign, `${foreign.url}${SECRET}`, { ...postback, headers: { ...XML, 'x-forwarded-for': '203.0.113.7' } }, 403);
		expect(await heard(local, `${local.url}${SECRET}`, postback)).toHaveLength(1);
		await foreign.deactivate();
		await local.deactivate();
	});

	test('an allow-list that cannot be read stops the activation with a sentence', async () => {
		await expect(skycoreTrigger('Postbacks of Skycore, from nowhere', { allowedAddresses: '203.0.113.0/24, office' })).rejects.toThrow(
			/'Allowed Addresses' holds office/,
		);
	});

	test('GET is answered 405', async () => {
		const answer = await turnedAway(trigger, `${trigger.url}${SECRET}`, { method: 'GET' }, 405);
		expect(answer.headers['allow']).toBe('POST');
	});

	test('an address that belongs to no trigger is 404', async () => {
		expect(
			(
				await call(n8n.webhookUrl('00000000-0000-4000-8000-000000000000/postback'), {
					headers: XML,
					body: skycoreBody({ mobile: SKYCORE_PERSON }),
				})
			).status,
		).toBe(404);
	});

	test('filters leave out other campaigns and sources, but no opt-out that names none', async () => {
		const picky = await skycoreTrigger('Postbacks of Skycore, one campaign', {
			triggerOn: ['opt-in', 'opt-out'],
			filters: { campaigns: '1478, spring-sale', sources: ['MO', 'WEB'] },
		});
		const url = `${picky.url}${SECRET}`;
		const send = async (body: string): Promise<ConsentEvent[]> =>
			await picky.eventsDuring(async () => expectAccepted(await call(url, { headers: XML, body })));
		expect(await send(skycoreBody({ mobile: SKYCORE_PERSON }))).toHaveLength(1);
		expect(await send(skycoreBody({ mobile: SKYCORE_PERSON, campaign: 'other' }))).toEqual([]);
		expect(await send(skycoreBody({ mobile: SKYCORE_PERSON, source: 'API' }))).toEqual([]);
		const nameless = await send(`<POSTBACK><CODE>N302</CODE><MOBILE>${SKYCORE_PERSON}</MOBILE></POSTBACK>`);
		expect(nameless).toHaveLength(1);
		expect(nameless[0]!.warnings).toMatch(/campaign filter/);
		await picky.deactivate();
	});

	test('one output per kind of event', async () => {
		const sorted = await skycoreTrigger('Postbacks of Skycore, by kind', {
			outputMode: 'perKind',
			unknownEvents: 'emit',
			triggerOn: ['opt-in', 'opt-out', 'message'],
		});
		const body = `<POSTBACKS>${['N302', 'N301', 'N999'].map((code) => skycoreElement({ mobile: SKYCORE_PERSON, code })).join('')}</POSTBACKS>`;
		const [run] = await sorted.runsDuring(async () => expectAccepted(await call(`${sorted.url}${SECRET}`, { headers: XML, body })));
		expect(nodeOutputs(run!, TRIGGER_NODE).map((items) => items.map(({ json }) => json['code']))).toEqual([['N301'], ['N302'], ['N999']]);
		await sorted.deactivate();
	});

	test('inbound messages: STOP is an opt-out, START and small talk are messages', async () => {
		const talk = await skycoreTrigger('Inbound messages of Skycore', { triggerOn: ['opt-in', 'opt-out', 'message'] });
		sandbox.configure({
			skycore: { inboundPostbacks: true, optInPostbacks: false, inboundPostbackUrl: `${talk.url}${SECRET}`, postbackForm: 'raw' },
		});
		const events = await talk.eventsDuring(async () => {
			for (const text of ['STOP', 'please stop texting me', 'What are your opening hours?']) {
				sandbox.text({ provider: 'skycore', from: SKYCORE_PERSON, text });
				await delivered();
			}
		});
		sandbox.configure({ skycore: { inboundPostbacks: false, optInPostbacks: true } });
		expect(events).toMatchObject([
			{ action: 'opt-out', keyword: 'STOP', text: 'STOP', phone: `+${SKYCORE_PERSON}`, code: 'N211' },
			{ text: 'please stop texting me' },
			{ action: 'message', needsReview: false, text: 'What are your opening hours?' },
		]);
		expect(events[1]!.action === 'opt-out' || events[1]!.needsReview).toBe(true);
		await talk.deactivate();
	});

	test('the test URL hears one postback while the editor listens', async () => {
		const quiet = await liveTrigger(n8n, 'Postbacks of Skycore, in the editor', {
			parameters: { provider: 'skycore', ...WHOLE },
			credentials: secretCredential,
			activate: false,
		});
		await n8n.listenForTest(quiet.id, TRIGGER_NODE);
		const runs = await quiet.runsDuring(async () => {
			expectAccepted(await call(`${quiet.testUrl}${SECRET}`, { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) }));
		});
		expect(runs.map(({ mode, status }) => ({ mode, status }))).toEqual([{ mode: 'manual', status: 'success' }]);
	});
});

describe('Attentive', () => {
	const PHONE = '+13105550123';
	let trigger: LiveTrigger;

	beforeAll(async () => {
		trigger = await liveTrigger(n8n, 'Webhooks of Attentive', {
			parameters: { provider: 'attentive', ...WHOLE, triggerOn: ['opt-in', 'opt-out', 'message'] },
			credentials: signingKeyCredential,
		});
		sandbox.reset({ settings: true });
		sandbox.configure({ attentive: { postbackUrl: trigger.url } });
	});

	test('subscribed, unsubscribed and inbound events, signed by the sandbox, arrive', async () => {
		const events = await trigger.eventsDuring(async () => {
			for (const text of ['JOIN', 'What do you sell?', 'STOP']) {
				sandbox.text({ provider: 'attentive', from: PHONE, text });
				await delivered();
			}
		});
		expect(sandbox.state().providers.attentive.deliveries.map(({ attempts }) => attempts[0]?.status)).toEqual(
			Array(events.length).fill(200),
		);
		const summary = events.map(({ code, action, phone }) => ({ code, action, phone }));
		expect(summary).toEqual(
			expect.arrayContaining([
				{ code: 'sms.subscribed', action: 'opt-in', phone: PHONE },
				{ code: 'sms.inbound_message', action: 'message', phone: PHONE },
				{ code: 'sms.inbound_message', action: 'opt-out', phone: PHONE },
				{ code: 'sms.unsubscribed', action: 'opt-out', phone: PHONE },
			]),
		);
	});

	test.each<[string, string]>([
		['sms.subscribed', 'opt-in'],
		['sms.unsubscribed', 'opt-out'],
		['phone.subscribed', 'opt-in'],
		['phone.unsubscribed', 'opt-out'],
		['email.subscribed', 'opt-in'],
		['email.unsubscribed', 'opt-out'],
	])('%s is an %s', async (type, action) => {
		const body = attentiveBody(type, PHONE);
		expect(await heard(trigger, trigger.url, { headers: attentiveHeaders(body, SIGNING_KEY), body })).toMatchObject([
			{ provider: 'attentive', code: type, action, phone: PHONE, occurredAt: expect.stringMatching(/^2024-07-02T18:32:23(\.000)?Z$/) },
		]);
	});

	test('several events in one body', async () => {
		const body = `[${attentiveBody('sms.unsubscribed', PHONE)},${attentiveBody('sms.subscribed', PHONE)}]`;
		expect(await heard(trigger, trigger.url, { headers: attentiveHeaders(body, SIGNING_KEY), body })).toMatchObject([
			{ action: 'opt-out' },
			{ action: 'opt-in' },
		]);
	});

	const signature = (body: string, key = SIGNING_KEY): Record<string, string> => ({
		'x-attentive-hmac-sha256': attentiveSignature(key, body),
	});
	const body = attentiveBody('sms.unsubscribed', PHONE);

	test.each<[string, Record<string, string>]>([
		['no signature', {}],
		['an empty signature', { 'x-attentive-hmac-sha256': '' }],
		['a signature with another key', signature(body, WRONG)],
		['the signature of another body', signature(`${body} `)],
		['half a signature', { 'x-attentive-hmac-sha256': attentiveSignature(SIGNING_KEY, body).slice(0, 32) }],
		['no hexadecimal', { 'x-attentive-hmac-sha256': 'z'.repeat(64) }],
		['the right signature under another name', { 'x-attentive-signature': attentiveSignature(SIGNING_KEY, body) }],
	])('%s is answered 401 and starts nothing', async (_, headers) => {
		await turnedAway(trigger, trigger.url, { headers: { 'content-type': 'application/json', ...headers }, body }, 401);
	});

	test.each<[string, number, string]>([
		['no JSON', 400, '{"type":"sms.unsub'],
		['JSON that is no event', 400, '{"hello":"world"}'],
		['a number', 400, '7'],
		['200 KB', 413, attentiveBody('sms.unsubscribed', PHONE, { note: 'x'.repeat(200 * 1024) })],
	])('%s, rightly signed, is answered %d', async (_, status, text) => {
		await turnedAway(trigger, trigger.url, { headers: attentiveHeaders(text, SIGNING_KEY), body: text }, status);
	});

	test('an unknown type is accepted and starts nothing', async () => {
		const odd = attentiveBody('sms.flew_away', PHONE);
		const runs = await trigger.runsDuring(async () =>
			expectAccepted(await call(trigger.url, { headers: attentiveHeaders(odd, SIGNING_KEY), body: odd })),
		);
		expect(runs).toEqual([]);
	});

	test('during a change of the key, both keys count', async () => {
		const credentials = await store(n8n, {
			name: 'Signing key, changed',
			type: 'smsConsentAttentiveSigningKeyApi',
			data: { signingKey: 'the-new-signing-key', previousSigningKey: SIGNING_KEY },
		});
		const changing = await liveTrigger(n8n, 'Webhooks of Attentive, key changed', {
			parameters: { provider: 'attentive', ...WHOLE },
			credentials,
		});
		for (const key of [SIGNING_KEY, 'the-new-signing-key']) {
			expect(await heard(changing, changing.url, { headers: attentiveHeaders(body, key), body })).toHaveLength(1);
		}
		await turnedAway(changing, changing.url, { headers: attentiveHeaders(body, 'an-older-signing-key'), body }, 401);
		await changing.deactivate();
	});

	describe('registers its webhook', () => {
		let apiCredential: Record<string, string>;

		beforeAll(async () => {
			apiCredential = await store(n8n, {
				name: 'Attentive for webhooks',
				type: 'smsConsentAttentiveApi',
				data: { apiKey: 'sandbox-attentive-key', baseUrl: sandbox.baseUrls.attentive },
			});
		});

		async function webhooks(): Promise<Array<{ id: string; url: string; events: string[] }>> {
			const answer = await fetch(`${sandbox.baseUrls.attentive}/webhooks`, { headers: { authorization: 'Bearer sandbox-attentive-key' } });
			return ((await answer.json()) as { webhooks: Array<{ id: string; url: string; events: string[]; type: string }> }).webhooks.filter(
				({ type }) => type !== 'STATIC',
			);
		}

		const parameters = { provider: 'attentive', ...WHOLE, registerWebhook: true };

		test('on activation, and removes it on deactivation', async () => {
			const registered = await liveTrigger(n8n, 'Webhooks of Attentive, registered', {
				parameters,
				credentials: { ...signingKeyCredential, ...apiCredential },
			});
			expect(await webhooks()).toMatchObject([
				{ url: registered.url, events: expect.arrayContaining(['sms.subscribed', 'sms.unsubscribed']) },
			]);
			const events = await registered.eventsDuring(async () => {
				sandbox.text({ provider: 'attentive', from: '+13105550199', text: 'JOIN' });
				await delivered();
			});
			expect(events).toMatchObject([{ code: 'sms.subscribed', phone: '+13105550199' }]);
			await registered.deactivate();
			expect(await webhooks()).toEqual([]);
		});

		test('and listening for a test event adds one of its own, which goes again', async () => {
			const listening = await liveTrigger(n8n, 'Webhooks of Attentive, listened to', {
				parameters,
				credentials: { ...signingKeyCredential, ...apiCredential },
			});
			const production = await webhooks();
			expect(production).toMatchObject([{ url: listening.url }]);
			await n8n.listenForTest(listening.id, TRIGGER_NODE);
			expect(await webhooks()).toEqual([...production, expect.objectContaining({ url: listening.testUrl })]);
			await n8n.stopListening(listening.id);
			await waitUntil(async () => (await webhooks()).length === 1, undefined, 'the webhook of the test is gone');
			expect(await webhooks()).toEqual(production);
			await listening.deactivate();
			expect(await webhooks()).toEqual([]);
		});

		describe('and when n8n gets another address', () => {
			const headers = { authorization: 'Bearer sandbox-attentive-key', 'content-type': 'application/json' };
			let folder: string;
			let moving: N8nInstance | undefined;
			let port: number;
			let trigger: LiveTrigger;

			/** n8n as it was before, but for these settings. */
			async function started(env: Record<string, string> = {}): Promise<N8nInstance> {
				await moving?.stop();
				const logFile = path.join(ARTEFACTS, 'another-address.log');
				return await startN8n({ port, userFolder: path.join(folder, 'home'), packageTarball: runningN8n().tarball, logFile, env });
			}

			beforeAll(async () => {
				folder = mkdtempSync(path.join(tmpdir(), 'sms-consent-address-'));
				port = MOVING_PORT;
				moving = await started();
				({ port } = moving);
				await moving.setupOwner();
				const credentials = {
					...(await store(moving, { name: 'Signing key', type: 'smsConsentAttentiveSigningKeyApi', data: { signingKey: SIGNING_KEY } })),
					...(await store(moving, {
						name: 'Attentive for webhooks',
						type: 'smsConsentAttentiveApi',
						data: { apiKey: 'sandbox-attentive-key', baseUrl: sandbox.baseUrls.attentive },
					})),
				};
				trigger = await liveTrigger(moving, 'Webhooks of Attentive, n8n moves', { parameters, credentials });
			}, 240_000);

			afterAll(async () => {
				for (const { id } of await webhooks()) await fetch(`${sandbox.baseUrls.attentive}/webhooks/${id}`, { method: 'DELETE', headers });
				await moving?.stop();
				await rm(folder, { recursive: true, force: true });
			});

			test('takes it along at its start, where n8n registers webhooks then', async () => {
				const [before] = await webhooks();
				expect(before).toMatchObject({ url: trigger.url });
				moving = await started({ WEBHOOK_URL: `http://localhost:${port}/`, N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'false' });
				const url = trigger.url.replace('127.0.0.1', 'localhost');
				await waitUntil(async () => (await webhooks())[0]?.url === url, undefined, 'the webhook has moved');
				expect(await webhooks()).toEqual([{ ...before, url }]);
				sandbox.text({ provider: 'attentive', from: '+13105550197', text: 'JOIN' });
				await delivered();
				const runs = await moving.waitForExecutions(trigger.id, 1);
				expect(runs.map(({ status }) => status)).toEqual(['success']);
			}, 240_000);

			test('else when the workflow is published again, with what was ticked by hand', async () => {
				const [before] = await webhooks();
				const events = [...before!.events, 'sms.sent'];
				await fetch(`${sandbox.baseUrls.attentive}/webhooks/${before!.id}`, {
					method: 'PUT',
					headers,
					body: JSON.stringify({ url: before!.url, events, disabled: false }),
				});
				moving = await started();
				await moving.deactivate(trigger.id);
				expect(await webhooks()).toEqual([{ ...before, events }]);
				await moving.activate(trigger.id);
				expect(await webhooks()).toEqual([{ ...before, events, url: trigger.url }]);
			}, 240_000);
		});

		test('without the event that Attentive refuses, and every event says so', async () => {
			sandbox.configure({ attentive: { smsUnsubscribedByApi: false } });
			const partly = await liveTrigger(n8n, 'Webhooks of Attentive, partly registered', {
				parameters,
				credentials: { ...signingKeyCredential, ...apiCredential },
			});
			const [webhook] = await webhooks();
			expect(webhook!.events).toContain('sms.subscribed');
			expect(webhook!.events).not.toContain('sms.unsubscribed');
			const events = await partly.eventsDuring(async () => {
				sandbox.text({ provider: 'attentive', from: '+13105550198', text: 'JOIN' });
				await delivered();
			});
			expect(events.map(({ warnings }) => warnings)).toEqual([expect.stringContaining('sms.unsubscribed')]);
			sandbox.configure({ attentive: { smsUnsubscribedByApi: true } });
			await partly.deactivate();
		});

		test('and says what is wrong when the key is', async () => {
			const credentials = {
				...signingKeyCredential,
				...(await store(n8n, {
					name: 'Attentive for webhooks, wrong',
					type: 'smsConsentAttentiveApi',
					data: { apiKey: WRONG, baseUrl: sandbox.baseUrls.attentive },
				})),
			};
			await expect(liveTrigger(n8n, 'Webhooks of Attentive, not registered', { parameters, credentials })).rejects.toThrow(/API key/i);
		});
	});
});

describe('a workflow written as JSON', () => {
	const opensParser = /One malformed postback could stop n8n/;
	const hostile = HOSTILE_TO_N8N.map((body) => ({ headers: XML, body }));

	/** The same person opts out once more; whatever was sent before, it must be heard. */
	async function stillHeard(trigger: LiveTrigger): Promise<void> {
		const good = { headers: XML, body: skycoreBody({ mobile: SKYCORE_PERSON }) };
		expect(await heard(trigger, `${trigger.url}${SECRET}`, good)).toMatchObject([{ action: 'opt-out', phone: `+${SKYCORE_PERSON}` }]);
	}

	async function written(name: string, change: Partial<WorkflowNodeJson>, options?: unknown, activate = true): Promise<LiveTrigger> {
		return await liveTrigger(n8n, `Written as JSON, ${name}`, {
			parameters: { provider: 'skycore', ...WHOLE, ...(options === undefined ? {} : { options }) },
			credentials: secretCredential,
			activate,
			extend: withTriggerNode(change),
		});
	}

	const LACKING = [
		{ name: 'without the hidden option', change: {}, options: {} },
		{ name: 'with the hidden option off', change: {}, options: { binaryData: false } },
		{ name: 'with an expression that gives no option', change: {}, options: '={{ {} }}' },
		{ name: 'as version 1.1', change: { typeVersion: 1.1 }, options: undefined },
		{ name: 'as version 2, with the option', change: { typeVersion: 2 }, options: { binaryData: true } },
		{ name: 'without a version', change: { typeVersion: undefined as unknown as number }, options: undefined },
	];

	test.each(LACKING)('$name: a test event is not listened for', async ({ name, change, options }) => {
		const idle = await written(name, change, options, false);
		await expect(n8n.listenForTest(idle.id, TRIGGER_NODE)).rejects.toThrow(opensParser);
		for (const postback of hostile) expect((await call(`${idle.testUrl}${SECRET}`, postback)).status).toBe(404);
	});

	test.each([LACKING[0]!, LACKING[3]!])('$name: not activated, and hostile bodies harm nobody', async ({ name, change, options }) => {
		await expect(written(name, change, options)).rejects.toThrow(opensParser);
		const refused = await written(name, change, options, false);
		for (const postback of hostile) {
			expect((await call(`${refused.url}${SECRET}`, postback)).status).toBe(404);
			expect((await call(`${refused.url}${SECRET}`, { ...postback, method: 'GET' })).status).toBe(404);
		}
		const good = await skycoreTrigger('Beside one written as JSON');
		await stillHeard(good);
		await good.deactivate();
	});

	test.each<[string, unknown]>([
		['the option left out', undefined],
		['the option', { binaryData: true }],
		['the option as a text', { binaryData: 'true' }],
		['an expression for the option, which n8n takes as it is written', { binaryData: '={{ false }}' }],
		['an expression that gives the option', '={{ { binaryData: true } }}'],
		['null', null],
	])('%s: activated, and after hostile bodies a good opt-out is heard', async (name, options) => {
		const trigger = await written(name, {}, options);
		for (const postback of hostile) await turnedAway(trigger, `${trigger.url}${SECRET}`, postback, 400);
		await stillHeard(trigger);
		await trigger.deactivate();
	});

	test('a word that Trigger On does not know is not taken for "no opt-outs"', async () => {
		await expect(skycoreTrigger('Written as JSON, misspelled', { triggerOn: ['opt-in', 'optOut'] })).rejects.toThrow(/triggerOn|optOut/);
	});
});

describe('Vonage', () => {
	const PHONE = '15558937009';

	function forms(parameters: Record<string, string>): Array<{ name: string; query: string; postback: Call }> {
		const encoded = new URLSearchParams(parameters).toString();
		return [
			{ name: 'GET', query: `?${encoded}`, postback: { method: 'GET' } },
			{ name: 'form', query: '', postback: { headers: FORM, body: encoded } },
			{ name: 'JSON', query: '', postback: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(parameters) } },
		];
	}

	test.each(SIGNATURE_METHODS)('signed with %s, by GET, form and JSON', async (method) => {
		const trigger = await liveTrigger(n8n, `Inbound messages of Vonage, ${method}`, {
			parameters: { provider: 'vonage', ...WHOLE },
			credentials: await signatureCredential(method),
		});
		const signed = vonageSigned(vonageParameters(PHONE, 'STOP'), { secret: SIGNATURE_SECRET, method });
		for (const { query, postback } of forms(signed)) {
			expect(await heard(trigger, `${trigger.url}${query}`, postback)).toMatchObject([
				{
					provider: 'vonage',
					action: 'opt-out',
					phone: `+${PHONE}`,
					keyword: 'STOP',
					text: 'STOP',
					shortCode: '96167',
					occurredAt: expect.stringMatching(/^2024-07-02T18:32:23(\.000)?Z$/),
				},
			]);
		}
		await trigger.deactivate();
	});

	describe('signed with sha256', () => {
		const method = 'sha256' as const;
		let trigger: LiveTrigger;

		beforeAll(async () => {
			trigger = await liveTrigger(n8n, 'Inbound messages of Vonage', {
				parameters: { provider: 'vonage', ...WHOLE, triggerOn: ['opt-in', 'opt-out', 'message'] },
				credentials: await signatureCredential(method),
			});
		});

		const sign = (text: string, options: { secret?: string; ageSeconds?: number } = {}): Record<string, string> =>
			vonageSigned(vonageParameters(PHONE, text), { secret: SIGNATURE_SECRET, method, ...options });

		test.each<[string, () => Record<string, string>]>([
			['no signature', () => vonageParameters(PHONE, 'STOP')],
			['a signature with another secret', () => sign('STOP', { secret: WRONG })],
			['a changed text', () => ({ ...sign('hello'), text: 'STOP' })],
			['a changed number', () => ({ ...sign('STOP'), msisdn: '15550000000' })],
			['an added parameter', () => ({ ...sign('STOP'), extra: '1' })],
			['another method', () => vonageSigned(vonageParameters(PHONE, 'STOP'), { secret: SIGNATURE_SECRET, method: 'md5hash' })],
			[
				'no timestamp',
				() => {
					const { timestamp: _, ...rest } = sign('STOP');
					return rest;
				},
			],
			['a stale message that is no opt-out', () => sign('What are your opening hours?', { ageSeconds: 3_600 })],
			['an opt-out older than any retry', () => sign('STOP', { ageSeconds: 3 * 86_400 })],
			['a time in the future', () => sign('STOP', { ageSeconds: -3 * 86_400 })],
		])('%s is answered 401 by GET, form and JSON, and starts nothing', async (_, make) => {
			for (const { query, postback } of forms(make())) await turnedAway(trigger, `${trigger.url}${query}`, postback, 401);
		});

		test('a late opt-out is heard, with a warning', async () => {
			const [event] = await heard(trigger, trigger.url, {
				headers: FORM,
				body: new URLSearchParams(sign('STOP', { ageSeconds: 3_600 })).toString(),
			});
			expect(event).toMatchObject({ action: 'opt-out' });
			expect(event!.warnings).toMatch(/replay window/);
		});

		test('other words arrive as messages', async () => {
			const [event] = await heard(trigger, trigger.url, {
				headers: FORM,
				body: new URLSearchParams(sign('Grüße & more = fun')).toString(),
			});
			expect(event).toMatchObject({ action: 'message', text: 'Grüße & more = fun' });
		});

		test('the sandbox’s own, by GET, form and JSON, and of the Messages API', async () => {
			for (const postbackMethod of ['GET', 'POST', 'JSON', 'MESSAGES'] as const) {
				sandbox.reset();
				sandbox.configure({ vonage: { postbackUrl: trigger.url, postbackMethod, postbackSigned: true, signatureMethod: method } });
				const events = await trigger.eventsDuring(async () => {
					sandbox.text({ provider: 'vonage', from: PHONE, text: 'Stop' });
					await delivered();
				});
				expect(events).toMatchObject([{ action: 'opt-out', phone: `+${PHONE}` }]);
				expect(sandbox.state().providers.vonage.deliveries.map(({ state, attempts }) => ({ state, status: attempts[0]?.status }))).toEqual([
					{ state: 'delivered', status: 200 },
				]);
			}
		});

		test('a message of the Messages API with a token over another body, or with none, is answered 401', async () => {
			const body = JSON.stringify({ channel: 'sms', message_uuid: 'a', from: PHONE, to: '96167', text: 'STOP' });
			const { apiKey } = DEFAULTS.vonage;
			const token = webhookToken(`${body} `, { apiKey, signatureSecret: SIGNATURE_SECRET, now: Date.now() });
			await turnedAway(
				trigger,
				trigger.url,
				{ headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body },
				401,
			);
			await turnedAway(trigger, trigger.url, { headers: { 'content-type': 'application/json' }, body }, 401);
		});

		test('what is no message at all, but signed, is answered 400', async () => {
			const { msisdn: _, ...parameters } = vonageParameters(PHONE, 'STOP');
			const signed = vonageSigned(parameters, { secret: SIGNATURE_SECRET, method });
			await turnedAway(trigger, `${trigger.url}?${new URLSearchParams(signed).toString()}`, { method: 'GET' }, 400);
		});
	});

	test('with Opt-Out Assist its words opt in again, and own words opt out', async () => {
		const keywords = { optInWords: 'START, JOIN, UNSTOP', optOutWords: 'baja' };
		const trigger = await liveTrigger(n8n, 'Inbound messages of Vonage, Opt-Out Assist', {
			parameters: { provider: 'vonage', ...WHOLE, keywords },
			credentials: await signatureCredential('sha256'),
		});
		sandbox.reset();
		sandbox.configure({
			vonage: { postbackUrl: trigger.url, postbackMethod: 'MESSAGES', postbackSigned: true, signatureMethod: 'sha256', optOutAssist: true },
		});
		const events = await trigger.eventsDuring(async () => {
			for (const text of ['Stop', 'join', 'Bájà!', 'hello']) {
				sandbox.text({ provider: 'vonage', from: PHONE, text });
				await delivered();
			}
		});
		expect(events.map(({ action, text }) => [action, text]).sort()).toEqual([
			['opt-in', 'join'],
			['opt-out', 'Bájà!'],
			['opt-out', 'Stop'],
		]);
		await trigger.deactivate();
	});

	test('without signing: a secret in the URL, beside the parameters of a GET', async () => {
		const trigger = await liveTrigger(n8n, 'Inbound messages of Vonage, by secret', {
			parameters: { provider: 'vonage', ...WHOLE, authenticity: 'secret' },
			credentials: secretCredential,
		});
		const query = new URLSearchParams(vonageParameters(PHONE, 'STOP')).toString();
		const [event] = await heard(trigger, `${trigger.url}${SECRET}&${query}`, { method: 'GET' });
		expect(event).toMatchObject({ action: 'opt-out', phone: `+${PHONE}` });
		expect(JSON.stringify(event)).not.toContain(POSTBACK_SECRET);
		await turnedAway(trigger, `${trigger.url}?${query}`, { method: 'GET' }, 401);
		await trigger.deactivate();
	});
});

test('no secret stands in n8n’s log', () => {
	const log = readFileSync(runningN8n().logFile, 'utf8');
	for (const secret of [POSTBACK_SECRET, SIGNING_KEY, SIGNATURE_SECRET]) expect(log).not.toContain(secret);
});
