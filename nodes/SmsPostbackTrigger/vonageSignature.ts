import type { IWebhookFunctions } from 'n8n-workflow';

import type { EventFacts } from '../../consent/event';
import { vonageSignatureMatches } from '../../providers/vonage/signature';
import type { PostbackParameters } from '../../transport/parameters';
import { PostbackRejected } from '../../transport/rejection';

const VONAGE_SIGNATURE_CREDENTIAL = 'smsConsentVonageSignatureApi';

type SignatureMethod = Parameters<typeof vonageSignatureMatches>[2];

const MINUTE_MS = 60_000;
/** Vonage tries an inbound message again for a day. */
const RETRY_SPAN_MS = 24 * 60 * MINUTE_MS;

/**
 * Lets only parameters pass that Vonage signed within the span of its retries.
 *
 * @param context of the running webhook
 * @param parameters all that were received
 * @returns when they were signed, in Unix milliseconds
 * @throws {PostbackRejected} 401 when the signature is absent, wrong or too old, or the credential holds no secret
 */
export async function requireVonageSignature(context: IWebhookFunctions, parameters: PostbackParameters): Promise<number> {
	const credential = await context.getCredentials(VONAGE_SIGNATURE_CREDENTIAL);
	const secret = typeof credential.signatureSecret === 'string' ? credential.signatureSecret : '';
	if (secret.trim() === '') throw unproven('The credential holds no signature secret, so no signature can be right: fill it in');

	if (textOf(parameters.sig) === '') throw unproven("The parameter 'sig' is missing: Vonage does not sign this account’s webhooks yet");
	const timestamp = textOf(parameters.timestamp);
	if (!/^\d{1,12}$/.test(timestamp)) throw unproven("The parameter 'timestamp' is missing or not a time in seconds");
	const signedAtMs = Number(timestamp) * 1000;
	const now = Date.now();
	if (Math.abs(now - signedAtMs) > RETRY_SPAN_MS) throw unproven('The signature is older than Vonage’s last retry, or lies in the future');
	if (!vonageSignatureMatches(parameters, secret, credential.method as SignatureMethod, now, RETRY_SPAN_MS)) {
		throw unproven('The signature does not fit: check the signature secret, and that the method is the one chosen in Vonage’s dashboard');
	}
	return signedAtMs;
}

/**
 * Refuses what is older than the replay window, except opt-outs: repeating one harms nobody, losing one does.
 *
 * @param events of one webhook
 * @param signedAtMs Unix milliseconds
 * @param windowMinutes the person's setting
 * @returns the events, with a warning when they are late
 * @throws {PostbackRejected} 401 when they are stale and none may be an opt-out
 */
export function requireFreshness(events: EventFacts[], signedAtMs: number, windowMinutes: number): EventFacts[] {
	if (Math.abs(Date.now() - signedAtMs) <= windowMinutes * MINUTE_MS) return events;
	const optOuts = events.filter(({ action, needsReview }) => action === 'opt-out' || needsReview);
	if (optOuts.length === 0) throw unproven('The signature is older than the replay window');
	const warning = 'It was signed outside the replay window and accepted because it may be an opt-out. Compare its time with newer events.';
	return optOuts.map((event) => ({ ...event, warnings: [...event.warnings, warning] }));
}

function textOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function unproven(reason: string): PostbackRejected {
	return new PostbackRejected(401, 'signature', reason);
}
