/**
 * Stand-in for Attentive's REST API v1: subscriptions, webhooks, OAuth, rate limits, signed webhooks.
 * https://docs.attentive.com/reference/addsubscriptions , https://docs.attentive.com/pages/webhooks/webhook-authentication
 */

import { OneSecondWindow } from '../oneSecondWindow.mts';
import { digits } from '../phone.mts';
import { seedNumbers, type Seed } from '../seed.mts';
import type { StandIn, StandInContext, StandInDescription, SubscriberView } from '../standIn.mts';
import { jsonAnswer, type Answer } from '../wire/answer.mts';
import { isJsonObject, readJson, type Json, type JsonObject } from '../wire/json.mts';
import { bodyText, fields, type WireRequest } from '../wire/request.mts';
import {
	E164,
	EMAIL,
	externalIdentifiersIn,
	isConfirmationOff,
	refuseUnknown,
	signUpUnitIn,
	subscriptionsIn,
	userIn,
	type Channel,
	type SubscriptionType,
} from './body.mts';
import { OAuth } from './oauth.mts';
import { Refusal } from './refusal.mts';
import { ATTENTIVE_DEFAULTS, SCOPES, type AttentiveSettings, type SignUpUnit } from './settings.mts';
import { signatureHeaders } from './signature.mts';
import { Webhooks } from './webhooks.mts';

type Subscription = {
	type: SubscriptionType;
	channel: Channel;
	state: 'subscribed' | 'pending' | 'unsubscribed';
	unit: SignUpUnit | undefined;
	since: number;
};

type Person = {
	/** '+16502426055' or an email address in lower case. */
	identity: string;
	externalId: number;
	identifiers: JsonObject;
	/** By type; a number has TEXT subscriptions, an address has EMAIL ones. */
	subscriptions: Map<SubscriptionType, Subscription>;
};

const STOP_WORDS = ['STOP', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'];
const FIRST_EXTERNAL_ID = 16_467_358;
const FIRST_SEED_NUMBER = '12025550000';
const TOO_MANY = 'The user has sent too many requests in a given amount of time';

class Attentive implements StandIn<AttentiveSettings> {
	private readonly context: StandInContext<AttentiveSettings>;
	private readonly webhooks: Webhooks;
	private readonly oauth: OAuth;
	private people = new Map<string, Person>();
	private readonly windows = {
		subscribe: new OneSecondWindow(),
		unsubscribe: new OneSecondWindow(),
		other: new OneSecondWindow(),
	};
	private counter = 0;
	private nextExternalId = FIRST_EXTERNAL_ID;

	constructor(context: StandInContext<AttentiveSettings>) {
		const nextNumber = (): number => (this.counter += 1);
		this.context = context;
		this.webhooks = new Webhooks(context, nextNumber);
		this.oauth = new OAuth(context, nextNumber);
	}

	private get settings(): AttentiveSettings {
		return this.context.settings;
	}

	clear(): void {
		this.people = new Map();
		this.webhooks.clear();
		this.oauth.clear();
		for (const window of Object.values(this.windows)) window.clear();
		this.counter = 0;
		this.nextExternalId = FIRST_EXTERNAL_ID;
		this.context.postbacks.clear();
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
			if (!allowed) throw new Refusal(429, TOO_MANY);
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
			...this.refusal(429, TOO_MANY),
			headers: { 'x-ratelimit-limit': String(this.settings.callsPerSecond), 'x-ratelimit-remaining': '0' },
		};
	}

	/** The body form that Attentive declares for its other endpoints; for these none is published. */
	private refusal(status: number, message: string): Answer {
		this.counter += 1;
		return jsonAnswer(status, { error: { id: 7_000_000 + this.counter, message } }, { outcome: `${status} ${message}`.slice(0, 80) });
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
			return this.oauth.authorize(request);
		}
		if (path === '/v1/authorization-codes/tokens') {
			this.allow(method, 'POST');
			return this.oauth.exchangeCode(isJsonObject(body) ? body : {});
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
			return method === 'GET' ? this.webhooks.list() : this.webhooks.create(this.object(request, body));
		}
		const id = /^\/v1\/webhooks\/([^/]+)$/.exec(path)?.[1];
		if (id !== undefined) {
			// There is no GET by id.
			this.allow(method, 'PUT', 'DELETE');
			this.need(scopes, 'webhooks:write');
			return method === 'PUT' ? this.webhooks.update(id, this.object(request, body)) : this.webhooks.delete(id);
		}
		throw new Refusal(404, 'The specified resource was not found');
	}

	private allow(method: string, ...allowed: string[]): void {
		if (!allowed.includes(method)) throw new Refusal(405, 'Method Not Allowed');
	}

	private authenticate(request: WireRequest): readonly string[] {
		const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
		const { tokens } = this.settings;
		const scopes = Object.hasOwn(tokens, token) ? tokens[token]?.scopes : this.oauth.scopesOf(token);
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

	private subscribe(body: JsonObject): Answer {
		refuseUnknown(body, '', ['user', 'signUpSourceId', 'externalIdentifiers', 'locale', 'subscriptionType', 'singleOptIn'], this.settings);
		const user = userIn(body, this.settings);
		const identifiers = externalIdentifiersIn(body, this.settings);
		const { singleOptIn } = body;
		if (singleOptIn !== undefined && typeof singleOptIn !== 'boolean') throw new Refusal(400, 'singleOptIn must be a boolean');
		const unit = signUpUnitIn(body, this.settings);
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
	private subscribeText(person: Person, unit: SignUpUnit, singleOptIn: boolean): 'newly' | 'repeated' | 'previously' {
		const known = person.subscriptions.get(unit.type);
		if (known?.state === 'subscribed') {
			this.textPerson(person, `${this.settings.company.displayName}: you are already subscribed.`, 'already subscribed');
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
		refuseUnknown(body, '', ['user', 'subscriptions', 'notification'], this.settings);
		const user = userIn(body, this.settings);
		const wanted = subscriptionsIn(body, this.settings);
		const quiet = isConfirmationOff(body, this.settings);
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
		return jsonAnswer(202, { user, subscriptionResponses: responses }, { outcome: `202 ${statuses(responses)}`, acted });
	}

	private drop(person: Person, type: SubscriptionType, channel: Channel): boolean {
		const known = person.subscriptions.get(type);
		if (known === undefined || known.state === 'unsubscribed') return false;
		const wasSubscribed = known.state === 'subscribed';
		person.subscriptions.set(type, { ...known, state: 'unsubscribed', since: Date.now() });
		if (wasSubscribed) this.publishSubscription(channel === 'TEXT' ? 'sms.unsubscribed' : 'email.unsubscribed', person, type, undefined);
		return true;
	}

	private publishSubscription(type: string, person: Person, subscription: SubscriptionType, unit: SignUpUnit | undefined): void {
		this.publish(type, person, {
			...(unit === undefined ? {} : { creative: { name: unit.name, type: 'API', subtype: 'API' } }),
			subscription: { type: subscription },
		});
	}

	/** `more` is what this kind of event holds besides the person. */
	private publish(type: string, person: Person, more: JsonObject): void {
		const { company } = this.settings;
		const { clientUserId, shopifyId, klaviyoId, customIdentifiers } = person.identifiers;
		const custom: JsonObject = {};
		if (Array.isArray(customIdentifiers)) {
			for (const entry of customIdentifiers) {
				if (isJsonObject(entry) && typeof entry.name === 'string') custom[entry.name] = [entry.value ?? null];
			}
		}
		const list = (value: Json | undefined): Json => (value === undefined ? [] : [value]);
		this.webhooks.publish(type, {
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
	}

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
				this.textPerson(person, `${this.settings.company.displayName}: you are subscribed. Reply STOP to cancel.`, 'opt-in confirmation');
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
			this.textPerson(person, `${this.settings.company.displayName}: you are subscribed. Reply STOP to cancel.`, 'opt-in confirmation');
			this.publish('sms.subscribed', person, {
				creative: { name: unit.name, type: 'TEXT_TO_JOIN', subtype: 'CODE' },
				subscription: { type: unit.type },
			});
		}
	}

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
		this.context.logText({ to: digits(person.identity), from: this.settings.shortCode, text, reason });
	}

	seed(seed: Seed): number {
		if (seed.clear === true) this.clear();
		const unit = this.settings.signUpUnits.find(({ id }) => id === seed.campaign) ?? this.settings.signUpUnits[0];
		const type = unit?.type ?? 'MARKETING';
		let count = 0;
		for (const number of seedNumbers(seed, FIRST_SEED_NUMBER)) {
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
			if (person !== undefined && (campaign === undefined || campaign === subscription.type || campaign === subscription.unit?.id)) {
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

export const ATTENTIVE: StandInDescription<'attentive', AttentiveSettings, 'attentiveAuthorize' | 'attentiveToken'> = {
	name: 'attentive',
	title: 'Attentive',
	basePath: '/v1',
	otherPaths: {
		attentiveAuthorize: '/integrations/oauth-install',
		attentiveToken: '/v1/authorization-codes/tokens',
	},
	sendsPostbacks: true,
	defaults: ATTENTIVE_DEFAULTS,
	choices: {
		callbackCodeParameter: ['code', 'authorizationCode'],
		unknownProperties: ['refuse', 'ignore'],
	},
	entryDefaults: {
		tokens: { scopes: [...SCOPES] },
		clients: { secret: 'sandbox-client-secret', scopes: [...SCOPES], redirectUris: [] },
	},
	accountLine: ({ tokens, signUpUnits, signingKey }) =>
		`key ${Object.keys(tokens)[0] ?? ''}   sign-up source ${signUpUnits[0]?.id ?? ''}   signing key ${signingKey}`,
	start: (context) => new Attentive(context),
	signatureHeaders,
};
