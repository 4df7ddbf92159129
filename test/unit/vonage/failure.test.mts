import { queryPage, resubscribe } from '../../../providers/vonage/calls.ts';
import { credentialRefusal } from '../../../providers/vonage/check.ts';
import { answer, failureOf, fixture } from './answers.mts';

const CALLS = [
	queryPage({ credential: 'smsConsentVonageApi', format: 'json', method: 'GET', page: 0, pageSize: 100 }),
	resubscribe({ credential: 'smsConsentVonageApi', format: 'json', method: 'POST', phone: '+15559301529' }),
];

/** Both calls must judge alike. */
function failure(status: number, body: unknown = '', headers: Record<string, string> = {}) {
	const [query, manage] = CALLS.map((call) => failureOf(() => call.interpret(answer(status, body, headers))));
	expect(manage).toEqual(query);
	if (query === undefined) throw new Error('No failure.');
	return query;
}

const smsJson = (status: unknown, text: string) => ({ 'message-count': '1', messages: [{ status, 'error-text': text }] });
const smsXml = (status: unknown, text: string) =>
	`<?xml version='1.0' encoding='UTF-8' ?><mt-submission-response><messages count='1'><message><status>${status}</status><errorText>${text}</errorText></message></messages></mt-submission-response>`;

const SMS_STATUSES: [string, string, string, RegExp][] = [
	['1', 'Throttled', 'rate', /too many.*nothing was changed/],
	['2', 'Missing parameter', 'input', /misses a value/],
	['3', 'Invalid parameter', 'input', /refused a value/],
	['4', 'Bad Credentials', 'credentials', /API key or the API secret/],
	['5', 'Internal Error', 'temporary', /fault of its own/],
	['6', 'Invalid message', 'input', /cannot read the request/],
	['7', 'Number barred', 'opted-out', /blocks this number/],
	['8', 'Account barred', 'permission', /barred this account/],
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
		expect(details).toMatchObject({ provider: 'vonage', kind, code: status, providerText: text, httpStatus: 200, message: expect.stringMatching(message) });
		expect(details.remedy.length).toBeGreaterThan(20);
		expect(details.surelyNotDone).toBe(kind === 'rate' ? true : undefined);
	});
});

test.each([
	['HTTP 401', 401, ''],
	['status 4', 200, smsJson('4', 'Bad Credentials')],
])('%s names the secret of the credential that was used, and speaks of signing only where it is used', (_name, status, body) => {
	const refused = (credential: string) =>
		failureOf(() => queryPage({ credential, format: 'json', method: 'GET', page: 0, pageSize: 100 }).interpret(answer(status, body)));
	expect(refused('smsConsentVonageApi')).toMatchObject({ kind: 'credentials', message: 'Vonage refused the API key or the API secret', remedy: expect.not.stringMatching(/sign/) });
	expect(refused('smsConsentVonageSignatureApi')).toMatchObject({ kind: 'credentials', message: 'Vonage refused the API key or the signature secret', remedy: expect.stringMatching(/signing on/) });
});

test('status 14 and 32 say what to look at', () => {
	expect(failure(200, smsJson('14', '')).remedy).toMatch(/signature secret.*'Signature Method'.*clock/);
	expect(failure(200, smsJson(32, '')).remedy).toMatch(/never sends both.*proxy/);
});

test('one message without brackets is understood too', () => {
	expect(failure(200, { messages: { status: '4', 'error-text': 'Bad Credentials' } })).toMatchObject({ kind: 'credentials', code: '4' });
});

const accountJson = (code: string, label: string) => ({ 'error-code': code, 'error-code-label': label });
const accountXml = (code: string, label: string) => `<response><error-code>${code}</error-code><error-code-label>${label}</error-code-label></response>`;
const problem = (title: string, detail: string) => ({ type: 'https://developer.vonage.com/api-errors#x', title, detail, instance: 'i' });

test.each([
	[401, accountJson('401', 'authentication failed'), 'credentials', '401', 'authentication failed'],
	[401, accountXml('401', 'authentication failed'), 'credentials', '401', 'authentication failed'],
	[420, accountJson('420', 'method failed'), 'input', '420', 'method failed'],
	[420, accountXml('420', 'method failed'), 'input', '420', 'method failed'],
	[200, accountJson('401', 'authentication failed'), 'credentials', '401', 'authentication failed'],
	[200, accountXml('420', 'method failed'), 'input', '420', 'method failed'],
	[401, problem('Unauthorized', 'You did not provide correct credentials.'), 'credentials', undefined, 'Unauthorized: You did not provide correct credentials.'],
	[403, problem('Forbidden', 'Not allowed'), 'permission', undefined, 'Forbidden: Not allowed'],
	[429, problem('Rate limit hit', 'Slow down'), 'rate', undefined, 'Rate limit hit: Slow down'],
	[200, problem('Odd', 'A problem inside success'), 'input', undefined, 'Odd: A problem inside success'],
	[400, { error_title: 'Bad', description: 'page-size' }, 'input', undefined, 'Bad: page-size'],
	[401, smsJson('14', 'Invalid Signature'), 'credentials', '14', 'Invalid Signature'],
	[401, '', 'credentials', undefined, undefined],
	[402, '', 'quota', undefined, undefined],
	[404, '<html><h1>Not Found</h1></html>', 'input', undefined, 'Not Found'],
	[410, 'Gone', 'input', undefined, 'Gone'],
	[422, '', 'input', undefined, undefined],
	[408, '', 'temporary', undefined, undefined],
	[500, '', 'temporary', undefined, undefined],
	[502, '<html><h1>Bad Gateway</h1></html>', 'temporary', undefined, 'Bad Gateway'],
	[503, '', 'temporary', undefined, undefined],
	[302, '', 'unreadable', undefined, undefined],
] as const)('HTTP %i with %j is %s', (status, body, kind, code, providerText) => {
	const details = failure(status, body);
	expect(details).toMatchObject({ kind, httpStatus: status });
	expect([details.code, details.providerText]).toEqual([code, providerText]);
	expect(details.remedy).not.toBe('');
});

test('an account-style 200 is no complaint', () => {
	expect(credentialRefusal(answer(200, { 'error-code': '200', 'opt-in-list': [] }), 'smsConsentVonageApi')).toBeUndefined();
});

test('429 and 503 with a time to come back were surely not done', () => {
	expect(failure(429, '', { 'retry-after': '3' })).toMatchObject({ kind: 'rate', surelyNotDone: true, retryAfterMs: 3_000 });
	expect(failure(503, '', { 'retry-after': '3' })).toMatchObject({ kind: 'temporary', surelyNotDone: true, retryAfterMs: 3_000 });
	expect(failure(503).surelyNotDone).toBeUndefined();
});

describe('the credential check', () => {
	test.each([
		['the sample list', 200, fixture('query.json')],
		['an empty list', 200, { 'opt-in-count': '0', 'opt-in-list': [] }],
	])('is green for %s', (_name, status, body) => {
		expect(credentialRefusal(answer(status, body), 'smsConsentVonageApi')).toBeUndefined();
	});

	test.each([
		['401', 401, '', 'credentials'],
		['a wrong key inside HTTP 200', 200, smsJson('4', 'Bad Credentials'), 'credentials'],
		['a wrong signature inside HTTP 200', 200, smsJson('14', 'Invalid Signature'), 'credentials'],
		['somebody else’s page', 200, '<html><body>Welcome</body></html>', 'unreadable'],
	])('is red for %s', (_name, status, body, kind) => {
		expect(credentialRefusal(answer(status, body), 'smsConsentVonageApi')).toMatchObject({ kind });
	});
});
