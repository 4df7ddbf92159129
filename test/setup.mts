import nock from 'nock';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

beforeAll(() => {
	nock.disableNetConnect();
	nock.enableNetConnect(LOOPBACK);
});

afterEach(() => {
	const unused = nock.pendingMocks();
	nock.cleanAll();
	expect(unused).toEqual([]);
});

afterAll(() => {
	nock.restore();
});
