import { xmlTextsOf } from '../../../transport/inbound/xmlBody.ts';
import { rejected, rejectionOf } from './rejections.mts';

const FORM = 'application/x-www-form-urlencoded';

function textIn(body: string, contentType = ''): string | undefined {
	return xmlTextsOf(Buffer.from(body), contentType)[0]?.text;
}

describe('xmlTextsOf finds the document', () => {
	const DOCUMENT = '<?xml version="1.0"?><POSTBACK><BRANDNAME>A &amp; B + C</BRANDNAME></POSTBACK>';
	const encoded = encodeURIComponent(DOCUMENT);
	const multipart = (name: string): string =>
		`--b1\r\nContent-Disposition: form-data; name="id"\r\n\r\n1\r\n--b1\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: text/xml\r\n\r\n${DOCUMENT}\r\n--b1--\r\n`;

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
		[
			'in a multipart field whose name has no quotes',
			multipart('xml').replace('name="xml"', 'name=xml'),
			'multipart/form-data; boundary=b1',
		],
		['in a multipart field XML', multipart('XML'), 'multipart/form-data; boundary="b1"'],
	])('%s', (_how, body, contentType) => {
		expect(xmlTextsOf(Buffer.from(body), contentType)[0]?.text.trim()).toBe(DOCUMENT);
	});

	test('as a form key that was cut at its first equals sign', () => {
		expect(xmlTextsOf(Buffer.from('%3Ca%20b=%22c%22%2F%3E'), 'application/x-www-form-urlencoded')[0]?.text).toBe('<a b="c"/>');
	});

	test('in a form field with a charset of its own', () => {
		const latin1 = '%3C%3Fxml%20version%3D%221.0%22%20encoding%3D%22ISO-8859-1%22%3F%3E%3Ca%3ECaf%E9%3C%2Fa%3E';
		expect(xmlTextsOf(Buffer.from(`xml=${latin1}`), 'application/x-www-form-urlencoded')).toEqual([
			{ text: '<?xml version="1.0" encoding="ISO-8859-1"?><a>Café</a>', warnings: [] },
		]);
	});

	test.each([
		['plain text', 'hello', 'text/plain'],
		['JSON', '{"xml":"<a/>"}', 'application/json'],
		['a form with other fields', 'a=1&b=2', 'application/x-www-form-urlencoded'],
		['a form whose field xml holds no document', 'xml=1', 'application/x-www-form-urlencoded'],
		['multipart without a boundary', '--b', 'multipart/form-data'],
		['multipart without parts', 'nothing', 'multipart/form-data; boundary=b1'],
	])('but not in %s', (_what, body, contentType) => {
		expect(rejectionOf(() => xmlTextsOf(Buffer.from(body), contentType))).toEqual(rejected(400, /./));
	});
});

test('a field that stands twice gives both documents, and one where they are equal', () => {
	const texts = (body: string) => xmlTextsOf(Buffer.from(body), FORM).map(({ text }) => text);
	expect(texts('xml=%3Ca%2F%3E&XML=%3Cb%2F%3E')).toEqual(['<a/>', '<b/>']);
	expect(texts('xml=%3Ca%2F%3E&xml=%3Ca%2F%3E')).toEqual(['<a/>']);
});

describe('xmlTextsOf', () => {
	test.each([
		['a content type that only mentions multipart', '<a/>', 'text/xml; was="multipart/form-data"', '<a/>'],
		[
			'blanks before multipart',
			'--b\r\nContent-Disposition: form-data; name="xml"\r\n\r\n<a/>\r\n--b--',
			' Multipart/form-data; boundary=b',
			'<a/>',
		],
		['the field xml before other documents', 'a=%3Cb%2F%3E&xml=%3Ca%2F%3E', FORM, '<a/>'],
		['a field whose name has blanks around it', '%20xml+=%3Ca%2F%3E', FORM, '<a/>'],
		['an unencoded field behind others', 'a=1&xml=<a/>', FORM, '<a/>'],
		['an unencoded field behind blanks', ' xml=<a>A &amp; B</a>', FORM, '<a>A &amp; B</a>'],
		['blanks before the equals sign of an unencoded field', 'xml =<a>A &amp; B</a>', FORM, '<a>A &amp; B</a>'],
		['blanks behind the equals sign of an unencoded field', 'XML= <a>A &amp; B</a>', FORM, '<a>A &amp; B</a>'],
		['a document behind blanks in its field', 'xml=%0A%3Ca%2F%3E', FORM, '\n<a/>'],
		['a document that became a name, with the rest in the value', '%3Ca+b=%22c%22%2F%3E', FORM, '<a b="c"/>'],
	])('reads %s', (_what, body, contentType, text) => {
		expect(textIn(body, contentType)).toBe(text);
	});

	test.each([
		['a document in a field of another name', 'a=%3Cb%2F%3E', FORM],
		['an unencoded document in a field whose name only ends with xml', 'axml=<a>&amp;</a>', FORM],
		['a document behind the value of xml', 'xml=1<a/>', FORM],
	])('refuses %s', (_what, body, contentType) => {
		const refusal = rejectionOf(() => textIn(body, contentType));
		expect([refusal.status, refusal.step, refusal.message]).toEqual([
			400,
			'document',
			'The body is neither an XML document nor a form that holds one',
		]);
	});
});
