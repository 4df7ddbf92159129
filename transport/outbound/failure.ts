import type { CallResponse, ProviderCall } from '../../consent/call';
import { type FailureDetails, type FailureKind, type FailureMeaning, type FailureRow, ProviderFailure } from '../../consent/failure';
import type { Provider } from '../../consent/provider';
import { isFromTheWay, type SharedStatus, sharedStatusOf } from '../codec/response';
import type { NetworkError, NetworkErrorCause } from './networkError';
import type { Redact } from './redact';
import { readRetryAfter } from './waitHeaders';

type Sentences = { message: string; remedy: string };

const LATER = 'Run the workflow again later for what was not done.';

/** Statuses that a later, equal request can be spared. */
const TRANSIENT_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/** What happened on the way, and what to do; what to check when the outcome is unknown comes on top. */
const NETWORK_SENTENCES: Record<NetworkErrorCause, (name: string) => Sentences> = {
	refused: (name) => ({
		message: `${name} could not be reached: the connection was refused`,
		remedy: `Check 'Base URL' in the credential, that ${name} is up, and the proxy that n8n is set to use, if there is one. ${LATER}`,
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
	proxy: (name) => ({
		message: `The proxy that n8n is set to use opened no connection to ${name}, so nothing was sent`,
		remedy: `Ask the administrator of n8n to check the proxy (HTTPS_PROXY) and whether it lets n8n reach ${name}. ${LATER}`,
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

function networkMeaning(cause: NetworkErrorCause, name: string): FailureMeaning {
	const { message, remedy } = NETWORK_SENTENCES[cause](name);
	return { kind: cause === 'not connected' ? 'credentials' : 'temporary', message, remedy: remedy === '' ? LATER : remedy };
}

/**
 * @param provider who was called
 * @param error what happened on the way
 * @returns the same in the provider-neutral form of all failures
 */
export function networkFailure(provider: Provider, { cause, delivered }: NetworkError): FailureDetails {
	return { provider: provider.name, ...networkMeaning(cause, provider.displayName), notExecuted: delivered === 'no' };
}

/** What HTTP itself says, which is the same for every provider. */
interface HttpFailure {
	/** As docs/errors.md names it. */
	when: string;
	/**
	 * @param name of the provider, as people know it
	 * @param status of the response
	 */
	meaning(name: string, status: number | '…'): FailureMeaning;
}

/** A proxy or gateway says the same in its own name. */
const GATEWAY_STATUSES: ReadonlySet<unknown> = new Set([502, 503, 504, '…']);

const HTTP_FAILURES: Readonly<Record<Exclude<SharedStatus, 'redirect'>, HttpFailure>> = {
	'proxy wants a password': {
		when: 'HTTP 407',
		meaning: (name) => ({
			kind: 'credentials',
			message: `A proxy between n8n and ${name} wants a user name and a password (HTTP 407)`,
			remedy: 'Ask the administrator of n8n to check the proxy that n8n is set to use (HTTPS_PROXY) and its user name and password.',
		}),
	},
	'request timed out': {
		when: 'HTTP 408',
		meaning: (name) => ({ kind: 'temporary', message: `${name} waited too long for the request (HTTP 408)`, remedy: LATER }),
	},
	'too many requests': {
		when: 'HTTP 429',
		meaning: (name) => ({
			kind: 'rate',
			message: `${name} refused the call because too many came at once; nothing was changed`,
			remedy: "Lower 'Calls per Second' in the node's options, and consider that other systems that use the same account count too.",
		}),
	},
	'server failed': {
		when: 'HTTP 5xx',
		meaning: (name, status) => ({
			kind: 'temporary',
			message: `${name}${GATEWAY_STATUSES.has(status) ? ', or a proxy in between,' : ''} could not answer (HTTP ${status})`,
			remedy: LATER,
		}),
	},
};

function meaningOfStatus(name: string, status: number): FailureMeaning | undefined {
	const shared = sharedStatusOf(status);
	return shared === undefined || shared === 'redirect' ? undefined : HTTP_FAILURES[shared].meaning(name, status);
}

function refusedOnTheWay(name: string): FailureMeaning {
	return {
		kind: 'permission',
		message: `A firewall or proxy refused the call to ${name} (HTTP 403): what came back is not from ${name}`,
		remedy: `Ask the administrator of n8n whether a firewall or proxy stands between n8n and ${name}, and ${name} whether it blocks the address of this n8n. The key may be right.`,
	};
}

function redirectMeaning(kind: 'unreadable' | 'input', name: string, target: string): FailureMeaning {
	return {
		kind,
		message: `${name}'s address answered with a redirect to another place${target}, which was not followed to protect the key`,
		remedy: `Correct 'Base URL' in the credential: it should be the address that the redirect leads to, if that belongs to ${name}.`,
	};
}

/** A redirect is not followed, so it is a failure for every provider. Only 302 and 303 may come after the call was carried out. */
function redirectFailure(provider: Provider, { status, headers }: CallResponse): FailureDetails {
	const location = headers.location ?? '';
	const target = URL.canParse(location) ? ` (${new URL(location).host})` : '';
	const kind = status === 302 || status === 303 ? 'unreadable' : 'input';
	return { provider: provider.name, ...redirectMeaning(kind, provider.displayName, target), httpStatus: status };
}

/** @returns what HTTP and the network say, for docs/errors.md */
export function sharedFailureRows(): FailureRow[] {
	return [
		...Object.values(HTTP_FAILURES).map(({ when, meaning }): FailureRow => ({ when, ...meaning('…', '…') })),
		{ when: 'HTTP 403 with a web page, or from a proxy', ...refusedOnTheWay('…') },
		{ when: 'failure and success in one answer', ...contradictionMeaning('…', '…') },
		{ when: 'HTTP 302, 303', ...redirectMeaning('unreadable', '…', ' (…)') },
		{ when: 'HTTP 3xx', ...redirectMeaning('input', '…', ' (…)') },
		...Object.keys(NETWORK_SENTENCES).map((cause): FailureRow => {
			const { kind, message, remedy } = networkMeaning(cause as NetworkErrorCause, '…');
			return { when: 'no answer', kind, message, remedy };
		}),
	];
}

const REFUSED_PERSON: ReadonlySet<FailureKind> = new Set<FailureKind>(['opted-out', 'not-eligible']);

/** A refusal around a document that says Success: a gateway may have added the one or the other. An opt-out counts all the same. */
function contradicts({ kind, httpStatus = 0 }: FailureDetails): boolean {
	return !REFUSED_PERSON.has(kind) && (httpStatus >= 400 || kind !== 'unreadable');
}

function contradictionMeaning(name: string, status: number | '…'): FailureMeaning {
	return {
		kind: 'unreadable',
		message: `${name} answered that the call failed, and in the same answer that it was done (HTTP ${status})`,
		remedy: `If this repeats, ask whoever runs the proxies between n8n and ${name} whether one of them changes the status of answers.`,
	};
}

/** A response that the provider's own code stumbled over. */
function unreadableFailure(provider: Provider, { status, text }: CallResponse): FailureDetails {
	return {
		provider: provider.name,
		kind: 'unreadable',
		message: `${provider.displayName} answered something that its documents do not describe (HTTP ${status})`,
		remedy: 'If this repeats, report it with the text of the answer.',
		providerText: text,
	};
}

/** A 429 is a refusal for the rate, unless the provider says one of these. */
const KINDS_ABOVE_RATE: ReadonlySet<FailureKind> = new Set<FailureKind>(['quota', ...REFUSED_PERSON]);

/** Plain text or nothing in place of a document: whoever stands in between may have written it. */
function isPlain({ json, xml }: CallResponse): boolean {
	return json === undefined && xml === undefined;
}

/** A code of the provider's, or a used-up allowance, says more than the status; else the status decides, where HTTP gives it a meaning. */
function judged(provider: Provider, said: FailureDetails, response: CallResponse, nowMs: number): FailureDetails {
	const { status, headers } = response;
	const saysMore = said.code !== undefined || said.kind === 'quota';
	const details: FailureDetails = { ...said, ...(saysMore ? {} : meaningOfStatus(provider.displayName, status)), httpStatus: status };
	if (status === 403 && !saysMore && isFromTheWay(response)) Object.assign(details, refusedOnTheWay(provider.displayName));
	else if (status === 403 && said.code === undefined && isPlain(response))
		details.remedy += ` A proxy or firewall between n8n and ${provider.displayName} may have refused it, too.`;
	if (status === 429 && !KINDS_ABOVE_RATE.has(details.kind)) details.kind = 'rate';
	const retryAfterMs = said.retryAfterMs ?? readRetryAfter(headers, nowMs) ?? (status === 429 ? provider.rateWindowMs : undefined);
	if (retryAfterMs !== undefined) details.retryAfterMs = retryAfterMs;
	return details;
}

/** A provider's "try later" inside HTTP 200 passes, too; a status that says "never" does not. */
function isTransient({ kind }: FailureDetails, status: number): boolean {
	return kind === 'rate' || TRANSIENT_STATUSES.has(status) || (kind === 'temporary' && status < 400);
}

/** Why a response is no success. */
export interface JudgedFailure {
	details: FailureDetails;
	/** False when an equal request would meet the same wall. */
	transient: boolean;
}

/**
 * Judges one response: whether it is a redirect, a success, a refusal of the provider's or one of HTTP's.
 *
 * @param provider who answered
 * @param call knows what its provider's answers mean
 * @param response as received
 * @param nowMs Unix milliseconds; only a date in Retry-After needs it
 * @returns what the call's own reader found, or why there is nothing, and whether another attempt could fare better
 */
export function readResponse<Result>(
	provider: Provider,
	call: ProviderCall<Result>,
	response: CallResponse,
	nowMs: number,
): { value: Result } | JudgedFailure {
	if (sharedStatusOf(response.status) === 'redirect') return { details: redirectFailure(provider, response), transient: false };
	try {
		return { value: call.interpret(response) };
	} catch (error) {
		const said = error instanceof ProviderFailure ? error.details : unreadableFailure(provider, response);
		const details = judged(provider, said, response, nowMs);
		if (call.saysDone?.(response) === true && contradicts(details)) {
			return { details: { ...details, ...contradictionMeaning(provider.displayName, response.status) }, transient: false };
		}
		return { details, transient: isTransient(details, response.status) };
	}
}

/**
 * Whether the provider certainly did not carry the call out. A refusal is certain; silence, trouble at the provider's and answers that
 * nobody understands are not, unless they say so.
 *
 * @param details of the failure
 */
export function isNotExecuted({ kind, notExecuted }: FailureDetails): boolean {
	return notExecuted === true || (kind !== 'temporary' && kind !== 'unreadable');
}

/** As all providers write their codes. */
const SHORT_CODE = /^[A-Z]?\d{1,4}$/i;

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
			notExecuted: true,
		};
	}
	const isCode = reason.code !== undefined && SHORT_CODE.test(reason.code);
	return {
		...reason,
		message: `Not sent, because an earlier call had ended the run: ${reason.message}`,
		// Both may repeat what was sent for another item.
		code: isCode ? reason.code : undefined,
		providerText: undefined,
		notExecuted: true,
	};
}

/** What a person reads of an answer. */
const LONGEST_SHOWN_TEXT = 300;
/** Our own sentences, in which some of it may stand. */
const LONGEST_MESSAGE = 1_000;
/** What is looked at for it: an answer, also a web page, says what is wrong at its beginning. */
const LONGEST_SEARCHED_TEXT = 20_000;
/** A secret that is cut at the end of what is looked at is not recognized; it lies in here. */
const UNSURE_END = 8_000;

/**
 * Brings somebody else's words to what may be shown: blackened while they are whole, then without the tags of a web page, on one line, cut.
 *
 * @param text as it was received, however long
 * @param redact blackens secrets
 * @param longest so many characters are shown
 */
function shownText(text: string, redact: Redact, longest = LONGEST_SHOWN_TEXT): string {
	const searched = redact(text.slice(0, LONGEST_SEARCHED_TEXT));
	const sure = text.length > LONGEST_SEARCHED_TEXT ? searched.slice(0, -UNSURE_END) : searched;
	const words = sure.trimStart().startsWith('<') ? withoutTags(sure) : sure;
	return words.replace(/\s+/g, ' ').trim().slice(0, longest);
}

/** Cut into pieces at every `<`, so that one look at each of them is enough. */
function withoutTags(page: string): string {
	let hiddenUntil: string | undefined;
	return page
		.split('<')
		.map((piece, index) => {
			const name = /^\/?[a-z]+/i.exec(piece)?.[0].toLowerCase();
			if (hiddenUntil !== undefined) {
				if (name !== hiddenUntil) return ' ';
				hiddenUntil = undefined;
			} else if (name === 'script' || name === 'style') hiddenUntil = `/${name}`;
			const end = piece.indexOf('>');
			if (hiddenUntil !== undefined) return ' ';
			return index === 0 ? piece : ` ${end < 0 ? '' : piece.slice(end + 1)}`;
		})
		.join('');
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
	const remedy = inDoubt
		? `An earlier attempt of this call got no clear answer and may have been carried out. ${details.remedy}`
		: details.remedy;
	const shown: FailureDetails = { ...details, message: shownText(details.message, redact, LONGEST_MESSAGE), remedy: redact(remedy) };
	const providerText = shownText(details.providerText ?? '', redact);
	if (providerText === '') delete shown.providerText;
	else shown.providerText = providerText;
	if (details.code !== undefined) shown.code = shownText(details.code, redact);
	return inDoubt ? new DoubtfulFailure(shown) : new ProviderFailure(shown);
}
