/** A real n8n on loopback with our package in it: started, made ready, and taken down again with all its children. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';

import { startGuarded, type GuardedChild } from './children.mts';
import { N8nClient } from './client.mts';
import { waitUntilReady, type N8nRole } from './readiness.mts';
import { ensureRuntime, npmEnvironment, tailOf, type Runtime } from './runtime.mts';

export { N8nApiError, nodeOutputs, OWNER_EMAIL, OWNER_PASSWORD } from './client.mts';
export type * from './client.mts';
export type { N8nRole } from './readiness.mts';

const PACKAGE_NAME = 'n8n-nodes-sms-consent';
const LISTEN_ADDRESS = '127.0.0.1';
const DEFAULT_PORT = 5678;
const PORTS_TRIED = 50;
const START_ATTEMPTS = 3;
const READY_TIMEOUT_MS = 180_000;
const PROBE_TIMEOUT_MS = 5_000;
const STOP_GRACE_MS = 10_000;
const LOG_TAIL_LINES = 40;
const KIBIBYTE = 1024;

/** Fixed, so that a kept user folder can be opened again. It protects demo credentials on loopback and nothing else. */
const ENCRYPTION_KEY = 'n8n-nodes-sms-consent-sandbox';

/** Settings of a person's own n8n that must not reach ours. */
const FOREIGN_SETTING =
	/^(N8N_|DB_|EXECUTIONS_|QUEUE_|CREDENTIALS_|EXTERNAL_|NODES_|NODE_FUNCTION_|WEBHOOK_|OFFLOAD_|GENERIC_TIMEZONE|JEST_|OTEL_|SENTRY_)/;

/** Features that call n8n's servers or greet the person with an assistant; none is needed to run a workflow. */
const DISABLED_MODULES = ['mcp-registry', 'instance-ai', 'mcp', 'chat-hub', 'breaking-changes', 'quick-connect'];

const COMMANDS: Record<N8nRole, string> = { main: 'start', webhook: 'webhook', worker: 'worker' };
export interface N8nOptions {
	/** `main` when not given. */
	role?: N8nRole;
	/** Wanted port; the next free one is taken (and said) when it is not free. */
	port?: number;
	/** n8n's home; a new folder gives a fresh n8n, an old one continues. */
	userFolder: string;
	/** The built package: a folder with `package.json` and `dist/`. */
	packageDir?: string;
	/** The packed package, as `npm pack` makes it. */
	packageTarball?: string;
	/** Where it goes below n8n's `node_modules`; its name when not given. n8n loads folders with a scope (`@scope/...`) last. */
	packageFolder?: string;
	/** Further packages: where each goes below n8n's `node_modules`, and the folder that is copied there. */
	otherPackages?: Record<string, string>;
	/** Added to, or put in place of, what we set. */
	env?: Record<string, string>;
	/** Where n8n's output goes (appended); `n8n.log` in the user folder when not given. */
	logFile?: string;
	/** Receives the few lines that a person should see; prints to standard error when not given. */
	onMessage?: (line: string) => void;
	/** From `ensureRuntime`, when the caller has it already. */
	runtime?: Runtime;
	readyTimeoutMs?: number;
}

/** A running n8n: everything of `N8nClient`, and its process. */
export class N8nInstance extends N8nClient {
	constructor(
		readonly port: number,
		readonly userFolder: string,
		readonly logFile: string,
		private readonly child: GuardedChild,
	) {
		super(`http://${LISTEN_ADDRESS}:${port}`);
	}

	get pid(): number {
		return this.child.pid;
	}

	/** Settles when the process has ended, with a sentence that says how. */
	get ended(): Promise<string> {
		return this.child.ended;
	}

	/** Ends n8n and its children. Harmless when it has ended already. */
	async stop(): Promise<void> {
		await this.child.stop(STOP_GRACE_MS);
	}

	/** The most memory that the n8n process has held at once, in bytes; nothing where the system does not say. */
	peakMemoryBytes(): number | undefined {
		try {
			const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
			return line === null ? undefined : Number(line[1]) * KIBIBYTE;
		} catch {
			return undefined;
		}
	}
}

/** Starts n8n and returns when it answers. Throws with the end of its log when it does not come up. */
export async function startN8n(options: N8nOptions): Promise<N8nInstance> {
	const say = options.onMessage ?? ((line: string) => process.stderr.write(`${line}\n`));
	const runtime = options.runtime ?? (await ensureRuntime({ onProgress: say }));
	const userFolder = path.resolve(options.userFolder);
	const logFile = path.resolve(options.logFile ?? path.join(userFolder, 'n8n.log'));
	await mkdir(userFolder, { recursive: true });
	await mkdir(path.dirname(logFile), { recursive: true });
	await installPackage(userFolder, options);

	const role = options.role ?? 'main';
	const wantedPort = options.port ?? DEFAULT_PORT;
	let port = await nextFreePort(wantedPort);
	for (let attempt = 1; ; attempt += 1) {
		if (port !== wantedPort) say(`Port ${wantedPort} is taken: n8n uses ${port} instead.`);
		const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
		const child = await launch(runtime, role, userFolder, logFile, port, options.env ?? {});
		const instance = new N8nInstance(port, userFolder, logFile, child);
		const ask = async (askedPath: string): Promise<unknown> => await jsonAnswerOf(`${instance.url}${askedPath}`);
		const trouble = await waitUntilReady(role, ask, child, options.readyTimeoutMs ?? READY_TIMEOUT_MS);
		if (trouble === undefined) return instance;
		await child.stop();
		// Somebody was faster between our look at the port and n8n's: look again.
		if (attempt < START_ATTEMPTS && /port \d+ is already in use/i.test(readFrom(logFile, logStart))) {
			port = await nextFreePort(port + 1);
			continue;
		}
		throw new Error(`n8n did not start: ${trouble}.\nThe end of ${logFile}:\n${tailOf(logFile, LOG_TAIL_LINES)}`);
	}
}

/** The first port from `from` upwards on which nobody listens. */
export async function nextFreePort(from: number): Promise<number> {
	for (let port = from; port < from + PORTS_TRIED; port += 1) {
		if ((await tryPort(port)) !== undefined) return port;
	}
	throw new Error(`No free port between ${from} and ${from + PORTS_TRIED - 1}`);
}

async function anyFreePort(): Promise<number> {
	const port = await tryPort(0);
	if (port === undefined) throw new Error('The system has no free port');
	return port;
}

async function tryPort(port: number): Promise<number | undefined> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
			else reject(error);
		});
		server.listen({ port, host: LISTEN_ADDRESS, exclusive: true }, () => {
			const address = server.address();
			const got = typeof address === 'object' && address !== null ? address.port : undefined;
			server.close(() => resolve(got));
		});
	});
}

async function launch(
	runtime: Runtime,
	role: N8nRole,
	userFolder: string,
	logFile: string,
	port: number,
	extraEnv: Record<string, string>,
): Promise<GuardedChild> {
	const env = n8nEnvironment(runtime, userFolder, port, await anyFreePort());
	const outputFd = openSync(logFile, 'a');
	try {
		return await startGuarded(runtime.nodeBinary, [runtime.n8nBinary, COMMANDS[role]], {
			cwd: userFolder,
			env: { ...env, ...extraEnv },
			outputFd,
		});
	} finally {
		closeSync(outputFd);
	}
}

function n8nEnvironment(runtime: Runtime, userFolder: string, port: number, brokerPort: number): NodeJS.ProcessEnv {
	const inherited = npmEnvironment();
	for (const name of Object.keys(inherited)) {
		if (FOREIGN_SETTING.test(name)) delete inherited[name];
	}
	const noProxy = [inherited['NO_PROXY'] ?? inherited['no_proxy'], LISTEN_ADDRESS, 'localhost'].filter(Boolean).join(',');
	return {
		...inherited,
		// Loopback is called directly, whatever proxy the machine has.
		NO_PROXY: noProxy,
		no_proxy: noProxy,
		// n8n's own children are found by name.
		PATH: [path.dirname(runtime.nodeBinary), inherited['PATH']].filter(Boolean).join(path.delimiter),
		NODE_ENV: 'production',
		NO_COLOR: '1',

		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: ENCRYPTION_KEY,
		DB_TYPE: 'sqlite',

		N8N_HOST: LISTEN_ADDRESS,
		N8N_PORT: String(port),
		N8N_LISTEN_ADDRESS: LISTEN_ADDRESS,
		// A worker listens for nothing but this question.
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(port),
		N8N_WORKER_SERVER_ADDRESS: LISTEN_ADDRESS,
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_RUNNERS_BROKER_LISTEN_ADDRESS: LISTEN_ADDRESS,
		N8N_PYTHON_ENABLED: 'false',
		N8N_SECURE_COOKIE: 'false',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',

		EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
		EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
		EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'true',
		GENERIC_TIMEZONE: 'UTC',

		// Nothing leaves the machine.
		N8N_DISABLED_MODULES: DISABLED_MODULES.join(','),
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_DIAGNOSTICS_CONFIG_FRONTEND: '',
		N8N_DIAGNOSTICS_CONFIG_BACKEND: '',
		N8N_SENTRY_DSN: '',
		N8N_FRONTEND_SENTRY_DSN: '',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_AI_ENABLED: 'false',

		// No survey on the first login.
		N8N_PERSONALIZATION_ENABLED: 'false',
	};
}

/** The JSON that stands there; undefined when there is none, or none yet. */
async function jsonAnswerOf(url: string): Promise<unknown> {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
		const text = await response.text();
		return response.ok ? (JSON.parse(text) as unknown) : undefined;
	} catch {
		return undefined;
	}
}

/**
 * Puts the package where n8n keeps community packages. A copy and no link, so that exactly what is published is loaded
 * and the checkout's node_modules are out of reach.
 */
async function installPackage(userFolder: string, options: N8nOptions): Promise<void> {
	const { packageDir, packageTarball, packageFolder = PACKAGE_NAME, otherPackages = {} } = options;
	const modules = path.join(userFolder, '.n8n', 'nodes', 'node_modules');
	for (const [folder, source] of Object.entries(otherPackages)) {
		await rm(path.join(modules, folder), { recursive: true, force: true });
		await cp(source, path.join(modules, folder), { recursive: true });
	}
	if (packageDir === undefined && packageTarball === undefined) return;
	const target = path.join(modules, packageFolder);
	await rm(target, { recursive: true, force: true });
	await mkdir(path.dirname(target), { recursive: true });
	if (packageTarball !== undefined) return await unpack(path.resolve(packageTarball), target);
	if (packageDir === undefined) return;
	for (const part of ['package.json', 'dist']) {
		const source = path.join(packageDir, part);
		if (!existsSync(source)) throw new Error(`${source} is missing: build the package first`);
		await cp(source, path.join(target, part), { recursive: true });
	}
}

async function unpack(tarball: string, target: string): Promise<void> {
	const temp = `${target}.unpack-${process.pid}`;
	await rm(temp, { recursive: true, force: true });
	await mkdir(temp, { recursive: true });
	const tar = spawnSync('tar', ['-xzf', tarball, '-C', temp], { encoding: 'utf8' });
	if (tar.status !== 0) throw new Error(`Could not unpack ${tarball}: ${tar.error?.message ?? tar.stderr.trim()}`);
	// npm puts everything below `package/`.
	await rename(path.join(temp, 'package'), target);
	await rm(temp, { recursive: true, force: true });
}

function readFrom(file: string, start: number): string {
	try {
		return readFileSync(file).subarray(start).toString('utf8');
	} catch {
		return '';
	}
}
