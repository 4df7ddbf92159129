import type { FailureDetails } from '../../../consent/failure.ts';
import { eligibility } from '../../../providers/attentive/eligibility.ts';
import { readErrorBody } from '../../../providers/attentive/errorBody.ts';
import { notEligible } from '../../../providers/attentive/failure.ts';
import { attentive } from '../../../providers/attentive/provider.ts';
import { subscribe } from '../../../providers/attentive/subscribe.ts';
import { unsubscribe } from '../../../providers/attentive/unsubscribe.ts';
import { createWebhook } from '../../../providers/attentive/webhooks.ts';
import { isNotExecuted, readResponse } from '../../../transport/outbound/failure.ts';
import errors from '../../fixtures/attentive/errors.json';
import { response } from './responses.mts';

const phone = '+19148440001';
const CALLS = {
	subscribe: (credential = 'smsConsentAttentiveApi') => subscribe({ credential, phone, signUpSourceId: '1' }),
	unsubscribe: (credential = 'smsConsentAttentiveApi') => unsubscribe({ credential, phone, subscriptions: 'everything' }),
	eligibility: (credential = 'smsConsentAttentiveApi') => eligibility({ credential, phone }),
	createWebhook: (credential = 'smsConsentAttentiveApi') =>
		createWebhook({ credential, url: 'https://n8n.example.com/webhook/1', events: ['sms.subscribed'] }),
};

/** What becomes of a response, HTTP's own words included. */
function failure(
	call: keyof typeof CALLS,
	status: number,
	body: unknown = '',
	headers: Record<string, string> = {},
	credential?: string,
): FailureDetails {
	const read = readResponse<unknown>(attentive, CALLS[call](credential), response(status, body, headers), Date.now());
	if ('value' in read) throw new Error('This was taken for success');
	return read.details;
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
	[500, 'temporary', 'subscribe', /could not answer \(HTTP 500\)/, /again later/],
	[500, 'temporary', 'eligibility', /could not answer/, /again later/],
	[502, 'temporary', 'unsubscribe', /could not answer/, /again later/],
	[408, 'temporary', 'subscribe', /waited too long/, /again later/],
] as [number, string, keyof typeof CALLS, RegExp, RegExp][])('HTTP %i is %s for %s', (status, kind, call, message, remedy) => {
	const text = (errors as Record<string, string>)[String(status)] ?? 'No';
	const details = failure(call, status, { error: { id: 7_000_001, message: text } });
	expect(details).toMatchObject({ provider: 'attentive', kind, httpStatus: status, providerText: `${text} (error id 7000001)` });
	expect(details.code).toBeUndefined();
	expect(details.message).toMatch(message);
	expect(details.remedy).toMatch(remedy);
});

test('a redirect says where to look', () => {
	const details = failure('subscribe', 302, { error: { message: 'No' } });
	expect(details).toMatchObject({
		provider: 'attentive',
		kind: 'unreadable',
		httpStatus: 302,
		message: expect.stringMatching(/another place/),
		remedy: expect.stringMatching(/Base URL/),
	});
});

test('a status that is neither success nor refusal is not taken for either', () => {
	expect(failure('subscribe', 304)).toMatchObject({ kind: 'unreadable', httpStatus: 304 });
});

test('a refused number is told apart from other values, except where events have phone in their name', () => {
	expect(failure('subscribe', 400, { message: 'user.phone must be in E.164 format' }).kind).toBe('number');
	expect(failure('subscribe', 400, { error: 'invalid email' }).kind).toBe('number');
	expect(failure('createWebhook', 400, { message: 'phone.unsubscribed is not an event' }).kind).toBe('input');
});

test('OAuth2 connections are told to connect again, and which scope to ask for', () => {
	expect(failure('subscribe', 401, '', {}, 'smsConsentAttentiveOAuth2Api').remedy).toMatch(/connect again.*no refresh token/);
	expect(failure('eligibility', 403, '', {}, 'smsConsentAttentiveOAuth2Api').remedy).toMatch(
		/add 'subscriptions:read' to the credential's 'Scope' and connect again/,
	);
});

describe('waiting', () => {
	beforeEach(() => jest.useFakeTimers({ now: Date.parse('2026-03-01T00:00:00Z') }));
	afterEach(() => jest.useRealTimers());

	test.each([
		['seconds', { 'retry-after': '7' }, 7_000],
		['a date', { 'retry-after': 'Sun, 01 Mar 2026 00:00:30 GMT' }, 30_000],
		["Attentive's own per-second headers", { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '0' }, 1_000],
		['nothing', {}, 1_000],
		['rubbish', { 'retry-after': 'soon' }, 1_000],
	] as [string, Record<string, string>, number][])('429 with %s', (_name, headers, retryAfterMs) => {
		const details = failure('subscribe', 429, '', headers);
		expect(details.kind).toBe('rate');
		expect(isNotExecuted(details)).toBe(true);
		expect(details.retryAfterMs).toBe(retryAfterMs);
	});

	test('503 may have been carried out, also when Attentive names a time to come back', () => {
		const details = failure('subscribe', 503, '', { 'retry-after': '5' });
		expect(details).toMatchObject({ kind: 'temporary', retryAfterMs: 5_000 });
		expect(isNotExecuted(details)).toBe(false);
	});
});

test.each([
	['error.message', { error: { message: 'one' }, message: 'two' }, 'one'],
	['error', { error: 'one', message: 'two' }, 'one'],
	['message', { error: null, message: 'two' }, 'two'],
	['errors[].message', { errors: [{ message: 'three' }, { message: 'four' }] }, 'three; four'],
	['a body in another shape', { code: 5 }, '{"code":5}'],
	['plain text', 'Access Denied\n', 'Access Denied'],
	['a web page', '<html><h1>Bad Gateway</h1></html>', '<html><h1>Bad Gateway</h1></html>'],
	['nothing', '', undefined],
	['an error of an odd type', { error: 5, message: 'two' }, 'two'],
] as [string, unknown, string | undefined][])('the words are taken from %s', (_name, body, text) => {
	expect(readErrorBody(response(500, body)).text).toBe(text);
});

test('the id of an answer without words is kept for the support', () => {
	expect(failure('subscribe', 500, { error: { id: 7_000_001, message: '' } }).providerText).toMatch(/error id 7000001/);
});

test.each([
	'Unauthenticated',
	'Access denied for scope',
	'Invalid email: unauthorized@example.com',
	'Forbidden phone: quota exceeded, too many requests, rate limit, invalid api key',
])('words end nothing and prove nothing, for a contact may have written them: %s', (message) => {
	for (const status of [200, 400, 422]) {
		for (const purpose of ['subscribe', 'unsubscribe', 'eligibility'] as const) {
			expect(['input', 'number']).toContain(failure(purpose, status, { errors: [{ message }], message }).kind);
		}
	}
});

test('a look-up that rules a sign-up out is certain, and says why it is not simply an opt-out', () => {
	const { details } = notEligible('MARKETING');
	expect(details).toMatchObject({
		provider: 'attentive',
		kind: 'not-eligible',
		message: expect.stringMatching(/MARKETING.*"Reply Y"; nothing was sent$/),
		remedy: expect.stringMatching(/If they opted out: use SMS Resubscribe.*If they signed up lately: wait for their "Y"/),
	});
	expect(isNotExecuted(details)).toBe(true);
});

describe('the table of failures', () => {
	const matching = (text: string, template: string) => {
		const parts = template.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
		return new RegExp(`^${parts.join('[^]*')}$`).test(text);
	};
	const isListed = ({ kind, message, remedy }: FailureDetails) =>
		attentive.failures.some((row) => row.kind === kind && matching(message, row.message) && matching(remedy, row.remedy));

	test.each(['smsConsentAttentiveApi', 'smsConsentAttentiveOAuth2Api'])('holds whatever Attentive itself can say to %s', (credential) => {
		for (const call of Object.keys(CALLS) as (keyof typeof CALLS)[]) {
			for (const status of [400, 401, 403, 404, 409, 422]) {
				if (status === 409 && call !== 'createWebhook') continue;
				for (const message of ['no', 'Unauthenticated', 'scope', 'phone']) {
					if (call === 'eligibility' && status === 404) continue;
					expect([call, status, message, isListed(failure(call, status, { message }, {}, credential))]).toEqual([
						call,
						status,
						message,
						true,
					]);
				}
			}
			expect(isListed(failure(call, 200, 'OK', {}, credential))).toBe(true);
		}
		expect(isListed(notEligible('MARKETING').details)).toBe(true);
	});
});
