import type { DecodedText } from '../codec/charset';
import { bodyText } from './bodyText';
import type { FormField } from './form';
import { parseForm, parseMultipart } from './form';
import { PostbackRejected } from './rejection';

/** A form whose `xml` field was not percent-encoded: an `&amp;` in it would otherwise end the field. */
const UNENCODED_FIELD = /^\s*xml\s*=\s*(?=<)/i;

/**
 * Finds the XML documents in a body by looking at the body, since the sender's content type is undocumented: a raw document under
 * any or no content type, the form field `xml` or `XML` (encoded, unencoded or multipart), or a document that became a form's key.
 *
 * @param bytes the body
 * @param contentType the header's value, empty when there is none
 * @returns the text of each, at least one; of fields with equal values only one
 * @throws {PostbackRejected} 400 when there is none
 */
export function xmlTextsOf(bytes: Buffer, contentType: string): DecodedText[] {
	if (/^\s*multipart\//i.test(contentType)) return documentsIn(parseMultipart(bytes, contentType));
	const body = bodyText(bytes, contentType);
	if (isDocument(body.text)) return [body];
	if (UNENCODED_FIELD.test(body.text)) return [{ ...body, text: body.text.replace(UNENCODED_FIELD, '') }];
	return documentsIn(parseForm(bytes, contentType));
}

function documentsIn(fields: FormField[]): DecodedText[] {
	const named = fields.filter(({ name, value }) => name.trim().toLowerCase() === 'xml' && isDocument(value));
	if (named.length > 0) {
		const unlike = named.filter(({ value }, at) => named.findIndex((other) => other.value === value) === at);
		return unlike.map(({ value, warnings }) => ({ text: value, warnings }));
	}
	const key = fields.find(({ name }) => isDocument(name));
	if (key !== undefined) return [{ text: key.value === '' ? key.name : `${key.name}=${key.value}`, warnings: key.warnings }];
	throw new PostbackRejected(400, 'document', 'The body is neither an XML document nor a form that holds one');
}

function isDocument(text: string): boolean {
	return text.trimStart().startsWith('<');
}
