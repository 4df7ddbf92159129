import type { CallAnswer, XmlElement } from '../../consent/call';
import { COMPLAINT } from './schema';

/** What Vonage says when it says no, whichever of its formats it used. */
export interface Complaint {
	/** The number of the SMS API's table, e.g. `4`; never `0`, which is success. */
	smsStatus?: string;
	/** The number of an account-style body, e.g. `401`; never `200`, which is success. */
	accountCode?: string;
	text?: string;
}

const LONGEST_TEXT = 300;

/**
 * Looks for a complaint in JSON or XML, also inside HTTP 200. Which format an address uses is not documented, so all are tried:
 * SMS style (`messages[0].status`), account style (`error-code`), problem details (`title`, `detail`).
 *
 * @param answer what Vonage answered
 * @returns undefined when it does not complain
 */
export function complaintIn(answer: CallAnswer): Complaint | undefined {
	const said = answer.xml === undefined ? jsonWords(answer.json) : xmlWords(answer.xml);
	const smsStatus = said.smsStatus === '0' ? undefined : said.smsStatus;
	const accountCode = said.accountCode === '200' ? undefined : said.accountCode;
	const isProblem = said.title !== undefined || said.detail !== undefined;
	if (smsStatus === undefined && accountCode === undefined && !isProblem) return undefined;
	const text = [said.text, said.title, said.detail].filter((words) => words !== undefined && words !== '').join(': ').slice(0, LONGEST_TEXT);
	return {
		...(smsStatus === undefined ? {} : { smsStatus }),
		...(accountCode === undefined ? {} : { accountCode }),
		...(text === '' ? {} : { text }),
	};
}

/** @returns what the bare text says, for answers in none of Vonage's formats */
export function plainTextOf(answer: CallAnswer): string | undefined {
	const text = answer.text
		.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	return text === '' ? undefined : text.slice(0, LONGEST_TEXT);
}

interface Words {
	smsStatus?: string | undefined;
	accountCode?: string | undefined;
	text?: string | undefined;
	title?: string | undefined;
	detail?: string | undefined;
}

function jsonWords(json: unknown): Words {
	const read = COMPLAINT.safeParse(json);
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
