/** One HTTP request to a receiver of postbacks, and its answer. */

import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export type OutgoingRequest = {
	url: string;
	method: 'GET' | 'POST';
	headers: Record<string, string>;
	/** Not sent with GET. */
	body: string;
};

export type SendResult = {
	/** HTTP status; 0: no answer. */
	status: number;
	headers: IncomingHttpHeaders;
	body: string;
	/** Why there was no answer, or ''. */
	error: string;
	durationMs: number;
};

const ANSWER_CAP_CHARACTERS = 1_000_000;

/** Keeps its connections open between requests. */
export class Sender {
	private readonly httpAgent: HttpAgent;
	private readonly httpsAgent: HttpsAgent;

	/** @param maxSockets connections to one receiver at once */
	constructor(maxSockets: number) {
		this.httpAgent = new HttpAgent({ keepAlive: true, maxSockets });
		this.httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets });
	}

	/** Sends once. Never throws for the network's sake: status 0 and `error` then. */
	async send(outgoing: OutgoingRequest, timeoutMs: number): Promise<SendResult> {
		return await this.exchange(outgoing, timeoutMs, true);
	}

	close(): void {
		this.httpAgent.destroy();
		this.httpsAgent.destroy();
	}

	private async exchange(outgoing: OutgoingRequest, timeoutMs: number, mayRepeat: boolean): Promise<SendResult> {
		const url = new URL(outgoing.url);
		const secure = url.protocol === 'https:';
		const startedAt = Date.now();
		const body = outgoing.method === 'GET' ? undefined : Buffer.from(outgoing.body, 'utf8');
		const headers = { ...outgoing.headers, ...(body === undefined ? {} : { 'content-length': String(body.length) }) };
		const outcome = await new Promise<SendResult | 'stale connection'>((resolve) => {
			const done = (status: number, error: string, answer = '', answerHeaders: IncomingHttpHeaders = {}): void => {
				clearTimeout(timer);
				resolve({ status, error, body: answer, headers: answerHeaders, durationMs: Date.now() - startedAt });
			};
			const send = secure ? httpsRequest : httpRequest;
			const agent = secure ? this.httpsAgent : this.httpAgent;
			const request = send(url, { method: outgoing.method, headers, agent }, (response) => {
				let answer = '';
				response.setEncoding('utf8');
				response.on('data', (chunk: string) => {
					if (answer.length < ANSWER_CAP_CHARACTERS) answer += chunk;
				});
				response.on('end', () => done(response.statusCode ?? 0, '', answer, response.headers));
				response.on('error', (error) => done(0, error.message));
			});
			const timer = setTimeout(() => {
				request.destroy();
				done(0, `no answer within ${timeoutMs} ms`);
			}, timeoutMs);
			request.on('error', (error) => {
				// The receiver closed an idle kept-alive connection: it has not seen this request.
				if (request.reusedSocket && mayRepeat) {
					clearTimeout(timer);
					resolve('stale connection');
				} else done(0, error.message);
			});
			request.end(body);
		});
		return outcome === 'stale connection' ? await this.exchange(outgoing, timeoutMs, false) : outcome;
	}
}
