/** A chat model on loopback that says what a script tells it, and remembers what it was told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { CredentialInput } from '../../n8n/client.mts';

/** One turn of the model: it wants a tool, or it speaks to the person. */
export type ModelTurn = { tool: string; input: Record<string, unknown> } | { say: string };

/** What a tool is described as to the model. */
export interface OfferedTool {
	name: string;
	description: string;
	parameters: { properties?: Record<string, unknown>; required?: string[] };
}

export interface ScriptedModel {
	/** The credential with which n8n's OpenAI nodes reach it. */
	credential: CredentialInput;
	/** Begins a new script and forgets what was said before. */
	follow(...turns: ModelTurn[]): void;
	/** The tools that the model could choose from when it was last asked. */
	offeredTools(): OfferedTool[];
	/** What came back from the tools that it called, in order, word for word. */
	toolResults(): string[];
	/** Everything that was ever sent to the model in this script, as text. */
	heard(): string;
	/** Turns that nobody asked for. */
	turnsLeft(): number;
	close(): Promise<void>;
}

interface ChatRequest {
	messages: Array<{ role: string; content: unknown }>;
	tools?: Array<{ function: OfferedTool }>;
	stream?: boolean;
}

const API_KEY = 'sk-scripted-model-0123456789';
const CHAT_PATH = '/v1/chat/completions';

/** Starts the model. It speaks the chat-completions dialect of OpenAI, as far as n8n's agent uses it. */
export async function startScriptedModel(): Promise<ScriptedModel> {
	let turns: ModelTurn[] = [];
	let requests: ChatRequest[] = [];

	const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const body = await bodyOf(request);
		if (request.headers.authorization !== `Bearer ${API_KEY}`) return refuse(response, 401, 'Incorrect API key provided');
		if (request.method !== 'POST' || request.url !== CHAT_PATH)
			return refuse(response, 404, `There is no ${request.method} ${request.url}`);
		const asked = JSON.parse(body) as ChatRequest;
		if (asked.stream === true) return refuse(response, 400, 'This model does not stream');
		const turn = turns.shift();
		if (turn === undefined) return refuse(response, 400, 'The script has ended');
		const mistake = 'tool' in turn ? mistakeIn(turn, asked) : undefined;
		if (mistake !== undefined) return refuse(response, 400, mistake);
		requests.push(asked);
		answer(response, completion(turn, requests.length));
	};
	const server = createServer(
		(request, response) => void serve(request, response).catch((error: unknown) => refuse(response, 500, String(error))),
	);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;

	return {
		credential: { name: 'Scripted model', type: 'openAiApi', data: { apiKey: API_KEY, url: `http://127.0.0.1:${port}/v1` } },
		follow: (...script) => {
			turns = script;
			requests = [];
		},
		offeredTools: () => (requests.at(-1)?.tools ?? []).map((tool) => tool.function),
		toolResults: () => (requests.at(-1)?.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => String(content)),
		heard: () => JSON.stringify(requests),
		turnsLeft: () => turns.length,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
}

/** A model keeps to what it was offered; so must a script. */
function mistakeIn({ tool, input }: Extract<ModelTurn, { tool: string }>, { tools = [] }: ChatRequest): string | undefined {
	const offered = tools.find((each) => each.function.name === tool)?.function;
	if (offered === undefined) return `There is no tool "${tool}" among ${tools.map((each) => each.function.name).join(', ')}`;
	const missing = (offered.parameters.required ?? []).filter((name) => !Object.hasOwn(input, name));
	return missing.length === 0 ? undefined : `The tool "${tool}" requires ${missing.join(', ')}`;
}

function completion(turn: ModelTurn, number: number): Record<string, unknown> {
	const call =
		'tool' in turn
			? { id: `call_${number}`, type: 'function', function: { name: turn.tool, arguments: JSON.stringify(turn.input) } }
			: undefined;
	const message = { role: 'assistant', content: 'say' in turn ? turn.say : null, ...(call && { tool_calls: [call] }) };
	return {
		id: `chatcmpl-${number}`,
		object: 'chat.completion',
		created: Math.floor(Date.now() / 1000),
		model: 'scripted',
		choices: [{ index: 0, message, finish_reason: call === undefined ? 'stop' : 'tool_calls' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}

function refuse(response: ServerResponse, status: number, message: string): void {
	answer(response, { error: { message, type: 'invalid_request_error', code: null } }, status);
}

function answer(response: ServerResponse, body: unknown, status = 200): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(body));
}
