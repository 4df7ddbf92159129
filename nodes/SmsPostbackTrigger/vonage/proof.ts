import type { IWebhookFunctions } from 'n8n-workflow';

import { secretText, textOrNumber } from '../../../consent/fieldText';
import type { SignatureMethod } from '../../../providers/vonage/signature';
import { vonageSignatureMatches } from '../../../providers/vonage/webhookSignature';
import { verifyWebhookToken } from '../../../providers/vonage/webhookToken';
import type { PostbackParameters } from '../../../transport/inbound/parameters';
import { headerOf, type PostbackRequest } from '../../../transport/inbound/rawBody';
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
		description: 'Vonage signs the parameters of the SMS API, once its support has switched that on, and the body of the Messages API',
	},
	credentialType: 'smsConsentVonageSignatureApi',
};

/** What a webhook can be proved with; read once for each. */
export interface SigningSecret {
	/** Never blank. */
	secret: string;
	method: SignatureMethod;
}

/**
 * @param context of the running webhook
 * @throws {PostbackRejected} 401 when the credential holds no secret
 */
export async function signingSecretOf(context: IWebhookFunctions): Promise<SigningSecret> {
	const credential = await context.getCredentials(signatureProof.credentialType);
	const secret = secretText(credential.signatureSecret);
	if (secret === '') throw unproven('The credential holds no signature secret, so no signature can be right: fill it in');
	return { secret, method: credential.method as SignatureMethod };
}

/**
 * Finds the token by which webhooks of the Messages API prove themselves.
 *
 * @param request n8n's request object
 * @returns what stands behind `Bearer`; undefined when there is none
 */
export function tokenOf(request: PostbackRequest): string | undefined {
	return /^Bearer\s+(\S+)\s*$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
}

/**
 * Lets only a body pass for which Vonage made a token within the span of its retries.
 *
 * @param token see `tokenOf`
 * @param bytes the body as it came in
 * @param signing see `signingSecretOf`
 * @returns when it was signed, in Unix milliseconds
 * @throws {PostbackRejected} 401 when the token is wrong, too old, or made for another body
 */
export function requireToken(token: string, bytes: Uint8Array, { secret }: SigningSecret): number {
	const verified = verifyWebhookToken(token, bytes, secret, Date.now(), RETRY_SPAN_MS);
	if ('unproven' in verified) throw unproven(verified.unproven);
	return verified.signedAtMs;
}

/**
 * Lets only parameters pass that Vonage signed within the span of its retries.
 *
 * @param parameters all that were received
 * @param signing see `signingSecretOf`
 * @returns when they were signed, in Unix milliseconds
 * @throws {PostbackRejected} 401 when the signature is absent, wrong or too old
 */
export function requireSignature(parameters: PostbackParameters, { secret, method }: SigningSecret): number {
	if (textOrNumber(parameters.sig) === null) {
		throw unproven(
			"Neither the parameter 'sig' nor a token in the Authorization header is there: Vonage does not sign this account’s webhooks yet",
		);
	}
	const timestamp = textOrNumber(parameters.timestamp) ?? '';
	if (!/^\d{1,12}$/.test(timestamp)) throw unproven("The parameter 'timestamp' is missing or not a time in seconds");
	const signedAtMs = Number(timestamp) * MS_PER_SECOND;
	const nowMs = Date.now();
	if (Math.abs(nowMs - signedAtMs) > RETRY_SPAN_MS)
		throw unproven('The signature is older than Vonage’s last retry, or lies in the future');
	if (!vonageSignatureMatches(parameters, secret, method, nowMs, RETRY_SPAN_MS)) {
		throw unproven('The signature does not fit: check the signature secret, and that the method is the one chosen in Vonage’s dashboard');
	}
	return signedAtMs;
}

function unproven(reason: string): PostbackRejected {
	return new PostbackRejected(401, 'signature', reason);
}
