import { commonDefaults, type CommonSettings } from '../settings/common.mts';

export type SignUpUnit = {
	id: string;
	name: string;
	type: 'MARKETING' | 'TRANSACTIONAL';
	language: string;
	country: string;
	/** '' = nobody joins by text. */
	keyword: string;
};

export type AttentiveToken = { scopes: string[] };
export type AttentiveClient = { secret: string; scopes: string[]; redirectUris: string[] };

export type AttentiveSettings = CommonSettings & {
	/** By the token itself. */
	tokens: Record<string, AttentiveToken>;
	/** By client id. */
	clients: Record<string, AttentiveClient>;
	/** Name of the callback parameter: the provider's own samples read both. */
	callbackCodeParameter: 'code' | 'authorizationCode';
	company: { displayName: string; id: string; domain: string; contactEmail: string };
	applicationName: string;
	signUpUnits: SignUpUnit[];
	unknownProperties: 'refuse' | 'ignore';
	/** The REST page's list lacks `sms.unsubscribed`; false makes creating a webhook with it fail. */
	smsUnsubscribedByApi: boolean;
	rateLimits: boolean;
	subscribePerSecond: number;
	unsubscribePerSecond: number;
	otherPerSecond: number;
	signed: boolean;
	signingKey: string;
	/** Events sent to `postbackUrl`, the address entered in the provider's own pages. */
	postbackEvents: string[];
	shortCode: string;
};

export const SCOPES = [
	'subscriptions:write',
	'subscriptions:read',
	'webhooks:write',
	'attributes:write',
	'ecommerce:write',
	'events:write',
	'identity:write',
];

export const ATTENTIVE_DEFAULTS: AttentiveSettings = {
	...commonDefaults(),
	tokens: {
		'sandbox-attentive-key': { scopes: [...SCOPES] },
		'sandbox-attentive-read-only': { scopes: ['subscriptions:read'] },
	},
	clients: {
		'sandbox-client': { secret: 'sandbox-client-secret', scopes: [...SCOPES], redirectUris: [] },
	},
	callbackCodeParameter: 'code',
	company: {
		displayName: 'Hudson & Ivy',
		id: 'MDc6Q29tcGFueTU',
		domain: 'hudson-ivy',
		contactEmail: 'owner@example.com',
	},
	applicationName: 'Sandbox app',
	signUpUnits: [
		{ id: '245678', name: 'Web form', type: 'MARKETING', language: 'en', country: 'US', keyword: 'JOIN' },
		{ id: '245679', name: 'Order updates', type: 'TRANSACTIONAL', language: 'en', country: 'US', keyword: 'ORDERS' },
		// Two that match the same locale and type: asking for fr/CA + MARKETING must fail.
		{ id: '245680', name: 'Infolettre A', type: 'MARKETING', language: 'fr', country: 'CA', keyword: '' },
		{ id: '245681', name: 'Infolettre B', type: 'MARKETING', language: 'fr', country: 'CA', keyword: '' },
	],
	unknownProperties: 'refuse',
	smsUnsubscribedByApi: true,
	rateLimits: true,
	subscribePerSecond: 10,
	unsubscribePerSecond: 5,
	otherPerSecond: 150,
	signed: true,
	signingKey: 'sandbox-attentive-signing-key',
	postbackEvents: ['sms.subscribed', 'sms.unsubscribed', 'sms.inbound_message', 'email.subscribed', 'email.unsubscribed'],
	shortCode: '+15555550111',
};
