/**
 * A provider that does nothing but count: Skycore's subscribe call, answered in the documented form. Leaner than the sandbox, so that what is measured
 * is the client.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const SECOND_MS = 1000;
const MOBILE = /MOBILE(?:>|%3E)(\d+)/;
/** Longer than any client keeps an idle connection. */
const KEEP_ALIVE_MS = 120_000;

export interface ProviderBehavior {
	latencyMs: number;
	/** Calls accepted within any second, wherever it begins; Infinity: all. Refused calls are answered 429. */
	callsPerSecond: number;
}

export interface Counts {
	calls: number;
	accepted: number;
	refused: number;
	people: number;
	/** People who would have got a second text. */
	textedTwice: number;
	mostSockets: number;
	mostRequests: number;
	/** From the first accepted call to the last. */
	acceptedWithinMs: number;
}

export interface CountingProvider {
	/** Skycore's base URL. */
	url: string;
	/** Forgets what was counted and behaves like this from now on. */
	reset(behavior?: Partial<ProviderBehavior>): void;
	counts(): Counts;
	close(): Promise<void>;
}

/** Starts the provider on a free port of loopback. */
export async function startCountingProvider(): Promise<CountingProvider> {
	let behavior: ProviderBehavior = { latencyMs: 0, callsPerSecond: Infinity };
	let texts = new Map<string, number>();
	let acceptedAt: number[] = [];
	let [calls, sockets, mostSockets, requests, mostRequests] = [0, 0, 0, 0, 0];

	const accepts = (): boolean => {
		const now = performance.now();
		const before = acceptedAt[acceptedAt.length - behavior.callsPerSecond];
		if (before !== undefined && now - before < SECOND_MS) return false;
		acceptedAt.push(now);
		return true;
	};

	const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		calls += 1;
		requests += 1;
		mostRequests = Math.max(mostRequests, requests);
		response.once('close', () => {
			requests -= 1;
		});
		const mobile = MOBILE.exec(await bodyOf(request))?.[1] ?? '';
		const accepted = accepts();
		if (accepted) texts.set(mobile, (texts.get(mobile) ?? 0) + 1);
		if (behavior.latencyMs > 0) await sleep(behavior.latencyMs);
		if (accepted) {
			response.writeHead(200, { 'content-type': 'text/xml' });
			response.end(`<RESPONSE><STATUS>Success</STATUS><CAMPAIGNREF>1116</CAMPAIGNREF><MOBILE>${mobile}</MOBILE></RESPONSE>`);
		} else {
			response.writeHead(429, { 'content-type': 'text/html', 'retry-after': '1' });
			response.end('Too Many Requests');
		}
	};

	const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
	server.keepAliveTimeout = KEEP_ALIVE_MS;
	server.on('connection', (socket) => {
		sockets += 1;
		mostSockets = Math.max(mostSockets, sockets);
		let open = true;
		const closed = (): void => {
			if (open) sockets -= 1;
			open = false;
		};
		// Ours is ended before the client hears of it and opens the next; waiting for its part would count both.
		socket.once('finish', closed);
		socket.once('close', closed);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		reset(wanted = {}) {
			behavior = { latencyMs: 0, callsPerSecond: Infinity, ...wanted };
			texts = new Map();
			acceptedAt = [];
			[calls, mostSockets, mostRequests] = [0, sockets, requests];
		},
		counts: () => ({
			calls,
			accepted: acceptedAt.length,
			refused: calls - acceptedAt.length,
			people: texts.size,
			textedTwice: [...texts.values()].filter((count) => count > 1).length,
			mostSockets,
			mostRequests,
			acceptedWithinMs: (acceptedAt.at(-1) ?? 0) - (acceptedAt[0] ?? 0),
		}),
		async close() {
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			});
		},
	};
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	let body = '';
	request.setEncoding('utf8');
	for await (const chunk of request) body += String(chunk);
	return body;
}
