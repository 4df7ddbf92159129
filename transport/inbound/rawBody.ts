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

/** How a sender may compress, by its name in the header. */
const FORMATS: Readonly<Record<string, 'gzip' | 'deflate'>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' };
/** The first four bits of a zlib head; some senders leave the head out, which the standard wants. */
const ZLIB_METHOD = 8;
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
	if (isUnread(request)) {
		request.rawBody = await inflated(await bytesOf(request, maxBytes), encodingsOf(request), maxBytes);
		return;
	}
	if (request.readRawBody === undefined) return;
	try {
		await request.readRawBody();
	} catch (problem) {
		throw isTooLarge(problem) ? tooLarge(maxBytes, CLOSE_CONNECTION) : unreadable();
	}
}

/** The request of Node itself, as n8n hands it on. */
interface UnreadRequest {
	iterator(options: { destroyOnReturn: boolean }): AsyncIterable<Uint8Array>;
	readableDidRead: boolean;
}

function isUnread(request: object): request is UnreadRequest {
	return 'iterator' in request && typeof request.iterator === 'function' && 'readableDidRead' in request && !request.readableDidRead;
}

async function bytesOf(request: UnreadRequest, maxBytes: number): Promise<Buffer> {
	// Left alone when it is refused, and not destroyed: the answer goes the same way.
	const bytes = await upTo(maxBytes, request.iterator({ destroyOnReturn: false }));
	if (bytes === undefined) throw tooLarge(maxBytes, CLOSE_CONNECTION);
	return bytes;
}

/** @returns undefined when there is more; what is behind it is not read */
async function upTo(maxBytes: number, source: AsyncIterable<Uint8Array>): Promise<Buffer | undefined> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	try {
		for await (const chunk of source) {
			length += chunk.length;
			if (length > maxBytes) return undefined;
			chunks.push(chunk);
		}
	} catch {
		throw unreadable();
	}
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
async function inflated(bytes: Buffer, encodings: readonly string[], maxBytes: number): Promise<Buffer> {
	if (bytes.length === 0) return bytes;
	if (encodings.length > MOST_ENCODINGS) throw unreadable();
	let inflatedBytes = bytes;
	for (const encoding of [...encodings].reverse()) {
		const format = Object.hasOwn(FORMATS, encoding) ? FORMATS[encoding] : undefined;
		if (format === undefined) throw new PostbackRejected(400, 'body', 'The body is compressed in a way that is not read');
		const hasNoHead = format === 'deflate' && (inflatedBytes[0] ?? 0) % 16 !== ZLIB_METHOD;
		// Node's own streams can be iterated, whatever the types of browsers say.
		const plain: unknown = new Blob([new Uint8Array(inflatedBytes)])
			.stream()
			.pipeThrough(new DecompressionStream(hasNoHead ? 'deflate-raw' : format));
		const read = await upTo(maxBytes, plain as AsyncIterable<Uint8Array>);
		if (read === undefined) throw tooLarge(maxBytes);
		inflatedBytes = read;
	}
	return inflatedBytes;
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
