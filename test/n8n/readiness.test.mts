import { waitForSettings, waitUntilReady } from '../../n8n/readiness.mts';

const COMPLETE = { data: { settingsMode: 'public', userManagement: { showSetupOnFirstLoad: true } } };
const RUNNING = { hasEnded: () => false, ended: new Promise<string>(() => undefined) };
const INCOMPLETE: Array<[string, unknown]> = [
	['no answer', undefined],
	['an empty answer', {}],
	['nothing in it', { data: null }],
	['no user management', { data: { settingsMode: 'public' } }],
	['user management without the field', { data: { userManagement: { quota: -1 } } }],
	['the field without a value', { data: { userManagement: { showSetupOnFirstLoad: null } } }],
];

/** Gives one answer after the other; the last one stays. */
function answersOf(...answers: unknown[]): { ask(): Promise<unknown>; asked: number } {
	const sequence = {
		asked: 0,
		ask: async () => {
			sequence.asked += 1;
			return await Promise.resolve(answers[Math.min(sequence.asked, answers.length) - 1]);
		},
	};
	return sequence;
}

describe('the settings', () => {
	test.each(INCOMPLETE)('%s: asked again until the answer is complete', async (_title, incomplete) => {
		const sequence = answersOf(incomplete, incomplete, COMPLETE);
		expect(await waitForSettings(sequence.ask)).toEqual({ userManagement: { showSetupOnFirstLoad: true } });
		expect(sequence.asked).toBe(3);
	});

	test('n8n has an owner, and the answer stands outside of `data`', async () => {
		const { ask } = answersOf({ userManagement: { showSetupOnFirstLoad: false } });
		expect((await waitForSettings(ask)).userManagement.showSetupOnFirstLoad).toBe(false);
	});

	test('an answer that never gets complete ends the waiting', async () => {
		await expect(waitForSettings(answersOf({ data: {} }).ask, 300)).rejects.toThrow('still incomplete after 300 ms');
	});

	test('what the asking throws is thrown on', async () => {
		await expect(waitForSettings(async () => await Promise.reject(new Error('HTTP 401')))).rejects.toThrow('HTTP 401');
	});
});

describe('readiness', () => {
	test('main: healthy, but its settings are incomplete at first', async () => {
		const settings = answersOf(undefined, { data: {} }, COMPLETE);
		const ask = async (path: string): Promise<unknown> => (path === '/rest/settings' ? await settings.ask() : { status: 'ok' });
		expect(await waitUntilReady('main', ask, RUNNING, 5_000)).toBeUndefined();
		expect(settings.asked).toBe(3);
	});

	test.each(['webhook', 'worker'] as const)('%s: has no settings to wait for', async (role) => {
		const ask = async (path: string): Promise<unknown> => await Promise.resolve(path === '/rest/settings' ? undefined : { status: 'ok' });
		expect(await waitUntilReady(role, ask, RUNNING, 5_000)).toBeUndefined();
	});

	test('says so when it takes too long', async () => {
		expect(await waitUntilReady('main', answersOf({ data: {} }).ask, RUNNING, 300)).toBe('it was not ready within 0.3 s');
	});

	test('says how n8n has ended', async () => {
		const child = { hasEnded: () => true, ended: Promise.resolve('exit code 1') };
		expect(await waitUntilReady('main', answersOf(undefined).ask, child, 5_000)).toBe('it ended with exit code 1');
	});
});
