import {
	UserError,
	type IAuthenticateRuleResponseCode,
	type ICredentialDataDecryptedObject,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
} from 'n8n-workflow';

import type { CallResponse } from '../consent/call';
import type { FailureDetails } from '../consent/failure';
import { assertDomainAllowed } from '../consent/url';
import { decodeResponse, isFromTheWay, sharedStatusOf } from '../transport/codec/response';

const TIMEOUT_MS = 15_000;

interface FullResponse {
	statusCode: number;
	headers?: unknown;
	body?: unknown;
}

const asResponse = ({ statusCode, headers, body }: FullResponse): CallResponse => decodeResponse(statusCode, headers, body);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'no answer');

/** For a test that n8n itself sends: its key belongs to this host alone, so redirects are refused, and this is what the person reads. */
export const REDIRECT_RULES: IAuthenticateRuleResponseCode[] = [301, 302, 303, 307, 308].map((value) => ({
	type: 'responseCode',
	properties: { value, message: "This address sends on to another one, where the key does not belong. Check 'Base URL'." },
}));

/**
 * The base URL of a test that n8n itself sends without asking the package, as an expression. It keeps the same rules as `normalizeBaseUrl` and
 * `assertDomainAllowed`; where they refuse an address it gives none, and nothing is sent.
 *
 * @param fallback the provider's documented base URL
 */
export function checkedBaseUrl(fallback: string): string {
	const path = new URL(fallback).pathname;
	return String.raw`={{ ((typed, limited, domains) => {
		const text = typed.trim() || '${fallback}';
		const parts = /^(https?):\/\/((?:[^\s\/?#@\\:]+|\[[0-9a-f:]+\])(?::\d+)?)(\/[^\s?#]*)?$/i.exec(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : 'https://' + text);
		if (!parts) return undefined;
		const scheme = parts[1].toLowerCase();
		const host = parts[2].toLowerCase();
		if (scheme === 'http' && !/^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d+)?$/.test(host)) return undefined;
		const name = host.replace(/:\d+$/, '').replace(/\.$/, '');
		const allowed = domains.split(',').map((each) => each.trim().toLowerCase().replace(/\.$/, '')).filter((each) => each !== '');
		const isAllowed = (each) => (each.startsWith('*.') ? each.length > 2 && name.endsWith(each.slice(1)) : name === each);
		if (limited && !allowed.some(isAllowed)) return undefined;
		return scheme + '://' + host + ((parts[3] || '').replace(/\/index\.php\/?$/i, '/').replace(/\/+$/, '') || '${path}');
	})(String($credentials.baseUrl || ''), $credentials.allowedHttpRequestDomains === 'domains', String($credentials.allowedDomains || '')) }}`;
}

/**
 * Sends the request of a credential's test once and hands back whatever the host says, whatever its status. Redirects are not
 * followed: the key belongs to this host alone.
 *
 * @param helper as n8n gives it to `preAuthentication`
 * @param credentials decrypted fields, which may name the domains that the secret may go to
 * @param options address, body and headers, the key in place
 * @returns the response, decoded as every response is
 * @throws {UserError} when nothing answers
 * @throws {InputProblem} when the credential's owner did not allow the host
 */
export async function requestForTest(
	helper: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
	options: IHttpRequestOptions,
): Promise<CallResponse> {
	assertDomainAllowed(credentials, options.baseURL ?? options.url);
	const outcome = await helper.helpers
		.httpRequest({
			...options,
			encoding: 'arraybuffer',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: TIMEOUT_MS,
		})
		.then(asResponse, reasonOf);
	if (typeof outcome !== 'string') return outcome;
	throw new UserError(
		`Nothing answers at ${options.baseURL ?? options.url} (${outcome}). Check 'Base URL', and whether this n8n may reach that host.`,
	);
}

/**
 * @param failure what a provider's reader found; null when it found nothing
 * @param asked who was asked, as people know it, and the response
 * @throws {UserError} in words for the person at the credential: the provider's where it gave a code, or where its status says something of its own
 */
export function failWhenRefused(failure: FailureDetails | null, asked: { name: string; response: CallResponse }): void {
	if (failure === null) return;
	const { status } = asked.response;
	const shared = sharedStatusOf(status);
	if (shared === 'proxy wants a password') {
		throw new UserError(
			`A proxy between n8n and ${asked.name} wants a user name and a password (HTTP ${status}). Ask the administrator of n8n to check the proxy that n8n is set to use (HTTPS_PROXY).`,
		);
	}
	if (status === 403 && failure.code === undefined && isFromTheWay(asked.response)) {
		throw new UserError(
			`A firewall or proxy refused the call to ${asked.name} (HTTP 403): what came back is not from ${asked.name}. Ask the administrator of n8n what stands between n8n and ${asked.name}.`,
		);
	}
	if (failure.code === undefined && shared !== undefined) {
		throw new UserError(`${asked.name} did not answer as its documents say (HTTP ${status}). Check 'Base URL', or try again later.`);
	}
	throw new UserError(`${failure.message}. ${failure.remedy}`);
}
