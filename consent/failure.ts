import type { ProviderName } from './providerName';

/** Why a call did not do what was asked, with what follows from it; decides retry, pacing and what the person is told. Markdown. */
export const FAILURE_KINDS = {
	credentials: 'The key or secret was refused. The run ends, because every other call would end the same way.',
	permission: "The key is known but isn't allowed to do this: a scope, access to the API, or an entry in an IP allow-list is missing.",
	rate: 'Too fast. Certainly not carried out, so the node waits and tries again.',
	quota: "The account's allowance is used up. The run ends.",
	'opted-out': 'The person opted out or is blocked. Never tried again.',
	'no-consent': "Your data doesn't say that the person asked to come back. Nothing was sent.",
	'not-eligible':
		'The provider refuses the person and does not say why: they may have opted out, may not have confirmed yet, or their number cannot get texts. Never tried again.',
	number: 'The phone number or email address is wrong, or the provider refused it.',
	input: 'Another value is missing or was refused, such as the campaign.',
	temporary: 'The provider failed. It may or may not have acted, unless the error says `not sent`.',
	unreadable: "A response that the provider's documents don't describe. It may or may not have acted, unless the error says `not sent`.",
} as const;

export type FailureKind = keyof typeof FAILURE_KINDS;

/** What a code, a status or a word of a provider means for a person. */
export interface FailureMeaning {
	kind: FailureKind;
	/** What happened, one sentence for a person who does not write code. */
	message: string;
	/** What to do now, one or two sentences. */
	remedy: string;
}

/** One row of a provider's failure table, as docs/errors.md prints it. */
export interface FailureRow extends FailureMeaning {
	/** The provider's code, `HTTP 400`, or the words by which the failure is recognized. `…` in the texts is known only when it happens. */
	when: string;
}

export interface FailureDetails extends FailureMeaning {
	provider: ProviderName;
	/** The provider's own code, such as `E904`; absent when it gave none. */
	code?: string;
	/** The provider's own words, trimmed; never contains a secret. */
	providerText?: string;
	httpStatus?: number;
	/** How long the provider asks to wait, in milliseconds; from the provider's own words, else from the HTTP headers. */
	retryAfterMs?: number;
	/** True when the provider certainly did not carry the call out, although the kind alone does not say so. */
	notExecuted?: boolean;
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
	readonly kind: FailureKind = 'input';

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

/** The phone number or email address is not one that can be used, whatever else the entry says. */
export class AddressProblem extends InputProblem {
	override readonly kind = 'number';
}

/** The workflow itself knows that the person opted out. */
export class OptedOutEarlier extends InputProblem {
	override readonly kind = 'opted-out';
}

/** Nobody stated that the person asked to come back. */
export class ConsentNotStated extends InputProblem {
	override readonly kind = 'no-consent';
}

/** Somebody sent more than can be meant. */
export class TooMuch extends InputProblem {}
