/** Requests as they came over the wire, and the few body forms the providers read. */

import type { IncomingHttpHeaders } from 'node:http';

export type WireRequest = {
	method: string;
	/** Below the provider's base, e.g. '/v1/me'; percent-decoded nowhere. */
	path: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	/** Media type in lower case, without parameters. */
	mediaType: string;
	contentType: string;
	body: Buffer;
	/** When it arrived, in milliseconds since 1970. */
	at: number;
};

/** The body read as UTF-8. */
export function bodyText(request: WireRequest): string {
	return request.body.toString('utf8');
}

/** Whether the bytes are well-formed UTF-8. */
export function isUtf8(body: Buffer): boolean {
	try {
		new TextDecoder('utf-8', { fatal: true }).decode(body);
		return true;
	} catch {
		return false;
	}
}

/** Form or query fields by name; of a repeated name the first value counts. */
export function fields(parameters: URLSearchParams): Record<string, string> {
	const result = Object.create(null) as Record<string, string>;
	for (const [name, value] of parameters) result[name] ??= value;
	return result;
}

/** Fields of a multipart form, text parts only. Returns undefined when the boundary is missing. */
export function multipartFields(request: WireRequest): Record<string, string> | undefined {
	const match = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(request.contentType);
	const boundary = match?.[1] ?? match?.[2];
	if (boundary === undefined) return undefined;
	const result = Object.create(null) as Record<string, string>;
	for (const part of request.body.toString('latin1').split(`--${boundary}`).slice(1)) {
		const end = part.indexOf('\r\n\r\n');
		if (part.startsWith('--') || end < 0) continue;
		const name = /content-disposition:[^\r\n]*[; ]name="([^"]*)"/i.exec(part.slice(0, end))?.[1];
		if (name === undefined) continue;
		const content = part.slice(end + 4).replace(/\r\n$/, '');
		result[name] ??= Buffer.from(content, 'latin1').toString('utf8');
	}
	return result;
}

/**
 * The number a request is about, as digits, found without knowing the dialect; '' when there is none. Only faults, counters and the log use
 * it; the stand-ins read the request themselves.
 */
export function phoneIn(request: WireRequest): string {
	for (const name of ['mobile', 'msisdn', 'phone', 'phoneNumber']) {
		const value = request.query.get(name);
		if (value !== null) return value.replace(/\D/g, '');
	}
	if (request.body.length === 0) return '';
	let text = request.body.toString('latin1', 0, 65_536);
	if (request.mediaType === 'application/x-www-form-urlencoded') {
		try {
			text = decodeURIComponent(text);
		} catch {
			// Not percent-encoded after all: search the text as it is.
		}
	}
	return /(?:<MOBILE>|\b(?:mobile|msisdn|phone|phoneNumber)"?\s*[=:]\s*"?)\s*\+?(\d+)/i.exec(text)?.[1] ?? '';
}
