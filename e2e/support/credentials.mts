/** Every credential type of the package, right and wrong, for one sandbox. */
import type { CredentialInput, N8nClient } from '../../n8n/client.mts';
import { DEFAULTS, type Sandbox } from '../../sandbox/server.mts';

export interface CredentialPair {
	type: string;
	/** What tells two pairs of one type apart. */
	variant: string;
	/** Data that the sandbox accepts. */
	good: Record<string, unknown>;
	/** The same with a wrong key or secret. */
	bad: Record<string, unknown>;
}

export const SIGNATURE_METHODS = ['md5hash', 'md5', 'sha1', 'sha256', 'sha512'] as const;
export const SECRET_PLACEMENTS = ['body', 'basic', 'query'] as const;
export const POSTBACK_SECRET = 'k7Qm2xT9vR4nB8wZ';
export const WRONG = 'entered-by-mistake-0123456789';
/** Voyage's documented call needs none. */
export const NO_KEY = 'no key';
export const VOYAGE_HEADER = 'X-Api-Key';

export const SKYCORE_KEY = DEFAULTS.skycore.apiKeys[0] ?? '';
export const ATTENTIVE_KEY = 'sandbox-attentive-key';
export const ATTENTIVE_READ_ONLY_KEY = 'sandbox-attentive-read-only';

/** Those that can be filled in; OAuth2 needs the round trip of `connectOAuth2`. */
export function credentialPairs({ baseUrls }: Pick<Sandbox, 'baseUrls'>): CredentialPair[] {
	const { apiKey, apiSecret, signatureSecret } = DEFAULTS.vonage;
	const vonage = { apiKey, baseUrl: baseUrls.vonage };
	return [
		{
			type: 'smsConsentSkycoreApi',
			variant: '',
			good: { apiKey: SKYCORE_KEY, baseUrl: baseUrls.skycore },
			bad: { apiKey: WRONG, baseUrl: baseUrls.skycore },
		},
		{
			type: 'smsConsentVoyageApi',
			variant: '',
			good: { apiKey: DEFAULTS.voyage.apiKey, headerName: VOYAGE_HEADER, baseUrl: baseUrls.voyage },
			bad: { apiKey: WRONG, headerName: VOYAGE_HEADER, baseUrl: baseUrls.voyage },
		},
		{
			type: 'smsConsentVoyageApi',
			variant: NO_KEY,
			good: { apiKey: '', headerName: '', baseUrl: baseUrls.voyage },
			bad: { apiKey: '', headerName: '', baseUrl: baseUrls.skycore },
		},
		{
			type: 'smsConsentAttentiveApi',
			variant: '',
			good: { apiKey: ATTENTIVE_KEY, baseUrl: baseUrls.attentive },
			bad: { apiKey: WRONG, baseUrl: baseUrls.attentive },
		},
		...SECRET_PLACEMENTS.map((placement) => ({
			type: 'smsConsentVonageApi',
			variant: placement,
			good: { ...vonage, apiSecret, placement },
			bad: { ...vonage, apiSecret: WRONG, placement },
		})),
		...SIGNATURE_METHODS.map((method) => ({
			type: 'smsConsentVonageSignatureApi',
			variant: method,
			good: { ...vonage, signatureSecret, method },
			bad: { ...vonage, signatureSecret: WRONG, method },
		})),
		{
			type: 'smsConsentPostbackSecretApi',
			variant: '',
			good: { placement: 'query', queryName: 'token', secret: POSTBACK_SECRET },
			bad: { placement: 'query', queryName: 'token', secret: 'short' },
		},
		{
			type: 'smsConsentAttentiveSigningKeyApi',
			variant: '',
			good: { signingKey: DEFAULTS.attentive.signingKey },
			bad: { signingKey: '  ' },
		},
	];
}

/** The name under which a pair's data is stored. */
export function nameOf({ type, variant }: Pick<CredentialPair, 'type' | 'variant'>, quality: 'good' | 'bad'): string {
	return [type, variant, quality].filter((part) => part !== '').join(' ');
}

/** Stores all pairs. */
export async function storeCredentials(n8n: N8nClient, sandbox: Pick<Sandbox, 'baseUrls'>): Promise<void> {
	for (const pair of credentialPairs(sandbox)) {
		for (const quality of ['good', 'bad'] as const) await store(n8n, { name: nameOf(pair, quality), type: pair.type, data: pair[quality] });
	}
}

/** Stores one credential and returns the reference for a workflow's node. */
export async function store(n8n: N8nClient, credential: CredentialInput): Promise<Record<string, string>> {
	await n8n.upsertCredential(credential);
	return { [credential.type]: credential.name };
}

/**
 * Stores an OAuth2 credential and goes the way that the button "Connect my account" goes.
 *
 * @returns the reference for a workflow's node
 */
export async function connectOAuth2(n8n: N8nClient, name: string, sandbox: Pick<Sandbox, 'baseUrls'>): Promise<Record<string, string>> {
	const type = 'smsConsentAttentiveOAuth2Api';
	const id = await n8n.upsertCredential({ name, type, data: attentiveOAuth2(sandbox) });
	const consentPage = await n8n.rest<string>('GET', `/rest/oauth2-credential/auth?id=${id}`);
	const consented = await fetch(consentPage, { redirect: 'manual' });
	const callback = consented.headers.get('location');
	if (callback === null) throw new Error(`The consent page answered ${consented.status}: ${await consented.text()}`);
	const { name: cookie, value } = await n8n.sessionCookie();
	const connected = await fetch(callback, { headers: { cookie: `${cookie}=${value}` } });
	const page = await connected.text();
	if (!connected.ok || page.includes('Something went wrong'))
		throw new Error(`n8n's callback answered ${connected.status}: ${page.slice(0, 500)}`);
	return { [type]: name };
}

/** A stored credential as the editor would send it to the test, its secrets blanked. */
export async function storedCredential(n8n: N8nClient, name: string): Promise<CredentialInput & { id: string }> {
	const all = await n8n.rest<Array<{ id: string; name: string }>>('GET', '/rest/credentials');
	const found = all.find((credential) => credential.name === name);
	if (found === undefined) throw new Error(`There is no credential "${name}"`);
	const { type, data } = await n8n.rest<CredentialInput>('GET', `/rest/credentials/${found.id}?includeData=true`);
	return { id: found.id, name, type, data };
}

/** What a person enters before connecting. */
export function attentiveOAuth2({ baseUrls }: Pick<Sandbox, 'baseUrls'>): Record<string, unknown> {
	return {
		clientId: 'sandbox-client',
		clientSecret: 'sandbox-client-secret',
		authUrl: baseUrls.attentiveAuthorize,
		accessTokenUrl: baseUrls.attentiveToken,
		baseUrl: baseUrls.attentive,
	};
}
