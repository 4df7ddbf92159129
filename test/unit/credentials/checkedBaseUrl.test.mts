import fc from 'fast-check';
import { Workflow, type INodeTypes } from 'n8n-workflow';

import { SmsConsentAttentiveOAuth2Api } from '../../../credentials/SmsConsentAttentiveOAuth2Api.credentials.ts';
import { checkedBaseUrl } from '../../../credentials/testRequest.ts';
import { assertDomainAllowed, normalizeBaseUrl } from '../../../consent/url.ts';
import { ATTENTIVE_BASE_URL } from '../../../providers/attentive/auth.ts';

const nodeTypes = {
	getByName: () => ({ description: { properties: [] } }),
	getByNameAndVersion: () => ({ description: { properties: [] } }),
	getKnownTypes: () => ({}),
} as unknown as INodeTypes;
const node = { id: '1', name: 'Test', type: 'test', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} };
const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });

/** What n8n makes of the expression. */
function resolved(credentials: Record<string, unknown>): unknown {
	return workflow.expression.getSimpleParameterValue(node, checkedBaseUrl(ATTENTIVE_BASE_URL), 'internal', { $credentials: credentials });
}

/** What a node makes of the same credential. */
function forNodes(credentials: Record<string, unknown>): string | undefined {
	try {
		const baseUrl = normalizeBaseUrl(credentials['baseUrl'], ATTENTIVE_BASE_URL);
		assertDomainAllowed(credentials, baseUrl);
		return baseUrl;
	} catch {
		return undefined;
	}
}

const written = (url: unknown): string | undefined => (typeof url === 'string' ? new URL(`${url.replace(/\/+$/, '')}/`).href : undefined);

const TAKEN = [
	'',
	' ',
	undefined,
	'https://api.attentivemobile.com/v1',
	'https://api.attentivemobile.com/v1/',
	' https://api.attentivemobile.com/v1\n',
	'https://api.attentivemobile.com',
	'api.attentivemobile.com',
	'API.AttentiveMobile.com/v1//',
	'HTTPS://proxy.example.com:8443/attentive/v1',
	'https://proxy.example.com/v1/index.php',
	'http://localhost:5678/v1',
	'http://127.0.0.1/v1',
	'http://127.8.9.10:80',
	'http://[::1]:3000/v1',
];
const REFUSED = [
	'http://api.attentivemobile.com/v1',
	'http://0.0.0.0:5678/v1',
	'http://10.0.0.7/v1',
	'http://localhost.example.com/v1',
	'http://127.0.0.1.example.com/v1',
	'http://example.com\\@localhost/v1',
	'ftp://localhost/v1',
	'https://user:secret@api.attentivemobile.com/v1',
	'https://api.attentivemobile.com@evil.example/v1',
	'https://api.attentivemobile.com/v1?key=1',
	'https://api.attentivemobile.com/v1#x',
	'javascript://localhost/v1',
	'https://',
];

describe("the address of a test that n8n sends by itself is the nodes' own", () => {
	test.each(TAKEN)('%j', (baseUrl) => {
		expect(forNodes({ baseUrl })).toBeDefined();
		expect(written(resolved({ baseUrl }))).toBe(forNodes({ baseUrl }));
	});

	test.each(REFUSED)('%j gives none', (baseUrl) => {
		expect(forNodes({ baseUrl })).toBeUndefined();
		expect(resolved({ baseUrl })).toBeFalsy();
	});

	test.each([
		['api.attentivemobile.com', true],
		['*.attentivemobile.com', true],
		['example.com, API.attentivemobile.com.', true],
		['attentivemobile.com', false],
		['*.', false],
		['', false],
	])('within the allowed domains %j: %s', (allowedDomains, isAllowed) => {
		const credentials = { baseUrl: 'https://api.attentivemobile.com:443/v1', allowedHttpRequestDomains: 'domains', allowedDomains };
		expect(forNodes(credentials) !== undefined).toBe(isAllowed);
		expect(written(resolved(credentials))).toBe(forNodes(credentials));
	});

	test('whatever is put together, no test goes where a node would not', () => {
		const scheme = fc.constantFrom('', 'http://', 'https://', 'HTTP://', 'ftp://', '//', 'http:', 'https:/');
		const user = fc.constantFrom('', '', '', 'a@', 'a:b@', '\\@');
		const host = fc.constantFrom(
			'localhost',
			'127.0.0.1',
			'[::1]',
			'0.0.0.0',
			'api.example.com',
			'localhost.example',
			'10.0.0.1',
			'127.1',
			'',
		);
		const rest = fc.constantFrom('', '/', '/v1', '/v1/', ':80/v1', ':443', '/v1?x', '#', '/index.php', ' ', '/a b', '\\v1');
		fc.assert(
			fc.property(scheme, user, host, rest, (...parts) => {
				const baseUrl = parts.join('');
				const ours = resolved({ baseUrl });
				if (ours === undefined || ours === null) return;
				expect(written(ours)).toBe(forNodes({ baseUrl }));
			}),
			{ numRuns: 2_000 },
		);
	});

	test('it is the one of the OAuth2 credential, and redirects are refused', () => {
		expect(new SmsConsentAttentiveOAuth2Api().test.request).toEqual({
			baseURL: checkedBaseUrl(ATTENTIVE_BASE_URL),
			url: '/me',
			disableFollowRedirect: true,
		});
	});
});
