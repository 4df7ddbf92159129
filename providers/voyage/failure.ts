import type { CallAnswer } from '../../consent/call';
import type { FailureDetails, FailureKind } from '../../consent/failure';
import { readRetryAfter } from '../../consent/retryAfter';
import { errorTextOf } from './schema';

const PROVIDER_TEXT_MAX = 300;
/** The one error that the provider documents; https://help.voyagesms.com/api-opt-in */
const NOT_A_US_NUMBER = /must be a us number/i;

interface Meaning {
	kind: FailureKind;
	message: string;
	remedy: string;
}

const CHECK_KEY = "Check 'API Key' and 'Header Name' in the credential. Voyage's documented call needs neither; ask Voyage what your account wants.";
const UNCERTAIN = 'It is not certain whether the person was signed up: look the number up in Voyage before running the item again.';

const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
	[400, { kind: 'input', message: 'Voyage does not accept a value of this item', remedy: "Read the provider's text beside this message, and check 'Campaign ID' and 'Attributes'." }],
	[401, { kind: 'credentials', message: 'Voyage wants to know who is calling, or does not accept the key', remedy: CHECK_KEY }],
	[403, { kind: 'permission', message: 'Voyage does not allow this call', remedy: `${CHECK_KEY} Also check that the campaign is switched on.` }],
	[404, { kind: 'input', message: 'Voyage does not know the campaign, or nothing at this address takes its calls', remedy: "Compare 'Campaign ID' with the number behind list-building in the address of your campaign, and 'Base URL' in the credential with https://vyg.mobi." }],
	[405, { kind: 'input', message: 'Nothing at this address takes Voyage calls', remedy: "Compare 'Base URL' in the credential with https://vyg.mobi." }],
	[408, { kind: 'temporary', message: 'Voyage waited too long for the request', remedy: UNCERTAIN }],
	[409, { kind: 'opted-out', message: 'Voyage refused the number because of what it knows about it, perhaps an earlier opt-out', remedy: 'Do not try again. After an opt-out only the person can return, by texting UNSTOP.' }],
	[410, { kind: 'input', message: 'Voyage no longer takes this call', remedy: "Check that the campaign still exists, and compare 'Base URL' in the credential with https://vyg.mobi." }],
	[422, { kind: 'input', message: 'Voyage does not accept a value of this item', remedy: "Read the provider's text beside this message, and check 'Campaign ID' and 'Attributes'." }],
	[429, { kind: 'rate', message: 'Voyage refused the call because too many came at once', remedy: "Lower 'Calls per Second' in the options of the node." }],
]);

const US_NUMBERS_ONLY: Meaning = {
	kind: 'number',
	message: 'Voyage takes United States numbers only',
	remedy: "Check the number with your source, or use a provider that serves the person's country.",
};

const NOT_VOYAGE: Meaning = {
	kind: 'unreadable',
	message: 'The answer is not one of Voyage, although its status says that all is well',
	remedy: `${UNCERTAIN} Compare 'Base URL' in the credential with https://vyg.mobi, and check whether a proxy or a log-in page stands in between.`,
};

function meaningOf(status: number, text: string): Meaning {
	if (NOT_A_US_NUMBER.test(text) && status >= 400 && status < 500) return US_NUMBERS_ONLY;
	const known = MEANINGS.get(status);
	if (known !== undefined) return known;
	if (status >= 500) return { kind: 'temporary', message: `Voyage could not answer (HTTP ${status})`, remedy: UNCERTAIN };
	if (status >= 400) return { kind: 'input', message: `Voyage refused the call (HTTP ${status})`, remedy: "Read the provider's text beside this message." };
	if (status >= 300) return { kind: 'input', message: `Nothing at this address takes Voyage calls (HTTP ${status})`, remedy: "Compare 'Base URL' in the credential with https://vyg.mobi." };
	if (status >= 200 && status <= 202) return NOT_VOYAGE;
	return { kind: 'unreadable', message: `Voyage answered with HTTP ${status}, which its documentation does not name`, remedy: UNCERTAIN };
}

/**
 * Explains an answer that is none of the three documented successes, or is not Voyage's at all.
 *
 * @param answer as received
 * @returns the failure; `surelyNotDone` for 429 and for 503 with a Retry-After
 */
export function failureDetails(answer: CallAnswer): FailureDetails {
	const text = errorTextOf(answer);
	const retryAfterMs = readRetryAfter(answer.headers, Date.now());
	const refusedUnread = answer.status === 429 || (answer.status === 503 && retryAfterMs !== undefined);
	return {
		provider: 'voyage',
		...meaningOf(answer.status, text),
		httpStatus: answer.status,
		...(text === '' ? {} : { providerText: text.slice(0, PROVIDER_TEXT_MAX) }),
		...(refusedUnread ? { surelyNotDone: true } : {}),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}
