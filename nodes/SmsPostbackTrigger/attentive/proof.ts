import type { ICredentialDataDecryptedObject, ICredentialTestFunction, IWebhookFunctions } from 'n8n-workflow';

import { secretText } from '../../../consent/fieldText';
import { attentiveSignatureMatches } from '../../../providers/attentive/webhookSignature';
import { headerOf, type PostbackRequest } from '../../../transport/inbound/rawBody';
import { PostbackRejected } from '../../../transport/inbound/rejection';
import type { SenderProof } from '../sender';

const SIGNATURE_HEADER = 'x-attentive-hmac-sha256';

/** The editor's credential check: Attentive has no call to prove a key, but a blank one is found. */
const testSigningKey: ICredentialTestFunction = async function (credential) {
	if (signingKeysOf(credential.data ?? {}).length > 0)
		return { status: 'OK', message: 'A signing key is filled in. Only a webhook can show that it is the right one.' };
	return { status: 'Error', message: 'The signing key is blank. Copy it from your app’s Webhooks page at Attentive.' };
};

/** https://docs.attentive.com/pages/webhooks/webhook-authentication */
export const signatureProof: SenderProof = {
	option: { name: 'Signature', value: 'signature', description: 'Attentive signs every webhook with the key that its dashboard shows' },
	credentialType: 'smsConsentAttentiveSigningKeyApi',
	credentialTest: { name: 'testSigningKey', test: testSigningKey },
};

/** A signature that came along, of which the body will show whether it is right. */
export interface GivenSignature {
	/**
	 * @param bytes the body as it came in
	 * @throws {PostbackRejected} 401 when none of the keys has signed them
	 */
	requireOver(bytes: Buffer): void;
}

/**
 * Finds the signature of a request, before anything of its body is read. Only bytes pass that Attentive signed with one of the keys of the
 * credential.
 *
 * @param context of the running webhook
 * @param request n8n's request object, for the signature in its header
 * @throws {PostbackRejected} 401 when the signature is absent, or the credential holds no key
 */
export async function signatureOf(context: IWebhookFunctions, request: PostbackRequest): Promise<GivenSignature> {
	const keys = signingKeysOf(await context.getCredentials(signatureProof.credentialType));
	if (keys.length === 0)
		throw new PostbackRejected(401, 'set-up', 'The credential holds no signing key, so no signature can be right: fill it in');
	const signature = headerOf(request, SIGNATURE_HEADER);
	if (signature === undefined || signature.trim() === '')
		throw new PostbackRejected(401, 'signature', `The header ${SIGNATURE_HEADER} is missing`);
	return {
		requireOver(bytes) {
			if (!attentiveSignatureMatches(bytes, signature, keys))
				throw new PostbackRejected(401, 'signature', 'The signature fits none of the signing keys');
		},
	};
}

/** The keys that may have signed, without blank ones: the present one, and during a change the previous one. */
function signingKeysOf(credential: ICredentialDataDecryptedObject): string[] {
	return [credential.signingKey, credential.previousSigningKey].map(secretText).filter((key) => key !== '');
}
