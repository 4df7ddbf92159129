import { InputProblem } from '../../../consent/failure';
import { placeSkycoreKey } from '../../../providers/skycore/auth';

const CREDENTIAL = { apiKey: ' k&<ey1 ', baseUrl: '' };
const DOCUMENT = '<REQUEST><ACTION>subscribe</ACTION><MOBILE>1</MOBILE></REQUEST>';
const SIGNED = '<REQUEST><ACTION>subscribe</ACTION><API_KEY>k&amp;&lt;ey1</API_KEY><MOBILE>1</MOBILE></REQUEST>';

it('puts the key behind the action of the document', () => {
	const request = { url: 'https://x/', method: 'POST', body: { xml: DOCUMENT, other: 'stays' } };
	expect(placeSkycoreKey(CREDENTIAL, request)).toEqual({ ...request, body: { xml: SIGNED, other: 'stays' } });
	expect(request.body.xml).toBe(DOCUMENT);
});

it.each<[label: string, request: Record<string, unknown>, expected: Record<string, unknown>]>([
	['an upper-case field', { method: 'POST', body: { XML: DOCUMENT } }, { body: { XML: SIGNED } }],
	['a raw body', { method: 'post', body: DOCUMENT }, { body: SIGNED }],
	['the older form', { method: 'POST', uri: 'https://x/', form: { xml: DOCUMENT } }, { form: { xml: SIGNED } }],
	['GET', { method: 'GET', qs: { action: 'subscribe' } }, { qs: { action: 'subscribe', api_key: 'k&<ey1' } }],
	[
		'a form of pairs',
		{ method: 'POST', body: { action: 'subscribe', api_key: 'x' } },
		{ body: { action: 'subscribe', api_key: 'k&<ey1' } },
	],
	['no method', { qs: undefined }, { qs: { api_key: 'k&<ey1' } }],
])('places it in %s', (_label, request, expected) => {
	expect(placeSkycoreKey(CREDENTIAL, { url: 'https://x/', ...request })).toMatchObject(expected);
});

it('places it in URL parameters', () => {
	const body = new URLSearchParams({ xml: DOCUMENT });
	const signed = placeSkycoreKey(CREDENTIAL, { url: 'https://x/', method: 'POST', body });
	expect(signed.body.get('xml')).toBe(SIGNED);
	expect(body.get('xml')).toBe(DOCUMENT);
	const pairs = placeSkycoreKey(CREDENTIAL, { url: 'https://x/', method: 'POST', body: new URLSearchParams({ action: 'subscribe' }) });
	expect(String(pairs.body)).toBe('action=subscribe&api_key=k%26%3Cey1');
});

it('does not mistake an ACTION among the profile data for its own', () => {
	const xml = '<REQUEST><ACTION>subscribe</ACTION><DATA><ACTION>x</ACTION></DATA></REQUEST>';
	const signed = placeSkycoreKey({ apiKey: 'k' }, { url: '', method: 'POST', body: { xml } });
	expect(signed.body.xml).toBe('<REQUEST><ACTION>subscribe</ACTION><API_KEY>k</API_KEY><DATA><ACTION>x</ACTION></DATA></REQUEST>');
});

it.each([
	[
		'behind the action',
		'<REQUEST><ACTION>subscribe</ACTION><DATA>FIELD</DATA></REQUEST>',
		'<REQUEST><ACTION>subscribe</ACTION>KEY<DATA>FIELD</DATA></REQUEST>',
	],
	[
		'before it',
		'<REQUEST><DATA>FIELD</DATA><ACTION>subscribe</ACTION></REQUEST>',
		'<REQUEST><DATA>FIELD</DATA><ACTION>subscribe</ACTION>KEY</REQUEST>',
	],
])("the person's profile %s may have fields of any name, and the key is sent all the same", (_where, document, signedDocument) => {
	for (const field of [
		'<API_KEY>no</API_KEY>',
		'<api_key/>',
		'<ACTION>x</ACTION><API_KEY>no</API_KEY>',
		'<DATA>x</DATA><API_KEY>no</API_KEY>',
	]) {
		const signed = placeSkycoreKey({ apiKey: 'k' }, { url: '', method: 'POST', body: { xml: document.replace('FIELD', field) } });
		expect(signed.body.xml).toBe(signedDocument.replace('KEY', '<API_KEY>k</API_KEY>').replace('FIELD', field));
	}
});

it.each([
	['a comment', '<!-- <API_KEY>no</API_KEY></ACTION> -->'],
	['a CDATA section', '<NOTE><![CDATA[<API_KEY>no</API_KEY></ACTION>]]></NOTE>'],
	['an attribute', '<NOTE a="<API_KEY>" b=\'</ACTION>\'>x</NOTE>'],
	['a processing instruction', '<?note <API_KEY>no</API_KEY> </ACTION>?>'],
	['a written-out value', '<NOTE>&lt;API_KEY&gt;no&lt;/API_KEY&gt;&lt;/ACTION&gt;</NOTE>'],
	['another element', '<NOTE><API_KEY>no</API_KEY><ACTION>x</ACTION></NOTE>'],
])('is not confused by the same words in %s', (_where, words) => {
	const xml = `<?xml version="1.0"?>\n<REQUEST>${words}<ACTION >subscribe</ACTION ><MOBILE>1</MOBILE>${words}</REQUEST>`;
	const signed = placeSkycoreKey({ apiKey: 'k' }, { url: '', method: 'POST', body: { xml } });
	expect(signed.body.xml).toBe(xml.replace('</ACTION ><M', '</ACTION ><API_KEY>k</API_KEY><M'));
});

it('needs an action in the request itself', () => {
	for (const xml of [
		'<REQUEST><DATA><ACTION>x</ACTION></DATA></REQUEST>',
		'<ACTION>x</ACTION>',
		'<REQUEST><!--<ACTION>x</ACTION>--></REQUEST>',
	]) {
		expect(() => placeSkycoreKey({ apiKey: 'k' }, { url: '', method: 'POST', body: { xml } })).toThrow(InputProblem);
	}
});

it('takes time that grows with the length of the document only', () => {
	for (const part of ['<', '<A "', '<!--', '<A ', '<![CDATA[', "<A '<"]) {
		const xml = `<REQUEST><ACTION>a</ACTION>${part.repeat(20_000 / part.length)}</REQUEST>`;
		const startedAt = performance.now();
		placeSkycoreKey({ apiKey: 'k' }, { url: '', method: 'POST', body: { xml } });
		expect([part, performance.now() - startedAt < 500]).toEqual([part, true]);
	}
});

it('leaves a document alone that has its key', () => {
	const request = {
		url: '',
		method: 'POST',
		body: { xml: '<REQUEST><ACTION>a</ACTION><API_KEY>own</API_KEY><DATA><X>1</X></DATA></REQUEST>' },
	};
	expect(placeSkycoreKey({ apiKey: 'k' }, request)).toEqual(request);
});

it.each<[label: string, credential: Record<string, unknown>, request: Record<string, unknown>]>([
	['no key', {}, { method: 'GET' }],
	['a blank key', { apiKey: '  ' }, { method: 'GET' }],
	['a key with a blank', { apiKey: 'a b' }, { method: 'GET' }],
	['no document', CREDENTIAL, { method: 'POST', body: { other: 1 } }],
	['no body', CREDENTIAL, { method: 'POST' }],
	['no action', CREDENTIAL, { method: 'POST', body: { xml: '<REQUEST/>' } }],
	['an older form without document', CREDENTIAL, { method: 'POST', form: { a: 1 } }],
	['plain http to another machine', CREDENTIAL, { method: 'GET', baseURL: 'http://secure.skycore.com/' }],
])('refuses %s', (_label, credential, request) => {
	expect(() => placeSkycoreKey(credential, { url: 'https://x/', ...request })).toThrow(InputProblem);
});

it('brings the base URL to its usual form', () => {
	const signed = placeSkycoreKey(CREDENTIAL, { url: 'index.php', baseURL: 'https://secure.skycore.com/API/wxml/1.3/index.php' });
	expect(signed.baseURL).toBe('https://secure.skycore.com/API/wxml/1.3/');
});
