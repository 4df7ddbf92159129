/**
 * How far a request came that got no readable answer.
 * `no`: it surely did not reach the provider. `unknown`: it may have been read and carried out.
 */
export type Delivered = 'no' | 'unknown';

export type NetworkErrorCause =
	| 'refused'
	| 'name unknown'
	| 'unreachable'
	| 'certificate'
	| 'proxy'
	| 'blocked'
	| 'timed out'
	| 'cut off'
	| 'stopped'
	| 'not connected'
	| 'other';

export interface NetworkError {
	cause: NetworkErrorCause;
	delivered: Delivered;
	/** False when a repetition would meet the same wall, e.g. a wrong certificate. */
	transient: boolean;
}

const NEVER_ARRIVED: Record<string, NetworkErrorCause> = {
	ECONNREFUSED: 'refused',
	ENOTFOUND: 'name unknown',
	EAI_AGAIN: 'name unknown',
	EHOSTUNREACH: 'unreachable',
	ENETUNREACH: 'unreachable',
	EHOSTDOWN: 'unreachable',
	ENETDOWN: 'unreachable',
	UND_ERR_CONNECT_TIMEOUT: 'unreachable',
};

const CERTIFICATE_CODES = new Set([
	'CERT_HAS_EXPIRED',
	'CERT_NOT_YET_VALID',
	'CERT_UNTRUSTED',
	'CERT_REVOKED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'HOSTNAME_MISMATCH',
]);

const TIMEOUT_CODES = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const CUT_OFF_CODES = new Set(['ECONNRESET', 'EPIPE', 'ERR_BAD_RESPONSE', 'ERR_STREAM_PREMATURE_CLOSE', 'UND_ERR_SOCKET']);

/** Node's words for a connection that ended before TLS was agreed on: nothing of the request was readable yet. */
const BEFORE_TLS = /before secure TLS connection was established|wrong version number|handshake failure|unsupported protocol/i;
/** What the agents say that n8n uses for a proxy, when that has not opened a tunnel. */
const NO_TUNNEL = /(receiving|from proxy) CONNECT response|tunneling socket could not be established/i;
/** The one address in a call that nobody has checked before is that of the proxy. */
const NO_PROXY_ADDRESS = 'ERR_INVALID_URL';
const BLOCKED = /^(Domain not allowed|The request was blocked)/i;

interface ErrorFacts {
	code?: unknown;
	/** Where an n8n error keeps the code, or the status, of the error that it was made of. */
	httpCode?: unknown;
	/** The texts that n8n replaced with friendlier ones. */
	messages?: unknown;
	syscall?: unknown;
	name?: unknown;
	message?: unknown;
	cause?: unknown;
	errors?: unknown;
	config?: { url?: unknown };
	/** Of Node's HTTP client. */
	request?: { socket?: { encrypted?: unknown; secureConnecting?: unknown } | null };
}

/** The error and what it wraps, outermost first. */
function chainOf(error: unknown): ErrorFacts[] {
	const chain: ErrorFacts[] = [];
	for (let at = error; typeof at === 'object' && at !== null && chain.length < 8; at = (at as ErrorFacts).cause) {
		chain.push(at);
	}
	return chain;
}

function codesIn({ code, httpCode }: ErrorFacts): string[] {
	return [code, httpCode].filter((value) => typeof value === 'string');
}

function textsIn({ message, messages }: ErrorFacts): string[] {
	return [message, ...(Array.isArray(messages) ? (messages as unknown[]) : [])].filter((value) => typeof value === 'string');
}

/**
 * Where a request ended that certainly did not get out, as far as the HTTP client's error tells.
 * `proxy`: an agent for a proxy hands a socket over when the tunnel is open, and an unprotected one only to show what the proxy has answered.
 * `handshake`: what is sent is readable only once TLS is agreed on.
 */
function endedBefore({ config, request }: ErrorFacts): 'proxy' | 'handshake' | undefined {
	const socket = request?.socket;
	if (socket === undefined) return undefined;
	if (socket === null) return 'proxy';
	if (!String(config?.url).startsWith('https:')) return undefined;
	if (socket.encrypted !== true) return 'proxy';
	return socket.secureConnecting === true ? 'handshake' : undefined;
}

/** True when every attempt at an address of the host ended while connecting. */
function failedWhileConnecting(facts: ErrorFacts): boolean {
	if (facts.syscall === 'connect' || facts.syscall === 'getaddrinfo') return true;
	return Array.isArray(facts.errors) && facts.errors.length > 0 && facts.errors.every((each: ErrorFacts) => each.syscall === 'connect');
}

/**
 * Tells what a failed request means. In doubt it may have arrived.
 *
 * @param error what n8n's HTTP helper threw
 * @param stopped true when this package itself ended the request because the execution was stopped
 * @returns cause, reach, and whether another attempt makes sense
 */
export function networkErrorOf(error: unknown, stopped: boolean): NetworkError {
	if (stopped) return { cause: 'stopped', delivered: 'unknown', transient: false };
	const chain = chainOf(error);
	const codes = chain.flatMap(codesIn);
	const texts = chain.flatMap(textsIn);

	if (codes.some((code) => CERTIFICATE_CODES.has(code))) return { cause: 'certificate', delivered: 'no', transient: false };
	if (texts.some((text) => BLOCKED.test(text)) || chain.some((facts) => String(facts.name).startsWith('Ssrf'))) {
		return { cause: 'blocked', delivered: 'no', transient: false };
	}
	const ended = chain.map(endedBefore);
	if (codes.includes(NO_PROXY_ADDRESS)) return { cause: 'proxy', delivered: 'no', transient: false };
	if (ended.includes('proxy') || texts.some((text) => NO_TUNNEL.test(text))) return { cause: 'proxy', delivered: 'no', transient: true };
	const early = texts.some((text) => BEFORE_TLS.test(text));
	if (early && codes.includes('ECONNRESET')) return { cause: 'unreachable', delivered: 'no', transient: true };
	if (early) return { cause: 'certificate', delivered: 'no', transient: false };
	// A network that breaks away under an open connection reports the same codes, but while reading or writing.
	const wasOpen = chain.some((facts) => facts.syscall === 'read' || facts.syscall === 'write');
	const unreached = codes.map((code) => NEVER_ARRIVED[code]).find((cause) => cause !== undefined);
	if (unreached !== undefined && !wasOpen) return { cause: unreached, delivered: 'no', transient: true };
	if (chain.some(failedWhileConnecting) || ended.includes('handshake')) return { cause: 'unreachable', delivered: 'no', transient: true };
	if (codes.some((code) => TIMEOUT_CODES.has(code) || code === 'ERR_CANCELED')) {
		return { cause: 'timed out', delivered: 'unknown', transient: true };
	}
	if (codes.some((code) => CUT_OFF_CODES.has(code))) return { cause: 'cut off', delivered: 'unknown', transient: true };
	return { cause: 'other', delivered: 'unknown', transient: true };
}

/**
 * True when the error came from the wire rather than from preparing the request.
 *
 * @param error what n8n's HTTP helper threw
 */
export function isNetworkError(error: unknown): boolean {
	const codes = chainOf(error).flatMap(codesIn);
	return codes.some((code) => /^[A-Z][A-Z_]+$/.test(code)) || networkErrorOf(error, false).cause !== 'other';
}
