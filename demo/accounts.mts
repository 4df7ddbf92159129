/** The accounts that the demo uses: the sandbox's own, as credentials of n8n. None of them exists anywhere else. */
import type { CredentialInput } from '../n8n/client.mts';
import { DEFAULTS, type ConfigPatch, type Sandbox } from '../sandbox/server.mts';

/** What the demo agreed with the stand-in for Skycore; a real one is made up at random. */
const POSTBACK_SECRET = 'sandbox-postback-secret-0001';
const POSTBACK_PARAMETER = 'token';

const VOYAGE_KEY_HEADER = 'X-API-Key';

/** How the providers are when the demo begins. Minutes between postback attempts become seconds. */
export const PROVIDERS_AT_START: ConfigPatch = { clockFactor: 60, voyage: { apiKeyHeader: VOYAGE_KEY_HEADER } };

/**
 * @param baseUrls the sandbox's
 * @returns one credential for each type that the examples name
 */
export function credentialsFor(baseUrls: Sandbox['baseUrls']): CredentialInput[] {
	const { skycore, attentive, vonage, voyage } = DEFAULTS;
	const inSandbox = (title: string, type: string, data: CredentialInput['data']): CredentialInput => ({
		name: `${title} (sandbox)`,
		type,
		data,
	});
	return [
		inSandbox('Skycore', 'smsConsentSkycoreApi', { apiKey: skycore.apiKeys[0], baseUrl: baseUrls.skycore }),
		inSandbox('Voyage', 'smsConsentVoyageApi', { apiKey: voyage.apiKey, headerName: VOYAGE_KEY_HEADER, baseUrl: baseUrls.voyage }),
		inSandbox('Attentive', 'smsConsentAttentiveApi', { apiKey: Object.keys(attentive.tokens)[0], baseUrl: baseUrls.attentive }),
		inSandbox('Vonage', 'smsConsentVonageApi', {
			apiKey: vonage.apiKey,
			apiSecret: vonage.apiSecret,
			placement: 'body',
			baseUrl: baseUrls.vonage,
		}),
		inSandbox('Vonage Signature', 'smsConsentVonageSignatureApi', {
			apiKey: vonage.apiKey,
			signatureSecret: vonage.signatureSecret,
			method: vonage.signatureMethod,
			baseUrl: baseUrls.vonage,
		}),
		inSandbox('SMS Postback Secret', 'smsConsentPostbackSecretApi', {
			placement: 'query',
			queryName: POSTBACK_PARAMETER,
			secret: POSTBACK_SECRET,
		}),
		inSandbox('Attentive Signing Key', 'smsConsentAttentiveSigningKeyApi', { signingKey: attentive.signingKey }),
	];
}

/**
 * What a person would enter at each provider: where to send what happens.
 *
 * @param urlOf gives the address of a provider's trigger
 */
export function postbackSettings(urlOf: (provider: 'skycore' | 'attentive' | 'vonage') => string): ConfigPatch {
	return {
		skycore: { postbackUrl: `${urlOf('skycore')}?${POSTBACK_PARAMETER}=${POSTBACK_SECRET}` },
		attentive: { postbackUrl: urlOf('attentive') },
		vonage: { postbackUrl: urlOf('vonage'), postbackSigned: true },
	};
}
