import type { ICredentialDataDecryptedObject, ICredentialType, IDataObject } from 'n8n-workflow';
import nock from 'nock';

import { SmsConsentAttentiveApi } from '../../credentials/SmsConsentAttentiveApi.credentials.ts';
import { SmsConsentAttentiveOAuth2Api } from '../../credentials/SmsConsentAttentiveOAuth2Api.credentials.ts';
import { SmsConsentSkycoreApi } from '../../credentials/SmsConsentSkycoreApi.credentials.ts';
import { SmsConsentVonageApi } from '../../credentials/SmsConsentVonageApi.credentials.ts';
import { SmsConsentVonageSignatureApi } from '../../credentials/SmsConsentVonageSignatureApi.credentials.ts';
import { SmsConsentVoyageApi } from '../../credentials/SmsConsentVoyageApi.credentials.ts';
import { type RunResult, runWorkflow, type SingleNodeRun, type TestCredential } from './harness.mts';

function credential(type: ICredentialType, data: ICredentialDataDecryptedObject): Record<string, TestCredential> {
	const defaults = Object.fromEntries(
		type.properties.map((property) => [property.name, property.default]),
	) as ICredentialDataDecryptedObject;
	return { [type.name]: { type, data: { ...defaults, ...data } } };
}

export const SKYCORE = credential(new SmsConsentSkycoreApi(), { apiKey: 'qTFkykO9JTfahCOqJ0V2Wf5Cg1t8iWlZ' });
export const VOYAGE = credential(new SmsConsentVoyageApi(), { apiKey: 'voyage-key-of-the-test', headerName: 'X-Api-Key' });
export const ATTENTIVE = credential(new SmsConsentAttentiveApi(), { apiKey: 'attentive-key-of-the-test' });
export const ATTENTIVE_OAUTH2 = credential(new SmsConsentAttentiveOAuth2Api(), {
	clientId: 'client',
	clientSecret: 'client-secret-of-the-test',
	oauthTokenData: { access_token: 'token-of-the-test', token_type: 'Bearer' },
});
export const VONAGE = credential(new SmsConsentVonageApi(), { apiKey: 'abcd1234', apiSecret: 'vonage-secret-of-the-test' });
export const VONAGE_SIGNATURE = credential(new SmsConsentVonageSignatureApi(), {
	apiKey: 'abcd1234',
	signatureSecret: 'my_secret_key_for_testing',
	method: 'md5hash',
});

/** Runs a node; failed items go to the second output. */
export async function run(input: SingleNodeRun): Promise<RunResult> {
	return await runWorkflow({ onError: 'continueErrorOutput', ...input });
}

/** What came out of the first output. */
export function results({ outputs }: RunResult): IDataObject[] {
	return (outputs[0] ?? []).map(({ json }) => json);
}

/** What came out of the error output, without the input that n8n puts beside it. */
export function failures({ outputs }: RunResult): IDataObject[] {
	return (outputs[1] ?? []).map(({ json }) => json['error'] as IDataObject);
}

/** The row that a failed item carries. */
export function rowOf(failure: IDataObject | undefined): IDataObject {
	return JSON.parse(String(failure?.['details'])) as IDataObject;
}

/** A host that writes down what it is sent, and gives the answers in order; the last one again and again. */
export function provider(origin: string, ...answers: Array<{ status?: number; body: string | object; type?: string }>) {
	const seen: Array<{ method: string; path: string; body: string; headers: Record<string, unknown> }> = [];
	const reply = function (this: nock.ReplyFnContext, path: string, body: unknown): nock.ReplyFnResult {
		seen.push({ method: this.req.method, path, body: typeof body === 'string' ? body : JSON.stringify(body), headers: this.req.headers });
		const answer = answers[Math.min(seen.length, answers.length) - 1] ?? { body: '' };
		const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
		return [
			answer.status ?? 200,
			text,
			{ 'Content-Type': answer.type ?? (typeof answer.body === 'string' ? 'text/xml' : 'application/json') },
		];
	};
	for (const method of ['GET', 'POST']) nock(origin).persist().intercept(/.*/, method).optionally().reply(reply);
	return seen;
}

/** The one field of a form post. */
export function formOf(body: string): Record<string, string> {
	return Object.fromEntries(new URLSearchParams(body));
}
