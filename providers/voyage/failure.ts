import type { CallResponse } from '../../consent/call';
import type { FailureDetails, FailureMeaning, FailureRow } from '../../consent/failure';
import { type BodyState, errorTextOf } from './response';

const CHECK_KEY =
	"Check 'API Key' and 'Header Name' in the credential. Voyage's documented call needs neither; ask Voyage what your account wants.";
const CHECK_VALUES = "Read the provider's text next to this message, and check 'Campaign ID' and 'Attributes'.";
export const CHECK_BASE_URL = "Compare 'Base URL' in the credential with https://vyg.mobi.";

/** Voyage documents no status of a refusal; these are what they mean to whoever uses them as HTTP does. */
const STATUSES: ReadonlyMap<number, FailureMeaning> = new Map<number, FailureMeaning>([
	[400, { kind: 'input', message: 'Voyage does not accept a value of this item', remedy: CHECK_VALUES }],
	[401, { kind: 'credentials', message: 'Voyage wants to know who is calling, or does not accept the key', remedy: CHECK_KEY }],
	[
		403,
		{
			kind: 'permission',
			message: 'Voyage does not allow this call',
			remedy: `${CHECK_KEY} Also check that the campaign is switched on.`,
		},
	],
	[
		404,
		{
			kind: 'input',
			message: 'Voyage does not know the campaign, or nothing at this address takes its calls',
			remedy:
				"Compare 'Campaign ID' with the number behind list-building in the address of your campaign, and 'Base URL' in the credential with https://vyg.mobi.",
		},
	],
	[405, { kind: 'input', message: 'Nothing at this address takes Voyage calls', remedy: CHECK_BASE_URL }],
	[
		409,
		{
			kind: 'opted-out',
			message: 'Voyage refused the number because of what it knows about it, perhaps an earlier opt-out',
			remedy: "Don't try again. After an opt-out, only the person can come back, by texting UNSTOP.",
		},
	],
	[
		410,
		{
			kind: 'input',
			message: 'Voyage no longer takes this call',
			remedy: "Check that the campaign still exists, and compare 'Base URL' in the credential with https://vyg.mobi.",
		},
	],
	[422, { kind: 'input', message: 'Voyage does not accept a value of this item', remedy: CHECK_VALUES }],
]);

/** The one error that the provider documents; https://help.voyagesms.com/api-opt-in */
const NOT_A_US_NUMBER = /must be a us number/i;

/** Voyage's words are not documented; these are about the campaign being off, whichever way round they stand. */
const CAMPAIGN_IS_OFF =
	/\bcampaign\b[^.\n]{0,60}\b(?:not (?:active|activated|enabled|live|running)|inactive|deactivated|disabled|paused|turned off|switched off|draft)\b|\b(?:inactive|disabled|paused|deactivated)\b[^.\n]{0,30}\bcampaign\b/i;

const SWITCH_CAMPAIGN_ON: FailureMeaning = {
	kind: 'input',
	message: 'The campaign is not switched on at Voyage',
	remedy: 'Open the campaign in Voyage, save it, and toggle it on. Then run the item again.',
};

const US_NUMBERS_ONLY: FailureMeaning = {
	kind: 'number',
	message: 'Voyage takes United States numbers only',
	remedy: "Check the number with your source, or use a provider that serves the person's country.",
};

const otherRefusal = (status: number | '…'): FailureMeaning => ({
	kind: 'input',
	message: `Voyage refused the call (HTTP ${status})`,
	remedy: "Read the provider's text next to this message.",
});

const NOT_VOYAGE: FailureMeaning = {
	kind: 'unreadable',
	message: "This response didn't come from Voyage, although its status says that all is well",
	remedy: `${CHECK_BASE_URL} Also check whether a proxy or a log-in page stands in between.`,
};

const CONTRARY: FailureMeaning = {
	kind: 'unreadable',
	message: 'Voyage answered with the status of a success, but with words that say otherwise',
	remedy: "Read the provider's text next to this message, and look the person up in Voyage.",
};

const ANOTHER_NUMBER: FailureMeaning = {
	kind: 'unreadable',
	message: 'Voyage answered for a different number than the one that was sent',
	remedy: 'Look up both numbers in Voyage.',
};

const undocumentedStatus = (status: number | '…'): FailureMeaning => ({
	kind: 'unreadable',
	message: `Voyage answered with HTTP ${status}, which its documentation does not name`,
	remedy: "If this repeats, ask Voyage what it means, and show them the provider's text next to this message.",
});

/** Everything that `failureOf` can say. */
export const FAILURES: readonly FailureRow[] = [
	{ when: 'HTTP 4xx with the words "Must be a US number", unless it is a 401, 403 or 409', ...US_NUMBERS_ONLY },
	{ when: 'HTTP 4xx with words that the campaign is not active, unless it is a 401 or 409', ...SWITCH_CAMPAIGN_ON },
	...[...STATUSES].map(([status, meaning]) => ({ when: `HTTP ${status}`, ...meaning })),
	{ when: 'any other HTTP 4xx', ...otherRefusal('…') },
	{ when: 'HTTP 200, 201 or 202 with the words of somebody else, or none', ...NOT_VOYAGE },
	{ when: 'HTTP 200, 201 or 202 with an error, or another state than subscribed', ...CONTRARY },
	{ when: 'HTTP 200, 201 or 202 with the number of somebody else', ...ANOTHER_NUMBER },
	{ when: 'any other HTTP status', ...undocumentedStatus('…') },
];

function meaningOf(response: CallResponse, text: string, state: BodyState): FailureMeaning {
	const { status } = response;
	if (status >= 400 && status < 500) {
		const meaning = STATUSES.get(status) ?? otherRefusal(status);
		// The words may be a contact's own, repeated; they decide nothing that reaches further than a wrong value.
		if (meaning.kind === 'input' && NOT_A_US_NUMBER.test(text)) return US_NUMBERS_ONLY;
		return (meaning.kind === 'input' || meaning.kind === 'permission') && CAMPAIGN_IS_OFF.test(text) ? SWITCH_CAMPAIGN_ON : meaning;
	}
	if (status < 200 || status > 202) return undocumentedStatus(status);
	if (state === 'another number') return ANOTHER_NUMBER;
	return state === 'contrary' ? CONTRARY : NOT_VOYAGE;
}

/**
 * Explains a response that is none of the three documented successes, or is not Voyage's at all, as far as Voyage itself says what is wrong.
 *
 * @param response as received
 * @param state of its body; decides only where the status is one of success
 */
export function failureOf(response: CallResponse, state: BodyState = 'foreign'): FailureDetails {
	const text = errorTextOf(response);
	return {
		provider: 'voyage',
		...meaningOf(response, text, state),
		...(text === '' ? {} : { providerText: text }),
	};
}
