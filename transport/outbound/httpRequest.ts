import type { IDataObject, IExecuteFunctions, IHookFunctions, IHttpRequestOptions } from 'n8n-workflow';

import type { CallResponse, CallBody, CallRequest } from '../../consent/call';
import type { CredentialFields, CredentialRule } from '../../consent/provider';
import { urlOf } from '../../consent/url';
import { decodeResponse } from '../codec/response';
import { buildXml } from '../codec/xml';
import { networkErrorOf, isNetworkError, type NetworkError } from './networkError';
import type { EndedBy, Deadlines } from './timing';

/** Where a node's work or a trigger's registration happens. */
export type TransportContext = IExecuteFunctions | IHookFunctions;

/** Who calls, and where. */
export interface Identity {
	baseUrl: string;
	/** Absent for calls that carry no credential. */
	credential?: { type: string; fields: CredentialFields; place: CredentialRule['place'] };
}

/** Either the provider answered, whatever it said, or nothing readable came back. */
export type HttpOutcome = { response: CallResponse } | { networkError: NetworkError };

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

function bodyOf(body: CallBody): { content: IDataObject; type: string } {
	if ('form' in body) return { content: { ...body.form }, type: FORM };
	if ('xmlInForm' in body) return { content: { [body.xmlInForm.field]: buildXml(body.xmlInForm.document) }, type: FORM };
	return { content: body.json as IDataObject, type: JSON_TYPE };
}

function hasHeader(headers: Record<string, string>, name: string): boolean {
	return Object.keys(headers).some((header) => header.toLowerCase() === name);
}

/** The request as data, before anybody's secret is in it. */
function requestOptions(request: CallRequest, baseUrl: string, timeoutMs: number): IHttpRequestOptions {
	const headers: Record<string, string> = { ...request.headers };
	const options: IHttpRequestOptions = {
		url: urlOf(baseUrl, request.path),
		method: request.method,
		headers,
		timeout: timeoutMs,
		encoding: 'arraybuffer',
		returnFullResponse: true,
		// A redirect would carry the secret, and perhaps a second text message, to another place.
		disableFollowRedirect: true,
	};
	if (request.query !== undefined) options.qs = { ...request.query };
	if (request.body !== undefined) {
		const { content, type } = bodyOf(request.body);
		options.body = content;
		if (!hasHeader(headers, 'content-type')) headers['Content-Type'] = type;
	}
	return options;
}

/** Encodes a form after the credential had its say in it, so that what was signed is what is sent. */
function encodeForm(options: IHttpRequestOptions, body: CallBody | undefined): void {
	if (body === undefined || 'json' in body || typeof options.body !== 'object' || options.body === null) return;
	const fields = Object.entries(options.body).map(([name, value]): [string, string] => [name, String(value)]);
	options.body = new URLSearchParams(fields).toString();
}

interface FullResponse {
	statusCode: number;
	headers: unknown;
	body: unknown;
}

async function requestPlain(context: TransportContext, options: IHttpRequestOptions): Promise<FullResponse> {
	return (await context.helpers.httpRequest({ ...options, ignoreHttpStatusErrors: true })) as FullResponse;
}

/** n8n renews the token when it sees a 401 as an error, so statuses must stay errors here. */
async function requestAsOAuth2(context: TransportContext, type: string, options: IHttpRequestOptions): Promise<FullResponse> {
	return (await context.helpers.httpRequestWithAuthentication.call(context as IExecuteFunctions, type, options)) as FullResponse;
}

interface AnsweredError {
	cause?: unknown;
	config?: { url?: unknown };
	response?: { status?: unknown; headers?: unknown; data?: unknown };
	httpCode?: unknown;
	context?: { data?: unknown };
}

/**
 * The provider's own answer inside an error, not that of the server which renews tokens: the latter has another address, and
 * its answers are not bytes. Older versions of n8n only keep status and body. An answer that broke off has a status and no body, and is none.
 */
function responseInside(error: unknown, url: string): CallResponse | null {
	for (let at = error as AnsweredError | undefined | null, depth = 0; at && depth < 8; at = at.cause as AnsweredError, depth += 1) {
		const { response, httpCode, context } = at;
		if (typeof response?.status === 'number' && response.data !== undefined && at.config?.url === url) {
			return decodeResponse(response.status, response.headers, response.data);
		}
		if (/^[1-5]\d\d$/.test(String(httpCode)) && at.cause === undefined && ArrayBuffer.isView(context?.data)) {
			return decodeResponse(Number(httpCode), {}, context.data);
		}
	}
	return null;
}

/**
 * Sends one request once.
 *
 * @param context carries n8n's HTTP helper
 * @param request without secrets
 * @param identity adds host and secret
 * @param timing how long it may take, and who can end it
 * @returns never throws for anything that happens on the way
 */
export async function httpRequest(
	context: TransportContext,
	request: CallRequest,
	identity: Identity,
	timing: { timeoutMs: number; deadlines: Deadlines },
): Promise<HttpOutcome> {
	let options = requestOptions(request, identity.baseUrl, timing.timeoutMs);
	const { credential } = identity;
	if (credential !== undefined && credential.place !== 'n8n') options = credential.place(credential.fields, options);
	encodeForm(options, request.body);

	const ending = timing.deadlines.started(timing.timeoutMs);
	options.abortSignal = ending.signal;
	try {
		const response = await (credential?.place === 'n8n'
			? requestAsOAuth2(context, credential.type, options)
			: requestPlain(context, options));
		return { response: decodeResponse(response.statusCode, response.headers, response.body) };
	} catch (error) {
		const response = responseInside(error, options.url);
		if (response !== null) return { response };
		if (credential?.place === 'n8n' && !ending.signal.aborted && !isNetworkError(error)) {
			return { networkError: { cause: 'not connected', delivered: 'no', transient: false } };
		}
		return { networkError: networkErrorOf(error, (ending.signal.reason as EndedBy | undefined) === 'stopped') };
	} finally {
		timing.deadlines.finished(ending);
	}
}
