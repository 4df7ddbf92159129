import nock from 'nock';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

const CONSOLE = ['debug', 'error', 'info', 'log', 'warn'] as const;

/** A test that writes to the console hides what another one says there. */
const written: string[] = [];

beforeAll(() => {
	for (const method of CONSOLE) {
		jest
			.spyOn(console, method)
			.mockImplementation((...words: unknown[]) => void written.push(`console.${method}: ${words.map(String).join(' ')}`));
	}
	nock.disableNetConnect();
	nock.enableNetConnect(LOOPBACK);
});

afterEach(() => {
	const unused = nock.pendingMocks();
	nock.cleanAll();
	expect(unused).toEqual([]);
	expect(written.splice(0)).toEqual([]);
});

afterAll(() => {
	nock.restore();
});
