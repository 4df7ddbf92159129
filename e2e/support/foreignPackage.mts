/** Somebody else's package with a node and a credential type for a provider that this package serves too, and the host that it calls. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export const FOREIGN_PACKAGE = 'n8n-nodes-foreign-voyage';
export const FOREIGN_NODE = `${FOREIGN_PACKAGE}.foreignVoyage`;
export const FOREIGN_CREDENTIAL = 'voyageApi';
export const FOREIGN_TOKEN = 'foreign-token-0123456789';

const CREDENTIAL_FILE = `
exports.VoyageApi = class VoyageApi {
	name = '${FOREIGN_CREDENTIAL}';
	displayName = 'Voyage API';
	properties = [
		{ displayName: 'Token', name: 'token', type: 'string', typeOptions: { password: true }, default: '' },
		{ displayName: 'Host', name: 'host', type: 'string', default: '' },
	];
	authenticate = { type: 'generic', properties: { headers: { 'X-Foreign-Token': '={{$credentials.token}}' } } };
	test = { request: { baseURL: '={{$credentials.host}}', url: '/check' } };
};
`;

const NODE_FILE = `
exports.ForeignVoyage = class ForeignVoyage {
	description = {
		displayName: 'Foreign Voyage',
		name: 'foreignVoyage',
		group: ['output'],
		version: 1,
		description: 'Asks its own host',
		defaults: { name: 'Foreign Voyage' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: '${FOREIGN_CREDENTIAL}', required: true }],
		properties: [],
	};
	async execute() {
		const { host } = await this.getCredentials('${FOREIGN_CREDENTIAL}');
		const json = await this.helpers.httpRequestWithAuthentication.call(this, '${FOREIGN_CREDENTIAL}', { url: host + '/messages', method: 'POST', body: this.getInputData()[0].json, json: true });
		return [[{ json }]];
	}
};
`;

/**
 * Writes the package, ready to be loaded.
 *
 * @param folder is made
 */
export function writeForeignPackage(folder: string): void {
	mkdirSync(path.join(folder, 'dist'), { recursive: true });
	const n8n = { n8nNodesApiVersion: 1, credentials: ['dist/VoyageApi.credentials.js'], nodes: ['dist/ForeignVoyage.node.js'] };
	writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: FOREIGN_PACKAGE, version: '1.0.0', n8n }));
	writeFileSync(path.join(folder, 'dist', 'VoyageApi.credentials.js'), CREDENTIAL_FILE);
	writeFileSync(path.join(folder, 'dist', 'ForeignVoyage.node.js'), NODE_FILE);
}

export interface ForeignHost {
	url: string;
	/** Everything that arrived: request line, headers and body, one text for each call. */
	calls(): string[];
	forget(): void;
	close(): Promise<void>;
}

/** Lets in who has the token. */
export async function startForeignHost(): Promise<ForeignHost> {
	let calls: string[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			calls.push(
				`${request.method ?? ''} ${request.url ?? ''}\n${request.rawHeaders.join('\n')}\n${Buffer.concat(chunks).toString('utf8')}`,
			);
			const isKnown = request.headers['x-foreign-token'] === FOREIGN_TOKEN;
			response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify({ foreign: isKnown }));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		calls: () => calls,
		forget: () => {
			calls = [];
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
