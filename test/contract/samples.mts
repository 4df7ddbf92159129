import { createHmac } from 'node:crypto';

import type { ProviderCall } from '../../consent/call';
import type { Capability } from '../../consent/provider';
import type { ProviderName } from '../../consent/providerName';
import { eligibility } from '../../providers/attentive/eligibility';
import { subscribe as subscribeAtAttentive } from '../../providers/attentive/subscribe';
import { unsubscribe as unsubscribeAtAttentive } from '../../providers/attentive/unsubscribe';
import { createWebhook, deleteWebhook, listWebhooks, updateWebhook } from '../../providers/attentive/webhooks';
import { subscribe as subscribeAtSkycore, unsubscribe as unsubscribeAtSkycore } from '../../providers/skycore/calls';
import { queryPage } from '../../providers/vonage/query';
import { resubscribe as resubscribeAtVonage } from '../../providers/vonage/resubscribe';
import { signatureOf } from '../../providers/vonage/signature';
import { subscribe as subscribeAtVoyage } from '../../providers/voyage/calls';
import type { FakeRequest } from '../unit/trigger/webhookContext.mts';

/** One call as a node makes it. */
export interface SampleCall {
	capability: Capability;
	call: ProviderCall<unknown>;
	/** What decides how it may be repeated, as docs/providers/ says it; blank where nothing does. Markdown. */
	circumstance: string;
	/** The body decides nothing: HTTP 200 alone is a success. */
	ignoresBody?: true;
}

/** One of the ways in which a sender of postbacks proves who it is. */
export interface SampleProof {
	/** Fields of the credential that the proof names. */
	credential: Record<string, unknown>;
	/** A request with this body and the proof. */
	proven: (body: string) => FakeRequest;
	/** The same without the proof. */
	unproven: (body: string) => FakeRequest;
}

export interface ProviderSamples {
	/** Every kind of call. */
	calls: SampleCall[];
	/** Of those who send postbacks. */
	sender?: {
		/** The body of a notification that +16502424956 opted out. */
		optOut: string;
		/** By the value of the choice in 'Verify Sender By'. */
		proofs: Record<string, SampleProof>;
	};
}

const SECRET = 'correct-horse-battery-staple';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

function sample(
	capability: Capability,
	call: ProviderCall<unknown>,
	circumstance = '',
	more: Pick<SampleCall, 'ignoresBody'> = {},
): SampleCall {
	return { capability, call, circumstance, ...more };
}

function sharedSecret(headers: Record<string, string> = {}): SampleProof {
	return {
		credential: { secret: SECRET, placement: 'query', queryName: 'token' },
		proven: (body) => ({ body, headers, url: `/webhook/id/postback?token=${SECRET}` }),
		unproven: (body) => ({ body, headers }),
	};
}

const phone = '+16502426055';
const email = 'person@example.com';

const campaign = { campaignRef: 'spring-sale', phone };
const skycore: ProviderSamples = {
	calls: [
		sample('subscribe', subscribeAtSkycore({ transport: 'xml', ...campaign })),
		sample('subscribe', subscribeAtSkycore({ transport: 'get', ...campaign })),
		sample('subscribe', subscribeAtSkycore({ transport: 'form', ...campaign })),
		sample('resubscribe', subscribeAtSkycore({ transport: 'xml', ...campaign, action: 'resubscribe' })),
		sample('unsubscribe', unsubscribeAtSkycore({ transport: 'xml', ...campaign, notify: 'no' }), '**Confirmation by Text** No'),
		sample('unsubscribe', unsubscribeAtSkycore({ transport: 'xml', ...campaign, notify: 'yes' }), '**Confirmation by Text** Yes'),
		sample('unsubscribe', unsubscribeAtSkycore({ transport: 'get', ...campaign }), '**Confirmation by Text** Account Default'),
	],
	sender: {
		optOut:
			'<POSTBACK><ORIGIN>SUB</ORIGIN><CODE>N302</CODE><MOBILE>16502424956</MOBILE><CAMPAIGNREF>1478</CAMPAIGNREF><TIMESTAMP>2014-07-02T14:32:23-04</TIMESTAMP></POSTBACK>',
		proofs: { secret: sharedSecret() },
	},
};

const voyage: ProviderSamples = {
	calls: [{ authenticated: false }, { authenticated: true, attributes: { email } }].map((more) =>
		sample('subscribe', subscribeAtVoyage({ campaignId: 1234, phone, ...more })),
	),
};

const attentiveKey = { credential: 'smsConsentAttentiveApi' };
const signUp = { ...attentiveKey, phone, email, signUpSourceId: '245678' };
const ending = { ...attentiveKey, subscriptions: 'everything' } as const;
const webhook = { ...attentiveKey, url: 'https://n8n.example.com/webhook/1', events: ['sms.subscribed'] };
const attentive: ProviderSamples = {
	calls: [
		sample('subscribe', subscribeAtAttentive(signUp)),
		sample('subscribe', subscribeAtAttentive({ ...signUp, singleOptIn: true })),
		sample('resubscribe', subscribeAtAttentive({ ...signUp, action: 'resubscribe' })),
		sample('unsubscribe', unsubscribeAtAttentive({ ...ending, phone }), '**Send Confirmation Text** on'),
		sample('unsubscribe', unsubscribeAtAttentive({ ...ending, phone, notification: { disabled: true } }), '**Send Confirmation Text** off'),
		sample('unsubscribe', unsubscribeAtAttentive({ ...ending, email }), 'an email address alone'),
		sample(
			'unsubscribe',
			unsubscribeAtAttentive({ ...ending, phone, email, subscriptions: [{ type: 'MARKETING', channel: 'EMAIL' }] }),
			'email subscriptions alone',
		),
		sample('query', eligibility({ ...attentiveKey, phone })),
		sample('postback', listWebhooks(attentiveKey), 'looking for its webhook'),
		sample('postback', createWebhook(webhook), 'registering its webhook'),
		sample('postback', updateWebhook({ ...webhook, id: '1', disabled: false }), 'changing its webhook'),
		sample('postback', deleteWebhook({ ...attentiveKey, id: '1' }), 'removing its webhook', { ignoresBody: true }),
	],
	sender: {
		optOut: JSON.stringify({
			type: 'sms.unsubscribed',
			timestamp: 1719945143000,
			subscriber: { phone: '+16502424956' },
			subscription: { type: 'MARKETING' },
		}),
		proofs: {
			signature: {
				credential: { signingKey: SECRET },
				proven: (body) => {
					const signature = createHmac('sha256', SECRET).update(body, 'utf8').digest('hex');
					return { body, headers: { 'x-attentive-hmac-sha256': signature } };
				},
				unproven: (body) => ({ body }),
			},
		},
	},
};

const vonageKey = { credential: 'smsConsentVonageApi', format: 'json', method: 'POST' } as const;
const vonage: ProviderSamples = {
	calls: [
		sample('query', queryPage({ ...vonageKey, page: 0, pageSize: 100 })),
		sample('resubscribe', resubscribeAtVonage({ ...vonageKey, phone }), 'a STOP may come in between'),
	],
	sender: {
		optOut:
			'msisdn=16502424956&to=12345&messageId=0A0000000123ABCD1&text=STOP&keyword=STOP&type=text&message-timestamp=2024-07-02+18%3A32%3A23',
		proofs: {
			signature: {
				credential: { signatureSecret: SECRET, method: 'sha256' },
				proven: (body) => {
					const fields = { ...Object.fromEntries(new URLSearchParams(body)), timestamp: String(Math.floor(Date.now() / 1000)) };
					return { body: new URLSearchParams({ ...fields, sig: signatureOf(fields, SECRET, 'sha256') }).toString(), headers: FORM };
				},
				unproven: (body) => ({ body, headers: FORM }),
			},
			secret: sharedSecret(FORM),
		},
	},
};

/** What the contract tests look at, and the pages print. */
export const SAMPLES: Readonly<Record<ProviderName, ProviderSamples>> = { skycore, voyage, attentive, vonage };
