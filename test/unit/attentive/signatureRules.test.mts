import { createHmac } from 'node:crypto';

import { InputProblem } from '../../../consent/failure.ts';
import { attentiveSignatureMatches, placeAttentiveKey } from '../../../providers/attentive/signature.ts';

const BODY = Buffer.from('{"type":"sms.unsubscribed"}');
const signedWith = (key: string): string => createHmac('sha256', key).update(BODY).digest('hex');

test('nobody is believed for having signed with a blank key', () => {
	for (const keys of [[''], ['  ', ''], ['\n', 'real']]) expect(attentiveSignatureMatches(BODY, signedWith(''), keys)).toBe(false);
	expect(attentiveSignatureMatches(BODY, signedWith('real'), ['', 'real'])).toBe(true);
});

test('a signature is exactly sixty-four hexadecimal digits', () => {
	const right = signedWith('real');
	for (const header of [`x${right}`, `${right}x`, `${right} ${right}`, `sha256=${right}`]) expect(attentiveSignatureMatches(BODY, header, ['real'])).toBe(false);
});

describe('the API key', () => {
	const headerFor = (apiKey: unknown): unknown => placeAttentiveKey({ apiKey }, { url: '/me', headers: {} as Record<string, string> }).headers['Authorization'];

	test.each([undefined, null, 5, {}, '', '  '])('%j is none', (apiKey) => {
		expect(() => headerFor(apiKey)).toThrow(InputProblem);
		expect(() => headerFor(apiKey)).toThrow(expect.objectContaining({ message: "'API Key' of the Attentive credential is empty", remedy: 'Open the credential and paste the API key of your Attentive app.' }));
	});

	test.each([
		['Bearer   k', 'Bearer k'],
		['bearer k', 'Bearer k'],
		['a Bearer k', 'Bearer a Bearer k'],
		['Bearerk', 'Bearer Bearerk'],
	])('%j goes out as %j', (apiKey, header) => {
		expect(headerFor(apiKey)).toBe(header);
	});
});
