import type { CallResponse } from '../../consent/call';
import type { FailureDetails, FailureMeaning, FailureRow } from '../../consent/failure';
import { readResponse } from './document';
import { failureOf } from './failure';

/** Lists the account's campaigns; changes nothing and texts nobody. */
export const TEST_DOCUMENT = '<REQUEST><ACTION>getMmsCampaigns</ACTION></REQUEST>';
/** Names neither a campaign nor a number, so that nobody can be subscribed by it. */
export const SECOND_TEST_DOCUMENT = '<REQUEST><ACTION>subscribe</ACTION></REQUEST>';

/** The action is unknown at this server, or the server judges the form of a request before its key. */
const SAYS_NOTHING_ABOUT_KEY: ReadonlySet<string> = new Set(['E100', 'E101', 'E108']);
const KEY_REFUSED: ReadonlySet<string> = new Set(['E102', 'E103', 'E104', 'E105', 'E109', 'E112']);
const INTERNAL_PROBLEM = 'E503';

const KEY_NOT_LOOKED_AT: FailureMeaning = {
	kind: 'temporary',
	message: 'Skycore had an internal problem',
	remedy: 'Try the test again later; the key was not looked at.',
};

const undecided = (code: string): FailureMeaning => ({
	kind: 'unreadable',
	message: `Skycore answers, but says about this test only ${code}, which tells nothing about the key`,
	remedy: 'You can save the credential; the first call of a node shows whether the key is right.',
});

/** What the test of a credential says in other words than `failureOf`. */
export const TEST_FAILURES: readonly FailureRow[] = [
	{ when: `testing a credential: ${[...SAYS_NOTHING_ABOUT_KEY].join(', ')}`, ...undecided('…') },
	{ when: `testing a credential: ${INTERNAL_PROBLEM}`, ...KEY_NOT_LOOKED_AT },
];

function saysNothingAboutKey(response: CallResponse): boolean {
	return SAYS_NOTHING_ABOUT_KEY.has(readResponse(response.xml)?.errorCode ?? '');
}

/**
 * Asks Skycore about a key, without any consequence for a person.
 *
 * @param post sends a document with the key in it
 * @returns the response that says most about the key
 */
export async function askAboutKey(post: (document: string) => Promise<CallResponse>): Promise<CallResponse> {
	const response = await post(TEST_DOCUMENT);
	return saysNothingAboutKey(response) ? await post(SECOND_TEST_DOCUMENT) : response;
}

/**
 * Judges the response to a test document. Whatever Skycore says about campaigns, rights or rates, it says to a key that it recognized.
 *
 * @param response as `askAboutKey` gives it
 * @returns why the credential cannot be trusted; null when the key was recognized
 */
export function testFailure(response: CallResponse): FailureDetails | null {
	const said = readResponse(response.xml);
	const failure = failureOf(said, response);
	if (said?.errorCode === undefined) {
		const recognized = said !== undefined && said.statuses.length > 0 && response.status >= 200 && response.status < 300;
		return recognized ? null : failure;
	}
	if (KEY_REFUSED.has(said.errorCode)) return failure;
	if (said.errorCode === INTERNAL_PROBLEM) return { ...failure, ...KEY_NOT_LOOKED_AT };
	return SAYS_NOTHING_ABOUT_KEY.has(said.errorCode) ? { ...failure, ...undecided(said.errorCode) } : null;
}
