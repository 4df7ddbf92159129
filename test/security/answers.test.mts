/** Answers that are meant to hurt, or come from something that is no provider at all. Each is judged at once, and what is shown of it stays small. */
import { PROVIDERS } from '../../providers';
import { decodeResponse } from '../../transport/codec/response.ts';
import { failureToShow, readResponse } from '../../transport/outbound/failure.ts';
import { redactorOf } from '../../transport/outbound/redact.ts';
import { SAMPLES } from '../contract/samples.mts';
import { bestOf } from './guards.mts';

/** Ten thousand rows take half a second on a slow machine in full use; work that grows with the square of them takes minutes. */
const LIMIT_MS = 3_000;
const TRIES_OF_A_SLOW_BODY = 3;
const LONGEST_SHOWN = 2_000;
const MEGABYTE = 1_000_000;
const redact = redactorOf({ apiKey: 'key-of-the-test-0123456789' });
const json = (words: string): string => JSON.stringify({ error: { message: words }, message: words, errors: [{ message: words }] });
const skycoreSays = (info: string): string =>
	`<RESPONSE><STATUS>Failure</STATUS><ERRORCODE>E106</ERRORCODE><ERRORINFO>${info}</ERRORINFO></RESPONSE>`;

const BODIES: Record<string, string> = {
	'256 KB of <': '<'.repeat(256 * 1024),
	'256 KB of < in JSON': json('<'.repeat(256 * 1024)),
	'scripts that never end': '<script>'.repeat(100_000),
	'128 KB of digits': skycoreSays('1'.repeat(128 * 1024)),
	'digits and dots': skycoreSays('1.'.repeat(64 * 1024)),
	'5 MB of letters': json('a'.repeat(5 * MEGABYTE)),
	'5 MB of blanks': json(' '.repeat(5 * MEGABYTE)),
	'5 MB of one word of theirs': json('subscri'.repeat(500_000)),
	'words and blanks': json('already '.repeat(500_000)),
	'5 MB without an address': json(`subscription ${'x'.repeat(5 * MEGABYTE)}`),
	'states that are none': `subscriberId: 1,\n${'state '.repeat(500_000)}`,
	'a state and blanks': `subscriberId: 1, state${' '.repeat(MEGABYTE)}x`,
	'hyphens in a state': `subscriberId: 1, state: ${'a-'.repeat(500_000)}`,
	'escapes that are none': json('\\'.repeat(MEGABYTE)),
	'percent signs': json('%25'.repeat(MEGABYTE)),
	'deep lists': '['.repeat(MEGABYTE),
	'deep lists that are closed': '['.repeat(500_000) + ']'.repeat(500_000),
	'deep objects': `${'{"a":'.repeat(300_000)}1${'}'.repeat(300_000)}`,
	'deep elements': `${'<a>'.repeat(300_000)}${'</a>'.repeat(300_000)}`,
	'many elements': `<RESPONSE>${'<STATUS>Success</STATUS>'.repeat(20_000)}</RESPONSE>`,
	'a list of 10,000 in XML': `<opt-in-list opt-in-count="10000">${'<opt-in msisdn="16502426055" opt-out="true"/>'.repeat(10_000)}</opt-in-list>`,
	'many numbers': JSON.stringify({ 'opt-in-list': Array.from({ length: 10_000 }, (_, index) => ({ number: index })) }),
	'many messages': JSON.stringify({ messages: Array.from({ length: 10_000 }, () => ({ status: '0' })) }),
	'20 MB of JSON': JSON.stringify({ a: 'x'.repeat(20 * MEGABYTE) }),
};

const CALLS = Object.values(PROVIDERS).flatMap((provider) =>
	(SAMPLES[provider.name]?.calls ?? []).map(({ capability, circumstance, call }) => ({
		provider,
		call,
		name: `${provider.name} ${capability} ${circumstance}`,
	})),
);

/** Processor time; what looks slow is tried again, because the machine may have been busy. */
async function cheapest(work: () => void): Promise<number> {
	const elapsedMs = await bestOf(1, work);
	return elapsedMs < LIMIT_MS / 2 ? elapsedMs : await bestOf(TRIES_OF_A_SLOW_BODY, work);
}

test.each(Object.entries(BODIES))(
	'%s',
	async (_name, body) => {
		const bytes = Buffer.from(body);
		for (const status of [200, 409]) {
			let response = decodeResponse(status, {}, Buffer.alloc(0));
			const decodingMs = await cheapest(() => void (response = decodeResponse(status, {}, bytes)));
			for (const { provider, call, name } of CALLS) {
				let shown = '';
				const judgingMs = await cheapest(() => {
					const read = readResponse(provider, call, response, 0);
					if ('details' in read) shown = JSON.stringify(failureToShow(read.details, redact).details);
				});
				const isQuick = decodingMs + judgingMs < LIMIT_MS;
				expect([name, status, isQuick, shown.length < LONGEST_SHOWN]).toEqual([name, status, true, true]);
			}
		}
	},
	120_000,
);
