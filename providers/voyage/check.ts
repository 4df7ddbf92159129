import type { CallAnswer } from '../../consent/call';
import type { FailureDetails } from '../../consent/failure';
import { failureDetails } from './failure';

/** No number and no campaign: Voyage can only refuse it, so nobody is signed up or texted. */
export const CHECK_BODY = { phoneNumber: 'connection-test' } as const;

const REFUSES_VALUES = new Set([400, 422]);
const TOO_FAST = 429;
const NO_SUCH_PATH = 404;
const CHECK_BASE_URL = "Compare 'Base URL' in the credential with https://vyg.mobi.";

/**
 * Judges the answer to `CHECK_BODY`. Voyage documents no call that proves a key, and none that needs one: an answer that
 * refuses the values shows that the host takes such calls from us, and no more.
 *
 * @param answer as received
 * @returns why the credential cannot be used; null when the host answered as Voyage does
 */
export function checkFailure(answer: CallAnswer): FailureDetails | null {
	if (REFUSES_VALUES.has(answer.status) || answer.status === TOO_FAST) return null;
	const failure = failureDetails(answer);
	if (answer.status === NO_SUCH_PATH) {
		return { ...failure, message: 'Nothing at this address takes Voyage calls (HTTP 404)', remedy: CHECK_BASE_URL };
	}
	if (answer.status >= 300) return failure;
	return {
		...failure,
		kind: 'unreadable',
		message: `This address took a request without a phone number (HTTP ${answer.status}), which Voyage does not`,
		remedy: CHECK_BASE_URL,
	};
}
