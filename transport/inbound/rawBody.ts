import { Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';

import { PostbackRejected } from './rejection';

/** A real postback has a few hundred bytes. */
export const MAX_POSTBACK_BYTES = 65_536;

/** For a body that was not read to its end: the rest would be taken for the next request of the same connection. */
const CLOSE_CONNECTION = { Connection: 'close' };

/** What is looked at of the request that n8n hands to a trigger. */
export interface PostbackRequest {
	method: string;
	headers: Record<string, string | string[] | undefined>;
	/** Path and query as the sender asked for them. */
	originalUrl?: string;
	url: string;
	/** The sender's address, behind the proxies that n8n was told to trust. */
	ip?: string;
	body?: unknown;
	rawBody?: unknown;
	/** n8n's own way to read the body, which inflates up to 16 megabytes; only where the request itself cannot be read. */
	readRawBody?: () => Promise<unknown>;
}

type Inflate = (bytes: Buffer, options: ZlibOptions) => Buffer;

/** How a sender may compress, by its name in the header. */
const INFLATE: Readonly<Record<string, Inflate>> = {
	gzip: gunzipSync,
	'x-gzip': gunzipSync,
	br: brotliDecompressSync as Inflate,
	// Some senders leave out the head that the standard wants.
	deflate: (bytes, options) => ((bytes[0] ?? 0) % 16 === 8 ? inflateSync(bytes, options) : inflateRawSync(bytes, options)),
};
/** Nobody compresses what is compressed more often than by mistake. */
const MOST_ENCODINGS = 2;

/**
 * The bytes exactly as the sender wrote them. n8n leaves them unread for this trigger; where a version of n8n reads
 * and parses first, it keeps them beside, and only they are used. No more is ever read, or inflated, than a postback may have.
 *
 * @param request n8n's request object
 * @param maxBytes more than this is refused, compressed or not; before reading where the sender says how much it sends
 * @returns the body, never empty
 * @throws {PostbackRejected} 413 too large, 400 empty or damaged, 500 when n8n parsed the body and kept no bytes: nothing can then be verified,
 * and the sender should try again
 */
export async function rawBodyOf(request: PostbackRequest, maxBytes = MAX_POSTBACK_BYTES): Promise<Buffer> {
	if (Number(headerOf(request, 'content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
	await readBody(request, maxBytes);
	const bytes = request.rawBody;
	if (bytes instanceof Uint8Array && bytes.length > 0) {
		if (bytes.length > maxBytes) throw tooLarge(maxBytes);
		return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}
	if (isFilled(request.body)) {
		throw new PostbackRejected(
			500,
			'body',
			'n8n parsed the body and did not keep the bytes as the sender wrote them, so it could not be verified: update n8n',
		);
	}
	throw new PostbackRejected(400, 'body', 'The body is empty');
}

/**
 * @param request n8n's request object
 * @param name of the header, in lower case
 * @returns its value; undefined when it is absent or comes more than once
 */
export function headerOf(request: PostbackRequest, name: string): string | undefined {
	const value = request.headers[name];
	return typeof value === 'string' ? value : undefined;
}

async function readBody(request: PostbackRequest, maxBytes: number): Promise<void> {
	if (request.rawBody !== undefined) return;
	if (request instanceof Readable && !request.readableDidRead) {
		request.rawBody = inflated(await bytesOf(request, maxBytes), encodingsOf(request), maxBytes);
		return;
	}
	if (request.readRawBody === undefined) return;
	try {
		await request.readRawBody();
	} catch (problem) {
		throw isTooLarge(problem) ? tooLarge(maxBytes, CLOSE_CONNECTION) : unreadable();
	}
}

async function bytesOf(request: Readable, maxBytes: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let length = 0;
	// Left alone when it is refused, and not destroyed: the answer goes the same way.
	const reading = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
	try {
		for await (const chunk of reading) {
			length += chunk.length;
			if (length > maxBytes) break;
			chunks.push(chunk);
		}
	} catch {
		throw unreadable();
	}
	if (length > maxBytes) throw tooLarge(maxBytes, CLOSE_CONNECTION);
	return Buffer.concat(chunks);
}

function encodingsOf(request: PostbackRequest): string[] {
	return (headerOf(request, 'content-encoding') ?? '')
		.toLowerCase()
		.split(',')
		.map((encoding) => encoding.trim())
		.filter((encoding) => encoding !== '' && encoding !== 'identity');
}

/** The one that was applied last is taken off first. */
function inflated(bytes: Buffer, encodings: readonly string[], maxBytes: number): Buffer {
	if (bytes.length === 0) return bytes;
	if (encodings.length > MOST_ENCODINGS) throw unreadable();
	return encodings.reduceRight((compressed, encoding) => {
		const inflate = Object.hasOwn(INFLATE, encoding) ? INFLATE[encoding] : undefined;
		if (inflate === undefined) throw new PostbackRejected(400, 'body', 'The body is compressed in a way that is not read');
		try {
			return inflate(compressed, { maxOutputLength: maxBytes });
		} catch (problem) {
			throw (problem as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(maxBytes) : unreadable();
		}
	}, bytes);
}

function isTooLarge(problem: unknown): boolean {
	if (typeof problem !== 'object' || problem === null) return false;
	const { type, status } = problem as { type?: unknown; status?: unknown };
	return type === 'entity.too.large' || status === 413;
}

function tooLarge(maxBytes: number, headers?: Record<string, string>): PostbackRejected {
	return new PostbackRejected(413, 'size', `The body has more than ${maxBytes} bytes`, headers);
}

function unreadable(): PostbackRejected {
	return new PostbackRejected(400, 'body', 'The body could not be read to its end', CLOSE_CONNECTION);
}

function isFilled(body: unknown): boolean {
	if (typeof body === 'string') return body !== '';
	return typeof body === 'object' && body !== null && Object.keys(body).length > 0;
}
