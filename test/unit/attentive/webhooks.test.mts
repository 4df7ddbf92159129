import { createWebhook, deleteWebhook, listWebhooks, updateWebhook } from '../../../providers/attentive/calls.ts';
import { answer, failureOf, problemOf } from './answers.mts';

const credential = 'smsConsentAttentiveOAuth2Api';
const url = 'https://n8n.example.com/webhook/1';
const events = ['sms.subscribed', 'sms.unsubscribed'];
const WEBHOOK = { id: 4711, url, events, type: 'CREATOR', disabledAt: null };

test('lists webhooks, their ids as text', () => {
	const call = listWebhooks({ credential });
	expect(call).toMatchObject({ request: { method: 'GET', path: 'webhooks' }, repeat: 'harmless', credential, pace: 'attentive:webhooks' });
	expect(call.interpret(answer(200, { webhooks: [{ ...WEBHOOK, companyId: 'x' }] }))).toEqual([{ ...WEBHOOK, id: '4711' }]);
	expect(failureOf(() => call.interpret(answer(200, [])))).toMatchObject({ kind: 'unreadable' });
});

test('creates a webhook without any secret: Attentive takes none', () => {
	const call = createWebhook({ credential, url, events });
	expect(call).toMatchObject({ request: { method: 'POST', path: 'webhooks', body: { json: { url, events } } }, repeat: 'unknown' });
	expect(call.interpret(answer(201, WEBHOOK)).id).toBe('4711');
	expect(failureOf(() => call.interpret(answer(400, { message: 'unknown event' }))).remedy).toMatch(/tick that event by hand/);
});

test('changes a webhook', () => {
	const call = updateWebhook({ credential, id: 'a/b', url, events, disabled: true });
	expect(call).toMatchObject({ request: { method: 'PUT', path: 'webhooks/a%2Fb', body: { json: { url, events, disabled: true } } }, repeat: 'unknown' });
	expect(call.interpret(answer(200, { ...WEBHOOK, disabledAt: '2026-01-01 00:00:00' })).disabledAt).toBe('2026-01-01 00:00:00');
});

test('removes a webhook, and does not mind when it is gone', () => {
	const call = deleteWebhook({ credential, id: '4711' });
	expect(call).toMatchObject({ request: { method: 'DELETE', path: 'webhooks/4711' }, repeat: 'unknown' });
	expect(call.interpret(answer(204))).toBe(true);
	expect(call.interpret(answer(404))).toBe(false);
	expect(failureOf(() => call.interpret(answer(403)))).toMatchObject({ kind: 'permission' });
});

test.each([
	['no address', '', events, /not an address/],
	['another protocol', 'ftp://x', events, /not an address/],
	['no event', url, [], /names no event/],
])('%s is refused', (_name, wrongUrl, wrongEvents, message) => {
	expect(problemOf(() => createWebhook({ credential, url: wrongUrl, events: wrongEvents })).message).toMatch(message);
});
