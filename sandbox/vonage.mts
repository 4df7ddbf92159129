/**
 * Stand-in for Vonage's US short code alerts, opt-in query and manage, and for its inbound SMS webhook.
 * https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Postbacks, VONAGE_POLICY } from './postbacks.mts';
import {
	seedNumbers,
	sqlTime,
	type Answer,
	type Json,
	type JsonObject,
	type SeedRequest,
	type Store,
	type SubscriberView,
	type VonageSettings,
	type VonageSignatureMethod,
} from './store.mts';
import { bodyText, fields, isJsonObject, readJson, type WireRequest } from './wire.mts';
import { xmlElements, xmlText } from './xml.mts';

type Row = { msisdn: string; optIn: boolean; optInAt: string; optOutAt: string };

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

class Refusal extends Error {
	readonly status: string;
	readonly detail: string;

	constructor(status: string, detail = '') {
		super(detail);
		this.status = status;
		this.detail = detail;
	}
}

const JSON_TYPES = [
	'application/json',
	'application/jsonrequest',
	'application/x-javascript',
	'text/json',
	'text/javascript',
	'text/x-javascript',
	'text/x-json',
];
const STOP_WORDS = ['STOP', 'END', 'QUIT', 'CANCEL', 'UNSUBSCRIBE'];
const MSISDN = /^[1-9]\d{6,14}$/;
const PATH = /^\/sc\/us\/alert\/opt-in\/(query|manage)\/(json|xml)$/;

/** The rows of the documentation's two samples; two have 12 digits, one has an opt-in date. */
const SAMPLE_ROWS: readonly Row[] = [
	{ msisdn: '15558937009', optIn: false, optInAt: '', optOutAt: '2014-06-27 18:31:33' },
	{ msisdn: '15554908975', optIn: false, optInAt: '', optOutAt: '2014-07-18 16:20:20' },
	{ msisdn: '15559912501', optIn: false, optInAt: '2014-07-18 15:28:23', optOutAt: '2014-08-18 23:17:40' },
	{ msisdn: '121326336101', optIn: false, optInAt: '', optOutAt: '2014-07-22 12:41:48' },
	{ msisdn: '121326336102', optIn: false, optInAt: '', optOutAt: '2014-07-22 13:00:04' },
	{ msisdn: '12132633680', optIn: false, optInAt: '', optOutAt: '2014-07-22 11:02:50' },
];

/** The documented signature over all parameters except `sig`; lower-case hex. */
export function vonageSignature(
	parameters: Readonly<Record<string, string>>,
	secret: string,
	method: VonageSignatureMethod,
): string {
	let text = '';
	for (const name of Object.keys(parameters).sort()) {
		if (name !== 'sig') text += `&${name}=${(parameters[name] ?? '').replace(/[&=]/g, '_')}`;
	}
	return method === 'md5hash'
		? createHash('md5')
				.update(text + secret, 'utf8')
				.digest('hex')
		: createHmac(method, secret).update(text, 'utf8').digest('hex');
}

export class Vonage {
	readonly postbacks: Postbacks;
	private readonly store: Store;
	private rows: Row[] = [];
	private positions = new Map<string, number>();
	private messages = 0;

	constructor(store: Store) {
		this.store = store;
		this.postbacks = new Postbacks(store, 'vonage');
		this.clear();
	}

	private get settings(): VonageSettings {
		return this.store.config.vonage;
	}

	clear(): void {
		this.rows = [];
		this.positions = new Map();
		this.messages = 0;
		if (this.settings.sampleRows) for (const row of SAMPLE_ROWS) this.putRow({ ...row });
		this.postbacks.clear();
	}

	handle(request: WireRequest): Answer {
		const match = PATH.exec(request.path.replace(/\/$/, ''));
		const format = match?.[2] === 'xml' ? 'xml' : 'json';
		if (match === null) {
			return {
				status: 404,
				contentType: 'text/html',
				body: '<h1>Not Found</h1>',
				outcome: '404 path',
				acted: false,
				parsed: null,
			};
		}
		let parsed: Json = null;
		try {
			const parameters = this.read(request, format);
			parsed = { ...parameters };
			this.authenticate(request, parameters);
			const answer = match[1] === 'query' ? this.query(parameters, format) : this.manage(parameters, format);
			return { ...answer, parsed };
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			return { ...this.refusal(error.status, error.detail, format), parsed };
		}
	}

	overLimit(request: WireRequest): Answer {
		const format = request.path.replace(/\/$/, '').endsWith('/xml') ? 'xml' : 'json';
		if (this.settings.overLimit === 'status1') return this.smsRefusal('1', format);
		const answer = this.refusal('1', '', format);
		return answer.status === 429 ? { ...answer, headers: { 'retry-after': '1' } } : answer;
	}

	// ---- reading -------------------------------------------------------------------------------------------------

	private read(request: WireRequest, format: 'json' | 'xml'): Record<string, string> {
		const query = fields(request.query);
		if (request.method === 'GET') {
			if (request.body.length > 0) throw new Refusal('3', 'Query parameters and a body must not be mixed');
			return query;
		}
		if (request.method !== 'POST') throw new Refusal('3', 'GET and POST only');
		if (Object.keys(query).length > 0) throw new Refusal('3', 'Query parameters and a body must not be mixed');
		if (request.mediaType === 'application/x-www-form-urlencoded')
			return fields(new URLSearchParams(bodyText(request)));
		if (format !== 'json' || !JSON_TYPES.includes(request.mediaType))
			throw new Refusal('3', `Content-Type ${request.mediaType} is not supported here`);
		const body = readJson(bodyText(request));
		if (!isJsonObject(body)) throw new Refusal('3', 'The body must be a JSON object');
		const result: Record<string, string> = {};
		for (const [name, value] of Object.entries(body)) {
			if (typeof value === 'object') throw new Refusal('3', `${name} must be a plain value`);
			result[name] = String(value);
		}
		return result;
	}

	/** Exactly one of the three styles: key and secret, Basic header, signature. */
	private authenticate(request: WireRequest, parameters: Record<string, string>): void {
		const { apiKey, apiSecret, signatureSecret, signatureMethod, onlySigned, timestampToleranceSeconds } =
			this.settings;
		const secret = parameters.api_secret ?? '';
		const signature = parameters.sig ?? '';
		const basic = /^Basic (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
		if (signature !== '' && (secret !== '' || basic !== undefined)) throw new Refusal('32');
		if (secret !== '' && basic !== undefined) throw new Refusal('4', 'Credentials were sent twice');
		if (basic !== undefined) {
			if (onlySigned || !same(Buffer.from(basic, 'base64').toString('utf8'), `${apiKey}:${apiSecret}`))
				throw new Refusal('4');
			return;
		}
		if ((parameters.api_key ?? '') === '') throw new Refusal('2', 'Missing api_key');
		if (!same(parameters.api_key ?? '', apiKey)) throw new Refusal('4');
		if (signature === '') {
			if (secret === '') throw new Refusal('2', 'Missing api_secret');
			if (onlySigned || !same(secret, apiSecret)) throw new Refusal('4');
			return;
		}
		const timestamp = parameters.timestamp ?? '';
		if (!/^\d+$/.test(timestamp)) throw new Refusal('14', 'timestamp must be whole seconds');
		if (Math.abs(Math.floor(request.at / 1_000) - Number(timestamp)) > timestampToleranceSeconds)
			throw new Refusal('14', 'timestamp is too old or too new');
		if (!same(signature.toLowerCase(), vonageSignature(parameters, signatureSecret, signatureMethod)))
			throw new Refusal('14');
	}

	// ---- errors --------------------------------------------------------------------------------------------------

	/** No error of these two calls is documented: the form is a setting. */
	private refusal(status: string, detail: string, format: 'json' | 'xml'): Answer {
		const known = STATUSES[status] ?? { http: 400, text: 'Error', title: 'Error' };
		const outcome = `status ${status} ${known.text}`;
		const inXml = format === 'xml' && this.settings.xmlErrors === 'xml';
		if (this.settings.errorShape === 'sms') return this.smsRefusal(status, format, detail);
		if (this.settings.errorShape === 'problem') {
			const body = {
				type: `https://developer.vonage.com/api-errors#${known.title.toLowerCase().replace(/ /g, '-')}`,
				title: known.title,
				detail: detail === '' ? known.text : detail,
				instance: `sandbox-${status}`,
			};
			return {
				status: known.http,
				contentType: 'application/problem+json',
				body: JSON.stringify(body),
				outcome,
				acted: false,
				parsed: null,
			};
		}
		const http = known.http === 400 ? 420 : known.http;
		const label =
			{ 401: 'authentication failed', 420: 'method failed', 429: 'too many requests' }[http] ?? 'internal error';
		return inXml
			? {
					status: http,
					contentType: 'application/xml',
					body: `<?xml version="1.0" encoding="UTF-8"?>\n<response>${xmlElements([
						['error-code', String(http)],
						['error-code-label', label],
					])}</response>`,
					outcome,
					acted: false,
					parsed: null,
				}
			: {
					status: http,
					contentType: 'application/json',
					body: JSON.stringify({ 'error-code': String(http), 'error-code-label': label }),
					outcome,
					acted: false,
					parsed: null,
				};
	}

	/** HTTP 200 with the number inside. */
	smsRefusal(status: string, format: 'json' | 'xml', detail = ''): Answer {
		const known = STATUSES[status]?.text ?? 'Error';
		const text = detail === '' ? known : `${known} - ${detail}`;
		const outcome = `status ${status} ${known}`;
		return format === 'xml' && this.settings.xmlErrors === 'xml'
			? {
					status: 200,
					contentType: 'application/xml',
					body: `<?xml version='1.0' encoding='UTF-8' ?>\n<mt-submission-response>\n<messages count='1'>\n<message>\n${xmlElements(
						[
							['status', status],
							['errorText', text],
						],
						'\n',
					)}\n</message>\n</messages>\n</mt-submission-response>`,
					outcome,
					acted: false,
					parsed: null,
				}
			: {
					status: 200,
					contentType: 'application/json',
					body: JSON.stringify({ 'message-count': '1', messages: [{ status, 'error-text': text }] }),
					outcome,
					acted: false,
					parsed: null,
				};
	}

	// ---- calls ---------------------------------------------------------------------------------------------------

	private wholeNumber(parameters: Record<string, string>, name: string, fallback: number, least: number): number {
		const text = parameters[name];
		if (text === undefined) return fallback;
		if (!/^\d{1,9}$/.test(text) || Number(text) < least) throw new Refusal('3', `Invalid ${name}`);
		return Number(text);
	}

	private query(parameters: Record<string, string>, format: 'json' | 'xml'): Answer {
		const { maxPageSize, countMeans } = this.settings;
		const asked = this.wholeNumber(parameters, 'page-size', 100, 1);
		const size = maxPageSize > 0 ? Math.min(asked, maxPageSize) : asked;
		const page = this.wholeNumber(parameters, 'page', 0, 0);
		const rows = this.rows.slice(page * size, (page + 1) * size);
		const count = String(countMeans === 'total' ? this.rows.length : rows.length);
		const body =
			format === 'json'
				? JSON.stringify({ 'opt-in-count': count, 'opt-in-list': rows.map(jsonRow) })
				: `<?xml version="1.0" encoding="UTF-8"?>\n<opt-in-list opt-in-count="${count}">\n${rows.map((row) => `${xmlRow(row)}\n`).join('')}</opt-in-list>`;
		return { status: 200, contentType: mediaType(format), body, outcome: '200', acted: false, parsed: null };
	}

	private manage(parameters: Record<string, string>, format: 'json' | 'xml'): Answer {
		const msisdn = parameters.msisdn ?? '';
		if (msisdn === '') throw new Refusal('2', 'Missing msisdn');
		if (!MSISDN.test(msisdn)) throw new Refusal('3', 'Invalid msisdn');
		const known = this.row(msisdn);
		if (known === undefined && this.settings.manageUnknown === 'refuse')
			throw new Refusal('3', 'msisdn is not on the list');
		const now = sqlTime(Date.now());
		const acted = known !== undefined && !known.optIn;
		if (acted) {
			if (this.settings.keepResubscribed) this.putRow({ ...known, optIn: true, optInAt: now });
			else this.removeRow(msisdn);
		}
		const optInAt = known?.optIn === true ? known.optInAt : now;
		const answered: Row = { msisdn, optIn: true, optInAt, optOutAt: '' };
		const body = format === 'json' ? JSON.stringify(jsonRow(answered)) : xmlRow(answered);
		return { status: 200, contentType: mediaType(format), body, outcome: '200', acted, parsed: null };
	}

	// ---- the person's side ---------------------------------------------------------------------------------------

	text(from: string, text: string): void {
		const word = text.trim().toUpperCase();
		if (STOP_WORDS.includes(word)) {
			this.putRow({
				msisdn: from,
				optIn: false,
				optInAt: this.row(from)?.optInAt ?? '',
				optOutAt: sqlTime(Date.now()),
			});
			this.textPerson(from, 'You are unsubscribed. No more messages.', 'opt-out confirmation');
		} else if (word === 'HELP') {
			this.textPerson(from, 'Reply STOP to cancel. Msg&data rates may apply.', 'help');
		}
		this.forward(from, text);
	}

	private forward(from: string, text: string): void {
		const { postbackUrl, postbackMethod, postbackSigned, shortCode, apiKey, signatureSecret, signatureMethod } =
			this.settings;
		if (postbackUrl === '') return;
		this.messages += 1;
		const now = Date.now();
		const parameters: Record<string, string> = {
			msisdn: from,
			to: shortCode,
			messageId: `0B${(0xac530000 + this.messages).toString(16).toUpperCase().padStart(14, '0')}`,
			text,
			type: isPlain(text) ? 'text' : 'unicode',
			keyword: (text.trim().split(/\s+/)[0] ?? '').toUpperCase(),
			'api-key': apiKey,
			'message-timestamp': sqlTime(now),
		};
		if (postbackSigned) {
			parameters.timestamp = String(Math.floor(now / 1_000));
			const hash = createHash('sha1').update(`${this.store.config.seed} ${this.messages}`).digest('hex');
			parameters.nonce = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-b${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
			parameters.sig = vonageSignature(parameters, signatureSecret, signatureMethod);
		}
		const encoded = new URLSearchParams(parameters).toString();
		if (postbackMethod === 'GET') {
			const url = `${postbackUrl}${postbackUrl.includes('?') ? '&' : '?'}${encoded}`;
			this.postbacks.enqueue({ event: 'inbound', url, method: 'GET', headers: {}, body: '' }, VONAGE_POLICY);
			return;
		}
		const json = postbackMethod === 'JSON';
		this.postbacks.enqueue(
			{
				event: 'inbound',
				url: postbackUrl,
				method: 'POST',
				headers: { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' },
				body: json ? JSON.stringify(parameters) : encoded,
			},
			VONAGE_POLICY,
		);
	}

	private textPerson(to: string, text: string, reason: string): void {
		this.store.ledgers.vonage.textPerson({
			at: new Date().toISOString(),
			to,
			from: this.settings.shortCode,
			text,
			reason,
		});
	}

	// ---- state ---------------------------------------------------------------------------------------------------

	private row(msisdn: string): Row | undefined {
		const position = this.positions.get(msisdn);
		return position === undefined ? undefined : this.rows[position];
	}

	private putRow(row: Row): void {
		const position = this.positions.get(row.msisdn);
		if (position === undefined) {
			this.positions.set(row.msisdn, this.rows.length);
			this.rows.push(row);
		} else this.rows[position] = row;
	}

	/** The last row takes the place of the removed one: constant time, and the list is documented as unsorted. */
	private removeRow(msisdn: string): void {
		const position = this.positions.get(msisdn);
		const last = this.rows.pop();
		this.positions.delete(msisdn);
		if (position === undefined || last === undefined || last.msisdn === msisdn) return;
		this.rows[position] = last;
		this.positions.set(last.msisdn, position);
	}

	/** Opt-outs; every third has an opt-in date as well. */
	seed(seed: SeedRequest): number {
		if (seed.clear === true) {
			this.rows = [];
			this.positions = new Map();
		}
		const start = Date.UTC(2024, 0, 1);
		let count = 0;
		for (const msisdn of seedNumbers(seed, '12125000000')) {
			const outAt = start + ((count * 7_919) % 50_000_000) * 1_000;
			this.putRow({
				msisdn,
				optIn: seed.state === 'subscribed',
				optInAt:
					seed.state === 'subscribed'
						? sqlTime(outAt + 86_400_000)
						: count % 3 === 2
							? sqlTime(outAt - 86_400_000)
							: '',
				optOutAt: sqlTime(outAt),
			});
			count += 1;
		}
		return count;
	}

	*everybody(): Generator<SubscriberView> {
		for (const row of this.rows) yield view(row);
	}

	find(number: string): SubscriberView | undefined {
		const row = this.row(number);
		return row === undefined ? undefined : view(row);
	}
}

function view(row: Row): SubscriberView {
	return {
		number: row.msisdn,
		state: row.optIn ? 'resubscribed' : 'optedOut',
		campaign: '',
		since: `${(row.optIn ? row.optInAt : row.optOutAt).replace(' ', 'T')}Z`,
		detail: jsonRow(row),
	};
}

/** Names and order of the samples; every value a string. */
function rowPairs({ msisdn, optIn, optInAt, optOutAt }: Row): Array<[string, string]> {
	return [
		['msisdn', msisdn],
		['opt-in', String(optIn)],
		...(optInAt === '' ? [] : [['opt-in-date', optInAt] as [string, string]]),
		['opt-out', String(!optIn)],
		...(optOutAt === '' ? [] : [['opt-out-date', optOutAt] as [string, string]]),
	];
}

function jsonRow(row: Row): JsonObject {
	return Object.fromEntries(rowPairs(row));
}

function xmlRow(row: Row): string {
	return `<opt-in\n${rowPairs(row)
		.map(([name, value]) => `${name}="${xmlText(value)}"\n`)
		.join('')}/>`;
}

function mediaType(format: 'json' | 'xml'): string {
	return format === 'json' ? 'application/json' : 'application/xml';
}

function isPlain(text: string): boolean {
	return [...text].every((character) => character <= '~');
}

function same(given: string, expected: string): boolean {
	const [left, right] = [given, expected].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
	return timingSafeEqual(left, right);
}
