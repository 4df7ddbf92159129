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

test('every text of a value is looked through, names included', () => {
	expect(redactDeep({ list: [SECRET, 1, null], [SECRET]: { deep: SECRET } }, redact)).toEqual({
		list: ['[hidden]', 1, null],
		'[hidden]': { deep: '[hidden]' },
	});
});
