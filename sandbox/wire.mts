/** Requests as they came over the wire, and the few body forms the providers read. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Answer, Json, JsonObject } from './store.mts';

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
	/** When it arrived, milliseconds. */
	at: number;
};

export function bodyText(request: WireRequest): string {
	return request.body.toString('utf8');
}

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

export function isJsonObject(value: Json | undefined): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON value of a text, or undefined when it is none. */
export function readJson(text: string): Json | undefined {
	try {
		return JSON.parse(text) as Json;
	} catch {
		return undefined;
	}
}

export function jsonAnswer(
	status: number,
	value: Json,
	what: { outcome: string; acted?: boolean; parsed?: Json; headers?: Record<string, string> },
): Answer {
	return {
		status,
		contentType: 'application/json',
		...(what.headers === undefined ? {} : { headers: what.headers }),
		body: JSON.stringify(value),
		outcome: what.outcome,
		acted: what.acted ?? false,
		parsed: what.parsed ?? null,
	};
}

/**
 * The number a request is about, as digits, found without knowing the dialect. Only faults, counters and the log use
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
