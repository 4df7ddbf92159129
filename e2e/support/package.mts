/** The package as it would be published. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { findProjectDir } from '../../n8n/runtime.mts';

/** Names a tarball that is to be tested as it is, instead of one packed from this checkout. */
const TARBALL_SETTING = 'E2E_TARBALL';

/**
 * Builds and packs the package.
 *
 * @param folder where the tarball goes
 * @returns its path
 */
export function packedPackage(folder: string): string {
	const given = process.env[TARBALL_SETTING];
	if (given !== undefined && given !== '') return path.resolve(given);
	const projectDir = findProjectDir();
	mkdirSync(folder, { recursive: true });
	npm(['run', 'build'], projectDir);
	const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], projectDir)) as Array<{
		filename: string;
	}>;
	if (packed === undefined) throw new Error('npm pack named no file');
	return path.join(folder, packed.filename);
}

function npm(args: string[], cwd: string): string {
	return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
