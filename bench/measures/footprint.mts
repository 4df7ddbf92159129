/** (f) small costs: reading a phone number, loading a node, and the size of the package. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

import type { Bench } from '../bench.mts';
import { median, number, type Table } from '../report.mts';

const MICROSECONDS_PER_MS = 1000;
const FIRST_NUMBER = 2_125_000_000;
const LOAD_ROUNDS = 5;
/** n8n has loaded its own library long before it loads a node. */
const LOAD_SCRIPT = `require('n8n-workflow');
const startedMs = performance.now();
require(process.argv[1]);
process.stdout.write(String(performance.now() - startedMs));`;

interface PhoneModule {
	readPhone(input: unknown, options: { defaultCountry?: string }): string;
}

export interface Footprint {
	phone: Array<{ written: string; oursMicroseconds: number; bareMicroseconds: number }>;
	loadMs: Record<string, number>;
	packedBytes: number;
	unpackedBytes: number;
	files: number;
}

/** @returns the figures, and tables of them */
export function measureFootprint(bench: Bench): { figures: Footprint; tables: Table[] } {
	const phone = phones(bench);
	const loadMs = loadTimes(bench);
	const { packedBytes, unpackedBytes, files } = bench.package;
	return {
		figures: { phone, loadMs, packedBytes, unpackedBytes, files },
		tables: [
			{
				title: '(f) one phone number, median',
				rows: [
					['', 'ours', 'libphonenumber-js'],
					...phone.map((each) => [each.written, `${number(each.oursMicroseconds, 1)} µs`, `${number(each.bareMicroseconds, 1)} µs`]),
				],
			},
			{
				title: `(f) loading a node in a fresh process, median of ${LOAD_ROUNDS}`,
				rows: [['', 'time'], ...Object.entries(loadMs).map(([file, ms]) => [file, `${number(ms, 1)} ms`])],
			},
			{
				title: '(f) the package',
				rows: [
					['packed', 'unpacked', 'files'],
					[`${number(packedBytes / 1000)} kB`, `${number(unpackedBytes / 1000)} kB`, number(files)],
				],
			},
		],
	};
}

function phones({ package: { dir }, quick }: Bench): Footprint['phone'] {
	const { readPhone } = createRequire(path.join(dir, 'package.json'))('./dist/consent/phone.js') as PhoneModule;
	const count = quick ? 5_000 : 50_000;
	const national = Array.from({ length: count }, (_, index) => String(FIRST_NUMBER + index));
	const written = {
		'+12125000000': national.map((digits) => `+1${digits}`),
		'(212) 500-0000': national.map((digits) => `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`),
	};
	return Object.entries(written).map(([example, numbers]) => ({
		written: example,
		oursMicroseconds: medianMicroseconds(numbers, (text) => readPhone(text, { defaultCountry: 'US' })),
		bareMicroseconds: medianMicroseconds(numbers, (text) => parsePhoneNumberFromString(text, 'US')?.number),
	}));
}

function medianMicroseconds(numbers: readonly string[], read: (text: string) => unknown): number {
	const samples = numbers.map((text) => {
		const startedMs = performance.now();
		read(text);
		return (performance.now() - startedMs) * MICROSECONDS_PER_MS;
	});
	return median(samples);
}

function loadTimes({ package: { dir }, place }: Bench): Record<string, number> {
	const manifest = JSON.parse(readFileSync(path.join(dir, 'package.json'), 'utf8')) as { n8n: { nodes: string[] } };
	const times = manifest.n8n.nodes.map((file): [string, number] => {
		const samples = Array.from({ length: LOAD_ROUNDS }, () =>
			Number(execFileSync(place.runtime.nodeBinary, ['-e', LOAD_SCRIPT, path.join(dir, file)], { cwd: dir, encoding: 'utf8' })),
		);
		return [path.basename(file), median(samples)];
	});
	return Object.fromEntries(times);
}
