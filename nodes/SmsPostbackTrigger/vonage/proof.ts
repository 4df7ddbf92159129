import type { IWebhookFunctions } from 'n8n-workflow';

import { secretText, textOrNumber } from '../../../consent/fieldText';
import type { SignatureMethod } from '../../../providers/vonage/signature';
import { vonageSignatureMatches } from '../../../providers/vonage/webhookSignature';
import type { PostbackParameters } from '../../../transport/inbound/parameters';
import { PostbackRejected } from '../../../transport/inbound/rejection';
import type { SenderProof } from '../sender';

const MS_PER_SECOND = 1_000;
/** Vonage tries an inbound message again for a day. */
const RETRY_SPAN_MS = 24 * 60 * 60 * MS_PER_SECOND;

/** https://developer.vonage.com/en/getting-started/concepts/signing-messages */
export const signatureProof: SenderProof = {
	option: {
		name: 'Signature',
		value: 'signature',
		description: 'Vonage signs all parameters once its support has switched signed webhooks on',
	},
	credentialType: 'smsConsentVonageSignatureApi',
};

/**
 * Lets only parameters pass that Vonage signed within the span of its retries.
 *
 * @param context of the running webhook
 * @param parameters all that were received
 * @returns when they were signed, in Unix milliseconds
 * @throws {PostbackRejected} 401 when the signature is absent, wrong or too old, or the credential holds no secret
 */
export async function requireSignature(context: IWebhookFunctions, parameters: PostbackParameters): Promise<number> {
	const credential = await context.getCredentials(signatureProof.credentialType);
	const secret = secretText(credential.signatureSecret);
	if (secret === '') throw unproven('The credential holds no signature secret, so no signature can be right: fill it in');

	if (textOrNumber(parameters.sig) === null)
		throw unproven("The parameter 'sig' is missing: Vonage does not sign this account’s webhooks yet");
	const timestamp = textOrNumber(parameters.timestamp) ?? '';
	if (!/^\d{1,12}$/.test(timestamp)) throw unproven("The parameter 'timestamp' is missing or not a time in seconds");
	const signedAtMs = Number(timestamp) * MS_PER_SECOND;
	const nowMs = Date.now();
	if (Math.abs(nowMs - signedAtMs) > RETRY_SPAN_MS)
		throw unproven('The signature is older than Vonage’s last retry, or lies in the future');
	if (!vonageSignatureMatches(parameters, secret, credential.method as SignatureMethod, nowMs, RETRY_SPAN_MS)) {
		throw unproven('The signature does not fit: check the signature secret, and that the method is the one chosen in Vonage’s dashboard');
	}
	return signedAtMs;
}

function unproven(reason: string): PostbackRejected {
	return new PostbackRejected(401, 'signature', reason);
}
