import { createWebhook, eligibility, subscribe, unsubscribe } from '../../../providers/attentive/calls.ts';
import { complaintIn } from '../../../providers/attentive/failure.ts';
import errors from '../../fixtures/attentive/errors.json';
import { answer, failureOf } from './answers.mts';

const phone = '+19148440001';
const CALLS = {
	subscribe: (credential = 'smsConsentAttentiveApi') => subscribe({ credential, phone, signUpSourceId: '1' }),
	unsubscribe: (credential = 'smsConsentAttentiveApi') => unsubscribe({ credential, phone, subscriptions: 'everything' }),
	eligibility: (credential = 'smsConsentAttentiveApi') => eligibility({ credential, phone }),
	createWebhook: (credential = 'smsConsentAttentiveApi') => createWebhook({ credential, url: 'https://n8n.example.com/webhook/1', events: ['sms.subscribed'] }),
};

function failure(call: keyof typeof CALLS, status: number, body: unknown = '', headers: Record<string, string> = {}, credential?: string) {
	return failureOf(() => CALLS[call](credential).interpret(answer(status, body, headers)));
}

test.each([
	[400, 'input', 'subscribe', /refused to subscribe/, /Sign-up Units/],
	[401, 'credentials', 'subscribe', /API key/, /paste the API key/],
	[403, 'permission', 'subscribe', /'subscriptions:write' is missing/, /grant it 'subscriptions:write'/],
	[403, 'permission', 'unsubscribe', /'subscriptions:write' is missing/, /grant/],
	[403, 'permission', 'eligibility', /'subscriptions:read' is missing/, /grant/],
	[403, 'permission', 'createWebhook', /'webhooks:write' is missing/, /grant/],
	[404, 'input', 'subscribe', /does not know what the request names/, /ends with \/v1/],
	[409, 'input', 'createWebhook', /already exists/, /https/],
	[422, 'input', 'subscribe', /refused/, /Sign-up Units/],
	[429, 'rate', 'subscribe', /too many/, /Calls per Second/],
	[500, 'temporary', 'subscribe', /fault of its own \(HTTP 500\)/, /a repeat texts them/],
	[500, 'temporary', 'eligibility', /fault of its own/, /safely be run again/],
	[502, 'temporary', 'unsubscribe', /fault of its own/, /repeat texts/],
	[408, 'temporary', 'subscribe', /fault/, /may or may not/],
	[302, 'unreadable', 'subscribe', /another address/, /Base URL/],
] as [number, string, keyof typeof CALLS, RegExp, RegExp][])('HTTP %i is %s for %s', (status, kind, call, message, remedy) => {
	const text = (errors as Record<string, string>)[String(status)] ?? 'No';
	const details = failure(call, status, { error: { id: 7_000_001, message: text } });
	expect(details).toMatchObject({ provider: 'attentive', kind, httpStatus: status, providerText: `${text} (error id 7000001)` });
	expect(details.code).toBeUndefined();
	expect(details.message).toMatch(message);
	expect(details.remedy).toMatch(remedy);
});

test('a refused number is told apart from other values, except where events have phone in their name', () => {
	expect(failure('subscribe', 400, { message: 'user.phone must be in E.164 format' }).kind).toBe('number');
	expect(failure('subscribe', 400, { error: 'invalid email' }).kind).toBe('number');
	expect(failure('createWebhook', 400, { message: 'phone.unsubscribed is not an event' }).kind).toBe('input');
});

test('OAuth2 connections are told to connect again, and which scope to ask for', () => {
	expect(failure('subscribe', 401, '', {}, 'smsConsentAttentiveOAuth2Api').remedy).toMatch(/connect again.*no refresh token/);
	expect(failure('eligibility', 403, '', {}, 'smsConsentAttentiveOAuth2Api').remedy).toMatch(/add 'subscriptions:read' to the credential's 'Scope' and connect again/);
});

describe('waiting', () => {
	beforeEach(() => jest.useFakeTimers({ now: Date.parse('2026-03-01T00:00:00Z') }));
	afterEach(() => jest.useRealTimers());

	test.each([
		['seconds', { 'retry-after': '7' }, 7_000],
		['a date', { 'retry-after': 'Sun, 01 Mar 2026 00:00:30 GMT' }, 30_000],
		["Attentive's own per-second headers", { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '0' }, 1_000],
		['nothing', {}, undefined],
		['rubbish', { 'retry-after': 'soon' }, undefined],
	] as [string, Record<string, string>, number | undefined][])('429 with %s', (_name, headers, retryAfterMs) => {
		const details = failure('subscribe', 429, '', headers);
		expect(details).toMatchObject({ kind: 'rate', surelyNotDone: true });
		expect(details.retryAfterMs).toBe(retryAfterMs);
	});

	test('503 was surely not done only when Attentive names a time to come back', () => {
		expect(failure('subscribe', 503, '', { 'retry-after': '5' })).toMatchObject({ kind: 'temporary', surelyNotDone: true, retryAfterMs: 5_000 });
		expect(failure('subscribe', 503).surelyNotDone).toBeUndefined();
	});
});

test.each([
	['error.message', { error: { message: 'one' }, message: 'two' }, 'one'],
	['error', { error: 'one', message: 'two' }, 'one'],
	['message', { error: null, message: 'two' }, 'two'],
	['errors[].message', { errors: [{ message: 'three' }, { message: 'four' }] }, 'three; four'],
	['a body in another shape', { code: 5 }, '{"code":5}'],
	['plain text', 'Access  Denied\n', 'Access Denied'],
	['a web page', '<html><head><style>b{}</style></head><body><h1>Bad Gateway</h1></body></html>', 'Bad Gateway'],
	['nothing', '', undefined],
	['an error of an odd type', { error: 5, message: 'two' }, 'two'],
] as [string, unknown, string | undefined][])('the words are taken from %s', (_name, body, text) => {
	expect(complaintIn(answer(500, body)).text).toBe(text);
});

test('the id of an answer without words is kept for the support', () => {
	expect(failure('subscribe', 500, { error: { id: 7_000_001, message: '' } }).providerText).toMatch(/error id 7000001/);
});

test('long texts are cut', () => {
	expect(complaintIn(answer(500, 'x'.repeat(5_000))).text).toHaveLength(300);
});

test.each([
	['Unauthenticated', 'credentials'],
	['Access denied for scope', 'permission'],
])('a GraphQL error inside HTTP 200: %s', (message, kind) => {
	expect(failure('subscribe', 200, { errors: [{ message }] }).kind).toBe(kind);
});
