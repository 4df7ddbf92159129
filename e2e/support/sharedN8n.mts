/** Starts the n8n that all suites share, with the packed package in it, and ends it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startN8n, type N8nInstance } from '../../n8n/instance.mts';
import { packedPackage } from './package.mts';
import { ARTEFACTS } from './places.mts';
import { announce } from './running.mts';

/** Apart from what people run by themselves. */
const PORT = 15_678;
/** As on a small machine. On a large one Node would leave garbage lying about, and what n8n holds would say nothing of what it needs. */
const HEAP_MIB = 768;

interface Started {
	n8n: N8nInstance;
	folder: string;
}

/** The two hooks of the test run are loaded apart from each other, so a variable of this module would not reach the second. */
const shared = globalThis as typeof globalThis & { e2eStarted?: Started };

/** Builds and packs the package, installs it in a fresh n8n, and starts that. */
export async function start(): Promise<void> {
	const folder = mkdtempSync(path.join(tmpdir(), 'sms-consent-e2e-'));
	const tarball = packedPackage(folder);
	const userFolder = path.join(folder, 'home');
	const logFile = path.join(ARTEFACTS, 'n8n.log');
	rmSync(logFile, { force: true });
	const n8n = await startN8n({
		port: PORT,
		userFolder,
		packageTarball: tarball,
		logFile,
		env: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` },
	});
	shared.e2eStarted = { n8n, folder };
	await n8n.setupOwner();
	announce({ url: n8n.url, pid: n8n.pid, userFolder, logFile, tarball });
}

/** Ends n8n and removes its home. */
export async function end(): Promise<void> {
	const started = shared.e2eStarted;
	if (started === undefined) return;
	await started.n8n.stop();
	await rm(started.folder, { recursive: true, force: true });
}
