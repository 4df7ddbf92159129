import { isSignatureMethod, type SignatureMethod, signatureOf } from '../../../providers/vonage/signature.ts';
import { VECTORS } from './signatureVectors.mts';

const SECRET = 'secret';

function casesOf(kind: 'signatures' | 'wrong') {
	return VECTORS.flatMap(({ [kind]: signatures = {}, ...vector }) =>
		Object.entries(signatures).map(([method, signature]) => ({ ...vector, method: method as SignatureMethod, signature })),
	);
}

test.each(casesOf('signatures'))('$name, $method', ({ method, secret, parameters, signature }) => {
	expect(signatureOf(parameters, secret, method)).toBe(signature.toLowerCase());
	expect(signatureOf({ ...parameters, sig: 'left out' }, secret, method)).toBe(signature.toLowerCase());
});

test.each(casesOf('wrong'))('$method does not follow the Node library', ({ method, secret, parameters, signature }) => {
	expect(signatureOf(parameters, secret, method)).not.toBe(signature);
});

test('names are sorted by their bytes, and every ampersand and equals sign of a value becomes an underscore', () => {
	const sorted = { 'message-timestamp': '1', messageId: '2', ﬀ: '3', '😀': '4' };
	const turned = Object.fromEntries(Object.entries(sorted).reverse());
	expect(signatureOf(turned, SECRET, 'sha1')).toBe(signatureOf(sorted, SECRET, 'sha1'));
	expect(signatureOf({ a: 'x&&y==z' }, SECRET, 'md5')).toBe(signatureOf({ a: 'x__y__z' }, SECRET, 'md5'));
	expect(signatureOf({ a: 'x', b: 'y' }, SECRET, 'md5')).not.toBe(signatureOf({ a: 'xb=y' }, SECRET, 'md5'));
});

test('methods are those of the dashboard', () => {
	for (const method of ['md5hash', 'md5', 'sha1', 'sha256', 'sha512']) expect(isSignatureMethod(method)).toBe(true);
	for (const method of ['', 'MD5', 'sha3', 'toString', undefined, null, ['md5'], 1]) expect(isSignatureMethod(method)).toBe(false);
});
