import { byGet, now, setting, signed, STOP } from './vonage/signed.mts';
import { deliver } from './webhookContext.mts';

test('an opt-out that arrives late, while Vonage still tries, is accepted with a warning', async () => {
	const [event] = (await deliver(byGet(signed({ ...STOP, timestamp: String(now() - 3_600) })), setting())).events;
	expect(event).toMatchObject({ action: 'opt-out', warnings: expect.stringMatching(/replay window/) as string });
});

test('the replay window is the person’s', async () => {
	const late = () => byGet(signed({ ...STOP, text: 'START', keyword: 'START', timestamp: String(now() - 600) }));
	expect((await deliver(late(), setting({}, { replayWindowMinutes: 11 }))).status).toBe(200);
	expect((await deliver(late(), setting({}, { replayWindowMinutes: 9 }))).status).toBe(401);
});
