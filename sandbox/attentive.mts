/**
 * Stand-in for Attentive's REST API v1: subscriptions, webhooks, OAuth, rate limits, signed webhooks.
 * https://docs.attentive.com/reference/addsubscriptions , https://docs.attentive.com/pages/webhooks/webhook-authentication
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { SecondWindow } from './faults.mts';
import { ATTENTIVE_POLICY, isLoopbackUrl, Postbacks } from './postbacks.mts';
import {
	ATTENTIVE_EVENTS,
	digits,
	seedNumbers,
	sqlTime,
	type Answer,
	type AttentiveSettings,
	type AttentiveSignUpUnit,
	type Json,
	type JsonObject,
	type SeedRequest,
	type Store,
	type SubscriberView,
} from './store.mts';
import { bodyText, fields, isJsonObject, jsonAnswer, readJson, type WireRequest } from './wire.mts';

const TYPES = ['MARKETING', 'TRANSACTIONAL', 'CHECKOUT_ABANDONED'] as const;
type SubscriptionType = (typeof TYPES)[number];
type Channel = 'TEXT' | 'EMAIL';

type Subscription = {
	type: SubscriptionType;
	channel: Channel;
	state: 'subscribed' | 'pending' | 'unsubscribed';
	unit: AttentiveSignUpUnit | undefined;
	since: number;
};

type Person = {
	/** '+16502426055' or an e-mail address in lower case. */
	identity: string;
	externalId: number;
	identifiers: JsonObject;
	/** By type; a number has TEXT subscriptions, an address has EMAIL ones. */
	subscriptions: Map<SubscriptionType, Subscription>;
};

type Webhook = { id: string; url: string; events: string[]; disabledAt: number | null };

class Refusal extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

const E164 = /^\+[1-9]\d{6,14}$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const STOP_WORDS = ['STOP', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'];
const LANGUAGES = new Set(isoLanguages());

/** HMAC-SHA256 of the raw body, lower-case hex: the value of `x-attentive-hmac-sha256`. */
export function attentiveSignature(signingKey: string, rawBody: string | Buffer): string {
	return createHmac('sha256', Buffer.from(signingKey, 'utf8')).update(rawBody).digest('hex');
}

export class Attentive {
	readonly postbacks: Postbacks;
	private readonly store: Store;
	private people = new Map<string, Person>();
	private webhooks = new Map<string, Webhook>();
	private codes = new Map<string, { clientId: string; redirectUri: string; scopes: string[] }>();
	private issuedTokens = new Map<string, string[]>();
	private readonly windows = {
		subscribe: new SecondWindow(),
		unsubscribe: new SecondWindow(),
		other: new SecondWindow(),
	};
	private counter = 0;
	private nextExternalId = 16_467_358;

	constructor(store: Store) {
		this.store = store;
		this.postbacks = new Postbacks(store, 'attentive');
	}

	private get settings(): AttentiveSettings {
		return this.store.config.attentive;
	}

	clear(): void {
		this.people = new Map();
		this.webhooks = new Map();
		this.codes = new Map();
		this.issuedTokens = new Map();
		for (const window of Object.values(this.windows)) window.clear();
		this.counter = 0;
		this.nextExternalId = 16_467_358;
		this.postbacks.clear();
	}

	handle(request: WireRequest): Answer {
		const path = request.path.replace(/(?<=.)\/$/, '');
		const window =
			path === '/v1/subscriptions' && request.method === 'POST'
				? 'subscribe'
				: path === '/v1/subscriptions/unsubscribe'
					? 'unsubscribe'
					: 'other';
		const limit = {
			subscribe: this.settings.subscribePerSecond,
			unsubscribe: this.settings.unsubscribePerSecond,
			other: this.settings.otherPerSecond,
		}[window];
		const { allowed, remaining } = this.settings.rateLimits
			? this.windows[window].take(limit, request.at)
			: { allowed: true, remaining: limit };
		const headers = { 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(remaining) };
		let parsed: Json = null;
		try {
			if (!allowed) throw new Refusal(429, 'The user has sent too many requests in a given amount of time');
			parsed = path === '/v1/authorization-codes/tokens' ? this.form(request) : this.json(request);
			const answer = this.route(request, path, parsed);
			return { ...answer, headers: { ...answer.headers, ...headers }, parsed };
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			const answer = this.refusal(error.status, error.message);
			return { ...answer, headers, parsed };
		}
	}

	overLimit(): Answer {
		return {
			...this.refusal(429, 'The user has sent too many requests in a given amount of time'),
			headers: { 'x-ratelimit-limit': String(this.settings.callsPerSecond), 'x-ratelimit-remaining': '0' },
		};
	}

	/** The body form that Attentive declares for its other endpoints; for these none is published. */
	private refusal(status: number, message: string): Answer {
		this.counter += 1;
		return jsonAnswer(
			status,
			{ error: { id: 7_000_000 + this.counter, message } },
			{ outcome: `${status} ${message}`.slice(0, 80) },
		);
	}

	private json(request: WireRequest): Json {
		if (request.body.length === 0) return null;
		const value = readJson(bodyText(request));
		if (value === undefined) throw new Refusal(400, 'Request body is not valid JSON');
		return value;
	}

	private form(request: WireRequest): JsonObject {
		if (request.mediaType !== 'application/x-www-form-urlencoded')
			throw new Refusal(400, 'Content-Type must be application/x-www-form-urlencoded');
		return { ...fields(new URLSearchParams(bodyText(request))) };
	}

	private route(request: WireRequest, path: string, body: Json): Answer {
		const { method } = request;
		if (path === '/integrations/oauth-install') {
			this.allow(method, 'GET');
			return this.authorize(request);
		}
		if (path === '/v1/authorization-codes/tokens') {
			this.allow(method, 'POST');
			return this.exchangeCode(isJsonObject(body) ? body : {});
		}
		const scopes = this.authenticate(request);
		if (path === '/v1/me') {
			this.allow(method, 'GET');
			return this.me();
		}
		if (path === '/v1/subscriptions') {
			this.allow(method, 'GET', 'POST');
			this.need(scopes, method === 'GET' ? 'subscriptions:read' : 'subscriptions:write');
			return method === 'GET' ? this.eligibility(request.query) : this.subscribe(this.object(request, body));
		}
		if (path === '/v1/subscriptions/unsubscribe') {
			this.allow(method, 'POST');
			this.need(scopes, 'subscriptions:write');
			return this.unsubscribe(this.object(request, body));
		}
		if (path === '/v1/webhooks') {
			this.allow(method, 'GET', 'POST');
			this.need(scopes, 'webhooks:write');
			return method === 'GET' ? this.listWebhooks() : this.createWebhook(this.object(request, body));
		}
		const id = /^\/v1\/webhooks\/([^/]+)$/.exec(path)?.[1];
		if (id !== undefined) {
			// There is no GET by id.
			this.allow(method, 'PUT', 'DELETE');
			this.need(scopes, 'webhooks:write');
			return method === 'PUT' ? this.updateWebhook(id, this.object(request, body)) : this.deleteWebhook(id);
		}
		throw new Refusal(404, 'The specified resource was not found');
	}

	private allow(method: string, ...allowed: string[]): void {
		if (!allowed.includes(method)) throw new Refusal(405, 'Method Not Allowed');
	}

	private authenticate(request: WireRequest): readonly string[] {
		const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
		const { tokens } = this.settings;
		const scopes = Object.hasOwn(tokens, token) ? tokens[token]?.scopes : this.issuedTokens.get(token);
		if (token === '' || scopes === undefined) throw new Refusal(401, 'Unauthorized');
		return scopes;
	}

	private need(scopes: readonly string[], scope: string): void {
		if (!scopes.includes(scope)) throw new Refusal(403, `Access Denied: missing required scope ${scope}`);
	}

	private object(request: WireRequest, body: Json): JsonObject {
		if (request.mediaType !== 'application/json') throw new Refusal(400, 'Content-Type must be application/json');
		if (!isJsonObject(body)) throw new Refusal(400, 'Request body must be a JSON object');
		return body;
	}

	private onlyKnown(value: JsonObject, where: string, ...names: string[]): void {
		if (this.settings.unknownProperties === 'ignore') return;
		for (const name of Object.keys(value)) {
			if (!names.includes(name)) throw new Refusal(400, `Unrecognized field "${where}${name}"`);
		}
	}

	private me(): Answer {
		const { applicationName, company } = this.settings;
		return jsonAnswer(
			200,
			{
				applicationName,
				companyName: company.displayName,
				attentiveDomainName: company.domain,
				contactEmail: company.contactEmail,
				companyId: company.id,
			},
			{ outcome: '200' },
		);
	}

	// ---- subscriptions -------------------------------------------------------------------------------------------

	private user(body: JsonObject): { phone?: string; email?: string } {
		const { user } = body;
		if (!isJsonObject(user)) throw new Refusal(400, 'user is required');
		this.onlyKnown(user, 'user.', 'phone', 'email');
		const result: { phone?: string; email?: string } = {};
		if (user.phone !== undefined) {
			if (typeof user.phone !== 'string' || !E164.test(user.phone))
				throw new Refusal(400, 'user.phone must be in E.164 format');
			result.phone = user.phone;
		}
		if (user.email !== undefined) {
			if (typeof user.email !== 'string' || !EMAIL.test(user.email))
				throw new Refusal(400, 'user.email is not a valid email address');
			result.email = user.email;
		}
		if (result.phone === undefined && result.email === undefined)
			throw new Refusal(400, 'user.phone or user.email is required');
		return result;
	}

	private externalIdentifiers(body: JsonObject): JsonObject {
		const { externalIdentifiers: given } = body;
		if (given === undefined) return {};
		if (!isJsonObject(given)) throw new Refusal(400, 'externalIdentifiers must be an object');
		this.onlyKnown(given, 'externalIdentifiers.', 'clientUserId', 'shopifyId', 'klaviyoId', 'customIdentifiers');
		for (const name of ['clientUserId', 'shopifyId', 'klaviyoId']) {
			const value = given[name];
			if (value === undefined) continue;
			if (typeof value !== 'string' || value.trim() === '')
				throw new Refusal(400, `externalIdentifiers.${name} must not be null or empty`);
		}
		const { customIdentifiers } = given;
		if (customIdentifiers !== undefined) {
			if (!Array.isArray(customIdentifiers) || customIdentifiers.length === 0)
				throw new Refusal(400, 'externalIdentifiers.customIdentifiers must be a list');
			for (const entry of customIdentifiers) {
				if (!isJsonObject(entry)) throw new Refusal(400, 'customIdentifiers entries must be objects');
				this.onlyKnown(entry, 'customIdentifiers.', 'name', 'value');
				for (const name of ['name', 'value']) {
					const value = entry[name];
					if (typeof value !== 'string' || value.trim() === '')
						throw new Refusal(400, `customIdentifiers.${name} must not be null or empty`);
				}
			}
		}
		return given;
	}

	/** Finds the one sign-up unit a subscribe call means. */
	private unitOf(body: JsonObject): AttentiveSignUpUnit {
		const { signUpSourceId, locale, subscriptionType } = body;
		if (subscriptionType !== undefined && subscriptionType !== 'MARKETING' && subscriptionType !== 'TRANSACTIONAL') {
			throw new Refusal(400, 'subscriptionType must be MARKETING or TRANSACTIONAL');
		}
		if (locale !== undefined) {
			if (!isJsonObject(locale)) throw new Refusal(400, 'locale must be an object');
			this.onlyKnown(locale, 'locale.', 'language', 'country');
			const { language, country } = locale;
			if (typeof language !== 'string' || !LANGUAGES.has(language))
				throw new Refusal(400, 'locale.language must be an ISO 639-1 code in lower case');
			if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country))
				throw new Refusal(400, 'locale.country must be an ISO 3166-1 alpha-2 code in upper case');
		}
		if (signUpSourceId !== undefined) {
			if (typeof signUpSourceId !== 'string' || signUpSourceId === '')
				throw new Refusal(400, 'signUpSourceId must be a non-empty string');
			if (this.settings.bothSources === 'refuse' && (locale !== undefined || subscriptionType !== undefined)) {
				throw new Refusal(400, 'Send either signUpSourceId, or locale and subscriptionType');
			}
			const unit = this.settings.signUpUnits.find(({ id }) => id === signUpSourceId);
			// Whether an unknown source answers 400 or 404 is not documented.
			if (unit === undefined)
				throw new Refusal(400, 'signUpSourceId does not belong to an API sign-up unit of this company');
			return unit;
		}
		if (!isJsonObject(locale)) throw new Refusal(400, 'signUpSourceId is required if locale is not present');
		if (subscriptionType === undefined) throw new Refusal(400, 'subscriptionType is required with locale');
		const matching = this.settings.signUpUnits.filter(
			(unit) => unit.type === subscriptionType && unit.language === locale.language && unit.country === locale.country,
		);
		const [unit] = matching;
		if (unit === undefined) throw new Refusal(400, 'No API sign-up unit matches locale and subscriptionType');
		if (matching.length > 1) throw new Refusal(400, 'Several API sign-up units match locale and subscriptionType');
		return unit;
	}

	private subscribe(body: JsonObject): Answer {
		this.onlyKnown(
			body,
			'',
			'user',
			'signUpSourceId',
			'externalIdentifiers',
			'locale',
			'subscriptionType',
			'singleOptIn',
		);
		const user = this.user(body);
		const identifiers = this.externalIdentifiers(body);
		const { singleOptIn } = body;
		if (singleOptIn !== undefined && typeof singleOptIn !== 'boolean')
			throw new Refusal(400, 'singleOptIn must be a boolean');
		const unit = this.unitOf(body);
		const responses: Json[] = [];
		let acted = false;
		if (user.phone !== undefined) {
			const created = this.subscribeText(this.person(user.phone, identifiers), unit, singleOptIn === true);
			responses.push(creation(unit.type, 'TEXT', created === 'previously'));
			acted = created === 'newly';
		}
		if (user.email !== undefined) {
			const person = this.person(user.email.toLowerCase(), identifiers);
			const known = person.subscriptions.get(unit.type);
			const isNew = known?.state !== 'subscribed';
			if (isNew) {
				person.subscriptions.set(unit.type, {
					type: unit.type,
					channel: 'EMAIL',
					state: 'subscribed',
					unit,
					since: Date.now(),
				});
				this.publishSubscription('email.subscribed', person, unit.type, unit);
				acted = true;
			}
			responses.push(creation(unit.type, 'EMAIL', !isNew));
		}
		return jsonAnswer(
			202,
			{ user, externalIdentifiers: identifiers, subscriptionResponses: responses },
			{ outcome: `202 ${statuses(responses)}`, acted },
		);
	}

	/**
	 * Texting the person: who is subscribed gets "already subscribed", everybody else the question (again). The answer
	 * to a repeated request while the question is open is NEWLY_CREATED: there is no subscription yet.
	 */
	private subscribeText(
		person: Person,
		unit: AttentiveSignUpUnit,
		singleOptIn: boolean,
	): 'newly' | 'repeated' | 'previously' {
		const known = person.subscriptions.get(unit.type);
		if (known?.state === 'subscribed') {
			this.textPerson(
				person,
				`${this.settings.company.displayName}: you are already subscribed.`,
				'already subscribed',
			);
			return 'previously';
		}
		const repeated = known?.state === 'pending';
		const state = singleOptIn ? 'subscribed' : 'pending';
		person.subscriptions.set(unit.type, { type: unit.type, channel: 'TEXT', state, unit, since: Date.now() });
		if (singleOptIn) {
			this.textPerson(
				person,
				`${this.settings.company.displayName}: Msg&data rates may apply. Reply HELP for help, STOP to cancel.`,
				'legal message',
			);
			this.publishSubscription('sms.subscribed', person, unit.type, unit);
			return 'newly';
		}
		this.textPerson(
			person,
			`${this.settings.company.displayName}: reply Y to subscribe to recurring automated texts.`,
			'double opt-in request',
		);
		return repeated ? 'repeated' : 'newly';
	}

	private eligibility(query: URLSearchParams): Answer {
		const phone = query.get('phone');
		const email = query.get('email');
		if (phone !== null && email !== null) throw new Refusal(400, 'Send phone or email, not both');
		if (phone === null && email === null) throw new Refusal(400, 'phone or email is required');
		// An unescaped plus arrives as a blank and fails here, as it should.
		if (phone !== null && !E164.test(phone)) throw new Refusal(400, 'phone must be in E.164 format');
		if (email !== null && !EMAIL.test(email)) throw new Refusal(400, 'email is not a valid email address');
		const person = this.people.get(phone ?? (email ?? '').toLowerCase());
		const rows = [...(person?.subscriptions.values() ?? [])];
		if (rows.length === 0) throw new Refusal(404, 'Subscriptions not found for the given identifier');
		return jsonAnswer(
			200,
			{
				subscriptionEligibilities: rows.map(({ type, channel, state }) => ({
					subscription: { type, channel },
					eligibility: { isEligible: state === 'subscribed' },
				})),
			},
			{ outcome: '200' },
		);
	}

	private unsubscribe(body: JsonObject): Answer {
		this.onlyKnown(body, '', 'user', 'subscriptions', 'notification');
		const user = this.user(body);
		const wanted = this.wantedSubscriptions(body);
		const quiet = this.notification(body);
		const responses: Json[] = [];
		let acted = false;
		for (const [identity, channel] of [
			[user.phone, 'TEXT'],
			[user.email?.toLowerCase(), 'EMAIL'],
		] as const) {
			if (identity === undefined) continue;
			const person = this.person(identity, {});
			const types =
				wanted === undefined
					? [...person.subscriptions.keys()]
					: wanted.filter((entry) => entry.channel === channel).map(({ type }) => type);
			for (const type of types) {
				const changed = this.drop(person, type, channel);
				acted ||= changed;
				responses.push({
					subscription: { type, channel },
					subscriptionUnsubscribeStatus: changed ? 'NEWLY_UNSUBSCRIBED' : 'PREVIOUSLY_UNSUBSCRIBED',
				});
			}
			if (channel === 'TEXT' && types.length > 0 && !quiet) {
				this.textPerson(person, `${this.settings.company.displayName}: you are unsubscribed.`, 'opt-out confirmation');
			}
		}
		return jsonAnswer(
			202,
			{ user, subscriptionResponses: responses },
			{ outcome: `202 ${statuses(responses)}`, acted },
		);
	}

	/** undefined: everything that the identifiers reach. */
	private wantedSubscriptions(body: JsonObject): Array<{ type: SubscriptionType; channel: Channel }> | undefined {
		const { subscriptions } = body;
		if (subscriptions === undefined) return undefined;
		if (!Array.isArray(subscriptions)) throw new Refusal(400, 'subscriptions must be a list');
		if (subscriptions.length === 0) return undefined;
		return subscriptions.map((entry) => {
			if (!isJsonObject(entry)) throw new Refusal(400, 'subscriptions entries must be objects');
			this.onlyKnown(entry, 'subscriptions.', 'type', 'channel');
			const type = TYPES.find((known) => known === entry.type);
			if (type === undefined)
				throw new Refusal(400, 'subscriptions.type must be MARKETING, TRANSACTIONAL or CHECKOUT_ABANDONED');
			if (entry.channel !== 'TEXT' && entry.channel !== 'EMAIL')
				throw new Refusal(400, 'subscriptions.channel must be TEXT or EMAIL');
			return { type, channel: entry.channel };
		});
	}

	/** Whether the confirmation is switched off. */
	private notification(body: JsonObject): boolean {
		const { notification } = body;
		if (notification === undefined) return false;
		if (!isJsonObject(notification)) throw new Refusal(400, 'notification must be an object');
		this.onlyKnown(notification, 'notification.', 'disabled', 'language');
		const { disabled, language } = notification;
		if (disabled !== undefined && typeof disabled !== 'boolean')
			throw new Refusal(400, 'notification.disabled must be a boolean');
		if (language !== undefined && language !== 'en-US' && language !== 'fr-CA')
			throw new Refusal(400, 'notification.language must be en-US or fr-CA');
		return disabled === true;
	}

	private drop(person: Person, type: SubscriptionType, channel: Channel): boolean {
		const known = person.subscriptions.get(type);
		if (known === undefined || known.state === 'unsubscribed') return false;
		const wasSubscribed = known.state === 'subscribed';
		person.subscriptions.set(type, { ...known, state: 'unsubscribed', since: Date.now() });
		if (wasSubscribed)
			this.publishSubscription(channel === 'TEXT' ? 'sms.unsubscribed' : 'email.unsubscribed', person, type, undefined);
		return true;
	}

	// ---- webhooks ------------------------------------------------------------------------------------------------

	private webhookUrl(body: JsonObject): string {
		const { url } = body;
		if (typeof url !== 'string' || !URL.canParse(url)) throw new Refusal(400, 'url must be a valid URL');
		const { protocol } = new URL(url);
		// The real service takes https only; this machine has no certificate for itself.
		if (
			protocol !== 'https:' &&
			!(protocol === 'http:' && (isLoopbackUrl(url) || this.store.config.allowRemotePostbacks))
		) {
			throw new Refusal(400, 'url must use https');
		}
		return url;
	}

	private webhookEvents(body: JsonObject): string[] {
		const { events } = body;
		if (!Array.isArray(events) || events.length === 0) throw new Refusal(400, 'events must be a non-empty list');
		return events.map((event) => {
			const known = typeof event === 'string' && ATTENTIVE_EVENTS.includes(event);
			if (!known || (event === 'sms.unsubscribed' && !this.settings.smsUnsubscribedByApi)) {
				throw new Refusal(400, `Unknown event type ${JSON.stringify(event)}`);
			}
			return event;
		});
	}

	private listWebhooks(): Answer {
		const { postbackUrl, postbackEvents, company } = this.settings;
		const rows: JsonObject[] = [...this.webhooks.values()].map((hook) => ({
			id: hook.id,
			url: hook.url,
			type: 'SUBSCRIPTION',
			events: [...hook.events],
			companyId: company.id,
			disabledAt: disabledAt(hook),
		}));
		if (postbackUrl !== '')
			rows.push({
				id: 'static',
				url: postbackUrl,
				type: 'STATIC',
				events: [...postbackEvents],
				companyId: company.id,
				disabledAt: null,
			});
		return jsonAnswer(200, { webhooks: rows }, { outcome: '200' });
	}

	private createWebhook(body: JsonObject): Answer {
		this.onlyKnown(body, '', 'url', 'events');
		this.counter += 1;
		const hook: Webhook = {
			id: `wh${String(this.counter).padStart(6, '0')}`,
			url: this.webhookUrl(body),
			events: this.webhookEvents(body),
			disabledAt: null,
		};
		this.webhooks.set(hook.id, hook);
		return jsonAnswer(201, webhookView(hook), { outcome: '201', acted: true });
	}

	private updateWebhook(id: string, body: JsonObject): Answer {
		this.onlyKnown(body, '', 'url', 'events', 'disabled');
		const hook = this.webhooks.get(id);
		if (hook === undefined) throw new Refusal(404, 'The specified resource was not found');
		const { disabled } = body;
		if (disabled !== undefined && typeof disabled !== 'boolean') throw new Refusal(400, 'disabled must be a boolean');
		const url = this.webhookUrl(body);
		hook.events = this.webhookEvents(body);
		hook.url = url;
		hook.disabledAt = disabled === true ? Date.now() : null;
		return jsonAnswer(200, webhookView(hook), { outcome: '200', acted: true });
	}

	private deleteWebhook(id: string): Answer {
		if (!this.webhooks.delete(id)) throw new Refusal(404, 'The specified resource was not found');
		return { status: 204, contentType: '', body: '', outcome: '204', acted: true, parsed: null };
	}

	private publishSubscription(
		type: string,
		person: Person,
		subscription: SubscriptionType,
		unit: AttentiveSignUpUnit | undefined,
	): void {
		this.publish(type, person, {
			...(unit === undefined ? {} : { creative: { name: unit.name, type: 'API', subtype: 'API' } }),
			subscription: { type: subscription },
		});
	}

	private publish(type: string, person: Person, more: JsonObject): void {
		const { company, postbackUrl, postbackEvents, signed, signingKey } = this.settings;
		const { clientUserId, shopifyId, klaviyoId, customIdentifiers } = person.identifiers;
		const custom: JsonObject = {};
		if (Array.isArray(customIdentifiers)) {
			for (const entry of customIdentifiers) {
				if (isJsonObject(entry) && typeof entry.name === 'string') custom[entry.name] = [entry.value ?? null];
			}
		}
		const list = (value: Json | undefined): Json => (value === undefined ? [] : [value]);
		const body = JSON.stringify({
			type,
			timestamp: Date.now(),
			company: { display_name: company.displayName, company_id: company.id },
			subscriber: {
				external_id: person.externalId,
				...(person.identity.includes('@') ? { email: person.identity } : { phone: person.identity }),
				external_identifiers: {
					client_user_id: list(clientUserId),
					shopify_id: list(shopifyId),
					klaviyo_id: list(klaviyoId),
					custom_identifiers: custom,
				},
			},
			...more,
		});
		const headers = {
			'content-type': 'application/json',
			...(signed ? { 'x-attentive-hmac-sha256': attentiveSignature(signingKey, body) } : {}),
		};
		if (postbackUrl !== '' && postbackEvents.includes(type)) {
			this.postbacks.enqueue({ event: type, url: postbackUrl, method: 'POST', headers, body }, ATTENTIVE_POLICY);
		}
		for (const hook of this.webhooks.values()) {
			if (hook.disabledAt !== null || !hook.events.includes(type)) continue;
			this.postbacks.enqueue(
				{ event: type, url: hook.url, method: 'POST', headers, body },
				{
					...ATTENTIVE_POLICY,
					stillWanted: () => this.webhooks.get(hook.id) === hook && hook.disabledAt === null,
					// "after several days of failures ... auto-disabled"
					gaveUp: () => {
						hook.disabledAt = Date.now();
					},
				},
			);
		}
	}

	// ---- OAuth ---------------------------------------------------------------------------------------------------

	/** The page where an installer agrees: here everybody agrees at once. */
	private authorize(request: WireRequest): Answer {
		const clientId = request.query.get('client_id') ?? '';
		const redirectUri = request.query.get('redirect_uri') ?? '';
		const client = Object.hasOwn(this.settings.clients, clientId) ? this.settings.clients[clientId] : undefined;
		if (client === undefined) throw new Refusal(400, 'Unknown client_id');
		if (!URL.canParse(redirectUri) || !/^https?:$/.test(new URL(redirectUri).protocol))
			throw new Refusal(400, 'redirect_uri must be a valid URL');
		if (client.redirectUris.length > 0 && !client.redirectUris.includes(redirectUri))
			throw new Refusal(400, 'redirect_uri is not registered');
		const asked = (request.query.get('scope') ?? '').split(/[ +]/).filter((scope) => scope !== '');
		const refused = asked.find((scope) => !client.scopes.includes(scope));
		if (refused !== undefined) throw new Refusal(400, `invalid_scope: ${refused}`);
		const code = this.secretText(`code ${clientId}`);
		this.codes.set(code, { clientId, redirectUri, scopes: asked });
		const location = new URL(redirectUri);
		location.searchParams.set(this.settings.callbackCodeParameter, code);
		const state = request.query.get('state');
		if (state !== null) location.searchParams.set('state', state);
		return {
			status: 302,
			contentType: '',
			headers: { location: location.href },
			body: '',
			outcome: '302 authorised',
			acted: true,
			parsed: null,
		};
	}

	private exchangeCode(form: JsonObject): Answer {
		if (form.grant_type !== 'authorization_code') throw new Refusal(400, 'unsupported_grant_type');
		const clientId = typeof form.client_id === 'string' ? form.client_id : '';
		const client = Object.hasOwn(this.settings.clients, clientId) ? this.settings.clients[clientId] : undefined;
		if (client === undefined || !same(client.secret, String(form.client_secret ?? '')))
			throw new Refusal(401, 'invalid_client');
		const code = String(form.code ?? '');
		const grant = this.codes.get(code);
		if (grant === undefined || grant.clientId !== clientId || grant.redirectUri !== form.redirect_uri)
			throw new Refusal(400, 'invalid_grant');
		this.codes.delete(code);
		const token = this.secretText(`token ${code}`);
		this.issuedTokens.set(token, grant.scopes);
		// No refresh_token and no expires_in: so documented.
		return jsonAnswer(
			200,
			{ access_token: token, id_token: this.secretText(`id ${code}`), token_type: 'Bearer' },
			{ outcome: '200', acted: true },
		);
	}

	private secretText(purpose: string): string {
		this.counter += 1;
		return createHash('sha256')
			.update(`${this.store.config.seed} ${this.counter} ${purpose}`)
			.digest('hex')
			.slice(0, 40);
	}

	// ---- the person's side ---------------------------------------------------------------------------------------

	text(from: string, text: string): void {
		const identity = `+${from}`;
		const word = text.trim().toUpperCase();
		const person = this.person(identity, {});
		this.publish('sms.inbound_message', person, {
			message: { type: 'TYPE_CONVERSATION', text, to_phone: this.settings.shortCode },
		});
		const unit = this.settings.signUpUnits.find(({ keyword }) => keyword !== '' && keyword.toUpperCase() === word);
		if (word === 'Y' || word === 'YES') {
			for (const [type, subscription] of person.subscriptions) {
				if (subscription.state !== 'pending') continue;
				person.subscriptions.set(type, { ...subscription, state: 'subscribed', since: Date.now() });
				this.textPerson(
					person,
					`${this.settings.company.displayName}: you are subscribed. Reply STOP to cancel.`,
					'opt-in confirmation',
				);
				this.publishSubscription('sms.subscribed', person, type, subscription.unit);
			}
		} else if (STOP_WORDS.includes(word)) {
			for (const type of [...person.subscriptions.keys()]) this.drop(person, type, 'TEXT');
			this.textPerson(person, `${this.settings.company.displayName}: you are unsubscribed.`, 'opt-out confirmation');
		} else if (word === 'HELP') {
			this.textPerson(person, `${this.settings.company.displayName}: reply STOP to cancel.`, 'help');
		} else if (unit !== undefined && person.subscriptions.get(unit.type)?.state !== 'subscribed') {
			person.subscriptions.set(unit.type, {
				type: unit.type,
				channel: 'TEXT',
				state: 'subscribed',
				unit,
				since: Date.now(),
			});
			this.textPerson(
				person,
				`${this.settings.company.displayName}: you are subscribed. Reply STOP to cancel.`,
				'opt-in confirmation',
			);
			this.publish('sms.subscribed', person, {
				creative: { name: unit.name, type: 'TEXT_TO_JOIN', subtype: 'CODE' },
				subscription: { type: unit.type },
			});
		}
	}

	// ---- state ---------------------------------------------------------------------------------------------------

	private person(identity: string, identifiers: JsonObject): Person {
		let person = this.people.get(identity);
		if (person === undefined) {
			person = { identity, externalId: this.nextExternalId, identifiers: {}, subscriptions: new Map() };
			this.nextExternalId += 1;
			this.people.set(identity, person);
		}
		Object.assign(person.identifiers, identifiers);
		return person;
	}

	private textPerson(person: Person, text: string, reason: string): void {
		this.store.ledgers.attentive.textPerson({
			at: new Date().toISOString(),
			to: digits(person.identity),
			from: this.settings.shortCode,
			text,
			reason,
		});
	}

	seed(seed: SeedRequest): number {
		if (seed.clear === true) this.clear();
		const unit = this.settings.signUpUnits.find(({ id }) => id === seed.campaign) ?? this.settings.signUpUnits[0];
		const type = unit?.type ?? 'MARKETING';
		let count = 0;
		for (const number of seedNumbers(seed, '12025550000')) {
			const state = seed.state === 'optedOut' ? 'unsubscribed' : 'subscribed';
			this.person(`+${number}`, {}).subscriptions.set(type, { type, channel: 'TEXT', state, unit, since: Date.now() });
			count += 1;
		}
		return count;
	}

	*everybody(): Generator<SubscriberView> {
		for (const person of this.people.values()) {
			for (const subscription of person.subscriptions.values()) yield subscriptionView(person, subscription);
		}
	}

	find(number: string, campaign?: string): SubscriberView | undefined {
		const person = this.people.get(number.includes('@') ? number.toLowerCase() : `+${number}`);
		for (const subscription of person?.subscriptions.values() ?? []) {
			if (
				person !== undefined &&
				(campaign === undefined || campaign === subscription.type || campaign === subscription.unit?.id)
			) {
				return subscriptionView(person, subscription);
			}
		}
		return undefined;
	}
}

function subscriptionView(person: Person, { type, channel, state, unit, since }: Subscription): SubscriberView {
	return {
		number: person.identity.includes('@') ? person.identity : person.identity.slice(1),
		state,
		campaign: unit?.id ?? type,
		since: new Date(since).toISOString(),
		detail: { type, channel, externalIdentifiers: { ...person.identifiers } },
	};
}

function creation(type: SubscriptionType, channel: Channel, previously: boolean): JsonObject {
	return {
		subscription: { type, channel },
		subscriptionCreationStatus: previously ? 'PREVIOUSLY_CREATED' : 'NEWLY_CREATED',
	};
}

function statuses(responses: readonly Json[]): string {
	const found = new Set<string>();
	for (const response of responses) {
		if (!isJsonObject(response)) continue;
		const status = response.subscriptionCreationStatus ?? response.subscriptionUnsubscribeStatus;
		if (typeof status === 'string') found.add(status);
	}
	return found.size === 0 ? 'nothing to do' : [...found].join(' ');
}

function disabledAt({ disabledAt: at }: Webhook): string | null {
	return at === null ? null : sqlTime(at);
}

function webhookView(hook: Webhook): JsonObject {
	return { id: hook.id, url: hook.url, events: [...hook.events], type: 'CREATOR', disabledAt: disabledAt(hook) };
}

function same(expected: string, given: string): boolean {
	const [left, right] = [expected, given].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
	return timingSafeEqual(left, right);
}

/** ISO 639-1: the two-letter codes that the platform can name. */
function isoLanguages(): string[] {
	const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
	const letters = [...'abcdefghijklmnopqrstuvwxyz'];
	return letters
		.flatMap((first) => letters.map((second) => first + second))
		.filter((code) => names.of(code) !== undefined);
}
