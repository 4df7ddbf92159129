/** Reading requests and writing answers on Node's HTTP server. */

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Answer } from './wire/answer.mts';

const BODY_CAP_BYTES = 2_000_000;

/** The whole body; undefined when it is broken off, or larger than 2,000,000 bytes. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	return await new Promise((resolve) => {
		request.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size <= BODY_CAP_BYTES) chunks.push(chunk);
		});
		request.on('end', () => resolve(size > BODY_CAP_BYTES ? undefined : Buffer.concat(chunks)));
		request.on('error', () => resolve(undefined));
		request.on('close', () => resolve(undefined));
	});
}

/** The headers with one text each. */
export function flatHeaders(request: IncomingMessage): Record<string, string> {
	const result: Record<string, string> = {};
	for (const [name, value] of Object.entries(request.headers)) {
		if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
	}
	return result;
}

/** Ends the response with this answer; does nothing when the connection is gone. */
export function writeAnswer(response: ServerResponse, answer: Pick<Answer, 'status' | 'contentType' | 'headers' | 'body'>): void {
	if (response.destroyed) return;
	const body = Buffer.from(answer.body, 'utf8');
	response.writeHead(answer.status, {
		...(answer.contentType === '' ? {} : { 'content-type': answer.contentType }),
		...(answer.status === 204 ? {} : { 'content-length': String(body.length) }),
		...answer.headers,
	});
	response.end(answer.status === 204 ? undefined : body);
}

/** Ends the response with a text of this media type. */
export function sendText(response: ServerResponse, status: number, mediaType: string, body: string): void {
	writeAnswer(response, { status, contentType: `${mediaType}; charset=utf-8`, body });
}

/** Ends the response with a JSON value. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
	sendText(response, status, 'application/json', JSON.stringify(value));
}

/** Waits without keeping the process alive. */
export async function pause(ms: number): Promise<void> {
	await new Promise<void>((resolve) => {
		setTimeout(resolve, ms).unref();
	});
}
