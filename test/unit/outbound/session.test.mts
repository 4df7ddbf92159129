import type { IDataObject } from 'n8n-workflow';

import type { RetrySafety } from '../../../consent/call';
import { InputProblem, ProviderFailure } from '../../../consent/failure';
import { LONGEST_PAUSE_MS } from '../../../transport/outbound/rateLimiter';
import { type DeliveryOptions, endRun, newRunState, newSession } from '../../../transport/outbound/session';
import { FakeClock } from './fakeClock.mts';
import { fakeContext, type FakeServer, networkError } from './fakeContext.mts';
import { fakeProvider, optOutCall, SECRET, writeCall } from './fakeProvider.mts';

async function setUp(
	server: FakeServer,
	options: { delivery?: Partial<DeliveryOptions>; credential?: IDataObject; baseUrl?: string } = {},
) {
	const clock = new FakeClock();
	const fake = fakeContext({ server });
	const told: string[] = [];
	const run = newRunState(fake.context, options.delivery ?? {}, { clock, random: () => 0.5 }, { tell: (text) => told.push(text) });
	const provider = fakeProvider({}, options.baseUrl);
	const fields = options.credential ?? { apiKey: SECRET };
	const session = newSession(fake.context, { provider, credentialType: 'fakeApi', fields }, run);
	return { ...fake, clock, session, run, told };
}

async function failureOf(promise: Promise<unknown>): Promise<ProviderFailure['details']> {
	const outcome: unknown = await promise.then(
		() => null,
		(error: unknown) => error,
	);
	if (!(outcome instanceof ProviderFailure)) throw new Error(`expected a ProviderFailure, got ${String(outcome)}`);
	return outcome.details;
}

const retryAfter = (seconds: string) => ({ 'retry-after': seconds });
const refusedInBody = (failure: object) => ({ body: { failure } });

describe('repeating by consequence: how many requests a failure causes', () => {
	const texting = 'texts the person';
	it.each<[string, ReturnType<FakeServer>, RetrySafety, number]>([
		['connection refused', networkError('ECONNREFUSED'), texting, 2],
		['host name unknown', networkError('ENOTFOUND'), texting, 2],
		['DNS busy', networkError('EAI_AGAIN'), 'unknown', 2],
		['no route', networkError('EHOSTUNREACH'), texting, 2],
		['no network', networkError('ENETUNREACH'), texting, 2],
		['connect timed out', networkError('ETIMEDOUT', 'x', { cause: { syscall: 'connect' } }), texting, 2],
		['certificate refused', networkError('CERT_HAS_EXPIRED'), 'harmless', 1],
		['certificate refused', networkError('CERT_HAS_EXPIRED'), texting, 1],
		['no answer in time', networkError('ECONNABORTED', 'timeout of 1ms exceeded'), texting, 1],
		['no answer in time', networkError('ECONNABORTED', 'timeout of 1ms exceeded'), 'unknown', 1],
		['no answer in time', networkError('ECONNABORTED', 'timeout of 1ms exceeded'), 'harmless', 2],
		['reset', networkError('ECONNRESET'), texting, 1],
		['reset', networkError('ECONNRESET'), 'harmless', 2],
		['truncated', networkError('ERR_BAD_RESPONSE', 'aborted'), texting, 1],
		['truncated', networkError('ERR_BAD_RESPONSE', 'aborted'), 'harmless', 2],
		['408', { status: 408 }, 'harmless', 2],
		['408', { status: 408 }, texting, 1],
		['429', { status: 429 }, texting, 2],
		['429 with Retry-After', { status: 429, headers: retryAfter('3') }, texting, 2],
		['429', { status: 429 }, 'harmless', 2],
		['500', { status: 500 }, 'harmless', 2],
		['500', { status: 500 }, texting, 1],
		['500', { status: 500 }, 'unknown', 1],
		['501', { status: 501 }, 'harmless', 1],
		['502', { status: 502 }, texting, 1],
		['502', { status: 502 }, 'harmless', 2],
		['503', { status: 503 }, texting, 1],
		['503 with Retry-After', { status: 503, headers: retryAfter('2') }, texting, 1],
		['503 with Retry-After', { status: 503, headers: retryAfter('2') }, 'harmless', 2],
		['504', { status: 504 }, texting, 1],
		['504', { status: 504 }, 'harmless', 2],
		['garbage', { status: 200, body: '<<<' }, texting, 1],
		['garbage', { status: 200, body: '<<<' }, 'harmless', 1],
		['rate code inside 200', refusedInBody({ kind: 'rate', code: 'E106', retryAfterMs: 4000 }), texting, 2],
		['rate code inside 200 without a time', refusedInBody({ kind: 'rate', code: 'E113' }), texting, 2],
		['trouble inside 200', refusedInBody({ kind: 'temporary' }), 'harmless', 2],
		['trouble inside 200', refusedInBody({ kind: 'temporary' }), texting, 1],
		['trouble inside 200, surely not done', refusedInBody({ kind: 'temporary', notExecuted: true }), texting, 2],
		['opted out', refusedInBody({ kind: 'opted-out' }), 'harmless', 1],
		['wrong number', refusedInBody({ kind: 'number' }), 'harmless', 1],
		['wrong input', refusedInBody({ kind: 'input' }), 'harmless', 1],
		['no permission', refusedInBody({ kind: 'permission' }), 'harmless', 1],
		['wrong key', refusedInBody({ kind: 'credentials' }), 'harmless', 1],
		['quota', refusedInBody({ kind: 'quota' }), 'harmless', 1],
		['quota as 429', { status: 429, body: { failure: { kind: 'quota' } } }, 'harmless', 1],
		['redirect', { status: 307, headers: { location: 'https://elsewhere.example/' } }, texting, 1],
	])('%s (%#): %j %s', async (_name, first, repeat, expected) => {
		const { session, requests } = await setUp((_request, count) => (count === 1 ? first : { body: { phone: '+1' } }));
		const outcome = await session.send(writeCall('+1', repeat)).then(
			() => 'sent',
			(error: unknown) => error,
		);
		expect(requests).toHaveLength(expected);
		if (expected === 2) expect(outcome).toBe('sent');
		else expect(outcome).toBeInstanceOf(ProviderFailure);
	});
});

describe('an opt-out is sent again after any doubt, then without its confirmation', () => {
	it.each<[string, ReturnType<FakeServer>, boolean[]]>([
		['reset', networkError('ECONNRESET'), [true, false]],
		['no answer in time', networkError('ECONNABORTED', 'timeout of 1ms exceeded'), [true, false]],
		['truncated', networkError('ERR_BAD_RESPONSE', 'aborted'), [true, false]],
		['408', { status: 408 }, [true, false]],
		['500', { status: 500 }, [true, false]],
		['501', { status: 501 }, [true, false]],
		['503 with Retry-After', { status: 503, headers: retryAfter('2') }, [true, false]],
		['504', { status: 504 }, [true, false]],
		['garbage', { status: 200, body: '<<<' }, [true, false]],
		['trouble inside 200', refusedInBody({ kind: 'temporary' }), [true, false]],
		['an answer that nobody knows', refusedInBody({ kind: 'unreadable', code: 'E999' }), [true, false]],
		['429: surely not carried out', { status: 429 }, [true, true]],
		['never connected', networkError('ECONNREFUSED'), [true, true]],
		['a redirect, which a repetition would meet again', { status: 302, headers: { location: 'https://elsewhere.example/' } }, [true]],
		['a wrong number', refusedInBody({ kind: 'number' }), [true]],
		['a wrong key', refusedInBody({ kind: 'credentials' }), [true]],
	])('%s', async (_name, first, confirms) => {
		const { session, requests } = await setUp((_request, count) => (count === 1 ? first : { body: { phone: '+1' } }));
		await session.send(optOutCall('+1')).catch(() => undefined);
		expect(requests.map(({ body }) => (body as IDataObject).confirms)).toEqual(confirms);
	});

	it('five times at most, and then says that it has to be sent again', async () => {
		const { session, requests } = await setUp(() => ({ status: 500 }));
		const { remedy } = await failureOf(session.send(optOutCall('+1')));
		expect(requests.map(({ body }) => (body as IDataObject).confirms)).toEqual([true, false, false, false, false]);
		expect(remedy).toContain('Send it again until it is');
		expect(remedy).not.toContain('do not simply send it again');
	});
});

describe('one pace for all runs that use an account', () => {
	async function firstCallsOf(count: number, apiKeyOf: (run: number) => string, baseUrl = 'https://fake.example/api/') {
		const clock = new FakeClock();
		const sentAt: number[] = [];
		const { context } = fakeContext({ server: () => (sentAt.push(clock.now()), { body: {} }) });
		const provider = fakeProvider({ 'fake:write': { callsPerSecond: 1, burst: 1 } });
		await Promise.all(
			Array.from({ length: count }, async (_, number) => {
				const run = newRunState(context, {}, { clock, random: () => 0.5 });
				const fields = { apiKey: apiKeyOf(number), baseUrl: number % 2 === 0 ? baseUrl : 'https://fake.example/api/' };
				await newSession(context, { provider, credentialType: 'fakeApi', fields }, run).send(writeCall('+1'));
				endRun(run);
			}),
		);
		return sentAt.map((at) => Math.round((at - (sentAt[0] ?? 0)) / 1000));
	}

	it('the same key waits its turn', async () => {
		expect(await firstCallsOf(4, () => 'one')).toEqual([0, 1, 2, 3]);
	});

	it('another key, or another host, does not', async () => {
		expect(await firstCallsOf(4, (run) => `key ${run}`)).toEqual([0, 0, 0, 0]);
		expect(await firstCallsOf(4, () => 'one', 'https://other.example/api/')).toEqual([0, 0, 1, 1]);
	});
});

describe('waiting', () => {
	const closed = (seconds: number) => ({ headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(seconds) }, body: {} });

	it.each([
		['an hour', 3600],
		['a date in milliseconds', Date.UTC(2026, 0, 1) + 3_600_000],
	])('what headers close ends (%s), counts, and is told', async (_form, reset) => {
		const { session, clock, run, told } = await setUp((_request, count) => (count === 1 ? closed(reset) : { body: {} }));
		const start = clock.now();
		await session.send(writeCall('+1'));
		await session.send(writeCall('+2'));
		expect(clock.now() - start).toBeLessThanOrEqual(LONGEST_PAUSE_MS + 1000);
		expect(run.budget.spentMs).toBeGreaterThan(LONGEST_PAUSE_MS - 1000);
		expect(told).toEqual(['waiting 300 s for Fake Provider, which wants no calls until then']);
	});

	it('what headers close ends the run where it may not wait so long', async () => {
		const { session, requests } = await setUp(() => closed(100), { delivery: { retryBudgetMs: 60_000 } });
		await session.send(writeCall('+1'));
		const details = await failureOf(session.send(writeCall('+2')));
		expect(details).toMatchObject({ kind: 'rate', notExecuted: true });
		expect(details.remedy).toContain("100 seconds, which is longer than this run may wait ('Maximum Waiting Time'");
		expect(requests).toHaveLength(1);
	});

	it('our own pace counts as no wait', async () => {
		const { session, run } = await setUp(() => ({ body: {} }), { delivery: { callsPerSecond: 1, retryBudgetMs: 1000 } });
		for (const phone of ['+1', '+2', '+3', '+4']) await session.send(writeCall(phone));
		expect(run.budget.spentMs).toBe(0);
	});

	it('after a 503 that names a time, the others wait, and the one that may have gone through is not repeated', async () => {
		const { session, clock, requests } = await setUp((_request, count) =>
			count === 1 ? { status: 503, headers: retryAfter('30') } : { body: {} },
		);
		const start = clock.now();
		expect((await failureOf(session.send(writeCall('+1')))).notExecuted).toBeUndefined();
		await session.send(writeCall('+2'));
		expect(clock.now() - start).toBeGreaterThanOrEqual(30_000);
		expect(requests).toHaveLength(2);
	});

	it('grows while the provider refuses again and again, whatever time it names', async () => {
		const at: number[] = [];
		const { session, clock } = await setUp((_request, count) => {
			at.push(clock.now());
			return count <= 4 ? { status: 429, headers: retryAfter('0') } : { body: {} };
		});
		await session.send(writeCall('+1'));
		const waits = at.slice(1).map((moment, index) => Math.floor((moment - (at[index] ?? 0)) / 1000));
		expect(waits).toEqual([1, 2, 4, 8]);
	});

	it.each([
		['seconds', () => '7', 7000],
		['a date', (now: number) => new Date(now + 9000).toUTCString(), 8000],
	])('waits as long as Retry-After says, given as %s', async (_form, header, atLeast) => {
		const { session, clock } = await setUp((_request, count) =>
			count === 1 ? { status: 429, headers: { 'retry-after': header(clock.now()) } } : { body: {} },
		);
		const start = clock.now();
		await session.send(writeCall('+1'));
		expect(clock.now() - start).toBeGreaterThanOrEqual(atLeast);
		expect(clock.now() - start).toBeLessThan(atLeast + 3000);
	});

	it('holds everybody back, not only the refused call', async () => {
		const at: number[] = [];
		const { session, clock } = await setUp((_request, count) => {
			at.push(clock.now());
			return count === 2 ? { status: 429, headers: { 'retry-after': '20' } } : { body: {} };
		});
		await session.send(writeCall('+0'));
		const start = clock.now();
		await session.send(writeCall('+1'));
		await Promise.all(['+2', '+3', '+4'].map(async (phone) => await session.send(writeCall(phone))));
		expect(at.slice(2).every((moment) => moment >= start + 20_000)).toBe(true);
	});

	it('ends the run when the provider asks for more time than it has', async () => {
		const { session, requests } = await setUp(() => ({ status: 429, headers: { 'retry-after': String(LONGEST_PAUSE_MS / 1000 + 1) } }));
		const details = await failureOf(session.send(writeCall('+1')));
		expect(details).toMatchObject({ kind: 'rate', httpStatus: 429 });
		expect(details.remedy).toContain('301 seconds');
		const next = await failureOf(session.send(writeCall('+2')));
		expect(next).toMatchObject({ kind: 'rate', notExecuted: true });
		expect(requests).toHaveLength(1);
	});

	it('ends a storm of refusals within the budget', async () => {
		const { session, run, requests } = await setUp(() => ({ status: 429, headers: { 'retry-after': '10' } }), {
			delivery: { retryBudgetMs: 60_000 },
		});
		expect((await failureOf(session.send(writeCall('+1')))).kind).toBe('rate');
		expect(run.budget.spentMs).toBeLessThanOrEqual(60_000);
		expect(requests.length).toBeLessThanOrEqual(7);
	});

	it('gives up on a provider that nobody reaches, for the whole run', async () => {
		const { session, requests } = await setUp(() => networkError('ECONNREFUSED'));
		expect((await failureOf(session.send(writeCall('+1')))).message).toContain('the connection was refused');
		const attempts = requests.length;
		expect((await failureOf(session.send(writeCall('+2')))).message).toContain('Not sent, because an earlier call had ended the run');
		expect(requests).toHaveLength(attempts);
	});
});

describe('ending a run', () => {
	it.each(['credentials', 'quota'] as const)('sends nothing after a failure of the kind %s', async (kind) => {
		const { session, requests } = await setUp(() => ({ body: { failure: { kind } } }));
		const outcomes = await Promise.all(Array.from({ length: 10 }, async (_, item) => await failureOf(session.send(writeCall(`+${item}`)))));
		expect(requests).toHaveLength(1);
		expect(outcomes.every((details) => details.kind === kind)).toBe(true);
		expect(session.endedBy?.kind).toBe(kind);
	});
});

describe('what the person is told', () => {
	it('names what to check when nobody knows whether it was carried out', async () => {
		const { session } = await setUp(() => networkError('ECONNRESET'));
		const { remedy } = await failureOf(session.send(writeCall('+1')));
		expect(remedy).toContain('It is unknown whether it was carried out');
		expect(remedy).toContain('SMS Query Opt-Outs');
		expect(remedy).toContain('SMS Postback Trigger');
	});

	it('never shows a secret, however the provider echoes it', async () => {
		const xml = SECRET.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
		const forms = [
			SECRET,
			encodeURIComponent(SECRET),
			encodeURIComponent(SECRET).toLowerCase(),
			JSON.stringify(SECRET),
			new URLSearchParams({ k: SECRET }).toString(),
			xml,
			Buffer.from(SECRET).toString('base64'),
		];
		const { session } = await setUp(() => ({
			status: 400,
			body: { failure: { kind: 'input', message: forms.join(' '), providerText: forms.join('|'), code: SECRET, remedy: SECRET } },
		}));
		const shown = JSON.stringify(await failureOf(session.send(writeCall('+1'))));
		expect(shown).not.toContain('k3y');
		expect(shown).not.toContain('K3Y');
		expect(shown).toContain('[hidden]');
	});

	it('does not blacken what is no secret', async () => {
		const credential = { apiKey: 'abc', baseUrl: 'https://fake.example/api', placement: 'body', method: 'sha256' };
		const { session } = await setUp(() => ({ body: {} }), { credential });
		expect(session.redact('The body of https://fake.example/api, sha256, abc')).toBe('The body of https://fake.example/api, sha256, abc');
	});
});

describe('the request', () => {
	const ok: FakeServer = () => ({ body: {} });

	it('encodes a form once, as UTF-8, after the credential had its say', async () => {
		const { session, requests } = await setUp(ok);
		await session.send({ ...writeCall('+1'), request: { method: 'POST', path: 'x', body: { form: { a: 'ä & b=c', b: '100%+1' } } } });
		expect(requests[0]).toMatchObject({
			url: 'https://fake.example/api/x',
			body: 'a=%C3%A4+%26+b%3Dc&b=100%25%2B1',
			headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Key': encodeURIComponent(SECRET) },
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: true,
			encoding: 'arraybuffer',
			timeout: 30_000,
		});
	});

	it('puts an XML document into its form field', async () => {
		const { session, requests } = await setUp(ok);
		const document = { name: 'A', attributes: {}, children: [], text: 'ü<&' };
		await session.send({ ...writeCall('+1'), request: { method: 'POST', path: '', body: { xmlInForm: { field: 'XML', document } } } });
		const sent = new URLSearchParams(String(requests[0]?.body)).get('XML');
		expect(sent).toContain('<A>ü&lt;&amp;</A>');
	});

	it('leaves JSON to n8n, and keeps a content type that the call names', async () => {
		const { session, requests } = await setUp(ok);
		await session.send({
			...writeCall('+1'),
			request: { method: 'POST', path: 'x', headers: { 'content-type': 'application/json; charset=utf-8' }, body: { json: { a: [1] } } },
		});
		expect(requests[0]).toMatchObject({ body: { a: [1] }, headers: { 'content-type': 'application/json; charset=utf-8' } });
		expect(requests[0]?.headers).not.toHaveProperty('Content-Type');
	});

	it.each([
		['https://proxy.example/wxml/1.3/index.php', 'index.php', 'https://proxy.example/wxml/1.3/index.php'],
		['https://proxy.example/wxml/1.3', 'index.php', 'https://proxy.example/wxml/1.3/index.php'],
		['http://127.0.0.1:8080/', 'a/b', 'http://127.0.0.1:8080/api/a/b'],
		['', 'a', 'https://fake.example/api/a'],
	])('base URL "%s" and path "%s" make %s', async (baseUrl, path, url) => {
		const { session, requests } = await setUp(ok, { credential: { apiKey: SECRET, baseUrl } });
		await session.send({ ...writeCall('+1'), request: { method: 'GET', path } });
		expect(requests[0]?.url).toBe(url);
	});

	it('sends no secret with a call that carries none', async () => {
		const { session, requests } = await setUp(ok);
		const { credential: _unused, ...bare } = writeCall('+1');
		await session.send(bare);
		expect(requests[0]?.headers).not.toHaveProperty('X-Key');
	});

	it('refuses a call that needs another credential', async () => {
		const { session } = await setUp(ok);
		await expect(session.send({ ...writeCall('+1'), credential: 'otherApi' })).rejects.toThrow(InputProblem);
	});

	it.each([
		['domains', 'fake.example', true],
		['domains', 'other.example, *.example', true],
		['domains', 'other.example', false],
		['domains', '*.fake.example', false],
		['domains', '', false],
		['none', '', true],
		['all', 'other.example', true],
	])('allowed domains "%s" "%s": may call %s', async (allowedHttpRequestDomains, allowedDomains, may) => {
		const opening = setUp(ok, { credential: { apiKey: SECRET, allowedHttpRequestDomains, allowedDomains } });
		if (may) await expect(opening).resolves.toBeDefined();
		else await expect(opening).rejects.toThrow(InputProblem);
	});

	it.each([
		['the header', 'text/plain; charset=ISO-8859-1', Buffer.from('"\xe4"', 'latin1'), 'ä'],
		['UTF-8', 'application/json', Buffer.from('"ä"'), 'ä'],
		['an unknown charset', 'application/json; charset=klingon', Buffer.from('"ä"'), 'ä'],
	])('decodes by %s', async (_name, type, body, expected) => {
		const { session } = await setUp(() => ({ headers: { 'Content-Type': type }, body }));
		const text = await session.send({ ...writeCall('+1'), withoutConfirmation: undefined, interpret: ({ json }) => json });
		expect(text).toBe(expected);
	});

	it('decodes XML by its declaration', async () => {
		const body = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><A>\xe4</A>', 'latin1');
		const { session } = await setUp(() => ({ body }));
		expect(await session.send({ ...writeCall('+1'), withoutConfirmation: undefined, interpret: ({ xml }) => xml?.text })).toBe('ä');
	});
});
