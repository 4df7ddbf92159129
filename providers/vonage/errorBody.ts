import type { CallResponse, XmlElement } from '../../consent/call';
import { z } from '../../consent/schema';
import { optionalText } from './response';

/** What Vonage says when it says no, whichever of its formats it used. */
export interface ErrorBody {
	/** The number of the SMS API's table, e.g. `4`; never `0`, which is success. */
	smsStatus?: string;
	/** The number of an account-style body, e.g. `401`; never `200`, which is success. */
	accountCode?: string;
	text?: string;
}

const LONGEST_TEXT = 300;

const message = z.object({ status: optionalText, 'error-text': optionalText });

/** All parts optional; Vonage's formats differ from product to product. */
const ERROR_BODY = z.object({
	messages: z
		.union([z.array(message), message.transform((only) => [only])])
		.optional()
		.catch(undefined),
	'error-code': optionalText,
	'error-code-label': optionalText,
	title: optionalText,
	detail: optionalText,
	error_title: optionalText,
	description: optionalText,
});

/**
 * Looks for an error body in JSON or XML, also inside HTTP 200. Which format an address uses is not documented, so all are tried:
 * SMS style (`messages[0].status`), account style (`error-code`), problem details (`title`, `detail`).
 *
 * @param response of Vonage
 * @returns undefined when it holds none
 */
export function readErrorBody(response: CallResponse): ErrorBody | undefined {
	const said = wordsOf(response);
	const smsStatus = said.smsStatus === '0' ? undefined : said.smsStatus;
	const accountCode = said.accountCode === '200' ? undefined : said.accountCode;
	const isProblem = said.title !== undefined || said.detail !== undefined;
	if (smsStatus === undefined && accountCode === undefined && !isProblem) return undefined;
	const text = [said.text, said.title, said.detail]
		.filter((words) => words !== undefined && words !== '')
		.join(': ')
		.slice(0, LONGEST_TEXT);
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
	const { smsStatus, accountCode } = wordsOf(response);
	return smsStatus === '0' || accountCode === '200';
}

interface Words {
	smsStatus?: string | undefined;
	accountCode?: string | undefined;
	text?: string | undefined;
	title?: string | undefined;
	detail?: string | undefined;
}

function wordsOf({ json, xml }: CallResponse): Words {
	return xml === undefined ? jsonWords(json) : xmlWords(xml);
}

function jsonWords(json: unknown): Words {
	const read = ERROR_BODY.safeParse(json);
	if (!read.success) return {};
	const { messages, title, error_title, detail, description } = read.data;
	return {
		smsStatus: messages?.[0]?.status,
		accountCode: read.data['error-code'],
		text: messages?.[0]?.['error-text'] ?? read.data['error-code-label'],
		title: title ?? error_title,
		detail: detail ?? description,
	};
}

function xmlWords(root: XmlElement): Words {
	return {
		smsStatus: textNamed(root, ['status']),
		accountCode: textNamed(root, ['error-code']),
		text: textNamed(root, ['error-text', 'errorText', 'error-code-label']),
		title: textNamed(root, ['title', 'error_title']),
		detail: textNamed(root, ['detail', 'description']),
	};
}

function textNamed(element: XmlElement, names: string[]): string | undefined {
	if (names.includes(element.name) && element.text !== '') return element.text;
	for (const name of names) {
		const value = element.attributes[name];
		if (value !== undefined && value !== '') return value;
	}
	for (const child of element.children) {
		const found = textNamed(child, names);
		if (found !== undefined) return found;
	}
	return undefined;
}
