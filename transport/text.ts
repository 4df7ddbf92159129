import { decodeText } from './charset';

const UTF8 = new TextDecoder('utf-8');
const OTHER_CHARSET = /charset\s*=\s*"?(?!utf-?8\b)[^\s;"]/i;

function decoded(bytes: Buffer, contentType: string): string {
	try {
		return decodeText(bytes, contentType).text;
	} catch {
		return UTF8.decode(bytes);
	}
}

/**
 * Decodes an answer's bytes as they declare themselves, else as UTF-8. Unlike a postback an answer is never refused: an
 * unreadable letter is less harm than not knowing whether somebody was subscribed.
 *
 * @param body what n8n's HTTP helper gave
 * @param contentType the answer's header
 * @returns the text; unreadable bytes become replacement characters
 */
export function textOf(body: unknown, contentType: string): string {
	if (typeof body === 'string') return body;
	if (!ArrayBuffer.isView(body)) return body === undefined || body === null ? '' : JSON.stringify(body);
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	// Only XML can declare its own charset; everything else is nearly always UTF-8.
	const isPlainUtf8 = bytes[0] !== 0x3c && !OTHER_CHARSET.test(contentType);
	return isPlainUtf8 ? UTF8.decode(bytes) : decoded(bytes, contentType);
}
