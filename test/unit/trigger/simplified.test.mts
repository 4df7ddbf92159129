import { EVENT_COLUMNS, SIMPLIFIED_COLUMNS } from '../../../consent/event.ts';
import { deliver, OPT_OUT, skycoreXml } from './webhookContext.mts';

const SIMPLIFIED = { parameters: { simplify: true } };

test('the columns that a table needs, with the values of the whole event', async () => {
	const [whole] = (await deliver({ body: OPT_OUT })).events;
	const [short] = (await deliver({ body: OPT_OUT }, SIMPLIFIED)).events;
	expect(Object.keys(short ?? {})).toEqual(SIMPLIFIED_COLUMNS);
	expect({ ...whole, receivedAt: short?.receivedAt }).toMatchObject(short ?? {});
});

test('are what the trigger gives unless told otherwise', async () => {
	const [event] = (await deliver({ body: OPT_OUT }, { parameters: { simplify: undefined } })).events;
	expect(Object.keys(event ?? {})).toEqual(SIMPLIFIED_COLUMNS);
});

test('the same columns for an event that cannot be read: as the provider wrote it, with the warnings', async () => {
	const body = skycoreXml({ MOBILE: '12', TIMESTAMP: 'yesterday' });
	const [short] = (await deliver({ body }, SIMPLIFIED)).events;
	expect(Object.keys(short ?? {})).toEqual(SIMPLIFIED_COLUMNS);
	expect(short).toMatchObject({
		action: 'opt-out',
		phone: null,
		phoneRaw: '12',
		occurredAt: null,
		warnings: expect.stringMatching(/raw number.*raw time/) as string,
	});
});

test('without the option nothing is left out', async () => {
	const [whole] = (await deliver({ body: OPT_OUT })).events;
	expect(Object.keys(whole ?? {})).toEqual(Object.keys(EVENT_COLUMNS));
	expect(whole?.raw).toContain('"MOBILE":"16502424956"');
});
