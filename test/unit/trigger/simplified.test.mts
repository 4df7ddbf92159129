import { deliver, OPT_OUT, skycoreXml } from './webhookContext.mts';

const SIMPLIFIED = { parameters: { simplify: true } };
const COLUMNS = ['provider', 'action', 'phone', 'campaign', 'occurredAt', 'text', 'needsReview', 'channel', 'email', 'eventId'];

test('ten columns, with the values of the whole event', async () => {
	const [whole] = (await deliver({ body: OPT_OUT })).events;
	const [short] = (await deliver({ body: OPT_OUT }, SIMPLIFIED)).events;
	expect(Object.keys(short ?? {})).toEqual(COLUMNS);
	expect(whole).toMatchObject(short ?? {});
});

test('what cannot be read stays as the provider wrote it, with the warnings', async () => {
	const body = skycoreXml({ MOBILE: '12', TIMESTAMP: 'yesterday' });
	const [short] = (await deliver({ body }, SIMPLIFIED)).events;
	expect(short).toMatchObject({ action: 'opt-out', phone: null, phoneRaw: '12', occurredAt: null, occurredAtRaw: 'yesterday' });
	expect(short?.warnings.length).toBeGreaterThan(0);
});

test('without the option nothing is left out', async () => {
	const [whole] = (await deliver({ body: OPT_OUT })).events;
	expect(Object.keys(whole ?? {}).length).toBeGreaterThan(COLUMNS.length);
	expect(whole?.raw).toBeDefined();
});
