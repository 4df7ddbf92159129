/** Who is told what happens: the webhooks made by API, and the one address entered in Attentive's own pages. */

import { isLoopbackUrl } from '../postbacks/loopback.mts';
import { backOff, HOUR_MS, type DeliveryPolicy } from '../postbacks/policy.mts';
import { sqlTime } from '../sqlTime.mts';
import type { StandInContext } from '../standIn.mts';
import { jsonAnswer, type Answer } from '../wire/answer.mts';
import type { JsonObject } from '../wire/json.mts';
import { refuseUnknown } from './body.mts';
import { Refusal } from './refusal.mts';
import type { AttentiveSettings } from './settings.mts';
import { signatureHeaders } from './signature.mts';

type Webhook = {
	id: string;
	url: string;
	events: string[];
	/** Milliseconds since 1970. */
	disabledAt: number | null;
};

const EVENTS = [
	'sms.subscribed',
	'sms.unsubscribed',
	'sms.inbound_message',
	'sms.sent',
	'sms.message_link_click',
	'email.subscribed',
	'email.unsubscribed',
	'email.message_link_click',
	'email.opened',
	'email.sent',
	'custom_attribute.set',
];

/** "exponential back-off, up to three days"; the single waits are not published, these are invented. */
const POLICY: DeliveryPolicy = {
	waitsMs: backOff(5_000, 6 * HOUR_MS, 72 * HOUR_MS),
	accepts: (status) => status >= 200 && status < 300,
	passMs: 0,
};

export class Webhooks {
	private readonly context: StandInContext<AttentiveSettings>;
	private readonly nextNumber: () => number;
	private webhooks = new Map<string, Webhook>();

	/** @param nextNumber counts up, so that no two webhooks have the same id */
	constructor(context: StandInContext<AttentiveSettings>, nextNumber: () => number) {
		this.context = context;
		this.nextNumber = nextNumber;
	}

	clear(): void {
		this.webhooks = new Map();
	}

	list(): Answer {
		const { postbackUrl, postbackEvents, company } = this.settings;
		const rows: JsonObject[] = [...this.webhooks.values()].map((webhook) => ({
			id: webhook.id,
			url: webhook.url,
			type: 'SUBSCRIPTION',
			events: [...webhook.events],
			companyId: company.id,
			...disabledAtIn(webhook),
		}));
		if (postbackUrl !== '') {
			rows.push({
				id: 'static',
				url: postbackUrl,
				type: 'STATIC',
				events: [...postbackEvents],
				companyId: company.id,
			});
		}
		return jsonAnswer(200, { webhooks: rows }, { outcome: '200' });
	}

	/** @throws {Refusal} */
	create(body: JsonObject): Answer {
		refuseUnknown(body, '', ['url', 'events'], this.settings);
		const webhook: Webhook = {
			id: `wh${String(this.nextNumber()).padStart(6, '0')}`,
			url: this.urlIn(body),
			events: this.eventsIn(body),
			disabledAt: null,
		};
		this.webhooks.set(webhook.id, webhook);
		return jsonAnswer(201, view(webhook), { outcome: '201', acted: true });
	}

	/** @throws {Refusal} */
	update(id: string, body: JsonObject): Answer {
		refuseUnknown(body, '', ['url', 'events', 'disabled'], this.settings);
		const webhook = this.webhooks.get(id);
		if (webhook === undefined) throw new Refusal(404, 'The specified resource was not found');
		const { disabled } = body;
		if (disabled !== undefined && typeof disabled !== 'boolean') throw new Refusal(400, 'disabled must be a boolean');
		const url = this.urlIn(body);
		webhook.events = this.eventsIn(body);
		webhook.url = url;
		webhook.disabledAt = disabled === true ? Date.now() : null;
		return jsonAnswer(200, view(webhook), { outcome: '200', acted: true });
	}

	/** @throws {Refusal} */
	delete(id: string): Answer {
		if (!this.webhooks.delete(id)) throw new Refusal(404, 'The specified resource was not found');
		return { status: 204, contentType: '', body: '', outcome: '204', acted: true, parsed: null };
	}

	/**
	 * Tells everybody who wants to know.
	 *
	 * @param event 'sms.subscribed' ...
	 * @param content of the notification
	 */
	publish(event: string, content: JsonObject): void {
		const { postbackUrl, postbackEvents, signed } = this.settings;
		const body = JSON.stringify(content);
		const headers = { 'content-type': 'application/json', ...(signed ? signatureHeaders(body, this.settings) : {}) };
		if (postbackEvents.includes(event)) {
			this.context.postbacks.enqueue({ event, url: postbackUrl, method: 'POST', headers, body }, POLICY);
		}
		for (const webhook of this.webhooks.values()) {
			if (webhook.disabledAt !== null || !webhook.events.includes(event)) continue;
			this.context.postbacks.enqueue(
				{ event, url: webhook.url, method: 'POST', headers, body },
				{
					...POLICY,
					stillWanted: () => this.webhooks.get(webhook.id) === webhook && webhook.disabledAt === null,
					// "after several days of failures ... auto-disabled"
					gaveUp: () => {
						webhook.disabledAt = Date.now();
					},
				},
			);
		}
	}

	private get settings(): AttentiveSettings {
		return this.context.settings;
	}

	private urlIn(body: JsonObject): string {
		const { url } = body;
		if (typeof url !== 'string' || !URL.canParse(url)) throw new Refusal(400, 'url must be a valid URL');
		const { protocol } = new URL(url);
		// The real service takes https only; this machine has no certificate for itself.
		const isHttpAllowed = isLoopbackUrl(url) || this.context.sandbox.allowRemotePostbacks;
		if (protocol !== 'https:' && !(protocol === 'http:' && isHttpAllowed)) throw new Refusal(400, 'url must use https');
		return url;
	}

	private eventsIn(body: JsonObject): string[] {
		const { events } = body;
		if (!Array.isArray(events) || events.length === 0) throw new Refusal(400, 'events must be a non-empty list');
		return events.map((event) => {
			const isKnown = typeof event === 'string' && EVENTS.includes(event);
			if (!isKnown || (event === 'sms.unsubscribed' && !this.settings.smsUnsubscribedByApi)) {
				throw new Refusal(400, `Unknown event type ${JSON.stringify(event)}`);
			}
			return event;
		});
	}
}

/** The document has no null for it. */
function disabledAtIn({ disabledAt }: Webhook): JsonObject {
	return disabledAt === null ? {} : { disabledAt: sqlTime(disabledAt) };
}

function view(webhook: Webhook): JsonObject {
	return { id: webhook.id, url: webhook.url, events: [...webhook.events], type: 'CREATOR', ...disabledAtIn(webhook) };
}
