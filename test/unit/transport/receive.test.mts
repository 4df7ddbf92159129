import { isAddressAllowed, unreadableEntries } from '../../../transport/allowList.ts';
import { decodeText } from '../../../transport/charset.ts';
import { parseForm, parseMultipart } from '../../../transport/form.ts';
import { parseJson } from '../../../transport/json.ts';
import { bodyParameters, queryParameters } from '../../../transport/parameters.ts';
import { headerOf, MAX_POSTBACK_BYTES, receiveBytes, type PostbackRequest } from '../../../transport/receive.ts';
import { PostbackRejected } from '../../../transport/rejection.ts';
import { secretsMatch } from '../../../transport/secret.ts';
import { xmlTextOf } from '../../../transport/xmlBody.ts';

function bytes(text: string, encoding: BufferEncoding = 'utf8'): Buffer {
	return Buffer.from(text, encoding);
}

function rejected(status: number, reason: RegExp): object {
	return expect.objectContaining({ name: 'PostbackRejected', status, message: expect.stringMatching(reason) as string });
}

function rejectionOf(work: () => unknown): unknown {
	try {
		work();
	} catch (problem) {
		return problem;
	}
	throw new Error('not rejected');
}

describe('receiveBytes', () => {
	function request(parts: Partial<PostbackRequest>): PostbackRequest {
		return { method: 'POST', headers: {}, url: '/', ...parts };
	}

	/** As n8n does it: reading puts the bytes on the request. */
	function unread(body: Buffer): PostbackRequest {
		const made = request({});
		made.readRawBody = async () => {
			made.rawBody = body;
		};
		return made;
	}

	test('reads what n8n left unread', async () => {
		expect((await receiveBytes(unread(bytes('<a/>')))).toString()).toBe('<a/>');
	});

	test('takes the bytes that n8n kept beside its own parsing, without reading again', async () => {
		const readRawBody = async (): Promise<never> => {
			throw new Error('read twice');
		};
		expect((await receiveBytes(request({ rawBody: bytes('<A/>'), body: { a: '' }, readRawBody }))).toString()).toBe('<A/>');
	});

	test('takes a Uint8Array as it is', async () => {
		expect((await receiveBytes(request({ rawBody: new Uint8Array([60, 97]).subarray(1) }))).toString()).toBe('a');
	});

	test.each([
		['unread and empty', unread(Buffer.alloc(0))],
		['absent', request({})],
		['absent, with the empty object that n8n puts there', request({ body: {} })],
		['absent, with an empty text', request({ body: '' })],
	])('refuses a body that is %s', async (_what, empty) => {
		await expect(receiveBytes(empty)).rejects.toEqual(rejected(400, /empty/));
	});

	test.each([[{ postback: {} }], ['text']])('asks the sender to try again when n8n parsed %j and kept no bytes', async (body) => {
		await expect(receiveBytes(request({ body }))).rejects.toEqual(rejected(500, /did not keep the bytes/));
	});

	test('refuses one byte too many, and takes the last that fits', async () => {
		await expect(receiveBytes(unread(Buffer.alloc(MAX_POSTBACK_BYTES + 1)))).rejects.toEqual(rejected(413, /65536/));
		expect(await receiveBytes(unread(Buffer.alloc(MAX_POSTBACK_BYTES)))).toHaveLength(MAX_POSTBACK_BYTES);
	});

	test('refuses an announced excess without reading it', async () => {
		const readRawBody = async (): Promise<never> => {
			throw new Error('read');
		};
		await expect(receiveBytes(request({ headers: { 'content-length': '65537' }, readRawBody }))).rejects.toEqual(rejected(413, /bytes/));
	});

	test.each([
		[{ type: 'entity.too.large' }, 413],
		[{ status: 413 }, 413],
		[new Error('unexpected end of file'), 400],
		[null, 400],
	])('answers n8n’s reading problem %j with %i', async (problem, status) => {
		const readRawBody = async (): Promise<never> => {
			throw problem;
		};
		await expect(receiveBytes(request({ readRawBody }))).rejects.toEqual(rejected(status, /./));
		await expect(receiveBytes(request({ readRawBody }))).rejects.toHaveProperty('headers', { Connection: 'close' });
	});

	test('headers that come twice count as absent', () => {
		expect(headerOf(request({ headers: { a: '1', b: ['1', '2'] } }), 'a')).toBe('1');
		expect(headerOf(request({ headers: { a: '1', b: ['1', '2'] } }), 'b')).toBeUndefined();
	});
});

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
		expect(decodeText(bytes('Café', 'latin1'), 'text/xml; charset=utf-8')).toEqual({ text: 'Café', warnings: [expect.stringMatching(/Windows-1252/)] });
	});

	test.each(['utf-7', 'ibm037', 'x-user-defined', 'constructor'])('refuses the charset %s', (charset) => {
		expect(rejectionOf(() => decodeText(bytes('a'), `text/xml; charset=${charset}`))).toEqual(rejected(400, /character set/));
		expect(rejectionOf(() => decodeText(bytes(`<?xml version='1.0' encoding='${charset}'?><a/>`), ''))).toEqual(rejected(400, /character set/));
	});

	test('refuses damaged UTF-16', () => {
		expect(rejectionOf(() => decodeText(Buffer.from([0xff, 0xfe, 0x3d, 0xd8]), ''))).toEqual(rejected(400, /UTF-16LE/));
	});
});

describe('xmlTextOf finds the document', () => {
	const DOCUMENT = '<?xml version="1.0"?><POSTBACK><BRANDNAME>A &amp; B + C</BRANDNAME></POSTBACK>';
	const encoded = encodeURIComponent(DOCUMENT);
	const multipart = (name: string): string => `--b1\r\nContent-Disposition: form-data; name="id"\r\n\r\n1\r\n--b1\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: text/xml\r\n\r\n${DOCUMENT}\r\n--b1--\r\n`;

	test.each([
		['raw, without a content type', DOCUMENT, ''],
		['raw, as XML', DOCUMENT, 'text/xml'],
		['raw, under any content type', DOCUMENT, 'application/octet-stream'],
		['raw, called a form', DOCUMENT, 'application/x-www-form-urlencoded'],
		['raw, called JSON', DOCUMENT, 'application/json'],
		['behind white space', `\r\n  ${DOCUMENT}`, 'text/xml'],
		['in the form field xml', `a=1&xml=${encoded}&b=2`, 'application/x-www-form-urlencoded'],
		['in the form field XML', `XML=${encoded}`, 'application/x-www-form-urlencoded; charset=utf-8'],
		['in a form without a content type', `xml=${encoded}`, ''],
		['in a form field that nobody encoded', `xml=${DOCUMENT}`, 'application/x-www-form-urlencoded'],
		['as a form key', encoded, 'application/x-www-form-urlencoded'],
		['as a form key with an empty value', `${encoded}=`, 'application/x-www-form-urlencoded'],
		['in a multipart field xml', multipart('xml'), 'multipart/form-data; boundary=b1'],
		['in a multipart field XML', multipart('XML'), 'multipart/form-data; boundary="b1"'],
	])('%s', (_how, body, contentType) => {
		expect(xmlTextOf(bytes(body), contentType).text.trim()).toBe(DOCUMENT);
	});

	test('as a form key that was cut at its first equals sign', () => {
		expect(xmlTextOf(bytes('%3Ca%20b=%22c%22%2F%3E'), 'application/x-www-form-urlencoded').text).toBe('<a b="c"/>');
	});

	test('in a form field with a charset of its own', () => {
		const latin1 = '%3C%3Fxml%20version%3D%221.0%22%20encoding%3D%22ISO-8859-1%22%3F%3E%3Ca%3ECaf%E9%3C%2Fa%3E';
		expect(xmlTextOf(bytes(`xml=${latin1}`), 'application/x-www-form-urlencoded')).toEqual({ text: '<?xml version="1.0" encoding="ISO-8859-1"?><a>Café</a>', warnings: [] });
	});

	test.each([
		['plain text', 'hello', 'text/plain'],
		['JSON', '{"xml":"<a/>"}', 'application/json'],
		['a form with other fields', 'a=1&b=2', 'application/x-www-form-urlencoded'],
		['a form whose field xml holds no document', 'xml=1', 'application/x-www-form-urlencoded'],
		['multipart without a boundary', '--b', 'multipart/form-data'],
		['multipart without parts', 'nothing', 'multipart/form-data; boundary=b1'],
	])('but not in %s', (_what, body, contentType) => {
		expect(rejectionOf(() => xmlTextOf(bytes(body), contentType))).toEqual(rejected(400, /./));
	});
});

describe('forms', () => {
	test('are read by the rules of URL encoding, empty pairs left out', () => {
		expect(parseForm(bytes('a=1+2&&b=%26%3D%2b&c&=d&e=%zz%4')).map(({ name, value }) => [name, value])).toEqual([
			['a', '1 2'],
			['b', '&=+'],
			['c', ''],
			['', 'd'],
			['e', '%zz%4'],
		]);
	});

	test('are refused with too many fields or parts', () => {
		const many = (count: number): Buffer => bytes('a=1&'.repeat(count));
		expect(parseForm(many(200))).toHaveLength(200);
		expect(rejectionOf(() => parseForm(many(201)))).toEqual(rejected(400, /more than 200/));
		const parts = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(201);
		expect(rejectionOf(() => parseMultipart(bytes(parts), 'multipart/form-data; boundary=b'))).toEqual(rejected(400, /more than 200/));
	});

	test.each(['__proto__=1', 'a=1&constructor=2', '%5F_proto__=1'])('are refused with the name in %s', (form) => {
		expect(rejectionOf(() => parseForm(bytes(form)))).toEqual(rejected(400, /names a field/));
	});

	test('in several parts leave out what has no name', () => {
		const body = '--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b\r\nno head\r\n--b\r\nContent-Disposition: form-data; filename="f"; name="a"\r\n\r\nü\r\n--b--';
		expect(parseMultipart(bytes(body), 'multipart/form-data; boundary=b')).toEqual([{ name: 'a', value: 'ü', warnings: [] }]);
	});
});

describe('parameters', () => {
	test('come from a URL, and are none without a question mark', () => {
		expect({ ...queryParameters('/a/b?msisdn=1650&text=STOP%20ALL') }).toEqual({ msisdn: '1650', text: 'STOP ALL' });
		expect({ ...queryParameters('/a/b') }).toEqual({});
	});

	test('come from a form or from JSON, whatever the content type says', () => {
		expect({ ...bodyParameters(bytes('msisdn=1650&text=%E2%9C%93'), 'application/json') }).toEqual({ msisdn: '1650', text: '✓' });
		expect({ ...bodyParameters(bytes(' {"msisdn":1650}'), '') }).toEqual({ msisdn: 1650 });
	});

	test('have no prototype', () => {
		expect(Object.getPrototypeOf(queryParameters('?a=1'))).toBeNull();
		expect(Object.getPrototypeOf(bodyParameters(bytes('{}'), ''))).toBeNull();
	});

	test('that come twice are refused', () => {
		expect(rejectionOf(() => queryParameters('?a=1&b=2&a=3'))).toEqual(rejected(400, /twice/));
	});

	test.each(['[1]', '[]'])('from the JSON %s are refused', (json) => {
		expect(rejectionOf(() => bodyParameters(bytes(json), ''))).toEqual(rejected(400, /not one object/));
	});
});

describe('parseJson', () => {
	test('reads ordinary JSON', () => {
		expect(parseJson('{"a":[1,"2",null,{"b":true}]}')).toEqual({ a: [1, '2', null, { b: true }] });
	});

	test.each([
		['broken', '{"a":', /not valid/],
		['empty', '', /not valid/],
		['with __proto__', '{"__proto__":{"polluted":1}}', /__proto__/],
		['with constructor deep inside', '{"a":[{"constructor":{"prototype":{}}}]}', /constructor/],
		['too deep', '['.repeat(13) + ']'.repeat(13), /nests more than 12/],
		['very deep', '['.repeat(30_000) + ']'.repeat(30_000), /nests|not valid/],
	])('refuses JSON that is %s', (_what, text, reason) => {
		expect(rejectionOf(() => parseJson(text))).toEqual(rejected(400, reason));
	});

	test('takes the deepest that is allowed', () => {
		expect(parseJson('['.repeat(12) + ']'.repeat(12))).toBeDefined();
	});
});

describe('secretsMatch', () => {
	test.each([
		['s3cret', 's3cret', true],
		['s3cret ', 's3cret', false],
		['S3CRET', 's3cret', false],
		['s3cre', 's3cret', false],
		['', 's3cret', false],
		[undefined, 's3cret', false],
		['', '', false],
		[' ', ' ', false],
		['pässwörd', 'pässwörd', true],
	])('%j against %j: %s', (given, expected, result) => {
		expect(secretsMatch(given, expected)).toBe(result);
	});
});

describe('isAddressAllowed', () => {
	test.each([
		['203.0.113.7', '', true],
		[undefined, '', true],
		['203.0.113.7', '203.0.113.7', true],
		['203.0.113.8', '203.0.113.7', false],
		['203.0.113.7', '198.51.100.0/24, 203.0.113.0/24', true],
		['203.0.114.7', '203.0.113.0/24', false],
		['203.0.113.127', '203.0.113.0/25', true],
		['203.0.113.128', '203.0.113.0/25', false],
		['203.0.113.128', '203.0.113.7/24', true],
		['8.8.8.8', '0.0.0.0/0', true],
		['2001:db8::1', '0.0.0.0/0', false],
		['8.8.8.8', '::/0', false],
		['::ffff:203.0.113.7', '203.0.113.0/24', true],
		['203.0.113.7', '::ffff:203.0.113.7', true],
		['203.0.113.7', '::ffff:203.0.113.0/120', true],
		['203.0.114.7', '::ffff:203.0.113.0/120', false],
		['::ffff:cb00:7107', '203.0.113.7', true],
		['203.0.113.7', '::/0', false],
		['2001:db8::1', '2001:db8::/32', true],
		['2001:DB8:0:0:0:0:0:1', '2001:db8::1', true],
		['2001:db9::1', '2001:db8::/32', false],
		['fe80::1%eth0', 'fe80::/10', true],
		['64:ff9b::192.0.2.1', '64:ff9b::c000:201', true],
		['203.0.113.7', '203.0.113.7\n198.51.100.1', true],
		['198.51.100.1', '203.0.113.7;198.51.100.1', true],
		[undefined, '203.0.113.7', false],
		['', '203.0.113.7', false],
		['203.0.113.0/24', '203.0.113.0/24', false],
		['203.0.113.7', 'nonsense', false],
		['203.0.113.7', 'nonsense 203.0.113.7', true],
	])('%s with the list %j: %s', (address, list, allowed) => {
		expect(isAddressAllowed(address, list)).toBe(allowed);
	});

	test('names the entries that are no addresses', () => {
		const wrong = ['203.0.113', '203.0.113.256', '203.0.113.07', '1.2.3.4.5', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/8/8', '1.2.3.x', 'example.com', ':::', '1::2::3', '1:2:3', '12345::', '::/129', '1:2:3:4:5:6:7:8:9', '::1.2.3.400', '1:2:3:4:5:6:7:8::'];
		const right = ['203.0.113.7', '0.0.0.0/0', '::', '::1', '1::', '2001:db8::/32', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4', '1:2:3:4:5:6:1.2.3.4'];
		expect(unreadableEntries([...wrong, ...right].join(','))).toEqual(wrong);
	});
});

test('a rejection carries what the sender and the log need', () => {
	const rejection = new PostbackRejected(405, 'method', 'No.', { Allow: 'POST' });
	expect([rejection.status, rejection.step, rejection.message, rejection.headers]).toEqual([405, 'method', 'No.', { Allow: 'POST' }]);
	expect(new PostbackRejected(400, 'body', 'No.').headers).toEqual({});
});
