import type { CallAnswer } from '../consent/call';
import { type FailureDetails, ProviderFailure } from '../consent/failure';
import { readRetryAfter } from '../consent/retryAfter';
import type { Provider } from '../consent/provider';
import type { FaultCause, NetworkFault } from './networkFault';
import type { Redact } from './redact';

type Sentences = { message: string; remedy: string };

const LATER = 'Run the workflow again later for what was not done.';

/** What happened on the way, and what to do; what to check when the outcome is unknown comes on top. */
const FAULT_SENTENCES: Record<FaultCause, (name: string) => Sentences> = {
	refused: (name) => ({
		message: `${name} could not be reached: the connection was refused`,
		remedy: `Check 'Base URL' in the credential, and that ${name} is up. ${LATER}`,
	}),
	'name unknown': (name) => ({
		message: `${name} could not be reached: the host name of its address was not found`,
		remedy: `Check 'Base URL' in the credential for a typing error, and the network of the machine that runs n8n. ${LATER}`,
	}),
	unreachable: (name) => ({
		message: `${name} could not be reached over the network`,
		remedy: `Check the network, firewall and proxy of the machine that runs n8n. ${LATER}`,
	}),
	certificate: (name) => ({
		message: `No safe connection to ${name} could be made: its certificate or its TLS version was not accepted`,
		remedy: `Check 'Base URL' in the credential. If a company proxy inspects traffic, n8n has to know its certificate (NODE_EXTRA_CA_CERTS).`,
	}),
	blocked: (name) => ({
		message: `n8n did not allow the request to ${name}'s address`,
		remedy: `Check 'Base URL' and 'Allowed Domains' in the credential, and ask the administrator of n8n about its outgoing request rules.`,
	}),
	'timed out': (name) => ({
		message: `${name} did not answer in time`,
		remedy: `If this happens often, raise 'Timeout' in the node's options.`,
	}),
	'cut off': (name) => ({
		message: `The connection to ${name} broke before a complete answer had arrived`,
		remedy: '',
	}),
	stopped: (name) => ({
		message: `The execution was stopped while ${name} had not yet answered`,
		remedy: '',
	}),
	'not connected': (name) => ({
		message: `n8n could not obtain or renew the OAuth2 access to ${name}`,
		remedy: `Open the credential and connect the account again.`,
	}),
	other: (name) => ({
		message: `The call to ${name} ended without an answer`,
		remedy: '',
	}),
};

/**
 * What somebody can look at when nobody knows whether a call was carried out.
 *
 * @param provider its capabilities decide what can be offered
 */
export function whatToCheck(provider: Provider): string {
	const places = [`the contact in ${provider.displayName} itself`];
	if (provider.capabilities.query.can) places.push('the result of SMS Query Opt-Outs');
	if (provider.capabilities.postback.can) places.push('what SMS Postback Trigger has received');
	return `It is unknown whether it was carried out, so do not simply send it again: the person could be texted twice. First check ${places.join(' or ')}.`;
}

/**
 * @param provider who was called
 * @param fault what happened on the way
 * @returns the same in the provider-neutral form of all failures
 */
export function detailsOfFault(provider: Provider, fault: NetworkFault): FailureDetails {
	const { message, remedy } = FAULT_SENTENCES[fault.cause](provider.displayName);
	return {
		provider: provider.name,
		kind: fault.cause === 'not connected' ? 'credentials' : 'temporary',
		message,
		remedy: remedy === '' ? LATER : remedy,
		surelyNotDone: fault.reach === 'never',
	};
}

/**
 * Adds what HTTP itself says about a failure that a provider's code has read from the answer.
 *
 * @param details from the provider's `interpret`
 * @param answer the answer that it read
 * @param nowMs Unix milliseconds
 * @returns 429 is always a refusal for the rate (or the quota), and 503 with Retry-After surely not carried out
 */
export function completed(details: FailureDetails, answer: CallAnswer, nowMs: number): FailureDetails {
	const retryAfterMs = details.retryAfterMs ?? readRetryAfter(answer.headers, nowMs);
	const full: FailureDetails = { ...details, httpStatus: details.httpStatus ?? answer.status };
	if (retryAfterMs !== undefined) full.retryAfterMs = retryAfterMs;
	if (answer.status === 429 && full.kind !== 'quota') full.kind = 'rate';
	if (answer.status === 503 && retryAfterMs !== undefined && full.kind === 'temporary') full.surelyNotDone = true;
	return full;
}

/**
 * A redirect is not followed, so it is a failure for every provider.
 *
 * @returns null when the answer is no redirect
 */
export function redirectDetails(provider: Provider, answer: CallAnswer): FailureDetails | null {
	if (answer.status < 300 || answer.status > 399 || answer.status === 304) return null;
	const location = answer.headers.location ?? '';
	const target = URL.canParse(location) ? ` (${new URL(location).host})` : '';
	return {
		provider: provider.name,
		kind: answer.status === 302 || answer.status === 303 ? 'unreadable' : 'input',
		message: `${provider.displayName}'s address answered with a redirect to another place${target}, which was not followed to protect the key`,
		remedy: `Correct 'Base URL' in the credential: it should be the address that the redirect leads to, if that belongs to ${provider.displayName}.`,
		httpStatus: answer.status,
	};
}

/**
 * An answer that the provider's own code stumbled over.
 *
 * @param provider who answered
 * @param answer what it answered
 */
export function unreadableDetails(provider: Provider, answer: CallAnswer): FailureDetails {
	return {
		provider: provider.name,
		kind: 'unreadable',
		message: `${provider.displayName} answered something that its documents do not describe (HTTP ${answer.status})`,
		remedy: 'If this repeats, report it with the text of the answer.',
		httpStatus: answer.status,
		providerText: answer.text.slice(0, 300),
	};
}

/**
 * A call that was not sent, because something before it ended the run.
 *
 * @param provider who would have been called
 * @param reason why the run ended; null when the execution was stopped by hand, by a time limit or by another item's failure
 */
export function notSentDetails(provider: Provider, reason: FailureDetails | null): FailureDetails {
	if (reason === null) {
		return {
			provider: provider.name,
			kind: 'temporary',
			message: 'Not sent: the execution was stopped before',
			remedy: 'Run the workflow again with the items that were not sent.',
			surelyNotDone: true,
		};
	}
	return {
		...reason,
		message: `Not sent, because an earlier call had ended the run: ${reason.message}`,
		surelyNotDone: true,
	};
}

/** However clear the last refusal is: an earlier attempt of the same call got no answer, and may have been carried out. */
export class DoubtfulFailure extends ProviderFailure {}

/**
 * @param details may hold a provider's words that echo our request
 * @param redact blackens secrets
 * @param inDoubt whether an earlier attempt of the same call may have been carried out
 * @returns the failure that may be shown
 */
export function failureToShow(details: FailureDetails, redact: Redact, inDoubt = false): ProviderFailure {
	const remedy = inDoubt ? `An earlier attempt of this call got no clear answer and may have been carried out. ${details.remedy}` : details.remedy;
	const shown: FailureDetails = { ...details, message: redact(details.message), remedy: redact(remedy) };
	if (details.providerText !== undefined) shown.providerText = redact(details.providerText);
	if (details.code !== undefined) shown.code = redact(details.code);
	return inDoubt ? new DoubtfulFailure(shown) : new ProviderFailure(shown);
}
