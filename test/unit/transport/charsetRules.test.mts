import { decodeText } from '../../../transport/charset.ts';
import { PostbackRejected } from '../../../transport/rejection.ts';
import { parseXml } from '../../../transport/xml.ts';
import { decodeReferences } from '../../../transport/xmlCharacters.ts';

const LATIN1 = Buffer.from('é', 'latin1');
const UTF8 = Buffer.from('é', 'utf8');
const UTF16 = Buffer.from('é', 'utf16le');

test.each([
	['utf-8', UTF8],
	['utf8', UTF8],
	['UTF8', UTF8],
	['us-ascii', LATIN1],
	['ascii', LATIN1],
	['iso-8859-1', LATIN1],
	['iso8859-1', LATIN1],
	['iso_8859_1', LATIN1],
	['ISO_8859-1', LATIN1],
	['latin1', LATIN1],
	['windows-1252', LATIN1],
	['cp1252', LATIN1],
	['utf-16', UTF16],
	['utf-16le', UTF16],
	['utf-16be', Buffer.from(UTF16).swap16()],
])('the charset %s is known, however it is written down', (charset, bytes) => {
	for (const contentType of [`text/xml; charset=${charset}`, `text/xml;charset = "${charset}"`, `text/xml ; CHARSET=${charset.toUpperCase()}; x=y`]) {
		expect(decodeText(bytes, contentType)).toEqual({ text: 'é', warnings: [] });
	}
});

test('Windows-1252 in all its letters; what stands for nothing stays', () => {
	const high = Buffer.from(Array.from({ length: 32 }, (_, index) => 0x80 + index));
	expect(decodeText(high, 'text/plain; charset=cp1252').text).toBe('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ');
	expect(decodeText(Buffer.from([0x7f, 0xa0, 0xff]), 'text/plain; charset=latin1').text).toBe('\u007f\u00a0ÿ');
});

describe('the XML declaration', () => {
	test.each(['\n<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', "<?xml version='1.0' encoding = 'latin1' ?><a>é</a>", '<?xml version="1.0"\nencoding\n=\n"latin1"?><a>é</a>'])('counts: %j', (text) => {
		expect(decodeText(Buffer.from(text, 'latin1'), 'text/xml')).toEqual({ text, warnings: [] });
	});

	test.each([
		'<a><!-- <?xml version="1.0" encoding="latin1"?> --></a>é',
		'<a><?xml version="1.0" encoding="latin1"?></a>é',
		'<?xml version="1.0"?><a encoding="latin1">é</a>',
		'<?xml version="1.0" myencoding="latin1"?><a>é</a>',
		`${' '.repeat(256)}<?xml version="1.0" encoding="latin1"?><a>é</a>`,
	])('counts only where it is one, at the beginning: %j', (text) => {
		expect(decodeText(Buffer.from(text, 'utf8'), '')).toEqual({ text, warnings: [] });
	});
});

test.each([
	[Buffer.from('a'), 'text/xml; charset=utf-7', 'The body is written in a character set that is not accepted'],
	[Buffer.from([0x3d, 0xd8]), 'text/xml; charset=utf-16le', 'The body is not valid UTF-16LE'],
	[Buffer.from([0xd8, 0x3d]), 'text/xml; charset=utf-16be', 'The body is not valid UTF-16BE'],
])('a refusal names its step and reason (%#)', (bytes, contentType, message) => {
	expect(() => decodeText(bytes, contentType)).toThrow(PostbackRejected);
	expect(() => decodeText(bytes, contentType)).toThrow(expect.objectContaining({ status: 400, step: 'body', message }));
});

test('references to the first and the last character, and to none', () => {
	expect(parseXml('<a>&#9;x&#x10FFFF;&#1114111;</a>').text).toBe('x\u{10ffff}\u{10ffff}');
	expect(decodeReferences('&#1114112;&#x110000;')).toBe('\uffff\uffff');
	expect(decodeReferences('&amp;&lt;&gt;&quot;&apos;&AMP;&#;&#x;&#xg;&# 1;')).toBe('&<>"\'&AMP;&#;&#x;&#xg;&# 1;');
});
