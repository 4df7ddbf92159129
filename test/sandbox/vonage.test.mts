import { createHash, createHmac } from 'node:crypto';

import { startSandbox, vonageSignature, type Sandbox } from '../../sandbox/server.mts';
import { startReceiver, type Receiver } from './helpers.mts';

let sandbox: Sandbox;
let receiver: Receiver;

beforeAll(async () => {
	sandbox = await startSandbox({ config: { clockFactor: 100_000 } });
});
beforeEach(async () => {
	sandbox.reset({ settings: true });
	receiver = await startReceiver(200);
});
afterEach(async () => await receiver.close());
afterAll(async () => await sandbox.close());

const KEY = { api_key: 'abcd1234', api_secret: 'SandboxSecret16c' };
const SECRET = 'sandbox-signature-secret-0123456789abcdef';

type Reply = { status: number; text: string };

async function call(path: string, parameters: Record<string, string>, init: RequestInit = {}): Promise<Reply> {
	const query = new URLSearchParams(parameters).toString();
	const answer = await fetch(`${sandbox.baseUrls.vonage}/sc/us/alert/opt-in/${path}${query === '' ? '' : `?${query}`}`, init);
	return { status: answer.status, text: await answer.text() };
}

const form = (parameters: Record<string, string>): RequestInit => ({
	method: 'POST',
	body: new URLSearchParams(parameters),
});

describe('signature vectors of the provider sheet', () => {
	const v1 = {
		'message-timestamp': '2013-11-21 15:27:30',
		messageId: '020000001B0FE827',
		msisdn: '14843472194',
		text: 'Test again',
		timestamp: '1385047698',
		to: '13239877404',
		type: 'text',
	};
	const v2 = {
		api_key: 'fake_api_key',
		to: '14155550100',
		from: 'AcmeInc',
		text: 'Test From Nexmo',
		type: 'text',
		timestamp: '1540924779',
	};
	const v3 = {
		keyword: 'TEST',
		'message-timestamp': '2017-04-04 22:57:47',
		messageId: '0B00000042AC53BD',
		msisdn: '14843472194',
		nonce: '929d6744-bd28-42c8-b6cf-31d5b4f43732',
		text: 'Test with & and =',
		timestamp: '1491346667',
		to: '12192259404',
		type: 'text',
	};
	const v8 = { a: 'alphabet', b: 'bananas', timestamp: '2100' };
	const testing = 'my_secret_key_for_testing';
	const acme = '71efab63122f1d179f51c46bac838fb5';
	test.each([
		['V1', v1, testing, 'md5hash', 'd2e7b1dc968737c5998ad624e02f90b7'],
		['V1', v1, testing, 'md5', 'DDEBD46008C2D4E93CCE578A332A52D5'],
		['V1', v1, testing, 'sha1', '27D0D05C2876C7CB1720DBCDBA4D492E1E55C09A'],
		['V1', v1, testing, 'sha256', 'DDB8397C2B90AAC7F3882D306475C9A5058C92322EEF43C92B298B6E0FC0D330'],
		[
			'V1',
			v1,
			testing,
			'sha512',
			'E0D3C650F8C9D1A5C174D10DDDBFB003E561F59B265616208B0487C5D819481CD3C311D59CF6165ECD1139622D5BA3A256C0D763AC4A9AD9144B5A426B94FE82',
		],
		['V2', v2, acme, 'md5hash', '2af9e28662706a74b5211d557b7a7576'],
		['V2', v2, acme, 'md5', '51CDAFEBB4BBCE9525B195C1617CB8D2'],
		['V2', v2, acme, 'sha1', '0162AEC64BC183B2E1256545951FE5639DC98020'],
		['V2', v2, acme, 'sha256', '9FEC5EF6D0F2B3D2BB7558B6E4042569823CAB9EA0DD30503472B7B304601975'],
		[
			'V2',
			v2,
			acme,
			'sha512',
			'40BD12B9A4B6000AD1138EEFD24FFE9FBD72AEE13C3FA04B32BB69DBC256AD0A04A463B1A9AF6660D10F6E1E769EE14B9CFF6A635502E93AFCD0BFAB29F38F87',
		],
		['V3', v3, testing, 'md5hash', 'e06d9763e3fd0b9c31beb5fc2fcb011c'],
		['V8', v8, 'abcde', 'md5hash', '7d43241108912b32cc315b48ce681acf'],
		['V8', v8, 'abcde', 'md5', 'e0afe267aefd6dd18a848c1681517a19'],
		['V8', v8, 'abcde', 'sha1', 'b7f749de27b4adcf736cc95c9a7e059a16c85127'],
		['V8', v8, 'abcde', 'sha256', '8d1b0428276b6a070578225914c3502cc0687a454dfbbbb370c76a14234cb546'],
		[
			'V8',
			v8,
			'abcde',
			'sha512',
			'1c834a1f6a377d4473971387b065cb38e2ad6c4869ba77b7b53e207a344e87ba04b456dfc697b371a2d1ce476d01dafd4394aa97525eff23badad39d2389a710',
		],
	] as const)('%s %# %s', (_name, parameters, secret, method, expected) => {
		expect(vonageSignature({ ...parameters, sig: 'ignored' }, secret, method)).toBe(expected.toLowerCase());
	});
});

describe('authentication', () => {
	const signed = (method: 'md5hash' | 'sha256', at = Date.now(), more: Record<string, string> = {}): Record<string, string> => {
		const parameters = { api_key: KEY.api_key, timestamp: String(Math.floor(at / 1_000)), text: 'a&b=c', ...more };
		return { ...parameters, sig: vonageSignature(parameters, SECRET, method).toUpperCase() };
	};
	const basic = (text: string): RequestInit => ({
		headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
	});
	test.each<[string, string, () => Promise<Reply>]>([
		['key and secret', '', async () => await call('query/json', KEY)],
		['form', '', async () => await call('query/json', {}, form(KEY))],
		['Basic', '', async () => await call('query/json', {}, basic('abcd1234:SandboxSecret16c'))],
		['signed', '', async () => await call('query/json', signed('md5hash'))],
		['signed, form', '', async () => await call('query/json', {}, form(signed('md5hash')))],
		[
			'text/json body',
			'',
			async () =>
				await call(
					'query/json',
					{},
					{ method: 'POST', headers: { 'content-type': 'text/json' }, body: JSON.stringify({ ...KEY, page: 0 }) },
				),
		],
		['nothing', '2', async () => await call('query/json', {})],
		['key alone', '2', async () => await call('query/json', { api_key: KEY.api_key })],
		['wrong secret', '4', async () => await call('query/json', { ...KEY, api_secret: 'x' })],
		['wrong Basic', '4', async () => await call('query/json', {}, basic('abcd1234:x'))],
		['wrong method', '14', async () => await call('query/json', signed('sha256'))],
		['changed afterwards', '14', async () => await call('query/json', { ...signed('md5hash'), text: 'other' })],
		['six minutes old', '14', async () => await call('query/json', signed('md5hash', Date.now() - 360_000))],
		['secret and signature', '32', async () => await call('query/json', { ...signed('md5hash'), api_secret: KEY.api_secret })],
		['query and body mixed', '3', async () => await call('manage/json', KEY, form({ msisdn: '15558937009' }))],
		[
			'JSON body on the XML call',
			'3',
			async () =>
				await call('query/xml', {}, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(KEY) }),
		],
	])('%s -> status "%s"', async (_name, status, send) => {
		sandbox.configure({ vonage: { errorShape: 'sms', xmlErrors: 'json' } });
		const answer = await send();
		expect(answer.status).toBe(200);
		if (status === '') expect(answer.text).toContain('"opt-in-count":"6"');
		else expect(JSON.parse(answer.text)).toMatchObject({ 'message-count': '1', messages: [{ status }] });
	});

	test.each([
		['account', 401, '{"error-code":"401","error-code-label":"authentication failed"}'],
		['problem', 401, '"title":"Unauthorized"'],
		['sms', 200, '"messages":[{"status":"4"'],
	] as const)('errors in the %s form', async (errorShape, status, text) => {
		sandbox.configure({ vonage: { errorShape } });
		const answer = await call('query/json', { ...KEY, api_secret: 'x' });
		expect(answer.status).toBe(status);
		expect(answer.text).toContain(text);
	});
});

describe('query and manage', () => {
	test('the sample in JSON: every value a string, one row with an opt-in date', async () => {
		const rows = JSON.parse((await call('query/json', { ...KEY, 'page-size': '3' })).text) as unknown;
		expect(rows).toEqual({
			'opt-in-count': '6',
			'opt-in-list': [
				{ msisdn: '15558937009', 'opt-in': 'false', 'opt-out': 'true', 'opt-out-date': '2014-06-27 18:31:33' },
				{ msisdn: '15554908975', 'opt-in': 'false', 'opt-out': 'true', 'opt-out-date': '2014-07-18 16:20:20' },
				{
					msisdn: '15559912501',
					'opt-in': 'false',
					'opt-in-date': '2014-07-18 15:28:23',
					'opt-out': 'true',
					'opt-out-date': '2014-08-18 23:17:40',
				},
			],
		});
	});

	test('the sample in XML, second page', async () => {
		const { text } = await call('query/xml', { ...KEY, 'page-size': '3', page: '1' });
		expect(text).toBe(
			'<?xml version="1.0" encoding="UTF-8"?>\n<opt-in-list opt-in-count="6">\n<opt-in\nmsisdn="121326336101"\nopt-in="false"\nopt-out="true"\nopt-out-date="2014-07-22 12:41:48"\n/>\n<opt-in\nmsisdn="121326336102"\nopt-in="false"\nopt-out="true"\nopt-out-date="2014-07-22 13:00:04"\n/>\n<opt-in\nmsisdn="12132633680"\nopt-in="false"\nopt-out="true"\nopt-out-date="2014-07-22 11:02:50"\n/>\n</opt-in-list>',
		);
	});

	test('300 results, page 2: rows 201 to 300; page 3 is empty; wrong pages are refused', async () => {
		sandbox.seed({ provider: 'vonage', clear: true, count: 300, from: '12125000001' });
		const page = async (number: string): Promise<string[]> =>
			(
				JSON.parse((await call('query/json', { ...KEY, page: number })).text) as {
					'opt-in-list': Array<{ msisdn: string }>;
				}
			)['opt-in-list'].map(({ msisdn }) => msisdn);
		const third = await page('2');
		expect([third.length, third[0], third[99]]).toEqual([100, '12125000201', '12125000300']);
		expect(await page('3')).toEqual([]);
		for (const [name, value] of [
			['page', '-1'],
			['page', 'x'],
			['page-size', '0'],
		] as const) {
			expect((await call('query/json', { ...KEY, [name]: value })).status).toBe(420);
		}
	});

	test('manage takes a number off the list, once; it refuses a plus and nothing at all', async () => {
		const post = async (msisdn: string): Promise<Reply> => await call('manage/json', {}, form({ ...KEY, msisdn }));
		expect(JSON.parse((await post('15558937009')).text)).toEqual({
			msisdn: '15558937009',
			'opt-in': 'true',
			'opt-in-date': expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as unknown,
			'opt-out': 'false',
		});
		await post('15558937009');
		expect(sandbox.person('vonage', '15558937009')).toMatchObject({
			requests: 2,
			acted: 1,
			subscriber: { state: 'resubscribed' },
		});
		expect((await post('+15558937009')).status).toBe(420);
		expect((await post('')).status).toBe(420);
		sandbox.configure({ vonage: { keepResubscribed: false } });
		await post('15554908975');
		expect(sandbox.person('vonage', '15554908975').subscriber).toBeNull();
	});
});

describe('inbound STOP', () => {
	test.each(['GET', 'POST', 'JSON'] as const)('by %s, signed, repeated until 200-205', async (postbackMethod) => {
		sandbox.configure({
			vonage: { postbackUrl: receiver.url, postbackMethod, postbackSigned: true, signatureMethod: 'sha256' },
		});
		receiver.answers = [500, 205];
		sandbox.text({ provider: 'vonage', from: '14843472194', text: 'Stop & desist=now' });
		sandbox.text({ provider: 'vonage', from: '14843472194', text: 'STOP' });
		await sandbox.idle();
		expect(sandbox.person('vonage', '14843472194').subscriber?.state).toBe('optedOut');
		expect(receiver.received).toHaveLength(3);
		for (const { method, url, body } of receiver.received) {
			expect(method).toBe(postbackMethod === 'GET' ? 'GET' : 'POST');
			const text = postbackMethod === 'GET' ? url.slice(url.indexOf('?') + 1) : body;
			const parameters =
				postbackMethod === 'JSON' ? (JSON.parse(text) as Record<string, string>) : Object.fromEntries(new URLSearchParams(text));
			expect(parameters).toMatchObject({ msisdn: '14843472194', to: '96167', keyword: 'STOP', type: 'text' });
			expect(parameters.sig).toBe(vonageSignature(parameters, SECRET, 'sha256'));
		}
	});

	test('as the Messages API posts it, with a token over the body', async () => {
		sandbox.configure({ vonage: { postbackUrl: receiver.url, postbackMethod: 'MESSAGES', postbackSigned: true } });
		sandbox.text({ provider: 'vonage', from: '14843472194', text: 'Stop & desist=now' });
		await sandbox.idle();
		const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
		expect(JSON.parse(body)).toMatchObject({ channel: 'sms', from: '14843472194', to: '96167', text: 'Stop & desist=now' });
		const [header = '', claims = '', signature] = String(headers['authorization']).replace('Bearer ', '').split('.');
		expect(signature).toBe(createHmac('sha256', SECRET).update(`${header}.${claims}`).digest('base64url'));
		const { payload_hash: hash } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { payload_hash: string };
		expect(hash).toBe(createHash('sha256').update(body).digest('hex'));
	});

	test('with Opt-Out Assist a word brings the person back, without it none does', async () => {
		sandbox.text({ provider: 'vonage', from: '14843472194', text: 'STOP' });
		sandbox.text({ provider: 'vonage', from: '14843472194', text: 'START' });
		expect(sandbox.person('vonage', '14843472194').subscriber?.state).toBe('optedOut');
		sandbox.configure({ vonage: { optOutAssist: true } });
		sandbox.text({ provider: 'vonage', from: '14843472194', text: 'join' });
		expect(sandbox.person('vonage', '14843472194').subscriber?.state).toBe('resubscribed');
	});
});
