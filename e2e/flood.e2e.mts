/** Two thousand postbacks, good, bad, forged, huge and slow, from several senders at once. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { DEFAULTS } from '../sandbox/server.mts';
import type { N8nClient } from '../n8n/client.mts';
import type { ConsentEvent } from '../consent/event';
import { POSTBACK_SECRET, store, WRONG } from './support/credentials.mts';
import { call, type Answer, type Call } from './support/http.mts';
import { attentiveBody, attentiveHeaders, skycoreBody, vonageParameters, vonageSigned } from './support/postback.mts';
import { runningN8n, sharedN8n } from './support/running.mts';
import { eventsOf, liveTrigger, type LiveTrigger } from './support/trigger.mts';

const TOTAL = 2_000;
const CONCURRENCY = 8;
const KIBIBYTE = 1024;
const MEBIBYTE = KIBIBYTE * KIBIBYTE;
const MOST_GROWTH_BYTES = 200 * MEBIBYTE;
const MOST_BOMB_BYTES = 100 * MEBIBYTE;
const LONGEST_EDITOR_WAIT_MS = 3_000;
const EDITOR_LOOK_MS = 500;
const SIGNING_KEY = DEFAULTS.attentive.signingKey;
const SIGNATURE_SECRET = DEFAULTS.vonage.signatureSecret;
const XML = { 'content-type': 'text/xml' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

type Sender = 'skycore' | 'attentive' | 'vonage';

interface Shot {
	to: Sender;
	query?: string;
	postback: Call;
	/** What the sender must be told; 0: it hung up itself. */
	status: number;
	/** Only of a good one: the event that must start a run. */
	event?: Pick<ConsentEvent, 'provider' | 'action' | 'phone'>;
}

/** A number of its own for every postback, so that each event can be told from the others. */
const phoneOf = (index: number): string => `1650${String(2_000_000 + index)}`;
const SECRET = `?token=${POSTBACK_SECRET}`;

function good(to: Sender, index: number): Shot {
	const phone = phoneOf(index);
	const event = { provider: to, action: 'opt-out' as const, phone: `+${phone}` };
	if (to === 'skycore') {
		const optIn = index % 2 === 0;
		return {
			to,
			query: SECRET,
			postback: { headers: XML, body: skycoreBody({ mobile: phone, code: optIn ? 'N301' : 'N302' }) },
			status: 200,
			event: { ...event, action: optIn ? 'opt-in' : 'opt-out' },
		};
	}
	if (to === 'attentive') {
		const body = attentiveBody('sms.unsubscribed', `+${phone}`);
		return { to, postback: { headers: attentiveHeaders(body, SIGNING_KEY), body }, status: 200, event };
	}
	const query = new URLSearchParams(
		vonageSigned(vonageParameters(phone, 'STOP'), { secret: SIGNATURE_SECRET, method: 'sha256' }),
	).toString();
	return index % 2 === 0
		? { to, query: `?${query}`, postback: { method: 'GET' }, status: 200, event }
		: { to, postback: { headers: FORM, body: query }, status: 200, event };
}

function forged(to: Sender, index: number): Shot {
	const phone = phoneOf(index);
	if (to === 'skycore')
		return { to, query: `?token=${WRONG}`, postback: { headers: XML, body: skycoreBody({ mobile: phone }) }, status: 401 };
	if (to === 'attentive') {
		const body = attentiveBody('sms.unsubscribed', `+${phone}`);
		return { to, postback: { headers: attentiveHeaders(body, WRONG), body }, status: 401 };
	}
	const query = new URLSearchParams(vonageSigned(vonageParameters(phone, 'STOP'), { secret: WRONG, method: 'sha256' })).toString();
	return { to, query: `?${query}`, postback: { method: 'GET' }, status: 401 };
}

function malformed(to: Sender, index: number): Shot {
	if (to === 'skycore') {
		const bodies = [
			'<POSTBACK><CODE>N302</MOBILE></POSTBACK>',
			'<POSTBACK><CODE>N30',
			`<!DOCTYPE x>${skycoreBody({ mobile: phoneOf(index) })}`,
			'\u0000',
			'{"a":1}',
		];
		return { to, query: SECRET, postback: { headers: XML, body: bodies[index % bodies.length] ?? '' }, status: 400 };
	}
	if (to === 'attentive') {
		const body = '{"type":"sms.unsubscribed"';
		return { to, postback: { headers: attentiveHeaders(body, SIGNING_KEY), body }, status: 400 };
	}
	return { to, postback: { headers: FORM, body: '%%%=%%%&=&&&' }, status: 401 };
}

function huge(to: Sender, index: number): Shot {
	const body = skycoreBody({ mobile: phoneOf(index), source: 'x'.repeat(200 * KIBIBYTE) });
	const headers = { skycore: XML, attentive: attentiveHeaders(body, SIGNING_KEY), vonage: FORM }[to];
	return { to, ...(to === 'skycore' && { query: SECRET }), postback: { headers, body }, status: 413 };
}

function slow(to: Sender, index: number): Shot {
	const shot = good(to, index);
	return shot.postback.body === undefined ? shot : { ...shot, postback: { ...shot.postback, parts: 4, pauseMs: 150 } };
}

function brokenOff(to: Sender, index: number): Shot {
	const shot = good(to, index);
	const { event: _, ...rest } = shot;
	return shot.postback.body === undefined ? shot : { ...rest, postback: { ...shot.postback, breakOff: true }, status: 0 };
}

/** Of every ten: four good, two forged, and one of each other kind. */
const MIX = [good, forged, good, malformed, huge, good, slow, forged, good, brokenOff];
const SENDERS: Sender[] = ['skycore', 'attentive', 'vonage'];

const SHOTS: Shot[] = Array.from({ length: TOTAL }, (_, index) => {
	const make = MIX[index % MIX.length] ?? good;
	return make(SENDERS[Math.floor(index / MIX.length) % SENDERS.length] ?? 'skycore', index);
});

let n8n: N8nClient;
let triggers: Record<Sender, LiveTrigger>;

beforeAll(async () => {
	n8n = sharedN8n();
	const { apiKey, signatureSecret, baseUrl } = { ...DEFAULTS.vonage, baseUrl: 'https://rest.nexmo.com' };
	triggers = {
		skycore: await liveTrigger(n8n, 'Flood of Skycore', {
			parameters: { provider: 'skycore' },
			credentials: await store(n8n, {
				name: 'Flood secret',
				type: 'smsConsentPostbackSecretApi',
				data: { placement: 'query', queryName: 'token', secret: POSTBACK_SECRET },
			}),
		}),
		attentive: await liveTrigger(n8n, 'Flood of Attentive', {
			parameters: { provider: 'attentive' },
			credentials: await store(n8n, {
				name: 'Flood signing key',
				type: 'smsConsentAttentiveSigningKeyApi',
				data: { signingKey: SIGNING_KEY },
			}),
		}),
		vonage: await liveTrigger(n8n, 'Flood of Vonage', {
			parameters: { provider: 'vonage' },
			credentials: await store(n8n, {
				name: 'Flood signature',
				type: 'smsConsentVonageSignatureApi',
				data: { apiKey, signatureSecret, method: 'sha256', baseUrl },
			}),
		}),
	};
});

/** What n8n's process holds right now, in bytes. */
function residentBytes(): number {
	const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${runningN8n().pid}/status`, 'utf8'));
	return Number(line?.[1]) * KIBIBYTE;
}

async function fire({ to, query = '', postback }: Shot): Promise<Answer> {
	return await call(`${triggers[to].url}${query}`, postback);
}

/** Several at a time, in order; `between` is called after each. */
async function fireAll(shots: readonly Shot[], between: (done: number) => void): Promise<Answer[]> {
	const answers: Answer[] = [];
	let next = 0;
	const work = async (): Promise<void> => {
		while (next < shots.length) {
			const index = next;
			next += 1;
			answers[index] = await fire(shots[index]!);
			between(index);
		}
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, work));
	return answers;
}

/** Asks n8n for the list of workflows, again and again, as an open editor would. */
function watchEditor(): { stop: () => Promise<number> } {
	let watching = true;
	let longestMs = 0;
	const watched = (async () => {
		while (watching) {
			const askedAt = Date.now();
			await n8n.workflows();
			longestMs = Math.max(longestMs, Date.now() - askedAt);
			await new Promise((resolve) => setTimeout(resolve, EDITOR_LOOK_MS));
		}
	})();
	return {
		stop: async () => {
			watching = false;
			await watched;
			return longestMs;
		},
	};
}

async function allEvents({ id }: LiveTrigger, count: number): Promise<ConsentEvent[]> {
	const runs = await n8n.waitForExecutions(id, count, 180_000);
	expect(runs.filter(({ status }) => status !== 'success')).toEqual([]);
	return runs.flatMap(eventsOf);
}

test('every good one is a run with the right event, no bad one is; n8n stays small and responsive', async () => {
	// The first ones make n8n load what it needs.
	for (const sender of SENDERS) expect((await fire(forged(sender, TOTAL))).status).toBe(401);

	const memory: number[] = [];
	const editor = watchEditor();
	const answers = await fireAll(SHOTS, (done) => {
		if (done % 100 === 99) memory.push(residentBytes());
	});
	const longestEditorWaitMs = await editor.stop();

	const wrong = SHOTS.flatMap(({ to, status, postback }, index) =>
		answers[index]!.status === status
			? []
			: [{ to, wanted: status, got: answers[index]!.status, body: String(postback.body ?? 'GET').slice(0, 80) }],
	);
	expect(wrong).toEqual([]);
	for (const [index, answer] of answers.entries()) expect(answer.body).toBe(SHOTS[index]!.status === 200 ? 'OK' : '');

	for (const sender of SENDERS) {
		const wanted = SHOTS.flatMap(({ to, event }) => (to === sender && event !== undefined ? [event] : []));
		const events = await allEvents(triggers[sender], wanted.length);
		const seen = events.map(({ provider, action, phone }) => ({ provider, action, phone }));
		const byPhone = (one: { phone: string | null }, other: { phone: string | null }): number =>
			String(one.phone).localeCompare(String(other.phone));
		expect(seen.sort(byPhone)).toEqual(wanted.sort(byPhone));
	}

	process.stdout.write(
		`Memory of n8n: ${memory.map((bytes) => Math.round(bytes / MEBIBYTE)).join(', ')} MiB; longest wait of the editor ${longestEditorWaitMs} ms; ` +
			`slowest answer ${Math.max(...answers.map(({ durationMs }) => durationMs))} ms\n`,
	);
	expect(longestEditorWaitMs).toBeLessThan(LONGEST_EDITOR_WAIT_MS);
	const [half, end] = [memory[Math.floor(memory.length / 2)]!, memory.at(-1)!];
	expect(end - half).toBeLessThan(MOST_GROWTH_BYTES);
}, 600_000);

test('what is compressed is not inflated beyond a postback, and not even read where the secret is wrong', async () => {
	const bomb = gzipSync(Buffer.alloc(15 * MEBIBYTE, ' '));
	const small = gzipSync(skycoreBody({ mobile: phoneOf(TOTAL + 1) }));
	const headers = { ...XML, 'content-encoding': 'gzip' };
	const { url } = triggers.skycore;
	/** The most that n8n holds while 60 connections at once send this, three times. */
	const mostWith = async (body: Buffer, accepted: number): Promise<number> => {
		let most = 0;
		const watching = setInterval(() => {
			most = Math.max(most, residentBytes());
		}, 20);
		for (const [query, status] of [
			[`?token=${WRONG}`, 401],
			['', 401],
			[SECRET, accepted],
		] as const) {
			const answers = await Promise.all(Array.from({ length: 60 }, async () => await call(`${url}${query}`, { headers, body })));
			expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([status]));
		}
		clearInterval(watching);
		return most;
	};
	const empty = gzipSync('<a/>');
	// What n8n itself needs for so many requests at once, and leaves to be cleaned up later.
	for (let round = 0; round < 2; round += 1) await mostWith(empty, 400);
	const withEmpty = await mostWith(empty, 400);
	const withBombs = await mostWith(bomb, 413);
	process.stdout.write(
		`60 connections with ${bomb.length} bytes each, three times: ${Math.round((withBombs - withEmpty) / MEBIBYTE)} MiB more than with 4\n`,
	);
	expect(withBombs - withEmpty).toBeLessThan(MOST_BOMB_BYTES);

	const runs = (await n8n.executions(triggers.skycore.id)).length;
	expect((await call(`${url}${SECRET}`, { headers, body: small })).status).toBe(200);
	const run = (await n8n.waitForExecutions(triggers.skycore.id, runs + 1)).at(-1)!;
	expect(eventsOf(run)).toMatchObject([{ phone: `+${phoneOf(TOTAL + 1)}` }]);
}, 120_000);
