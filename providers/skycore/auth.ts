import { InputProblem } from '../../consent/failure';
import { secretText } from '../../consent/fieldText';
import type { CredentialFields, SignableRequest } from '../../consent/provider';
import { isRecord } from '../../consent/record';
import { normalizeBaseUrl } from '../../consent/url';
import { escapeText } from '../../transport/codec/xmlCharacters';

export const SKYCORE_BASE_URL = 'https://secure.skycore.com/API/wxml/1.3/';

/** Older n8n helpers, which its HTTP Request node uses for credentials, name the same things otherwise. */
interface LegacyRequest {
	uri?: string;
	form?: unknown;
}

/** What a call without a document names. */
const ACTION = 'action';
const API_KEY = 'api_key';
const XML_FIELDS = ['xml', 'XML'] as const;
/** What is no tag, in which anything may stand, or one tag with its attributes. */
const MARKUP = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>|<(?<slash>\/?)(?<name>[^\s<>/!?]+)(?:"[^"]*"|'[^']*'|[^<>"'])*>/g;

/**
 * @param credential `apiKey`
 * @returns the key as it is sent; empty when there is none
 */
export function keyText({ apiKey }: CredentialFields): string {
	return secretText(apiKey);
}

function keyOf(credential: CredentialFields): string {
	const key = keyText(credential);
	if (key === '')
		throw new InputProblem(
			"'API Key' of the Skycore credential is empty",
			'Copy the key from the API Settings page of your Skycore account.',
		);
	if (/[^\x21-\x7e]/.test(key)) {
		throw new InputProblem(
			"'API Key' of the Skycore credential holds blanks or other characters that a key never has",
			'Copy the key again, without anything around it.',
		);
	}
	return key;
}

/**
 * What stands directly below the root, upper case, with the position behind it. Only that is Skycore's own: below `DATA` fields may have any name.
 */
function ownElements(document: string): Map<string, number> {
	const ends = new Map<string, number>();
	let depth = 0;
	for (const { 0: tag, index, groups } of document.matchAll(MARKUP)) {
		const name = groups?.name?.toUpperCase();
		if (name === undefined) continue;
		const isSelfClosing = tag.endsWith('/>');
		if (groups?.slash === '/') depth -= 1;
		else if (!isSelfClosing) depth += 1;
		const isEnd = depth === 1 && (groups?.slash === '/' || isSelfClosing);
		if (isEnd && !ends.has(name)) ends.set(name, index + tag.length);
	}
	return ends;
}

function withKey(document: string, key: string): string {
	const ends = ownElements(document);
	if (ends.has('API_KEY')) return document;
	const position = ends.get('ACTION');
	if (position === undefined) throw unplaceable();
	return `${document.slice(0, position)}<API_KEY>${escapeText(key)}</API_KEY>${document.slice(position)}`;
}

function unplaceable(): InputProblem {
	return new InputProblem(
		'The request has no place for the Skycore API key',
		'Send a REQUEST document with an ACTION in the form field "xml", or use GET.',
	);
}

function formWithKey(form: unknown, key: string): unknown {
	if (form instanceof URLSearchParams) {
		const copy = new URLSearchParams(form);
		for (const field of XML_FIELDS) {
			const document = copy.get(field);
			if (document !== null) copy.set(field, withKey(document, key));
		}
		if (copy.has(ACTION)) copy.set(API_KEY, key);
		return copy;
	}
	if (typeof form === 'string' && form.trimStart().startsWith('<')) return withKey(form, key);
	if (!isRecord(form)) return undefined;
	if (Object.hasOwn(form, ACTION)) return { ...form, [API_KEY]: key };
	const field = XML_FIELDS.find((name) => typeof form[name] === 'string');
	return field === undefined ? undefined : { ...form, [field]: withKey(String(form[field]), key) };
}

function isGet(request: SignableRequest): boolean {
	return (request.method ?? 'GET').toUpperCase() === 'GET';
}

/**
 * Puts the API key where Skycore reads it: as `API_KEY` behind `ACTION` of the document, or beside the other pairs of a form or of the query of a GET.
 * https://www.skycore.com/help/skycore-http-v1-3/
 *
 * @param credential `apiKey`
 * @param request as n8n hands it to a credential, older shapes included; a `baseURL` in it is brought to its usual form
 * @returns a changed copy
 * @throws {InputProblem} when the key is missing, has no place, or would travel unprotected
 */
export function placeSkycoreKey<Request extends SignableRequest>(credential: CredentialFields, request: Request): Request {
	const key = keyOf(credential);
	const address = request.baseURL === undefined ? {} : { baseURL: normalizeBaseUrl(request.baseURL, SKYCORE_BASE_URL) };
	if (isGet(request)) return { ...request, ...address, qs: { ...request.qs, [API_KEY]: key } };
	const { form }: LegacyRequest = request as LegacyRequest;
	if (form !== undefined) {
		const signedForm = formWithKey(form, key);
		if (signedForm === undefined) throw unplaceable();
		return { ...request, ...address, form: signedForm };
	}
	const body = formWithKey(request.body, key);
	if (body === undefined) throw unplaceable();
	return { ...request, ...address, body };
}
