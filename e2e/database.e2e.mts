/** What senders are told while n8n's database stands still or is away, or n8n itself is killed: 200 only for what is stored. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { DEFAULTS, startSandbox, type Sandbox } from '../sandbox/server.mts';
import { startN8n, type N8nInstance } from '../n8n/instance.mts';
import { nodeOutputs, type Execution, type WorkflowJson } from '../n8n/client.mts';
import { parseFlatted } from '../n8n/flatted.mts';
import type { ConsentEvent } from '../consent/event';
import { POSTBACK_SECRET, store, WRONG } from './support/credentials.mts';
import { call, type Answer } from './support/http.mts';
import { ARTEFACTS } from './support/places.mts';
import { attentiveBody, attentiveHeaders, skycoreBody } from './support/postback.mts';
import { startPostgres, type Postgres } from './support/postgres.mts';
import { runningN8n } from './support/running.mts';
import { eventsOf } from './support/trigger.mts';
import { waitUntil } from './support/waiting.mts';
import { triggerWorkflow } from './support/workflow.mts';

const PORT = 15_700;
const XML = { 'content-type': 'text/xml' };
const SIGNING_KEY = DEFAULTS.attentive.signingKey;
const EXECUTIONS = 'execution_entity';
const NEXT_NODE = 'After';

/** Skycore's five minutes become ten seconds, so that its five retries outlast a database that is slow to come back. */
const CLOCK_FACTOR = 30;
const TEST_TIMEOUT_MS = 240_000;
/** Skycore gives up on an answer after ten seconds; here after two, so that the pauses can be short. */
const PATIENCE_MS = 2_000;
const RECOVERY_TIMEOUT_MS = 60_000;
/** Refusals come fast; without a pause there would be thousands to send again. */
const BREATH_MS = 50;

jest.setTimeout(TEST_TIMEOUT_MS);

let postgres: Postgres;
let sandbox: Sandbox;
let n8n: N8nInstance;
let folder: string;
let skycore: Trigger;
let attentive: Trigger;
let slow: Trigger;

interface Trigger {
	id: string;
	url: string;
}

/** One opt-out of a person who has no other. */
interface Shot {
	phone: string;
	send(): Promise<Answer>;
}

beforeAll(async () => {
	postgres = await startPostgres('database');
	folder = mkdtempSync(path.join(tmpdir(), 'sms-consent-database-'));
	n8n = await start();
	await n8n.setupOwner();
	sandbox = await startSandbox();
	const secret = await store(n8n, {
		name: 'Secret',
		type: 'smsConsentPostbackSecretApi',
		data: { placement: 'query', queryName: 'token', secret: POSTBACK_SECRET },
	});
	const key = await store(n8n, { name: 'Key', type: 'smsConsentAttentiveSigningKeyApi', data: { signingKey: SIGNING_KEY } });
	skycore = await activated((id) => triggerWorkflow('Postbacks of Skycore', id, { provider: 'skycore' }, secret));
	attentive = await activated((id) => triggerWorkflow('Webhooks of Attentive', id, { provider: 'attentive' }, key));
	slow = await activated((id) => withWait(triggerWorkflow('Postbacks of Skycore, slowly', id, { provider: 'skycore' }, secret)));
	sandbox.configure({
		clockFactor: CLOCK_FACTOR,
		skycore: { postbackUrl: `${skycore.url}?token=${POSTBACK_SECRET}`, postbackTimeoutMs: PATIENCE_MS },
	});
}, TEST_TIMEOUT_MS);

afterAll(async () => {
	await sandbox?.close();
	postgres?.resume();
	await n8n?.stop();
	await postgres?.remove();
	if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<N8nInstance> {
	return await startN8n({
		port: PORT,
		userFolder: path.join(folder, 'home'),
		packageTarball: runningN8n().tarball,
		logFile: path.join(ARTEFACTS, 'database-n8n.log'),
		// At most two seconds between two attempts to reach a database that is away, instead of thirty.
		env: { ...postgres.settings, DB_RECOVERY_BACKOFF_MAX_MS: '2000' },
	});
}

async function activated(workflow: (webhookId: string) => WorkflowJson): Promise<Trigger> {
	const webhookId = randomUUID();
	const id = await n8n.importWorkflow(workflow(webhookId), { activate: true });
	return { id, url: n8n.webhookUrl(`${webhookId}/postback`) };
}

/** The node after the trigger takes some seconds, so that a run can be met under way. */
function withWait(workflow: WorkflowJson): WorkflowJson {
	const nodes = workflow.nodes.map((node) =>
		node.name === NEXT_NODE
			? { ...node, type: 'n8n-nodes-base.wait', typeVersion: 1.1, parameters: { resume: 'timeInterval', amount: 5, unit: 'seconds' } }
			: node,
	);
	return { ...workflow, nodes };
}

let people = 0;

function newPhone(): string {
	people += 1;
	return `1650${String(3_000_000 + people)}`;
}

function skycoreShot({ url }: Trigger = skycore, token = POSTBACK_SECRET): Shot {
	const phone = newPhone();
	return { phone, send: async () => await call(`${url}?token=${token}`, { headers: XML, body: skycoreBody({ mobile: phone }) }) };
}

function attentiveShot(): Shot {
	const phone = newPhone();
	const body = attentiveBody('sms.unsubscribed', `+${phone}`);
	return { phone, send: async () => await call(attentive.url, { headers: attentiveHeaders(body, SIGNING_KEY), body }) };
}

function shots(count: number): Shot[] {
	return Array.from({ length: count }, (_, index) => (index % 2 === 0 ? skycoreShot() : attentiveShot()));
}

type Answers = Map<Shot, Answer>;

/** Sends all at once and notes each answer when it comes. */
function fire(all: readonly Shot[]): { answers: Answers; ended: Promise<unknown> } {
	const answers: Answers = new Map();
	const ended = Promise.all(all.map(async (shot) => answers.set(shot, await shot.send())));
	return { answers, ended };
}

function accepted(answers: Answers): Shot[] {
	return [...answers].filter(([, { status }]) => status === 200).map(([shot]) => shot);
}

function unaccepted(answers: Answers): Shot[] {
	return [...answers].filter(([, { status }]) => status !== 200).map(([shot]) => shot);
}

/** No answer, or one that says that it is n8n's fault: every provider tries again then. */
function expectRetryable(answers: Answers): void {
	for (const { status } of answers.values()) expect([0, 200, 500, 502, 503, 504]).toContain(status);
}

/** How many executions hold an event of that person, by what the database itself says. */
async function storedFor(phone: string): Promise<number> {
	const [[count] = []] = await postgres.query(`SELECT count(*) FROM execution_data WHERE data LIKE '%"+${phone}"%'`);
	return Number(count);
}

async function expectStored(all: readonly Shot[]): Promise<void> {
	for (const { phone } of all) expect({ phone, stored: await storedFor(phone) }).toEqual({ phone, stored: 1 });
}

async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
	await waitUntil(async () => await isSo(), RECOVERY_TIMEOUT_MS, what);
}

async function readiness(): Promise<number> {
	return (await fetch(`${n8n.url}/healthz/readiness`)).status;
}

/** n8n looks at its database every two seconds. */
async function recovered(): Promise<void> {
	await eventually('n8n recovers', async () => (await readiness()) === 200);
}

/** Does what every provider does: sends again until it is accepted. */
async function insist(all: readonly Shot[]): Promise<void> {
	for (const shot of all) await eventually(`${shot.phone} is accepted`, async () => (await shot.send()).status === 200);
}

/** Every event that a run which went well gave out for that person, as the database has it. */
async function eventsFor(phone: string): Promise<ConsentEvent[]> {
	const rows = await postgres.query(
		`SELECT data FROM execution_data JOIN ${EXECUTIONS} ON id = "executionId" WHERE status = 'success' AND data LIKE '%"+${phone}"%'`,
	);
	return rows.flatMap(([data = '']) => eventsOf(parseFlatted(data) as Execution)).filter((event) => event.phone === `+${phone}`);
}

/** However often it was sent, each event of each person has one id, and so one row in a ledger. */
async function expectOneEventEach(phones: readonly string[], actions: readonly string[] = ['opt-out']): Promise<void> {
	for (const phone of phones) {
		await eventually(`every event of ${phone} has run`, async () => {
			const seen = new Set((await eventsFor(phone)).map(({ action }) => action));
			return actions.every((action) => seen.has(action as ConsentEvent['action']));
		});
		const byId = new Map((await eventsFor(phone)).map(({ eventId, action }) => [eventId, action]));
		expect([...byId.values()].sort()).toEqual([...actions].sort());
	}
}

/** Lets people join and stop at the stand-in of Skycore, which tells n8n and tries again by Skycore's rules. */
function joinAndStop(count: number): string[] {
	sandbox.reset();
	const phones = Array.from({ length: count }, newPhone);
	for (const from of phones) {
		sandbox.text({ provider: 'skycore', from, text: 'JOIN' });
		sandbox.text({ provider: 'skycore', from, text: 'STOP' });
	}
	return phones;
}

/** Waits until Skycore's stand-in has delivered everything; at least one delivery must have needed a second attempt. */
async function expectDeliveredInTheEnd(phones: readonly string[]): Promise<void> {
	await sandbox.idle();
	const { deliveries } = sandbox.state().providers.skycore;
	expect(deliveries.map(({ state }) => state)).toEqual(Array(2 * phones.length).fill('delivered'));
	expect(deliveries.some(({ attempts }) => attempts.length > 1)).toBe(true);
	await expectOneEventEach(phones, ['opt-in', 'opt-out']);
}

test('while nothing can be written, nobody is answered; afterwards everybody is, and each event is there once', async () => {
	const lock = await postgres.lock(EXECUTIONS);
	const forged = skycoreShot(skycore, WRONG);
	const { answers, ended } = fire([...shots(6), forged]);
	const phones = joinAndStop(2);
	await sleep(2 * PATIENCE_MS);
	expect(accepted(answers)).toEqual([]);
	expect(await postgres.query(`SELECT count(*) FROM ${EXECUTIONS} WHERE status = 'running'`)).toEqual([['0']]);

	await lock.release();
	await ended;
	expect(answers.get(forged)?.status).toBe(401);
	expect(await storedFor(forged.phone)).toBe(0);
	answers.delete(forged);
	expectRetryable(answers);
	await expectStored(accepted(answers));
	await insist(unaccepted(answers));
	await expectOneEventEach([...answers.keys()].map(({ phone }) => phone));
	await expectDeliveredInTheEnd(phones);
});

test('while the whole database stands still, nobody is accepted; n8n recovers, and the retries bring each event once', async () => {
	postgres.pause();
	const early = fire(shots(6));
	const phones = joinAndStop(2);
	await eventually('n8n notices', async () => (await readiness()) === 503);
	expect((await skycoreShot().send()).status).toBe(503);
	expect(accepted(early.answers)).toEqual([]);

	postgres.resume();
	await recovered();
	await early.ended;
	expectRetryable(early.answers);
	await expectStored(accepted(early.answers));
	await insist(unaccepted(early.answers));
	await expectOneEventEach([...early.answers.keys()].map(({ phone }) => phone));
	await expectDeliveredInTheEnd(phones);
});

test('when the database is killed amid postbacks, what was accepted is stored, and the retries bring the rest', async () => {
	const answers: Answers = new Map();
	let arriving = true;
	const senders = Array.from({ length: 4 }, async () => {
		while (arriving) {
			for (const shot of shots(2)) {
				answers.set(shot, await shot.send());
				await sleep(BREATH_MS);
			}
		}
	});
	await eventually('some are accepted', () => accepted(answers).length >= 10);
	await postgres.kill();
	const phones = joinAndStop(2);
	await eventually('some are refused', () => unaccepted(answers).length >= 10);
	arriving = false;
	await Promise.all(senders);
	expectRetryable(answers);

	await postgres.start();
	await recovered();
	await expectStored(accepted(answers));
	await insist(unaccepted(answers));
	await expectOneEventEach(unaccepted(answers).map(({ phone }) => phone));
	await expectDeliveredInTheEnd(phones);
});

test('when n8n is killed right after it has accepted, the event is stored, and Retry runs it', async () => {
	const underWay = skycoreShot(slow);
	expect((await underWay.send()).status).toBe(200);
	const { answers, ended } = fire(shots(12));
	await eventually('one is accepted', () => accepted(answers).length > 0);
	process.kill(n8n.pid, 'SIGKILL');
	await n8n.ended;
	await ended;

	await expectStored([underWay, ...accepted(answers)]);
	n8n = await start();
	await expectStored([underWay, ...accepted(answers)]);
	await insist(unaccepted(answers));
	await expectOneEventEach(unaccepted(answers).map(({ phone }) => phone));

	const [run] = await n8n.executions(slow.id);
	expect(run?.status).toBe('crashed');
	const retried = await n8n.rest<{ id: string }>('POST', `/rest/executions/${run?.id ?? ''}/retry`, { loadWorkflow: false });
	const [items] = nodeOutputs(await n8n.waitForExecution(retried.id), NEXT_NODE);
	expect(items?.map(({ json }) => json)).toMatchObject([{ action: 'opt-out', phone: `+${underWay.phone}` }]);
});
