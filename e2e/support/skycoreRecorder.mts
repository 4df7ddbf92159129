/** A provider that speaks Skycore, takes any key, and keeps what it was sent. Leaner than the sandbox, which knows one key only. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

const SECOND_MS = 1000;

/** What one call asked for. */
export interface RecordedCall {
	/** First part of the path: the base URL that was called. */
	base: string;
	key: string;
	action: string;
	mobile: string;
	/** NOTIFY, where it was sent. */
	notify: string | undefined;
	accepted: boolean;
}

export interface SkycoreRecorder {
	/** Base URL under a name of its own. */
	baseUrl(name?: string): string;
	readonly calls: RecordedCall[];
	/** Digits of the numbers that are refused. */
	readonly refused: Set<string>;
	/** Calls accepted within any second; more are answered 429. */
	callsPerSecond: number;
	reset(): void;
	close(): Promise<void>;
}

/** Starts it on a free port of loopback. */
export async function startSkycoreRecorder(): Promise<SkycoreRecorder> {
	const calls: RecordedCall[] = [];
	const refused = new Set<string>();
	let acceptedAt: number[] = [];
	const server = createServer((request, response) => {
		void bodyOf(request).then((body) => {
			const xml = new URLSearchParams(body).get('xml') ?? '';
			const element = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
			const now = performance.now();
			const earliest = acceptedAt[acceptedAt.length - recorder.callsPerSecond];
			const accepted = earliest === undefined || now - earliest >= SECOND_MS;
			if (accepted) acceptedAt.push(now);
			const mobile = element('MOBILE') ?? '';
			calls.push({
				base: (request.url ?? '').split('/')[1] ?? '',
				key: element('API_KEY') ?? '',
				action: element('ACTION') ?? '',
				mobile,
				notify: element('NOTIFY'),
				accepted,
			});
			response.setHeader('content-type', 'text/xml');
			if (!accepted) {
				response.writeHead(429, { 'retry-after': '1' }).end();
			} else if (refused.has(mobile)) {
				response.end('<RESPONSE><STATUS>Failure</STATUS><ERRORCODE>E107</ERRORCODE><ERRORINFO>No</ERRORINFO></RESPONSE>');
			} else {
				response.end(`<RESPONSE><STATUS>Success</STATUS><MOBILE>${mobile}</MOBILE></RESPONSE>`);
			}
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const recorder: SkycoreRecorder = {
		baseUrl: (name = 'base') => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}/`,
		calls,
		refused,
		callsPerSecond: Infinity,
		reset() {
			calls.splice(0);
			refused.clear();
			acceptedAt = [];
			recorder.callsPerSecond = Infinity;
		},
		async close() {
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			});
		},
	};
	return recorder;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	let body = '';
	request.setEncoding('utf8');
	for await (const chunk of request) body += String(chunk);
	return body;
}
