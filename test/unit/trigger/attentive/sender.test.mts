import { deliver } from '../webhookContext.mts';
import { setting, sign } from './signed.mts';

test.each([
	['unreadable JSON', 'nothing'],
	['JSON that is no event', '[]'],
	['JSON with __proto__', '{"type":"sms.unsubscribed","__proto__":{"a":1}}'],
])('%s is refused, signed or not', async (_what, body) => {
	expect(await deliver({ body, headers: { 'x-attentive-hmac-sha256': sign(body) } }, setting())).toMatchObject({ status: 400, events: [] });
});

test('ids beyond 2^53 keep their digits, so two people stay two', async () => {
	const eventOf = async (id: string) => {
		const body = `{"type":"sms.unsubscribed","timestamp":1632945178104,"subscriber":{"external_id":${id},"external_identifiers":{"client_user_id":[${id}],"custom_identifiers":{"loyalty":${id}}}}}`;
		const { events } = await deliver({ body, headers: { 'x-attentive-hmac-sha256': sign(body) } }, setting());
		return events[0];
	};
	const [one, other] = [await eventOf('12345678901234567891'), await eventOf('12345678901234567892')];
	expect(one).toMatchObject({
		subscriberId: '12345678901234567891',
		clientUserId: '12345678901234567891',
		customIdentifiers: '{"loyalty":"12345678901234567891"}',
		occurredAtRaw: '1632945178104',
	});
	expect(one?.eventId).not.toBe(other?.eventId);
});
