/** When a starting n8n can be used: not as soon as it answers, but once its answers are complete. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { GuardedChild } from './children.mts';

/** `main` has the editor and the API and does everything unless told otherwise; the others help it in queue mode. */
export type N8nRole = 'main' | 'webhook' | 'worker';

/** Of n8n's settings, what we use. */
export interface N8nSettings {
	userManagement: {
		/** Whether n8n has no owner yet. */
		showSetupOnFirstLoad: boolean;
	};
}

export const SETTINGS_PATH = '/rest/settings';

const POLL_MS = 200;
const SETTINGS_TIMEOUT_MS = 30_000;

interface Probe {
	path: string;
	isReady(answer: unknown): boolean;
}

const ANSWERS: Probe = { path: '/healthz/readiness', isReady: (answer) => answer !== undefined };
const HAS_SETTINGS: Probe = { path: SETTINGS_PATH, isReady: (answer) => settingsIn(answer) !== undefined };
const PROBES: Record<N8nRole, readonly Probe[]> = { main: [ANSWERS, HAS_SETTINGS], webhook: [ANSWERS], worker: [ANSWERS] };

/**
 * Waits until n8n answers everything that its role is asked first.
 *
 * @param ask gives the JSON that n8n answers to a GET of this path; undefined when it gives none
 * @param child its process
 * @param timeoutMs how long to wait
 * @returns nothing when n8n is ready, otherwise what went wrong
 */
export async function waitUntilReady(
	role: N8nRole,
	ask: (path: string) => Promise<unknown>,
	child: Pick<GuardedChild, 'hasEnded' | 'ended'>,
	timeoutMs: number,
): Promise<string | undefined> {
	const deadline = Date.now() + timeoutMs;
	while (Date.now() < deadline) {
		if (child.hasEnded()) return `it ended with ${await child.ended}`;
		const ready = await Promise.all(PROBES[role].map(async ({ path, isReady }) => isReady(await ask(path))));
		if (ready.every(Boolean)) return undefined;
		await sleep(POLL_MS);
	}
	return `it was not ready within ${timeoutMs / 1000} s`;
}

/**
 * Asks for the settings until the answer is complete: while n8n starts, it may answer with a part of them.
 *
 * @param ask gives what n8n answers; what it throws is thrown on
 * @throws when the answer is still incomplete after `timeoutMs`
 */
export async function waitForSettings(ask: () => Promise<unknown>, timeoutMs = SETTINGS_TIMEOUT_MS): Promise<N8nSettings> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const settings = settingsIn(await ask());
		if (settings !== undefined) return settings;
		if (Date.now() > deadline) throw new Error(`n8n's settings are still incomplete after ${timeoutMs} ms`);
		await sleep(POLL_MS);
	}
}

/** The settings in an answer, inside n8n's `data` or without it; undefined while anything that we use is missing. */
function settingsIn(answer: unknown): N8nSettings | undefined {
	const settings = isRecord(answer) && 'data' in answer ? answer['data'] : answer;
	const userManagement = isRecord(settings) ? settings['userManagement'] : undefined;
	const showSetupOnFirstLoad = isRecord(userManagement) ? userManagement['showSetupOnFirstLoad'] : undefined;
	return typeof showSetupOnFirstLoad === 'boolean' ? { userManagement: { showSetupOnFirstLoad } } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
