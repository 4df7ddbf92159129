/**
 * Stand-in for Voyage's API opt-in: one call, its meaning in the HTTP status.
 * https://help.voyagesms.com/api-opt-in
 */

import { seedNumbers, type Seed } from '../seed.mts';
import type { StandIn, StandInContext, StandInDescription, SubscriberView } from '../standIn.mts';
import { jsonAnswer, type Answer } from '../wire/answer.mts';
import { isJsonObject, readJson, type JsonObject } from '../wire/json.mts';
import { bodyText, type WireRequest } from '../wire/request.mts';
import { VOYAGE_DEFAULTS, type VoyageSettings } from './settings.mts';

type Subscriber = {
	id: number;
	state: 'subscribed' | 'pending' | 'optedOut';
	campaign: string;
	since: number;
	attributes: JsonObject;
};

const CORS = {
	'access-control-allow-origin': '*',
	'access-control-allow-headers': '*',
	'access-control-allow-methods': 'POST, OPTIONS',
};
const US_NUMBER = /^\+1\d{10}$/;
/** Voyage matches opt-outs loosely, in the words of its pages "fuzzy". */
const OPT_OUT = /\b(?:stop|unsubscribe|cancel|end|quit|remove me|opt[ -]?out|leave me alone|no more)\b/i;

const FIRST_ID = 100_000;
const SEED_CAMPAIGN = '1234';
const FIRST_SEED_NUMBER = '15135000000';

class Voyage implements StandIn<VoyageSettings> {
	private readonly context: StandInContext<VoyageSettings>;
	/** By digits of the number. Opt-outs hold for the whole account. */
	private people = new Map<string, Subscriber>();
	private nextId = FIRST_ID;

	constructor(context: StandInContext<VoyageSettings>) {
		this.context = context;
	}

	private get settings(): VoyageSettings {
		return this.context.settings;
	}

	clear(): void {
		this.people = new Map();
		this.nextId = FIRST_ID;
		this.context.postbacks.clear();
	}

	handle(request: WireRequest): Answer {
		if (request.path !== '/api/v2/subscriber') return this.error(404, 'Not Found');
		if (request.method === 'OPTIONS') {
			return {
				status: 204,
				contentType: '',
				headers: CORS,
				body: '',
				outcome: '204 preflight',
				acted: false,
				parsed: null,
			};
		}
		if (request.method !== 'POST') return this.error(405, 'Method Not Allowed');
		const { apiKeyHeader, apiKey } = this.settings;
		if (apiKeyHeader !== '') {
			const given = request.headers[apiKeyHeader.toLowerCase()];
			if (given !== apiKey && given !== `Bearer ${apiKey}`) return this.error(401, 'Unauthorized');
		}
		if (request.mediaType !== 'application/json') return this.error(400, 'Bad Request: Content-Type must be application/json');
		const body = readJson(bodyText(request));
		if (!isJsonObject(body)) return this.error(400, 'Bad Request: body must be a JSON object');
		return { ...this.subscribe(body), parsed: body };
	}

	/** Errors beyond the one documented text are inventions in its style. */
	private error(status: number, text: string): Answer {
		const { errorForm } = this.settings;
		const forms = {
			text: { contentType: 'text/plain', body: text },
			jsonString: { contentType: 'application/json', body: JSON.stringify(text) },
			jsonObject: { contentType: 'application/json', body: JSON.stringify({ message: text }) },
		};
		return { status, ...forms[errorForm], headers: CORS, outcome: `${status} ${text}`, acted: false, parsed: null };
	}

	overLimit(): Answer {
		const answer = this.error(429, 'Too Many Requests');
		return { ...answer, headers: { ...CORS, 'retry-after': '1' } };
	}

	private subscribe(body: JsonObject): Answer {
		const { phoneNumber, campaignId, attributes } = body;
		if (typeof phoneNumber !== 'string' || !US_NUMBER.test(phoneNumber)) {
			return this.error(400, 'Bad Request: Must be a US number starting with +1');
		}
		if (typeof campaignId !== 'number' || !Number.isInteger(campaignId)) {
			return this.error(400, 'Bad Request: campaignId must be a number');
		}
		if (attributes !== undefined && !isJsonObject(attributes)) {
			return this.error(400, 'Bad Request: attributes must be an object');
		}
		const name = String(campaignId);
		const campaign = Object.hasOwn(this.settings.campaigns, name) ? this.settings.campaigns[name] : undefined;
		if (campaign === undefined) return this.error(404, 'Not Found: no such campaign');
		if (!campaign.active) return this.error(400, 'Bad Request: campaign is not switched on');
		const number = phoneNumber.slice(1);
		const known = this.people.get(number);
		// Undocumented: only the person's own UNSTOP brings back somebody who opted out, so 200 would be a lie.
		if (known?.state === 'optedOut') return this.error(409, 'Conflict: this number has opted out');
		if (known?.state === 'subscribed') {
			Object.assign(known.attributes, attributes);
			return this.success(200, known, false);
		}
		if (known?.state === 'pending') {
			// "Already subscribed" messages are never sent through this call; neither is the question repeated.
			Object.assign(known.attributes, attributes);
			return this.success(202, known, false);
		}
		const subscriber = this.add(number, campaign.doubleOptIn ? 'pending' : 'subscribed', name, { ...attributes });
		if (campaign.doubleOptIn) this.textPerson(number, 'Reply Y to confirm your subscription.', 'double opt-in request');
		else this.textPerson(number, 'You are subscribed. Reply STOP to cancel.', 'opt-in confirmation');
		return this.success(campaign.doubleOptIn ? 202 : 201, subscriber, true);
	}

	/** `state` says "Subscribed" in the documentation's only sample, whatever the status: so it does here. */
	private success(status: 200 | 201 | 202, subscriber: Subscriber, acted: boolean): Answer {
		return jsonAnswer(status, { subscriberId: subscriber.id, state: 'Subscribed' }, { outcome: String(status), acted, headers: CORS });
	}

	private add(number: string, state: Subscriber['state'], campaign: string, attributes: JsonObject): Subscriber {
		const subscriber: Subscriber = { id: this.nextId, state, campaign, since: Date.now(), attributes };
		this.nextId += 1;
		this.people.set(number, subscriber);
		return subscriber;
	}

	text(from: string, text: string): void {
		const word = text.trim().toUpperCase();
		const known = this.people.get(from);
		const keyword = Object.entries(this.settings.campaigns).find(
			([, entry]) => entry.keyword !== '' && entry.keyword.toUpperCase() === word,
		);
		if (word === 'UNSTOP') {
			if (known?.state !== 'optedOut') return;
			this.move(known, 'subscribed');
			this.textPerson(from, 'Welcome back. You are subscribed again.', 'opt-in confirmation');
		} else if (OPT_OUT.test(text)) {
			if (known === undefined) this.add(from, 'optedOut', '', {});
			else this.move(known, 'optedOut');
			this.textPerson(from, 'You are unsubscribed. Reply UNSTOP to return.', 'opt-out confirmation');
		} else if ((word === 'Y' || word === 'YES') && known?.state === 'pending') {
			this.move(known, 'subscribed');
			this.textPerson(from, 'You are subscribed. Reply STOP to cancel.', 'opt-in confirmation');
		} else if (word === 'HELP') {
			this.textPerson(from, 'Reply STOP to cancel. Msg&data rates may apply.', 'help');
		} else if (keyword !== undefined && known === undefined) {
			this.add(from, 'pending', keyword[0], {});
			this.textPerson(from, 'Reply Y to confirm your subscription.', 'double opt-in request');
		}
	}

	private move(subscriber: Subscriber, state: Subscriber['state']): void {
		subscriber.state = state;
		subscriber.since = Date.now();
	}

	private textPerson(to: string, text: string, reason: string): void {
		this.context.logText({ to, from: this.settings.shortCode, text, reason });
	}

	seed(seed: Seed): number {
		if (seed.clear === true) this.clear();
		let count = 0;
		for (const number of seedNumbers(seed, FIRST_SEED_NUMBER)) {
			this.add(number, seed.state === 'optedOut' ? 'optedOut' : 'subscribed', seed.campaign ?? SEED_CAMPAIGN, {});
			count += 1;
		}
		return count;
	}

	*everybody(): Generator<SubscriberView> {
		for (const [number, subscriber] of this.people) yield view(number, subscriber);
	}

	find(number: string): SubscriberView | undefined {
		const subscriber = this.people.get(number);
		return subscriber === undefined ? undefined : view(number, subscriber);
	}
}

function view(number: string, { id, state, campaign, since, attributes }: Subscriber): SubscriberView {
	return {
		number,
		state,
		campaign,
		since: new Date(since).toISOString(),
		detail: { subscriberId: id, attributes: { ...attributes } },
	};
}

export const VOYAGE: StandInDescription<'voyage', VoyageSettings> = {
	name: 'voyage',
	title: 'Voyage',
	basePath: '',
	// None are documented.
	sendsPostbacks: false,
	defaults: VOYAGE_DEFAULTS,
	choices: { errorForm: ['text', 'jsonString', 'jsonObject'] },
	entryDefaults: { campaigns: { doubleOptIn: false, active: true, keyword: '' } },
	accountLine: () => `campaign ${SEED_CAMPAIGN} (5678 with double opt-in)`,
	start: (context) => new Voyage(context),
};
