import type { CallResponse } from '../../consent/call';
import { type FailureKind, type FailureMeaning, type FailureRow, ProviderFailure } from '../../consent/failure';
import { type ErrorBody, readErrorBody } from './errorBody';
import { type CallPurpose, isAboutPerson, PURPOSES } from './purpose';

/** A private app of Attentive has an API key, a public one is connected to. https://docs.attentive.com/pages/authentication */
const OF_PRIVATE_APP = 'smsConsentAttentiveApi';
const OF_PUBLIC_APP = 'smsConsentAttentiveOAuth2Api';

const CHECK_BASE_URL = "Check that the credential's 'Base URL' ends with /v1.";

/** What one status means for a call with this purpose and this credential type. */
type Meaning = (purpose: CallPurpose, credential: string) => FailureMeaning;

const keyRefused: Meaning = (_purpose, credential) =>
	credential === OF_PUBLIC_APP
		? {
				kind: 'credentials',
				message: 'Attentive no longer accepts this connection',
				remedy:
					'Open the credential and connect again. Attentive gives out no refresh token, so n8n cannot renew an ended connection by itself.',
			}
		: {
				kind: 'credentials',
				message: 'Attentive refused the API key',
				remedy: "Open the credential, paste the API key of your Attentive app into 'API Key' again, and save it: n8n tests it right away.",
			};

const scopeMissing: Meaning = ({ doing, scope, withoutScope = '' }, credential) => {
	const again =
		credential === OF_PUBLIC_APP ? `, add '${scope}' to the credential's 'Scope' and connect again` : ', then run the workflow again';
	return {
		kind: 'permission',
		message: `Attentive knows who is asking, but does not allow it to ${doing}: the scope '${scope}' is missing`,
		remedy: `In Attentive, open the app that this credential belongs to and grant it '${scope}'${again}.${withoutScope}`,
	};
};

const notFound: Meaning = ({ doing, checkInput }) => ({
	kind: 'input',
	message: `Attentive was asked to ${doing}, but does not know what the request names`,
	remedy: `${checkInput} ${CHECK_BASE_URL}`,
});

const conflict: Meaning = ({ doing, checkInput }) => ({
	kind: 'input',
	message: `Attentive was asked to ${doing}, but reports a conflict with something that already exists`,
	remedy: checkInput,
});

const MEANING_BY_STATUS: Readonly<Record<number, Meaning>> = { 401: keyRefused, 403: scopeMissing, 404: notFound, 409: conflict };

/** Attentive documents no codes. Its words may repeat what a contact has written, so they decide nothing that goes beyond this one item. */
const ABOUT_THE_ADDRESS = /phone|e\.?164|e-?mail/i;

function kindOf({ text = '' }: ErrorBody, purpose: CallPurpose): FailureKind {
	return isAboutPerson(purpose) && ABOUT_THE_ADDRESS.test(text) ? 'number' : 'input';
}

function refused({ doing, checkInput }: CallPurpose, kind: FailureKind): FailureMeaning {
	return { kind, message: `Attentive refused to ${doing}`, remedy: checkInput };
}

function notUnderstood({ doing }: CallPurpose, finding: string): FailureMeaning {
	return {
		kind: 'unreadable',
		message: `Attentive was asked to ${doing}, but its response can't be understood: ${finding}`,
		remedy: CHECK_BASE_URL,
	};
}

function mustNotBeSentTo(subscriptionType: string): FailureMeaning {
	return {
		kind: 'not-eligible',
		message: `Attentive lists this person's ${subscriptionType} subscription as one that must not be sent to: they opted out, or have not answered "Reply Y"; nothing was sent`,
		remedy:
			'If they opted out: use SMS Resubscribe, and only when they have asked for messages again. If they signed up lately: wait for their "Y", or remind them in another way than by text. Until then do not text them.',
	};
}

const ANY_CALL: CallPurpose = { doing: '…', scope: '…', checkInput: '…' };

/** Everything by which Attentive says no. */
export const FAILURES: readonly FailureRow[] = [
	...[OF_PRIVATE_APP, OF_PUBLIC_APP].map((credential) => ({ when: 'HTTP 401', ...keyRefused(ANY_CALL, credential) })),
	...[OF_PRIVATE_APP, OF_PUBLIC_APP].map((credential) => ({ when: 'HTTP 403', ...scopeMissing(ANY_CALL, credential) })),
	...[OF_PRIVATE_APP, OF_PUBLIC_APP].map((credential) => ({
		when: 'HTTP 403, on a look-up',
		...scopeMissing({ ...ANY_CALL, withoutScope: PURPOSES.lookUp.withoutScope }, credential),
	})),
	{ when: 'HTTP 404', ...notFound(ANY_CALL, '…') },
	{ when: 'HTTP 409', ...conflict(ANY_CALL, '…') },
	...Object.values(PURPOSES).map((purpose) => ({ when: 'HTTP 4xx', ...refused(purpose, 'input') })),
	{ when: '"phone", "E.164", "email" in its words', ...refused(ANY_CALL, 'number') },
	{ when: 'isEligible false, before SMS Subscribe', ...mustNotBeSentTo('…') },
	{ when: 'HTTP 2xx', ...notUnderstood(ANY_CALL, '…') },
];

/**
 * Words a refusal. What HTTP alone explains is judged by who has sent the call.
 *
 * @param response of Attentive
 * @param purpose what had been asked for
 * @param credential type name; decides what to do about a refused key or scope
 * @see https://docs.attentive.com/reference/addsubscriptions
 */
export function failureOf(response: CallResponse, purpose: CallPurpose, credential: string): ProviderFailure {
	const body = readErrorBody(response);
	const meaning = MEANING_BY_STATUS[response.status]?.(purpose, credential) ?? refused(purpose, kindOf(body, purpose));
	return failureWith(meaning, wordsOf(body));
}

/**
 * A failure for a response that looks like success, but does not hold what Attentive documents.
 *
 * @param response of Attentive
 * @param purpose what had been asked for
 * @param finding what is wrong with it, going on the sentence "... but its response can't be understood: "
 */
export function unreadable(response: CallResponse, purpose: CallPurpose, finding: string): ProviderFailure {
	return failureWith(notUnderstood(purpose, finding), readErrorBody(response).text);
}

/**
 * A failure for a sign-up that a look-up has ruled out.
 *
 * @param subscriptionType such as `MARKETING`
 */
export function notEligible(subscriptionType: string): ProviderFailure {
	return failureWith(mustNotBeSentTo(subscriptionType), undefined);
}

function failureWith(meaning: FailureMeaning, providerText: string | undefined): ProviderFailure {
	return new ProviderFailure({ provider: 'attentive', ...meaning, ...(providerText === undefined ? {} : { providerText }) });
}

function wordsOf({ text, id }: ErrorBody): string | undefined {
	if (id === undefined) return text;
	return text === undefined ? `error id ${id}` : `${text} (error id ${id})`;
}
