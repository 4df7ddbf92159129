import type { ProviderName } from './call';
import type { ConsentOutcome } from './result';

/**
 * Why a call did not do what was asked; decides retry, pacing and what the person is told.
 * - `credentials`: key or secret refused. Nothing else of the run can succeed.
 * - `permission`: key recognised, but not allowed to do this (scope, API rights, IP allow-list).
 * - `rate`: refused because too fast; surely not carried out.
 * - `quota`: the account's allowance is used up; stops the run.
 * - `opted-out`: provider refuses because the person opted out or is blocked. Never retried.
 * - `number`: the phone number or e-mail address is refused.
 * - `input`: another value is missing or refused (campaign, time zone, ...).
 * - `temporary`: the provider failed; it may or may not have acted.
 * - `unreadable`: an answer that the documents do not describe; it may or may not have acted.
 */
export type FailureKind =
	| 'credentials'
	| 'permission'
	| 'rate'
	| 'quota'
	| 'opted-out'
	| 'number'
	| 'input'
	| 'temporary'
	| 'unreadable';

export interface FailureDetails {
	provider: ProviderName;
	kind: FailureKind;
	/** What happened, one sentence for a person who does not write code. */
	message: string;
	/** What to do now, one or two sentences. */
	remedy: string;
	/** The provider's own code, such as `E904`; absent when it gave none. */
	code?: string;
	/** The provider's own words, trimmed; never contains a secret. */
	providerText?: string;
	httpStatus?: number;
	/** How long the provider asks to wait, in milliseconds. */
	retryAfterMs?: number;
	/** True when the provider certainly did not carry the call out (429, 503 with Retry-After, a rate code). */
	surelyNotDone?: boolean;
	/** What the refusal tells about the person, where it is another than `opted_out` for the kind `opted-out`. */
	outcome?: ConsentOutcome;
}

/** A provider said no, or said something that cannot be understood. */
export class ProviderFailure extends Error {
	readonly details: FailureDetails;

	constructor(details: FailureDetails) {
		super(details.message);
		this.name = 'ProviderFailure';
		this.details = details;
	}
}

/** What the person entered (after expressions) cannot be sent; thrown before anything leaves this machine. */
export class InputProblem extends Error {
	readonly remedy: string;

	/**
	 * @param message what is wrong, naming the field in single quotes as the editor shows it
	 * @param remedy what to do now
	 */
	constructor(message: string, remedy: string) {
		super(message);
		this.name = 'InputProblem';
		this.remedy = remedy;
	}
}
