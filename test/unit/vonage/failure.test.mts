import type { ProviderCall } from '../../../consent/call.ts';
import type { FailureDetails } from '../../../consent/failure.ts';
import { testFailure } from '../../../providers/vonage/credentialTest.ts';
import { vonage } from '../../../providers/vonage/provider.ts';
import { queryPage } from '../../../providers/vonage/query.ts';
import { resubscribe } from '../../../providers/vonage/resubscribe.ts';
import { isNotExecuted, readResponse } from '../../../transport/outbound/failure.ts';
import { fixture, response } from './responses.mts';

const CALLS = [
	queryPage({ credential: 'smsConsentVonageApi', format: 'json', method: 'GET', page: 0, pageSize: 100 }),
	resubscribe({ credential: 'smsConsentVonageApi', format: 'json', method: 'POST', phone: '+15559301529' }),
];

/** What becomes of a response, HTTP's own words included. */
function failureIn(call: ProviderCall<unknown>, status: number, body: unknown = '', headers: Record<string, string> = {}): FailureDetails {
	const read = readResponse(vonage, call, response(status, body, headers), Date.now());
	if ('value' in read) throw new Error('This was taken for success');
	return read.details;
}

/** Both calls must judge alike. */
function failure(status: number, body: unknown = '', headers: Record<string, string> = {}): FailureDetails {
	const [query, manage] = CALLS.map((call) => failureIn(call, status, body, headers));
	expect(manage).toEqual(query);
	if (query === undefined) throw new Error('No failure.');
	return query;
}

const smsJson = (status: unknown, text: string) => ({ 'message-count': '1', messages: [{ status, 'error-text': text }] });
const smsXml = (status: unknown, text: string) =>
	`<?xml version='1.0' encoding='UTF-8' ?><mt-submission-response><messages count='1'><message><status>${status}</status><errorText>${text}</errorText></message></messages></mt-submission-response>`;

const SMS_STATUSES: [string, string, string, RegExp][] = [
	['1', 'Throttled', 'rate', /too many.*nothing was changed/],
	['2', 'Missing parameter', 'input', /value is missing/],
	['3', 'Invalid parameter', 'input', /refused a value/],
	['4', 'Bad Credentials', 'credentials', /API key or the API secret/],
	['5', 'Internal Error', 'temporary', /internal problem/],
	['6', 'Invalid message', 'input', /cannot read the request/],
	['7', 'Number barred', 'opted-out', /blocks this number/],
	['8', 'Account barred', 'permission', /blocked this account/],
	['9', 'Quota exceeded', 'quota', /used up/],
	['14', 'Invalid Signature', 'credentials', /signature of the request is wrong/],
	['15', 'Invalid sender', 'input', /sender/],
	['29', 'Non-whitelisted destination', 'permission', /test numbers/],
	['32', 'Signature And API Secret Disallowed', 'credentials', /accepts only one/],
	['33', 'Number de-activated', 'number', /no longer in use/],
	['99', 'Something', 'input', /status 99/],
];

describe.each([
	['JSON', smsJson],
	['XML', smsXml],
])('SMS style inside HTTP 200, %s', (_format, body) => {
	test.each(SMS_STATUSES)('status %s %s is %s', (status, text, kind, message) => {
		const details = failure(200, body(status, text));
		expect(details).toMatchObject({
			provider: 'vonage',
			kind,
			code: status,
			providerText: text,
			httpStatus: 200,
			message: expect.stringMatching(message),
		});
		expect(details.remedy.length).toBeGreaterThan(20);
		expect(isNotExecuted(details)).toBe(kind !== 'temporary');
	});
});

test.each([
	['HTTP 401', 401, ''],
	['status 4', 200, smsJson('4', 'Bad Credentials')],
])('%s names the secret of the credential that was used, and speaks of signing only where it is used', (_name, status, body) => {
	const refused = (credential: string) =>
		failureIn(queryPage({ credential, format: 'json', method: 'GET', page: 0, pageSize: 100 }), status, body);
	expect(refused('smsConsentVonageApi')).toMatchObject({
		kind: 'credentials',
		message: 'Vonage refused the API key or the API secret',
		remedy: expect.not.stringMatching(/sign/),
	});
	expect(refused('smsConsentVonageSignatureApi')).toMatchObject({
		kind: 'credentials',
		message: 'Vonage refused the API key or the signature secret',
		remedy: expect.stringMatching(/signing on/),
	});
});

test('status 14 and 32 say what to look at', () => {
	expect(failure(200, smsJson('14', '')).remedy).toMatch(/signature secret.*'Signature Method'.*clock/);
	expect(failure(200, smsJson(32, '')).remedy).toMatch(/never sends both.*proxy/);
});

test('one message without brackets is understood too', () => {
	expect(failure(200, { messages: { status: '4', 'error-text': 'Bad Credentials' } })).toMatchObject({ kind: 'credentials', code: '4' });
});

const accountJson = (code: string, label: string) => ({ 'error-code': code, 'error-code-label': label });
const accountXml = (code: string, label: string) =>
	`<response><error-code>${code}</error-code><error-code-label>${label}</error-code-label></response>`;
const problem = (title: string, detail: string) => ({ type: 'https://developer.vonage.com/api-errors#x', title, detail, instance: 'i' });

test.each([
	[401, accountJson('401', 'authentication failed'), 'credentials', '401', 'authentication failed'],
	[401, accountXml('401', 'authentication failed'), 'credentials', '401', 'authentication failed'],
	[420, accountJson('420', 'method failed'), 'input', '420', 'method failed'],
	[420, accountXml('420', 'method failed'), 'input', '420', 'method failed'],
	[200, accountJson('401', 'authentication failed'), 'credentials', '401', 'authentication failed'],
	[200, accountXml('420', 'method failed'), 'input', '420', 'method failed'],
	[
		401,
		problem('Unauthorized', 'You did not provide correct credentials.'),
		'credentials',
		undefined,
		'Unauthorized: You did not provide correct credentials.',
	],
	[403, problem('Forbidden', 'Not allowed'), 'permission', undefined, 'Forbidden: Not allowed'],
	[429, problem('Rate limit hit', 'Slow down'), 'rate', undefined, 'Rate limit hit: Slow down'],
	[200, accountJson('429', 'too many'), 'rate', '429', 'too many'],
	[200, accountJson('503', 'away'), 'temporary', '503', 'away'],
	[500, accountJson('420', 'method failed'), 'temporary', '420', 'method failed'],
	[200, problem('Odd', 'A problem inside success'), 'input', undefined, 'Odd: A problem inside success'],
	[400, { error_title: 'Bad', description: 'page-size' }, 'input', undefined, 'Bad: page-size'],
	[401, smsJson('14', 'Invalid Signature'), 'credentials', '14', 'Invalid Signature'],
	[401, '', 'credentials', undefined, undefined],
	[402, '', 'quota', undefined, undefined],
	[404, '<html><h1>Not Found</h1></html>', 'input', undefined, '<html><h1>Not Found</h1></html>'],
	[410, 'Gone', 'input', undefined, 'Gone'],
	[422, '', 'input', undefined, undefined],
	[408, '', 'temporary', undefined, undefined],
	[500, '', 'temporary', undefined, undefined],
	[502, '<html><h1>Bad Gateway</h1></html>', 'temporary', undefined, '<html><h1>Bad Gateway</h1></html>'],
	[503, '', 'temporary', undefined, undefined],
	[302, '', 'unreadable', undefined, undefined],
] as const)('HTTP %i with %j is %s', (status, body, kind, code, providerText) => {
	const details = failure(status, body);
	expect(details).toMatchObject({ kind, httpStatus: status });
	expect([details.code, details.providerText]).toEqual([code, providerText]);
	expect(details.remedy).not.toBe('');
});

test('an account-style 200 is no error', () => {
	expect(testFailure(response(200, { 'error-code': '200', 'opt-in-list': [] }), 'smsConsentVonageApi')).toBeNull();
});

test('429 was surely not done; 503 may have been, also with a time to come back', () => {
	expect(failure(429, '', { 'retry-after': '3' })).toMatchObject({ kind: 'rate', retryAfterMs: 3_000 });
	expect(isNotExecuted(failure(429))).toBe(true);
	expect(failure(503, '', { 'retry-after': '3' })).toMatchObject({ kind: 'temporary', retryAfterMs: 3_000 });
	expect(isNotExecuted(failure(503, '', { 'retry-after': '3' }))).toBe(false);
});

describe('the test of a credential', () => {
	test.each([
		['the sample list', 200, fixture('query.json')],
		['an empty list', 200, { 'opt-in-count': '0', 'opt-in-list': [] }],
	])('is green for %s', (_name, status, body) => {
		expect(testFailure(response(status, body), 'smsConsentVonageApi')).toBeNull();
	});

	test.each([
		['401', 401, '', 'credentials'],
		['a wrong key inside HTTP 200', 200, smsJson('4', 'Bad Credentials'), 'credentials'],
		['a wrong signature inside HTTP 200', 200, smsJson('14', 'Invalid Signature'), 'credentials'],
		['somebody else’s page', 200, '<html><body>Welcome</body></html>', 'unreadable'],
	])('is red for %s', (_name, status, body, kind) => {
		expect(testFailure(response(status, body), 'smsConsentVonageApi')).toMatchObject({ kind });
	});

	test.each([301, 302, 304, 407, 408, 429, 500, 503])('is red for HTTP %i, whatever comes with it', (status) => {
		for (const body of ['', fixture('query.json'), '<html><body>Welcome</body></html>']) {
			expect(testFailure(response(status, body), 'smsConsentVonageApi')?.code).toBeUndefined();
			expect(testFailure(response(status, body), 'smsConsentVonageApi')).not.toBeNull();
		}
	});

	test("a code of Vonage's own says more than such a status", () => {
		expect(testFailure(response(500, smsJson('14', 'Invalid Signature')), 'smsConsentVonageSignatureApi')).toMatchObject({
			kind: 'credentials',
			code: '14',
		});
	});
});

describe('the table of failures', () => {
	const rows = (kind: string, message: string, remedy: string) =>
		vonage.failures.filter((row) => row.kind === kind && row.message === message && row.remedy === remedy);

	test.each(['smsConsentVonageApi', 'smsConsentVonageSignatureApi'])('holds whatever Vonage itself can say to %s', (credential) => {
		const call = queryPage({ credential, format: 'json', method: 'GET', page: 0, pageSize: 100 });
		const details = [
			...SMS_STATUSES.filter(([status]) => status !== '99').map(([status]) => failureIn(call, 200, smsJson(status, ''))),
			...[401, 402, 403, 404, 410, 420, 429, 500].map((code) => failureIn(call, 200, accountJson(String(code), ''))),
			...[400, 401, 402, 403, 404, 410, 422].map((status) => failureIn(call, status)),
		];
		expect(
			details.filter(({ kind, message, remedy }) => rows(kind, message, remedy.replace(/ A proxy or firewall .*$/, '')).length === 0),
		).toEqual([]);
	});

	test.each([
		['status …', failureIn(CALLS[0] as ProviderCall<unknown>, 200, smsJson('99', '')), 'Vonage refused the call with its status …'],
		['HTTP 2xx', failureIn(CALLS[0] as ProviderCall<unknown>, 200, 'OK'), "Vonage's response can't be used: …"],
		['HTTP 2xx', failureIn(CALLS[1] as ProviderCall<unknown>, 200, 'OK'), "Vonage's response can't be used: …"],
	])('%s stands for many', (when, { kind, message, remedy }, template) => {
		expect(vonage.failures).toContainEqual({ when, kind, message: template, remedy });
		expect(message.startsWith(template.replace('…', ''))).toBe(true);
	});
});
