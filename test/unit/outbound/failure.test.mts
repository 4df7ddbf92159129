import type { CallResponse } from '../../../consent/call';
import { type FailureDetails, ProviderFailure } from '../../../consent/failure';
import { PROVIDERS } from '../../../providers';
import { failureToShow, isNotExecuted, notSentDetails, readResponse, sharedFailureRows } from '../../../transport/outbound/failure';
import { redactorOf } from '../../../transport/outbound/redact';
import { fakeProvider, writeCall } from './fakeProvider.mts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

/** What becomes of a response of which the provider's own code says only this. */
function judged(response: Partial<CallResponse>, says: Partial<FailureDetails> = {}, provider = fakeProvider()): FailureDetails {
	const call = {
		...writeCall('+1'),
		interpret: () => {
			throw new ProviderFailure({ provider: provider.name, kind: 'unreadable', message: 'Not understood', remedy: 'Ask.', ...says });
		},
	};
	const read = readResponse(provider, call, { status: 200, headers: {}, text: '', ...response }, NOW);
	if ('value' in read) throw new Error('Nobody can have understood this');
	return read.details;
}

const certain = { retryAfterMs: undefined, notExecuted: true };
const uncertain = { retryAfterMs: undefined, notExecuted: false };

describe('what a status means without a code of the provider', () => {
	it.each<
		[name: string, response: Partial<CallResponse>, kind: string, expected: { retryAfterMs: number | undefined; notExecuted: boolean }]
	>([
		['300', { status: 300 }, 'input', certain],
		['301', { status: 301, headers: { location: 'https://elsewhere.example/x' } }, 'input', certain],
		['302, perhaps after the call was carried out', { status: 302 }, 'unreadable', uncertain],
		['303, likewise', { status: 303 }, 'unreadable', uncertain],
		['307', { status: 307 }, 'input', certain],
		['308', { status: 308 }, 'input', certain],
		['304 is no redirect', { status: 304 }, 'unreadable', uncertain],
		["400 is the provider's own", { status: 400 }, 'unreadable', uncertain],
		['407', { status: 407 }, 'credentials', certain],
		['408', { status: 408 }, 'temporary', uncertain],
		['429', { status: 429 }, 'rate', certain],
		['429 with a time', { status: 429, headers: { 'retry-after': '7' } }, 'rate', { retryAfterMs: 7000, notExecuted: true }],
		[
			'429 with a time in the past',
			{ status: 429, headers: { 'retry-after': 'Thu Jan  1 11:00:00 2026' } },
			'rate',
			{ retryAfterMs: 1000, notExecuted: true },
		],
		['429 with something else', { status: 429, headers: { 'retry-after': 'minutes 10' } }, 'rate', certain],
		['500', { status: 500 }, 'temporary', uncertain],
		['502 with a time', { status: 502, headers: { 'retry-after': '7' } }, 'temporary', { retryAfterMs: 7000, notExecuted: false }],
		['503', { status: 503 }, 'temporary', uncertain],
		['503 with a time', { status: 503, headers: { 'retry-after': '7' } }, 'temporary', { retryAfterMs: 7000, notExecuted: false }],
		['599', { status: 599 }, 'temporary', uncertain],
		['200', { status: 200 }, 'unreadable', uncertain],
	])('%s', (_name, response, kind, { retryAfterMs, notExecuted }) => {
		const details = judged(response);
		expect(details).toMatchObject({ kind, httpStatus: response.status });
		expect(details.retryAfterMs).toBe(retryAfterMs);
		expect(isNotExecuted(details)).toBe(notExecuted);
	});

	it('is the same for every provider, in its own name', () => {
		for (const provider of Object.values(PROVIDERS)) {
			for (const status of [407, 408, 429, 500, 503]) {
				const { kind, message } = judged({ status }, {}, provider);
				expect([provider.name, kind, message.includes(provider.displayName)]).toEqual([provider.name, judged({ status }).kind, true]);
			}
		}
	});
});

describe('what the provider says besides', () => {
	it('its code says more than the status', () => {
		expect(judged({ status: 500 }, { kind: 'opted-out', code: 'E904' })).toMatchObject({
			kind: 'opted-out',
			message: 'Not understood',
			httpStatus: 500,
		});
	});

	it('but 429 is always a refusal for the rate, unless the allowance is used up or a code says that the person opted out', () => {
		expect(judged({ status: 429 }, { kind: 'input', code: 'E101' })).toMatchObject({ kind: 'rate', message: 'Not understood' });
		expect(judged({ status: 429 }, { kind: 'quota' })).toMatchObject({ kind: 'quota', message: 'Not understood' });
		expect(judged({ status: 429 }, { kind: 'opted-out', code: 'E904' })).toMatchObject({ kind: 'opted-out', message: 'Not understood' });
	});

	it('a time in its words counts before the one in the headers, and its window where neither names one', () => {
		const headers = { 'retry-after': '7' };
		expect(judged({ status: 429, headers }, { kind: 'rate', code: 'E106', retryAfterMs: 3000 }).retryAfterMs).toBe(3000);
		const counting = { ...fakeProvider(), rateWindowMs: 1500 };
		expect(judged({ status: 429 }, {}, counting).retryAfterMs).toBe(1500);
		expect(judged({ status: 429, headers }, {}, counting).retryAfterMs).toBe(7000);
		expect(judged({ status: 503 }, {}, counting).retryAfterMs).toBeUndefined();
	});

	it('its text is kept whatever the status means', () => {
		expect(judged({ status: 500 }, { providerText: 'Out of order' })).toMatchObject({ kind: 'temporary', providerText: 'Out of order' });
	});

	it.each([
		['nothing', {}, /proxy or firewall between n8n and Fake Provider may have refused it, too\.$/],
		['plain text', { text: 'Forbidden' }, /proxy or firewall between n8n and Fake Provider may have refused it, too\.$/],
		['a document of the provider', { json: { error: 'no' } }, /^Do something\.$/],
		['another document of the provider', { xml: { name: 'RESPONSE', attributes: {}, children: [], text: '' } }, /^Do something\.$/],
	])('a 403 with %s tells who may have refused', (_what, more, remedy) => {
		const call = {
			...writeCall('+1'),
			interpret: (): never => {
				throw new ProviderFailure({ provider: 'voyage', kind: 'permission', message: 'No', remedy: 'Do something.' });
			},
		};
		const read = readResponse(fakeProvider(), call, { status: 403, headers: {}, text: '', ...more }, NOW);
		expect(read).toMatchObject({ details: { kind: 'permission', remedy: expect.stringMatching(remedy) as string } });
	});

	it.each([
		['a document', { xml: { name: 'HTML', attributes: {}, children: [], text: '' }, text: '<HTML/>' }],
		['one that is not well-formed', { text: ' <!DOCTYPE html><html><body><h1>403 Forbidden<hr>nginx' }],
		['what a proxy has signed', { headers: { 'proxy-agent': 'x' }, json: { error: 'no' } }],
		['the beginning alone', { text: '<title>Access denied</title> Your IP has been blocked' }],
	])('a 403 with a web page is that of a firewall, not of the provider: %s', (_what, more) => {
		const read = (failure: Partial<FailureDetails>) =>
			readResponse(
				fakeProvider(),
				{
					...writeCall('+1'),
					interpret: (): never => {
						throw new ProviderFailure({
							provider: 'voyage',
							kind: 'permission',
							message: 'A scope is missing',
							remedy: 'Grant it.',
							...failure,
						});
					},
				},
				Object.assign({ status: 403, headers: {}, text: '' }, more),
				NOW,
			);
		expect(read({})).toMatchObject({
			details: {
				kind: 'permission',
				message: expect.stringContaining('A firewall or proxy refused the call to Fake Provider'),
				remedy: expect.stringContaining('firewall'),
			},
		});
		expect(read({ code: 'E112' })).toMatchObject({ details: { message: 'A scope is missing', code: 'E112' } });
	});

	it('a redirect is one, whatever the provider would make of its body', () => {
		const read = readResponse(
			fakeProvider(),
			{ ...writeCall('+1'), withoutConfirmation: undefined, interpret: () => 'a success' },
			{ status: 307, headers: {}, text: '' },
			NOW,
		);
		expect(read).toMatchObject({ details: { kind: 'input', httpStatus: 307 } });
	});

	it.each<[string, number, Partial<FailureDetails>, string]>([
		['rate', 429, { kind: 'rate', code: 'E106' }, 'unreadable'],
		['too fast in HTTP 200', 200, { kind: 'rate', code: 'E106' }, 'unreadable'],
		['a refused value', 400, { kind: 'input' }, 'unreadable'],
		['a refused key', 401, { kind: 'credentials' }, 'unreadable'],
		['trouble', 503, { kind: 'temporary' }, 'unreadable'],
		['an opt-out', 200, { kind: 'opted-out', code: 'E904' }, 'opted-out'],
		['an opt-out', 409, { kind: 'opted-out' }, 'opted-out'],
	])('%s (HTTP %i) in one answer with success: nobody knows, and an opt-out counts', (_what, status, says, kind) => {
		const call = {
			...writeCall('+1'),
			saysDone: () => true,
			interpret: (): never => {
				throw new ProviderFailure({ provider: 'voyage', kind: 'input', message: 'No', remedy: 'Ask.', providerText: 'words', ...says });
			},
		};
		const read = readResponse(fakeProvider(), call, { status, headers: { 'retry-after': '3' }, text: 'x' }, NOW);
		if ('value' in read) throw new Error('counts as success');
		expect(read.details).toMatchObject({ kind, httpStatus: status, providerText: 'words', retryAfterMs: 3000 });
		expect(isNotExecuted(read.details)).toBe(kind === 'opted-out');
		if (kind === 'unreadable')
			expect([read.transient, read.details.message]).toEqual([false, expect.stringMatching(/failed, and .* it was done \(HTTP \d+\)$/)]);
	});

	it('what nobody understands at HTTP 200 stays that', () => {
		const call = { ...writeCall('+1'), saysDone: () => true, interpret: (): never => JSON.parse('{') as never };
		const read = readResponse(fakeProvider(), call, { status: 200, headers: {}, text: 'x' }, NOW);
		expect(read).toMatchObject({ details: { kind: 'unreadable', message: expect.stringContaining('documents do not describe') } });
	});

	it('what ended a run shows nothing that was said about another person', () => {
		const reason = judged({ status: 401 }, { kind: 'credentials', code: 'E104', providerText: 'No key for person@example.com' });
		const shown = notSentDetails(fakeProvider(), reason);
		expect(JSON.stringify(shown)).not.toContain('person@example.com');
		for (const code of ['person@example.com', '16502426055', 'Ann']) {
			expect(JSON.stringify(notSentDetails(fakeProvider(), { ...reason, code }))).not.toContain(code);
		}
		expect(shown).toMatchObject({
			kind: 'credentials',
			code: 'E104',
			httpStatus: 401,
			notExecuted: true,
			message: expect.stringContaining(reason.message),
		});
	});

	it('a reader that stumbles is an answer that nobody understands', () => {
		const stumbling = { ...writeCall('+1'), interpret: (): never => JSON.parse('{') as never };
		const read = readResponse(fakeProvider(), stumbling, { status: 200, headers: {}, text: 'x'.repeat(1000) }, NOW);
		expect(read).toMatchObject({ details: { kind: 'unreadable', httpStatus: 200, providerText: 'x'.repeat(1000) } });
	});
});

test('every sentence says what happened and what to do', () => {
	const rows = sharedFailureRows();
	expect(rows.length).toBeGreaterThan(10);
	for (const { message, remedy } of rows) {
		expect(message).not.toMatch(/\.$/);
		expect(remedy).toMatch(/\.$/);
	}
});

describe('what is shown of the words of an answer', () => {
	const KEY = 'sk-live-0123456789abcdefghijk';
	const redact = redactorOf({ apiKey: KEY });
	function shown(words: Partial<FailureDetails>): FailureDetails {
		return failureToShow({ provider: 'skycore', kind: 'unreadable', message: 'Not understood', remedy: 'Ask.', ...words }, redact).details;
	}
	const textOf = (providerText: string): string | undefined => shown({ providerText }).providerText;

	test.each([
		['one line', 'Out\n of   order ', 'Out of order'],
		['a web page', '<html><style>p { color: red }</style><script>alert("<p>")</script><p>Out\n of   <b>order</b></p>', 'Out of order'],
		['a page that breaks off', '<html><body><p>Bad Gateway<p class="', 'Bad Gateway'],
		['words about tags', 'Send <phone> as text', 'Send <phone> as text'],
		['a long text', 'x'.repeat(1000), 'x'.repeat(300)],
		['blanks', ' \n', undefined],
		['tags alone', '<br><br>', undefined],
	])('%s', (_name, text, expected) => {
		expect(textOf(text)).toBe(expected);
	});

	test.each(Array.from({ length: KEY.length + 2 }, (_, index) => 300 - index))(
		'a secret that begins at %i is blackened before the text is cut',
		(start) => {
			for (const text of [`${'x'.repeat(start)}${KEY} and more`, `<p>${'x'.repeat(start)}${KEY}</p>`]) {
				expect(textOf(text)).not.toContain(KEY.slice(0, 6));
				expect(shown({ message: text }).message).not.toContain(KEY.slice(0, 6));
				expect(shown({ code: text }).code).not.toContain(KEY.slice(0, 6));
			}
		},
	);

	test('nor is one shown at the end of what is looked at', () => {
		for (let start = 19_900; start < 20_010; start += 1) {
			expect(textOf(`<i>${'<b>'.repeat(6_000)}${'</b>'.padEnd(start - 18_003, ' ')}${KEY}`) ?? '').not.toContain(KEY.slice(0, 6));
		}
	});

	test.each([
		['tags that never end', '<'.repeat(256 * 1024)],
		['scripts', '<script>'.repeat(50_000)],
		['styles and scripts', '<style><script>'.repeat(50_000)],
		['blanks', ' '.repeat(5_000_000)],
		['percent signs', '%'.repeat(5_000_000)],
		['digits', '1'.repeat(5_000_000)],
	])('%s in less than a second', (_name, text) => {
		const startedAt = performance.now();
		textOf(text);
		shown({ message: text, code: text });
		expect(performance.now() - startedAt).toBeLessThan(1_000);
	});
});
