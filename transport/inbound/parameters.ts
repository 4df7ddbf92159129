import { bodyText } from './bodyText';
import { parseForm, parseMultipart } from './form';
import { parseJson } from './json';
import { PostbackRejected } from './rejection';

/** Named values of one postback; an object without a prototype. */
export type PostbackParameters = Record<string, unknown>;

/** The parameters of a body. */
export interface ReadParameters {
	parameters: PostbackParameters;
	/** What the person should know about how they were read. */
	warnings: string[];
}

/**
 * Reads the parameters that stand behind a URL's question mark.
 *
 * @param url as the sender asked for it
 * @returns name to value, without a prototype
 * @throws {PostbackRejected} 400 when a name comes twice with different values
 */
export function queryParameters(url: string): Record<string, string> {
	const question = url.indexOf('?');
	return formParameters(Buffer.from(question < 0 ? '' : url.slice(question + 1), 'utf8'), '').parameters;
}

/**
 * Reads parameters from a form or a JSON object, whichever the body is.
 *
 * @param bytes the body
 * @param contentType the header's value, for its charset
 * @returns name to value, without a prototype, and what the person should know about how it was read
 * @throws {PostbackRejected} 400 when it is neither, or a form's name comes twice with different values
 */
export function bodyParameters(bytes: Buffer, contentType: string): ReadParameters {
	const { text, warnings } = bodyText(bytes, contentType);
	if (!/^\s*[{[]/.test(text)) return formParameters(bytes, contentType);
	const value = parseJson(text);
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new PostbackRejected(400, 'document', 'The JSON body is not one object');
	}
	return { parameters: Object.assign(Object.create(null), value) as PostbackParameters, warnings };
}

function formParameters(bytes: Buffer, contentType: string): { parameters: Record<string, string>; warnings: string[] } {
	const parameters = Object.create(null) as Record<string, string>;
	const fields = /^\s*multipart\//i.test(contentType) ? parseMultipart(bytes, contentType) : parseForm(bytes, contentType);
	for (const { name, value } of fields) {
		if (name in parameters && parameters[name] !== value)
			throw new PostbackRejected(400, 'document', 'A parameter comes twice, with different values');
		parameters[name] = value;
	}
	return { parameters, warnings: [...new Set(fields.flatMap(({ warnings }) => warnings))] };
}
