import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';

import type { RetrySafety } from '../../consent/call';
import { runItems } from '../../transport/outbound/itemRunner';
import { systemDependencies } from '../../transport/outbound/session';
import { fakeProvider, SECRET, writeCall } from '../unit/outbound/fakeProvider.mts';
import { LOADING_MS, loadEngine, runWorkflow } from './harness.mts';

type Fault = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const TIMEOUT_MS = 400;

/** Answers the first request with a fault, all others well; counts those whose body it has read. */
class FaultyServer {
	connections = 0;
	read: string[] = [];
	private readonly server: Server;

	constructor(fault: Fault, early = false) {
		this.server = createServer((request, response) => {
			const isFirst = (this.connections += 1) === 1;
			if (isFirst && early) {
				fault(request, response, '');
				return;
			}
			let body = '';
			request.on('data', (chunk: Buffer) => (body += chunk.toString()));
			request.on('end', () => {
				this.read.push(body);
				if (isFirst) fault(request, response, body);
				else response.end(body);
			});
		});
	}

	async start(): Promise<string> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}

function nodeWith(repeat: RetrySafety): INodeType {
	const provider = fakeProvider();
	return {
		description: {
			displayName: 'Tiny',
			name: 'tiny',
			group: ['output'],
			version: 1,
			description: 'Subscribes',
			defaults: { name: 'Tiny' },
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: 'fakeApi', required: true }],
			properties: [],
		},
		async execute(this: IExecuteFunctions) {
			return await runItems(
				this,
				{
					action: 'subscribe',
					providerOf: () => provider,
					credentialTypeOf: () => 'fakeApi',
					prepare: () => ({ target: { provider: 'voyage', phone: '+1' }, run: async (send) => [await send(writeCall('+1', repeat))] }),
					delivery: { sendDuplicatesOnce: false, timeoutMs: TIMEOUT_MS },
				},
				{ ...systemDependencies, random: () => 0 },
			);
		},
	};
}

async function send(baseUrl: string, repeat: RetrySafety): Promise<IDataObject> {
	const { outputs } = await runWorkflow({
		node: nodeWith(repeat),
		credentials: { fakeApi: { data: { apiKey: SECRET, baseUrl } } },
		items: [{}],
		onError: 'continueRegularOutput',
	});
	const json = outputs[0]?.[0]?.json ?? {};
	return (json.error as IDataObject | undefined) ?? { sent: 'done' };
}

const resetBeforeReading: Fault = (request) => request.socket.resetAndDestroy();
const resetAfterReading: Fault = (request) => request.socket.resetAndDestroy();
const closeAfterReading: Fault = (request) => request.socket.destroy();
const stall: Fault = () => undefined;
const truncate: Fault = (request, response) => {
	response.writeHead(200, { 'content-length': '1000' });
	response.write('{"phone":');
	setTimeout(() => request.socket.destroy(), 20);
};
const trickle: Fault = (request, response) => {
	response.writeHead(200);
	const drip = setInterval(() => response.write(' '), 50);
	request.socket.on('close', () => clearInterval(drip));
};
const garbage: Fault = (request) => request.socket.end('this is no HTTP\r\n\r\n');
const serverError: Fault = (_request, response) => response.writeHead(500).end('oops');
const tooFast: Fault = (_request, response) => response.writeHead(429, { 'retry-after': '1' }).end('slow down');

beforeAll(loadEngine, LOADING_MS);

describe('faults on a real connection: what reaches the other end, and what the item says', () => {
	const texting = 'texts the person';
	it.each<[string, Fault, RetrySafety, number, string]>([
		['reset before reading', resetBeforeReading, texting, 1, 'unknown'],
		['reset before reading', resetBeforeReading, 'harmless', 2, 'done'],
		['reset after reading', resetAfterReading, texting, 1, 'unknown'],
		['reset after reading', resetAfterReading, 'harmless', 2, 'done'],
		['closed after reading', closeAfterReading, texting, 1, 'unknown'],
		['closed after reading', closeAfterReading, 'harmless', 2, 'done'],
		['stalled', stall, texting, 1, 'unknown'],
		['stalled', stall, 'harmless', 2, 'done'],
		['truncated', truncate, texting, 1, 'unknown'],
		['truncated', truncate, 'harmless', 2, 'done'],
		['trickling', trickle, texting, 1, 'unknown'],
		['no HTTP', garbage, texting, 1, 'unknown'],
		['500', serverError, texting, 1, 'unknown'],
		['500', serverError, 'harmless', 2, 'done'],
		['429', tooFast, texting, 2, 'done'],
	])('%s (%#)', async (name, fault, repeat, requests, sent) => {
		const server = new FaultyServer(fault, name === 'reset before reading');
		const baseUrl = await server.start();
		try {
			expect(await send(baseUrl, repeat)).toMatchObject({ sent });
			expect(server.connections).toBe(requests);
		} finally {
			await server.stop();
		}
	});

	it('refused: never reached anybody, so it is not sent, however often it was tried', async () => {
		const server = new FaultyServer(stall);
		const baseUrl = await server.start();
		await server.stop();
		expect(await send(baseUrl, texting)).toMatchObject({
			sent: 'not sent',
			message: 'Fake Provider could not be reached: the connection was refused',
		});
	});

	it('plain HTTP where TLS was expected: not sent', async () => {
		const server = new FaultyServer(stall);
		const baseUrl = await server.start();
		try {
			expect(await send(baseUrl.replace('http:', 'https:'), texting)).toMatchObject({ sent: 'not sent' });
			expect(server.read).toEqual([]);
		} finally {
			await server.stop();
		}
	});
});
