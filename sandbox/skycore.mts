/**
 * Stand-in for Skycore's Messaging API v1 ("wxml 1.3"): HTTP 200 always, success or failure in STATUS and ERRORCODE.
 * https://www.skycore.com/help/subscribe-v1/ , https://www.skycore.com/help/opt-in-status-postback-v1/
 */

import { createHash } from 'node:crypto';
import { Postbacks, SKYCORE_POLICY } from './postbacks.mts';
import {
	seedNumbers,
	type Answer,
	type Json,
	type JsonObject,
	type SeedRequest,
	type SkycoreSettings,
	type Store,
	type SubscriberView,
} from './store.mts';
import { SKYCORE_TIMEZONES } from './timezones.mts';
import { bodyText, fields, isUtf8, multipartFields, type WireRequest } from './wire.mts';
import { readXml, xmlElements, XmlError, type XmlElement } from './xml.mts';

type Source = 'API' | 'MO' | 'MANAGER';

type Subscriber = {
	state: 'subscribed' | 'pending' | 'unsubscribed';
	/** Who caused the state. */
	by: Source;
	since: number;
	subscriberRef: string;
	data: Record<string, string>;
	spid: string;
	timezone: string;
};

/** The texts behind the codes, with the blanks of the published samples. */
const ERRORS: Readonly<Record<string, string>> = {
	E100: ' Invalid request. Make a valid request via GET/POST/XML with all the required variables. ',
	E101: " 'action' required",
	E102: " 'user' or 'api_key' required",
	E103: " 'pass' required",
	E104: 'User Authentication Failed.',
	E105: 'This account has no API rights.',
	E107: 'This account has no rights to use this action.',
	E109: 'API not activated.',
	E110: ' Invalid receiver number ',
	E112: 'IP was not whitelisted. API call rejected.',
	E113: 'Set throughput exceeded for this API action. API call rejected.',
	E114: 'Phone number is blacklisted. API call rejected.',
	E120: 'Account has reached the API request limit.',
	E405: 'No MMS campaigns found',
	E503: 'Internal error.',
	E718: "The 'campaignref' is required",
	E721: 'Invalid campaignref',
	E901: "The 'mobile' number is required",
	E902: "The 'campaignid' is required",
	E903: ' Invalid CAMPAIGNID ',
	E904: 'Could not subscribe this number',
	E905: 'Could not unsubscribe this number',
	E911: "The 'email' is required",
	E912: "Invalid 'campaignid'",
	E913: 'Could not subscribe this email',
	E914: 'Could not unsubscribe this email',
	E915: 'Email opted out before',
};

class Failure extends Error {
	readonly code: string;
	readonly info: string;

	constructor(code: string, info = ERRORS[code] ?? 'Error') {
		super(info);
		this.code = code;
		this.info = info;
	}
}

type Call = {
	action: string;
	/** Upper-case names. */
	values: Record<string, string>;
	data: Record<string, string>;
};

type Outcome = { body: string; acted: boolean };

const PATHS = ['/API/wxml/1.3', '/API/wxml/1.3/', '/API/wxml/1.3/index.php', '/API/wxml/1.3/index.php/'];
const ACTIONS = ['subscribe', 'unsubscribe', 'subscribeemail', 'unsubscribeemail', 'getmmscampaigns', 'loginuser'];
const KNOWN = [
	'ACTION',
	'API_KEY',
	'USER',
	'PASS',
	'CAMPAIGNREF',
	'CAMPAIGNID',
	'MOBILE',
	'EMAIL',
	'SUBSCRIBERREF',
	'SPID',
	'TIMEZONE',
	'NOTIFY',
	'CTA',
];

/** Digits only, country code first: no plus, no blank, no 00 or 001 in front. */
const MOBILE = /^[1-9]\d{7,14}$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const STOP_WORDS = ['STOP'];
const STOP_ALL_WORDS = ['STOP ALL', 'STOPALL'];

export class Skycore {
	readonly postbacks: Postbacks;
	private readonly store: Store;
	private byCampaign = new Map<string, Map<string, Subscriber>>();
	private emails = new Map<string, Map<string, { state: 'subscribed' | 'unsubscribed'; since: number }>>();
	/** The campaign each number last had to do with: where a bare STOP goes. */
	private lastCampaign = new Map<string, string>();
	private transactions = 0;

	constructor(store: Store) {
		this.store = store;
		this.postbacks = new Postbacks(store, 'skycore');
	}

	private get settings(): SkycoreSettings {
		return this.store.config.skycore;
	}

	clear(): void {
		this.byCampaign = new Map();
		this.emails = new Map();
		this.lastCampaign = new Map();
		this.transactions = 0;
		this.postbacks.clear();
	}

	handle(request: WireRequest): Answer {
		if (!PATHS.includes(request.path)) {
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
			const call = this.read(request);
			parsed = { ...call.values, ...(Object.keys(call.data).length > 0 ? { DATA: { ...call.data } } : {}) };
			const outcome = this.perform(call);
			return this.answer(outcome.body, 'Success', outcome.acted, parsed);
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			return { ...this.failure(error.code, error.info), parsed };
		}
	}

	failure(code: string, info?: string): Answer {
		// The waiting time of E106 stands in the text only.
		const text =
			code === 'E106' ? `You can call API every ${this.settings.e106Seconds} seconds.` : (ERRORS[code] ?? 'Error');
		const body = xmlElements([
			['STATUS', 'Failure'],
			['ERRORCODE', code],
			['ERRORINFO', info ?? text],
		]);
		return this.answer(body, code, false, null);
	}

	overLimit(): Answer {
		if (this.settings.overLimit !== '429') return this.failure(this.settings.overLimit);
		return {
			status: 429,
			contentType: 'text/html',
			headers: { 'retry-after': '1' },
			body: 'Too Many Requests',
			outcome: '429 over limit',
			acted: false,
			parsed: null,
		};
	}

	private answer(content: string, outcome: string, acted: boolean, parsed: Json): Answer {
		return { status: 200, contentType: 'text/xml', body: `<RESPONSE>${content}</RESPONSE>`, outcome, acted, parsed };
	}

	// ---- reading -------------------------------------------------------------------------------------------------

	private read(request: WireRequest): Call {
		if (request.method === 'GET') {
			const query = fields(request.query);
			if (Object.keys(query).length === 0) throw new Failure('E100');
			const values: Record<string, string> = {};
			const data: Record<string, string> = {};
			for (const [name, value] of Object.entries(query)) {
				// Names are lower-case in the documentation; others are not recognised.
				if (name.startsWith('data_')) data[name.slice(5).toUpperCase()] = value;
				else if (name === name.toLowerCase() && KNOWN.includes(name.toUpperCase())) values[name.toUpperCase()] = value;
			}
			return { action: values.ACTION ?? '', values, data };
		}
		if (request.method !== 'POST') throw new Failure('E100');
		if (!isUtf8(request.body))
			throw new Failure('E108', 'XML Parse error: Input is not proper UTF-8, indicate encoding !');
		return this.readDocument(this.documentOf(request));
	}

	/** The XML text of a POST: form field `xml` or `XML`, or the body itself. */
	private documentOf(request: WireRequest): string {
		const raw = bodyText(request);
		if (/^\s*\uFEFF?\s*</.test(raw)) return raw;
		let form: Record<string, string> = {};
		if (request.mediaType === 'multipart/form-data') form = multipartFields(request) ?? {};
		else if (request.mediaType === 'application/x-www-form-urlencoded') form = fields(new URLSearchParams(raw));
		else if (raw.trim() !== '') throw new Failure('E108', "XML Parse error: Start tag expected, '<' not found.");
		const document = form.xml ?? form.XML;
		if (document === undefined || document.trim() === '') throw new Failure('E100');
		return document;
	}

	private readDocument(text: string): Call {
		let root: XmlElement;
		try {
			root = readXml(text.trimStart());
		} catch (error) {
			if (error instanceof XmlError) throw new Failure('E108', `XML Parse error: ${error.message}.`);
			throw error;
		}
		if (root.name !== 'REQUEST') throw new Failure('E100');
		const values: Record<string, string> = {};
		const data: Record<string, string> = {};
		for (const child of root.children) {
			if (child.name === 'DATA') {
				for (const field of child.children) data[field.name] = field.text;
			} else if (KNOWN.includes(child.name)) {
				if (Object.hasOwn(values, child.name) || child.children.length > 0) throw new Failure('E100');
				values[child.name] = child.text;
			}
		}
		return { action: values.ACTION ?? '', values, data };
	}

	// ---- actions -------------------------------------------------------------------------------------------------

	private perform(call: Call): Outcome {
		const action = call.action.toLowerCase();
		if (action === '') throw new Failure('E101');
		if (!ACTIONS.includes(action)) throw new Failure('E101', " Invalid 'action' ");
		this.authenticate(call.values);
		if (this.settings.forbiddenActions.some((name) => name.toLowerCase() === action)) throw new Failure('E107');
		switch (action) {
			case 'subscribe':
				return this.subscribe(call);
			case 'unsubscribe':
				return this.unsubscribe(call);
			case 'subscribeemail':
				return this.subscribeEmail(call);
			case 'unsubscribeemail':
				return this.unsubscribeEmail(call);
			case 'getmmscampaigns':
				return this.campaigns();
			default:
				return {
					body: xmlElements([
						['STATUS', 'Success'],
						['SESSIONID', createHash('md5').update(JSON.stringify(call.values)).digest('hex')],
					]),
					acted: false,
				};
		}
	}

	private authenticate(values: Record<string, string>): void {
		const key = values.API_KEY ?? '';
		if (key !== '') {
			if (!this.settings.apiKeys.includes(key)) throw new Failure('E104');
		} else {
			if ((values.USER ?? '') === '') throw new Failure('E102');
			if ((values.PASS ?? '') === '') throw new Failure('E103');
			if (values.USER !== this.settings.user || values.PASS !== this.settings.passMd5) throw new Failure('E104');
		}
		if (this.settings.account === 'noRights') throw new Failure('E105');
		if (this.settings.account === 'notActivated') throw new Failure('E109');
		if (this.settings.account === 'ipRefused') throw new Failure('E112');
	}

	/** CAMPAIGNREF as documented now, or CAMPAIGNID as the manuals of 2013-2015 had it. */
	private campaignOf(values: Record<string, string>): { ref: string; echo: [string, string] } {
		const ref = values.CAMPAIGNREF ?? '';
		if (ref !== '') {
			if (!Object.hasOwn(this.settings.campaigns, ref)) throw new Failure('E721');
			return { ref, echo: ['CAMPAIGNREF', ref] };
		}
		const id = values.CAMPAIGNID ?? '';
		if (id === '') throw new Failure('E718');
		return { ref: this.refById(id, 'E903'), echo: ['CAMPAIGNID', id] };
	}

	private refById(id: string, code: string): string {
		const found = Object.entries(this.settings.campaigns).find(([, campaign]) => String(campaign.id) === id);
		if (found === undefined) throw new Failure(code);
		return found[0];
	}

	private mobileOf(values: Record<string, string>): string {
		const mobile = values.MOBILE ?? '';
		if (mobile === '') throw new Failure('E901');
		if (!MOBILE.test(mobile)) throw new Failure('E110');
		if (this.settings.blacklist.includes(mobile)) throw new Failure('E114');
		return mobile;
	}

	private yesNo(values: Record<string, string>, name: string): boolean {
		const value = (values[name] ?? '').toLowerCase();
		if (value !== '' && value !== 'yes' && value !== 'no') throw new Failure('E100');
		return value === 'yes';
	}

	private subscribe({ values, data }: Call): Outcome {
		const { ref, echo } = this.campaignOf(values);
		const mobile = this.mobileOf(values);
		const spid = values.SPID ?? '';
		const timezone = values.TIMEZONE ?? '';
		// Which code answers a wrong SPID or TIMEZONE is not documented.
		if (spid !== '' && !/^\d{7}$/.test(spid)) throw new Failure('E100', " Invalid 'spid' ");
		if (timezone !== '' && !SKYCORE_TIMEZONES.has(timezone)) throw new Failure('E100', " Invalid 'timezone' ");
		const notify = this.yesNo(values, 'NOTIFY');
		const askFirst = this.yesNo(values, 'CTA');
		const known = this.subscribers(ref).get(mobile);
		if (known?.state === 'unsubscribed' && known.by === 'MO' && this.settings.resubscribeAfterStop === 'refuse') {
			throw new Failure('E904');
		}
		const wait = askFirst && known?.state !== 'subscribed';
		this.put(ref, mobile, {
			state: wait ? 'pending' : 'subscribed',
			by: 'API',
			since: known?.state === 'subscribed' ? known.since : Date.now(),
			subscriberRef: values.SUBSCRIBERREF ?? known?.subscriberRef ?? '',
			data: { ...known?.data, ...data },
			spid: spid === '' ? (known?.spid ?? '') : spid,
			timezone: timezone === '' ? (known?.timezone ?? '') : timezone,
		});
		if (wait) this.textPerson(mobile, 'Reply Y to subscribe. Msg&data rates may apply.', 'double opt-in request');
		else {
			if (notify)
				this.textPerson(
					mobile,
					`You are subscribed to ${this.title(ref)}. Reply STOP to cancel.`,
					'opt-in confirmation',
				);
			this.postStatus('N301', mobile, ref, 'API');
		}
		const reference = values.SUBSCRIBERREF ?? '';
		return {
			body: xmlElements([
				['STATUS', 'Success'],
				echo,
				...(reference === '' ? [] : [['SUBSCRIBERREF', reference] as const]),
				['MOBILE', mobile],
			]),
			acted: known?.state !== 'subscribed',
		};
	}

	private unsubscribe({ values }: Call): Outcome {
		const { ref, echo } = this.campaignOf(values);
		const mobile = this.mobileOf(values);
		const notify = this.yesNo(values, 'NOTIFY');
		const known = this.subscribers(ref).get(mobile);
		if (known === undefined && this.settings.unsubscribeUnknown === 'refuse') throw new Failure('E905');
		const acted = known?.state !== 'unsubscribed';
		if (acted) {
			this.put(ref, mobile, { ...(known ?? blank()), state: 'unsubscribed', by: 'API', since: Date.now() });
			if (known?.state === 'subscribed') this.postStatus('N302', mobile, ref, 'API');
		}
		if (notify) this.textPerson(mobile, `You are unsubscribed from ${this.title(ref)}.`, 'opt-out confirmation');
		return { body: xmlElements([['STATUS', 'Success'], echo, ['MOBILE', mobile]]), acted };
	}

	private emailCall(values: Record<string, string>): { id: string; ref: string; email: string } {
		const email = values.EMAIL ?? '';
		if (email === '') throw new Failure('E911');
		const id = values.CAMPAIGNID ?? '';
		if (id === '') throw new Failure('E902');
		return { id, ref: this.refById(id, 'E912'), email };
	}

	private subscribeEmail({ values }: Call): Outcome {
		const { id, ref, email } = this.emailCall(values);
		if (!EMAIL.test(email)) throw new Failure('E913');
		const list = this.emailList(ref);
		const known = list.get(email.toLowerCase());
		if (known?.state === 'unsubscribed') throw new Failure('E915');
		list.set(email.toLowerCase(), { state: 'subscribed', since: known?.since ?? Date.now() });
		this.postEmail('N303', email, id);
		return {
			body: xmlElements([
				['STATUS', 'Success'],
				['CAMPAIGNID', id],
				['EMAIL', email],
			]),
			acted: known === undefined,
		};
	}

	private unsubscribeEmail({ values }: Call): Outcome {
		const { id, ref, email } = this.emailCall(values);
		const list = this.emailList(ref);
		const body = xmlElements([
			['STATUS', 'Success'],
			['CAMPAIGNID', id],
			['EMAIL', email],
		]);
		if (email === 'ALL') {
			// The documented wild card: everybody of the campaign.
			for (const address of list.keys()) this.dropEmail(list, address, id);
			return { body, acted: list.size > 0 };
		}
		if (!list.has(email.toLowerCase())) throw new Failure('E914');
		return { body, acted: this.dropEmail(list, email.toLowerCase(), id) };
	}

	private dropEmail(
		list: Map<string, { state: 'subscribed' | 'unsubscribed'; since: number }>,
		email: string,
		id: string,
	): boolean {
		if (list.get(email)?.state !== 'subscribed') return false;
		list.set(email, { state: 'unsubscribed', since: Date.now() });
		this.postEmail('N304', email, id);
		return true;
	}

	private campaigns(): Outcome {
		const all = Object.values(this.settings.campaigns);
		if (all.length === 0) throw new Failure('E405');
		const rows = all.map(
			({ id, title }) =>
				`<CAMPAIGN>${xmlElements([
					['ID', String(id)],
					['NAME', title],
				])}</CAMPAIGN>`,
		);
		return { body: `<STATUS>Success</STATUS><MMSCAMPAIGNS>${rows.join('')}</MMSCAMPAIGNS>`, acted: false };
	}

	// ---- the person's side ---------------------------------------------------------------------------------------

	/** A person texts the short code. `campaign` names the campaign meant; otherwise the last one is. */
	text(from: string, text: string, campaign?: string): void {
		const word = text.trim().replace(/\s+/g, ' ').toUpperCase();
		this.postInbound(from, text);
		const keyword = Object.entries(this.settings.campaigns).find(
			([, entry]) => entry.keyword !== '' && entry.keyword.toUpperCase() === word,
		);
		if (STOP_ALL_WORDS.includes(word)) {
			this.stopEverywhere(from);
			this.textPerson(from, 'You are unsubscribed from all campaigns. No more messages.', 'opt-out confirmation');
		} else if (STOP_WORDS.includes(word)) {
			const ref = campaign ?? this.lastCampaign.get(from);
			if (ref === undefined) this.stopEverywhere(from);
			else this.stop(from, ref);
			this.textPerson(from, 'You are unsubscribed. No more messages.', 'opt-out confirmation');
		} else if (word === 'HELP') {
			this.textPerson(from, `${this.settings.brandName}: reply STOP to cancel. Msg&data rates may apply.`, 'help');
		} else if (keyword !== undefined) {
			this.join(from, keyword[0]);
		} else if (word === 'Y' || word === 'YES') {
			const waiting = Object.keys(this.settings.campaigns).filter(
				(ref) => this.subscribers(ref).get(from)?.state === 'pending',
			);
			const meant = campaign === undefined ? waiting : waiting.filter((ref) => ref === campaign);
			for (const ref of meant) {
				const known = this.subscribers(ref).get(from) ?? blank();
				this.put(ref, from, { ...known, state: 'subscribed', since: Date.now() });
				this.textPerson(from, `You are subscribed to ${this.title(ref)}.`, 'opt-in confirmation');
				this.postStatus('N301', from, ref, 'API');
			}
		}
	}

	private join(from: string, ref: string): void {
		const known = this.subscribers(ref).get(from) ?? blank();
		this.put(ref, from, {
			...known,
			state: 'subscribed',
			by: 'MO',
			since: known.state === 'subscribed' ? known.since : Date.now(),
		});
		this.textPerson(from, `You are subscribed to ${this.title(ref)}. Reply STOP to cancel.`, 'opt-in confirmation');
		this.postStatus('N301', from, ref, 'MO');
	}

	/** Also campaigns the person never joined: a later subscribe call must not succeed there. */
	private stopEverywhere(from: string): void {
		for (const ref of Object.keys(this.settings.campaigns)) this.stop(from, ref);
	}

	private stop(from: string, ref: string): void {
		const known = this.subscribers(ref).get(from);
		this.put(ref, from, { ...(known ?? blank()), state: 'unsubscribed', by: 'MO', since: Date.now() });
		if (known?.state === 'subscribed') this.postStatus('N302', from, ref, 'MO');
	}

	// ---- postbacks -----------------------------------------------------------------------------------------------

	/** '2014-07-02T14:32:23-04': an offset without minutes, as in the sample. */
	private timestamp(at: number, separator: 'T' | ' ' = 'T'): string {
		const { utcOffsetHours } = this.settings;
		const local = new Date(at + utcOffsetHours * 3_600_000).toISOString().slice(0, 19).replace('T', separator);
		return `${local}${this.offset()}`;
	}

	private offset(): string {
		const { utcOffsetHours } = this.settings;
		return `${utcOffsetHours < 0 ? '-' : '+'}${String(Math.abs(Math.trunc(utcOffsetHours))).padStart(2, '0')}`;
	}

	private postStatus(code: 'N301' | 'N302', mobile: string, ref: string, source: string): void {
		if (!this.settings.optInPostbacks) return;
		const { shortCode, brandName, postbackShape, campaigns } = this.settings;
		const id = String(campaigns[ref]?.id ?? 0);
		const now = Date.now();
		if (postbackShape === 'notification2013') {
			const created = `${new Date(now + this.settings.utcOffsetHours * 3_600_000).toISOString().replace('T', ' ').replace('Z', '000')}${this.offset()} `;
			const body = xmlElements([
				['MOBILE', mobile],
				['CAMPAIGNID', id],
			]);
			this.post(
				code,
				`<NOTIFICATION id="${this.nextTransaction()}" created="${created}"><ORIGIN>SUB</ORIGIN><CODE>${code}</CODE><BODY>${body}</BODY></NOTIFICATION>`,
			);
			return;
		}
		const head: Array<[string, string]> = [
			['ORIGIN', 'SUB'],
			['CODE', code],
			['MOBILE', mobile],
		];
		const tail: Array<[string, string]> = [
			['TIMESTAMP', this.timestamp(now)],
			['SHORTCODE', shortCode],
			['CAMPAIGNTITLE', this.title(ref)],
			['BRANDNAME', brandName],
			['SOURCE', source],
		];
		if (postbackShape === 'current') this.postSample(code, [...head, ['CAMPAIGNREF', ref], ...tail]);
		else if (postbackShape === 'campaignId2014') this.postSample(code, [...head, ['CAMPAIGNID', id], ...tail]);
		else this.postSample(code, [...head, ['CAMPAIGNID', id], ['SUBID', String(this.nextTransaction())]]);
	}

	private postEmail(code: 'N303' | 'N304', email: string, id: string): void {
		if (!this.settings.optInPostbacks) return;
		this.postSample(code, [
			['ORIGIN', 'EMAIL_SUB'],
			['CODE', code],
			['EMAIL', email],
			['CAMPAIGNID', id],
		]);
	}

	private postInbound(from: string, text: string): void {
		if (!this.settings.inboundPostbacks) return;
		const body = xmlElements(
			[
				['ORIGIN', 'SMS_MO'],
				['CODE', 'N211'],
				['FROM', from],
				['TO', this.settings.shortCode],
				['TEXT', text],
				['RECEIVED', `${this.timestamp(Date.now())}:00`],
				['TRANSACTIONID', String(this.nextTransaction())],
			],
			'\n',
		);
		// Samples of inbound messages have no XML declaration.
		this.post('N211', `<POSTBACK>\n${body}\n</POSTBACK>`, this.settings.inboundPostbackUrl);
	}

	private postSample(code: string, pairs: ReadonlyArray<readonly [string, string]>): void {
		this.post(code, `<?xml version='1.0'?>\n<POSTBACK>\n${xmlElements(pairs, '\n')}\n</POSTBACK>`);
	}

	private post(event: string, xml: string, ownUrl = ''): void {
		const form = this.settings.postbackForm === 'form';
		this.postbacks.enqueue(
			{
				event,
				url: ownUrl === '' ? this.settings.postbackUrl : ownUrl,
				method: 'POST',
				headers: { 'content-type': form ? 'application/x-www-form-urlencoded' : this.settings.postbackContentType },
				body: form ? new URLSearchParams({ xml }).toString() : xml,
			},
			SKYCORE_POLICY,
		);
	}

	private nextTransaction(): number {
		this.transactions += 1;
		return 325_000 + this.transactions;
	}

	// ---- state ---------------------------------------------------------------------------------------------------

	private title(ref: string): string {
		return this.settings.campaigns[ref]?.title ?? ref;
	}

	private subscribers(ref: string): Map<string, Subscriber> {
		let list = this.byCampaign.get(ref);
		if (list === undefined) {
			list = new Map();
			this.byCampaign.set(ref, list);
		}
		return list;
	}

	private emailList(ref: string): Map<string, { state: 'subscribed' | 'unsubscribed'; since: number }> {
		let list = this.emails.get(ref);
		if (list === undefined) {
			list = new Map();
			this.emails.set(ref, list);
		}
		return list;
	}

	private put(ref: string, mobile: string, subscriber: Subscriber): void {
		this.subscribers(ref).set(mobile, subscriber);
		this.lastCampaign.set(mobile, ref);
	}

	private textPerson(to: string, text: string, reason: string): void {
		this.store.ledgers.skycore.textPerson({
			at: new Date().toISOString(),
			to,
			from: this.settings.shortCode,
			text,
			reason,
		});
	}

	seed(seed: SeedRequest): number {
		if (seed.clear === true) this.clear();
		const ref = seed.campaign ?? 'spring-sale';
		let count = 0;
		for (const number of seedNumbers(seed, '16505000000')) {
			this.put(ref, number, {
				...blank(),
				...(seed.state === 'optedOut' ? { state: 'unsubscribed', by: 'MO' } : { state: 'subscribed' }),
			});
			count += 1;
		}
		return count;
	}

	/** Numbers first, then e-mail addresses. */
	*everybody(): Generator<SubscriberView> {
		for (const [campaign, list] of this.byCampaign) {
			for (const [number, subscriber] of list) {
				const { state, since, by, subscriberRef, data, spid, timezone } = subscriber;
				const detail: JsonObject = { by, subscriberRef, data: { ...data }, spid, timezone };
				yield { number, state, campaign, since: new Date(since).toISOString(), detail };
			}
		}
		for (const [campaign, list] of this.emails) {
			for (const [number, { state, since }] of list) {
				yield { number, state, campaign, since: new Date(since).toISOString(), detail: { channel: 'email' } };
			}
		}
	}

	find(number: string, campaign?: string): SubscriberView | undefined {
		const refs = campaign === undefined ? [...this.byCampaign.keys()] : [campaign];
		for (const ref of refs) {
			const subscriber = this.byCampaign.get(ref)?.get(number);
			if (subscriber === undefined) continue;
			const { state, since, by, subscriberRef, data, spid, timezone } = subscriber;
			return {
				number,
				state,
				campaign: ref,
				since: new Date(since).toISOString(),
				detail: { by, subscriberRef, data: { ...data }, spid, timezone },
			};
		}
		return undefined;
	}
}

function blank(): Subscriber {
	return { state: 'pending', by: 'MANAGER', since: Date.now(), subscriberRef: '', data: {}, spid: '', timezone: '' };
}
