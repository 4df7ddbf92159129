/** Vonage's errors. None of these two calls is documented: their form is a setting. */

import { jsonAnswer, type Answer } from '../wire/answer.mts';
import { xmlElements } from '../wire/xml.mts';
import type { VonageSettings } from './settings.mts';

/** Of the two URLs that every call has, one for each form of answer. */
export type Format = 'json' | 'xml';

/** SMS statuses, the only numbered errors Vonage publishes, and the HTTP status of the newer forms. */
const STATUSES: Readonly<Record<string, { http: number; text: string; title: string }>> = {
	'1': { http: 429, text: 'Throttled', title: 'Rate limit hit' },
	'2': { http: 400, text: 'Missing parameter', title: 'Missing parameter' },
	'3': { http: 400, text: 'Invalid value for parameter', title: 'Invalid parameter' },
	'4': { http: 401, text: 'Bad Credentials', title: 'Unauthorized' },
	'5': { http: 500, text: 'Internal Error', title: 'Internal error' },
	'14': { http: 401, text: 'Invalid Signature', title: 'Unauthorized' },
	'32': { http: 401, text: 'Signature And API Secret Disallowed', title: 'Unauthorized' },
};
const UNKNOWN_STATUS = { http: 400, text: 'Error', title: 'Error' };
const LABELS: Readonly<Record<number, string>> = { 401: 'authentication failed', 420: 'method failed', 429: 'too many requests' };

/** Ends a call with one of the SMS statuses. */
export class Refusal extends Error {
	readonly status: string;
	readonly detail: string;

	constructor(status: string, detail = '') {
		super(detail);
		this.status = status;
		this.detail = detail;
	}
}

/** The answer to a refused call, in the form that the settings say. */
export function refusalAnswer({ status, detail }: Refusal, format: Format, settings: VonageSettings): Answer {
	if (settings.errorShape === 'sms') return smsRefusalAnswer({ status, detail }, format, settings);
	const known = STATUSES[status] ?? UNKNOWN_STATUS;
	const outcome = outcomeOf(status);
	if (settings.errorShape === 'problem') {
		const problem = {
			type: `https://developer.vonage.com/api-errors#${known.title.toLowerCase().replace(/ /g, '-')}`,
			title: known.title,
			detail: detail === '' ? known.text : detail,
			instance: `sandbox-${status}`,
		};
		return { ...jsonAnswer(known.http, problem, { outcome }), contentType: 'application/problem+json' };
	}
	const http = known.http === 400 ? 420 : known.http;
	const pairs: Array<[string, string]> = [
		['error-code', String(http)],
		['error-code-label', LABELS[http] ?? 'internal error'],
	];
	return isInXml(format, settings)
		? xmlAnswer(http, `<?xml version="1.0" encoding="UTF-8"?>\n<response>${xmlElements(pairs)}</response>`, outcome)
		: jsonAnswer(http, Object.fromEntries(pairs), { outcome });
}

/** HTTP 200 with the SMS status inside. */
export function smsRefusalAnswer(
	{ status, detail = '' }: { status: string; detail?: string },
	format: Format,
	settings: VonageSettings,
): Answer {
	const known = (STATUSES[status] ?? UNKNOWN_STATUS).text;
	const text = detail === '' ? known : `${known} - ${detail}`;
	const outcome = outcomeOf(status);
	if (!isInXml(format, settings)) {
		return jsonAnswer(200, { 'message-count': '1', messages: [{ status, 'error-text': text }] }, { outcome });
	}
	const message = xmlElements(
		[
			['status', status],
			['errorText', text],
		],
		'\n',
	);
	return xmlAnswer(
		200,
		`<?xml version='1.0' encoding='UTF-8' ?>\n<mt-submission-response>\n<messages count='1'>\n<message>\n${message}\n</message>\n</messages>\n</mt-submission-response>`,
		outcome,
	);
}

function outcomeOf(status: string): string {
	return `status ${status} ${(STATUSES[status] ?? UNKNOWN_STATUS).text}`;
}

function isInXml(format: Format, settings: VonageSettings): boolean {
	return format === 'xml' && settings.xmlErrors === 'xml';
}

function xmlAnswer(status: number, body: string, outcome: string): Answer {
	return { status, contentType: 'application/xml', body, outcome, acted: false, parsed: null };
}
