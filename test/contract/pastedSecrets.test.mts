/** What a paste brings along with a secret makes no difference, whichever credential it is: the request is the same, and so is the account. */
import { PROVIDERS } from '../../providers';
import { redactorOf } from '../../transport/outbound/redact';

const CLEAN: Record<string, Array<Record<string, string>>> = {
	smsConsentSkycoreApi: [{ apiKey: 'skycore-key-0123456789' }],
	smsConsentVoyageApi: [{ apiKey: 'voyage-key-0123456789', headerName: 'X-Api-Key' }],
	smsConsentAttentiveApi: [{ apiKey: 'attentive-key-0123456789' }],
	smsConsentVonageApi: ['body', 'basic', 'query'].map((placement) => ({
		apiKey: 'abcd1234',
		apiSecret: 'vonage-secret-0123456789',
		placement,
	})),
	smsConsentVonageSignatureApi: ['md5hash', 'sha512'].map((method) => ({
		apiKey: 'abcd1234',
		signatureSecret: 'signature-secret-0123456789',
		method,
	})),
};
const CHOICES = new Set(['placement', 'method']);
const PASTED: Array<[name: string, paste: (text: string) => string]> = [
	['a blank behind it', (text) => `${text} `],
	['a line break behind it', (text) => `${text}\n`],
	['a line break of Windows around it', (text) => `\r\n${text}\r\n`],
	['a tab before it', (text) => `\t${text}`],
	['a line break inside of it', (text) => `${text.slice(0, 5)}\n${text.slice(5)}`],
	['a byte order mark', (text) => `\ufeff${text}`],
	['a zero-width blank', (text) => `${text.slice(0, 3)}\u200b${text.slice(3)}`],
	['a blank that does not break', (text) => `\u00a0${text}\u00a0`],
];
const REQUEST = {
	url: 'index.php',
	method: 'POST' as const,
	headers: {},
	body: { xml: '<REQUEST><ACTION>subscribe</ACTION></REQUEST>', page: '0' },
};

beforeAll(() => jest.useFakeTimers({ now: Date.UTC(2026, 10, 26) }));
afterAll(() => jest.useRealTimers());

for (const provider of Object.values(PROVIDERS)) {
	for (const [type, { place, accountOf }] of Object.entries(provider.credentials)) {
		if (place === 'n8n') continue;
		test(`${type} is tried`, () => expect(CLEAN[type]?.length).toBeGreaterThan(0));

		describe.each(CLEAN[type] ?? [])(`${type}: %j`, (clean) => {
			test.each(PASTED)('%s', (_name, paste) => {
				const pasted = Object.fromEntries(Object.entries(clean).map(([name, value]) => [name, CHOICES.has(name) ? value : paste(value)]));
				expect(place(pasted, { ...REQUEST })).toEqual(place(clean, { ...REQUEST }));
				expect(accountOf(pasted)).toBe(accountOf(clean));
				const redact = redactorOf(pasted);
				for (const [name, value] of Object.entries(clean)) {
					if (!CHOICES.has(name) && name !== 'headerName') expect(redact(`You sent ${value} and ${pasted[name]}.`)).not.toContain(value);
				}
			});
		});
	}
}
