/** One HTTP server on 127.0.0.1 with every provider's stand-in, the control API and a page to look at. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { mayDrive, serveControl } from './controlApi.mts';
import { sendJson, sendText } from './http.mts';
import { lists, page, SCRIPT_HASH } from './page.mts';
import { Providers, type Sandbox } from './sandbox.mts';
import type { ConfigPatch } from './settings/config.mts';
import { SettingsError } from './settings/settingsError.mts';
import { baseUrlsAt, isProvider, type BaseUrls } from './standIns.mts';

export { attentiveSignature } from './attentive/signature.mts';
export type { FaultRule } from './faults/rules.mts';
export type { Delivery } from './postbacks/postbacks.mts';
export type { Sandbox, SandboxState, SeedRequest } from './sandbox.mts';
export { DEFAULTS, type ConfigPatch, type SandboxConfig } from './settings/config.mts';
export type { SubscriberView } from './standIn.mts';
export { isProvider, PROVIDERS, standInOf, type ProviderName } from './standIns.mts';
export type { LoggedRequest } from './traffic.mts';
export { vonageSignature, webhookToken } from './vonage/signature.mts';

export type SandboxOptions = {
	/** 0 or absent: any free port. */
	port?: number;
	config?: ConfigPatch;
};

/** Longer than any client keeps an idle connection: only faults break connections here. */
const KEEP_ALIVE_MS = 120_000;
const HEADERS_TIMEOUT_MS = KEEP_ALIVE_MS + 5_000;
const PAGE_ROWS = 15;

class SandboxServer extends Providers implements Sandbox {
	url = '';
	port = 0;
	private readonly server = createServer((request, response) => void this.serve(request, response));

	get baseUrls(): BaseUrls {
		return baseUrlsAt(this.url);
	}

	async listen(port: number): Promise<void> {
		this.server.keepAliveTimeout = KEEP_ALIVE_MS;
		this.server.headersTimeout = HEADERS_TIMEOUT_MS;
		await new Promise<void>((resolve, reject) => {
			this.server.once('error', reject);
			this.server.listen(port, '127.0.0.1', resolve);
		});
		this.port = (this.server.address() as AddressInfo).port;
		this.url = `http://127.0.0.1:${this.port}`;
	}

	override async close(): Promise<void> {
		await super.close();
		await new Promise<void>((resolve) => {
			this.server.close(() => resolve());
			this.server.closeAllConnections();
		});
	}

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		try {
			await this.route(request, response);
		} catch (error) {
			if (response.headersSent) response.destroy();
			else {
				sendJson(response, error instanceof SettingsError ? 400 : 500, {
					error: error instanceof Error ? error.message : String(error),
				});
			}
		}
	}

	private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
		// Slashes in front would make the path a host name.
		const url = new URL((request.url ?? '/').replace(/^\/+/, '/'), 'http://127.0.0.1');
		const [, first = '', ...rest] = url.pathname.split('/');
		if (isProvider(first)) await this.get(first).serve(`/${rest.join('/')}`, url, request, response);
		else if (!mayDrive(request)) {
			sendJson(response, 403, { error: 'Only pages and programs of this machine may drive the sandbox' });
		} else if (first === '_sandbox') await serveControl(this, rest.join('/'), url, request, response);
		else if (url.pathname === '/' && request.method === 'GET') this.servePage(url, response);
		else sendText(response, 404, 'text/plain', 'Not found. Look at / for what this sandbox offers.');
	}

	private servePage(url: URL, response: ServerResponse): void {
		const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'; connect-src 'self'; form-action 'self'`;
		response.setHeader('content-security-policy', policy);
		const make = url.searchParams.has('lists') ? lists : page;
		sendText(response, 200, 'text/html', make(this.state({ limit: PAGE_ROWS }), this.baseUrls));
	}
}

/** Starts the sandbox on 127.0.0.1. Throws on wrong settings, or when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const sandbox = new SandboxServer(options.config ?? {});
	await sandbox.listen(options.port ?? 0);
	return sandbox;
}
