import { decodeResponse, sharedStatusOf } from '../../../transport/codec/response.ts';

const HEADERS = { 'Content-Type': 'text/html; charset=utf-8', 'X-Many': ['a', 'b'], 'X-None': undefined };

test('headers have lower-case names and one text each', () => {
	expect(decodeResponse(200, HEADERS, Buffer.from('')).headers).toEqual({ 'content-type': 'text/html; charset=utf-8', 'x-many': 'a, b' });
});

test.each([
	['JSON', '{"a":1}', { json: { a: 1 } }],
	['JSON behind blanks', ' \n[1]', { json: [1] }],
	['XML', '\n<a>1</a>', { xml: { name: 'a', attributes: {}, children: [], text: '1' } }],
	['a damaged document', '<a>', {}],
	['plain words', 'No', {}],
	['nothing', '', {}],
])('%s', (_name, text, read) => {
	const { json, xml } = decodeResponse(200, {}, Buffer.from(text));
	expect({ ...(json === undefined ? {} : { json }), ...(xml === undefined ? {} : { xml }) }).toEqual(read);
});

test('bytes that are no UTF-8 are read as they declare themselves, and never refused', () => {
	const latin = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', 'latin1');
	expect(decodeResponse(200, {}, latin).xml?.text).toBe('é');
	expect(decodeResponse(200, { 'content-type': 'text/plain; charset=iso-8859-1' }, Buffer.from([0xe9])).text).toBe('é');
	expect(decodeResponse(200, { 'content-type': 'text/plain; charset=klingon' }, Buffer.from([0xe9])).text).toBe('é');
	expect(decodeResponse(200, { 'content-type': 'text/plain; charset=utf-7' }, Buffer.from([0xe9])).text).toBe('\ufffd');
});

test.each([
	[200, undefined],
	[300, 'redirect'],
	[302, 'redirect'],
	[304, undefined],
	[399, 'redirect'],
	[400, undefined],
	[407, 'proxy wants a password'],
	[408, 'request timed out'],
	[409, undefined],
	[429, 'too many requests'],
	[499, undefined],
	[500, 'server failed'],
	[599, 'server failed'],
])('HTTP %i is %p', (status, shared) => {
	expect(sharedStatusOf(status)).toBe(shared);
});
