import { headerOf, receiveBytes, type PostbackRequest } from '../../../transport/receive.ts';
import { PostbackRejected } from '../../../transport/rejection.ts';
import { xmlTextOf } from '../../../transport/xmlBody.ts';

const FORM = 'application/x-www-form-urlencoded';

function request(parts: Partial<PostbackRequest>): PostbackRequest {
	return { method: 'POST', headers: {}, url: '/', ...parts };
}

async function rejectionOf(parts: Partial<PostbackRequest>): Promise<PostbackRejected> {
	const problem: unknown = await receiveBytes(request(parts)).catch((error: unknown) => error);
	if (problem instanceof PostbackRejected) return problem;
	throw new Error('not rejected');
}

function textIn(body: string, contentType = ''): string {
	return xmlTextOf(Buffer.from(body), contentType).text;
}

function refusalOf(body: string, contentType = ''): PostbackRejected {
	try {
		textIn(body, contentType);
	} catch (problem) {
		if (problem instanceof PostbackRejected) return problem;
	}
	throw new Error('not refused');
}

describe('receiveBytes', () => {
	test('names the step that refused, and what was wrong', async () => {
		const tooLarge = await rejectionOf({ rawBody: Buffer.alloc(65_537) });
		expect([tooLarge.status, tooLarge.step, tooLarge.message]).toEqual([413, 'size', 'The body has more than 65536 bytes']);
		expect(tooLarge.headers).toEqual({});
		const empty = await rejectionOf({});
		expect([empty.status, empty.step, empty.message]).toEqual([400, 'body', 'The body is empty']);
		const lost = await rejectionOf({ body: { a: 1 } });
		expect([lost.status, lost.step, lost.message]).toEqual([500, 'body', expect.stringMatching(/^n8n parsed the body and did not keep the bytes .* update n8n$/)]);
		const broken = await rejectionOf({ readRawBody: async () => await Promise.reject(new Error('aborted')) });
		expect([broken.status, broken.step, broken.message, broken.headers]).toEqual([400, 'body', 'The body could not be read to its end', { Connection: 'close' }]);
	});

	test.each([undefined, null, 'entity.too.large', 413, {}, { type: 'other', status: 400 }])('whatever reading throws (%j) is a broken body', async (thrown) => {
		const readRawBody = async (): Promise<unknown> => {
			throw thrown;
		};
		expect(await rejectionOf({ readRawBody })).toMatchObject({ status: 400, step: 'body' });
	});

	test.each([null, undefined, 0, '', {}, []])('a parsed body of %j is an empty one', async (body) => {
		expect(await rejectionOf({ body })).toMatchObject({ status: 400, message: 'The body is empty' });
	});

	test('takes what is announced as exactly the most', async () => {
		expect(await receiveBytes(request({ headers: { 'content-length': '65536' }, rawBody: Buffer.from('x') }))).toHaveLength(1);
		expect(await receiveBytes(request({ headers: { 'content-length': 'unknown' }, rawBody: Buffer.from('x') }))).toHaveLength(1);
		expect(await receiveBytes(request({ rawBody: Buffer.from('xyz') }), 3)).toHaveLength(3);
		await expect(receiveBytes(request({ rawBody: Buffer.from('xyz') }), 2)).rejects.toMatchObject({ status: 413, message: 'The body has more than 2 bytes' });
	});

	test('is not fooled by bytes that are none', async () => {
		expect(await rejectionOf({ rawBody: 'text', body: 'text' })).toMatchObject({ status: 500 });
		expect(headerOf(request({}), 'absent')).toBeUndefined();
	});
});

describe('xmlTextOf', () => {
	test.each([
		['a content type that only mentions multipart', '<a/>', 'text/xml; was="multipart/form-data"', '<a/>'],
		['blanks before multipart', '--b\r\nContent-Disposition: form-data; name="xml"\r\n\r\n<a/>\r\n--b--', ' Multipart/form-data; boundary=b', '<a/>'],
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
		const refusal = refusalOf(body, contentType);
		expect([refusal.status, refusal.step, refusal.message]).toEqual([400, 'document', 'The body is neither an XML document nor a form that holds one']);
	});
});
