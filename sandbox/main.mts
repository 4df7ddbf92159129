/** `npx tsx sandbox/main.mts [--port N]` */

import { parseArgs } from 'node:util';
import { DEFAULTS, startSandbox } from './server.mts';

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
	`Skycore    ${sandbox.baseUrls.skycore}   key ${DEFAULTS.skycore.apiKeys.join(', ')}   campaign spring-sale`,
	`Voyage     ${sandbox.baseUrls.voyage}   campaign 1234 (5678 with double opt-in)`,
	`Attentive  ${sandbox.baseUrls.attentive}   key ${Object.keys(DEFAULTS.attentive.tokens)[0] ?? ''}   sign-up source ${DEFAULTS.attentive.signUpUnits[0]?.id ?? ''}   signing key ${DEFAULTS.attentive.signingKey}`,
	`Vonage     ${sandbox.baseUrls.vonage}   key ${DEFAULTS.vonage.apiKey}   secret ${DEFAULTS.vonage.apiSecret}   signature secret ${DEFAULTS.vonage.signatureSecret}`,
	'',
	'None of these keys exists anywhere else. Ctrl+C ends it.',
];
process.stdout.write(`${lines.join('\n')}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
}
