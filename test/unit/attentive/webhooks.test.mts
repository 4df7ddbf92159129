import { createWebhook, deleteWebhook, listWebhooks, updateWebhook } from '../../../providers/attentive/webhooks.ts';
import { failureOf, problemOf } from '../thrown.mts';
import { response } from './responses.mts';

const credential = 'smsConsentAttentiveOAuth2Api';
const url = 'https://n8n.example.com/webhook/1';
const events = ['sms.subscribed', 'sms.unsubscribed'];
const WEBHOOK = { id: 4711, url, events, type: 'CREATOR', disabledAt: null };

test('lists webhooks, their ids as text', () => {
	const call = listWebhooks({ credential });
	expect(call).toMatchObject({
		request: { method: 'GET', path: 'webhooks' },
		retrySafety: 'harmless',
		credential,
		rateLimitKey: 'attentive:webhooks',
	});
	expect(call.interpret(response(200, { webhooks: [{ ...WEBHOOK, companyId: 'x' }] }))).toEqual([{ ...WEBHOOK, id: '4711' }]);
	expect(failureOf(() => call.interpret(response(200, [])))).toMatchObject({ kind: 'unreadable' });
});

test('creates a webhook without any secret: Attentive takes none', () => {
	const call = createWebhook({ credential, url, events });
	expect(call).toMatchObject({ request: { method: 'POST', path: 'webhooks', body: { json: { url, events } } }, retrySafety: 'unknown' });
	expect(call.interpret(response(201, WEBHOOK)).id).toBe('4711');
	expect(failureOf(() => call.interpret(response(400, { message: 'unknown event' }))).remedy).toMatch(/check that event by hand/);
});

test('changes a webhook', () => {
	const call = updateWebhook({ credential, id: 'a/b', url, events, disabled: true });
	expect(call).toMatchObject({
		request: { method: 'PUT', path: 'webhooks/a%2Fb', body: { json: { url, events, disabled: true } } },
		retrySafety: 'unknown',
	});
	expect(call.interpret(response(200, { ...WEBHOOK, disabledAt: '2026-01-01 00:00:00' })).disabledAt).toBe('2026-01-01 00:00:00');
});

test('removes a webhook, and does not mind when it is gone', () => {
	const call = deleteWebhook({ credential, id: '4711' });
	expect(call).toMatchObject({ request: { method: 'DELETE', path: 'webhooks/4711' }, retrySafety: 'unknown' });
	expect(call.interpret(response(204))).toBe(true);
	expect(call.interpret(response(404))).toBe(false);
	expect(failureOf(() => call.interpret(response(403)))).toMatchObject({ kind: 'permission' });
});

test.each([
	['no address', ''],
	['another protocol', 'ftp://x'],
])('%s is refused', (_name, wrongUrl) => {
	expect(problemOf(() => createWebhook({ credential, url: wrongUrl, events })).message).toMatch(/not an address/);
});
