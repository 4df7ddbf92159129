import { type SignatureMethod, signatureOf } from '../../../providers/vonage/signature.ts';
import { vonageSignatureMatches } from '../../../providers/vonage/webhookSignature.ts';
import { VECTORS } from './signatureVectors.mts';

const SECRET = 'secret';
const SECONDS = 1_700_000_000;
const TOLERANCE_MS = 300_000;

/** Signs these texts and says whether what is delivered in their place is believed. */
function believed(
	signed: Record<string, string>,
	delivered: Record<string, unknown> = signed,
	{ secret = SECRET, method = 'sha256' as SignatureMethod } = {},
): boolean {
	const sig = signatureOf(signed, secret, method);
	return vonageSignatureMatches({ ...delivered, sig }, secret, method, SECONDS * 1_000, TOLERANCE_MS);
}

const timestamp = String(SECONDS);

describe('the documented vectors', () => {
	const SIGNED_AT_MS = 1385047698_000;
	const FIVE_MINUTES_MS = 300_000;
	const [V1] = VECTORS;
	if (V1 === undefined) throw new Error('No vectors.');
	const { secret } = V1;
	const received = (sig: unknown, change: Record<string, unknown> = {}) => ({ ...V1.parameters, sig, ...change });
	const matches = (parameters: Record<string, unknown>, nowMs = SIGNED_AT_MS, method: string = 'md5hash', key = secret) =>
		vonageSignatureMatches(parameters, key, method as SignatureMethod, nowMs, FIVE_MINUTES_MS);
	const SIG = V1.signatures.md5hash ?? '';

	test.each(Object.entries(V1.signatures))('%s, whatever the letter case', (method, signature) => {
		expect(matches(received(signature), SIGNED_AT_MS, method)).toBe(true);
		expect(matches(received(signature?.toUpperCase()), SIGNED_AT_MS, method)).toBe(true);
		expect(matches(received(signature?.toLowerCase()), SIGNED_AT_MS, method)).toBe(true);
	});

	test.each([
		['exactly five minutes late', FIVE_MINUTES_MS, true],
		['exactly five minutes early', -FIVE_MINUTES_MS, true],
		['later', FIVE_MINUTES_MS + 1, false],
		['earlier', -FIVE_MINUTES_MS - 1, false],
	])('%s', (_name, offsetMs, expected) => {
		expect(matches(received(SIG), SIGNED_AT_MS + offsetMs)).toBe(expected);
	});

	test.each([
		['no signature', received(undefined)],
		['an empty signature', received('')],
		['a signature that is no text', received(['x'])],
		['a short signature', received(SIG.slice(1))],
		['a long signature', received(`${SIG}0`)],
		['another signature', received(`0${SIG.slice(1)}`)],
		['letters that only look like digits', received(SIG.replace('a', 'š'))],
		['a changed value', received(SIG, { text: 'Test again!' })],
		['a parameter more', received(SIG, { extra: '1' })],
		['no timestamp', received(SIG, { timestamp: undefined })],
		['a timestamp in words', received(SIG, { timestamp: 'now' })],
		['a negative timestamp', received(SIG, { timestamp: '-1' })],
		['an exponent', received(SIG, { timestamp: '1.385047698e9' })],
		['milliseconds', received(SIG, { timestamp: '1385047698000' })],
		['a timestamp list', received(SIG, { timestamp: [] })],
	] as [string, Record<string, unknown>][])('%s is refused', (_name, parameters) => {
		expect(matches(parameters)).toBe(false);
	});

	test('a blank secret and an unknown method never match', () => {
		const empty = VECTORS.find((vector) => vector.secret === '');
		const parameters = { ...empty?.parameters, sig: empty?.signatures.md5hash };
		expect(matches(parameters, 1385055102_000, 'md5hash', '')).toBe(false);
		expect(matches(received(SIG), SIGNED_AT_MS, 'md5hash', '  ')).toBe(false);
		expect(matches(received(SIG), SIGNED_AT_MS, 'md5hash', undefined)).toBe(true);
		expect(vonageSignatureMatches(received(SIG), undefined as unknown as string, 'md5hash', SIGNED_AT_MS, FIVE_MINUTES_MS)).toBe(false);
		expect(matches(received(SIG), SIGNED_AT_MS, 'crc32')).toBe(false);
		expect(matches(received(SIG), SIGNED_AT_MS, 'constructor')).toBe(false);
	});

	test('numbers of JSON are signed as text', () => {
		const parameters = { ...V1.parameters, timestamp: 1385047698, msisdn: 14843472194, to: 13239877404, sig: SIG };
		expect(matches(parameters)).toBe(true);
		expect(matches({ ...parameters, nested: { a: 1 }, nothing: null })).toBe(false);
	});
});

test('what is no text is signed as text', () => {
	expect(believed({ timestamp, nested: '{"a":1}' }, { timestamp: SECONDS, nested: { a: 1 } })).toBe(true);
	expect(believed({ timestamp, list: '[1,"2"]' }, { timestamp, list: [1, '2'] })).toBe(true);
	expect(believed({ timestamp, nothing: '', none: '' }, { timestamp, nothing: null, none: undefined })).toBe(true);
	expect(believed({ timestamp, yes: 'true', number: '1.5' }, { timestamp, yes: true, number: 1.5 })).toBe(true);
	expect(believed({ timestamp, nested: '{"a":1}' }, { timestamp, nested: { a: 2 } })).toBe(false);
});

test('a blank secret is no secret, although one can sign with it', () => {
	for (const secret of ['', ' ', '\t\n']) expect(believed({ timestamp }, { timestamp }, { secret })).toBe(false);
});

test('a timestamp is whole seconds, blanks around it do not matter', () => {
	expect(believed({ timestamp: ` ${timestamp}\n` })).toBe(true);
	for (const written of ['1.7e9', '17e8', `+${timestamp}`, `${timestamp}.0`, `0x6553f100`, `${timestamp} s`, `s ${timestamp}`, ''])
		expect(believed({ timestamp: written })).toBe(false);
	for (const away of [-300, 300]) expect(believed({ timestamp: String(SECONDS + away) })).toBe(true);
	for (const away of [-301, 301]) expect(believed({ timestamp: String(SECONDS + away) })).toBe(false);
});

test('a signature may have blanks around it and capital digits', () => {
	const sig = signatureOf({ timestamp }, SECRET, 'sha512');
	expect(vonageSignatureMatches({ timestamp, sig: ` ${sig.toUpperCase()}\n` }, SECRET, 'sha512', SECONDS * 1_000, TOLERANCE_MS)).toBe(true);
});

test.each([' x ', 'x\n', '\tx', '\u200bx\ufeff', 'x\r\n'])('what a paste brings along is no part of the secret: %j', (pasted) => {
	const sig = signatureOf({ timestamp }, 'x', 'sha256');
	expect(vonageSignatureMatches({ timestamp, sig }, pasted, 'sha256', SECONDS * 1000, 1000)).toBe(true);
});

test('parameters cannot be cut anew through the names', () => {
	const sent = { a: '1', b: '2', timestamp };
	const sig = signatureOf(sent, 'x', 'sha256');
	expect(vonageSignatureMatches({ ...sent, sig }, 'x', 'sha256', SECONDS * 1000, 1000)).toBe(true);
	const recuts: Array<Record<string, string>> = [{ 'a=1&b': '2' }, { a: '1', 'b=2&c': '' }, { 'a=1&b=2': '' }];
	for (const recut of recuts) {
		const whole = { ...recut, timestamp };
		expect(vonageSignatureMatches({ ...whole, sig: signatureOf(whole, 'x', 'sha256') }, 'x', 'sha256', SECONDS * 1000, 1000)).toBe(false);
	}
});
