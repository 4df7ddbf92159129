import type { IHttpRequestHelper, IHttpRequestOptions } from 'n8n-workflow';

import { SmsConsentAttentiveApi } from '../../../credentials/SmsConsentAttentiveApi.credentials.ts';
import { SmsConsentAttentiveOAuth2Api } from '../../../credentials/SmsConsentAttentiveOAuth2Api.credentials.ts';
import { attentive } from '../../../providers/attentive/provider.ts';

const defaults = (type: SmsConsentAttentiveApi | SmsConsentAttentiveOAuth2Api) =>
	Object.fromEntries(type.properties.map((property) => [property.name, property.default]));

test('the credential types are those of the provider, with the documented base URL', () => {
	expect([new SmsConsentAttentiveApi().name, new SmsConsentAttentiveOAuth2Api().name]).toEqual(Object.keys(attentive.credentials));
	expect(defaults(new SmsConsentAttentiveApi()).baseUrl).toBe('https://api.attentivemobile.com/v1');
	expect(defaults(new SmsConsentAttentiveOAuth2Api()).baseUrl).toBe('https://api.attentivemobile.com/v1');
});

test('the API key is hidden, and tested by asking who it belongs to', async () => {
	const type = new SmsConsentAttentiveApi();
	expect(type.properties[0]).toMatchObject({ name: 'apiKey', typeOptions: { password: true } });
	expect(type.test).toMatchObject({ request: { baseURL: '={{$credentials.baseUrl}}', url: '/me' } });
	const request: IHttpRequestOptions = { url: '/me', baseURL: '' };
	expect(await type.authenticate({ apiKey: 'k', baseUrl: '' }, request)).toEqual({
		url: '/me',
		baseURL: 'https://api.attentivemobile.com/v1/',
		headers: { Authorization: 'Bearer k' },
	});
});

describe('the look before the test', () => {
	const check = async (answer: () => Promise<unknown>, fields: object = {}): Promise<unknown> => {
		const context = { helpers: { httpRequest: answer } } as unknown as IHttpRequestHelper;
		return await new SmsConsentAttentiveApi().preAuthentication.call(context, {
			apiKey: 'k',
			baseUrl: 'https://api.attentivemobile.com/v1',
			...fields,
		});
	};

	test('stores nothing, whatever is answered: the test itself judges that', async () => {
		expect(await check(async () => await Promise.resolve({ statusCode: 401, body: '' }))).toEqual({});
	});

	test('says in a sentence that nobody answers', async () => {
		await expect(check(async () => await Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:9')))).rejects.toThrow(
			/Nothing answers at .*Check 'Base URL'/,
		);
	});

	test('sends no key over plain http', async () => {
		const answer = jest.fn();
		await expect(check(answer, { baseUrl: 'http://example.com' })).rejects.toThrow(/https:/);
		expect(answer).not.toHaveBeenCalled();
	});
});

test("OAuth2 asks for this package's scopes, at addresses that can be changed", () => {
	const type = new SmsConsentAttentiveOAuth2Api();
	expect(type.extends).toEqual(['oAuth2Api']);
	expect(defaults(type)).toMatchObject({
		grantType: 'authorizationCode',
		authUrl: 'https://ui.attentivemobile.com/integrations/oauth-install',
		accessTokenUrl: 'https://api.attentivemobile.com/v1/authorization-codes/tokens',
		scope: 'subscriptions:write subscriptions:read webhooks:write',
		authentication: 'body',
	});
	for (const name of ['authUrl', 'accessTokenUrl', 'scope', 'baseUrl']) {
		expect(type.properties.find((property) => property.name === name)?.type).toBe('string');
	}
	expect(attentive.credentials.smsConsentAttentiveOAuth2Api?.place).toBe('n8n');
});

test('every call has a rate, and nothing goes out in a burst', () => {
	expect(attentive.rateLimits).toMatchObject({
		'attentive:subscribe': { callsPerSecond: 10 },
		'attentive:unsubscribe': { callsPerSecond: 5 },
	});
	for (const { burst } of Object.values(attentive.rateLimits)) expect(burst).toBe(1);
});
