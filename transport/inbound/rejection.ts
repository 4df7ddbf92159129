/** The check that a postback did not pass; named in the log, never told to the sender. */
export type RejectionStep = 'method' | 'size' | 'address' | 'body' | 'secret' | 'signature' | 'document' | 'set-up';

/** When a sender gets which HTTP status; only 500 asks it to try again. Markdown. */
export const REJECTION_STATUSES = {
	400: "The body is empty, cannot be read, or isn't one of the provider's.",
	401: 'It does not prove who sent it: secret or signature is missing, wrong or too old.',
	403: 'It comes from an address that is not allowed.',
	405: 'The provider never uses this HTTP method.',
	413: 'It is larger than any real postback, or holds more events.',
	500: 'It could not be judged, for example because n8n cannot decrypt the credential. The provider should try again.',
} as const;

export type RejectionStatus = keyof typeof REJECTION_STATUSES;

/** A postback is turned away: the sender gets the status and an empty body, the log gets the step and the reason. */
export class PostbackRejected extends Error {
	/**
	 * @param status HTTP status for the sender
	 * @param step which check refused it
	 * @param reason one sentence for the person who reads the log; never a secret or an expected value
	 * @param headers for the answer, where the status asks for one
	 */
	constructor(
		readonly status: RejectionStatus,
		readonly step: RejectionStep,
		reason: string,
		readonly headers: Readonly<Record<string, string>> = {},
	) {
		super(reason);
		this.name = 'PostbackRejected';
	}
}
