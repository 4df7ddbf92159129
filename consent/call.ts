import type { ProviderName } from './providerName';

/** One XML element: what both `transport/codec/xml.ts` and the providers mean by "a document". */
export interface XmlElement {
	name: string;
	attributes: Record<string, string>;
	children: XmlElement[];
	/** The element's own text, trimmed; children's text is not in it. */
	text: string;
}

/** A request's body as plain data; `transport/outbound/httpRequest.ts` turns it into bytes. */
export type CallBody =
	| { form: Record<string, string> }
	| { json: Record<string, unknown> }
	/** An XML document that travels in one variable of a form post. */
	| { xmlInForm: { field: string; document: XmlElement } };

/** A request without any secret and without a host: the credential adds both. */
export interface CallRequest {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Below the credential's base URL, without a leading slash. */
	path: string;
	headers?: Record<string, string>;
	query?: Record<string, string>;
	body?: CallBody;
}

/** What the provider answered, decoded but not yet judged. */
export interface CallResponse {
	/** HTTP status. */
	status: number;
	/** Names in lower case. */
	headers: Record<string, string>;
	text: string;
	/** The text read as JSON or XML, whichever it is; undefined when it is neither. */
	json?: unknown;
	xml?: XmlElement;
}

/**
 * What a second sending of the same call would do. Together with the failure it is all that the retry rule looks at.
 * `harmless`: nothing that a person could notice. `texts the person`: may send a message again. `unknown`: treated as the latter.
 */
export type RetrySafety = 'harmless' | 'texts the person' | 'unknown';

/** One call to a provider: plain data plus the one function that reads the response. */
export interface ProviderCall<Result> {
	provider: ProviderName;
	request: CallRequest;
	/** Credential type that authenticates the call; undefined when the provider's documented call carries none. */
	credential?: string;
	/** @throws {ProviderFailure} when the response means anything but success, whatever its HTTP status. */
	interpret: (response: CallResponse) => Result;
	retrySafety: RetrySafety;
	/** Whether the document in a response says that the call was carried out, whatever the HTTP status around it. Absent for what changes nothing. */
	saysDone?: (response: CallResponse) => boolean;
	/**
	 * Only for a call that opts somebody out: the same call without the text that confirms it, where the provider can leave that out.
	 * An opt-out must not be lost, so it is sent again after any doubt, in this form.
	 */
	withoutConfirmation?: () => ProviderCall<Result>;
	/** The call changes nothing, so whatever goes wrong with it, the person was not reached. */
	isLookUp?: true;
	/** Calls with the same key share one rate, e.g. `attentive:subscribe`. */
	rateLimitKey: string;
}

/** One page of a list. */
export interface Page<Row> {
	rows: Row[];
	/** How many the provider says there are, on this page or in all. */
	count?: number;
}

/** A provider's published (or, where it publishes none, cautious) rate for one rate-limit key. */
export interface RateLimit {
	callsPerSecond: number;
	/** How many calls may go out at once after a quiet time. */
	burst: number;
}
