import { InputProblem } from '../../../consent/failure.ts';
import { placeAttentiveKey } from '../../../providers/attentive/auth.ts';
import { attentive } from '../../../providers/attentive/provider.ts';
import { problemOf } from '../thrown.mts';

describe('the API key', () => {
	test.each(['k-1', ' k-1\n', 'Bearer k-1'])('%j goes into the header', (apiKey) => {
		const request = { url: 'https://api.attentivemobile.com/v1/me', headers: { Accept: 'x' } };
		expect(placeAttentiveKey({ apiKey }, request)).toEqual({ ...request, headers: { Accept: 'x', Authorization: 'Bearer k-1' } });
		expect(request.headers).toEqual({ Accept: 'x' });
	});

	test("in n8n's credential test the base URL is checked and completed", () => {
		expect(placeAttentiveKey({ apiKey: 'k', baseUrl: '' }, { url: '/me', baseURL: '' }).baseURL).toBe(
			'https://api.attentivemobile.com/v1/',
		);
		expect(
			placeAttentiveKey({ apiKey: 'k', baseUrl: 'proxy.example.com/v1' }, { url: '/me', baseURL: 'proxy.example.com/v1' }).baseURL,
		).toBe('https://proxy.example.com/v1/');
	});

	test('is not sent unprotected, and not when it is empty', () => {
		expect(problemOf(() => placeAttentiveKey({ apiKey: 'k', baseUrl: 'http://example.com' }, { url: '/me' })).message).toMatch(
			/unprotected/,
		);
		expect(problemOf(() => placeAttentiveKey({ apiKey: ' ' }, { url: '/me' })).message).toMatch(/'API Key'.*empty/);
	});

	test('a connected account is known by its token, before that by its app', () => {
		const accountOf = attentive.credentials.smsConsentAttentiveOAuth2Api?.accountOf;
		expect(accountOf?.({ clientId: 'app', oauthTokenData: { access_token: 'token' } })).toBe('token');
		expect(accountOf?.({ clientId: ' app ', oauthTokenData: {} })).toBe('app');
		expect(accountOf?.({ clientId: 'app' })).toBe('app');
	});

	const headerFor = (apiKey: unknown): unknown =>
		placeAttentiveKey({ apiKey }, { url: '/me', headers: {} as Record<string, string> }).headers['Authorization'];

	test.each([undefined, null, 5, {}, '', '  '])('%j is none', (apiKey) => {
		expect(() => headerFor(apiKey)).toThrow(InputProblem);
		expect(() => headerFor(apiKey)).toThrow(
			expect.objectContaining({
				message: "'API Key' of the Attentive credential is empty",
				remedy: 'Open the credential and paste the API key of your Attentive app.',
			}),
		);
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
