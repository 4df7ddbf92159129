import { Readable } from 'node:stream';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { headerOf, MAX_POSTBACK_BYTES, rawBodyOf, type PostbackRequest } from '../../../transport/inbound/rawBody.ts';
import { PostbackRejected } from '../../../transport/inbound/rejection.ts';
import { rejected } from './rejections.mts';

function request(parts: Partial<PostbackRequest>): PostbackRequest {
	return { method: 'POST', headers: {}, url: '/', ...parts };
}

async function rejectionBy(parts: Partial<PostbackRequest>): Promise<PostbackRejected> {
	const problem: unknown = await rawBodyOf(request(parts)).catch((error: unknown) => error);
	if (problem instanceof PostbackRejected) return problem;
	throw new Error('not rejected');
}

describe('rawBodyOf', () => {
	/** As n8n does it: reading puts the bytes on the request. */
	function unread(body: Buffer): PostbackRequest {
		const made = request({});
		made.readRawBody = async () => {
			made.rawBody = body;
		};
		return made;
	}

	test('reads what n8n left unread', async () => {
		expect((await rawBodyOf(unread(Buffer.from('<a/>')))).toString()).toBe('<a/>');
	});

	test('takes the bytes that n8n kept beside its own parsing, without reading again', async () => {
		const readRawBody = async (): Promise<never> => {
			throw new Error('read twice');
		};
		expect((await rawBodyOf(request({ rawBody: Buffer.from('<A/>'), body: { a: '' }, readRawBody }))).toString()).toBe('<A/>');
	});

	test('takes a Uint8Array as it is', async () => {
		expect((await rawBodyOf(request({ rawBody: new Uint8Array([60, 97]).subarray(1) }))).toString()).toBe('a');
	});

	test.each([
		['unread and empty', unread(Buffer.alloc(0))],
		['absent', request({})],
		['absent, with the empty object that n8n puts there', request({ body: {} })],
		['absent, with an empty text', request({ body: '' })],
	])('refuses a body that is %s', async (_what, empty) => {
		await expect(rawBodyOf(empty)).rejects.toEqual(rejected(400, /empty/));
	});

	test.each([[{ postback: {} }], ['text']])('asks the sender to try again when n8n parsed %j and kept no bytes', async (body) => {
		await expect(rawBodyOf(request({ body }))).rejects.toEqual(rejected(500, /did not keep the bytes/));
	});

	test('refuses one byte too many, and takes the last that fits', async () => {
		await expect(rawBodyOf(unread(Buffer.alloc(MAX_POSTBACK_BYTES + 1)))).rejects.toEqual(rejected(413, /65536/));
		expect(await rawBodyOf(unread(Buffer.alloc(MAX_POSTBACK_BYTES)))).toHaveLength(MAX_POSTBACK_BYTES);
	});

	test('refuses an announced excess without reading it', async () => {
		const readRawBody = async (): Promise<never> => {
			throw new Error('read');
		};
		await expect(rawBodyOf(request({ headers: { 'content-length': '65537' }, readRawBody }))).rejects.toEqual(rejected(413, /bytes/));
	});

	test.each([
		[{ type: 'entity.too.large' }, 413],
		[{ status: 413 }, 413],
		[new Error('unexpected end of file'), 400],
		[null, 400],
	])('answers n8n’s reading problem %j with %i', async (problem, status) => {
		const readRawBody = async (): Promise<never> => {
			throw problem;
		};
		await expect(rawBodyOf(request({ readRawBody }))).rejects.toEqual(rejected(status, /./));
		await expect(rawBodyOf(request({ readRawBody }))).rejects.toHaveProperty('headers', { Connection: 'close' });
	});

	test('headers that come twice count as absent', () => {
		expect(headerOf(request({ headers: { a: '1', b: ['1', '2'] } }), 'a')).toBe('1');
		expect(headerOf(request({ headers: { a: '1', b: ['1', '2'] } }), 'b')).toBeUndefined();
	});
});

describe('a refusal of rawBodyOf', () => {
	test('names the step that refused, and what was wrong', async () => {
		const tooLarge = await rejectionBy({ rawBody: Buffer.alloc(65_537) });
		expect([tooLarge.status, tooLarge.step, tooLarge.message]).toEqual([413, 'size', 'The body has more than 65536 bytes']);
		expect(tooLarge.headers).toEqual({});
		const empty = await rejectionBy({});
		expect([empty.status, empty.step, empty.message]).toEqual([400, 'body', 'The body is empty']);
		const lost = await rejectionBy({ body: { a: 1 } });
		expect([lost.status, lost.step, lost.message]).toEqual([
			500,
			'body',
			expect.stringMatching(/^n8n parsed the body and did not keep the bytes .* update n8n$/),
		]);
		const broken = await rejectionBy({ readRawBody: async () => await Promise.reject(new Error('aborted')) });
		expect([broken.status, broken.step, broken.message, broken.headers]).toEqual([
			400,
			'body',
			'The body could not be read to its end',
			{ Connection: 'close' },
		]);
	});

	test.each([undefined, null, 'entity.too.large', 413, {}, { type: 'other', status: 400 }])(
		'whatever reading throws (%j) is a broken body',
		async (thrown) => {
			const readRawBody = async (): Promise<unknown> => {
				throw thrown;
			};
			expect(await rejectionBy({ readRawBody })).toMatchObject({ status: 400, step: 'body' });
		},
	);

	test.each([null, undefined, 0, '', {}, []])('a parsed body of %j is an empty one', async (body) => {
		expect(await rejectionBy({ body })).toMatchObject({ status: 400, message: 'The body is empty' });
	});

	test('takes what is announced as exactly the most', async () => {
		expect(await rawBodyOf(request({ headers: { 'content-length': '65536' }, rawBody: Buffer.from('x') }))).toHaveLength(1);
		expect(await rawBodyOf(request({ headers: { 'content-length': 'unknown' }, rawBody: Buffer.from('x') }))).toHaveLength(1);
		expect(await rawBodyOf(request({ rawBody: Buffer.from('xyz') }), 3)).toHaveLength(3);
		await expect(rawBodyOf(request({ rawBody: Buffer.from('xyz') }), 2)).rejects.toMatchObject({
			status: 413,
			message: 'The body has more than 2 bytes',
		});
	});

	test('is not fooled by bytes that are none', async () => {
		expect(await rejectionBy({ rawBody: 'text', body: 'text' })).toMatchObject({ status: 500 });
		expect(headerOf(request({}), 'absent')).toBeUndefined();
	});
});

describe('a request that is still unread', () => {
	/** As n8n hands it over: a stream with its headers. */
	function stream(body: Buffer | Iterable<Buffer>, headers: Record<string, string> = {}): PostbackRequest & Readable {
		const readable = Readable.from(Buffer.isBuffer(body) ? [body] : body, { objectMode: false });
		const readRawBody = async (): Promise<never> => {
			throw new Error('read by n8n');
		};
		return Object.assign(readable, { method: 'POST', url: '/', headers, readRawBody });
	}
	const GOOD = Buffer.from('<POSTBACK><CODE>N302</CODE></POSTBACK>');

	test.each([
		['as it is', GOOD, {}],
		['in pieces', [GOOD.subarray(0, 5), GOOD.subarray(5)], {}],
		['identity', GOOD, { 'content-encoding': 'identity' }],
		['gzip', gzipSync(GOOD), { 'content-encoding': 'gzip' }],
		['GZIP', gzipSync(GOOD), { 'content-encoding': ' GZIP ' }],
		['deflate', deflateSync(GOOD), { 'content-encoding': 'deflate' }],
		['deflate without its head', deflateRawSync(GOOD), { 'content-encoding': 'deflate' }],
		['both', gzipSync(deflateSync(GOOD)), { 'content-encoding': 'deflate, gzip' }],
	])('%s', async (_name, body, headers) => {
		expect((await rawBodyOf(stream(body, headers))).toString()).toBe(GOOD.toString());
	});

	test('is not read on beyond what a postback may have, and the connection is closed', async () => {
		let pieces = 0;
		const endless = (function* () {
			for (;;) {
				pieces += 1;
				yield Buffer.alloc(8_192, 0x20);
			}
		})();
		await expect(rawBodyOf(stream(endless))).rejects.toMatchObject({ status: 413, headers: { Connection: 'close' } });
		expect(pieces).toBeLessThan(40);
	});

	test.each([
		['gzip', gzipSync],
		['deflate', deflateSync],
	])('is not inflated beyond it either: %s', async (encoding, compress) => {
		const bomb = compress(Buffer.alloc(40_000_000, 0x20));
		const memoryBefore = process.memoryUsage().arrayBuffers;
		await expect(rawBodyOf(stream(bomb, { 'content-encoding': encoding }))).rejects.toMatchObject({ status: 413 });
		expect(process.memoryUsage().arrayBuffers - memoryBefore).toBeLessThan(5_000_000);
	});

	test.each([
		['rubbish', GOOD, 'gzip'],
		['a truncated one', gzipSync(GOOD).subarray(0, 20), 'gzip'],
		['an encoding that n8n does not know either', brotliCompressSync(GOOD), 'br'],
		['an encoding that nobody knows', GOOD, 'zstd'],
		['the name of a property', GOOD, '__proto__'],
		['three layers', gzipSync(gzipSync(gzipSync(GOOD))), 'gzip, gzip, gzip'],
	])('%s is refused with 400', async (_name, body, encoding) => {
		await expect(rawBodyOf(stream(body, { 'content-encoding': encoding }))).rejects.toMatchObject({ status: 400 });
	});

	test('a sender who goes away in the middle is refused with 400', async () => {
		const broken = (function* (): Generator<Buffer> {
			yield GOOD.subarray(0, 4);
			throw new Error('aborted');
		})();
		await expect(rawBodyOf(stream(broken))).rejects.toMatchObject({ status: 400 });
	});
});
