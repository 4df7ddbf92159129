import type { ICredentialDataDecryptedObject, ICredentialTestFunction } from 'n8n-workflow';

export const SIGNING_KEY_CREDENTIAL = 'smsConsentAttentiveSigningKeyApi';

/**
 * @param credential decrypted fields of the signing key credential
 * @returns the keys that may have signed, without blank ones: the present one, and during a change the previous one
 */
export function signingKeysOf(credential: ICredentialDataDecryptedObject): string[] {
	return [credential.signingKey, credential.previousSigningKey].filter((key): key is string => typeof key === 'string' && key.trim() !== '').map((key) => key.trim());
}

/** The editor's credential check: Attentive has no call to prove a key, but a blank one is found. */
export const testSigningKey: ICredentialTestFunction = async function (credential) {
	if (signingKeysOf(credential.data ?? {}).length > 0) return { status: 'OK', message: 'A signing key is filled in. Only a webhook can show that it is the right one.' };
	return { status: 'Error', message: 'The signing key is blank. Copy it from your app’s Webhooks page at Attentive.' };
};
