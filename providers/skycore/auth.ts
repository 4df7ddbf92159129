import { InputProblem } from '../../consent/failure';
import type { CredentialFields, SignableRequest } from '../../consent/provider';
import { normalizeBaseUrl } from '../../consent/url';
import { escapeText } from '../../transport/codec/xmlCharacters';

export const SKYCORE_BASE_URL = 'https://secure.skycore.com/API/wxml/1.3/';

/** Older n8n helpers, which its HTTP Request node uses for credentials, name the same things otherwise. */
interface LegacyRequest {
	uri?: string;
	form?: unknown;
}

const XML_FIELDS = ['xml', 'XML'] as const;
const ACTION_END = /<\/ACTION\s*>/i;
const HAS_KEY = /<API_KEY[\s/>]/i;
/** The person's profile, whose fields may have any name. */
const PROFILE = /<DATA[\s>][^]*<\/DATA\s*>/i;

/**
 * @param credential `apiKey`
 * @returns the key as it is sent; empty when there is none
 */
export function keyText({ apiKey }: CredentialFields): string {
	return typeof apiKey === 'string' ? apiKey.trim() : '';
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

function withKey(document: string, key: string): string {
	const ours = document.replace(PROFILE, (profile) => ' '.repeat(profile.length));
	if (HAS_KEY.test(ours)) return document;
	const end = ACTION_END.exec(ours);
	if (end === null) throw unplaceable();
	const position = end.index + end[0].length;
	return `${document.slice(0, position)}<API_KEY>${escapeText(key)}</API_KEY>${document.slice(position)}`;
}

function unplaceable(): InputProblem {
	return new InputProblem(
		'The request has no place for the Skycore API key',
		'Send a REQUEST document with an ACTION in the form field "xml", or use GET.',
	);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function formWithKey(form: unknown, key: string): unknown {
	if (form instanceof URLSearchParams) {
		const copy = new URLSearchParams(form);
		for (const field of XML_FIELDS) {
			const document = copy.get(field);
			if (document !== null) copy.set(field, withKey(document, key));
		}
		return copy;
	}
	if (typeof form === 'string' && form.trimStart().startsWith('<')) return withKey(form, key);
	if (!isRecord(form)) return undefined;
	const field = XML_FIELDS.find((name) => typeof form[name] === 'string');
	return field === undefined ? undefined : { ...form, [field]: withKey(String(form[field]), key) };
}

function isGet(request: SignableRequest): boolean {
	return (request.method ?? 'GET').toUpperCase() === 'GET';
}

/**
 * Puts the API key where Skycore reads it: as `API_KEY` behind `ACTION` of the document, or in the query of a GET.
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
	if (isGet(request)) return { ...request, ...address, qs: { ...request.qs, api_key: key } };
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
