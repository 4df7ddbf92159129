import type { CallAnswer } from '../../consent/call';
import type { FailureDetails } from '../../consent/failure';
import { refusalDetails, unreadableDetails } from './failure';

/** Lists the account's campaigns; changes nothing and texts nobody. */
export const CHECK_DOCUMENT = '<REQUEST><ACTION>getMmsCampaigns</ACTION></REQUEST>';
/** Names neither a campaign nor a number, so that nobody can be subscribed by it. */
export const SECOND_CHECK_DOCUMENT = '<REQUEST><ACTION>subscribe</ACTION></REQUEST>';

/** The action is unknown at this server, or the server judges the form of a request before its key. */
const SAYS_NOTHING_ABOUT_KEY = new Set(['E100', 'E101', 'E108']);
const KEY_REFUSED = new Set(['E102', 'E103', 'E104', 'E105', 'E109', 'E112']);
const SERVER_IN_TROUBLE = 'E503';

interface CheckAnswer {
	isSkycore: boolean;
	code: string | undefined;
	info: string | undefined;
}

function elementText(document: string, name: string): string | undefined {
	const text = new RegExp(`<${name}>([^<]*)</${name}>`, 'i').exec(document)?.[1]?.trim();
	return text === '' ? undefined : text;
}

/** A credential type may not use the transport's XML parser; three flat fields need none. */
function readCheckAnswer({ text }: CallAnswer): CheckAnswer {
	const code = elementText(text, 'ERRORCODE')?.toUpperCase();
	return {
		isSkycore: /<RESPONSE[\s>]/i.test(text) && (code !== undefined || elementText(text, 'STATUS') !== undefined),
		code,
		info: elementText(text, 'ERRORINFO'),
	};
}

/**
 * Whether an answer leaves open what the key is worth.
 *
 * @param answer to a check document
 * @returns true when another document should be tried
 */
export function needsSecondCheck(answer: CallAnswer): boolean {
	const { isSkycore, code } = readCheckAnswer(answer);
	return isSkycore && code !== undefined && SAYS_NOTHING_ABOUT_KEY.has(code);
}

/**
 * Judges the answer to a check document. Whatever Skycore says about campaigns, rights or rates, it says to a key that it recognised.
 *
 * @param answer to `CHECK_DOCUMENT` or `SECOND_CHECK_DOCUMENT`
 * @returns why the credential cannot be trusted; null when the key was recognised
 */
export function keyIsRefused(answer: CallAnswer): FailureDetails | null {
	const { isSkycore, code, info } = readCheckAnswer(answer);
	if (!isSkycore) return unreadableDetails(answer);
	if (code === undefined) return answer.status >= 200 && answer.status < 300 ? null : unreadableDetails(answer);
	const refusal = refusalDetails({ code, info }, answer);
	if (KEY_REFUSED.has(code)) return refusal;
	if (code === SERVER_IN_TROUBLE) return { ...refusal, remedy: 'Try the test again later; the key was not looked at.' };
	if (SAYS_NOTHING_ABOUT_KEY.has(code)) {
		return {
			...refusal,
			kind: 'unreadable',
			message: `Skycore answers, but says about this test only ${code}, which tells nothing about the key`,
			remedy: 'You can save the credential; the first call of a node shows whether the key is right.',
		};
	}
	return null;
}

/**
 * Finds out whether Skycore recognises a key, without any consequence for a person.
 *
 * @param post sends a document with the key in it
 * @returns why the credential cannot be trusted; null when the key was recognised
 */
export async function checkKey(post: (document: string) => Promise<CallAnswer>): Promise<FailureDetails | null> {
	const answer = await post(CHECK_DOCUMENT);
	return keyIsRefused(needsSecondCheck(answer) ? await post(SECOND_CHECK_DOCUMENT) : answer);
}
