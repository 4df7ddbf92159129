import type { IHttpRequestOptions } from 'n8n-workflow';

import { normaliseBaseUrl } from '../../consent/baseUrl';
import type { CallAnswer } from '../../consent/call';
import { type FailureDetails, ProviderFailure } from '../../consent/failure';
import type { CredentialFields } from '../../consent/provider';
import { failureIn, unreadable } from './failure';
import { placeVonageSecret, placeVonageSignature, VONAGE_BASE_URL } from './placement';
import { listedRows } from './rows';

/** The smallest read there is: one row of the opt-out list. It changes nothing and texts nobody. */
export const CHECK_PATH = 'sc/us/alert/opt-in/query/json';
export const CHECK_PARAMETERS = { 'page-size': '1', page: '0' };

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Sends once and gives the answer whatever its status; its text is read here. */
export type SendRequest = (request: IHttpRequestOptions) => Promise<CallAnswer>;

const PLACES = { smsConsentVonageApi: placeVonageSecret, smsConsentVonageSignatureApi: placeVonageSignature };

/**
 * Reads one row with a credential, because Vonage may say no inside HTTP 200, which n8n's own test would show as success.
 *
 * @param type credential type name
 * @param credential decrypted fields
 * @param send sends a request
 * @throws {ProviderFailure} when Vonage did not give its list out; the message says what to do
 * @throws {InputProblem} when a field is empty or the base URL unprotected
 */
export async function checkCredential(type: keyof typeof PLACES, credential: CredentialFields, send: SendRequest): Promise<void> {
	const answer = await send(
		PLACES[type](credential, {
			method: 'POST',
			url: `${normaliseBaseUrl(credential.baseUrl, VONAGE_BASE_URL)}${CHECK_PATH}`,
			headers: { 'Content-Type': FORM_TYPE },
			body: new URLSearchParams(CHECK_PARAMETERS).toString(),
		}),
	);
	const refusal = credentialRefusal({ ...answer, json: jsonIn(answer.text) }, type);
	if (refusal !== undefined) throw new ProviderFailure({ ...refusal, message: `${refusal.message}. ${refusal.remedy}` });
}

/**
 * Judges the answer to the check.
 *
 * @param answer what Vonage answered
 * @param type credential type name
 * @returns why the credential cannot be trusted; undefined when Vonage gave its list out
 */
export function credentialRefusal(answer: CallAnswer, type: string): FailureDetails | undefined {
	const failure = failureIn(answer, type);
	if (failure !== undefined) return failure;
	return listedRows(answer) === undefined ? unreadable(answer, 'it holds no opt-out list').details : undefined;
}

function jsonIn(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
