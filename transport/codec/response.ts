import type { CallResponse, XmlElement } from '../../consent/call';
import { decodeText } from './charset';
import { parseJsonExactly } from './json';
import { parseXml, RESPONSE_LIMITS } from './xml';

const UTF8 = new TextDecoder('utf-8');
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT, QUOTE, BACKSLASH] = [0x5b, 0x5d, 0x7b, 0x7d, 0x22, 0x5c];
const OTHER_CHARSET = /charset\s*=\s*"?(?!utf-?8\b)[^\s;"]/i;

function decoded(bytes: Buffer, contentType: string): string {
	try {
		return decodeText(bytes, contentType).text;
	} catch {
		return UTF8.decode(bytes);
	}
}

/**
 * Decodes a response's bytes as they declare themselves, else as UTF-8. Unlike a postback a response is never refused: an
 * unreadable letter is less harm than not knowing whether somebody was subscribed.
 *
 * @param body what n8n's HTTP helper gave
 * @param contentType the response's header
 * @returns the text; unreadable bytes become replacement characters
 */
function decodeBody(body: unknown, contentType: string): string {
	if (typeof body === 'string') return body;
	if (!ArrayBuffer.isView(body)) return body === undefined || body === null ? '' : JSON.stringify(body);
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	// Only XML can declare its own charset; everything else is nearly always UTF-8.
	const isPlainUtf8 = bytes[0] !== 0x3c && !OTHER_CHARSET.test(contentType);
	return isPlainUtf8 ? UTF8.decode(bytes) : decoded(bytes, contentType);
}

function headersOf(raw: unknown): Record<string, string> {
	const headers: Record<string, string> = {};
	if (typeof raw !== 'object' || raw === null) return headers;
	for (const [name, value] of Object.entries(raw)) {
		if (value === undefined || value === null) continue;
		headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
	}
	return headers;
}

/** Deeper than any provider nests; what is shown of an answer is walked through level by level. */
const DEEPEST_JSON = 100;

function nestsTooDeep(json: string): boolean {
	let depth = 0;
	let inText = false;
	for (let index = 0; index < json.length; index += 1) {
		const code = json.charCodeAt(index);
		if (code === QUOTE) inText = !inText;
		else if (code === BACKSLASH) index += 1;
		else if (inText) continue;
		else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
		else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
		if (depth > DEEPEST_JSON) return true;
	}
	return false;
}

function jsonIn(text: string): unknown {
	if (text.length > RESPONSE_LIMITS.maxCharacters || nestsTooDeep(text)) return undefined;
	try {
		return parseJsonExactly(text);
	} catch {
		return undefined;
	}
}

function xmlIn(text: string): XmlElement | undefined {
	try {
		return parseXml(text);
	} catch {
		return undefined;
	}
}

/**
 * Decodes what came back, without judging it.
 *
 * @param status HTTP status
 * @param rawHeaders as n8n's HTTP helper gives them
 * @param body bytes
 * @returns text, and its JSON or XML reading when it is either
 */
export function decodeResponse(status: number, rawHeaders: unknown, body: unknown): CallResponse {
	const headers = headersOf(rawHeaders);
	const text = decodeBody(body, headers['content-type'] ?? '');
	const response: CallResponse = { status, headers, text };
	const start = text.trimStart();
	if (start.startsWith('<')) response.xml = xmlIn(start);
	else if (start !== '') response.json = jsonIn(start);
	return response;
}

/** What proxies write into an answer of their own. */
const PROXY_HEADERS = ['proxy-agent', 'proxy-status', 'x-squid-error'];

/**
 * @param response of whoever answered
 * @returns true for a web page in place of a document, which no provider's API writes, and for what a proxy has signed: it comes from something on
 * the way
 */
export function isFromTheWay({ headers, text, xml }: CallResponse): boolean {
	if (PROXY_HEADERS.some((name) => Object.hasOwn(headers, name))) return true;
	return xml?.name.toLowerCase() === 'html' || /^\s*<(?:!doctype\s+html|html|head|body|title|center|h\d)\b/i.test(text);
}

const MESSAGE_NAMES = ['message', 'error', 'errors', 'detail', 'title', 'reason'] as const;
const DEEPEST_MESSAGE = 3;
const ERROR_NAMES: ReadonlySet<string> = new Set(['error', 'errors']);
const SUCCESS_NAMES: ReadonlySet<string> = new Set(['success', 'ok']);
const NOTHING = /^(?:|0|no|none|null|false)$/i;
const FALSE = /^(?:0|no|false)$/i;

/**
 * Finds the words in an error's body: a JSON string, or an object with a message.
 *
 * @param json of a response
 * @returns undefined when there are none
 */
export function messageIn(json: unknown, depth = DEEPEST_MESSAGE): string | undefined {
	if (typeof json === 'string') return json;
	if (typeof json !== 'object' || json === null || depth === 0) return undefined;
	const candidates: unknown[] = Array.isArray(json)
		? json
		: MESSAGE_NAMES.map((name) => (Object.hasOwn(json, name) ? Reflect.get(json, name) : undefined));
	for (const candidate of candidates) {
		const message = messageIn(candidate, depth - 1);
		if (message !== undefined) return message;
	}
	return undefined;
}

function holdsSomething(value: unknown): boolean {
	if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
	return !NOTHING.test(String(value).trim());
}

/**
 * Looks for what means no in a JSON document, whoever has written it: an `error` or `errors` that holds something, or `success` or `ok` that is
 * false. Beside it nothing else is a success.
 *
 * @param json of a response
 * @returns its words, perhaps none; undefined when nothing says no
 */
export function refusalIn(json: unknown): string | undefined {
	if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
	const isRefusal = Object.entries(json).some(([name, value]) => {
		const meaning = name.toLowerCase();
		return (ERROR_NAMES.has(meaning) && holdsSomething(value)) || (SUCCESS_NAMES.has(meaning) && FALSE.test(String(value).trim()));
	});
	return isRefusal ? (messageIn(json) ?? '') : undefined;
}

/** What a status says whoever answers; every other one means what the provider says that it means. */
export type SharedStatus = 'redirect' | 'proxy wants a password' | 'request timed out' | 'too many requests' | 'server failed';

/**
 * @param status HTTP status
 * @returns undefined for a status whose meaning only the provider knows; 304 is no redirect
 */
export function sharedStatusOf(status: number): SharedStatus | undefined {
	if (status >= 300 && status <= 399 && status !== 304) return 'redirect';
	if (status === 407) return 'proxy wants a password';
	if (status === 408) return 'request timed out';
	if (status === 429) return 'too many requests';
	return status >= 500 ? 'server failed' : undefined;
}
