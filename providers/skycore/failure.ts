import type { CallResponse } from '../../consent/call';
import type { FailureDetails, FailureMeaning, FailureRow } from '../../consent/failure';
import { type Asked, mentionsSuccess, namesAnotherCampaign, namesAnotherNumber, type SkycoreResponse } from './document';
import { CHECK_KEY, ERROR_CODES } from './errorCodes';

const CHECK_BASE_URL = "Check 'Base URL' in the credential; the documented one is https://secure.skycore.com/API/wxml/1.3/.";

/** Where a response holds no document of Skycore's, the HTTP status has to do. */
const STATUSES: ReadonlyMap<number, FailureMeaning> = new Map<number, FailureMeaning>([
	[401, { kind: 'credentials', message: 'Skycore does not accept the API key', remedy: CHECK_KEY }],
	[
		403,
		{
			kind: 'permission',
			message: 'Skycore does not allow this call',
			remedy: 'Check on the API Settings page of your Skycore account that the API is active and that the address of your n8n may use it.',
		},
	],
]);

const otherStatus = (status: number | '…'): FailureMeaning => ({
	kind: 'input',
	message: `Nothing at this address takes Skycore calls (HTTP ${status})`,
	remedy: CHECK_BASE_URL,
});

const unlistedCode = (code: string): FailureMeaning => ({
	kind: 'unreadable',
	message: `Skycore refused the call with the code ${code}, which its manual does not list`,
	remedy: "Read the provider's text next to this message, and ask your Skycore account manager what the code means.",
});

const NO_CODE: FailureMeaning = {
	kind: 'unreadable',
	message: 'Skycore refused the call and gave no code',
	remedy: "Read the provider's text next to this message, and ask your Skycore account manager why the call was refused.",
};

const ANOTHER_NUMBER: FailureMeaning = {
	kind: 'unreadable',
	message: 'Skycore answered for a different number than the one that was sent',
	remedy: 'Look up both numbers in the Audience Manager of your Skycore account.',
};

const ANOTHER_CAMPAIGN: FailureMeaning = {
	kind: 'unreadable',
	message: 'Skycore answered for a different campaign than the one that was sent',
	remedy: 'Look the number up in both campaigns, in the Audience Manager of your Skycore account.',
};

const CONTRADICTION: FailureMeaning = {
	kind: 'unreadable',
	message: "Skycore's response contradicts itself: it says that the call succeeded, and that it did not",
	remedy: "Read the provider's text next to this message, and look the number up in the Audience Manager of your Skycore account.",
};

const NOT_SKYCORE: FailureMeaning = { kind: 'unreadable', message: "This response didn't come from Skycore", remedy: CHECK_BASE_URL };

/** Everything that `failureOf` can say. */
export const FAILURES: readonly FailureRow[] = [
	...[...ERROR_CODES].map(([when, meaning]) => ({ when, ...meaning })),
	{ when: 'any other code', ...unlistedCode('…') },
	{ when: 'no code', ...NO_CODE },
	{ when: 'Success and another STATUS, or words of an error', ...CONTRADICTION },
	{ when: 'Success and the MOBILE of somebody else', ...ANOTHER_NUMBER },
	{ when: 'Success and another CAMPAIGNREF or CAMPAIGNID', ...ANOTHER_CAMPAIGN },
	...[...STATUSES].map(([status, meaning]) => ({ when: `HTTP ${status}`, ...meaning })),
	{ when: 'any other HTTP 4xx', ...otherStatus('…') },
	{ when: 'no document of Skycore', ...NOT_SKYCORE },
];

/** Nobody writes a wait at the end of a long text. */
const LONGEST_TEXT_WITH_WAIT = 300;
const MS_PER_UNIT: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };
const WAIT_FORM = /(\d+(?:\.\d+)?)\s*(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:ours?|rs?)?)\b/i;

/** E106 says how long to wait in its text, and Skycore documents no header for it. */
function waitMsIn(text: string): number | undefined {
	const form = WAIT_FORM.exec(text.slice(0, LONGEST_TEXT_WITH_WAIT));
	if (form === null) return undefined;
	const [, amount = '0', unit = 's'] = form;
	return Math.ceil(Number(amount) * (MS_PER_UNIT[unit.charAt(0).toLowerCase()] ?? 1000));
}

/** A code counts whatever the HTTP status; a bare STATUS only where the HTTP status does not contradict it. */
function meaningOf(said: SkycoreResponse | undefined, httpStatus: number, asked: Asked | undefined): FailureMeaning {
	if (said?.errorCode !== undefined) return ERROR_CODES.get(said.errorCode) ?? unlistedCode(said.errorCode);
	if (httpStatus >= 200 && httpStatus < 300) {
		if (said === undefined || said.statuses.length === 0) return NOT_SKYCORE;
		if (!mentionsSuccess(said)) return NO_CODE;
		if (asked === undefined) return CONTRADICTION;
		if (namesAnotherNumber(said, asked)) return ANOTHER_NUMBER;
		return said.statuses.length === 1 && namesAnotherCampaign(said, asked) ? ANOTHER_CAMPAIGN : CONTRADICTION;
	}
	return STATUSES.get(httpStatus) ?? (httpStatus >= 400 && httpStatus < 500 ? otherStatus(httpStatus) : NOT_SKYCORE);
}

/**
 * Explains a response that is no success, as far as Skycore itself says what is wrong.
 * http://apidocs.skycore.com/HTTP_API/MESSAGING/subscribe.html
 *
 * @param said what its document says; undefined when it holds none of Skycore's
 * @param response as received
 * @param asked whom and what the call was about; undefined where it was about nobody
 * @returns the failure, with the wait that E106 and E113 name in their text as `retryAfterMs`
 */
export function failureOf(said: SkycoreResponse | undefined, response: CallResponse, asked?: Asked): FailureDetails {
	const meaning = meaningOf(said, response.status, asked);
	const words = said?.errorInfo ?? (said?.errorCode === undefined ? response.text : '');
	const providerText = words.trim();
	const retryAfterMs = meaning.kind === 'rate' ? waitMsIn(providerText) : undefined;
	return {
		provider: 'skycore',
		...meaning,
		...(said?.errorCode === undefined ? {} : { code: said.errorCode }),
		...(providerText === '' ? {} : { providerText }),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}
