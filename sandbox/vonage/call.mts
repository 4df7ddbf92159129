/** Reading a call and the proof of who makes it. */

import { isSameSecret } from '../sameSecret.mts';
import { isJsonObject, readJson } from '../wire/json.mts';
import { bodyText, fields, type WireRequest } from '../wire/request.mts';
import { Refusal, type Format } from './refusal.mts';
import type { VonageSettings } from './settings.mts';
import { vonageSignature } from './signature.mts';

const JSON_TYPES = [
	'application/json',
	'application/jsonrequest',
	'application/x-javascript',
	'text/json',
	'text/javascript',
	'text/x-javascript',
	'text/x-json',
];

/** @throws {Refusal} where the documentation knows no such call */
export function readParameters(request: WireRequest, format: Format): Record<string, string> {
	const query = fields(request.query);
	if (request.method === 'GET') {
		if (request.body.length > 0) throw new Refusal('3', 'Query parameters and a body must not be mixed');
		return query;
	}
	if (request.method !== 'POST') throw new Refusal('3', 'GET and POST only');
	if (Object.keys(query).length > 0) throw new Refusal('3', 'Query parameters and a body must not be mixed');
	if (request.mediaType === 'application/x-www-form-urlencoded') return fields(new URLSearchParams(bodyText(request)));
	if (format !== 'json' || !JSON_TYPES.includes(request.mediaType))
		throw new Refusal('3', `Content-Type ${request.mediaType} is not supported here`);
	const body = readJson(bodyText(request));
	if (!isJsonObject(body)) throw new Refusal('3', 'The body must be a JSON object');
	const result: Record<string, string> = {};
	for (const [name, value] of Object.entries(body)) {
		if (typeof value === 'object') throw new Refusal('3', `${name} must be a plain value`);
		result[name] = String(value);
	}
	return result;
}

/**
 * Exactly one of the three styles: key and secret, Basic header, signature.
 *
 * @throws {Refusal} when the account is not who it says
 */
export function authenticate(request: WireRequest, parameters: Record<string, string>, settings: VonageSettings): void {
	const { apiKey, apiSecret, signatureSecret, signatureMethod, onlySigned, timestampToleranceSeconds } = settings;
	const secret = parameters.api_secret ?? '';
	const signature = parameters.sig ?? '';
	const basic = /^Basic (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
	if (signature !== '' && (secret !== '' || basic !== undefined)) throw new Refusal('32');
	if (secret !== '' && basic !== undefined) throw new Refusal('4', 'Credentials were sent twice');
	if (basic !== undefined) {
		if (onlySigned || !isSameSecret(Buffer.from(basic, 'base64').toString('utf8'), `${apiKey}:${apiSecret}`)) throw new Refusal('4');
		return;
	}
	if ((parameters.api_key ?? '') === '') throw new Refusal('2', 'Missing api_key');
	if (!isSameSecret(parameters.api_key ?? '', apiKey)) throw new Refusal('4');
	if (signature === '') {
		if (secret === '') throw new Refusal('2', 'Missing api_secret');
		if (onlySigned || !isSameSecret(secret, apiSecret)) throw new Refusal('4');
		return;
	}
	const timestamp = parameters.timestamp ?? '';
	if (!/^\d+$/.test(timestamp)) throw new Refusal('14', 'timestamp must be whole seconds');
	if (Math.abs(Math.floor(request.at / 1_000) - Number(timestamp)) > timestampToleranceSeconds)
		throw new Refusal('14', 'timestamp is too old or too new');
	if (!isSameSecret(signature.toLowerCase(), vonageSignature(parameters, signatureSecret, signatureMethod))) throw new Refusal('14');
}
