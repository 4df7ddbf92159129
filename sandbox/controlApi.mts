/** Driving the sandbox over HTTP, below /_sandbox: what its object offers, for programs in other processes and for the page. */

import type { IncomingMessage, ServerResponse } from 'node:http';

import { readBody, sendJson } from './http.mts';
import { isLoopbackUrl } from './postbacks/loopback.mts';
import type { PostbackRequest, Sandbox, SeedRequest, TextRequest } from './sandbox.mts';
import { DEFAULTS, type ConfigPatch } from './settings/config.mts';
import { SettingsError } from './settings/settingsError.mts';
import type { ProviderName } from './standIns.mts';
import { isJsonObject, readJson, type Json, type JsonObject } from './wire/json.mts';

const STATE_LIMIT = 200;

/** Keeps web pages of other origins, and host names that merely point here, away from the control API. */
export function mayDrive({ headers }: IncomingMessage): boolean {
	const { host = '', origin } = headers;
	return isLoopbackUrl(`http://${host}/`) && (origin === undefined || origin === `http://${host}`);
}

/**
 * Takes one request to the control API.
 *
 * @param action what stands behind /_sandbox/
 * @throws {SettingsError} when the request asks for something that does not exist
 */
export async function serveControl(
	sandbox: Sandbox,
	action: string,
	url: URL,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	if (request.method === 'GET') {
		const found = look(sandbox, action, url.searchParams);
		sendJson(response, found === undefined ? 404 : 200, found ?? { error: `There is no GET /_sandbox/${action}` });
		return;
	}
	if (request.method !== 'POST') {
		sendJson(response, 405, { error: 'GET and POST only' });
		return;
	}
	const body = await readBody(request);
	if (body === undefined) {
		sendJson(response, 413, { error: 'Too large' });
		return;
	}
	const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
	const input = inputIn(body.toString('utf8'), isForm);
	if (!isJsonObject(input)) throw new SettingsError('The body must be a JSON object');
	const result = await act(sandbox, action, input);
	if (isForm && result !== undefined) {
		response.writeHead(303, { location: '/' }).end();
		return;
	}
	sendJson(response, result === undefined ? 404 : 200, result ?? { error: `There is no POST /_sandbox/${action}` });
}

function inputIn(text: string, isForm: boolean): Json | undefined {
	if (isForm) return { ...Object.fromEntries(new URLSearchParams(text)) };
	return text === '' ? {} : readJson(text);
}

/** Gives undefined when there is nothing of that name. */
function look(sandbox: Sandbox, what: string, query: URLSearchParams): unknown {
	switch (what) {
		case 'state': {
			const limit = Number(query.get('limit') ?? STATE_LIMIT);
			return sandbox.state({ limit: Number.isFinite(limit) ? limit : STATE_LIMIT });
		}
		case 'defaults':
			return { baseUrls: sandbox.baseUrls, defaults: DEFAULTS };
		case 'person':
			return sandbox.person(query.get('provider') as ProviderName, query.get('number') ?? '', query.get('campaign') ?? undefined);
		default:
			return undefined;
	}
}

/** Gives undefined when there is no action of that name. The sandbox checks what it is given. */
async function act(sandbox: Sandbox, action: string, input: JsonObject): Promise<unknown> {
	switch (action) {
		case 'text':
			sandbox.text(input as unknown as TextRequest);
			return { ok: true };
		case 'configure':
			sandbox.configure(input as ConfigPatch);
			return { ok: true, config: sandbox.config() };
		case 'reset':
			sandbox.reset({ settings: input.settings === true || input.settings === 'true' });
			return { ok: true };
		case 'seed':
			return { ok: true, added: sandbox.seed(input as unknown as SeedRequest) };
		case 'postback':
			return await sandbox.postback(input as PostbackRequest);
		case 'idle':
			await sandbox.idle();
			return { ok: true };
		default:
			return undefined;
	}
}
