import type { CallResponse, XmlElement } from '../../consent/call';
import { z } from '../../consent/schema';

/** Vonage writes numbers and truth values as text; real ones are taken too. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform((value) => String(value).trim());

/** Anything odd counts as absent, so that it costs nothing of what stands beside it. */
export const optionalText = text.optional().catch(undefined);

/** Anything but a clear word counts as absent, so that the caller can decide in favor of the person. */
const truth = text
	.transform((word) => (/^(true|1)$/i.test(word) ? true : /^(false|0)$/i.test(word) ? false : undefined))
	.optional()
	.catch(undefined);

/** One number of the opt-out list. https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription */
const OPT_OUT_ROW = z.object({
	msisdn: optionalText,
	'opt-in': truth,
	'opt-in-date': optionalText,
	'opt-out': truth,
	'opt-out-date': optionalText,
});

export type OptOutRow = z.output<typeof OPT_OUT_ROW>;

/** Of `query/json`; a list of one may come without its brackets. */
const OPT_OUT_LIST = z.object({
	'opt-in-count': text.optional(),
	'opt-in-list': z.union([z.array(z.unknown()), z.record(z.unknown()).transform((row) => [row])]).nullish(),
});

/** One number as Vonage listed it: read, and as it stood there. */
export interface ReadRow {
	row: OptOutRow;
	raw: unknown;
}

/**
 * Finds the numbers in a response to `query`, in JSON or XML.
 *
 * @param response of Vonage
 * @returns the rows, perhaps none; undefined when it is no list. The count decides nothing where there is a list: whether it
 * means this page or all of them is not documented.
 */
export function listedRows(response: CallResponse): ReadRow[] | undefined {
	if (response.xml !== undefined) return xmlRows(response.xml);
	const read = OPT_OUT_LIST.safeParse(response.json);
	if (!read.success) return undefined;
	const { 'opt-in-list': list, 'opt-in-count': count } = read.data;
	if (list !== undefined && list !== null) return list.map(readRow);
	return count === '0' ? [] : undefined;
}

/**
 * Finds the one number in a response to `manage`, in JSON or XML.
 *
 * @param response of Vonage
 * @returns undefined when there is none
 */
export function managedRow(response: CallResponse): ReadRow | undefined {
	if (response.xml === undefined) return typeof response.json === 'object' && response.json !== null ? readRow(response.json) : undefined;
	return response.xml.name === 'opt-in' ? readRow({ ...response.xml.attributes }) : undefined;
}

function xmlRows(root: XmlElement): ReadRow[] | undefined {
	if (root.name !== 'opt-in-list') return undefined;
	return root.children.filter(({ name }) => name === 'opt-in').map(({ attributes }) => readRow({ ...attributes }));
}

/** A row that is no object at all still counts as one: it may be an opt-out. */
function readRow(raw: unknown): ReadRow {
	const read = OPT_OUT_ROW.safeParse(raw);
	return { row: read.success ? read.data : OPT_OUT_ROW.parse({}), raw };
}
