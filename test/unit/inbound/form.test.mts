import { parseForm, parseMultipart } from '../../../transport/inbound/form.ts';
import { rejected, rejectionOf } from './rejections.mts';

describe('forms', () => {
	test('are read by the rules of URL encoding, empty pairs left out', () => {
		expect(parseForm(Buffer.from('a=1+2&&b=%26%3D%2b&c&=d&e=%zz%4')).map(({ name, value }) => [name, value])).toEqual([
			['a', '1 2'],
			['b', '&=+'],
			['c', ''],
			['', 'd'],
			['e', '%zz%4'],
		]);
	});

	test('are refused with too many fields or parts', () => {
		const many = (count: number): Buffer => Buffer.from('a=1&'.repeat(count));
		expect(parseForm(many(200))).toHaveLength(200);
		expect(rejectionOf(() => parseForm(many(201)))).toEqual(rejected(400, /more than 200/));
		const parts = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(201);
		expect(rejectionOf(() => parseMultipart(Buffer.from(parts), 'multipart/form-data; boundary=b'))).toEqual(
			rejected(400, /more than 200/),
		);
	});

	test.each(['__proto__=1', 'a=1&__proto__=2', '%5F_proto__=1'])('are refused with the name in %s', (form) => {
		expect(rejectionOf(() => parseForm(Buffer.from(form)))).toEqual(rejected(400, /names a field/));
	});

	test('in several parts leave out what has no name', () => {
		const body =
			'--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b\r\nno head\r\n--b\r\nContent-Disposition: form-data; filename="f"; name="a"\r\n\r\nü\r\n--b--';
		expect(parseMultipart(Buffer.from(body), 'multipart/form-data; boundary=b')).toEqual([{ name: 'a', value: 'ü', warnings: [] }]);
	});
});
