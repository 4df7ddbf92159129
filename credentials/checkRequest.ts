import { UserError, type IHttpRequestHelper, type IHttpRequestOptions } from 'n8n-workflow';

import type { CallAnswer } from '../consent/call';
import type { FailureDetails } from '../consent/failure';

const CHECK_TIMEOUT_MS = 15_000;

interface FullAnswer {
	statusCode: number;
	headers?: Record<string, string>;
	body?: unknown;
}

function asAnswer({ statusCode, headers = {}, body }: FullAnswer): CallAnswer {
	return { status: statusCode, headers, text: typeof body === 'string' ? body : JSON.stringify(body ?? '') };
}

function reasonOf(error: unknown): string {
	return error instanceof Error ? error.message : 'no answer';
}

/**
 * Sends the request of a credential check once and hands back whatever the host says, whatever its status. Redirects are not
 * followed: the key belongs to this host alone.
 *
 * @param helper as n8n gives it to `preAuthentication`
 * @param options address, body and headers, the key in place
 * @returns the answer
 * @throws {UserError} when nothing answers
 */
export async function requestForCheck(helper: IHttpRequestHelper, options: IHttpRequestOptions): Promise<CallAnswer> {
	const answered = await helper.helpers
		.httpRequest({
			...options,
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: CHECK_TIMEOUT_MS,
		})
		.then(asAnswer, reasonOf);
	if (typeof answered !== 'string') return answered;
	throw new UserError(`Nothing answers at ${options.baseURL ?? options.url} (${answered}). Check 'Base URL', and whether this n8n may reach that host.`);
}

/**
 * @param refusal what a check found; null when it found nothing
 * @throws {UserError} in words for the person at the credential
 */
export function failWhenRefused(refusal: FailureDetails | null): void {
	if (refusal !== null) throw new UserError(`${refusal.message}. ${refusal.remedy}`);
}
