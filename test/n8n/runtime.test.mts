/** Installing with a made-up npm, which fails as often as it is told to. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ensureRuntime } from '../../n8n/runtime.mts';

const FAKE_NPM = `
const fs = require('node:fs');
const path = require('node:path');
const calls = path.join(__dirname, 'calls');
const count = fs.existsSync(calls) ? Number(fs.readFileSync(calls, 'utf8')) : 0;
fs.writeFileSync(calls, String(count + 1));
if (count < Number(fs.readFileSync(path.join(__dirname, 'failures'), 'utf8'))) {
	console.error('npm error code ETARGET');
	process.exit(1);
}
const files = ['node_modules/n8n/bin/n8n', 'node_modules/sqlite3/build/Release/node_sqlite3.node'];
for (const name of Object.keys(require(path.join(process.cwd(), 'package.json')).dependencies)) files.push('node_modules/' + name + '/bin/node');
for (const file of files) {
	fs.mkdirSync(path.dirname(file), { recursive: true });
	fs.writeFileSync(file, '');
}
`;

let projectDir: string;
let lines: string[];
const before = process.env['npm_execpath'];

beforeEach(() => {
	projectDir = mkdtempSync(path.join(tmpdir(), 'runtime-'));
	lines = [];
	mkdirSync(path.join(projectDir, 'npm'));
	process.env['npm_execpath'] = path.join(projectDir, 'npm', 'npm-cli.js');
	writeFileSync(process.env['npm_execpath'], FAKE_NPM);
});

afterEach(() => {
	if (before === undefined) delete process.env['npm_execpath'];
	else process.env['npm_execpath'] = before;
	rmSync(projectDir, { recursive: true, force: true });
});

const install = async (failures: number) => {
	writeFileSync(path.join(projectDir, 'npm', 'failures'), String(failures));
	return await ensureRuntime({ projectDir, onProgress: (line) => void lines.push(line), retryPauseMs: 1 });
};
const calls = () => Number(readFileSync(path.join(projectDir, 'npm', 'calls'), 'utf8'));

test('what fails once is tried once more, and a finished install is not touched again', async () => {
	const { n8nBinary } = await install(1);
	expect(n8nBinary).toContain(path.join('.runtime', 'n8n-'));
	expect(lines.filter((line) => line.includes('trying once more'))).toHaveLength(1);
	const soFar = calls();
	await install(0);
	expect(calls()).toBe(soFar);
});

test('what fails twice is told, with the end of npm’s output', async () => {
	await expect(install(2)).rejects.toThrow(/Could not install[^]*npm error code ETARGET/);
	expect(calls()).toBe(2);
});
