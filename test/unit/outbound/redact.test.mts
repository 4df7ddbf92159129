import fc from 'fast-check';

import { redactDeep, redactorOf } from '../../../transport/outbound/redact.ts';

const SECRET = `k3y&<o'f> "t/h+e=te st é`;
const redact = redactorOf({ apiKey: SECRET, baseUrl: 'https://public.example/', oauthTokenData: { access_token: 'token-inside' } });

const lowerCased = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
const FORM = new URLSearchParams({ s: SECRET }).toString().slice(2);

test.each([
	['as it is', SECRET],
	['in a URL', encodeURIComponent(SECRET)],
	['in a URL, lower case', lowerCased(encodeURIComponent(SECRET))],
	['in a form', FORM],
	['in a form, lower case', lowerCased(FORM)],
	[
		'in XML, apostrophes as they are',
		SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
	],
	[
		'in XML, as we write it',
		SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
	],
	['in JSON', JSON.stringify(SECRET).slice(1, -1)],
	['in Base64', Buffer.from(SECRET, 'utf8').toString('base64')],
])('a secret is blackened %s', (_name, written) => {
	expect(redact(`You sent ${written}, twice: ${written}.`)).toBe('You sent [hidden], twice: [hidden].');
});

test('secrets inside other fields are found, and what is public stays', () => {
	expect(redact('token-inside at https://public.example/')).toBe('[hidden] at https://public.example/');
});

test('a field of blanks is no secret', () => {
	const blanks = redactorOf({ apiKey: '      ', apiSecret: '\n\n\n\n\n', other: '%20%20%20%20' });
	for (const text of ['a      b', 'a\n\n\n\n\nb', 'a++++++b']) expect(blanks(text)).toBe(text);
});

test('a key of digits is found where it became a number', () => {
	const digits = redactorOf({ apiKey: '48151623' });
	expect(redactDeep({ key: 48_151_623, other: 48_151_624, list: [48_151_623] }, digits)).toEqual({
		key: '[hidden]',
		other: 48_151_624,
		list: ['[hidden]'],
	});
});

test('every text of a value is looked through, names included', () => {
	expect(redactDeep({ list: [SECRET, 1, null], [SECRET]: { deep: SECRET } }, redact)).toEqual({
		list: ['[hidden]', 1, null],
		'[hidden]': { deep: '[hidden]' },
	});
});

describe('whatever a secret went through', () => {
	const KEY = 'Zx9/kQ2+vT7=mW4~aB1cD5eF8gH0';
	const typed = redactorOf({ apiKey: ` ${KEY}\n`, apiSecret: 'S3cr3t&Value', baseUrl: 'https://public.example/' });
	const hex = (text: string): string => Buffer.from(text).toString('hex');
	const base64 = (text: string): string => Buffer.from(text).toString('base64');
	const each = (make: (character: string) => string) => [...KEY].map(make).join('');
	const code = (character: string): number => character.charCodeAt(0);

	test.each([
		['as typed, with its line break', `${KEY}\n`],
		['as sent', KEY],
		['behind the word Bearer', `Bearer ${KEY}`],
		['with slashes as JSON may escape them', KEY.replaceAll('/', '\\/')],
		['as \\u00xx', each((character) => `\\u${code(character).toString(16).padStart(4, '0')}`)],
		['as \\u00XX in part', KEY.replace('k', '\\u006B')],
		['as \\xXX', each((character) => `\\x${code(character).toString(16)}`)],
		['in percent, twice', encodeURIComponent(encodeURIComponent(KEY))],
		['in percent, three times', encodeURIComponent(encodeURIComponent(encodeURIComponent(KEY)))],
		['every character in percent', each((character) => `%${code(character).toString(16).toUpperCase()}`)],
		['as decimal entities', each((character) => `&#${code(character)};`)],
		['as hexadecimal entities', each((character) => `&#x${code(character).toString(16)};`)],
		['as padded entities', each((character) => `&#00${code(character)};`)],
		['as entities within entities', each((character) => `&amp;#${code(character)};`)],
		['in capitals', KEY.toUpperCase()],
		['in hexadecimal', hex(KEY)],
		['in hexadecimal, capitals', hex(KEY).toUpperCase()],
		['in Base64', base64(KEY)],
		['in Base64 for addresses', Buffer.from(KEY).toString('base64url')],
		['in Base64 within JSON', JSON.stringify(base64(KEY)).replaceAll('/', '\\/')],
		['in Base64 within an address', encodeURIComponent(base64(KEY))],
		['in a form', new URLSearchParams({ key: KEY }).toString()],
		['in JSON within JSON', JSON.stringify(JSON.stringify({ key: KEY }))],
	])('%s', (_name, written) => {
		const shown = typed(`before ${written} after`);
		expect(shown).toMatch(/^before.*\[hidden\].* after$/s);
		expect(visiblePieceOf(KEY, shown)).toBe('');
	});

	test.each(['', 'a', 'ab', 'abc', 'abcd1234'])('in the header of Basic authentication, behind the key %j', (key) => {
		const shown = typed(`Authorization: Basic ${base64(`${key}:${KEY}`)}, please`);
		expect(shown).toBe('Authorization: Basic [hidden], please');
		expect(typed(`Basic ${Buffer.from(`${key}:${KEY}`).toString('base64url')}`)).toBe('Basic [hidden]');
	});

	test('two secrets in one text, one inside of what was encoded for the other', () => {
		expect(typed(encodeURIComponent(`${KEY} and S3cr3t&Value`))).toBe('[hidden]%20and%20[hidden]');
	});

	test('other words stay, also between escapes', () => {
		const text = 'Number %2B16502426055 is \\u0022unknown\\u0022 &amp; was "not" sent &#8211; try again + again';
		expect(typed(text)).toBe(text);
	});

	test('any secret in any mix of encodings', () => {
		const encodings: Array<(text: string) => string> = [
			(text) => encodeURIComponent(text),
			(text) => JSON.stringify(text).slice(1, -1),
			(text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
			(text) => text.replace(/[^a-z0-9]/gi, (character) => `&#${character.charCodeAt(0)};`),
			(text) => text.replace(/[^a-z0-9]/gi, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
			(text) => text,
		];
		const secret = fc
			.string({ unit: fc.constantFrom(...'aZ0/+=&<>"%\\-_.~é '), minLength: 8, maxLength: 40 })
			.filter((text) => text.trim().length >= 8);
		fc.assert(
			fc.property(secret, fc.array(fc.constantFrom(...encodings), { maxLength: 3 }), (value, layers) => {
				const written = layers.reduce((text, encode) => encode(text), value.trim());
				expect(redactorOf({ apiKey: value })(`(${written})`)).toBe('([hidden])');
			}),
			{ numRuns: 1_000 },
		);
	});

	test('a text of 300,000 characters in less than a second', () => {
		const startedAt = performance.now();
		for (const unit of ['%', '\\', '&#', '%25', '<', 'a', '\\u00', KEY.slice(0, -1)]) typed(unit.repeat(Math.ceil(300_000 / unit.length)));
		expect(performance.now() - startedAt).toBeLessThan(8_000);
	});
});

/** The longest piece of six characters or more of the secret that can be read in a text. */
function visiblePieceOf(secret: string, text: string): string {
	for (let length = secret.length; length >= 6; length -= 1) {
		for (let start = 0; start + length <= secret.length; start += 1) {
			if (text.includes(secret.slice(start, start + length))) return secret.slice(start, start + length);
		}
	}
	return '';
}
