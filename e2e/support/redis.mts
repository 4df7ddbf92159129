/** A Redis of its own on loopback that keeps nothing. */
import { closeSync, mkdirSync, mkdtempSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startGuarded } from '../../n8n/children.mts';
import { nextFreePort } from '../../n8n/instance.mts';
import { tailOf } from '../../n8n/runtime.mts';
import { commandPath } from './commands.mts';
import { ARTEFACTS } from './places.mts';

const ADDRESS = '127.0.0.1';
const FIRST_PORT = 16_400;
const READY_TIMEOUT_MS = 15_000;
const POLL_MS = 50;
const LOG_TAIL_LINES = 20;

export interface Redis {
	/** What n8n has to be told in its environment. */
	settings: Record<string, string>;
	/** Ends the server and removes its folder. */
	remove(): Promise<void>;
}

/**
 * Starts a server with nothing in it. Throws with a sentence that says what is missing when this machine has no Redis.
 *
 * @param name for its log among the artefacts
 */
export async function startRedis(name: string): Promise<Redis> {
	const command = commandPath('redis-server');
	if (command === undefined) {
		throw new Error(
			'These tests need Redis, and this machine has none: install the Debian package redis-server, or put redis-server on the path.',
		);
	}
	const port = await nextFreePort(FIRST_PORT);
	const folder = mkdtempSync(path.join(tmpdir(), 'sms-consent-redis-'));
	mkdirSync(ARTEFACTS, { recursive: true });
	const logFile = path.join(ARTEFACTS, `${name}-redis.log`);
	const outputFd = openSync(logFile, 'a');
	const args = ['--port', String(port), '--bind', ADDRESS, '--dir', folder, '--save', '', '--appendonly', 'no'];
	const child = await startGuarded(command, args, { cwd: folder, env: process.env, outputFd }).finally(() => closeSync(outputFd));
	const remove = async (): Promise<void> => {
		await child.stop();
		await rm(folder, { recursive: true, force: true });
	};
	const deadline = Date.now() + READY_TIMEOUT_MS;
	while (!(await answers(port))) {
		if (child.hasEnded() || Date.now() > deadline) {
			await remove();
			throw new Error(`Redis does not answer. The end of its log:\n${tailOf(logFile, LOG_TAIL_LINES)}`);
		}
		await sleep(POLL_MS);
	}
	return { settings: { QUEUE_BULL_REDIS_HOST: ADDRESS, QUEUE_BULL_REDIS_PORT: String(port) }, remove };
}

async function answers(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect(port, ADDRESS, () => socket.write('PING\r\n'));
		const ended = (well: boolean): void => {
			socket.destroy();
			resolve(well);
		};
		socket.once('data', (answer) => ended(answer.toString().startsWith('+PONG')));
		socket.once('error', () => ended(false));
	});
}
