/** The check that a postback did not pass; named in the log, never told to the sender. */
export type RejectionStep = 'method' | 'size' | 'address' | 'body' | 'secret' | 'signature' | 'document' | 'set-up';

/**
 * - 400: the body cannot be read, or is none of the provider's.
 * - 401: it does not prove who sent it.
 * - 403: it comes from an address that is not allowed.
 * - 405: the provider never uses this HTTP method.
 * - 413: it is larger than any real postback.
 * - 500: it could not be judged; the sender should try again.
 */
export type RejectionStatus = 400 | 401 | 403 | 405 | 413 | 500;

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
