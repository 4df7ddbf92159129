/** Calls whose every byte and header is the test's own: fetch would add a content type and hide the rest. */
import { Agent, request as httpRequest } from 'node:http';

export interface Call {
	method?: 'GET' | 'POST' | 'PUT';
	headers?: Record<string, string>;
	/** Nothing: a request without a body. */
	body?: string | Buffer;
	/** Writes the body in this many parts with a pause between them. */
	parts?: number;
	pauseMs?: number;
	/** Writes all but the last byte and hangs up. */
	breakOff?: boolean;
}

export interface Answer {
	/** 0: no answer. */
	status: number;
	body: string;
	headers: Record<string, string | string[] | undefined>;
	durationMs: number;
}

const PATIENCE_MS = 30_000;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/**
 * Sends one request.
 *
 * @returns the answer; status 0 when the connection ended without one
 */
export async function call(url: string, options: Call = {}): Promise<Answer> {
	const { method = 'POST', headers = {}, body, breakOff = false } = options;
	const bytes = body === undefined ? undefined : Buffer.from(body);
	const startedAt = Date.now();
	return await new Promise((resolve) => {
		const ended = (status: number, text: string, answered: Answer['headers']): void => {
			clearTimeout(timer);
			resolve({ status, body: text, headers: answered, durationMs: Date.now() - startedAt });
		};
		const length = bytes === undefined ? {} : { 'content-length': String(bytes.length) };
		const request = httpRequest(url, { method, headers: { ...length, ...headers }, agent }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () => ended(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'), response.headers));
			response.on('error', () => ended(0, '', {}));
		});
		const timer = setTimeout(() => request.destroy(new Error('no answer')), PATIENCE_MS);
		request.on('error', () => ended(0, '', {}));
		if (breakOff && bytes !== undefined) {
			request.write(bytes.subarray(0, -1), () => request.destroy());
		} else if (options.parts !== undefined && bytes !== undefined) {
			writeSlowly(request, bytes, options.parts, options.pauseMs ?? 0);
		} else {
			request.end(bytes);
		}
	});
}

function writeSlowly(request: ReturnType<typeof httpRequest>, bytes: Buffer, parts: number, pauseMs: number): void {
	const size = Math.ceil(bytes.length / parts);
	const writeFrom = (start: number): void => {
		if (request.destroyed) return;
		if (start + size >= bytes.length) return void request.end(bytes.subarray(start));
		request.write(bytes.subarray(start, start + size));
		setTimeout(writeFrom, pauseMs, start + size);
	};
	writeFrom(0);
}
