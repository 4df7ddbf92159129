/** Reading a call: GET parameters, the same as a form, an XML body, or XML in a form field. */

import { bodyText, fields, isUtf8, multipartFields, type WireRequest } from '../wire/request.mts';
import { readXml, XmlError, type XmlElement } from '../wire/xml.mts';
import { Failure } from './failure.mts';

export type Call = {
	action: string;
	/** Upper-case names. */
	values: Record<string, string>;
	data: Record<string, string>;
};

const FORM = 'application/x-www-form-urlencoded';

const KNOWN = [
	'ACTION',
	'API_KEY',
	'USER',
	'PASS',
	'CAMPAIGNREF',
	'CAMPAIGNID',
	'MOBILE',
	'EMAIL',
	'SUBSCRIBERREF',
	'SPID',
	'TIMEZONE',
	'NOTIFY',
	'CTA',
];

/** @throws {Failure} with the code that Skycore answers to what it cannot read */
export function readCall(request: WireRequest): Call {
	if (request.method === 'GET') return readPairs(fields(request.query));
	if (request.method !== 'POST') throw new Failure('E100');
	const pairs = request.mediaType === FORM ? fields(new URLSearchParams(bodyText(request))) : {};
	if (pairs.action !== undefined) return readPairs(pairs);
	if (!isUtf8(request.body)) throw new Failure('E108', 'XML Parse error: Input is not proper UTF-8, indicate encoding !');
	return readDocument(documentOf(request));
}

function readPairs(pairs: Record<string, string>): Call {
	if (Object.keys(pairs).length === 0) throw new Failure('E100');
	const values: Record<string, string> = {};
	const data: Record<string, string> = {};
	for (const [name, value] of Object.entries(pairs)) {
		// Names are lower-case in the documentation; others are not recognized.
		if (name.startsWith('data_')) data[name.slice(5).toUpperCase()] = value;
		else if (name === name.toLowerCase() && KNOWN.includes(name.toUpperCase())) values[name.toUpperCase()] = value;
	}
	return { action: values.ACTION ?? '', values, data };
}

/** The XML text of a POST: form field `xml` or `XML`, or the body itself. */
function documentOf(request: WireRequest): string {
	const raw = bodyText(request);
	if (/^\s*\uFEFF?\s*</.test(raw)) return raw;
	let form: Record<string, string> = {};
	if (request.mediaType === 'multipart/form-data') form = multipartFields(request) ?? {};
	else if (request.mediaType === FORM) form = fields(new URLSearchParams(raw));
	else if (raw.trim() !== '') throw new Failure('E108', "XML Parse error: Start tag expected, '<' not found.");
	const document = form.xml ?? form.XML;
	if (document === undefined || document.trim() === '') throw new Failure('E100');
	return document;
}

function readDocument(text: string): Call {
	let root: XmlElement;
	try {
		root = readXml(text.trimStart());
	} catch (error) {
		if (error instanceof XmlError) throw new Failure('E108', `XML Parse error: ${error.message}.`);
		throw error;
	}
	if (root.name !== 'REQUEST') throw new Failure('E100');
	const values: Record<string, string> = {};
	const data: Record<string, string> = {};
	for (const child of root.children) {
		if (child.name === 'DATA') {
			for (const field of child.children) data[field.name] = field.text;
		} else if (KNOWN.includes(child.name)) {
			if (Object.hasOwn(values, child.name) || child.children.length > 0) throw new Failure('E100');
			values[child.name] = child.text;
		}
	}
	return { action: values.ACTION ?? '', values, data };
}
