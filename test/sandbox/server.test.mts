import { createHash } from 'node:crypto';

import { startSandbox, type FaultRule, type Sandbox } from '../../sandbox/server.mts';
import { JSON_TYPE, startReceiver } from './helpers.mts';

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset({ settings: true }));
afterAll(async () => await sandbox.close());

async function subscribe(number = '+16175551212', signal?: AbortSignal): Promise<string> {
	try {
		const answer = await fetch(`${sandbox.baseUrls.voyage}/api/v2/subscriber`, {
			method: 'POST',
			headers: JSON_TYPE,
			body: JSON.stringify({ phoneNumber: number, campaignId: 1234 }),
			...(signal === undefined ? {} : { signal }),
		});
		return `${answer.status} ${await answer.text()}`;
	} catch (error) {
		// Jest's realm has its own Error class: look at the name only.
		return (error as { name: string }).name;
	}
}

const faults = (...rules: FaultRule[]): void => sandbox.configure({ voyage: { faults: rules } });
const acted = (): number => sandbox.state().providers.voyage.counters.acted;

test.each<[string, FaultRule, RegExp, number]>([
	['reset before', { kind: 'resetBefore' }, /^TypeError$/, 0],
	['reset after', { kind: 'resetAfter' }, /^TypeError$/, 1],
	['truncated', { kind: 'truncate' }, /^TypeError$/, 1],
	['garbage', { kind: 'garbage' }, /^200 .*not an answer/s, 1],
	['503', { kind: 'http' }, /^503 Service Unavailable$/, 0],
	['own body', { kind: 'http', status: 418, body: 'tea' }, /^418 tea$/, 0],
	['429', { kind: 'tooMany', retryAfter: 3 }, /^429 /, 0],
	['503 although it acted', { kind: 'http', act: true }, /^503 /, 1],
	['latency', { kind: 'latency', latencyMs: 30 }, /^201 /, 1],
	['stall, closed later', { kind: 'stall', stallMs: 30, act: true }, /^TypeError$/, 1],
])('fault %s', async (_name, rule, seen, actions) => {
	faults({ ...rule, requests: [1] });
	expect(await subscribe()).toMatch(seen);
	expect(acted()).toBe(actions);
	expect(sandbox.state().providers.voyage.counters.byFault).toEqual({ [rule.kind]: 1 });
	expect(await subscribe()).toMatch(actions === 1 ? /^200 / : /^201 /);
	expect(sandbox.state().providers.voyage.counters).toMatchObject({ requests: 2, open: 0 });
});

test('a stalled call ends when the caller gives up', async () => {
	faults({ kind: 'stall' });
	expect(await subscribe('+16175551212', AbortSignal.timeout(50))).toBe('TimeoutError');
	expect(acted()).toBe(0);
});

test('faults by number, per number, in bursts, by share: the same every time', async () => {
	const run = async (): Promise<string> => {
		const statuses: string[] = [];
		for (let index = 0; index < 20; index += 1) statuses.push((await subscribe(`+16175550${100 + (index % 10)}`)).slice(0, 3));
		return statuses.join(' ');
	};
	faults({ kind: 'http', phones: ['16175550103'], status: 500 });
	expect(await run()).toBe('201 201 201 500 201 201 201 201 201 201 200 200 200 500 200 200 200 200 200 200');
	sandbox.reset();
	faults({ kind: 'http', perPhone: 1, status: 500 });
	expect(await run()).toBe(`${Array(10).fill('500').join(' ')} ${Array(10).fill('201').join(' ')}`);
	sandbox.reset();
	faults({ kind: 'tooMany', fromRequest: 2, toRequest: 3 });
	expect((await run()).startsWith('201 429 429 201')).toBe(true);
	sandbox.reset();
	faults({ kind: 'http', share: 0.3 });
	const first = await run();
	sandbox.reset();
	expect(await run()).toBe(first);
	expect(first).toContain('503');
	expect(first).toContain('201');
});

test('calls per second, and the most calls open at once', async () => {
	sandbox.configure({ voyage: { callsPerSecond: 3, latencyMs: 40 } });
	const statuses = await Promise.all(
		Array.from({ length: 5 }, async (_unused, index) => (await subscribe(`+1617555${1000 + index}`)).slice(0, 3)),
	);
	expect(statuses.filter((status) => status === '429')).toHaveLength(2);
	expect(sandbox.state().providers.voyage.counters).toMatchObject({ requests: 5, acted: 3, maxOpen: 5 });
});

test.each<[string, unknown, string]>([
	['unknown setting', { voyage: { nonsense: 1 } }, 'There is no setting "voyage.nonsense"'],
	['wrong type', { clockFactor: 'fast' }, 'Setting "clockFactor" must be a number'],
	['wrong choice', { vonage: { errorShape: 'round' } }, 'must be one of account, problem, sms'],
	['unknown fault', { voyage: { faults: [{ kind: 'boom' }] } }, 'voyage.faults[0].kind must be one of'],
	['fault that the provider cannot show', { voyage: { faults: [{ kind: 'ownError' }] } }, 'voyage.faults[0].kind must be one of'],
	['prototype', JSON.parse('{"voyage":{"campaigns":{"__proto__":{}}}}') as unknown, 'There is no setting'],
])('configure refuses %s', async (_name, patch, message) => {
	const answer = await fetch(`${sandbox.url}/_sandbox/configure`, {
		method: 'POST',
		headers: JSON_TYPE,
		body: JSON.stringify(patch),
	});
	expect(answer.status).toBe(400);
	expect(((await answer.json()) as { error: string }).error).toContain(message);
});

test('control API: configure, text, person, state, seed, postback, reset', async () => {
	const receiver = await startReceiver(202);
	const control = async (action: string, body?: unknown): Promise<Record<string, unknown>> => {
		const answer = await fetch(
			`${sandbox.url}/_sandbox/${action}`,
			body === undefined ? {} : { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) },
		);
		expect(answer.status).toBe(200);
		return (await answer.json()) as Record<string, unknown>;
	};
	await control('configure', { skycore: { postbackUrl: receiver.url, campaigns: { fresh: { keyword: 'FRESH' } } } });
	await control('text', { provider: 'skycore', from: '+16502426055', text: 'fresh' });
	expect(await control('person?provider=skycore&number=16502426055')).toMatchObject({
		texts: 1,
		subscriber: { campaign: 'fresh', state: 'subscribed' },
	});
	expect(await control('seed', { provider: 'vonage', clear: true, count: 100_000 })).toEqual({
		ok: true,
		added: 100_000,
	});
	const state = await control('state?limit=2');
	expect(state).toMatchObject({ providers: { vonage: { byState: { optedOut: 100_000 } } } });
	const sent = await control('postback', {
		provider: 'skycore',
		body: '<x>',
		contentType: 'text/xml',
		headers: { 'x-extra': '1' },
	});
	expect(sent).toMatchObject({ status: 202, body: 'ok' });
	expect(receiver.received.at(-1)).toMatchObject({
		body: '<x>',
		headers: { 'content-type': 'text/xml', 'x-extra': '1' },
	});
	await control('reset', { settings: true });
	expect(sandbox.config().skycore.postbackUrl).toBe('');
	await receiver.close();
});

test.each<[string, FaultRule, string]>([
	['json', { kind: 'ownError', code: '1' }, '"status":"1"'],
	['xml', { kind: 'ownError', code: '5' }, '<status>5</status>'],
])('a Vonage status inside HTTP 200, %s', async (format, rule, text) => {
	sandbox.configure({ vonage: { faults: [rule] } });
	const answer = await fetch(`${sandbox.baseUrls.vonage}/sc/us/alert/opt-in/query/${format}`);
	expect([answer.status, (await answer.text()).includes(text)]).toEqual([200, true]);
});

test.each(['E106', 'E113', 'E120'])('Skycore answers %s inside HTTP 200', async (code) => {
	sandbox.configure({ skycore: { faults: [{ kind: 'ownError', code, times: 1 }] } });
	const answer = await fetch(sandbox.baseUrls.skycore);
	expect([answer.status, (await answer.text()).includes(`<ERRORCODE>${code}</ERRORCODE>`)]).toEqual([200, true]);
	expect(await (await fetch(sandbox.baseUrls.skycore)).text()).toContain('E100');
});

test.each<[string, Record<string, string>]>([
	['page of another origin', { origin: 'https://example.com' }],
	['sandboxed page', { origin: 'null' }],
])('a %s may not drive the sandbox', async (_name, headers) => {
	expect((await fetch(`${sandbox.url}/_sandbox/state`, { headers })).status).toBe(403);
});

test('postbacks do not leave this machine unless allowed', async () => {
	await expect(sandbox.postback({ url: 'http://example.com/' })).rejects.toThrow('this machine only');
});

test('the page shows what happened and escapes what people wrote', async () => {
	sandbox.text({ provider: 'voyage', from: '16175551212', text: 'STOP <script>' });
	await subscribe('<b>&');
	const html = await (await fetch(sandbox.url)).text();
	expect(html).toContain('+16175551212');
	expect(html).toContain('&lt;b&gt;&amp;');
	expect(html).not.toContain('<b>&');
	expect(html).toContain('<html lang="en">');
});

test('the page says who said what to whom, in both directions', async () => {
	sandbox.text({ provider: 'skycore', from: '16502426055', text: 'STOP <b>', campaign: 'spring-sale' });
	const lists = await (await fetch(`${sandbox.url}/?lists`)).text();
	expect(lists).not.toContain('<form');
	const texts = lists.slice(lists.indexOf('<h3>Texts</h3>'), lists.indexOf('</section>'));
	expect(texts).toMatch(/<td>\+16502426055<\/td><td>Skycore<\/td><td>STOP &lt;b&gt;<\/td><td>spring-sale<\/td>/);
	expect(texts).not.toContain('<b>');
});

test('one script runs, the page’s own, and it is never reloaded as a whole', async () => {
	const answer = await fetch(sandbox.url);
	const html = await answer.text();
	const [script, ...others] = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text = '']) => text);
	expect(others).toEqual([]);
	const hash = createHash('sha256')
		.update(script ?? '')
		.digest('base64');
	expect(answer.headers.get('content-security-policy')).toContain(`script-src 'sha256-${hash}'`);
	expect(html).not.toContain('http-equiv="refresh"');
});
