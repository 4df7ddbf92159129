/**
 * Stand-in for Skycore's Messaging API v1 ("wxml 1.3"): HTTP 200 always, success or failure in STATUS and ERRORCODE.
 * https://www.skycore.com/help/subscribe-v1/ , https://www.skycore.com/help/opt-in-status-postback-v1/
 */

import { createHash } from 'node:crypto';

import { seedNumbers, type Seed } from '../seed.mts';
import type { StandIn, StandInContext, StandInDescription, SubscriberView } from '../standIn.mts';
import { unknownPathAnswer, type Answer } from '../wire/answer.mts';
import type { Json } from '../wire/json.mts';
import type { WireRequest } from '../wire/request.mts';
import { xmlElements } from '../wire/xml.mts';
import { readCall, type Call } from './call.mts';
import { Failure, failureAnswer, responseAnswer } from './failure.mts';
import { Notifier } from './notifier.mts';
import { SKYCORE_DEFAULTS, type SkycoreSettings } from './settings.mts';
import { SKYCORE_TIMEZONES } from './timezones.mts';

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

type Outcome = { body: string; acted: boolean };

const PATHS = ['/API/wxml/1.3', '/API/wxml/1.3/', '/API/wxml/1.3/index.php', '/API/wxml/1.3/index.php/'];
const ACTIONS = ['subscribe', 'unsubscribe', 'subscribeemail', 'unsubscribeemail', 'getmmscampaigns', 'loginuser'];

/** Digits only, country code first: no plus, no blank, no 00 or 001 in front. */
const MOBILE = /^[1-9]\d{7,14}$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const SEED_CAMPAIGN = 'spring-sale';
const FIRST_SEED_NUMBER = '16505000000';
const STOP_WORDS = ['STOP'];
const STOP_ALL_WORDS = ['STOP ALL', 'STOPALL'];

type EmailSubscriber = { state: 'subscribed' | 'unsubscribed'; since: number };

class Skycore implements StandIn<SkycoreSettings> {
	private readonly context: StandInContext<SkycoreSettings>;
	private readonly notifier: Notifier;
	private byCampaign = new Map<string, Map<string, Subscriber>>();
	private emails = new Map<string, Map<string, EmailSubscriber>>();
	/** The campaign each number last had to do with: where a bare STOP goes. */
	private lastCampaign = new Map<string, string>();

	constructor(context: StandInContext<SkycoreSettings>) {
		this.context = context;
		this.notifier = new Notifier(context);
	}

	private get settings(): SkycoreSettings {
		return this.context.settings;
	}

	clear(): void {
		this.byCampaign = new Map();
		this.emails = new Map();
		this.lastCampaign = new Map();
		this.notifier.clear();
		this.context.postbacks.clear();
	}

	handle(request: WireRequest): Answer {
		if (!PATHS.includes(request.path)) return unknownPathAnswer();
		let parsed: Json = null;
		try {
			const call = readCall(request);
			parsed = { ...call.values, ...(Object.keys(call.data).length > 0 ? { DATA: { ...call.data } } : {}) };
			const { body, acted } = this.perform(call);
			return responseAnswer(body, { outcome: 'Success', acted, parsed });
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			return { ...failureAnswer(error.code, error.info, this.settings), parsed };
		}
	}

	overLimit(): Answer {
		if (this.settings.overLimit !== '429') return failureAnswer(this.settings.overLimit, undefined, this.settings);
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
			if (notify) this.textPerson(mobile, `You are subscribed to ${this.title(ref)}. Reply STOP to cancel.`, 'opt-in confirmation');
			this.notifier.status('N301', mobile, ref, 'API');
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
			if (known?.state === 'subscribed') this.notifier.status('N302', mobile, ref, 'API');
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
		this.notifier.email('N303', email, id);
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

	private dropEmail(list: Map<string, EmailSubscriber>, email: string, id: string): boolean {
		if (list.get(email)?.state !== 'subscribed') return false;
		list.set(email, { state: 'unsubscribed', since: Date.now() });
		this.notifier.email('N304', email, id);
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

	/** A person texts the short code. `campaign` names the campaign meant; otherwise the last one is. */
	text(from: string, text: string, campaign?: string): void {
		const word = text.trim().replace(/\s+/g, ' ').toUpperCase();
		this.notifier.inbound(from, text);
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
			const waiting = Object.keys(this.settings.campaigns).filter((ref) => this.subscribers(ref).get(from)?.state === 'pending');
			const meant = campaign === undefined ? waiting : waiting.filter((ref) => ref === campaign);
			for (const ref of meant) {
				const known = this.subscribers(ref).get(from) ?? blank();
				this.put(ref, from, { ...known, state: 'subscribed', since: Date.now() });
				this.textPerson(from, `You are subscribed to ${this.title(ref)}.`, 'opt-in confirmation');
				this.notifier.status('N301', from, ref, 'API');
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
		this.notifier.status('N301', from, ref, 'MO');
	}

	/** Also campaigns the person never joined: a later subscribe call must not succeed there. */
	private stopEverywhere(from: string): void {
		for (const ref of Object.keys(this.settings.campaigns)) this.stop(from, ref);
	}

	private stop(from: string, ref: string): void {
		const known = this.subscribers(ref).get(from);
		this.put(ref, from, { ...(known ?? blank()), state: 'unsubscribed', by: 'MO', since: Date.now() });
		if (known?.state === 'subscribed') this.notifier.status('N302', from, ref, 'MO');
	}

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

	private emailList(ref: string): Map<string, EmailSubscriber> {
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
		this.context.logText({ to, from: this.settings.shortCode, text, reason });
	}

	seed(seed: Seed): number {
		if (seed.clear === true) this.clear();
		const ref = seed.campaign ?? SEED_CAMPAIGN;
		let count = 0;
		for (const number of seedNumbers(seed, FIRST_SEED_NUMBER)) {
			this.put(ref, number, {
				...blank(),
				...(seed.state === 'optedOut' ? { state: 'unsubscribed', by: 'MO' } : { state: 'subscribed' }),
			});
			count += 1;
		}
		return count;
	}

	/** Numbers first, then email addresses. */
	*everybody(): Generator<SubscriberView> {
		for (const [campaign, list] of this.byCampaign) {
			for (const [number, subscriber] of list) yield view(number, campaign, subscriber);
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
			if (subscriber !== undefined) return view(number, ref, subscriber);
		}
		return undefined;
	}
}

function blank(): Subscriber {
	return { state: 'pending', by: 'MANAGER', since: Date.now(), subscriberRef: '', data: {}, spid: '', timezone: '' };
}

function view(number: string, campaign: string, subscriber: Subscriber): SubscriberView {
	const { state, since, by, subscriberRef, data, spid, timezone } = subscriber;
	const detail = { by, subscriberRef, data: { ...data }, spid, timezone };
	return { number, state, campaign, since: new Date(since).toISOString(), detail };
}

export const SKYCORE: StandInDescription<'skycore', SkycoreSettings> = {
	name: 'skycore',
	title: 'Skycore',
	basePath: '/API/wxml/1.3/',
	sendsPostbacks: true,
	defaults: SKYCORE_DEFAULTS,
	choices: {
		overLimit: ['E106', 'E113', 'E120', '429'],
		account: ['active', 'noRights', 'notActivated', 'ipRefused'],
		resubscribeAfterStop: ['refuse', 'accept'],
		unsubscribeUnknown: ['refuse', 'accept'],
		postbackForm: ['raw', 'form'],
		postbackShape: ['current', 'campaignId2014', 'flat2014', 'notification2013'],
	},
	entryDefaults: { campaigns: { id: 0, title: 'Campaign', keyword: '' } },
	accountLine: ({ apiKeys }) => `key ${apiKeys.join(', ')}   campaign ${SEED_CAMPAIGN}`,
	start: (context) => new Skycore(context),
	ownError: ({ code = 'E503', info }, _request, settings) => failureAnswer(code, info, settings),
};
