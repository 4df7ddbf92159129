/**
 * Stand-in for Vonage's US short code alerts, opt-in query and manage, and for its inbound SMS webhook.
 * https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription
 */

import { createHash } from 'node:crypto';

import { backOff, HOUR_MS, type DeliveryPolicy } from '../postbacks/policy.mts';
import { seedNumbers, type Seed } from '../seed.mts';
import { sqlTime } from '../sqlTime.mts';
import type { StandIn, StandInContext, StandInDescription, SubscriberView } from '../standIn.mts';
import { unknownPathAnswer, type Answer } from '../wire/answer.mts';
import type { Json } from '../wire/json.mts';
import type { WireRequest } from '../wire/request.mts';
import { authenticate, readParameters } from './call.mts';
import { jsonRow, SAMPLE_ROWS, xmlRow, type OptOutRow } from './optOutRow.mts';
import { Refusal, refusalAnswer, smsRefusalAnswer, type Format } from './refusal.mts';
import { VONAGE_DEFAULTS, type VonageSettings } from './settings.mts';
import { SIGNATURE_METHODS, vonageSignature, webhookToken } from './signature.mts';

/** "retried for 24 hours"; 200 to 205 are success; the single waits are not published, these are invented. */
const POLICY: DeliveryPolicy = {
	waitsMs: backOff(5_000, HOUR_MS, 24 * HOUR_MS),
	accepts: (status) => status >= 200 && status <= 205,
	passMs: 0,
};
/** What accounts with Opt-Out Assist register to come back. */
const START_WORDS = ['START', 'JOIN', 'UNSTOP'];
const STOP_WORDS = ['STOP', 'END', 'QUIT', 'CANCEL', 'UNSUBSCRIBE'];
const MSISDN = /^[1-9]\d{6,14}$/;
const PATH = /^\/sc\/us\/alert\/opt-in\/(query|manage)\/(json|xml)$/;
const FIRST_SEED_NUMBER = '12125000000';
const DAY_MS = 24 * HOUR_MS;

class Vonage implements StandIn<VonageSettings> {
	private readonly context: StandInContext<VonageSettings>;
	private rows: OptOutRow[] = [];
	/** Where in `rows` each number stands. */
	private positions = new Map<string, number>();
	private messages = 0;

	constructor(context: StandInContext<VonageSettings>) {
		this.context = context;
		this.clear();
	}

	private get settings(): VonageSettings {
		return this.context.settings;
	}

	clear(): void {
		this.rows = [];
		this.positions = new Map();
		this.messages = 0;
		if (this.settings.sampleRows) for (const row of SAMPLE_ROWS) this.putRow({ ...row });
		this.context.postbacks.clear();
	}

	onSettingsChanged(before: VonageSettings): void {
		if (before.sampleRows !== this.settings.sampleRows) this.clear();
	}

	handle(request: WireRequest): Answer {
		const match = PATH.exec(request.path.replace(/\/$/, ''));
		if (match === null) return unknownPathAnswer();
		const format = match[2] === 'xml' ? 'xml' : 'json';
		let parsed: Json = null;
		try {
			const parameters = readParameters(request, format);
			parsed = { ...parameters };
			authenticate(request, parameters, this.settings);
			const answer = match[1] === 'query' ? this.query(parameters, format) : this.manage(parameters, format);
			return { ...answer, parsed };
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			return { ...refusalAnswer(error, format, this.settings), parsed };
		}
	}

	overLimit(request: WireRequest): Answer {
		const format = request.path.replace(/\/$/, '').endsWith('/xml') ? 'xml' : 'json';
		if (this.settings.overLimit === 'status1') return smsRefusalAnswer({ status: '1' }, format, this.settings);
		const answer = refusalAnswer(new Refusal('1'), format, this.settings);
		return answer.status === 429 ? { ...answer, headers: { 'retry-after': '1' } } : answer;
	}

	private wholeNumber(parameters: Record<string, string>, name: string, fallback: number, least: number): number {
		const text = parameters[name];
		if (text === undefined) return fallback;
		if (!/^\d{1,9}$/.test(text) || Number(text) < least) throw new Refusal('3', `Invalid ${name}`);
		return Number(text);
	}

	private query(parameters: Record<string, string>, format: Format): Answer {
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

	private manage(parameters: Record<string, string>, format: Format): Answer {
		const msisdn = parameters.msisdn ?? '';
		if (msisdn === '') throw new Refusal('2', 'Missing msisdn');
		if (!MSISDN.test(msisdn)) throw new Refusal('3', 'Invalid msisdn');
		const known = this.row(msisdn);
		if (known === undefined && this.settings.manageUnknown === 'refuse') throw new Refusal('3', 'msisdn is not on the list');
		const now = sqlTime(Date.now());
		const acted = known !== undefined && !known.optIn;
		if (acted) {
			if (this.settings.keepResubscribed) this.putRow({ ...known, optIn: true, optInAt: now });
			else this.removeRow(msisdn);
		}
		const optInAt = known?.optIn === true ? known.optInAt : now;
		const answered: OptOutRow = { msisdn, optIn: true, optInAt, optOutAt: '' };
		const body = format === 'json' ? JSON.stringify(jsonRow(answered)) : xmlRow(answered);
		return { status: 200, contentType: mediaType(format), body, outcome: '200', acted, parsed: null };
	}

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
		} else if (this.settings.optOutAssist && START_WORDS.includes(word)) {
			const known = this.row(from);
			if (known !== undefined) this.putRow({ ...known, optIn: true, optInAt: sqlTime(Date.now()) });
			this.textPerson(from, 'You are subscribed again. Reply STOP to cancel.', 'opt-in confirmation');
		} else if (word === 'HELP') {
			this.textPerson(from, 'Reply STOP to cancel. Msg&data rates may apply.', 'help');
		}
		this.forward(from, text);
	}

	private forward(from: string, text: string): void {
		const { postbackUrl, postbackMethod, postbackSigned, shortCode, apiKey, signatureSecret, signatureMethod } = this.settings;
		if (postbackUrl === '') return;
		this.messages += 1;
		const now = Date.now();
		if (postbackMethod === 'MESSAGES') return this.forwardAsMessage(from, text, now);
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
			parameters.nonce = this.madeUpId();
			parameters.sig = vonageSignature(parameters, signatureSecret, signatureMethod);
		}
		const encoded = new URLSearchParams(parameters).toString();
		if (postbackMethod === 'GET') {
			const url = `${postbackUrl}${postbackUrl.includes('?') ? '&' : '?'}${encoded}`;
			this.context.postbacks.enqueue({ event: 'inbound', url, method: 'GET', headers: {}, body: '' }, POLICY);
			return;
		}
		const json = postbackMethod === 'JSON';
		this.context.postbacks.enqueue(
			{
				event: 'inbound',
				url: postbackUrl,
				method: 'POST',
				headers: { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' },
				body: json ? JSON.stringify(parameters) : encoded,
			},
			POLICY,
		);
	}

	private forwardAsMessage(from: string, text: string, now: number): void {
		const { postbackUrl, postbackSigned, shortCode, apiKey, signatureSecret } = this.settings;
		const body = JSON.stringify({
			channel: 'sms',
			message_uuid: this.madeUpId(),
			to: shortCode,
			from,
			timestamp: new Date(now).toISOString(),
			text,
			message_type: 'text',
			sms: { num_messages: '1', keyword: (text.trim().split(/\s+/)[0] ?? '').toUpperCase() },
		});
		const token: Record<string, string> = postbackSigned
			? { authorization: `Bearer ${webhookToken(body, { apiKey, signatureSecret, now })}` }
			: {};
		this.context.postbacks.enqueue(
			{ event: 'inbound', url: postbackUrl, method: 'POST', headers: { 'content-type': 'application/json', ...token }, body },
			POLICY,
		);
	}

	private madeUpId(): string {
		const hash = createHash('sha1').update(`${this.context.sandbox.seed} ${this.messages}`).digest('hex');
		return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-b${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
	}

	private textPerson(to: string, text: string, reason: string): void {
		this.context.logText({ to, from: this.settings.shortCode, text, reason });
	}

	private row(msisdn: string): OptOutRow | undefined {
		const position = this.positions.get(msisdn);
		return position === undefined ? undefined : this.rows[position];
	}

	private putRow(row: OptOutRow): void {
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
	seed(seed: Seed): number {
		if (seed.clear === true) {
			this.rows = [];
			this.positions = new Map();
		}
		const start = Date.UTC(2024, 0, 1);
		let count = 0;
		for (const msisdn of seedNumbers(seed, FIRST_SEED_NUMBER)) {
			const outAt = start + ((count * 7_919) % 50_000_000) * 1_000;
			this.putRow({
				msisdn,
				optIn: seed.state === 'subscribed',
				optInAt: seed.state === 'subscribed' ? sqlTime(outAt + DAY_MS) : count % 3 === 2 ? sqlTime(outAt - DAY_MS) : '',
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

function view(row: OptOutRow): SubscriberView {
	return {
		number: row.msisdn,
		state: row.optIn ? 'resubscribed' : 'optedOut',
		campaign: '',
		since: `${(row.optIn ? row.optInAt : row.optOutAt).replace(' ', 'T')}Z`,
		detail: jsonRow(row),
	};
}

function mediaType(format: Format): string {
	return format === 'json' ? 'application/json' : 'application/xml';
}

function isPlain(text: string): boolean {
	return [...text].every((character) => character <= '~');
}

export const VONAGE: StandInDescription<'vonage', VonageSettings> = {
	name: 'vonage',
	title: 'Vonage',
	basePath: '',
	sendsPostbacks: true,
	defaults: VONAGE_DEFAULTS,
	choices: {
		signatureMethod: SIGNATURE_METHODS,
		errorShape: ['account', 'problem', 'sms'],
		xmlErrors: ['xml', 'json'],
		overLimit: ['429', 'status1'],
		countMeans: ['total', 'page'],
		manageUnknown: ['accept', 'refuse'],
		postbackMethod: ['GET', 'POST', 'JSON', 'MESSAGES'],
	},
	entryDefaults: {},
	accountLine: ({ apiKey, apiSecret, signatureSecret }) => `key ${apiKey}   secret ${apiSecret}   signature secret ${signatureSecret}`,
	start: (context) => new Vonage(context),
	ownError: ({ code = '1' }, request, settings) =>
		smsRefusalAnswer({ status: code }, request.path.includes('/xml') ? 'xml' : 'json', settings),
};
