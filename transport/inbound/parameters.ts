import { bodyText } from './bodyText';
import { parseForm } from './form';
import { parseJson } from './json';
import { PostbackRejected } from './rejection';

/** Named values of one postback; an object without a prototype. */
export type PostbackParameters = Record<string, unknown>;

/**
 * Reads the parameters that stand behind a URL's question mark.
 *
 * @param url as the sender asked for it
 * @returns name to value, without a prototype
 * @throws {PostbackRejected} 400 when a name comes twice
 */
export function queryParameters(url: string): Record<string, string> {
	const question = url.indexOf('?');
	return formParameters(Buffer.from(question < 0 ? '' : url.slice(question + 1), 'utf8'), '');
}

/**
 * Reads parameters from a form or a JSON object, whichever the body is.
 *
 * @param bytes the body
 * @param contentType the header's value, for its charset
 * @returns name to value, without a prototype
 * @throws {PostbackRejected} 400 when it is neither, or a form's name comes twice
 */
export function bodyParameters(bytes: Buffer, contentType: string): PostbackParameters {
	const { text } = bodyText(bytes, contentType);
	if (!/^\s*[{[]/.test(text)) return formParameters(bytes, contentType);
	const value = parseJson(text);
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new PostbackRejected(400, 'document', 'The JSON body is not one object');
	}
	return Object.assign(Object.create(null), value) as PostbackParameters;
}

function formParameters(bytes: Buffer, contentType: string): Record<string, string> {
	const parameters = Object.create(null) as Record<string, string>;
	for (const { name, value } of parseForm(bytes, contentType)) {
		if (name in parameters) throw new PostbackRejected(400, 'document', 'A parameter comes twice');
		parameters[name] = value;
	}
	return parameters;
}
