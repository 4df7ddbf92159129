import { BODY, setting, sign } from './attentive/signed.mts';
import { deliver } from './webhookContext.mts';

describe('events that the API would not register', () => {
	const signed = (type: string) => {
		const body = BODY.replace('sms.unsubscribed', type);
		return { body, headers: { 'x-attentive-hmac-sha256': sign(body) } };
	};

	test('are named on every event until one arrives', async () => {
		const staticData: Record<string, unknown> = { missingEvents: ['sms.unsubscribed'] };
		const warned = expect.objectContaining({ warnings: expect.stringMatching(/register sms\.unsubscribed/) as string }) as object;
		expect((await deliver(signed('sms.subscribed'), { ...setting(), staticData })).events).toEqual([warned]);
		expect((await deliver(signed('sms.unsubscribed'), { ...setting(), staticData })).events).not.toEqual([warned]);
		expect(staticData).toEqual({});
		expect((await deliver(signed('sms.subscribed'), { ...setting(), staticData })).events).not.toEqual([warned]);
	});

	test('are named until the last of them has arrived', async () => {
		const staticData: Record<string, unknown> = { missingEvents: ['sms.inbound_message', 'sms.unsubscribed'] };
		const [event] = (await deliver(signed('sms.unsubscribed'), { ...setting(), staticData })).events;
		expect(event?.warnings).toMatch(/register sms\.inbound_message\./);
		expect(staticData).toEqual({ missingEvents: ['sms.inbound_message'] });
	});
});
