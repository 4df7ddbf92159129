/** n8n in queue mode: one process takes postbacks, another runs the workflows, a third has the editor. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DEFAULTS, startSandbox, type Sandbox } from '../sandbox/server.mts';
import { startN8n, type N8nInstance, type N8nRole } from '../n8n/instance.mts';
import type { Execution } from '../n8n/client.mts';
import { failureIn, runAction } from './support/action.mts';
import { POSTBACK_SECRET, SKYCORE_KEY, store, WRONG } from './support/credentials.mts';
import { call, type Call } from './support/http.mts';
import { ARTEFACTS } from './support/places.mts';
import { attentiveBody, attentiveHeaders, skycoreBody, vonageParameters, vonageSigned } from './support/postback.mts';
import { startPostgres, type Postgres } from './support/postgres.mts';
import { startRedis, type Redis } from './support/redis.mts';
import { retried } from './support/retry.mts';
import { runningN8n } from './support/running.mts';
import { startSkycoreRecorder } from './support/skycoreRecorder.mts';
import { eventsOf } from './support/trigger.mts';
import { ACTION_NODE, actionWorkflow, triggerWorkflow, type CredentialNames } from './support/workflow.mts';

const PORTS: Record<N8nRole, number> = { main: 15_720, webhook: 15_740, worker: 15_760 };
const XML = { 'content-type': 'text/xml' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const PHONE = '16502424956';
const SECRET = `?token=${POSTBACK_SECRET}`;
const { signingKey: SIGNING_KEY } = DEFAULTS.attentive;
const { apiKey, signatureSecret } = DEFAULTS.vonage;

let postgres: Postgres;
let redis: Redis;
let sandbox: Sandbox;
let folder: string;
let main: N8nInstance;
let webhook: N8nInstance;
let worker: N8nInstance;
let skycore: Trigger;
let attentive: Trigger;
let vonage: Trigger;

interface Trigger {
	id: string;
	/** At the process that takes postbacks. */
	url: string;
}

beforeAll(async () => {
	postgres = await startPostgres('queue');
	redis = await startRedis('queue');
	sandbox = await startSandbox();
	folder = mkdtempSync(path.join(tmpdir(), 'sms-consent-queue-'));
	// The first one makes the tables.
	main = await start('main');
	await main.setupOwner();
	[webhook, worker] = await Promise.all([start('webhook'), start('worker')]);
	skycore = await activated(
		'Skycore',
		await store(main, {
			name: 'Secret',
			type: 'smsConsentPostbackSecretApi',
			data: { placement: 'query', queryName: 'token', secret: POSTBACK_SECRET },
		}),
	);
	attentive = await activated(
		'Attentive',
		await store(main, { name: 'Key', type: 'smsConsentAttentiveSigningKeyApi', data: { signingKey: SIGNING_KEY } }),
	);
	vonage = await activated(
		'Vonage',
		await store(main, {
			name: 'Signature',
			type: 'smsConsentVonageSignatureApi',
			data: { apiKey, signatureSecret, method: 'sha256', baseUrl: sandbox.baseUrls.vonage },
		}),
	);
}, 300_000);

afterAll(async () => {
	await Promise.all([webhook?.stop(), worker?.stop(), sandbox?.close()]);
	await main?.stop();
	await Promise.all([redis?.remove(), postgres?.remove()]);
	if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}, 60_000);

function logOf(role: N8nRole): string {
	return path.join(ARTEFACTS, `queue-${role}.log`);
}

/** Each with a home of its own, and so the package installed in each. */
async function start(role: N8nRole): Promise<N8nInstance> {
	rmSync(logOf(role), { force: true });
	return await startN8n({
		role,
		port: PORTS[role],
		userFolder: path.join(folder, role),
		packageTarball: runningN8n().tarball,
		logFile: logOf(role),
		env: {
			...postgres.settings,
			...redis.settings,
			EXECUTIONS_MODE: 'queue',
			// Only the webhook process takes postbacks, and even what is started by hand runs on the worker.
			N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
			OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		},
	});
}

async function activated(provider: string, credentials: CredentialNames): Promise<Trigger> {
	const webhookId = randomUUID();
	const parameters = { provider: provider.toLowerCase(), simplify: false, ...(provider === 'Vonage' && { authenticity: 'signature' }) };
	const id = await main.importWorkflow(triggerWorkflow(`Postbacks of ${provider}`, webhookId, parameters, credentials), { activate: true });
	return { id, url: webhook.webhookUrl(`${webhookId}/postback`) };
}

/** Which process has run it: the worker says so in its log, before it begins. */
function expectRunOnWorker({ id }: Execution): void {
	expect(readFileSync(logOf('worker'), 'utf8')).toMatch(new RegExp(`Worker started execution ${id} \\(`));
}

/** Sends one postback and waits for the run that it starts. */
async function heard({ id }: Trigger, url: string, postback: Call): Promise<Execution> {
	const before = (await main.executions(id)).length;
	const { status, body } = await call(url, postback);
	expect({ status, body }).toEqual({ status: 200, body: 'OK' });
	return (await main.waitForExecutions(id, before + 1)).at(-1)!;
}

test('a postback is taken by one process and run by another, its XML read as the sender wrote it', async () => {
	const element = `<POSTBACK><ORIGIN>SUB</ORIGIN><CODE>N302</CODE><MOBILE>${PHONE}</MOBILE><CAMPAIGNREF>0012</CAMPAIGNREF><BRANDNAME>Caf\u00e9 &amp; Co</BRANDNAME><TIMESTAMP>2024-07-02T14:32:23-04</TIMESTAMP><Colour>Gr\u00fcn</Colour></POSTBACK>`;
	const body = Buffer.from(`<?xml version='1.0' encoding='ISO-8859-1'?>${element}`, 'latin1');
	const run = await heard(skycore, `${skycore.url}${SECRET}`, { headers: { 'content-type': 'text/xml; charset=iso-8859-1' }, body });
	expect({ status: run.status, mode: run.mode }).toEqual({ status: 'success', mode: 'webhook' });
	expectRunOnWorker(run);
	expect(eventsOf(run)).toMatchObject([
		{
			provider: 'skycore',
			action: 'opt-out',
			code: 'N302',
			phone: `+${PHONE}`,
			campaign: '0012',
			brand: 'Caf\u00e9 & Co',
			occurredAt: '2024-07-02T18:32:23Z',
			warnings: null,
		},
	]);
	expect(JSON.parse(eventsOf(run)[0]!.raw)).toMatchObject({ Colour: 'Gr\u00fcn', CAMPAIGNREF: '0012' });
});

test('signed senders are heard too', async () => {
	const body = attentiveBody('sms.unsubscribed', `+${PHONE}`);
	const fromAttentive = await heard(attentive, attentive.url, { headers: attentiveHeaders(body, SIGNING_KEY), body });
	expectRunOnWorker(fromAttentive);
	expect(eventsOf(fromAttentive)).toMatchObject([{ provider: 'attentive', action: 'opt-out', phone: `+${PHONE}` }]);

	const query = new URLSearchParams(
		vonageSigned(vonageParameters(PHONE, 'STOP'), { secret: signatureSecret, method: 'sha256' }),
	).toString();
	const fromVonage = await heard(vonage, `${vonage.url}?${query}`, { method: 'GET' });
	expectRunOnWorker(fromVonage);
	expect(eventsOf(fromVonage)).toMatchObject([{ provider: 'vonage', action: 'opt-out', phone: `+${PHONE}` }]);
});

test('whoever cannot prove who they are, or sends rubbish, is refused and starts nothing; the next good one is heard', async () => {
	const good = { headers: XML, body: skycoreBody({ mobile: PHONE }) };
	const signed = attentiveBody('sms.unsubscribed', `+${PHONE}`);
	const forgedQuery = new URLSearchParams(vonageSigned(vonageParameters(PHONE, 'STOP'), { secret: WRONG, method: 'sha256' })).toString();
	const runsOf = async (): Promise<number[]> =>
		await Promise.all([skycore, attentive, vonage].map(async ({ id }) => (await main.executions(id)).length));
	const before = await runsOf();
	const shots: Array<[number, string, Call]> = [
		[401, skycore.url, good],
		[401, `${skycore.url}?token=${WRONG}`, good],
		[401, attentive.url, { headers: { 'content-type': 'application/json' }, body: signed }],
		[401, attentive.url, { headers: attentiveHeaders(signed, WRONG), body: signed }],
		[401, `${vonage.url}?${forgedQuery}`, { method: 'GET' }],
		[401, vonage.url, { headers: FORM, body: forgedQuery }],
		[400, `${skycore.url}${SECRET}`, { headers: XML, body: '<POSTBACK><CODE>N302</MOBILE></POSTBACK>' }],
		[400, `${skycore.url}${SECRET}`, { headers: XML, body: '<POSTBACK><CODE>N30' }],
		[413, `${skycore.url}${SECRET}`, { headers: XML, body: skycoreBody({ mobile: PHONE, source: 'x'.repeat(200 * 1024) }) }],
	];
	for (const [wanted, url, postback] of shots) {
		const { status, body } = await call(url, postback);
		expect({ status, body }).toEqual({ status: wanted, body: '' });
	}
	expect(await runsOf()).toEqual(before);
	expectRunOnWorker(await heard(skycore, `${skycore.url}${SECRET}`, good));
});

test('the main process takes no postbacks here, so nobody was heard by it', async () => {
	const { status } = await call(skycore.url.replace(webhook.url, main.url) + SECRET, {
		headers: XML,
		body: skycoreBody({ mobile: PHONE }),
	});
	expect(status).toBe(404);
});

test('SMS Subscribe runs on the worker: credentials, pace, order, and the report under its output', async () => {
	const people = [
		...Array.from({ length: 12 }, (_, index) => ({ id: index, phone: `+1650242${7000 + index}` })),
		{ id: 12, phone: 'call me' },
	];
	sandbox.reset({ settings: true });
	// Whoever is faster than this is refused by the stand-in.
	sandbox.configure({ skycore: { callsPerSecond: 5 } });
	const credentials = await store(main, {
		name: 'Skycore',
		type: 'smsConsentSkycoreApi',
		data: { apiKey: SKYCORE_KEY, baseUrl: sandbox.baseUrls.skycore },
	});
	const { execution, items, failures } = await runAction(main, people, {
		type: 'smsSubscribe',
		parameters: {
			provider: 'skycore',
			campaignReference: 'spring-sale',
			phone: '={{ $json.phone }}',
			options: { callsPerSecond: 4, concurrentCalls: 4 },
		},
		credentials,
	});
	expectRunOnWorker(execution);
	expect(items.map(({ json, pairedItem }) => [json['phone'], json['outcome'], pairedItem])).toEqual(
		people.slice(0, 12).map(({ phone }, item) => [phone, 'subscribed', { item }]),
	);
	expect(failures.map(({ json }) => [json['id'], failureIn({ json }).kind, failureIn({ json }).sent])).toEqual([
		[12, 'number', 'not sent'],
	]);
	const { subscribers, counters } = sandbox.state().providers.skycore;
	expect(subscribers.map(({ number }) => `+${number}`).sort()).toEqual(people.slice(0, 12).map(({ phone }) => phone));
	expect(counters.requests).toBe(12);
	const [run] = execution.resultData.runData[ACTION_NODE] ?? [];
	expect(run?.executionTime).toBeGreaterThanOrEqual(2_000);
	expect(run?.hints).toMatchObject([
		{ message: expect.stringMatching(/^12 sent \(12 subscribed\); 1 not sent\./) },
		{ message: expect.stringMatching(/who already were/) },
		{ message: expect.stringContaining('Put SMS Consent Check before this node') },
	]);
});

test('n8n repeats an execution on the worker: nobody is subscribed a second time, and opt-outs go on without confirmation texts', async () => {
	const provider = await startSkycoreRecorder();
	try {
		const numbers = Array.from({ length: 6 }, (_, index) => `1650242${8000 + index}`);
		const reached = (): string[] => provider.calls.map(({ mobile }) => mobile).sort();
		const credentials = await store(main, {
			name: 'Recorder',
			type: 'smsConsentSkycoreApi',
			data: { apiKey: 'one', baseUrl: provider.baseUrl() },
		});
		for (const [type, more] of [
			['smsSubscribe', {}],
			['smsUnsubscribe', { additionalFields: { notify: 'yes' } }],
		] as const) {
			provider.reset();
			provider.refused.add(numbers.at(-1) ?? '');
			const people = numbers.map((number) => ({ phone: `+${number}` }));
			const workflow = actionWorkflow(`Repeated ${type} on the worker`, people, {
				type,
				parameters: { provider: 'skycore', campaignReference: '1116', phone: '={{ $json.phone }}', ...more, options: {} },
				credentials,
				onError: 'stopWorkflow',
			});
			const first = await main.waitForExecution(await main.runWorkflow(await main.importWorkflow(workflow), 'Start'));
			expectRunOnWorker(first);
			expect([first.status, reached()]).toEqual(['error', numbers]);

			provider.reset();
			const again = await retried(main, first.id, false);
			expectRunOnWorker(again);
			expect(again.mode).toBe('retry');
			if (type === 'smsSubscribe') {
				expect([again.status, reached()]).toEqual(['error', []]);
				expect(again.resultData.error?.message).toContain('n8n repeats an earlier execution, so nothing was sent');
			} else {
				expect([again.status, reached()]).toEqual(['success', numbers]);
				expect(new Set(provider.calls.map(({ notify: sent }) => sent))).toEqual(new Set(['no']));
			}
		}
	} finally {
		await provider.close();
	}
});

test('a postback that comes while no worker runs is accepted, kept, and run once a worker is back', async () => {
	await worker.stop();
	const phone = '16502424111';
	const before = (await main.executions(skycore.id)).length;
	expect((await call(`${skycore.url}${SECRET}`, { headers: XML, body: skycoreBody({ mobile: phone }) })).status).toBe(200);
	const stored = await postgres.query(
		`SELECT status FROM execution_entity JOIN execution_data ON "executionId" = id WHERE data LIKE '%"+${phone}"%'`,
	);
	expect(stored).toEqual([['new']]);

	worker = await start('worker');
	const run = (await main.waitForExecutions(skycore.id, before + 1)).at(-1)!;
	expectRunOnWorker(run);
	expect(eventsOf(run)).toMatchObject([{ action: 'opt-out', phone: `+${phone}` }]);
});
