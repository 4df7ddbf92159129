import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEFAULTS } from '../../sandbox/server.mts';

export const SKYCORE_KEY = DEFAULTS.skycore.apiKeys[0] ?? '';
export const BEARER = { authorization: 'Bearer sandbox-attentive-key' };
export const JSON_TYPE = { 'content-type': 'application/json' };

export type Received = { method: string; url: string; headers: IncomingMessage['headers']; body: string; at: number };

export type Receiver = {
	url: string;
	received: Received[];
	/** Statuses to answer with, one by one; the last one stays. */
	answers: number[];
	delayMs: number;
	close(): Promise<void>;
};

/** A receiver of postbacks that notes what it gets. */
export async function startReceiver(...answers: number[]): Promise<Receiver> {
	const receiver: Receiver = { url: '', received: [], answers, delayMs: 0, close: async () => {} };
	const server = createServer((request: IncomingMessage, response: ServerResponse) => {
		let body = '';
		request.setEncoding('utf8');
		request.on('data', (chunk: string) => {
			body += chunk;
		});
		request.on('end', () => {
			receiver.received.push({
				method: request.method ?? '',
				url: request.url ?? '',
				headers: request.headers,
				body,
				at: Date.now(),
			});
			const status = receiver.answers.length > 1 ? receiver.answers.shift() : receiver.answers[0];
			const finish = (): void => void response.writeHead(status ?? 200).end(status === 204 || status === 205 ? undefined : 'ok');
			if (receiver.delayMs === 0) finish();
			else setTimeout(finish, receiver.delayMs).unref();
		});
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
	receiver.close = async () => {
		await new Promise<void>((resolve) => {
			server.close(() => resolve());
			server.closeAllConnections();
		});
	};
	return receiver;
}

/** `<REQUEST>` with the given children. */
export function requestXml(children: Record<string, string>): string {
	const inner = Object.entries(children).map(([name, text]) => `<${name}>${text}</${name}>`);
	return `<?xml version="1.0"?><REQUEST>${inner.join('')}</REQUEST>`;
}
