import { triggerWith } from './attentive/fakeAttentive.mts';

describe('activation is stopped by settings that would refuse everything', () => {
	test.each([
		[{ allowedAddresses: 'example.com' }, /example\.com/],
		[{ triggerOn: [] }, /'Trigger On' is empty/],
	])('%j', async (parameters, message) => {
		await expect(triggerWith({ registerWebhook: false, ...parameters }).activate()).rejects.toMatchObject({
			message: expect.stringMatching(message) as string,
		});
	});

	test('an empty Trigger On is fine for who wants the unknown events', async () => {
		await expect(triggerWith({ registerWebhook: false, triggerOn: [], unknownEvents: 'emit' }).activate()).resolves.toBeUndefined();
	});
});
