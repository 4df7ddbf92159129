import { createHmac } from 'node:crypto';

import { attentiveSignatureMatches } from '../../../providers/attentive/webhookSignature.ts';

const BODY = Buffer.from('{"type":"sms.subscribed"}');
const SIGNATURE = 'b9821e0681d26db20eeb4c6d9c45fbea6764560e8d68ffcf5b42f4ae5a27cfaa';
const signedWith = (key: string): string => createHmac('sha256', key).update(BODY).digest('hex');

test.each([
	['the right key', BODY, SIGNATURE, ['test_key'], true],
	['the second of two keys', BODY, SIGNATURE, ['old', 'test_key'], true],
	['the first of two keys', BODY, SIGNATURE, ['test_key', 'new'], true],
	['capital digits', BODY, SIGNATURE.toUpperCase(), ['test_key'], true],
	['blanks around header and key', BODY, ` ${SIGNATURE}\n`, [' test_key\n'], true],
	[
		'RFC 4231, test case 2',
		Buffer.from('what do ya want for nothing?'),
		'5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
		['Jefe'],
		true,
	],
	['a plain Uint8Array', new Uint8Array(BODY), SIGNATURE, ['test_key'], true],
	['another key', BODY, SIGNATURE, ['other'], false],
	['no key', BODY, SIGNATURE, [], false],
	['an empty key', BODY, 'b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad', ['', '  '], false],
	['no header', BODY, undefined, ['test_key'], false],
	['an empty header', BODY, '', ['test_key'], false],
	['a short header', BODY, SIGNATURE.slice(1), ['test_key'], false],
	['a long header', BODY, `${SIGNATURE}0`, ['test_key'], false],
	['base64', BODY, Buffer.from(SIGNATURE, 'hex').toString('base64'), ['test_key'], false],
	['letters that are no digits', BODY, 'z'.repeat(64), ['test_key'], false],
	['a changed body', Buffer.from('{"type":"sms.subscribed"} '), SIGNATURE, ['test_key'], false],
] as [string, Uint8Array, string | undefined, string[], boolean][])('%s', (_name, body, header, keys, matches) => {
	expect(attentiveSignatureMatches(body, header, keys)).toBe(matches);
});

test('nobody is believed for having signed with a blank key', () => {
	for (const keys of [[''], ['  ', ''], ['\n', 'real']]) expect(attentiveSignatureMatches(BODY, signedWith(''), keys)).toBe(false);
	expect(attentiveSignatureMatches(BODY, signedWith('real'), ['', 'real'])).toBe(true);
});

test('a signature is exactly sixty-four hexadecimal digits', () => {
	const right = signedWith('real');
	for (const header of [`x${right}`, `${right}x`, `${right} ${right}`, `sha256=${right}`])
		expect(attentiveSignatureMatches(BODY, header, ['real'])).toBe(false);
});
