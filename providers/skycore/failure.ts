import type { CallAnswer } from '../../consent/call';
import type { FailureDetails } from '../../consent/failure';
import { readRetryAfter } from '../../consent/retryAfter';
import { ERROR_CODES, type CodeMeaning } from './errorCodes';

const PROVIDER = 'skycore';
const PROVIDER_TEXT_MAX = 300;
const MS_PER_UNIT: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };
const WAIT_FORM = /(\d+(?:\.\d+)?)\s*(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:ours?|rs?)?)\b/i;

/** What the provider said about its refusal. */
export interface Refusal {
	code?: string;
	info?: string;
}

function waitIn(info: string | undefined): number | undefined {
	const form = WAIT_FORM.exec(info ?? '');
	if (form === null) return undefined;
	const [, amount = '0', unit = 's'] = form;
	return Math.ceil(Number(amount) * (MS_PER_UNIT[unit.charAt(0).toLowerCase()] ?? 1000));
}

function unknownCode(code: string | undefined): CodeMeaning {
	return {
		kind: 'unreadable',
		message: code === undefined ? 'Skycore refused the call and gave no code' : `Skycore refused the call with the code ${code}, which its manual does not list`,
		remedy: "Read the provider's text beside this message, and look the number up in the Skycore Audience Manager before trying again.",
	};
}

/**
 * Explains a refusal inside a readable answer, whatever its HTTP status.
 *
 * @param refusal the provider's code and text
 * @param answer for the HTTP status and headers
 * @returns the failure, with the seconds of E106 as `retryAfterMs`
 */
export function refusalDetails(refusal: Refusal, answer: CallAnswer): FailureDetails {
	const { kind, message, remedy } = (refusal.code && ERROR_CODES.get(refusal.code)) || unknownCode(refusal.code);
	const refusedUnread = kind === 'rate' || kind === 'quota';
	const retryAfterMs = kind === 'rate' ? (waitIn(refusal.info) ?? readRetryAfter(answer.headers, Date.now())) : undefined;
	return {
		provider: PROVIDER,
		kind,
		message,
		remedy,
		httpStatus: answer.status,
		...(refusal.code === undefined ? {} : { code: refusal.code }),
		...(refusal.info === undefined ? {} : { providerText: refusal.info.slice(0, PROVIDER_TEXT_MAX) }),
		...(refusedUnread ? { surelyNotDone: true } : {}),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}

const CHECK_BASE_URL = "Check 'Base URL' in the credential; the documented one is https://secure.skycore.com/API/wxml/1.3/.";

function meaningOfStatus(status: number): CodeMeaning {
	if (status === 401) return { kind: 'credentials', message: 'Skycore does not accept the API key', remedy: 'Copy the API key again from the API Settings page of your Skycore account into the credential.' };
	if (status === 403) return { kind: 'permission', message: 'Skycore does not allow this call', remedy: 'Check on the API Settings page of your Skycore account that the API is active and that the address of your n8n may use it.' };
	if (status === 408) return { kind: 'temporary', message: 'Skycore waited too long for the request', remedy: 'Run the item again later.' };
	if (status === 429) return { kind: 'rate', message: 'Skycore refused the call because too many came at once', remedy: "Lower 'Calls per Second' in the options of the node." };
	if (status >= 500) return { kind: 'temporary', message: `Skycore could not answer (HTTP ${status})`, remedy: 'Run the item again later. It is not certain whether this call was carried out.' };
	if (status >= 300 && status < 500) return { kind: 'input', message: `Nothing at this address takes Skycore calls (HTTP ${status})`, remedy: CHECK_BASE_URL };
	return { kind: 'unreadable', message: 'The answer is not one of Skycore', remedy: `${CHECK_BASE_URL} It is not certain whether this call was carried out.` };
}

/**
 * Explains an answer that holds no readable document of the provider.
 *
 * @param answer as received
 * @returns the failure by HTTP status; `surelyNotDone` for 429 and for 503 with a Retry-After
 */
export function unreadableDetails(answer: CallAnswer): FailureDetails {
	const retryAfterMs = readRetryAfter(answer.headers, Date.now());
	const refusedUnread = answer.status === 429 || (answer.status === 503 && retryAfterMs !== undefined);
	const text = answer.text.trim().slice(0, PROVIDER_TEXT_MAX);
	return {
		provider: PROVIDER,
		...meaningOfStatus(answer.status),
		httpStatus: answer.status,
		...(text === '' ? {} : { providerText: text }),
		...(refusedUnread ? { surelyNotDone: true } : {}),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}
