/**
 * Looks, for a bounded time, for an input that breaks a promise: `npm run fuzz`, or `npm run fuzz -- --seconds 600 skycore phone`.
 * Exit code 1 when one is found; it is kept in `reports/fuzz`.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { build } from 'esbuild';

import { byChance, guided, type Job, whyNotGuided } from './engines.mts';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const TARGETS = join(HERE, 'targets');
const SUFFIX = '.fuzz.mts';
const DEFAULT_SECONDS = '60';

/** Which fixtures a target starts from, besides its own seeds in `fuzz/seeds`. */
const FIXTURES_OF: Record<string, string | undefined> = { skycore: '.xml', attentive: '.json', vonage: '.json' };

function writeCorpus(folder: string, target: string): void {
	mkdirSync(folder, { recursive: true });
	const extension = FIXTURES_OF[target];
	if (extension !== undefined) {
		const fixtures = join(ROOT, 'test', 'fixtures', target);
		for (const name of readdirSync(fixtures).filter((each) => each.endsWith(extension))) {
			// The first byte chooses the content type.
			writeFileSync(join(folder, name), Buffer.concat([Buffer.from([0]), readFileSync(join(fixtures, name))]));
		}
	}
	const own = join(HERE, 'seeds', `${target}.txt`);
	if (!existsSync(own)) return;
	for (const [index, line] of readFileSync(own, 'utf8')
		.split('\n')
		.filter((each) => each !== '')
		.entries()) {
		writeFileSync(join(folder, `seed-${index}`), line.replaceAll('\\n', '\n'));
	}
}

async function jobFor(target: string, seconds: number, workplace: string): Promise<Job> {
	const bundle = join(workplace, `${target}.cjs`);
	await build({
		entryPoints: [join(TARGETS, `${target}${SUFFIX}`)],
		outfile: bundle,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		logLevel: 'error',
	});
	const corpus = join(workplace, `corpus-${target}`);
	writeCorpus(corpus, target);
	return { target, bundle, corpus, dictionary: join(HERE, 'postback.dict'), findings: join(ROOT, 'reports', 'fuzz'), seconds };
}

const { values, positionals } = parseArgs({ options: { seconds: { type: 'string', default: DEFAULT_SECONDS } }, allowPositionals: true });
const seconds = Number(values.seconds);
if (!Number.isInteger(seconds) || seconds < 1) throw new Error('--seconds must be a whole number');
const known = readdirSync(TARGETS)
	.filter((name) => name.endsWith(SUFFIX))
	.map((name) => name.slice(0, -SUFFIX.length));
const unknown = positionals.filter((target) => !known.includes(target));
if (unknown.length > 0) throw new Error(`There is no target ${unknown.join(', ')}; there are ${known.join(', ')}`);
const chosen = positionals.length > 0 ? positionals : known;

const obstacle = whyNotGuided();
if (obstacle !== null) console.log(`jazzer.js cannot run here, so inputs are drawn by chance and not guided by coverage: ${obstacle}`);

const workplace = mkdtempSync(join(tmpdir(), 'sms-consent-fuzz-'));
let broken = 0;
try {
	for (const target of chosen) {
		const job = await jobFor(target, seconds, workplace);
		mkdirSync(job.findings, { recursive: true });
		const { kept, inputs, note } = obstacle === null ? await guided(job) : byChance(job);
		if (!kept) broken += 1;
		console.log(
			`${target.padEnd(12)}${kept ? 'kept its promises' : 'BROKE A PROMISE'}: ${inputs.toLocaleString('en')} inputs in ${seconds} s; ${note}`,
		);
	}
} finally {
	rmSync(workplace, { recursive: true, force: true });
}
console.log(`${chosen.length - broken} passed, ${broken} failed`);
process.exitCode = broken === 0 ? 0 : 1;
