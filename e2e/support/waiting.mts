import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
const POLL_MS = 150;

/** Asks again until the answer is yes; `what` says in the error what was waited for. */
export async function waitUntil(isSo: () => Promise<boolean>, timeoutMs = PATIENCE_MS, what = 'no name was given'): Promise<void> {
	const deadline = Date.now() + timeoutMs;
	while (!(await isSo())) {
		if (Date.now() > deadline) throw new Error(`Waited in vain for ${timeoutMs} ms: ${what}`);
		await sleep(POLL_MS);
	}
}
