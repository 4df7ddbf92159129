import { bodyText } from './bodyText';
import { PostbackRejected } from './rejection';

export interface FormField {
	name: string;
	value: string;
	warnings: string[];
}

/** Vonage sends about a dozen. */
const MAX_FIELDS = 200;

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PLUS = 0x2b;
const PERCENT = 0x25;
const SPACE = 0x20;

/**
 * Reads `name=value&name=value`. Percent codes become bytes first and text afterwards, so that a document inside a field may
 * bring its own charset.
 *
 * @param bytes the body, or the part of a URL behind its question mark
 * @param contentType the header's value, for its charset
 * @returns the fields in their order, repeated ones included
 * @throws {PostbackRejected} 400 for too many fields or the name `__proto__`
 */
export function parseForm(bytes: Buffer, contentType = ''): FormField[] {
	const fields: FormField[] = [];
	for (let start = 0; start < bytes.length; ) {
		const next = bytes.indexOf(AMPERSAND, start);
		const end = next < 0 ? bytes.length : next;
		if (end > start) {
			if (fields.length === MAX_FIELDS) throw new PostbackRejected(400, 'document', `The form has more than ${MAX_FIELDS} fields`);
			fields.push(parsePair(bytes.subarray(start, end), contentType));
		}
		start = end + 1;
	}
	return fields;
}

/**
 * Reads the parts of a `multipart/form-data` body.
 *
 * @param bytes the body
 * @param contentType the header's value, which names the boundary
 * @returns the fields in their order
 * @throws {PostbackRejected} 400 when there is no boundary, for too many parts, or for the name `__proto__`
 */
export function parseMultipart(bytes: Buffer, contentType: string): FormField[] {
	const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
	const boundary = quoted ?? plain;
	if (boundary === undefined) throw new PostbackRejected(400, 'document', 'The multipart body names no boundary');
	const parts = bytes
		.toString('latin1')
		.split(`--${boundary}`, MAX_FIELDS + 2)
		.slice(1);
	if (parts.length > MAX_FIELDS) throw new PostbackRejected(400, 'document', `The form has more than ${MAX_FIELDS} parts`);
	return parts.flatMap((part) => {
		const [, head, content] = /^\r?\n([^]*?)\r?\n\r?\n([^]*?)\r?\n?$/.exec(part) ?? [];
		const [, inQuotes, bare] = /^content-disposition:[^\r\n]*?[;\s]name=(?:"([^"\r\n]*)"|([^\s;"]+))/im.exec(head ?? '') ?? [];
		const name = inQuotes ?? bare;
		if (name === undefined || content === undefined) return [];
		const partType = /^content-type:\s*([^\r\n]*)/im.exec(head ?? '')?.[1] ?? '';
		return [field(Buffer.from(name, 'latin1'), Buffer.from(content, 'latin1'), partType)];
	});
}

function parsePair(pair: Buffer, contentType: string): FormField {
	const equals = pair.indexOf(EQUALS);
	if (equals < 0) return field(percentDecoded(pair), Buffer.alloc(0), contentType);
	return field(percentDecoded(pair.subarray(0, equals)), percentDecoded(pair.subarray(equals + 1)), contentType);
}

function field(nameBytes: Buffer, valueBytes: Buffer, contentType: string): FormField {
	const name = bodyText(nameBytes, contentType);
	const value = bodyText(valueBytes, contentType);
	if (name.text === '__proto__') throw new PostbackRejected(400, 'document', `The form names a field ${name.text}`);
	return { name: name.text, value: value.text, warnings: [...new Set([...name.warnings, ...value.warnings])] };
}

function percentDecoded(encoded: Buffer): Buffer {
	const decoded = Buffer.alloc(encoded.length);
	let length = 0;
	for (let at = 0; at < encoded.length; at += 1) {
		const byte = encoded[at] ?? 0;
		const hexadecimal = byte === PERCENT ? encoded.toString('latin1', at + 1, at + 3) : '';
		if (/^[0-9a-fA-F]{2}$/.test(hexadecimal)) {
			decoded[length++] = parseInt(hexadecimal, 16);
			at += 2;
		} else {
			decoded[length++] = byte === PLUS ? SPACE : byte;
		}
	}
	return decoded.subarray(0, length);
}
