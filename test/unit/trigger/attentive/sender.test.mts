import { deliver } from '../webhookContext.mts';
import { setting, sign } from './signed.mts';

test.each([
	['unreadable JSON', 'nothing'],
	['JSON that is no event', '[]'],
	['JSON with __proto__', '{"type":"sms.unsubscribed","__proto__":{"a":1}}'],
])('%s is refused, signed or not', async (_what, body) => {
	expect(await deliver({ body, headers: { 'x-attentive-hmac-sha256': sign(body) } }, setting())).toMatchObject({ status: 400, events: [] });
});
