import type { CallAnswer } from '../../consent/call';
import { type FailureDetails, type FailureKind, ProviderFailure } from '../../consent/failure';
import { readRetryAfter } from '../../consent/retryAfter';
import { type Complaint, complaintIn, plainTextOf } from './complaint';

type Judgement = Pick<FailureDetails, 'kind' | 'message' | 'remedy' | 'surelyNotDone'>;

const CHECK_VALUES = 'Check the values of this item. If they are right, show what Vonage said to Vonage support.';
const CHECK_BASE_URL = "Check the credential's 'Base URL', and with Vonage that your account still has US Short Code Alerts: it is an old product.";
const RUN_AGAIN = 'Wait a little and run it again.';
const ASK_VONAGE = 'Ask Vonage support what the account lacks, then run it again.';

const TOO_FAST: Judgement = {
	kind: 'rate',
	message: 'Vonage refused the call because too many arrived at once; nothing was changed',
	remedy: "Lower 'Calls per Second' in the node's options, and consider that other systems use the same API key.",
	surelyNotDone: true,
};

/**
 * The SMS API's statuses, which this older API shares.
 * https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms
 */
const SMS_STATUSES: Record<string, Judgement> = {
	'1': TOO_FAST,
	'2': refusal('input', 'Vonage misses a value in the request', CHECK_VALUES),
	'3': refusal('input', 'Vonage refused a value of the request', CHECK_VALUES),
	'5': refusal('temporary', 'Vonage had a fault of its own', RUN_AGAIN),
	'6': refusal('input', 'Vonage cannot read the request', CHECK_VALUES),
	'7': refusal('opted-out', 'Vonage blocks this number', 'Do not text this person. If they ask to come back, ask Vonage support why the number is blocked.'),
	'8': refusal('permission', 'Vonage has barred this account', ASK_VONAGE),
	'9': refusal('quota', "The Vonage account's credit is used up", 'Top the account up in the Vonage dashboard, then run it again.'),
	'14': refusal(
		'credentials',
		'Vonage found that the signature of the request is wrong',
		"Copy the signature secret again (it is not the API secret), choose the same 'Signature Method' as in the Vonage dashboard, and check that this computer's clock is right.",
	),
	'15': refusal('input', 'Vonage refused the sender', CHECK_VALUES),
	'29': refusal('permission', 'Vonage lets a trial account use registered test numbers only', 'Add the number to the test numbers in the Vonage dashboard, or upgrade the account.'),
	'32': refusal(
		'credentials',
		'Vonage received a signature and an API secret together and accepts only one of them',
		'This node never sends both. Look for a proxy in between that adds the secret, or for one of them in the credential\'s \'Base URL\'.',
	),
	'33': refusal('number', 'Vonage reports that this number is no longer in use', 'Remove the number from your list.'),
};

/**
 * Decides whether an answer is a refusal, whatever its HTTP status.
 *
 * @param answer what Vonage answered
 * @param credential credential type name; decides which secret to look at
 * @param nowMs the present, in Unix milliseconds
 * @returns what went wrong; undefined when nothing says so
 */
export function failureIn(answer: CallAnswer, credential: string, nowMs = Date.now()): FailureDetails | undefined {
	const complaint = complaintIn(answer);
	const accepted = answer.status >= 200 && answer.status < 300;
	if (accepted && complaint === undefined) return undefined;

	const retryAfterMs = readRetryAfter(answer.headers, nowMs);
	const code = complaint?.smsStatus ?? complaint?.accountCode;
	const providerText = complaint?.text ?? plainTextOf(answer);
	return {
		provider: 'vonage',
		...judgement(answer.status, complaint ?? {}, { credential, namesWait: retryAfterMs !== undefined }),
		httpStatus: answer.status,
		...(code === undefined ? {} : { code }),
		...(providerText === undefined ? {} : { providerText }),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}

/**
 * A failure for an answer that looks like success, but does not hold what Vonage documents.
 *
 * @param answer what Vonage answered
 * @param finding what is wrong with it, as a sentence
 * @param remedy what to do now
 */
export function unreadable(answer: CallAnswer, finding: string, remedy = CHECK_BASE_URL): ProviderFailure {
	const providerText = plainTextOf(answer);
	return new ProviderFailure({
		provider: 'vonage',
		kind: 'unreadable',
		message: `The answer of Vonage cannot be used: ${finding}`,
		remedy,
		httpStatus: answer.status,
		...(providerText === undefined ? {} : { providerText }),
	});
}

interface Circumstances {
	credential: string;
	/** Whether Vonage says how long to wait. */
	namesWait: boolean;
}

function judgement(status: number, { smsStatus, accountCode }: Complaint, circumstances: Circumstances): Judgement {
	if (status === 429) return TOO_FAST;
	if (smsStatus === '4') return secretRefused(circumstances.credential);
	if (smsStatus !== undefined) {
		return SMS_STATUSES[smsStatus] ?? refusal('input', `Vonage refused the call with its status ${smsStatus}`, CHECK_VALUES);
	}
	const accepted = status >= 200 && status < 300;
	return httpJudgement(accepted ? Number(accountCode) : status, circumstances);
}

function httpJudgement(status: number, { credential, namesWait }: Circumstances): Judgement {
	if (status === 401) return secretRefused(credential);
	if (status === 403) return refusal('permission', 'Vonage knows the account, but does not allow it to make this call', ASK_VONAGE);
	if (status === 402) return refusal('quota', "The Vonage account's credit is used up", 'Top the account up in the Vonage dashboard, then run it again.');
	if (status === 404 || status === 410) return refusal('input', 'Vonage has nothing at this address', CHECK_BASE_URL);
	if (status === 429) return TOO_FAST;
	if (status === 503 && namesWait) return { ...refusal('temporary', 'Vonage asks to come back later; nothing was changed', RUN_AGAIN), surelyNotDone: true };
	if (status === 408 || status >= 500) return refusal('temporary', `Vonage had a fault of its own (HTTP ${status})`, RUN_AGAIN);
	if (status >= 300 && status < 400) {
		return refusal('unreadable', 'Vonage points to another address, which is not followed because the secret would travel along', CHECK_BASE_URL);
	}
	return refusal('input', 'Vonage refused the request', CHECK_VALUES);
}

function secretRefused(credential: string): Judgement {
	if (credential === 'smsConsentVonageSignatureApi') {
		return refusal(
			'credentials',
			'Vonage refused the API key or the signature secret',
			'Open the credential and copy both again from the Vonage dashboard (API settings). Vonage support must have switched signing on for the account.',
		);
	}
	return refusal('credentials', 'Vonage refused the API key or the API secret', 'Open the credential and copy both again from the Vonage dashboard (API settings).');
}

function refusal(kind: FailureKind, message: string, remedy: string): Judgement {
	return { kind, message, remedy };
}
