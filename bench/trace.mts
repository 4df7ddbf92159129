/**
 * `npx tsx bench/trace.mts`: which files of the package one successful subscribe at Skycore enters, from n8n's call to the finished item. Build first.
 * A file counts when one of its functions runs meanwhile; loading it does not count.
 */
import { createServer } from 'node:http';
import { Session } from 'node:inspector/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { IExecuteFunctions, IHttpRequestOptions, INodeExecutionData, INodeType } from 'n8n-workflow';

const DIST = path.join(import.meta.dirname, '..', 'dist');
const require = createRequire(import.meta.url);
const ANSWER = '<?xml version="1.0" encoding="UTF-8"?><RESPONSE><STATUS>Success</STATUS><MOBILE>16502424956</MOBILE></RESPONSE>';

async function request(options: IHttpRequestOptions): Promise<unknown> {
	const response = await fetch(options.url, {
		method: options.method ?? 'GET',
		headers: options.headers as Record<string, string>,
		body: options.body as string,
	});
	return {
		statusCode: response.status,
		headers: { 'content-type': response.headers.get('content-type') },
		body: Buffer.from(await response.arrayBuffer()),
	};
}

function contextFor(baseUrl: string): IExecuteFunctions {
	const parameters: Record<string, unknown> = {
		provider: 'skycore',
		campaignReference: '1116',
		phone: '={{ $json.phone }}',
		defaultCountry: 'US',
	};
	return {
		getInputData: () => [{ json: { phone: '+16502424956' } }],
		getNode: () => ({ id: '1', name: 'SMS Subscribe', type: 'smsSubscribe', typeVersion: 1, position: [0, 0], parameters }),
		getNodeParameter: (name: string, _item: number, fallback: unknown) => parameters[name] ?? fallback,
		getInstanceId: () => 'instance',
		getWorkflow: () => ({ id: 'workflow', name: 'Workflow', active: false }),
		getExecutionId: () => 'execution',
		getWorkflowDataProxy: () => ({ $runIndex: 0 }),
		getMode: () => 'manual',
		continueOnFail: () => false,
		getCredentials: async () => await Promise.resolve({ apiKey: 'key-of-the-trace', baseUrl }),
		getExecutionCancelSignal: () => undefined,
		addExecutionHints: () => undefined,
		sendMessageToUI: () => undefined,
		logger: { info() {}, warn() {}, debug() {}, error() {} },
		helpers: { httpRequest: request },
	} as unknown as IExecuteFunctions;
}

const server = createServer((_request, response) => response.setHeader('content-type', 'text/xml').end(ANSWER)).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { SmsSubscribe } = require(path.join(DIST, 'nodes/SmsSubscribe/SmsSubscribe.node.js')) as { SmsSubscribe: new () => INodeType };
const node = new SmsSubscribe();
const context = contextFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}/API/wxml/1.3/`);

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
await session.post('Profiler.takePreciseCoverage');
const [[item]] = (await node.execute?.call(context)) as [[INodeExecutionData]];
const { result } = await session.post('Profiler.takePreciseCoverage');
server.close();

if (item.json.outcome !== 'subscribed') throw new Error(`The subscribe did not succeed: ${JSON.stringify(item.json)}`);
const entered = result
	.filter(
		({ url, functions }) =>
			url.startsWith('file:') && fileURLToPath(url).startsWith(DIST) && functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0),
	)
	.map(({ url }) => path.relative(DIST, fileURLToPath(url)))
	.sort();
process.stdout.write(`${entered.join('\n')}\n${entered.length} files entered\n`);
