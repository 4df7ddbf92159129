/** Builds the package when its sources have changed since the last build that the demo made. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const SOURCES = [
	'package.json',
	'package-lock.json',
	'tsconfig.json',
	'gulpfile.js',
	'consent',
	'credentials',
	'icons',
	'nodes',
	'providers',
	'transport',
];
const STAMP_FILE = '.runtime/demo-build.json';
const GULP = 'node_modules/gulp/bin/gulp.js';
const MOST_OUTPUT_BYTES = 16_000_000;

interface Stamp {
	sources: string;
	built: string;
}

/**
 * Makes sure that `dist/` holds what the sources say.
 *
 * @param projectDir the checkout
 * @returns whether anything had to be built
 * @throws with the build's output when it fails
 */
export async function buildPackage(projectDir: string): Promise<boolean> {
	const sources = fingerprint(projectDir, SOURCES);
	const stampFile = path.join(projectDir, STAMP_FILE);
	if (isBuilt(projectDir, stampFile, sources)) return false;

	const gulp = path.join(projectDir, GULP);
	if (!existsSync(gulp)) throw new Error("The project's dependencies are not installed. Run 'npm ci' first.");
	await runBuild(gulp, projectDir);
	mkdirSync(path.dirname(stampFile), { recursive: true });
	const stamp: Stamp = { sources, built: fingerprint(projectDir, ['dist']) };
	writeFileSync(stampFile, `${JSON.stringify(stamp)}\n`);
	return true;
}

async function runBuild(gulp: string, projectDir: string): Promise<void> {
	try {
		await promisify(execFile)(process.execPath, [gulp, 'build'], { cwd: projectDir, maxBuffer: MOST_OUTPUT_BYTES });
	} catch (error) {
		const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
		throw new Error(`The package could not be built ('npx gulp build'):\n${`${stdout}${stderr}`.trim() || message}`);
	}
}

function isBuilt(projectDir: string, stampFile: string, sources: string): boolean {
	try {
		const stamp = JSON.parse(readFileSync(stampFile, 'utf8')) as Partial<Stamp>;
		// Both, because somebody may have built other sources in between.
		return stamp.sources === sources && stamp.built === fingerprint(projectDir, ['dist']);
	} catch {
		return false;
	}
}

/** Equal exactly when the same files hold the same bytes. */
function fingerprint(projectDir: string, entries: readonly string[]): string {
	const hash = createHash('sha256');
	for (const file of entries.flatMap((entry) => filesIn(projectDir, entry)).sort()) {
		hash.update(JSON.stringify(file)).update(
			createHash('sha256')
				.update(readFileSync(path.join(projectDir, file)))
				.digest(),
		);
	}
	return hash.digest('hex');
}

function filesIn(projectDir: string, entry: string): string[] {
	const full = path.join(projectDir, entry);
	if (!existsSync(full)) return [];
	if (!statSync(full).isDirectory()) return [entry];
	return readdirSync(full, { recursive: true, withFileTypes: true })
		.filter((found) => found.isFile())
		.map((found) => path.relative(projectDir, path.join(found.parentPath, found.name)));
}
