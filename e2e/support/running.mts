/** The one n8n that all suites share: started before the first, ended after the last. */
import { N8nClient } from '../../n8n/client.mts';

export interface RunningN8n {
	url: string;
	pid: number;
	userFolder: string;
	logFile: string;
	tarball: string;
}

/** Suites run in contexts of their own; the environment of the process is what they have in common. */
const VARIABLE = 'E2E_RUNNING_N8N';

export function announce(running: RunningN8n): void {
	process.env[VARIABLE] = JSON.stringify(running);
}

/** Throws when no n8n was started for this run. */
export function runningN8n(): RunningN8n {
	const text = process.env[VARIABLE];
	if (text === undefined) throw new Error('No n8n is running: start the tests with "npm run e2e"');
	return JSON.parse(text) as RunningN8n;
}

/** A client of the shared n8n, logged in as its owner on first use. */
export function sharedN8n(): N8nClient {
	return new N8nClient(runningN8n().url);
}
