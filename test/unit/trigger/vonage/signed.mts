/** Messages as Vonage signs and sends them, and the trigger's settings for them. */
import { signatureOf, type SignatureMethod } from '../../../../providers/vonage/signature.ts';
import type { FakeRequest, Setting } from '../webhookContext.mts';

export const STOP = {
	msisdn: '14843472194',
	to: '12192259404',
	messageId: '0B00000042AC53BD',
	text: 'STOP',
	type: 'text',
	keyword: 'STOP',
	'message-timestamp': '2017-04-04 22:57:47',
};

export const SIGNATURE_SECRET = 'my_secret_key_for_testing';
/** In seconds. */
export const now = (): number => Math.floor(Date.now() / 1000);
export const signed = (
	fields: Record<string, string>,
	method: SignatureMethod = 'md5hash',
	secret = SIGNATURE_SECRET,
): Record<string, string> => ({
	...fields,
	sig: signatureOf(fields, secret, method),
});
export const query = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
/** With 'Verify Sender By' set to 'Signature'. */
export const setting = (credential: Record<string, unknown> = {}, parameters: Record<string, unknown> = {}): Setting => ({
	parameters: { provider: 'vonage', authenticity: 'signature', ...parameters },
	credentials: { smsConsentVonageSignatureApi: { apiKey: 'k', signatureSecret: SIGNATURE_SECRET, method: 'md5hash', ...credential } },
});
/** A STOP of this moment, not yet signed. */
export const fresh = (extra: Record<string, string> = {}): Record<string, string> => ({
	...STOP,
	timestamp: String(now()),
	nonce: 'n',
	...extra,
});
export const byGet = (fields: Record<string, string>): FakeRequest => ({ method: 'GET', url: `/webhook/id/postback?${query(fields)}` });
