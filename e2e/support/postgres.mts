/** A PostgreSQL of its own, in a folder of its own, reached through a socket in that folder and nowhere else. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { startGuarded, type GuardedChild, type User } from '../../n8n/children.mts';
import { tailOf } from '../../n8n/runtime.mts';
import { commandPath } from './commands.mts';
import { ARTEFACTS } from './places.mts';

const run = promisify(execFile);

/** Debian keeps the server's programs off the path, in a folder for each version. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
const OWNER = 'n8n';
const DATABASE = 'postgres';
/** Names the socket; nothing listens on a network. */
const PORT = '5432';
const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
const LOG_TAIL_LINES = 20;
/** However long we were away: stopped processes go on after this, and then notice that nobody is left. */
const LONGEST_PAUSE_S = 60;
const SERVER_SETTINGS = ['listen_addresses=', 'max_connections=50', 'shared_buffers=32MB'];

/** A lock on a table, held by a transaction that stays open. */
export interface TableLock {
	release(): Promise<void>;
}

export class Postgres {
	private child: GuardedChild | undefined;
	private wakeUp: ChildProcess | undefined;
	private pausedIds: number[] = [];

	constructor(
		private readonly binaries: string,
		private readonly folder: string,
		private readonly user: User | undefined,
		private readonly logFile: string,
	) {}

	/** What n8n has to be told in its environment. */
	get settings(): Record<string, string> {
		return {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: this.folder,
			DB_POSTGRESDB_PORT: PORT,
			DB_POSTGRESDB_DATABASE: DATABASE,
			DB_POSTGRESDB_USER: OWNER,
		};
	}

	/** What a credential of n8n's Postgres node holds: it takes the folder of a socket for a host. */
	get credentialData(): Record<string, string | number> {
		return {
			host: this.folder,
			port: Number(PORT),
			database: DATABASE,
			user: OWNER,
			password: 'none is asked for',
			maxConnections: 5,
			ssl: 'disable',
		};
	}

	/** Starts the server on what it has stored. Throws with the end of its log when it does not answer. */
	async start(): Promise<void> {
		const outputFd = openSync(this.logFile, 'a');
		const settings = SERVER_SETTINGS.flatMap((setting) => ['-c', setting]);
		try {
			this.child = await startGuarded(this.program('postgres'), ['-D', this.dataFolder, '-k', this.folder, ...settings], {
				cwd: this.folder,
				env: process.env,
				outputFd,
				...(this.user && { user: this.user }),
			});
		} finally {
			closeSync(outputFd);
		}
		const deadline = Date.now() + READY_TIMEOUT_MS;
		while (!(await this.answers())) {
			if (this.child.hasEnded() || Date.now() > deadline)
				throw new Error(`PostgreSQL does not answer. The end of its log:\n${tailOf(this.logFile, LOG_TAIL_LINES)}`);
			await sleep(POLL_MS);
		}
	}

	/** One statement; every row as its columns in text. Throws when the server refuses it. */
	async query(sql: string): Promise<string[][]> {
		const { stdout } = await run(this.program('psql'), [...this.connection, '-qAtX', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-c', sql], {
			maxBuffer: 64 * 1024 * 1024,
		});
		return stdout
			.split('\n')
			.filter((line) => line !== '')
			.map((line) => line.split('\t'));
	}

	/** From now on nobody can write to the table; reading it stays possible. */
	async lock(table: string): Promise<TableLock> {
		const session = spawn(this.program('psql'), [...this.connection, '-qAtX', '-v', 'ON_ERROR_STOP=1'], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		const ended = new Promise<void>((resolve) => session.once('exit', () => resolve()));
		const locked = new Promise<void>((resolve, reject) => {
			session.stdout.once('data', () => resolve());
			session.once('exit', () => reject(new Error(`The table ${table} could not be locked`)));
		});
		session.stdin.write(`BEGIN; LOCK TABLE ${table} IN EXCLUSIVE MODE; SELECT 'locked';\n`);
		await locked;
		return {
			release: async () => {
				session.stdin.end('COMMIT;\n');
				await ended;
			},
		};
	}

	/** Stops every process of the server where it stands: connections stay open and nobody answers. */
	pause(): void {
		if (this.child === undefined) throw new Error('PostgreSQL is not running');
		// The first process starts the others, so it goes first.
		process.kill(this.child.pid, 'SIGSTOP');
		this.pausedIds = [this.child.pid, ...childrenOf(this.child.pid)];
		for (const id of this.pausedIds.slice(1)) process.kill(id, 'SIGSTOP');
		this.wakeUp = spawn('sh', ['-c', `sleep ${LONGEST_PAUSE_S}; kill -CONT ${this.pausedIds.join(' ')}`], {
			detached: true,
			stdio: 'ignore',
		});
		this.wakeUp.unref();
	}

	/** Lets every process go on as if nothing had been. */
	resume(): void {
		for (const id of this.pausedIds.reverse()) continueIfThere(id);
		this.pausedIds = [];
		if (this.wakeUp?.pid !== undefined) process.kill(-this.wakeUp.pid, 'SIGKILL');
		this.wakeUp = undefined;
	}

	/** Ends the server without any chance to tidy up; what was committed stays in its files. */
	async kill(): Promise<void> {
		if (this.child === undefined) return;
		const others = childrenOf(this.child.pid);
		process.kill(this.child.pid, 'SIGKILL');
		await this.child.ended;
		while (others.some((id) => existsSync(`/proc/${id}`))) await sleep(POLL_MS);
		this.child = undefined;
	}

	/** Ends the server and removes its folder. */
	async remove(): Promise<void> {
		this.resume();
		await this.child?.stop();
		await rm(this.folder, { recursive: true, force: true });
	}

	private get dataFolder(): string {
		return path.join(this.folder, 'data');
	}

	private get connection(): string[] {
		return ['-h', this.folder, '-p', PORT, '-U', OWNER, '-d', DATABASE];
	}

	private program(name: string): string {
		return path.join(this.binaries, name);
	}

	private async answers(): Promise<boolean> {
		return await this.query('SELECT 1').then(
			() => true,
			() => false,
		);
	}
}

/**
 * Makes a database server with nothing in it and starts it. Throws with a sentence that says what is missing when this machine
 * has no PostgreSQL, or nobody who may run it.
 *
 * @param name for its log among the artefacts
 */
export async function startPostgres(name: string): Promise<Postgres> {
	const binaries = binariesFolder();
	const user = await unprivilegedUser();
	const folder = mkdtempSync(path.join(tmpdir(), 'sms-consent-postgres-'));
	if (user !== undefined) chownSync(folder, user.uid, user.gid);
	mkdirSync(ARTEFACTS, { recursive: true });
	const postgres = new Postgres(binaries, folder, user, path.join(ARTEFACTS, `${name}-postgres.log`));
	try {
		await run(
			path.join(binaries, 'initdb'),
			['-D', path.join(folder, 'data'), '-U', OWNER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
			{ cwd: folder, ...user },
		);
		await postgres.start();
	} catch (error) {
		await postgres.remove();
		throw error;
	}
	return postgres;
}

function binariesFolder(): string {
	const onPath = commandPath('initdb');
	// Often a link into the folder that holds the others.
	const beside = onPath === undefined ? undefined : path.dirname(realpathSync(onPath));
	if (beside !== undefined && existsSync(path.join(beside, 'psql'))) return beside;
	const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER).sort((one, other) => Number(other) - Number(one)) : [];
	const newest = versions
		.map((version) => path.join(DEBIAN_FOLDER, version, 'bin'))
		.find((folder) => existsSync(path.join(folder, 'initdb')));
	if (newest !== undefined) return newest;
	throw new Error(
		'These tests need PostgreSQL, and this machine has none: install the Debian package postgresql, or put initdb, postgres and psql on the path.',
	);
}

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
async function unprivilegedUser(): Promise<User | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	for (const name of ['postgres', 'nobody']) {
		try {
			const [uid, gid] = await Promise.all(['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)));
			if (uid !== undefined && gid !== undefined) return { uid, gid };
		} catch {
			// No such user: the next one.
		}
	}
	throw new Error('PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody" to run it as.');
}

function childrenOf(id: number): number[] {
	return readFileSync(`/proc/${id}/task/${id}/children`, 'utf8')
		.split(' ')
		.filter((text) => text.trim() !== '')
		.map(Number);
}

function continueIfThere(id: number): void {
	try {
		process.kill(id, 'SIGCONT');
	} catch {
		// Ended meanwhile.
	}
}
