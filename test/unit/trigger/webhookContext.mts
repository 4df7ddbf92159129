/** A hand-made n8n around the trigger: enough of `IWebhookFunctions` to send it one request and see everything that it does. */
import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { ConsentEvent } from '../../../consent/event.ts';
import { SmsPostbackTrigger } from '../../../nodes/SmsPostbackTrigger/SmsPostbackTrigger.node.ts';

export interface FakeRequest {
	method?: string;
	url?: string;
	headers?: Record<string, string | string[]>;
	body?: string | Buffer;
	ip?: string;
	/** What n8n would have parsed, for versions that parse first. */
	parsedBody?: unknown;
	/** 'kept': n8n has read the body already; 'lost': it kept nothing; 'unread': the trigger reads it. */
	bytes?: 'unread' | 'kept' | 'lost';
	readError?: unknown;
}

export interface Setting {
	parameters?: Record<string, unknown>;
	credentials?: Record<string, Record<string, unknown>>;
	staticData?: Record<string, unknown>;
	credentialError?: Error;
	/** Where it differs from a node that the panel made. */
	node?: { typeVersion?: unknown; parameters?: object };
}

export interface Outcome {
	/** What the sender sees. */
	status: number;
	answer: unknown;
	headers: Record<string, unknown>;
	/** Whether the trigger ended the response itself. */
	ended: boolean;
	/** One list per output; empty when no run starts. */
	outputs: ConsentEvent[][];
	events: ConsentEvent[];
	log: string[];
	returned: IWebhookResponseData;
}

const DEFAULTS: Record<string, unknown> = {
	provider: 'skycore',
	authenticity: 'none',
	allowedAddresses: '',
	triggerOn: ['opt-in', 'opt-out', 'message'],
	outputMode: 'single',
	unknownEvents: 'ignore',
	filters: {},
	replayWindowMinutes: 5,
	simplify: false,
};

/** As n8n loads it, with the defaults of the fields that nobody sees. */
export const PANEL_NODE = {
	name: 'SMS Postback Trigger',
	type: 'smsPostbackTrigger',
	typeVersion: 1,
	parameters: { options: { binaryData: true } },
};

export const SECRET = 'correct-horse-battery-staple';

/** The trigger with this request and these settings, as n8n would call it. */
export async function deliver(request: FakeRequest, setting: Setting = {}): Promise<Outcome> {
	const parameters = { ...DEFAULTS, ...setting.parameters };
	const log: string[] = [];
	const record = (text: string, details?: object): void => void log.push(`${text} ${JSON.stringify(details ?? {})}`);
	const answered: { status?: number; headers: Record<string, unknown>; ended: boolean } = { headers: {}, ended: false };
	const response = {
		setHeader(name: string, value: unknown) {
			answered.headers[name.toLowerCase()] = value;
		},
		writeHead(status: number, headers: Record<string, unknown>) {
			answered.status = status;
			for (const [name, value] of Object.entries(headers)) answered.headers[name.toLowerCase()] = value;
		},
		end() {
			answered.ended = true;
		},
	};
	const context = {
		getNode: () => ({ ...PANEL_NODE, ...setting.node }),
		getWorkflow: () => ({ id: '1', name: 'Ledger', active: true }),
		getNodeParameter: (name: string, fallback?: unknown) => (parameters as Record<string, unknown>)[name] ?? fallback,
		getRequestObject: () => requestObject(request),
		getResponseObject: () => response,
		getWorkflowStaticData: () => setting.staticData ?? {},
		getCredentials: async (type: string) => {
			if (setting.credentialError) throw setting.credentialError;
			const credential = setting.credentials?.[type];
			if (credential === undefined) throw new Error(`Node does not have any credentials set for "${type}"`);
			return credential;
		},
		logger: { debug: record, info: record, warn: record, error: record },
	} as unknown as IWebhookFunctions;
	const returned = await new SmsPostbackTrigger().webhook.call(context);
	const outputs = (returned.workflowData ?? []).map((items: INodeExecutionData[]) =>
		items.map(({ json }) => json as unknown as ConsentEvent),
	);
	return {
		status: answered.status ?? 200,
		answer: returned.webhookResponse,
		headers: answered.headers,
		ended: answered.ended,
		outputs,
		events: outputs.flat(),
		log,
		returned,
	};
}

function requestObject({
	method = 'POST',
	url = '/webhook/id/postback',
	headers = {},
	body = '',
	ip = '198.51.100.7',
	parsedBody,
	bytes = 'unread',
	readError,
}: FakeRequest) {
	const buffer = Buffer.isBuffer(body) ? body : Buffer.from(body, 'utf8');
	const request: Record<string, unknown> = { method, url, originalUrl: url, headers, ip, ips: [], body: parsedBody };
	if (bytes === 'kept') request.rawBody = buffer;
	if (bytes !== 'lost') {
		request.readRawBody = async () => {
			if (readError !== undefined) throw readError;
			request.rawBody ??= buffer;
		};
	}
	return request;
}

/** An N302 with every field that Skycore's documents name today. */
export function skycoreXml(fields: Record<string, string> = {}): string {
	const all = {
		ORIGIN: 'SUB',
		CODE: 'N302',
		MOBILE: '16502424956',
		CAMPAIGNREF: '1478',
		TIMESTAMP: '2014-07-02T14:32:23-04',
		SHORTCODE: '123456',
		CAMPAIGNTITLE: 'My Campaign Name',
		BRANDNAME: 'My Brand Name',
		SOURCE: 'MO',
		...fields,
	};
	return `<?xml version='1.0'?>\n<POSTBACK>\n${Object.entries(all)
		.map(([name, value]) => `<${name}>${value}</${name}>`)
		.join('\n')}\n</POSTBACK>`;
}

export const OPT_OUT = skycoreXml();
export const OPT_IN = skycoreXml({ CODE: 'N301', MOBILE: '16501112222', SOURCE: 'API' });
