import { decodeText, UndecodableText, type DecodedText } from '../codec/charset';
import { PostbackRejected } from './rejection';

/**
 * Turns what a stranger sent, or a part of it, into text. Every byte of a postback becomes text here.
 *
 * @param bytes as received
 * @param contentType the header's value, for its charset; empty when there is none
 * @returns the text, and what the person should know about how it was read
 * @throws {PostbackRejected} 400 when the charset is not accepted, or the bytes do not fit it
 */
export function bodyText(bytes: Buffer, contentType: string): DecodedText {
	try {
		return decodeText(bytes, contentType);
	} catch (problem) {
		throw problem instanceof UndecodableText ? new PostbackRejected(400, 'body', problem.message) : problem;
	}
}
