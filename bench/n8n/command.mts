/** Runs one of n8n's commands as a process of its own, and watches how much it takes. */
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { startGuarded } from '../../n8n/children.mts';
import { nextFreePort } from '../../n8n/instance.mts';
import { npmEnvironment, tailOf, type Runtime } from '../../n8n/runtime.mts';

const BROKER_PORT = 5690;
const LOOK_EVERY_MS = 50;
const KIBIBYTE = 1024;
/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
const LOG_TAIL_LINES = 15;

/** Set for every n8n of the bench, started as a command or as a server. */
export const BENCH_ENVIRONMENT = {
	N8N_ENCRYPTION_KEY: 'n8n-nodes-sms-consent-bench',
	N8N_LOG_LEVEL: 'error',
};

export interface Usage {
	/** From start to exit, n8n's own start included. */
	wallMs: number;
	processorMs: number;
	/** The most memory that the process held at once. */
	peakBytes: number;
	/** How it ended, when not well. */
	trouble?: string;
}

export interface N8nPlace {
	runtime: Runtime;
	userFolder: string;
}

/**
 * @param place which n8n, and its home
 * @param args the command with its arguments
 * @param options `timeoutMs`: then it is ended; `nodeArgs`: for Node, e.g. to profile
 */
export async function runN8n(
	place: N8nPlace,
	args: readonly string[],
	options: { timeoutMs?: number; nodeArgs?: readonly string[] } = {},
): Promise<Usage> {
	const logFile = path.join(place.userFolder, 'command.log');
	const outputFd = openSync(logFile, 'w');
	const startedMs = performance.now();
	const child = await startGuarded(place.runtime.nodeBinary, [...(options.nodeArgs ?? []), place.runtime.n8nBinary, ...args], {
		cwd: place.userFolder,
		env: await environment(place),
		outputFd,
	});
	closeSync(outputFd);

	const usage: Usage = { wallMs: 0, processorMs: 0, peakBytes: 0 };
	const look = setInterval(() => Object.assign(usage, usageOf(child.pid)), LOOK_EVERY_MS);
	let timedOut = false;
	const patience = setTimeout(
		() => {
			timedOut = true;
			void child.stop(0);
		},
		options.timeoutMs ?? 2 ** 31 - 1,
	);
	const ending = await child.ended;
	clearInterval(look);
	clearTimeout(patience);

	usage.wallMs = performance.now() - startedMs;
	if (timedOut) usage.trouble = 'did not finish in time';
	else if (ending !== 'exit code 0') usage.trouble = `${ending}: ${tailOf(logFile, LOG_TAIL_LINES)}`;
	return usage;
}

/** What the system says about a running process; nothing when it has ended, or the system is not Linux. */
function usageOf(pid: number): Partial<Usage> {
	try {
		const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /, '')
			.split(' ');
		if (peak === undefined) return {};
		const ticks = Number(fields[11]) + Number(fields[12]);
		return { peakBytes: Number(peak) * KIBIBYTE, processorMs: (ticks * 1000) / TICKS_PER_SECOND };
	} catch {
		return {};
	}
}

async function environment({ runtime, userFolder }: N8nPlace): Promise<NodeJS.ProcessEnv> {
	const inherited = npmEnvironment();
	return {
		...inherited,
		...BENCH_ENVIRONMENT,
		PATH: [path.dirname(runtime.nodeBinary), inherited['PATH']].join(path.delimiter),
		NODE_ENV: 'production',
		NO_PROXY: '127.0.0.1',
		N8N_USER_FOLDER: userFolder,
		DB_TYPE: 'sqlite',
		N8N_RUNNERS_BROKER_PORT: String(await nextFreePort(BROKER_PORT)),
		N8N_PYTHON_ENABLED: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	};
}
