import { decodeText, UndecodableText } from '../../../transport/codec/charset.ts';

const LATIN1 = Buffer.from('é', 'latin1');
const UTF8 = Buffer.from('é', 'utf8');
const UTF16 = Buffer.from('é', 'utf16le');

function bytes(text: string, encoding: BufferEncoding = 'utf8'): Buffer {
	return Buffer.from(text, encoding);
}

function problemOf(work: () => unknown): UndecodableText {
	try {
		work();
	} catch (problem) {
		if (problem instanceof UndecodableText) return problem;
		throw problem;
	}
	throw new Error('decoded');
}

describe('decodeText', () => {
	const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?><a>é</a>`;

	test.each([
		['UTF-8 without any word', bytes('é'), '', 'é'],
		['UTF-8 with its mark, whatever the header says', bytes('\u{FEFF}é'), 'text/xml; charset=iso-8859-1', 'é'],
		['UTF-16 with a mark', bytes('\u{FEFF}é', 'utf16le'), 'text/xml', 'é'],
		['UTF-16, big end first, with a mark', bytes('\u{FEFF}é', 'utf16le').swap16(), '', 'é'],
		['UTF-16 without a mark', bytes('<a>é</a>', 'utf16le'), '', '<a>é</a>'],
		['UTF-16, big end first, without a mark', bytes('<a>é</a>', 'utf16le').swap16(), '', '<a>é</a>'],
		['the header’s charset', bytes('é', 'latin1'), 'text/xml; charset=ISO-8859-1', 'é'],
		['the header’s charset in quotes', bytes('é', 'latin1'), 'text/xml;charset="windows-1252"', 'é'],
		['the header before the declaration', bytes(declared('iso-8859-1')), 'text/xml; charset=utf-8', declared('iso-8859-1')],
		['the declaration’s charset', bytes(declared('ISO-8859-1'), 'latin1'), 'text/xml', declared('ISO-8859-1')],
		['a declaration of US-ASCII', bytes(declared('us-ascii'), 'latin1'), '', declared('us-ascii')],
		['a declaration of UTF-16 that is plainly not', bytes(declared('UTF-16')), '', declared('UTF-16')],
		['Windows-1252 quotes', Buffer.from([0x93, 0x61, 0x94]), 'text/plain; charset=cp1252', '“a”'],
	])('reads %s', (_what, body, contentType, text) => {
		expect(decodeText(body, contentType)).toEqual({ text, warnings: [] });
	});

	test('reads what is not valid UTF-8 as Windows-1252 and says so: a title may be wrong, an opt-out not lost', () => {
		expect(decodeText(bytes('Café', 'latin1'), 'text/xml; charset=utf-8')).toEqual({
			text: 'Café',
			warnings: [expect.stringMatching(/Windows-1252/)],
		});
	});

	test.each(['utf-7', 'UTF7', 'ibm037', 'EBCDIC-US', 'utf-32', 'iso-2022-jp'])('refuses the charset %s', (charset) => {
		expect(problemOf(() => decodeText(bytes('a'), `text/xml; charset=${charset}`)).message).toMatch(/character set/);
		expect(problemOf(() => decodeText(bytes(`<?xml version='1.0' encoding='${charset}'?><a/>`), '')).message).toMatch(/character set/);
	});

	test('refuses damaged UTF-16', () => {
		expect(problemOf(() => decodeText(Buffer.from([0xff, 0xfe, 0x3d, 0xd8]), '')).message).toMatch(/UTF-16LE/);
	});
});

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
	for (const contentType of [
		`text/xml; charset=${charset}`,
		`text/xml;charset = "${charset}"`,
		`text/xml ; CHARSET=${charset.toUpperCase()}; x=y`,
	]) {
		expect(decodeText(bytes, contentType)).toEqual({ text: 'é', warnings: [] });
	}
});

test('Windows-1252 in all its letters; what stands for nothing stays', () => {
	const high = Buffer.from(Array.from({ length: 32 }, (_, index) => 0x80 + index));
	expect(decodeText(high, 'text/plain; charset=cp1252').text).toBe('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ');
	expect(decodeText(Buffer.from([0x7f, 0xa0, 0xff]), 'text/plain; charset=latin1').text).toBe('\u007f\u00a0ÿ');
});

describe('a label that is odd costs nothing while the bytes are readable', () => {
	const document = '<POSTBACK><CODE>N302</CODE></POSTBACK>';
	test.each([
		'X-WINDOWS-949',
		"'utf-8'",
		'utf-16',
		'UTF-16LE',
		'iso-8859-15',
		'UTF_8',
		'x-user-defined',
		'constructor',
		'klingon',
		'shift_jis',
	])('%s', (label) => {
		expect(decodeText(Buffer.from(document), `text/xml; charset=${label}`)).toEqual({ text: document, warnings: [] });
		expect(decodeText(Buffer.from(`<?xml version="1.0" encoding="${label.replace(/'/g, '')}"?>${document}`), '').text).toContain(document);
	});

	test('what is not ASCII comes with a warning', () => {
		for (const bytes of [Buffer.from('Café'), Buffer.from('Café', 'latin1')]) {
			expect(decodeText(bytes, 'text/xml; charset=klingon')).toEqual({
				text: 'Café',
				warnings: [expect.stringContaining('not known here')],
			});
		}
	});

	test('two bytes for each character are seen without a mark, whatever stands first and whatever the label says', () => {
		for (const text of [document, ` ${document}`, '{"code":"N302"}']) {
			for (const bytes of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
				for (const type of ['', 'text/xml; charset=utf-8', 'text/xml; charset=utf-16'])
					expect(decodeText(bytes, type)).toEqual({ text, warnings: [] });
			}
		}
	});
});

describe('the XML declaration', () => {
	test.each([
		'\n<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>',
		"<?xml version='1.0' encoding = 'latin1' ?><a>é</a>",
		'<?xml version="1.0"\nencoding\n=\n"latin1"?><a>é</a>',
	])('counts: %j', (text) => {
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
])('a refusal names its reason (%#)', (body, contentType, message) => {
	expect(problemOf(() => decodeText(body, contentType))).toMatchObject({ name: 'UndecodableText', message });
});
