import type { IDataObject, IExecuteFunctions, IHookFunctions, IHttpRequestOptions } from 'n8n-workflow';

import type { CallAnswer, CallBody, CallRequest } from '../consent/call';
import type { CredentialFields, CredentialRule } from '../consent/provider';
import { addressOf } from './address';
import { answerOf } from './answer';
import type { EndedBy, InFlight } from './inFlight';
import { faultOf, isNetworkError, type NetworkFault } from './networkFault';
import { buildXml } from './xml';

/** Where a node's work or a trigger's registration happens. */
export type TransportContext = IExecuteFunctions | IHookFunctions;

/** Who calls, and where. */
export interface Identity {
	baseUrl: string;
	/** Absent for calls that carry no credential. */
	credential?: { type: string; fields: CredentialFields; place: CredentialRule['place'] };
}

/** Either the provider answered, whatever it said, or nothing readable came back. */
export type Exchange = { answer: CallAnswer } | { fault: NetworkFault };

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
		url: addressOf(baseUrl, request.path),
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
 * its answers are not bytes. Older versions of n8n only keep status and body.
 */
function answerInside(error: unknown, url: string): CallAnswer | null {
	for (let at = error as AnsweredError | undefined | null, depth = 0; at && depth < 8; at = at.cause as AnsweredError, depth += 1) {
		const { response, httpCode, context } = at;
		if (typeof response?.status === 'number' && at.config?.url === url) {
			return answerOf(response.status, response.headers, response.data);
		}
		if (/^[1-5]\d\d$/.test(String(httpCode)) && at.cause === undefined && ArrayBuffer.isView(context?.data)) {
			return answerOf(Number(httpCode), {}, context.data);
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
export async function exchange(
	context: TransportContext,
	request: CallRequest,
	identity: Identity,
	timing: { timeoutMs: number; inFlight: InFlight },
): Promise<Exchange> {
	let options = requestOptions(request, identity.baseUrl, timing.timeoutMs);
	const { credential } = identity;
	if (credential !== undefined && credential.place !== 'n8n') options = credential.place(credential.fields, options);
	encodeForm(options, request.body);

	const ending = timing.inFlight.started(timing.timeoutMs);
	options.abortSignal = ending.signal;
	try {
		const response = await (credential?.place === 'n8n'
			? requestAsOAuth2(context, credential.type, options)
			: requestPlain(context, options));
		return { answer: answerOf(response.statusCode, response.headers, response.body) };
	} catch (error) {
		const answer = answerInside(error, options.url);
		if (answer !== null) return { answer };
		if (credential?.place === 'n8n' && !ending.signal.aborted && !isNetworkError(error)) {
			return { fault: { cause: 'not connected', reach: 'never', passing: false } };
		}
		return { fault: faultOf(error, (ending.signal.reason as EndedBy | undefined) === 'stopped') };
	} finally {
		timing.inFlight.finished(ending);
	}
}
