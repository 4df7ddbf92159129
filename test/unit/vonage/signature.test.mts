import { type SignatureMethod, signatureOf, vonageSignatureMatches } from '../../../providers/vonage/signature.ts';
import vectors from '../../fixtures/vonage/signatures.json';

interface Vector {
	name: string;
	secret: string;
	parameters: Record<string, string>;
	signatures: Partial<Record<SignatureMethod, string>>;
	/** What libraries give that do not follow the documented algorithm. */
	wrong?: Partial<Record<SignatureMethod, string>>;
}

const VECTORS = vectors as unknown as Vector[];

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

describe('matching', () => {
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
