import type { ProviderCall } from '../../consent/call.ts';
import { FAILURE_KINDS, type FailureDetails, ProviderFailure } from '../../consent/failure.ts';
import { PROVIDER_NAMES } from '../../consent/providerName.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { decodeResponse } from '../../transport/codec/response.ts';
import { missingInTable } from '../unit/failureTable.mts';
import { SAMPLES } from './samples.mts';

const HTML_PAGE = '<!doctype html><html><head><title>Log in</title></head><body><p>Please log in<br></body></html>';
/** Names of the fields by which providers usually take a secret. */
const SECRET_NAME = /api[-_]?key|secret|token|password|^sig$|authorization|cookie/i;

/** Every name in a request: of headers, parameters, JSON fields and XML elements. */
function namesIn(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]) => [
		name,
		...(name === 'name' && typeof inner === 'string' ? [inner] : []),
		...namesIn(inner),
	]);
}

function failureOf(call: ProviderCall<unknown>, status: number, body: string): FailureDetails {
	try {
		call.interpret(decodeResponse(status, {}, Buffer.from(body)));
	} catch (error) {
		if (error instanceof ProviderFailure) return error.details;
		throw error;
	}
	throw new Error(`HTTP ${status} with ${JSON.stringify(body)} counts as success`);
}

test('the names and the registry agree', () => {
	expect(Object.keys(PROVIDERS).sort()).toEqual([...PROVIDER_NAMES].sort());
});

for (const provider of Object.values(PROVIDERS)) {
	const samples = SAMPLES[provider.name]?.calls ?? [];

	describe(`${provider.displayName}`, () => {
		test('is registered under its own name', () => {
			expect(PROVIDERS[provider.name]).toBe(provider);
		});

		test('has a sample call for everything that it can do, and for nothing else; a postback is a sender’s matter', () => {
			const able = Object.entries(provider.capabilities).flatMap(([capability, answer]) => (answer.can ? [capability] : []));
			const sampled = new Set<string>(samples.map(({ capability }) => capability));
			expect(able.filter((capability) => capability !== 'postback' && !sampled.has(capability))).toEqual([]);
			expect([...sampled].filter((capability) => !able.includes(capability))).toEqual([]);
		});

		test('says in whole sentences what to do instead', () => {
			for (const answer of Object.values(provider.capabilities)) if (!answer.can) expect(answer.instead).toMatch(/^[A-Z].{30,}\.$/);
		});

		test('has a rate for every key, and a key for every rate', () => {
			const used = new Set(samples.map(({ call }) => call.rateLimitKey));
			expect([...used].sort()).toEqual(Object.keys(provider.rateLimits).sort());
			for (const { callsPerSecond, burst } of Object.values(provider.rateLimits)) {
				expect(callsPerSecond).toBeGreaterThan(0);
				expect(burst).toBeGreaterThanOrEqual(1);
			}
		});

		test('lists its failures: each once, with a kind, what happened as a headline and what to do as sentences', () => {
			const { failures } = provider;
			expect(failures.length).toBeGreaterThan(0);
			// One code may mean several things, for example with another credential; then the texts differ.
			expect(new Set(failures.map((row) => JSON.stringify(row))).size).toBe(failures.length);
			for (const { when, kind, message, remedy } of failures) {
				expect(when).toMatch(/\S/);
				expect(Object.keys(FAILURE_KINDS)).toContain(kind);
				expect(message).toMatch(/[^.]$/);
				expect(remedy).toMatch(/[.…]$/);
			}
		});

		for (const { capability, circumstance, readsBody, call } of samples) {
			describe([capability, circumstance].filter(Boolean).join(', '), () => {
				test('is a call of this provider, under its own rate and credential', () => {
					expect(call.provider).toBe(provider.name);
					expect(Object.keys(provider.rateLimits)).toContain(call.rateLimitKey);
					if (call.credential !== undefined) expect(Object.keys(provider.credentials)).toContain(call.credential);
				});

				test('is a path below the base URL, without a secret', () => {
					expect(call.request.path).toMatch(/^[^/:][^:]*$/);
					expect(namesIn(call.request).filter((name) => SECRET_NAME.test(name))).toEqual([]);
				});

				test('only looks up if it is a query, and then a second call is harmless', () => {
					if (capability !== 'postback') expect(call.isLookUp === true).toBe(capability === 'query');
					if (call.isLookUp === true) expect(call.retrySafety).toBe('harmless');
				});

				test.each([
					[200, ''],
					[200, HTML_PAGE],
					[401, ''],
					[401, HTML_PAGE],
					[403, ''],
					[404, HTML_PAGE],
					[422, 'no'],
					[500, ''],
					[500, HTML_PAGE],
				])('HTTP %i with %j is a failure that says what happened and what to do', (status, body) => {
					if (status === 200 && (readsBody === 'never' || (readsBody === 'if any' && body === ''))) return;
					if (status === 404 && call.isLookUp !== true && readsBody === 'never') return;
					const details = failureOf(call, status, body);
					expect(details.provider).toBe(provider.name);
					expect(Object.keys(FAILURE_KINDS)).toContain(details.kind);
					expect(details.message).toMatch(/^\S.*[^.]$/s);
					expect(details.remedy).toMatch(/\.$/);
					// The desk has its own words for the rest.
					if (status !== 500) expect(missingInTable(provider, [details])).toEqual([]);
					if (status === 401) expect(details.kind).toBe('credentials');
				});
			});
		}
	});
}
