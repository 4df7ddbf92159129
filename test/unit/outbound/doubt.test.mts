import { runItems } from '../../../transport/outbound/itemRunner';
import { FakeClock } from './fakeClock.mts';
import { type FakeAnswer, fakeContext, networkError } from './fakeContext.mts';
import { fakeProvider, writeCall } from './fakeProvider.mts';

const lost = () => networkError('ECONNRESET');
const refused = (kind: string): FakeAnswer => ({ body: { failure: { kind, message: 'No', code: 'E905' } } });

/** One quiet unsubscribe, which may be repeated, against these answers in their order. */
async function leave(...answers: Array<FakeAnswer | Error>) {
	const provider = fakeProvider();
	const fake = fakeContext({ server: (_request, count) => answers[count - 1] ?? {}, continues: true });
	const [items = []] = await runItems(
		fake.context,
		{
			action: 'unsubscribe',
			providerOf: () => provider,
			credentialTypeOf: () => 'fakeApi',
			prepare: () => ({ target: { provider: 'voyage', phone: '+1' }, run: async (send) => [await send(writeCall('+1', 'harmless'))] }),
			delivery: { sendDuplicatesOnce: false },
		},
		{ clock: new FakeClock(), random: () => 0 },
	);
	return { error: items[0]?.json.error as { sent: string; kind: string; remedy: string } | undefined, requests: fake.requests.length };
}

describe('a repeated call that is then refused', () => {
	test.each(['number', 'input', 'opted-out', 'quota', 'credentials', 'permission'])(
		'%s: nobody knows whether the first attempt was carried out',
		async (kind) => {
			const { error, requests } = await leave(lost(), refused(kind));
			expect(requests).toBe(2);
			expect(error).toMatchObject({
				sent: 'unknown',
				kind,
				remedy: expect.stringMatching(/^An earlier attempt of this call .* may have been carried out\. Do something/),
			});
		},
	);

	test('so also after a server error, whatever its headers say, and when it is refused as too fast until patience ends', async () => {
		expect((await leave({ status: 503, headers: { 'retry-after': '1' } }, refused('number'))).error).toMatchObject({ sent: 'unknown' });
		expect((await leave({ status: 500 }, refused('number'))).error).toMatchObject({ sent: 'unknown' });
		expect((await leave(lost(), ...Array<FakeAnswer>(30).fill({ status: 429 }))).error).toMatchObject({ sent: 'unknown', kind: 'rate' });
	});

	test.each([
		['refused at once', [refused('number')]],
		['never connected before', [networkError('ECONNREFUSED'), refused('number')]],
		['refused as too fast before', [{ status: 429 }, refused('number')]],
	] as Array<[string, Array<FakeAnswer | Error>]>)('%s: surely not carried out', async (_what, answers) => {
		expect((await leave(...answers)).error).toMatchObject({ sent: 'not sent', remedy: 'Do something.' });
	});
});
