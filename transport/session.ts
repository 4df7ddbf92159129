import { normaliseBaseUrl } from '../consent/baseUrl';
import { InputProblem } from '../consent/failure';
import type { CredentialFields, CredentialRule, Provider } from '../consent/provider';
import { assertDomainAllowed } from './address';
import type { Identity, TransportContext } from './exchange';
import { redactorOf } from './redact';
import { newRunState, type RunState, systemTools } from './runState';
import { ProviderSession, type Session } from './send';

export {
	DEFAULT_CONCURRENCY,
	DEFAULT_RETRY_BUDGET_MS,
	DEFAULT_TIMEOUT_MS,
	type DeliveryOptions,
	RETRY_AFTER_CAP_MS,
} from './delivery';
export type { Send, Session } from './send';

async function readCredential(context: TransportContext, type: string): Promise<CredentialFields> {
	return 'getInputData' in context ? await context.getCredentials(type, 0) : await context.getCredentials(type);
}

function ruleOf(provider: Provider, type: string | undefined): CredentialRule {
	const rule = type === undefined ? Object.values(provider.credentials)[0] : provider.credentials[type];
	if (rule === undefined) {
		throw new InputProblem(
			`${provider.displayName} cannot be called with the credential that is chosen`,
			`Choose another authentication for ${provider.displayName} in the node.`,
		);
	}
	return rule;
}

/**
 * Reads the credential, once, and prepares everything that calls to one provider share.
 *
 * @param context n8n's
 * @param options `credentialType` undefined: the calls carry no credential
 * @param run shared state; a single call outside `runItems` needs none
 * @throws {InputProblem} when the credential's base URL or allowed domains forbid calling
 */
export async function openSession(
	context: TransportContext,
	options: { provider: Provider; credentialType?: string },
	run: RunState = newRunState(context, {}, systemTools),
): Promise<Session> {
	const { provider, credentialType: type } = options;
	const rule = ruleOf(provider, type);
	const fields = type === undefined ? {} : await readCredential(context, type);
	const baseUrl = normaliseBaseUrl(fields.baseUrl, rule.defaultBaseUrl);
	assertDomainAllowed(fields, baseUrl);
	const identity: Identity = type === undefined ? { baseUrl } : { baseUrl, credential: { type, fields, place: rule.place } };
	return new ProviderSession(context, provider, identity, redactorOf(fields), run);
}
