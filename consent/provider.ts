import type { RateLimit } from './call';
import type { FailureRow } from './failure';
import type { ProviderName } from './providerName';

/** What `place` may read and change of a request: the shape that n8n hands to a credential. */
export interface SignableRequest {
	url: string;
	baseURL?: string;
	method?: string;
	headers?: Record<string, unknown>;
	qs?: Record<string, unknown>;
	body?: unknown;
}

/** Decrypted credential fields by name. */
export type CredentialFields = Record<string, unknown>;

/** How one credential type reaches the provider and proves who is calling. */
export interface CredentialRule {
	/** Used when the credential's own `baseUrl` is empty. */
	defaultBaseUrl: string;
	/**
	 * Puts the secret where the provider wants it. The same function is the credential type's `authenticate`.
	 * `'n8n'`: n8n itself authenticates (OAuth2).
	 */
	place: (<Request extends SignableRequest>(credential: CredentialFields, request: Request) => Request) | 'n8n';
	/**
	 * What tells the account at the provider from every other one, such as its API key: all its calls share one pace, whichever credential
	 * or run they come from. Never shown.
	 */
	accountOf: (credential: CredentialFields) => string;
}

export type Capability = 'subscribe' | 'unsubscribe' | 'query' | 'resubscribe' | 'postback';

/** Either the provider can do it, or `instead` says why not and what the person should do. */
export type CapabilityAnswer = { can: true } | { can: false; instead: string };

/** Everything the rest of the house needs to know about a provider, besides its calls. */
export interface Provider {
	name: ProviderName;
	/** As people know it. */
	displayName: string;
	/** By credential type name. */
	credentials: Record<string, CredentialRule>;
	/** By the `rateLimitKey` of its calls. */
	rateLimits: Record<string, RateLimit>;
	/** How long the window is in which it counts calls, where it says so; a refusal for the rate that names no time lasts as long. */
	rateWindowMs?: number;
	/** Everything by which it says no, apart from what HTTP itself says. */
	failures: readonly FailureRow[];
	capabilities: Record<Capability, CapabilityAnswer>;
}
