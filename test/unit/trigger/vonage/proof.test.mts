import { deliver } from '../webhookContext.mts';
import { byGet, fresh, now, setting, signed, SIGNATURE_SECRET, STOP } from './signed.mts';

test.each(['md5hash', 'md5', 'sha1', 'sha256', 'sha512'] as const)(
	'method %s, capitals in the signature, & and = in the text',
	async (method) => {
		const fields = signed(fresh({ text: 'STOP & = ü' }), method);
		expect((await deliver(byGet({ ...fields, sig: (fields.sig ?? '').toUpperCase() }), setting({ method }))).events).toHaveLength(1);
	},
);

test.each([
	['without sig', () => fresh()],
	['with an empty sig', () => ({ ...fresh(), sig: '' })],
	['with a wrong sig', () => ({ ...signed(fresh()), sig: '0'.repeat(32) })],
	['with a sig of another length', () => ({ ...signed(fresh()), sig: '0' })],
	['changed afterwards', () => ({ ...signed(fresh()), text: 'START' })],
	['with a parameter added afterwards', () => ({ ...signed(fresh()), extra: '1' })],
	['by another secret', () => signed(fresh(), 'md5hash', 'other')],
	['by another method', () => signed(fresh(), 'sha256')],
	['without a timestamp', () => signed(STOP)],
	['with a timestamp that is none', () => signed({ ...STOP, timestamp: 'now' })],
	['signed two days ago', () => signed({ ...STOP, timestamp: String(now() - 2 * 86_400) })],
	['signed for the day after tomorrow', () => signed({ ...STOP, timestamp: String(now() + 2 * 86_400) })],
	[
		'that is no opt-out and signed ten minutes ago',
		() => signed({ ...STOP, text: 'START', keyword: 'START', timestamp: String(now() - 600) }),
	],
])('a message %s is refused', async (_how, fields) => {
	const outcome = await deliver(byGet(fields()), setting());
	expect(outcome).toMatchObject({ status: 401, ended: true, events: [] });
	expect(outcome.log.join()).not.toContain(SIGNATURE_SECRET);
});

test('a blank signature secret lets nobody in', async () => {
	expect(await deliver(byGet(signed(fresh(), 'md5hash', '')), setting({ signatureSecret: '' }))).toMatchObject({ status: 401, events: [] });
});
