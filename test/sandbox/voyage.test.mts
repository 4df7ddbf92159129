import { startSandbox, type Sandbox } from '../../sandbox/server.mts';
import { JSON_TYPE } from './helpers.mts';

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset({ settings: true }));
afterAll(async () => await sandbox.close());

async function call(body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
	const answer = await fetch(`${sandbox.baseUrls.voyage}/api/v2/subscriber`, {
		method: 'POST',
		headers: { ...JSON_TYPE, ...headers },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	return { status: answer.status, text: await answer.text() };
}

const NUMBER = '+16175551212';
const NOT_US = 'Bad Request: Must be a US number starting with +1';

test.each<[string, unknown, number, string]>([
	['no plus', { phoneNumber: '16175551212', campaignId: 1234 }, 400, NOT_US],
	['not American', { phoneNumber: '+442071838750', campaignId: 1234 }, 400, NOT_US],
	['too short', { phoneNumber: '+1617555121', campaignId: 1234 }, 400, NOT_US],
	['quoted campaign', { phoneNumber: NUMBER, campaignId: '1234' }, 400, 'Bad Request: campaignId must be a number'],
	['unknown campaign', { phoneNumber: NUMBER, campaignId: 1 }, 404, 'Not Found: no such campaign'],
	['campaign switched off', { phoneNumber: NUMBER, campaignId: 9999 }, 400, 'Bad Request: campaign is not switched on'],
	['attributes as text', { phoneNumber: NUMBER, campaignId: 1234, attributes: 'x' }, 400, 'Bad Request: attributes must be an object'],
	['no JSON', '{', 400, 'Bad Request: body must be a JSON object'],
	[
		'new',
		{ phoneNumber: NUMBER, campaignId: 1234, attributes: { email: 'my@domain.com' } },
		201,
		'{"subscriberId":100000,"state":"Subscribed"}',
	],
	['new with double opt-in', { phoneNumber: NUMBER, campaignId: 5678 }, 202, '{"subscriberId":100000,"state":"Subscribed"}'],
])('%s', async (_name, body, status, text) => {
	expect(await call(body)).toEqual({ status, text });
});

test('202 until the person says Y, then 200; repeats text nobody; STOP sticks until UNSTOP', async () => {
	const body = { phoneNumber: NUMBER, campaignId: 5678 };
	const statuses: number[] = [];
	const say = (text: string): void => sandbox.text({ provider: 'voyage', from: NUMBER, text });
	statuses.push((await call(body)).status, (await call(body)).status);
	expect(sandbox.person('voyage', NUMBER).texts).toBe(1);
	say('Y');
	statuses.push((await call(body)).status);
	say('please stop texting me');
	statuses.push((await call(body)).status);
	say('JOIN');
	statuses.push((await call(body)).status);
	say('UNSTOP');
	statuses.push((await call(body)).status);
	expect(statuses).toEqual([202, 202, 200, 409, 409, 200]);
});

test.each([
	['text', NOT_US],
	['jsonString', JSON.stringify(NOT_US)],
	['jsonObject', JSON.stringify({ message: NOT_US })],
] as const)('error as %s', async (errorForm, text) => {
	sandbox.configure({ voyage: { errorForm } });
	expect(await call({ phoneNumber: '1', campaignId: 1234 })).toEqual({ status: 400, text });
});

test('an API key is demanded only when configured; CORS is open', async () => {
	sandbox.configure({ voyage: { apiKeyHeader: 'X-Api-Key' } });
	const body = { phoneNumber: NUMBER, campaignId: 1234 };
	expect((await call(body)).status).toBe(401);
	expect((await call(body, { 'x-api-key': 'sandbox-voyage-key' })).status).toBe(201);
	const preflight = await fetch(`${sandbox.baseUrls.voyage}/api/v2/subscriber`, { method: 'OPTIONS' });
	expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
});
