/** `npx tsx sandbox/main.mts [--port N] [--clock-factor N]`: the stand-ins alone, until Ctrl+C. */

import { parseArgs } from 'node:util';

import { DEFAULTS, startSandbox } from './server.mts';
import { ALL_STAND_INS } from './standIns.mts';

const TITLE_WIDTH = 2 + Math.max(...ALL_STAND_INS.map(({ title }) => title.length));

const { values } = parseArgs({
	options: { port: { type: 'string', default: '4010' }, 'clock-factor': { type: 'string', default: '1' } },
});
const sandbox = await startSandbox({
	port: Number(values.port),
	config: { clockFactor: Number(values['clock-factor']) },
});

const lines = [
	`Sandbox on ${sandbox.url} (open it in a browser)`,
	'',
	...ALL_STAND_INS.map(
		({ name, title, accountLine }) => `${title.padEnd(TITLE_WIDTH)}${sandbox.baseUrls[name]}   ${accountLine(DEFAULTS[name])}`,
	),
	'',
	'None of these keys exists anywhere else. Ctrl+C ends it.',
];
process.stdout.write(`${lines.join('\n')}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
}
