import type { CallResponse } from '../../consent/call';
import { isRecord } from '../../consent/record';
import { refusalIn } from '../../transport/codec/response';
import { contentOf, fieldsNamed, optionalText } from './response';

/** What Vonage says when it says no, whichever of its formats it used. */
export interface ErrorBody {
	/** The number of the SMS API's table, e.g. `4`; never `0`, which is success. */
	smsStatus?: string;
	/** The number of an account-style body, e.g. `401`; never `200`, which is success. */
	accountCode?: string;
	text?: string;
}

const SMS_SUCCESS = '0';
const ACCOUNT_SUCCESS = '200';

/**
 * Looks for an error body in JSON or XML, also inside HTTP 200. Which format an address uses is not documented, so all are tried:
 * SMS style (`messages[].status`), account style (`error-code`), problem details (`title`, `detail`), and what says no whoever writes it (`error`,
 * `success: false`). One refusal among successes is a refusal.
 *
 * @param response of Vonage
 * @returns undefined when it holds none
 */
export function readErrorBody(response: CallResponse): ErrorBody | undefined {
	const said = wordsOf(response);
	const smsStatus = said.smsStatuses.find((status) => status !== SMS_SUCCESS);
	const accountCode = said.accountCodes.find((code) => code !== ACCOUNT_SUCCESS);
	const problems = [said.title, said.detail, refusalIn(response.json)];
	if (smsStatus === undefined && accountCode === undefined && problems.every((each) => each === undefined)) return undefined;
	const text = [said.text, ...problems].filter((each) => each !== undefined && each !== '').join(': ');
	return {
		...(smsStatus === undefined ? {} : { smsStatus }),
		...(accountCode === undefined ? {} : { accountCode }),
		...(text === '' ? {} : { text }),
	};
}

/**
 * @param response of Vonage, with whatever HTTP status
 * @returns true when the number in one of these formats is that of success
 */
export function saysSuccess(response: CallResponse): boolean {
	const { smsStatuses, accountCodes } = wordsOf(response);
	return smsStatuses.includes(SMS_SUCCESS) || accountCodes.includes(ACCOUNT_SUCCESS);
}

interface Words {
	smsStatuses: string[];
	accountCodes: string[];
	text?: string | undefined;
	title?: string | undefined;
	detail?: string | undefined;
}

function wordsOf(response: CallResponse): Words {
	const content = contentOf(response);
	const isXml = response.xml !== undefined;
	// In JSON a status outside of messages, or a title deep inside, may belong to something else.
	const messages = isXml ? [content] : fieldsNamed(content, 'messages', 'message');
	const top = isXml || !isRecord(content) ? content : ownTexts(content);
	const statuses = textsNamed(messages, 'status');
	const refusing = statuses.findIndex((status) => status !== SMS_SUCCESS);
	const errorTexts = textsNamed(messages, 'error-text', 'errortext');
	return {
		smsStatuses: statuses,
		accountCodes: textsNamed(content, 'error-code'),
		text: errorTexts[errorTexts.length === statuses.length ? Math.max(refusing, 0) : 0] ?? textsNamed(content, 'error-code-label')[0],
		title: textsNamed(top, 'title', 'error-title')[0],
		detail: textsNamed(top, 'detail', 'description')[0],
	};
}

function ownTexts(content: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(content).filter(([, value]) => typeof value !== 'object'));
}

function textsNamed(value: unknown, ...meanings: string[]): string[] {
	return fieldsNamed(value, ...meanings).flatMap((found) => {
		const text = optionalText.parse(found);
		return text === undefined || text === '' ? [] : [text];
	});
}
