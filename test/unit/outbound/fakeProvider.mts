import type { CallResponse, RateLimit, ProviderCall, RetrySafety } from '../../../consent/call';
import { type FailureDetails, ProviderFailure } from '../../../consent/failure';
import type { Provider } from '../../../consent/provider';
import type { ResultFacts } from '../../../consent/result';

export const SECRET = 'k3y&with "quotes"/+and=more';

/** A provider that says in plain JSON what a test wants it to say: `{ "failure": {...} }` or anything else for success. */
export function fakeProvider(pace: Record<string, RateLimit> = {}, baseUrl = 'https://fake.example/api/'): Provider {
	return {
		name: 'voyage',
		displayName: 'Fake Provider',
		credentials: {
			fakeApi: {
				defaultBaseUrl: baseUrl,
				accountOf: ({ apiKey }) => String(apiKey),
				place: (credential, request) => {
					request.headers = { ...request.headers, 'X-Key': encodeURIComponent(String(credential.apiKey)) };
					return request;
				},
			},
			fakeOAuth2Api: { defaultBaseUrl: baseUrl, place: 'n8n', accountOf: () => 'connected' },
		},
		rateLimits: { 'fake:write': { callsPerSecond: 1_000_000, burst: 1_000_000 }, ...pace },
		failures: [],
		capabilities: {
			subscribe: { can: true },
			unsubscribe: { can: true },
			query: { can: true },
			resubscribe: { can: true },
			postback: { can: true },
		},
	};
}

const KIND_OF_STATUS: Record<number, FailureDetails['kind']> = {
	400: 'input',
	401: 'credentials',
	403: 'permission',
	408: 'temporary',
	429: 'rate',
};

function failureIn(answer: CallResponse): Partial<FailureDetails> | null {
	const body = answer.json as { failure?: Partial<FailureDetails> } | undefined;
	if (body?.failure !== undefined) return body.failure;
	if (answer.status < 400) return answer.json === undefined ? { kind: 'unreadable' } : null;
	return { kind: KIND_OF_STATUS[answer.status] ?? (answer.status >= 500 ? 'temporary' : 'unreadable') };
}

export function fakeInterpret(answer: CallResponse): ResultFacts {
	const failure = failureIn(answer);
	if (failure !== null) {
		throw new ProviderFailure({
			provider: 'voyage',
			kind: 'unreadable',
			message: 'It did not work',
			remedy: 'Do something.',
			providerText: answer.text,
			...failure,
		});
	}
	return resultFor((answer.json as { phone?: string }).phone ?? null);
}

export function resultFor(phone: string | null): ResultFacts {
	return {
		provider: 'voyage',
		action: 'subscribe',
		outcome: 'subscribed',
		phone,
		campaign: null,
		providerState: null,
		note: undefined,
	};
}

/** Asks only, and changes nothing. */
export function lookUpCall(phone: string): ProviderCall<ResultFacts> {
	return { ...writeCall(phone, 'harmless'), request: { method: 'GET', path: 'look-up', query: { phone } }, isLookUp: true };
}

/** Opts a person out; the text that confirms it can be switched off. */
export function optOutCall(phone: string, confirms = true): ProviderCall<ResultFacts> {
	return {
		...writeCall(phone, confirms ? 'texts the person' : 'harmless'),
		request: { method: 'POST', path: 'unsubscribe', body: { json: { phone, confirms } } },
		withoutConfirmation: () => optOutCall(phone, false),
	};
}

export function writeCall(phone: string, retrySafety: RetrySafety = 'texts the person'): ProviderCall<ResultFacts> {
	return {
		provider: 'voyage',
		request: { method: 'POST', path: 'subscribe', body: { json: { phone } } },
		credential: 'fakeApi',
		interpret: fakeInterpret,
		retrySafety,
		rateLimitKey: 'fake:write',
	};
}
