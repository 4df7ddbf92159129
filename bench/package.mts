/** The package as it would be published, and the small one that holds the bench's own nodes. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { build } from 'esbuild';

import { buildPackage } from '../demo/build.mts';

const BENCH_PACKAGE = 'n8n-nodes-bench';
const BENCH_NODES = path.join(import.meta.dirname, 'nodes');

export interface PackedPackage {
	tarball: string;
	/** Its unpacked folder. */
	dir: string;
	packedBytes: number;
	unpackedBytes: number;
	files: number;
}

/**
 * Builds, packs and unpacks the package.
 *
 * @param projectDir the checkout
 * @param folder where the tarball and the unpacked package go
 * @param givenTarball measured as it is, instead of one made from the checkout
 * @throws when a node is missing in it
 */
export async function packPackage(projectDir: string, folder: string, givenTarball?: string): Promise<PackedPackage> {
	if (givenTarball === undefined) await buildPackage(projectDir);
	const source = givenTarball === undefined ? projectDir : path.resolve(givenTarball);
	const packed = execFileSync('npm', ['pack', source, '--json', '--ignore-scripts', '--pack-destination', folder], {
		cwd: folder,
		encoding: 'utf8',
	});
	const [facts] = JSON.parse(packed) as Array<{ filename: string; size: number; unpackedSize: number; entryCount: number }>;
	if (facts === undefined) throw new Error('npm pack named no file');
	const tarball = path.join(folder, facts.filename);
	execFileSync('tar', ['-xzf', tarball, '-C', folder]);
	// npm puts everything below `package/`.
	const dir = path.join(folder, 'package');
	const { n8n } = JSON.parse(readFileSync(path.join(dir, 'package.json'), 'utf8')) as { n8n: { nodes: string[] } };
	const missing = n8n.nodes.find((file) => !existsSync(path.join(dir, file)));
	if (missing !== undefined) throw new Error(`The packed package has no ${missing}.`);
	return { tarball, dir, packedBytes: facts.size, unpackedBytes: facts.unpackedSize, files: facts.entryCount };
}

/**
 * Puts the bench's own nodes where n8n keeps community packages.
 *
 * @param modules n8n's folder of community packages
 */
export async function installBenchNodes(modules: string): Promise<void> {
	const dir = path.join(modules, BENCH_PACKAGE);
	mkdirSync(dir, { recursive: true });
	const sources = readdirSync(BENCH_NODES);
	await build({
		entryPoints: sources.map((file) => path.join(BENCH_NODES, file)),
		outdir: path.join(dir, 'dist'),
		platform: 'node',
		bundle: true,
		external: ['n8n-workflow'],
		format: 'cjs',
		logLevel: 'warning',
	});
	const nodes = sources.map((file) => `dist/${file.replace(/\.mts$/, '.js')}`);
	writeFileSync(
		path.join(dir, 'package.json'),
		JSON.stringify({ name: BENCH_PACKAGE, version: '1.0.0', n8n: { n8nNodesApiVersion: 1, nodes } }),
	);
}
