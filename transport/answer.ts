import type { CallAnswer, XmlElement } from '../consent/call';
import { textOf } from './text';
import { parseXml } from './xml';

function headersOf(raw: unknown): Record<string, string> {
	const headers: Record<string, string> = {};
	if (typeof raw !== 'object' || raw === null) return headers;
	for (const [name, value] of Object.entries(raw)) {
		if (value === undefined || value === null) continue;
		headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
	}
	return headers;
}

function jsonIn(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
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
export function answerOf(status: number, rawHeaders: unknown, body: unknown): CallAnswer {
	const headers = headersOf(rawHeaders);
	const text = textOf(body, headers['content-type'] ?? '');
	const answer: CallAnswer = { status, headers, text };
	const start = text.trimStart();
	if (start.startsWith('<')) answer.xml = xmlIn(start);
	else if (start !== '') answer.json = jsonIn(start);
	return answer;
}
