import { InputProblem } from '../../../consent/failure';
import { normalizeBaseUrl } from '../../../consent/url';

const FALLBACK = 'https://fallback.test/';
const FALLBACK_WITH_PATH = 'https://fallback.test/api/v1';

it.each<[raw: unknown, expected: string]>([
	['', FALLBACK],
	['   ', FALLBACK],
	[undefined, FALLBACK],
	[null, FALLBACK],
	['https://secure.skycore.com/API/wxml/1.3/', 'https://secure.skycore.com/API/wxml/1.3/'],
	['https://secure.skycore.com/API/wxml/1.3', 'https://secure.skycore.com/API/wxml/1.3/'],
	['https://secure.skycore.com/API/wxml/1.3/index.php', 'https://secure.skycore.com/API/wxml/1.3/'],
	['https://secure.skycore.com/API/wxml/1.3/index.php/', 'https://secure.skycore.com/API/wxml/1.3/'],
	[' https://vyg.mobi ', 'https://vyg.mobi/'],
	['vyg.mobi', 'https://vyg.mobi/'],
	['https://vyg.mobi///', 'https://vyg.mobi/'],
	['https://proxy.test:8443/voyage', 'https://proxy.test:8443/voyage/'],
	['http://localhost:5000', 'http://localhost:5000/'],
	['http://127.0.0.1:5000/skycore/', 'http://127.0.0.1:5000/skycore/'],
	['http://127.8.9.10', 'http://127.8.9.10/'],
	['http://[::1]:5000', 'http://[::1]:5000/'],
])('%p becomes %s', (raw, expected) => {
	expect(normalizeBaseUrl(raw, FALLBACK)).toBe(expected);
});

it.each<[raw: unknown, expected: string]>([
	['', 'https://fallback.test/api/v1/'],
	['https://proxy.test', 'https://proxy.test/api/v1/'],
	['https://proxy.test/', 'https://proxy.test/api/v1/'],
	['http://127.0.0.1:5000', 'http://127.0.0.1:5000/api/v1/'],
	['https://proxy.test/index.php', 'https://proxy.test/api/v1/'],
	['https://proxy.test/v2', 'https://proxy.test/v2/'],
])('%p becomes %s where the documented address has a path', (raw, expected) => {
	expect(normalizeBaseUrl(raw, FALLBACK_WITH_PATH)).toBe(expected);
});

it.each([
	'http://vyg.mobi',
	'http://127.0.0.1.evil.test',
	'http://localhost.evil.test',
	'http://10.0.0.1',
	'http://0.0.0.0',
	'http://[::2]',
	'ftp://vyg.mobi',
	'file:///etc/passwd',
	'javascript://x',
	'https://user:secret@vyg.mobi',
	'https://vyg.mobi?key=1',
	'https://vyg.mobi/#x',
	'https://',
	'not an address',
])('%p is refused', (raw) => {
	expect(() => normalizeBaseUrl(raw, FALLBACK)).toThrow(InputProblem);
});

it('never repeats a password that stands in the address', () => {
	expect(() => normalizeBaseUrl('https://user:secret@vyg.mobi', FALLBACK)).not.toThrow('secret');
	expect(() => normalizeBaseUrl('https://user:secret@vyg.mobi', FALLBACK)).toThrow('user name or password');
});
