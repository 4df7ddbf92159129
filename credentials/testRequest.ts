import { UserError, type IHttpRequestHelper, type IHttpRequestOptions } from 'n8n-workflow';

import type { CallResponse } from '../consent/call';
import type { FailureDetails } from '../consent/failure';
import { decodeResponse, sharedStatusOf } from '../transport/codec/response';

const TIMEOUT_MS = 15_000;

interface FullResponse {
	statusCode: number;
	headers?: unknown;
	body?: unknown;
}

const asResponse = ({ statusCode, headers, body }: FullResponse): CallResponse => decodeResponse(statusCode, headers, body);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'no answer');

/**
 * Sends the request of a credential's test once and hands back whatever the host says, whatever its status. Redirects are not
 * followed: the key belongs to this host alone.
 *
 * @param helper as n8n gives it to `preAuthentication`
 * @param options address, body and headers, the key in place
 * @returns the response, decoded as every response is
 * @throws {UserError} when nothing answers
 */
export async function requestForTest(helper: IHttpRequestHelper, options: IHttpRequestOptions): Promise<CallResponse> {
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
 * @param asked who was asked, as people know it, and the HTTP status of the response
 * @throws {UserError} in words for the person at the credential: the provider's where it gave a code, or where its status says something of its own
 */
export function failWhenRefused(failure: FailureDetails | null, asked: { name: string; status: number }): void {
	if (failure === null) return;
	const shared = sharedStatusOf(asked.status);
	if (shared === 'proxy wants a password') {
		throw new UserError(
			`A proxy between n8n and ${asked.name} wants a user name and a password (HTTP ${asked.status}). Ask the administrator of n8n to check the proxy that n8n is set to use (HTTPS_PROXY).`,
		);
	}
	if (failure.code === undefined && shared !== undefined) {
		throw new UserError(`${asked.name} did not answer as its documents say (HTTP ${asked.status}). Check 'Base URL', or try again later.`);
	}
	throw new UserError(`${failure.message}. ${failure.remedy}`);
}
