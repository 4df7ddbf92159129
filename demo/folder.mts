/** The demo's own n8n folder: kept between starts, and never shared by two demos that run at the same time. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PARENT = '.runtime';
const MOST_DEMOS = 20;

export interface DemoFolder {
	dir: string;
	/** True when another demo of this checkout runs already, so that this one has a folder beside the usual one. */
	besideAnother: boolean;
	/** To be called once nothing runs in the folder any more. */
	release(): void;
}

/**
 * Takes the first folder that no living demo holds.
 *
 * @param projectDir the checkout
 * @param fresh whether to forget what earlier demos left in it
 * @throws when there are too many demos at once
 */
export function takeFolder(projectDir: string, fresh: boolean): DemoFolder {
	for (let number = 1; number <= MOST_DEMOS; number += 1) {
		const dir = path.join(projectDir, PARENT, number === 1 ? 'demo' : `demo-${number}`);
		const lockFile = `${dir}.pid`;
		if (!takeLock(lockFile)) continue;
		if (fresh) rmSync(dir, { recursive: true, force: true });
		mkdirSync(dir, { recursive: true });
		const besideAnother = number > 1;
		return {
			dir,
			besideAnother,
			release() {
				if (besideAnother) rmSync(dir, { recursive: true, force: true });
				rmSync(lockFile, { force: true });
			},
		};
	}
	throw new Error(`${MOST_DEMOS} demos run already. End one of them with Ctrl-C.`);
}

function takeLock(lockFile: string): boolean {
	mkdirSync(path.dirname(lockFile), { recursive: true });
	for (const _attempt of ['as it is', 'without a lock left behind']) {
		try {
			writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
			return true;
		} catch {
			if (isHeld(lockFile)) return false;
			rmSync(lockFile, { force: true });
		}
	}
	return false;
}

function isHeld(lockFile: string): boolean {
	try {
		process.kill(Number(readFileSync(lockFile, 'utf8')), 0);
		return true;
	} catch {
		return false;
	}
}
