import type { CallAnswer, XmlElement } from '../../consent/call';
import { OPT_IN_LIST, OPT_IN_ROW, type OptInRow } from './schema';

/** One number as Vonage listed it: read, and as it stood there. */
export interface ReadRow {
	row: OptInRow;
	raw: unknown;
}

/**
 * Finds the numbers of a `query` answer, in JSON or XML.
 *
 * @param answer what Vonage answered
 * @returns the rows, perhaps none; undefined when the answer is no list. The count decides nothing where there is a list: whether it
 * means this page or all of them is not documented.
 */
export function listedRows(answer: CallAnswer): ReadRow[] | undefined {
	if (answer.xml !== undefined) return xmlRows(answer.xml);
	const read = OPT_IN_LIST.safeParse(answer.json);
	if (!read.success) return undefined;
	const { 'opt-in-list': list, 'opt-in-count': count } = read.data;
	if (list !== undefined && list !== null) return list.map(readRow);
	return count === '0' ? [] : undefined;
}

/**
 * Finds the one number of a `manage` answer, in JSON or XML.
 *
 * @param answer what Vonage answered
 * @returns undefined when there is none
 */
export function managedRow(answer: CallAnswer): ReadRow | undefined {
	if (answer.xml === undefined) return typeof answer.json === 'object' && answer.json !== null ? readRow(answer.json) : undefined;
	return answer.xml.name === 'opt-in' ? readRow({ ...answer.xml.attributes }) : undefined;
}

function xmlRows(root: XmlElement): ReadRow[] | undefined {
	if (root.name !== 'opt-in-list') return undefined;
	return root.children.filter(({ name }) => name === 'opt-in').map(({ attributes }) => readRow({ ...attributes }));
}

/** A row that is no object at all still counts as one: it may be an opt-out. */
function readRow(raw: unknown): ReadRow {
	const read = OPT_IN_ROW.safeParse(raw);
	return { row: read.success ? read.data : OPT_IN_ROW.parse({}), raw };
}
