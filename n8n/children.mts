/**
 * Child processes that never outlive us: started in their own process group, ended as a group, and watched by a guard
 * process that ends the group even when we are killed without a chance to clean up (SIGKILL, a CI timeout).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const SIGNALS_THAT_END_US = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const DEFAULT_GRACE_MS = 8_000;
const POLL_MS = 50;

/** Reads until its input closes, which happens when the process holding the other end is gone; then ends the group. */
const GUARD_SCRIPT = `
process.on('SIGINT', () => {}); process.on('SIGHUP', () => {});
process.stdin.resume();
process.stdin.on('end', () => {
	try { process.kill(-Number(process.argv[1]), 'SIGKILL'); } catch {}
	process.exit(0);
});`;

export interface StartChildOptions {
	cwd: string;
	env: NodeJS.ProcessEnv;
	/** File descriptor that receives standard output and standard error. */
	outputFd: number;
	/** Whom it runs as, when not as ourselves; only root may say so. */
	user?: User;
}

/** A user of the system, by numbers. */
export interface User {
	uid: number;
	gid: number;
}

export interface GuardedChild {
	readonly pid: number;
	/** Settles when the process has ended, with a sentence that says how. */
	readonly ended: Promise<string>;
	hasEnded(): boolean;
	/** SIGTERM to the whole group, SIGKILL after `graceMs`. Resolves when nothing of the group is left. */
	stop(graceMs?: number): Promise<void>;
}

/** Starts `command` in its own process group. Throws when it cannot be started at all. */
export async function startGuarded(command: string, args: readonly string[], options: StartChildOptions): Promise<GuardedChild> {
	const child = spawn(command, [...args], {
		cwd: options.cwd,
		env: options.env,
		detached: true,
		stdio: ['ignore', options.outputFd, options.outputFd],
		...options.user,
	});
	let ending: string | undefined;
	const ended = new Promise<string>((resolve) => {
		child.once('exit', (code, signal) => {
			ending = signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
			resolve(ending);
		});
	});
	await new Promise<void>((resolve, reject) => {
		child.once('spawn', resolve);
		child.once('error', reject);
	});
	const pid = child.pid;
	if (pid === undefined) throw new Error(`${command} did not start`);

	const guard = startGuard(pid);
	const stopWatchingUs = whenWeEnd((signal) => signalGroup(pid, signal ?? 'SIGKILL'));
	void ended.then(() => {
		stopWatchingUs();
		// What the process left behind in its group must not survive it either.
		signalGroup(pid, 'SIGKILL');
		guard.kill('SIGKILL');
	});

	return {
		pid,
		ended,
		hasEnded: () => ending !== undefined,
		async stop(graceMs = DEFAULT_GRACE_MS) {
			if (ending === undefined) {
				signalGroup(pid, 'SIGTERM');
				const patience = new AbortController();
				await Promise.race([ended, sleep(graceMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
				patience.abort();
			}
			signalGroup(pid, 'SIGKILL');
			await ended;
			const deadline = Date.now() + graceMs;
			while (groupExists(pid) && Date.now() < deadline) await sleep(POLL_MS);
		},
	};
}

function startGuard(groupId: number): ChildProcess {
	const guard = spawn(process.execPath, ['-e', GUARD_SCRIPT, String(groupId)], {
		detached: true,
		stdio: ['pipe', 'ignore', 'ignore'],
		env: {},
	});
	// A guard that cannot start, or whose pipe breaks when it ends, is a lost precaution and not a failure.
	guard.on('error', () => undefined);
	guard.stdin?.on('error', () => undefined);
	guard.unref();
	if (guard.stdin !== null && 'unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
	return guard;
}

function signalGroup(groupId: number, signal: NodeJS.Signals): void {
	try {
		process.kill(-groupId, signal);
	} catch {
		// Already gone.
	}
}

function groupExists(groupId: number): boolean {
	try {
		process.kill(-groupId, 0);
		return true;
	} catch {
		return false;
	}
}

/**
 * Calls `end` when this process ends: with the signal that ends it, or with nothing when it exits by itself. Where
 * nobody else listens to that signal, the process then dies of it, as it would have without us.
 */
function whenWeEnd(end: (signal?: NodeJS.Signals) => void): () => void {
	const onExit = (): void => end();
	const onSignal = (signal: NodeJS.Signals): void => {
		const others = process.listenerCount(signal) - 1;
		process.removeListener(signal, onSignal);
		end('SIGTERM');
		if (others === 0) process.kill(process.pid, signal);
	};
	process.once('exit', onExit);
	for (const signal of SIGNALS_THAT_END_US) process.on(signal, onSignal);
	return () => {
		process.removeListener('exit', onExit);
		for (const signal of SIGNALS_THAT_END_US) process.removeListener(signal, onSignal);
	};
}
