import { placeVonageSecret, placeVonageSignature } from '../../../providers/vonage/auth.ts';
import { signatureOf } from '../../../providers/vonage/signature.ts';
import { problemOf } from '../thrown.mts';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const GET = { url: 'https://rest.nexmo.com/sc/us/alert/opt-in/query/json', method: 'GET', qs: { page: '0' }, headers: {} };
const POST = {
	url: 'https://rest.nexmo.com/sc/us/alert/opt-in/manage/json',
	method: 'POST',
	headers: FORM,
	body: { msisdn: '13065897298' } as unknown,
};

describe('key and secret', () => {
	const credential = (placement: string) => ({ apiKey: 'qwerasdf', apiSecret: '1234qwerasdfzxcv', placement });
	const PAIR = { api_key: 'qwerasdf', api_secret: '1234qwerasdfzxcv' };
	const BASIC = 'Basic cXdlcmFzZGY6MTIzNHF3ZXJhc2Rmenhjdg==';

	test('in the body of a POST', () => {
		expect(placeVonageSecret(credential('body'), POST)).toEqual({ ...POST, body: { msisdn: '13065897298', ...PAIR } });
		expect(POST.body).toEqual({ msisdn: '13065897298' });
	});

	test('a GET has no body, so key and secret stand beside its other parameters', () => {
		expect(placeVonageSecret(credential('body'), GET)).toEqual({ ...GET, qs: { page: '0', ...PAIR } });
		expect(placeVonageSecret(credential('body'), { url: 'x' })).toEqual({ url: 'x', qs: PAIR });
	});

	test.each([
		['GET', GET],
		['POST', POST],
	])('in the Basic header of a %s', (_method, request) => {
		expect(placeVonageSecret(credential('basic'), request)).toEqual({ ...request, headers: { ...request.headers, Authorization: BASIC } });
	});

	test('in the query, when that was chosen: everything moves there', () => {
		expect(placeVonageSecret(credential('query'), GET)).toEqual({ ...GET, qs: { page: '0', ...PAIR } });
		expect(placeVonageSecret(credential('query'), POST)).toMatchObject({
			method: 'GET',
			body: undefined,
			qs: { msisdn: '13065897298', ...PAIR },
		});
	});

	test.each(['', 'header', undefined])('an unknown placement %j keeps the secret out of the URL', (placement) => {
		expect(JSON.stringify(placeVonageSecret({ ...credential(''), placement }, GET).qs)).not.toContain('1234');
	});

	test.each([
		['text of a form', 'a=b+c&d=%26', 'application/x-www-form-urlencoded', 'a=b+c&d=%26&api_key=qwerasdf&api_secret=1234qwerasdfzxcv'],
		[
			'text of JSON',
			'{"msisdn":441632960960}',
			'application/json',
			'{"msisdn":441632960960,"api_key":"qwerasdf","api_secret":"1234qwerasdfzxcv"}',
		],
		['text of JSON under an old name', '{}', 'text/x-javascript', '{"api_key":"qwerasdf","api_secret":"1234qwerasdfzxcv"}'],
	])('%s stays what it is', (_name, body, type, expected) => {
		expect(placeVonageSecret(credential('body'), { ...POST, headers: { 'content-type': type }, body }).body).toBe(expected);
	});

	test('a JSON object keeps its numbers', () => {
		const json = { ...POST, headers: { 'Content-Type': 'application/json' }, body: { msisdn: 441632960960 } };
		expect(placeVonageSecret(credential('body'), json)).toEqual({ ...json, body: { msisdn: 441632960960, ...PAIR } });
		expect(placeVonageSecret(credential('query'), json)).toMatchObject({
			method: 'GET',
			body: undefined,
			qs: { msisdn: '441632960960', ...PAIR },
		});
	});

	test('URLSearchParams and no body at all', () => {
		const { body } = placeVonageSecret(credential('body'), { ...POST, body: new URLSearchParams({ a: 'b' }) });
		expect(String(body)).toBe('a=b&api_key=qwerasdf&api_secret=1234qwerasdfzxcv');
		expect(placeVonageSecret(credential('body'), { url: 'x', method: 'post' })).toEqual({
			url: 'x',
			method: 'post',
			headers: FORM,
			body: PAIR,
		});
	});

	test.each([
		['apiKey', /'API Key'/],
		['apiSecret', /'API Secret'/],
	])('an empty %s is named', (field, message) => {
		expect(problemOf(() => placeVonageSecret({ ...credential('body'), [field]: ' ' }, POST)).message).toMatch(message);
	});

	test('nothing is sent unprotected', () => {
		expect(problemOf(() => placeVonageSecret({ ...credential('body'), baseUrl: 'http://example.com' }, POST)).message).toMatch(
			/unprotected/,
		);
		expect(placeVonageSecret({ ...credential('body'), baseUrl: '' }, { ...POST, baseURL: '' }).baseURL).toBe('https://rest.nexmo.com/');
	});
});

describe('signature', () => {
	const NOW = '2026-03-01T00:00:00.900Z';
	const TIMESTAMP = '1772323200';
	const credential = { apiKey: 'abcd1234', signatureSecret: 's3cret', method: 'sha256' };
	beforeEach(() => jest.useFakeTimers({ now: Date.parse(NOW) }));
	afterEach(() => jest.useRealTimers());

	const expected = (parameters: Record<string, string>) => {
		const all = { ...parameters, api_key: 'abcd1234', timestamp: TIMESTAMP };
		return { ...all, sig: signatureOf(all, 's3cret', 'sha256') };
	};

	test('covers every parameter of the query', () => {
		expect(placeVonageSignature(credential, GET)).toEqual({ ...GET, qs: expected({ page: '0' }) });
	});

	test('covers every parameter of the body, whichever form it has', () => {
		expect(placeVonageSignature(credential, POST).body).toEqual(expected({ msisdn: '13065897298' }));
		const text = placeVonageSignature(credential, { ...POST, body: 'text=a%26b%3Dc&empty=' }).body;
		expect(Object.fromEntries(new URLSearchParams(String(text)))).toEqual(expected({ text: 'a&b=c', empty: '' }));
		const json = placeVonageSignature(credential, {
			...POST,
			headers: { 'Content-Type': 'application/json' },
			body: '{"msisdn":441632960960}',
		}).body;
		expect(JSON.parse(String(json))).toEqual({ ...expected({ msisdn: '441632960960' }), msisdn: 441632960960 });
	});

	test('never travels together with a secret', () => {
		const text = JSON.stringify(placeVonageSignature({ ...credential, apiSecret: 'other-secret' }, POST));
		expect(text).not.toContain('s3cret');
		expect(text).not.toContain('other-secret');
		expect(text).not.toContain('api_secret');
	});

	test.each([
		['an unknown method', { method: 'crc32' }, /'Signature Method'/],
		['an empty secret', { signatureSecret: '' }, /'Signature Secret'/],
		['an empty key', { apiKey: '' }, /'API Key'/],
	])('%s is named', (_name, change, message) => {
		expect(problemOf(() => placeVonageSignature({ ...credential, ...change }, POST)).message).toMatch(message);
	});
});
