import type { CallResponse } from '../../consent/call';
import type { FailureDetails, FailureMeaning, FailureRow } from '../../consent/failure';
import { SUBSCRIBER_PATH } from './calls';
import { CHECK_BASE_URL, failureOf } from './failure';

/** Below the base URL; the only call that Voyage documents. */
export const TEST_PATH = SUBSCRIBER_PATH;
/** No number and no campaign: Voyage can only refuse it, so nobody is signed up or texted. */
export const TEST_BODY = { phoneNumber: 'connection-test' } as const;

const REFUSES_VALUES: ReadonlySet<number> = new Set([400, 422]);
const TOO_FAST = 429;
const NO_SUCH_PATH = 404;

const WRONG_ADDRESS: FailureMeaning = {
	kind: 'input',
	message: `Nothing at this address takes Voyage calls (HTTP ${NO_SUCH_PATH})`,
	remedy: CHECK_BASE_URL,
};

const tookAnything = (status: number | '…'): FailureMeaning => ({
	kind: 'unreadable',
	message: `This address took a request without a phone number (HTTP ${status}), which Voyage does not`,
	remedy: CHECK_BASE_URL,
});

/** What the test of a credential says in other words than `failureOf`. */
export const TEST_FAILURES: readonly FailureRow[] = [
	{ when: `testing a credential: HTTP ${NO_SUCH_PATH}`, ...WRONG_ADDRESS },
	{ when: 'testing a credential: HTTP 2xx', ...tookAnything('…') },
];

/**
 * Judges the response to `TEST_BODY`. Voyage documents no call that proves a key, and none that needs one: a response that
 * refuses the values shows that the host takes such calls from us, and no more.
 *
 * @param response as received
 * @returns why the credential cannot be used; null when the host answered as Voyage does
 */
export function testFailure(response: CallResponse): FailureDetails | null {
	const { status } = response;
	if (REFUSES_VALUES.has(status) || status === TOO_FAST) return null;
	const failure = failureOf(response);
	if (status === NO_SUCH_PATH) return { ...failure, ...WRONG_ADDRESS };
	return status >= 300 ? failure : { ...failure, ...tookAnything(status) };
}
