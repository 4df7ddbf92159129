/** Webhooks as Attentive signs them, and the trigger's settings for them. */
import { createHmac } from 'node:crypto';

import type { Setting } from '../webhookContext.mts';

export const KEY = 'test_key';
export const BODY = JSON.stringify({
	type: 'sms.unsubscribed',
	timestamp: 1632945178104,
	company: { display_name: 'Hudson & Ivy', company_id: 'MDc6Q29tcGFueTU' },
	subscriber: { external_id: 16467358, phone: '+15555555555' },
	subscription: { type: 'MARKETING' },
});
export const sign = (body: string | Buffer, key = KEY): string => createHmac('sha256', key).update(body).digest('hex');
/** With 'Verify Sender By' set to 'Signature'. */
export const setting = (credential: Record<string, unknown> = {}, parameters: Record<string, unknown> = {}): Setting => ({
	parameters: { provider: 'attentive', attentiveAuthenticity: 'signature', ...parameters },
	credentials: { smsConsentAttentiveSigningKeyApi: { signingKey: KEY, previousSigningKey: '', ...credential } },
});
