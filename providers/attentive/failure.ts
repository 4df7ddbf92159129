import type { CallAnswer } from '../../consent/call';
import { type FailureDetails, type FailureKind, ProviderFailure } from '../../consent/failure';
import { readRetryAfter } from '../../consent/retryAfter';
import { ERROR_BODY } from './schema';

/** What a call was about, for messages that fit it. */
export interface CallPurpose {
	/** Goes on the sentence "Attentive refused to ...". */
	doing: string;
	/** The scope that the call needs, as Attentive spells it. */
	scope: 'subscriptions:write' | 'subscriptions:read' | 'webhooks:write';
	/** Credential type name. */
	credential: string;
	/** What to look at when Attentive refuses the values. */
	checkInput: string;
	/** True when a second sending may text the person. */
	repeatTexts: boolean;
}

/** What Attentive says in an error body. */
export interface Complaint {
	text?: string;
	/** Attentive's running number of this one answer, by which their support finds it in the logs. It says nothing about the cause. */
	id?: string;
}

const LONGEST_TEXT = 300;

/** Attentive counts per second and names no time to wait. https://docs.attentivemobile.com/pages/api-rate-limits */
const RATE_WINDOW_MS = 1000;

const CHECK_BASE_URL = "Check that the credential's 'Base URL' ends with /v1.";

/**
 * Finds the provider's own words, in the order in which its error bodies are worth trusting: `error.message`, `error`, `message`,
 * `errors[].message`, the bare text.
 *
 * @param answer what Attentive answered
 * @returns its words and the id of the answer, as far as there are any
 */
export function complaintIn(answer: CallAnswer): Complaint {
	const body = ERROR_BODY.safeParse(answer.json);
	if (!body.success) return withText(plainTextOf(answer.text));
	const { error, message, errors } = body.data;
	const id = typeof error === 'object' && error?.id ? { id: error.id } : {};
	const words = [typeof error === 'string' ? error : error?.message, message, errors?.map((each) => each.message).join('; ')];
	return { ...withText(words.find((each) => each?.trim()) ?? plainTextOf(answer.text)), ...id };
}

/**
 * Turns any answer but the expected one into a failure that says what to do.
 *
 * @param answer what Attentive answered
 * @param purpose what had been asked for
 * @param nowMs the present, in Unix milliseconds
 */
export function failureOf(answer: CallAnswer, purpose: CallPurpose, nowMs = Date.now()): ProviderFailure {
	const complaint = complaintIn(answer);
	const providerText = wordsOf(complaint);
	return new ProviderFailure({
		provider: 'attentive',
		...judgement(answer, purpose, complaint, nowMs),
		httpStatus: answer.status,
		...(providerText === undefined ? {} : { providerText }),
	});
}

/**
 * A failure for an answer that looks like success, but does not hold what Attentive documents.
 *
 * @param answer what Attentive answered
 * @param purpose what had been asked for
 * @param finding what is wrong with it, going on the sentence "... but its answer cannot be understood: "
 */
export function unreadable(answer: CallAnswer, purpose: CallPurpose, finding: string): ProviderFailure {
	const { text } = complaintIn(answer);
	return new ProviderFailure({
		provider: 'attentive',
		kind: 'unreadable',
		message: `Attentive was asked to ${purpose.doing}, but its answer cannot be understood: ${finding}`,
		remedy: `${CHECK_BASE_URL} ${afterUncertainty(purpose)}`,
		httpStatus: answer.status,
		...(text === undefined ? {} : { providerText: text }),
	});
}

type Judgement = Pick<FailureDetails, 'kind' | 'message' | 'remedy' | 'retryAfterMs' | 'surelyNotDone'>;

function judgement(answer: CallAnswer, purpose: CallPurpose, complaint: Complaint, nowMs: number): Judgement {
	const { status } = answer;
	const retryAfterMs = readRetryAfter(answer.headers, nowMs);
	if (status === 429) return tooFast(retryAfterMs ?? (answer.headers['x-ratelimit-limit'] === undefined ? undefined : RATE_WINDOW_MS));
	if (status === 401) return keyRefused(purpose);
	if (status === 403) return scopeMissing(purpose);
	if (status === 404) return notFound(purpose);
	if (status === 409) return conflict(purpose);
	if (status === 408 || status >= 500) return outOfOrder(status, purpose, retryAfterMs);
	if (status >= 300 && status < 400) return redirected(status, purpose);
	return { kind: refusedKind(complaint, purpose), message: `Attentive refused to ${purpose.doing}`, remedy: purpose.checkInput };
}

function keyRefused({ credential }: CallPurpose): Judgement {
	if (credential === 'smsConsentAttentiveOAuth2Api') {
		return {
			kind: 'credentials',
			message: 'Attentive no longer accepts this connection',
			remedy: 'Open the credential and connect again. Attentive gives out no refresh token, so n8n cannot renew an ended connection by itself.',
		};
	}
	return {
		kind: 'credentials',
		message: 'Attentive refused the API key',
		remedy: "Open the credential, paste the API key of your Attentive app into 'API Key' again, and save it: n8n tests it at once.",
	};
}

function scopeMissing({ doing, scope, credential }: CallPurpose): Judgement {
	const again = credential === 'smsConsentAttentiveOAuth2Api' ? `, add '${scope}' to the credential's 'Scope' and connect again` : ', then run the workflow again';
	return {
		kind: 'permission',
		message: `Attentive knows who is asking, but does not allow it to ${doing}: the scope '${scope}' is missing`,
		remedy: `In Attentive, open the app that this credential belongs to and grant it '${scope}'${again}.`,
	};
}

function notFound({ doing, checkInput }: CallPurpose): Judgement {
	return {
		kind: 'input',
		message: `Attentive was asked to ${doing}, but does not know what the request names`,
		remedy: `${checkInput} ${CHECK_BASE_URL}`,
	};
}

function conflict({ doing, checkInput }: CallPurpose): Judgement {
	return { kind: 'input', message: `Attentive was asked to ${doing}, but that already exists`, remedy: checkInput };
}

function tooFast(retryAfterMs: number | undefined): Judgement {
	return {
		kind: 'rate',
		message: 'Attentive refused the call because too many arrived in one second; nothing was changed',
		remedy: "Lower 'Calls per Second' in the node's options, and consider that other integrations of the same account count too.",
		surelyNotDone: true,
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}

function outOfOrder(status: number, purpose: CallPurpose, retryAfterMs: number | undefined): Judgement {
	const postponed = status === 503 && retryAfterMs !== undefined;
	return {
		kind: 'temporary',
		message: `Attentive had a fault of its own (HTTP ${status}) when asked to ${purpose.doing}`,
		remedy: postponed ? 'Nothing was changed. Run it again later.' : afterUncertainty(purpose),
		...(postponed ? { surelyNotDone: true } : {}),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}

function redirected(status: number, purpose: CallPurpose): Judgement {
	return {
		kind: 'unreadable',
		message: `Attentive was asked to ${purpose.doing}, but the answer points to another address (HTTP ${status}), which is not followed because the key would travel along`,
		remedy: CHECK_BASE_URL,
	};
}

function refusedKind({ text = '' }: Complaint, { scope }: CallPurpose): FailureKind {
	if (/unauthori[sz]ed|unauthenticated/i.test(text)) return 'credentials';
	if (/access denied|forbidden|\bscope\b/i.test(text)) return 'permission';
	// A webhook's events have 'phone' and 'email' in their names.
	const aboutPerson = scope !== 'webhooks:write';
	return aboutPerson && /phone|e\.?164|e-?mail/i.test(text) ? 'number' : 'input';
}

function afterUncertainty({ repeatTexts }: CallPurpose): string {
	return repeatTexts
		? 'It may or may not have been done. Look the person up with SMS Query Opt-Outs before you send it again, because a repeat texts them.'
		: 'It may or may not have been done. It can safely be run again.';
}

/** A proxy in between answers web pages; their tags help nobody. */
function plainTextOf(text: string): string {
	return text.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ');
}

function wordsOf({ text, id }: Complaint): string | undefined {
	if (id === undefined) return text;
	return text === undefined ? `error id ${id}` : `${text} (error id ${id})`;
}

function withText(text: string): Complaint {
	const tidy = text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_TEXT);
	return tidy === '' ? {} : { text: tidy };
}
