/** `npm run bench`: what the package costs, side by side with what a person would use instead. See HELP. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { ensureRuntime, findProjectDir, NODE_VERSION } from '../n8n/runtime.mts';
import type { Bench } from './bench.mts';
import { measureConsentCheck } from './measures/consentCheck.mts';
import { measureFootprint } from './measures/footprint.mts';
import { measureLedgerInPostgres } from './measures/ledgerInPostgres.mts';
import { measureParsing } from './measures/parsing.mts';
import { measurePostbacks } from './measures/postbacks.mts';
import { measureQuery } from './measures/query.mts';
import { measureRateLimit } from './measures/rateLimit.mts';
import { measureRuns } from './measures/runs.mts';
import { measureVolume } from './measures/volume.mts';
import { prepareHome } from './n8n/home.mts';
import { packPackage } from './package.mts';
import { startCountingProvider } from './provider.mts';
import { textOf, type Table } from './report.mts';

const RESULTS_FILE = 'bench/results.json';
const HELP = `npm run bench                          everything, about 40 minutes
npm run bench -- --quick               everything, smaller, within 5 minutes
npm run bench -- --only limit,query    some of: footprint, parsing, volume, limit, runs, query, check, database,
                                      postbacks; database needs PostgreSQL
npm run bench -- --tarball file.tgz    a packed package instead of this checkout`;

interface Measured {
	figures: unknown;
	tables: Table[];
}

const MEASURES: Record<string, (bench: Bench) => Measured | Promise<Measured>> = {
	footprint: measureFootprint,
	async parsing(bench) {
		const { results, table } = await measureParsing(bench);
		return { figures: results, tables: [table] };
	},
	async volume(bench) {
		const { runs, tables } = await withProvider(async (provider) => await measureVolume(bench, provider));
		return { figures: runs, tables };
	},
	async limit(bench) {
		const { runs, table } = await withProvider(async (provider) => await measureRateLimit(bench, provider));
		return { figures: runs, tables: [table] };
	},
	async runs(bench) {
		const { runs, tables } = await withProvider(async (provider) => await measureRuns(bench, provider));
		return { figures: runs, tables };
	},
	async query(bench) {
		const { runs, table } = await measureQuery(bench);
		return { figures: runs, tables: [table] };
	},
	async check(bench) {
		const { runs, table } = await measureConsentCheck(bench);
		return { figures: runs, tables: [table] };
	},
	async database(bench) {
		const { runs, table } = await measureLedgerInPostgres(bench);
		return { figures: runs, tables: [table] };
	},
	async postbacks(bench) {
		const { runs, table } = await measurePostbacks(bench);
		return { figures: runs, tables: [table] };
	},
};

async function withProvider<Result>(
	use: (provider: Awaited<ReturnType<typeof startCountingProvider>>) => Promise<Result>,
): Promise<Result> {
	const provider = await startCountingProvider();
	try {
		return await use(provider);
	} finally {
		await provider.close();
	}
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

function step(line: string): void {
	say(`[${String(Math.round(performance.now() / 1000)).padStart(4)} s] ${line}`);
}

async function main(): Promise<void> {
	const projectDir = findProjectDir(import.meta.dirname);
	const runtime = await ensureRuntime({ projectDir, onProgress: step });
	mkdirSync(path.join(projectDir, '.runtime'), { recursive: true });
	// Inside the checkout, so that the unpacked package finds n8n-workflow.
	const folder = mkdtempSync(path.join(projectDir, '.runtime', 'bench-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

	const wanted = options.only?.split(',') ?? Object.keys(MEASURES);
	const packed = await packPackage(projectDir, folder, options.tarball);
	const bench: Bench = {
		projectDir,
		quick: options.quick,
		say: step,
		package: packed,
		place: { runtime, userFolder: path.join(folder, 'home') },
	};
	step('Packed. Preparing n8n ...');
	await prepareHome(bench.place, packed.dir);

	const machine = {
		processors: cpus().length,
		model: cpus()[0]?.model ?? '',
		memoryBytes: totalmem(),
		n8n: runtime.version,
		node: NODE_VERSION,
	};
	const results: Record<string, unknown> = { startedAt: new Date().toISOString(), quick: options.quick, machine };
	const tables: Table[] = [];
	for (const name of wanted) {
		const measure = MEASURES[name];
		if (measure === undefined) throw new Error(`There is no measure "${name}".\n\n${HELP}`);
		const loadBefore = loadavg()[0];
		const { figures, tables: more } = await measure(bench);
		results[name] = { loadBefore, figures };
		tables.push(...more);
		for (const table of more) say(`\n${textOf(table)}`);
		writeFileSync(path.join(projectDir, RESULTS_FILE), `${JSON.stringify(results, null, '\t')}\n`);
	}
	say(`${RESULTS_FILE} holds every single run.`);
}

const { values: options } = parseArgs({
	options: {
		quick: { type: 'boolean', default: false },
		only: { type: 'string' },
		tarball: { type: 'string' },
		help: { type: 'boolean', default: false },
	},
});

if (options.help) say(HELP);
else await main();
