import type { CallResponse } from '../../consent/call';
import { type FailureKind, type FailureMeaning, type FailureRow, ProviderFailure } from '../../consent/failure';
import { readErrorBody } from './errorBody';

const KEY_AND_SECRET = 'smsConsentVonageApi';
const SIGNATURE = 'smsConsentVonageSignatureApi';

const CHECK_VALUES = 'Check the values of this item. If they are right, show what Vonage said to Vonage support.';
const CHECK_BASE_URL =
	"Check the credential's 'Base URL', and with Vonage that your account still has US Short Code Alerts: it is an old product.";
const NO_LIST = `${CHECK_BASE_URL} If the account sends the responses of these calls to a webhook, the list arrives there: SMS Postback Trigger reads it.`;
const LOOK_IT_UP = 'Look the number up with SMS Query Opt-Outs before you text it.';
const ASK_VONAGE = 'Ask Vonage support what the account needs, then run it again.';

function means(kind: FailureKind, message: string, remedy: string): FailureMeaning {
	return { kind, message, remedy };
}

const TOO_FAST = means(
	'rate',
	'Vonage refused the call because too many arrived at once; nothing was changed',
	"Lower 'Calls per Second' in the node's options, and consider that other systems use the same API key.",
);
const IN_TROUBLE = means('temporary', 'Vonage had an internal problem', 'Wait a little and run it again.');
const CREDIT_USED_UP = means(
	'quota',
	"The Vonage account's credit is used up",
	'Top the account up in the Vonage dashboard, then run it again.',
);
const NOTHING_HERE = means('input', 'Vonage has nothing at this address', CHECK_BASE_URL);
const REFUSED = means('input', 'Vonage refused the request', CHECK_VALUES);
const STILL_OPTED_OUT = means(
	'opted-out',
	'Vonage did not take the number off the opt-out list',
	'Do not text this person. If they really asked to come back, ask Vonage support why the number stays on the list.',
);

function secretRefused(credential: string): FailureMeaning {
	return credential === SIGNATURE
		? means(
				'credentials',
				'Vonage refused the API key or the signature secret',
				'Open the credential and copy both again from the Vonage dashboard (API settings). Vonage support must have switched signing on for the account.',
			)
		: means(
				'credentials',
				'Vonage refused the API key or the API secret',
				'Open the credential and copy both again from the Vonage dashboard (API settings).',
			);
}

/**
 * The SMS API's statuses, which this older API shares; 4 is a refused secret.
 * https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms
 */
const SMS_STATUSES: Readonly<Record<string, FailureMeaning>> = {
	'1': TOO_FAST,
	'2': means('input', 'A value is missing in the request to Vonage', CHECK_VALUES),
	'3': means('input', 'Vonage refused a value of the request', CHECK_VALUES),
	'5': IN_TROUBLE,
	'6': means('input', 'Vonage cannot read the request', CHECK_VALUES),
	'7': means(
		'opted-out',
		'Vonage blocks this number',
		'Do not text this person. If they ask to come back, ask Vonage support why the number is blocked.',
	),
	'8': means('permission', 'Vonage has blocked this account', ASK_VONAGE),
	'9': CREDIT_USED_UP,
	'14': means(
		'credentials',
		'Vonage found that the signature of the request is wrong',
		"Copy the signature secret again (it is not the API secret), choose the same 'Signature Method' as in the Vonage dashboard, and check that this computer's clock is right.",
	),
	'15': means('input', 'Vonage refused the sender', CHECK_VALUES),
	'29': means(
		'permission',
		'Vonage lets a trial account use registered test numbers only',
		'Add the number to the test numbers in the Vonage dashboard, or upgrade the account.',
	),
	'32': means(
		'credentials',
		'Vonage received a signature and an API secret together and accepts only one of them',
		"This node never sends both. Look for a proxy in between that adds the secret, or for one of them in the credential's 'Base URL'.",
	),
	'33': means('number', 'Vonage says that this number is no longer in use', 'Remove the number from your list.'),
};

function unknownSmsStatus(status: string): FailureMeaning {
	return means('input', `Vonage refused the call with its status ${status}`, CHECK_VALUES);
}

/** What an `error-code` means, also inside HTTP 200: its numbers are those of HTTP. 401 is a refused secret. */
const ACCOUNT_CODES: readonly { when: string; holds: (code: number) => boolean; meaning: FailureMeaning }[] = [
	{ when: 'HTTP 402', holds: (code) => code === 402, meaning: CREDIT_USED_UP },
	{
		when: 'HTTP 403',
		holds: (code) => code === 403,
		meaning: means('permission', 'Vonage knows the account, but does not allow it to make this call', ASK_VONAGE),
	},
	{ when: 'HTTP 404, 410', holds: (code) => code === 404 || code === 410, meaning: NOTHING_HERE },
	{ when: 'error-code 429', holds: (code) => code === 429, meaning: TOO_FAST },
	{ when: 'error-code 408, 5xx', holds: (code) => code === 408 || code >= 500, meaning: IN_TROUBLE },
];

function cannotBeUsed(finding: string, remedy: string): FailureMeaning {
	return means('unreadable', `Vonage's response can't be used: ${finding}`, remedy);
}

const cutShort = (came: number | '…', counted: number | '…'): FailureMeaning =>
	means(
		'unreadable',
		`Vonage counts ${counted} numbers on its list, but sent ${came}${came === '…' || counted === '…' ? '' : `, so ${counted - came} are missing`}`,
		"Don't rely on this list: it is incomplete. Run it again; if it stays short, set 'Page Size' to a smaller number, and ask Vonage support.",
	);

const rowsOf = (when: string, ...meanings: FailureMeaning[]): FailureRow[] => meanings.map((meaning) => ({ when, ...meaning }));
const secretRefusedRows = (when: string) => rowsOf(when, secretRefused(KEY_AND_SECRET), secretRefused(SIGNATURE));

/** Everything by which Vonage says no. */
export const FAILURES: readonly FailureRow[] = [
	...secretRefusedRows('status 4'),
	...Object.entries(SMS_STATUSES).flatMap(([status, meaning]) => rowsOf(`status ${status}`, meaning)),
	...rowsOf('status …', unknownSmsStatus('…')),
	...secretRefusedRows('HTTP 401'),
	...ACCOUNT_CODES.flatMap(({ when, meaning }) => rowsOf(when, meaning)),
	...rowsOf('HTTP 4xx', REFUSED),
	...rowsOf('opt-out true', STILL_OPTED_OUT),
	...rowsOf('HTTP 2xx', cannotBeUsed('…', NO_LIST), cannotBeUsed('…', LOOK_IT_UP), cutShort('…', '…')),
];

/**
 * Decides whether a response is a refusal, also inside HTTP 200, and words it. What HTTP alone explains is judged by who has sent
 * the call.
 *
 * @param response of Vonage
 * @param credential type name; decides which secret to look at
 * @returns what went wrong; undefined when nothing says so
 */
export function failureOf(response: CallResponse, credential: string): ProviderFailure | undefined {
	const refusedByStatus = response.status >= 400;
	const body = readErrorBody(response);
	if (!refusedByStatus && body === undefined) return undefined;
	const { smsStatus, accountCode, text = response.text } = body ?? {};
	const meaning =
		smsStatus === undefined
			? meaningOfAccountCode(refusedByStatus ? response.status : Number(accountCode), credential)
			: meaningOfSmsStatus(smsStatus, credential);
	return failureWith(meaning, { code: smsStatus ?? accountCode, text });
}

/**
 * A failure for a response to `query` that looks like success, but does not hold what Vonage documents.
 *
 * @param response of Vonage
 */
export function notAList(response: CallResponse): ProviderFailure {
	return failureWith(cannotBeUsed('it holds no opt-out list', NO_LIST), { text: response.text });
}

/**
 * A failure for a list that stays shorter than Vonage counts, read twice.
 *
 * @param came how many different records came
 * @param counted how many Vonage counts
 */
export function listCutShort(came: number, counted: number): ProviderFailure {
	return failureWith(cutShort(came, counted), {});
}

/**
 * Likewise, for a response to `manage`.
 *
 * @param response of Vonage
 * @param finding what is wrong with it, as a sentence
 */
export function notTheNumber(response: CallResponse, finding: string): ProviderFailure {
	return failureWith(cannotBeUsed(finding, LOOK_IT_UP), { text: response.text });
}

/**
 * A failure for a number that is as opted out after `manage` as it was before.
 *
 * @param words what Vonage says of it
 */
export function stillOptedOut(words: string | null): ProviderFailure {
	return failureWith(STILL_OPTED_OUT, words === null ? {} : { text: words });
}

function meaningOfSmsStatus(status: string, credential: string): FailureMeaning {
	if (status === '4') return secretRefused(credential);
	return (Object.hasOwn(SMS_STATUSES, status) ? SMS_STATUSES[status] : undefined) ?? unknownSmsStatus(status);
}

function meaningOfAccountCode(code: number, credential: string): FailureMeaning {
	if (code === 401) return secretRefused(credential);
	return ACCOUNT_CODES.find(({ holds }) => holds(code))?.meaning ?? REFUSED;
}

function failureWith(meaning: FailureMeaning, { code, text = '' }: { code?: string; text?: string }): ProviderFailure {
	return new ProviderFailure({
		provider: 'vonage',
		...meaning,
		...(code === undefined ? {} : { code }),
		...(text === '' ? {} : { providerText: text }),
	});
}
