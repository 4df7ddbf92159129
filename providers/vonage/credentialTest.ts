import type { CallResponse } from '../../consent/call';
import type { FailureDetails } from '../../consent/failure';
import type { CredentialFields } from '../../consent/provider';
import { normalizeBaseUrl } from '../../consent/url';
import { VONAGE_BASE_URL } from './auth';
import { failureOf, notAList } from './failure';
import { listedRows } from './response';

/** The smallest read there is: one row of the opt-out list. It changes nothing and texts nobody. */
export const TEST_PATH = 'sc/us/alert/opt-in/query/json';
export const TEST_PARAMETERS = { 'page-size': '1', page: '0' };

/**
 * @param credential decrypted fields
 * @returns the request of the test, without the credential's secret
 * @throws {InputProblem} when the base URL would send a secret unprotected
 */
export function testRequest(credential: CredentialFields) {
	return {
		method: 'POST' as const,
		url: `${normalizeBaseUrl(credential.baseUrl, VONAGE_BASE_URL)}${TEST_PATH}`,
		headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
		body: new URLSearchParams(TEST_PARAMETERS).toString(),
	};
}

/**
 * Judges the response to the test. Vonage may say no inside HTTP 200, which n8n's own test would show as success.
 *
 * @param response of Vonage
 * @param type credential type name; decides which secret to look at
 * @returns why the credential cannot be trusted; null when Vonage gave its list out
 */
export function testFailure(response: CallResponse, type: string): FailureDetails | null {
	const refusal = failureOf(response, type);
	if (refusal !== undefined) return refusal.details;
	const isList = response.status >= 200 && response.status < 300 && listedRows(response) !== undefined;
	return isList ? null : notAList(response).details;
}
