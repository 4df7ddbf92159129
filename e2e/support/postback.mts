/** What the providers would post. */
import { attentiveSignature, vonageSignature } from '../../sandbox/server.mts';

export interface SkycoreNotification {
	code?: string;
	mobile: string;
	campaign?: string;
	timestamp?: string;
	source?: string;
}

const SKYCORE_TIME = '2024-07-02T14:32:23-04';

/** The sender's wording of the present day, without its XML declaration. */
export function skycoreElement({
	code = 'N302',
	mobile,
	campaign = '1478',
	timestamp = SKYCORE_TIME,
	source = 'MO',
}: SkycoreNotification): string {
	const fields = {
		ORIGIN: 'SUB',
		CODE: code,
		MOBILE: mobile,
		CAMPAIGNREF: campaign,
		TIMESTAMP: timestamp,
		SHORTCODE: '123456',
		SOURCE: source,
	};
	const children = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
	return `<POSTBACK>${children.join('')}</POSTBACK>`;
}

export function skycoreBody(notification: SkycoreNotification): string {
	return `<?xml version='1.0'?>\n${skycoreElement(notification)}`;
}

/** In this order they hang the XML parser that n8n has, for every workflow: it must never see them. The second is well formed. */
export const HOSTILE_TO_N8N = ['<a></b>', '<A>1</A>', '<a></b>', '<POSTBACK', '<POSTBACK'];

export function attentiveBody(type: string, phone: string, more: Record<string, unknown> = {}): string {
	return JSON.stringify({
		type,
		timestamp: Date.UTC(2024, 6, 2, 18, 32, 23),
		company: { display_name: 'Hudson & Ivy', company_id: 'MDc6Q29tcGFueTU' },
		subscriber: { phone, external_id: 16_467_358 },
		subscription: { type: 'MARKETING' },
		...more,
	});
}

/** Attentive's proof beside its content type. */
export function attentiveHeaders(body: string, signingKey: string): Record<string, string> {
	return { 'content-type': 'application/json', 'x-attentive-hmac-sha256': attentiveSignature(signingKey, body) };
}

let messages = 0;

/** An inbound message, as yet unsigned. */
export function vonageParameters(msisdn: string, text: string): Record<string, string> {
	messages += 1;
	return {
		msisdn,
		to: '96167',
		messageId: `0B${String(messages).padStart(14, '0')}`,
		text,
		type: 'text',
		keyword: (text.split(/\s+/)[0] ?? '').toUpperCase(),
		'api-key': 'abcd1234',
		'message-timestamp': '2024-07-02 18:32:23',
	};
}

/** Signed now, or so many seconds before. */
export function vonageSigned(
	parameters: Record<string, string>,
	{ secret, method, ageSeconds = 0 }: { secret: string; method: Parameters<typeof vonageSignature>[2]; ageSeconds?: number },
): Record<string, string> {
	const signed = {
		...parameters,
		timestamp: String(Math.floor(Date.now() / 1000) - ageSeconds),
		nonce: `nonce-${parameters['messageId'] ?? ''}`,
	};
	return { ...signed, sig: vonageSignature(signed, secret, method) };
}
