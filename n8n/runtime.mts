/**
 * The n8n that the demo and the end-to-end tests run: one pinned version, installed on first use into the git-ignored
 * `.runtime/` of the project, together with a Node that it accepts when the machine's own is older.
 */
import { closeSync, existsSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startGuarded } from './children.mts';

export const N8N_VERSION = '2.40.7';
export const NODE_VERSION = '24.21.0';

/** n8n 2.x refuses to start on anything older (its `engines`). */
const OLDEST_NODE_MAJOR = 24;
/** The newest linkedom asks for a dependency that not every registry mirror has; n8n itself runs on this one. */
const N8N_OVERRIDES = { linkedom: '0.18.13' };
/** Peer dependencies are left out for the conflicts among them; without this one n8n's node Convert to File does not load. */
const N8N_PEERS = { 'date-fns': '2.30.0' };
/** The only dependency that must be compiled or fetched after installing; N-API, so any Node may build it. */
const NATIVE_PACKAGE = 'sqlite3';

const STAMP_FILE = 'installed.json';
/** Followed by the id of the process that works there. */
const TEMP_SUFFIX = '.tmp-';
const PROJECT_NAME = 'n8n-nodes-sms-consent';
const HEARTBEAT_MS = 5_000;
const LOCK_POLL_MS = 500;
const LOCK_STALE_MS = 60_000;
const LOG_TAIL_LINES = 30;
const RETRY_PAUSE_MS = 10_000;

const N8N_START_SCRIPT = 'node_modules/n8n/bin/n8n';
/** Scripts stay off, and no lock file names the registry that this machine happens to use. */
const INSTALL_ARGS = ['install', '--ignore-scripts', '--no-package-lock', '--omit-lockfile-registry-resolved', '--no-audit', '--no-fund'];

/** npm settings that a person may have given on the command line or in the environment to reach their registry. */
const NPM_SETTINGS_KEPT = new Set([
	'registry',
	'userconfig',
	'globalconfig',
	'cache',
	'proxy',
	'https_proxy',
	'noproxy',
	'ca',
	'cafile',
	'strict_ssl',
	'offline',
	'prefer_offline',
	'nodedir',
	'maxsockets',
	'fetch_timeout',
	'fetch_retries',
]);

export interface Runtime {
	/** A Node binary that n8n accepts. */
	nodeBinary: string;
	/** n8n's start script; run it with `nodeBinary`. */
	n8nBinary: string;
	/** The version of n8n. */
	version: string;
}

export interface RuntimeOptions {
	/** Receives one line per step and a sign of life every few seconds; prints to standard error when not given. */
	onProgress?: (line: string) => void;
	/** The project's top folder; searched upwards from the working directory when not given. */
	projectDir?: string;
	/** How long to wait before npm is tried once more, in milliseconds. */
	retryPauseMs?: number;
}

type Reporting = Required<Pick<RuntimeOptions, 'onProgress' | 'retryPauseMs'>>;

interface Install {
	label: string;
	/** Where it ends up; complete if and only if its stamp is there. */
	dir: string;
	manifest: Record<string, unknown>;
	/** Files that must exist, relative to `dir`, for the install to count. */
	mustHave: readonly string[];
	steps: ReadonlyArray<{ label: string; npmArgs: readonly string[] }>;
}

/**
 * Makes sure that the pinned n8n is there and returns how to start it. The first call downloads (some minutes, about
 * 2 GB on disk); later calls only look at two stamp files. Throws with the end of npm's output when installing fails twice.
 */
export async function ensureRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
	if (process.platform === 'win32') throw new Error('n8n runs here on Linux and macOS; on Windows use WSL');
	const { onProgress = (line: string) => void process.stderr.write(`${line}\n`), retryPauseMs = RETRY_PAUSE_MS } = options;
	const reporting = { onProgress, retryPauseMs };
	const runtimeDir = path.join(options.projectDir ?? findProjectDir(), '.runtime');

	const ownNodeServes = Number(process.versions.node.split('.')[0]) >= OLDEST_NODE_MAJOR;
	const node = nodeInstall(runtimeDir);
	const n8n = n8nInstall(runtimeDir);
	if (!ownNodeServes) await ensureInstalled(node, reporting);
	await ensureInstalled(n8n, reporting);

	return {
		nodeBinary: ownNodeServes ? process.execPath : path.join(node.dir, nodeBinaryPath()),
		n8nBinary: path.join(n8n.dir, N8N_START_SCRIPT),
		version: N8N_VERSION,
	};
}

/** The folder of our own package.json, searched from the working directory upwards. Throws when there is none. */
export function findProjectDir(from: string = process.cwd()): string {
	for (let dir = path.resolve(from); ; dir = path.dirname(dir)) {
		const manifest = readJson(path.join(dir, 'package.json'));
		if (isRecord(manifest) && manifest['name'] === PROJECT_NAME) return dir;
		if (dir === path.dirname(dir)) throw new Error(`${from} is not inside a checkout of ${PROJECT_NAME}`);
	}
}

function n8nInstall(runtimeDir: string): Install {
	return {
		label: `n8n ${N8N_VERSION}`,
		dir: path.join(runtimeDir, `n8n-${N8N_VERSION}`),
		manifest: {
			name: 'n8n-runtime',
			private: true,
			dependencies: { n8n: N8N_VERSION, ...N8N_PEERS },
			overrides: N8N_OVERRIDES,
		},
		mustHave: [N8N_START_SCRIPT, `node_modules/${NATIVE_PACKAGE}/build/Release/node_sqlite3.node`],
		steps: [
			{
				label: 'downloading (about 2 GB on disk, once)',
				npmArgs: [...INSTALL_ARGS, '--legacy-peer-deps', '--omit=dev'],
			},
			{ label: 'building its database driver', npmArgs: ['rebuild', NATIVE_PACKAGE, '--ignore-scripts=false'] },
		],
	};
}

function nodeInstall(runtimeDir: string): Install {
	const packageName = nodePackageName();
	return {
		label: `Node ${NODE_VERSION}`,
		dir: path.join(runtimeDir, `node-${NODE_VERSION}`),
		manifest: { name: 'node-runtime', private: true, dependencies: { [packageName]: NODE_VERSION } },
		mustHave: [nodeBinaryPath()],
		steps: [{ label: 'downloading', npmArgs: INSTALL_ARGS }],
	};
}

/** The npm package that carries the Node binary for this machine. */
function nodePackageName(): string {
	return `node-${process.platform}-${process.arch}`;
}

function nodeBinaryPath(): string {
	return path.join('node_modules', nodePackageName(), 'bin', 'node');
}

async function ensureInstalled(install: Install, reporting: Reporting): Promise<void> {
	if (isComplete(install)) return;
	await mkdir(path.dirname(install.dir), { recursive: true });
	const lock = await takeLock(install, reporting.onProgress);
	if (lock === undefined) return;
	try {
		if (isComplete(install)) return;
		await removeLeftovers(install);
		await installNow(install, reporting);
	} finally {
		await lock.release();
	}
}

/** Whether a finished install for this machine is in place. Reads a few files, needs no network. */
function isComplete(install: Install): boolean {
	const stamp = readJson(path.join(install.dir, STAMP_FILE));
	if (!isRecord(stamp)) return false;
	return (
		stamp['platform'] === process.platform &&
		stamp['arch'] === process.arch &&
		JSON.stringify(stamp['manifest']) === JSON.stringify(install.manifest) &&
		install.mustHave.every((file) => existsSync(path.join(install.dir, file)))
	);
}

/**
 * Installs under a name of our own and moves the result into place when it is finished, so that nobody ever sees half
 * an install, whatever becomes of the lock.
 */
async function installNow(install: Install, reporting: Reporting): Promise<void> {
	const startedMs = Date.now();
	const tempDir = `${install.dir}${TEMP_SUFFIX}${process.pid}`;
	const logFile = `${install.dir}.log`;
	await rm(tempDir, { recursive: true, force: true });
	await mkdir(tempDir, { recursive: true });
	try {
		await runSteps(install, { tempDir, logFile }, reporting);
		await moveIntoPlace(install, tempDir);
	} catch (error) {
		await rm(tempDir, { recursive: true, force: true });
		throw error;
	}
	reporting.onProgress(`${install.label}: ready after ${secondsSince(startedMs)}`);
}

async function runSteps(
	install: Install,
	{ tempDir, logFile }: { tempDir: string; logFile: string },
	{ onProgress, retryPauseMs }: Reporting,
): Promise<void> {
	const startedMs = Date.now();
	await writeFile(path.join(tempDir, 'package.json'), `${JSON.stringify(install.manifest, null, '\t')}\n`);
	await writeFile(logFile, '');

	for (const [index, step] of install.steps.entries()) {
		const title = `${install.label}: step ${index + 1} of ${install.steps.length}, ${step.label}`;
		onProgress(`${title} ...`);
		const heartbeat = setInterval(() => {
			onProgress(`${title} ... ${secondsSince(startedMs)}`);
		}, HEARTBEAT_MS);
		try {
			await runNpm(step.npmArgs, tempDir, logFile).catch(async (error: unknown) => {
				// Connections break, and a registry may not list for some seconds what it has.
				onProgress(`${title} ... ${messageOf(error)}, trying once more`);
				await sleep(retryPauseMs);
				await runNpm(step.npmArgs, tempDir, logFile);
			});
		} catch (error) {
			throw new Error(
				`Could not install ${install.label} (${step.label}): ${messageOf(error)}.\n` +
					`The end of ${logFile}:\n${tailOf(logFile, LOG_TAIL_LINES)}`,
			);
		} finally {
			clearInterval(heartbeat);
		}
	}
	for (const file of install.mustHave) {
		if (existsSync(path.join(tempDir, file))) continue;
		throw new Error(`npm finished, but ${install.label} is incomplete: ${file} is missing. See ${logFile}.`);
	}
	const stamp = { manifest: install.manifest, platform: process.platform, arch: process.arch };
	await writeFile(path.join(tempDir, STAMP_FILE), `${JSON.stringify(stamp, null, '\t')}\n`);
}

function secondsSince(startedMs: number): string {
	return `${Math.round((Date.now() - startedMs) / 1000)} s`;
}

async function moveIntoPlace(install: Install, tempDir: string): Promise<void> {
	if (existsSync(install.dir)) {
		if (isComplete(install)) return await rm(tempDir, { recursive: true, force: true });
		const broken = `${brokenDir(install)}${TEMP_SUFFIX}${process.pid}`;
		await rename(install.dir, broken);
		await rm(broken, { recursive: true, force: true });
	}
	await rename(tempDir, install.dir);
}

function brokenDir(install: Install): string {
	return `${install.dir}.broken`;
}

/** Removes what attempts left behind that ended without an end. The name says whose it was. */
async function removeLeftovers(install: Install): Promise<void> {
	const parent = path.dirname(install.dir);
	for (const name of readdirSync(parent)) {
		const [ours, owner] = name.split(TEMP_SUFFIX);
		if (owner === undefined || processExists(Number(owner))) continue;
		if (ours !== path.basename(install.dir) && ours !== path.basename(brokenDir(install))) continue;
		await rm(path.join(parent, name), { recursive: true, force: true });
	}
}

async function runNpm(args: readonly string[], cwd: string, logFile: string): Promise<void> {
	const [command, ...firstArgs] = npmCommand();
	const outputFd = openSync(logFile, 'a');
	try {
		const npm = await startGuarded(command, [...firstArgs, ...args], { cwd, env: npmEnvironment(), outputFd });
		const ending = await npm.ended;
		if (ending !== 'exit code 0') throw new Error(`npm ended with ${ending}`);
	} finally {
		closeSync(outputFd);
	}
}

/** The npm that started us, run by our own Node; else the one on the path. */
function npmCommand(): [string, ...string[]] {
	const ours = process.env['npm_execpath'];
	if (ours !== undefined && path.basename(ours) === 'npm-cli.js' && existsSync(ours)) return [process.execPath, ours];
	return ['npm'];
}

/**
 * Our environment without what npm, tsx and jest put there for us: inside `npm start` npm would otherwise take our
 * project's settings for those of the install (`ignore-scripts` among them).
 */
export function npmEnvironment(from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
	const env: NodeJS.ProcessEnv = {};
	for (const [name, value] of Object.entries(from)) {
		const lower = name.toLowerCase();
		const setting = /^npm_config_(.+)$/.exec(lower)?.[1]?.replaceAll('-', '_');
		if (setting !== undefined && !NPM_SETTINGS_KEPT.has(setting)) continue;
		if (setting === undefined && lower.startsWith('npm_')) continue;
		if (lower === 'init_cwd' || lower === 'node_options' || lower === 'node_env' || lower === 'node_path') continue;
		env[name] = value;
	}
	env['CI'] = 'true';
	env['npm_config_update_notifier'] = 'false';
	return withoutProjectBinaries(env);
}

/** `npm run` puts the project's own tools first on the path; nothing that we start should find them. */
function withoutProjectBinaries(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	for (const name of Object.keys(env)) {
		if (name.toLowerCase() !== 'path') continue;
		const kept = (env[name] ?? '').split(path.delimiter).filter((dir) => {
			return !dir.endsWith(path.join('node_modules', '.bin')) && !dir.includes('node-gyp-bin');
		});
		env[name] = kept.join(path.delimiter);
	}
	return env;
}

interface Lock {
	release(): Promise<void>;
}

/**
 * Waits until nobody else installs. Returns nothing when the other one finished meanwhile. The lock saves double work;
 * it is not what keeps the install whole (see `installNow`).
 */
async function takeLock(install: Install, onProgress: (line: string) => void): Promise<Lock | undefined> {
	const lockFile = `${install.dir}.lock`;
	const owner = `${process.pid} ${hostname()}`;
	const claim = `${lockFile}.${process.pid}`;
	let saidAtMs = 0;
	for (;;) {
		// Written first and linked then, so that a lock is never seen without its owner.
		await writeFile(claim, owner);
		try {
			await link(claim, lockFile);
			break;
		} catch (error) {
			if (!isRecord(error) || error['code'] !== 'EEXIST') throw error;
		} finally {
			await rm(claim, { force: true });
		}
		if (isComplete(install)) return undefined;
		if (await isAbandoned(lockFile)) {
			await rm(lockFile, { force: true });
			continue;
		}
		if (Date.now() - saidAtMs > HEARTBEAT_MS) {
			saidAtMs = Date.now();
			onProgress(`${install.label}: another process is installing it (${lockFile}); waiting ...`);
		}
		await sleep(LOCK_POLL_MS);
	}
	const keepFresh = setInterval(() => {
		const now = new Date();
		utimes(lockFile, now, now).catch(() => undefined);
	}, HEARTBEAT_MS);
	keepFresh.unref();
	return {
		async release() {
			clearInterval(keepFresh);
			const holder = await readFile(lockFile, 'utf8').catch(() => '');
			if (holder === owner) await rm(lockFile, { force: true });
		},
	};
}

async function isAbandoned(lockFile: string): Promise<boolean> {
	try {
		const [pid, host] = (await readFile(lockFile, 'utf8')).split(' ');
		if (host === hostname() && !processExists(Number(pid))) return true;
		return Date.now() - (await stat(lockFile)).mtimeMs > LOCK_STALE_MS;
	} catch {
		return false;
	}
}

function processExists(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return isRecord(error) && error['code'] === 'EPERM';
	}
}

/** The last lines of a text file; empty when it cannot be read. */
export function tailOf(file: string, lines: number): string {
	try {
		return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
	} catch {
		return '';
	}
}

function readJson(file: string): unknown {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return undefined;
	}
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
