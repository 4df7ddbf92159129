/** Two ways of finding inputs: guided by coverage where jazzer.js runs, else by chance. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import fc from 'fast-check';

const require = createRequire(import.meta.url);

export interface Job {
	target: string;
	/** The target and all that it reaches as one CommonJS file, so that the parsers that we build on are watched as well. */
	bundle: string;
	/** Folder of inputs to start from; the fuzzer adds to it. */
	corpus: string;
	/** One token per line, in libFuzzer's format. */
	dictionary: string;
	/** Folder for inputs that break a promise. */
	findings: string;
	seconds: number;
}

export interface Verdict {
	kept: boolean;
	inputs: number;
	/** How far it came, or what went wrong. */
	note: string;
}

const LONGEST_INPUT = 4_096;
/** libFuzzer's own guard against a hang; the promise of 50 ms is checked by the targets. */
const HANG_SECONDS = 10;
/** The same inputs in every run. */
const SEED = 20_240_702;
const SHOWN_OUTPUT = 3_000;

/** @returns null when jazzer.js can run on this machine, else why it cannot */
export function whyNotGuided(): string | null {
	try {
		require(require.resolve('@jazzer.js/fuzzer', { paths: [dirname(require.resolve('@jazzer.js/core/package.json'))] }));
		return null;
	} catch (problem) {
		return problem instanceof Error ? (problem.message.split('\n')[0] ?? '') : String(problem);
	}
}

/** Lets jazzer.js look for inputs that reach code which no other input has reached. */
export async function guided({ target, bundle, corpus, dictionary, findings, seconds }: Job): Promise<Verdict> {
	const jazzer = join(dirname(require.resolve('@jazzer.js/core/package.json')), 'dist', 'cli.js');
	const libFuzzer = [
		`-max_total_time=${seconds}`,
		`-max_len=${LONGEST_INPUT}`,
		`-timeout=${HANG_SECONDS}`,
		`-seed=${SEED}`,
		`-dict=${dictionary}`,
		`-artifact_prefix=${join(findings, `${target}-`)}`,
		'-print_final_stats=1',
	];
	// Into a file, because the fuzzer ends without waiting for a pipe to be emptied.
	const log = `${bundle}.log`;
	const sink = openSync(log, 'w');
	const running = spawn(process.execPath, [jazzer, bundle, corpus, '--sync', '-i', `${target}.cjs`, '-e', 'nothing', '--', ...libFuzzer], {
		cwd: dirname(bundle),
		stdio: ['ignore', sink, sink],
	});
	const code = await new Promise<number | null>((resolve) => running.on('close', resolve));
	closeSync(sink);
	const output = readFileSync(log, 'utf8');
	const inputs = Number(/number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? 0);
	const [, edges = '?', features = '?', kept = '?'] = [...output.matchAll(/cov: (\d+) ft: (\d+) corp: (\d+)/g)].at(-1) ?? [];
	if (code !== 0 || inputs === 0) return { kept: false, inputs, note: output.slice(-SHOWN_OUTPUT) };
	return { kept: true, inputs, note: `${edges} edges and ${features} features reached, ${kept} inputs worth keeping` };
}

function tokensOf(dictionary: string): Buffer[] {
	return readFileSync(dictionary, 'utf8')
		.split('\n')
		.map((line) => /^"(.*)"$/.exec(line)?.[1])
		.filter((token) => token !== undefined)
		.map((token) =>
			Buffer.from(
				token.replace(/\\x([0-9a-f]{2})|\\(.)/gi, (_match, code?: string, character?: string) =>
					code === undefined ? (character ?? '') : String.fromCharCode(parseInt(code, 16)),
				),
				'latin1',
			),
		);
}

/** Seeds cut up and put together again with tokens and noise in between. */
function arbitraryInput(seeds: Buffer[], tokens: Buffer[]): fc.Arbitrary<Buffer> {
	const cut = fc.tuple(fc.constantFrom(...seeds), fc.nat(), fc.nat()).map(([seed, one, other]) => {
		const [from, to] = [one % (seed.length + 1), other % (seed.length + 1)].sort((a, b) => a - b);
		return seed.subarray(from, to);
	});
	const noise = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes));
	const text = fc.string({ unit: 'binary', maxLength: 12 }).map((characters) => Buffer.from(characters));
	const piece = fc.oneof(
		{ weight: 4, arbitrary: cut },
		{ weight: 3, arbitrary: fc.constantFrom(...tokens) },
		{ weight: 2, arbitrary: noise },
		{ weight: 1, arbitrary: text },
		{ weight: 1, arbitrary: fc.constantFrom(...seeds) },
	);
	return fc
		.tuple(fc.nat({ max: 255 }), fc.array(piece, { maxLength: 24 }))
		.map(([first, pieces]) => Buffer.concat([Buffer.from([first]), ...pieces]).subarray(0, LONGEST_INPUT));
}

/** Draws inputs by chance from seeds and dictionary, for the same time. */
export function byChance({ target, bundle, corpus, dictionary, findings, seconds }: Job): Verdict {
	const { fuzz } = require(bundle) as { fuzz: (data: Buffer) => void };
	const seeds = readdirSync(corpus).map((name) => readFileSync(join(corpus, name)));
	let inputs = 0;
	const outcome = fc.check(
		fc.property(arbitraryInput(seeds, tokensOf(dictionary)), (data) => {
			inputs += 1;
			fuzz(data);
		}),
		{
			seed: SEED,
			numRuns: Number.MAX_SAFE_INTEGER,
			interruptAfterTimeLimit: seconds * 1_000,
			examples: seeds.map((seed): [Buffer] => [seed]),
		},
	);
	if (outcome.counterexample === null) return { kept: true, inputs, note: 'by chance, not guided by coverage' };
	mkdirSync(findings, { recursive: true });
	const file = join(findings, `${target}-counterexample`);
	writeFileSync(file, outcome.counterexample[0]);
	return {
		kept: false,
		inputs,
		note: `${String(outcome.errorInstance)}\nThe input is in ${file}: ${JSON.stringify(outcome.counterexample[0].toString('latin1'))}`,
	};
}
