export interface DecodedText {
	text: string;
	/** What the person should know about how it was read; empty when nothing. */
	warnings: string[];
}

/** Bytes that cannot be turned into text without guessing; `message` says why. */
export class UndecodableText extends Error {
	constructor(reason: string) {
		super(reason);
		this.name = 'UndecodableText';
	}
}

type Encoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be';

/** As every browser does, Latin-1 and ASCII are read as Windows-1252, which holds both. */
const ENCODINGS: Record<string, Encoding> = {
	utf8: 'utf-8',
	usascii: 'windows-1252',
	ascii: 'windows-1252',
	iso88591: 'windows-1252',
	latin1: 'windows-1252',
	windows1252: 'windows-1252',
	cp1252: 'windows-1252',
	utf16: 'utf-16le',
	utf16le: 'utf-16le',
	utf16be: 'utf-16be',
};
/** Encodings in which the bytes of plain ASCII may mean something else, so that reading them as ASCII would be a guess. */
const NOT_ASCII = /^(?:utf7|utf32|ucs4|ebcdic|ibm|cp0?37|cp500|hz|iso2022)/;

const BYTE_ORDER_MARKS: ReadonlyArray<{ bytes: readonly number[]; encoding: Encoding }> = [
	{ bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
	{ bytes: [0xff, 0xfe], encoding: 'utf-16le' },
	{ bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];

const ASCII = /^\p{ASCII}*$/u;
/** Two characters where UTF-16 would have one. */
const ONE_BYTE_EACH = /^[\t\n\r -~]{2}/;
/** How a document begins that is written in two bytes per character without a mark: with a blank, `<` or `{`. */
const UNMARKED = /^(?:(?:[\t\n\r <{]\0)|(\0[\t\n\r <{]))/;

/** What 0x80 to 0x9F stand for; `\0` where nothing does and the character stays as in Latin-1. */
const WINDOWS_1252_HIGH = [...'€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ'].map((character) => (character === '\0' ? undefined : character));

const UTF8 = new TextDecoder('utf-8', { fatal: true });

const XML_DECLARATION = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']{1,40})["']/;
const DECLARATION_BYTES = 256;

/**
 * Turns a body into text. The byte order mark decides, then the `charset` of the content type, then the XML declaration, then
 * UTF-8. Bytes that are not valid UTF-8 are read as Windows-1252, with a warning: at worst an accented letter in
 * a title is wrong, whereas refusing would lose an opt-out.
 *
 * @param bytes as received
 * @param contentType the header's value, empty when there is none
 * @returns the text without its byte order mark
 * A label that is not known is passed over, with a warning: what matters in a postback is written in ASCII, which nearly every charset shares.
 *
 * @throws {UndecodableText} when the charset is one in which ASCII is written differently, or UTF-16 is damaged
 */
export function decodeText(bytes: Buffer, contentType: string): DecodedText {
	const encoding = encodingOf(bytes, contentType);
	const text = decodeAs(encoding ?? 'utf-8', bytes);
	const unknown = 'The sender’s charset is not known here and was read as UTF-8 or Windows-1252: accented letters may be wrong.';
	if (text !== undefined) return { text, warnings: encoding === undefined && !ASCII.test(text) ? [unknown] : [] };
	if (encoding === undefined) return { text: windows1252(bytes), warnings: [unknown] };
	if (encoding !== 'utf-8') throw new UndecodableText(`The body is not valid ${encoding.toUpperCase()}`);
	return {
		text: windows1252(bytes),
		warnings: ['The sender’s text was not valid UTF-8 and was read as Windows-1252: accented letters may be wrong.'],
	};
}

/** @returns undefined for a label that is not known */
function encodingOf(bytes: Buffer, contentType: string): Encoding | undefined {
	const marked = BYTE_ORDER_MARKS.find((mark) => startsWith(bytes, mark.bytes));
	if (marked) return marked.encoding;

	const beginning = bytes.toString('latin1', 0, DECLARATION_BYTES);
	const unmarked = UNMARKED.exec(beginning);
	if (unmarked) return unmarked[1] === undefined ? 'utf-16le' : 'utf-16be';

	const header = /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType)?.[1];
	if (header !== undefined) return asWritten(knownEncoding(header), beginning);

	const declared = XML_DECLARATION.exec(beginning)?.[1];
	return declared === undefined ? 'utf-8' : asWritten(knownEncoding(declared), beginning);
}

/** Whoever can read the beginning byte by byte is not looking at UTF-16, whatever the label says. */
function asWritten(encoding: Encoding | undefined, beginning: string): Encoding | undefined {
	return encoding?.startsWith('utf-16') === true && ONE_BYTE_EACH.test(beginning) ? 'utf-8' : encoding;
}

function knownEncoding(label: string): Encoding | undefined {
	const key = label.toLowerCase().replace(/[^a-z0-9]/g, '');
	if (NOT_ASCII.test(key)) throw new UndecodableText('The body is written in a character set that is not accepted');
	return Object.hasOwn(ENCODINGS, key) ? ENCODINGS[key] : undefined;
}

function decodeAs(encoding: Encoding, bytes: Buffer): string | undefined {
	if (encoding === 'windows-1252') return windows1252(bytes);
	try {
		return (encoding === 'utf-8' ? UTF8 : new TextDecoder(encoding, { fatal: true })).decode(bytes);
	} catch {
		return undefined;
	}
}

/** By hand, because several releases of Node.js decode Windows-1252 as if it were Latin-1. */
function windows1252(bytes: Buffer): string {
	return bytes
		.toString('latin1')
		.replace(/[\u{80}-\u{9F}]/gu, (character) => WINDOWS_1252_HIGH[character.charCodeAt(0) - 0x80] ?? character);
}

function startsWith(bytes: Buffer, beginning: readonly number[]): boolean {
	return beginning.every((byte, index) => bytes[index] === byte);
}
