import { httpRequest, type HttpOutcome } from '../../../transport/outbound/httpRequest';
import { Deadlines } from '../../../transport/outbound/timing';
import { fakeContext, networkError } from './fakeContext.mts';

const BASE_URL = 'https://fake.example/';

async function outcomeOf(error: Error): Promise<HttpOutcome> {
	const { context } = fakeContext({ server: () => error });
	const request = { method: 'POST', path: 'api/subscribe', body: { json: { phone: '+1' } } } as const;
	return await httpRequest(context, request, { baseUrl: BASE_URL }, { timeoutMs: 1000, deadlines: new Deadlines(undefined) });
}

/** As n8n's HTTP helper throws it: with the status line of an answer, and perhaps its body. */
const brokenOff = (status: number, more: object = {}) =>
	networkError('ERR_BAD_RESPONSE', 'stream has been aborted', {
		config: { url: `${BASE_URL}api/subscribe` },
		response: { status, headers: {}, ...more },
	});

describe('an error with an answer in it', () => {
	it.each([200, 201, 202, 401, 429, 502])('HTTP %i that broke off before its body was there is no answer', async (status) => {
		expect(await outcomeOf(brokenOff(status))).toEqual({ networkError: { cause: 'cut off', delivered: 'unknown', transient: true } });
	});

	it.each([200, 401, 429, 502])('HTTP %i with a body, even an empty one, is one', async (status) => {
		for (const text of ['', '{}']) {
			expect(await outcomeOf(brokenOff(status, { data: Buffer.from(text) }))).toMatchObject({ response: { status, text } });
		}
	});

	it("is the provider's own only if it comes from the provider's address", async () => {
		const error = brokenOff(401, { data: Buffer.from('') });
		expect(await outcomeOf(Object.assign(error, { config: { url: 'https://tokens.example/' } }))).toHaveProperty('networkError');
	});
});
