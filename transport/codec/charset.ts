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
	'utf-8': 'utf-8',
	utf8: 'utf-8',
	'us-ascii': 'windows-1252',
	ascii: 'windows-1252',
	'iso-8859-1': 'windows-1252',
	'iso8859-1': 'windows-1252',
	iso_8859_1: 'windows-1252',
	'iso_8859-1': 'windows-1252',
	latin1: 'windows-1252',
	'windows-1252': 'windows-1252',
	cp1252: 'windows-1252',
	'utf-16': 'utf-16le',
	'utf-16le': 'utf-16le',
	'utf-16be': 'utf-16be',
};

const BYTE_ORDER_MARKS: ReadonlyArray<{ bytes: readonly number[]; encoding: Encoding }> = [
	{ bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
	{ bytes: [0xff, 0xfe], encoding: 'utf-16le' },
	{ bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];

/** How `<` begins a document that is written in two bytes per character without a mark. */
const UNMARKED: ReadonlyArray<{ bytes: readonly number[]; encoding: Encoding }> = [
	{ bytes: [0x3c, 0x00], encoding: 'utf-16le' },
	{ bytes: [0x00, 0x3c], encoding: 'utf-16be' },
];

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
 * @throws {UndecodableText} when the charset is none of UTF-8, UTF-16, ISO-8859-1, Windows-1252 and US-ASCII, or UTF-16 is damaged
 */
export function decodeText(bytes: Buffer, contentType: string): DecodedText {
	const encoding = encodingOf(bytes, contentType);
	const text = decodeAs(encoding, bytes);
	if (text !== undefined) return { text, warnings: [] };
	if (encoding !== 'utf-8') throw new UndecodableText(`The body is not valid ${encoding.toUpperCase()}`);
	return {
		text: windows1252(bytes),
		warnings: ['The sender’s text was not valid UTF-8 and was read as Windows-1252: accented letters may be wrong.'],
	};
}

function encodingOf(bytes: Buffer, contentType: string): Encoding {
	const marked = BYTE_ORDER_MARKS.find((mark) => startsWith(bytes, mark.bytes));
	if (marked) return marked.encoding;

	const header = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1];
	if (header !== undefined) return knownEncoding(header);

	const unmarked = UNMARKED.find((mark) => startsWith(bytes, mark.bytes));
	if (unmarked) return unmarked.encoding;

	const declared = XML_DECLARATION.exec(bytes.toString('latin1', 0, DECLARATION_BYTES))?.[1];
	if (declared === undefined) return 'utf-8';
	const encoding = knownEncoding(declared);
	// Whoever can read the declaration byte by byte is not looking at UTF-16, whatever it says.
	return encoding.startsWith('utf-16') ? 'utf-8' : encoding;
}

function knownEncoding(label: string): Encoding {
	const key = label.toLowerCase();
	const encoding = Object.hasOwn(ENCODINGS, key) ? ENCODINGS[key] : undefined;
	if (encoding === undefined) throw new UndecodableText('The body is written in a character set that is not accepted');
	return encoding;
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
