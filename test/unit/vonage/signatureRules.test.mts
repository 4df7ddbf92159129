import { isSignatureMethod, type SignatureMethod, signatureOf, vonageSignatureMatches } from '../../../providers/vonage/signature.ts';

const SECRET = 'secret';
const SECONDS = 1_700_000_000;
const TOLERANCE_MS = 300_000;

/** Signs these texts and says whether what is delivered in their place is believed. */
function believed(signed: Record<string, string>, delivered: Record<string, unknown> = signed, { secret = SECRET, method = 'sha256' as SignatureMethod } = {}): boolean {
	const sig = signatureOf(signed, secret, method);
	return vonageSignatureMatches({ ...delivered, sig }, secret, method, SECONDS * 1_000, TOLERANCE_MS);
}

const timestamp = String(SECONDS);

test('what is no text is signed as text', () => {
	expect(believed({ timestamp, nested: '{"a":1}' }, { timestamp: SECONDS, nested: { a: 1 } })).toBe(true);
	expect(believed({ timestamp, list: '[1,"2"]' }, { timestamp, list: [1, '2'] })).toBe(true);
	expect(believed({ timestamp, nothing: '', none: '' }, { timestamp, nothing: null, none: undefined })).toBe(true);
	expect(believed({ timestamp, yes: 'true', number: '1.5' }, { timestamp, yes: true, number: 1.5 })).toBe(true);
	expect(believed({ timestamp, nested: '{"a":1}' }, { timestamp, nested: { a: 2 } })).toBe(false);
});

test('a blank secret is no secret, although one can sign with it', () => {
	for (const secret of ['', ' ', '\t\n']) expect(believed({ timestamp }, { timestamp }, { secret })).toBe(false);
	expect(believed({ timestamp }, { timestamp }, { secret: ' x ' })).toBe(true);
});

test('a timestamp is whole seconds, blanks around it do not matter', () => {
	expect(believed({ timestamp: ` ${timestamp}\n` })).toBe(true);
	for (const written of ['1.7e9', '17e8', `+${timestamp}`, `${timestamp}.0`, `0x6553f100`, `${timestamp} s`, `s ${timestamp}`, '']) expect(believed({ timestamp: written })).toBe(false);
	for (const away of [-300, 300]) expect(believed({ timestamp: String(SECONDS + away) })).toBe(true);
	for (const away of [-301, 301]) expect(believed({ timestamp: String(SECONDS + away) })).toBe(false);
});

test('a signature may have blanks around it and capital digits', () => {
	const sig = signatureOf({ timestamp }, SECRET, 'sha512');
	expect(vonageSignatureMatches({ timestamp, sig: ` ${sig.toUpperCase()}\n` }, SECRET, 'sha512', SECONDS * 1_000, TOLERANCE_MS)).toBe(true);
});

test('names are sorted by their bytes, and every ampersand and equals sign of a value becomes an underscore', () => {
	const sorted = { 'message-timestamp': '1', messageId: '2', 'ﬀ': '3', '😀': '4' };
	const turned = Object.fromEntries(Object.entries(sorted).reverse());
	expect(signatureOf(turned, SECRET, 'sha1')).toBe(signatureOf(sorted, SECRET, 'sha1'));
	expect(signatureOf({ a: 'x&&y==z' }, SECRET, 'md5')).toBe(signatureOf({ a: 'x__y__z' }, SECRET, 'md5'));
	expect(signatureOf({ a: 'x', b: 'y' }, SECRET, 'md5')).not.toBe(signatureOf({ a: 'xb=y' }, SECRET, 'md5'));
});

test('methods are those of the dashboard', () => {
	for (const method of ['md5hash', 'md5', 'sha1', 'sha256', 'sha512']) expect(isSignatureMethod(method)).toBe(true);
	for (const method of ['', 'MD5', 'sha3', 'toString', undefined, null, ['md5'], 1]) expect(isSignatureMethod(method)).toBe(false);
});
