import { EVENT_KINDS } from '../../../nodes/SmsPostbackTrigger/eventFilter.ts';
import { SmsPostbackTrigger } from '../../../nodes/SmsPostbackTrigger/SmsPostbackTrigger.node.ts';
import { triggerWith } from './attentive/fakeAttentive.mts';

describe('activation is stopped by settings that would refuse everything', () => {
	test.each([
		[{ allowedAddresses: 'example.com' }, /example\.com/],
		[{ triggerOn: [] }, /'Trigger On' is empty/],
		[{ triggerOn: ['opt-in', 'optOut'] }, /'Trigger On' holds "optOut"/],
		[{ triggerOn: 'STOP' }, /'Trigger On' holds "STOP"/],
		[{ provider: 'Skycore' }, /'Provider' holds "Skycore"/],
		[{ provider: 'voyage' }, /sends no postbacks/],
		[{ provider: 'Skycore' }, /'Provider' holds "Skycore"/],
	])('%j', async (parameters, message) => {
		await expect(triggerWith({ registerWebhook: false, ...parameters }).activate()).rejects.toMatchObject({
			name: 'NodeOperationError',
			message: expect.stringMatching(message) as string,
			description: expect.stringMatching(/\.$/) as string,
		});
	});

	test('an empty Trigger On is fine for who wants the unknown events', async () => {
		await expect(triggerWith({ registerWebhook: false, triggerOn: [], unknownEvents: 'emit' }).activate()).resolves.toBeUndefined();
	});

	test('one kind as a text, as an expression may give it, is as good as a list', async () => {
		const { activate, attentive } = triggerWith({ triggerOn: 'message' });
		await activate();
		expect(attentive.webhooks).toMatchObject([{ events: ['sms.inbound_message'] }]);
	});

	test('every choice of Trigger On can be activated', async () => {
		const choices = new SmsPostbackTrigger().description.properties.find(({ name }) => name === 'triggerOn')?.options ?? [];
		const triggerOn = choices.map((choice) => ('value' in choice ? choice.value : ''));
		expect([...triggerOn].sort()).toEqual([...EVENT_KINDS].sort());
		await expect(triggerWith({ registerWebhook: false, triggerOn }).activate()).resolves.toBeUndefined();
	});
});
