import { DEFAULTS, isProvider, PROVIDERS, standInOf, startSandbox, type Sandbox } from '../../sandbox/server.mts';
import { startReceiver } from './helpers.mts';

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset({ settings: true }));
afterAll(async () => await sandbox.close());

test('the list is what the sandbox has', () => {
	expect(Object.keys(sandbox.state().providers)).toEqual(PROVIDERS);
	expect(PROVIDERS.every(isProvider)).toBe(true);
	expect(['', 'toString', 'Skycore', 7, undefined].some(isProvider)).toBe(false);
});

test.each(PROVIDERS)('%s: its base URL, its settings, its account, its place on the page', async (provider) => {
	const { name, title, defaults, accountLine } = standInOf(provider);
	expect(name).toBe(provider);
	expect(sandbox.baseUrls[provider].startsWith(`${sandbox.url}/${provider}`)).toBe(true);
	expect(DEFAULTS[provider]).toEqual(defaults);
	expect(accountLine(defaults)).toMatch(/^(key|campaign) \S/);
	expect(await (await fetch(sandbox.url)).text()).toContain(
		`<section class="card" id="${provider}" aria-labelledby="${provider}-title">\n<h2 id="${provider}-title">${title}</h2>`,
	);
});

test.each(PROVIDERS)('%s: every choice is accepted, and no other word', (provider) => {
	const { choices } = standInOf(provider);
	for (const [setting, words] of Object.entries(choices as Record<string, readonly string[]>)) {
		for (const word of words) sandbox.configure({ [provider]: { [setting]: word } });
		expect(words).toContain(Object.entries(DEFAULTS[provider]).find(([name]) => name === setting)?.[1]);
		expect(() => sandbox.configure({ [provider]: { [setting]: 'round' } })).toThrow(`Setting "${provider}.${setting}" must be one of`);
	}
});

test.each(PROVIDERS)('%s: people can be seeded, found and forgotten', (provider) => {
	expect(sandbox.seed({ provider, clear: true, count: 3, from: '12125550100', state: 'optedOut' })).toBe(3);
	expect(sandbox.person(provider, '+1 212 555-0101').subscriber?.number).toBe('12125550101');
	expect(sandbox.state().providers[provider].optOuts).toHaveLength(3);
	sandbox.reset();
	expect(sandbox.person(provider, '12125550101').subscriber).toBeNull();
});

test('a postback sent by hand is signed as the provider signs', async () => {
	const receiver = await startReceiver(200);
	const request = { url: receiver.url, body: '{}', sign: true };
	await sandbox.postback({ ...request, provider: 'attentive' });
	expect(receiver.received[0]?.headers['x-attentive-hmac-sha256']).toMatch(/^[\da-f]{64}$/);
	await expect(sandbox.postback({ ...request, provider: 'voyage' })).rejects.toThrow('Voyage has no signature');
	await receiver.close();
});

test('a setting that decides what is there from the start takes effect at once', () => {
	const people = (): number => sandbox.state().providers.vonage.optOuts.length;
	expect(people()).toBe(6);
	sandbox.configure({ vonage: { sampleRows: false } });
	expect(people()).toBe(0);
	sandbox.configure({ vonage: { sampleRows: true } });
	expect(people()).toBe(6);
});
