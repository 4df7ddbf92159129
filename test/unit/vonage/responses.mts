import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { CallResponse } from '../../../consent/call.ts';
import { parseXml } from '../../../transport/codec/xml.ts';

/** Vonage's own samples, as its documentation prints them. */
export function fixture(name: string): string {
	return readFileSync(join(process.cwd(), 'test/fixtures/vonage', name), 'utf8');
}

/** What the transport hands to `interpret`. */
export function response(status: number, body: unknown = '', headers: Record<string, string> = {}): CallResponse {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	if (/^\s*<(?!html|h1)/.test(text)) return { status, headers, text, xml: parseXml(text) };
	return { status, headers, text, json: jsonIn(text) };
}

function jsonIn(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
