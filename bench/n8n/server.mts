/** A running n8n with the package, for what arrives from outside. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startN8n, type N8nInstance } from '../../n8n/instance.mts';
import type { Bench } from '../bench.mts';
import { installBenchNodes } from '../package.mts';
import { BENCH_ENVIRONMENT } from './command.mts';
import { communityPackagesOf } from './home.mts';

const PORT = 5710;
const POLL_MS = 50;

/**
 * Starts n8n in a home of its own, with an owner, and stops it afterwards.
 *
 * @param bench where
 * @param home name of its folder
 * @param use what happens in between
 */
export async function withServer<Result>(bench: Bench, home: string, use: (n8n: N8nInstance) => Promise<Result>): Promise<Result> {
	const userFolder = path.join(path.dirname(bench.place.userFolder), home);
	await installBenchNodes(communityPackagesOf(userFolder));
	const n8n = await startN8n({
		port: PORT,
		userFolder,
		packageTarball: bench.package.tarball,
		runtime: bench.place.runtime,
		env: BENCH_ENVIRONMENT,
		onMessage: () => undefined,
	});
	try {
		await n8n.setupOwner();
		return await use(n8n);
	} finally {
		await n8n.stop();
	}
}

/** How many executions of an active workflow have ended well; n8n counts them even where it does not keep them. */
export async function endedExecutions(n8n: N8nInstance, workflowId: string): Promise<number> {
	const { productionSuccess } = await n8n.rest<{ productionSuccess: number }>('GET', `/rest/workflow-stats/${workflowId}/counts/`);
	return productionSuccess;
}

/**
 * Waits until so many executions have ended well.
 *
 * @param wanted counted over the life of the workflow
 * @param patienceMs then it is an error
 */
export async function waitForEnded(n8n: N8nInstance, workflowId: string, wanted: number, patienceMs: number): Promise<void> {
	const deadline = performance.now() + patienceMs;
	while ((await endedExecutions(n8n, workflowId)) < wanted) {
		if (performance.now() > deadline) throw new Error('not everything that was sent became a successful execution');
		await sleep(POLL_MS);
	}
}
