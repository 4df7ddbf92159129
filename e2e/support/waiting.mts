import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
const POLL_MS = 150;

/** Asks again until the answer is yes. */
export async function waitUntil(isSo: () => Promise<boolean>, timeoutMs = PATIENCE_MS): Promise<void> {
	const deadline = Date.now() + timeoutMs;
	while (!(await isSo())) {
		if (Date.now() > deadline) throw new Error(`Not so within ${timeoutMs} ms`);
		await sleep(POLL_MS);
	}
}
