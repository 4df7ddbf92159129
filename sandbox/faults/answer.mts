/** What the caller of a request gets to see that was hit by a fault. */

import type { ServerResponse } from 'node:http';

import { pause, writeAnswer } from '../http.mts';
import type { Answer } from '../wire/answer.mts';
import type { FaultRule } from './rules.mts';

const GARBAGE = '\u0000\uFFFD<<{{not an answer';
/** Long enough for the first half to be on its way. */
const TRUNCATE_PAUSE_MS = 5;

/**
 * @param real the provider's answer, where it acted
 * @param ownError gives the provider's own error; undefined where it has none
 * @returns the answer shown; undefined when the connection breaks instead
 */
export function faultAnswer(rule: FaultRule, real: Answer | undefined, ownError: () => Answer | undefined): Answer | undefined {
	switch (rule.kind) {
		case 'latency':
			return real;
		case 'garbage':
			return made(rule, 200, rule.body ?? GARBAGE);
		case 'http':
			return made(rule, rule.status ?? 503, rule.body ?? 'Service Unavailable');
		case 'tooMany':
			return made(rule, rule.status ?? 429, rule.body ?? 'Too Many Requests', { 'retry-after': retryAfter(rule) });
		case 'ownError':
			return ownError();
		default:
			return undefined;
	}
}

/**
 * Ends a request as the rule says.
 *
 * @param real the provider's answer, where it acted
 * @param shown from {@link faultAnswer}
 * @param latencyMs the provider's usual latency; the rule's comes on top
 */
export async function serveFault(
	rule: FaultRule,
	real: Answer | undefined,
	shown: Answer | undefined,
	latencyMs: number,
	response: ServerResponse,
): Promise<void> {
	const wait = latencyMs + (rule.latencyMs ?? 0);
	if (wait > 0) await pause(wait);
	if (response.destroyed) return;
	if (rule.kind === 'stall') {
		if (rule.stallMs === undefined) return;
		await pause(rule.stallMs);
		response.destroy();
	} else if (rule.kind === 'resetBefore' || rule.kind === 'resetAfter') {
		response.socket?.resetAndDestroy();
	} else if (rule.kind === 'truncate' && real !== undefined) {
		writeHalf(response, real);
	} else if (shown !== undefined) writeAnswer(response, shown);
}

function made(rule: FaultRule, status: number, body: string, headers: Record<string, string> = {}): Answer {
	return {
		status,
		contentType: rule.contentType ?? 'text/plain',
		headers: { ...headers, ...rule.headers },
		body,
		outcome: `fault ${rule.kind} ${status}`,
		acted: false,
		parsed: null,
	};
}

function retryAfter({ retryAfter: seconds = 1, asDate }: FaultRule): string {
	return asDate === true ? new Date(Date.now() + seconds * 1_000).toUTCString() : String(seconds);
}

function writeHalf(response: ServerResponse, answer: Answer): void {
	const whole = Buffer.from(answer.body, 'utf8');
	response.writeHead(answer.status, {
		...answer.headers,
		'content-type': answer.contentType,
		'content-length': String(Math.max(whole.length, 2)),
	});
	const half = whole.subarray(0, Math.floor(whole.length / 2));
	response.write(half, () => setTimeout(() => response.destroy(), TRUNCATE_PAUSE_MS));
}
