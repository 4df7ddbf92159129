/**
 * `npm start`: a real n8n with the package in it, stand-ins for the four providers, and the whole way from a messy list of
 * contacts to a consent ledger. `npm start -- --once` does the same and exits: 0 only if provider, postbacks and ledger agree, and a second sync texts
 * nobody.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';

import { nextFreePort, OWNER_EMAIL, OWNER_PASSWORD, startN8n, type N8nInstance } from '../n8n/instance.mts';
import { ensureRuntime, findProjectDir } from '../n8n/runtime.mts';
import { startSandbox, type Sandbox } from '../sandbox/server.mts';
import { credentialsFor, postbackSettings, PROVIDERS_AT_START } from './accounts.mts';
import { buildPackage } from './build.mts';
import { contactsOf, exampleOf, LEDGER, postbackPaths, readExamples, SYNC, type Example } from './examples.mts';
import { takeFolder, type DemoFolder } from './folder.mts';
import { harmOf, reconcile, strayContacts } from './reconcile.mts';
import { branchSummary, countTable, problemList, reconciliationTable, secondSyncVerdict, verdict } from './report.mts';
import { changeTheirMinds, confirm, joinByKeyword, ledgerRows, PEOPLE, runSync, untilDelivered, wholeState } from './story.mts';

const SANDBOX_PORT = 4010;
const N8N_PORT = 5678;
const INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const HELP = `npm start               the demo; stays up until Ctrl-C
npm start -- --once     the demo; exits with 0 if all agree and the second sync harms nobody, else with 1
npm start -- --fresh    begins with an empty n8n instead of the one of the last demo`;

const startedMs = Date.now();

/** What has to be taken down, in whatever state the demo is. */
const open: { folder?: DemoFolder; sandbox?: Sandbox; n8n?: N8nInstance } = {};

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

function step(line: string): void {
	say(`[${String(Math.round((Date.now() - startedMs) / 1000)).padStart(3)} s] ${line}`);
}

async function takeDown(): Promise<void> {
	await open.n8n?.stop();
	await open.sandbox?.close();
	open.folder?.release();
}

async function startProviders(): Promise<Sandbox> {
	for (let port = await nextFreePort(SANDBOX_PORT); ; port = await nextFreePort(port + 1)) {
		if (port !== SANDBOX_PORT) step(`Port ${SANDBOX_PORT} is taken: the sandbox uses ${port} instead.`);
		try {
			return await startSandbox({ port, config: PROVIDERS_AT_START });
		} catch (error) {
			// Somebody was faster between our look at the port and our use of it.
			if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
		}
	}
}

/** Puts accounts and examples into n8n. Returns the workflows' ids by file. */
async function furnish(n8n: N8nInstance, sandbox: Sandbox, examples: readonly Example[]): Promise<Map<string, string>> {
	await n8n.setupOwner();
	for (const credential of credentialsFor(sandbox.baseUrls)) await n8n.upsertCredential(credential);
	const ids = new Map<string, string>();
	for (const { file, workflow } of examples) ids.set(file, await n8n.importWorkflow(workflow));
	// The workflow makes the table anew with the first event.
	const oldLedger = await n8n.dataTables.find(LEDGER.table);
	if (oldLedger !== undefined) await n8n.dataTables.delete(oldLedger.id);
	await n8n.activate(idOf(ids, LEDGER.file));
	return ids;
}

function idOf(ids: ReadonlyMap<string, string>, file: string): string {
	const id = ids.get(file);
	if (id === undefined) throw new Error(`examples/${file} was not imported`);
	return id;
}

async function demo(): Promise<boolean> {
	const projectDir = findProjectDir(import.meta.dirname);
	step('Building the package ...');
	step((await buildPackage(projectDir)) ? 'Built.' : 'Nothing has changed since the last build.');
	const runtime = await ensureRuntime({ projectDir, onProgress: step });
	const examples = readExamples(projectDir);

	open.folder = takeFolder(projectDir, options.fresh);
	if (open.folder.besideAnother) step('Another demo is running: this one gets an n8n of its own.');
	const sandbox = (open.sandbox = await startProviders());
	step(`The providers' stand-ins answer on ${sandbox.url}. Starting n8n ${runtime.version} ...`);
	const n8n = (open.n8n = await startN8n({
		port: N8N_PORT,
		userFolder: open.folder.dir,
		packageDir: projectDir,
		runtime,
		onMessage: step,
	}));
	step(`n8n answers on ${n8n.url}. Setting it up ...`);
	const ids = await furnish(n8n, sandbox, examples);
	const paths = postbackPaths(exampleOf(examples, LEDGER.file));
	sandbox.configure(postbackSettings((provider) => n8n.webhookUrl(paths[provider] ?? '')));

	const before = wholeState(sandbox);
	const older = new Set([...before.providers.vonage.optOuts, ...before.providers.vonage.subscribers].map(({ number }) => `+${number}`));

	await joinByKeyword(sandbox);
	step(`${PEOPLE.alreadySubscribed} texted JOIN to Attentive. Running the workflow "CRM to SMS sync" ...`);
	const run = await runSync(n8n, idOf(ids, SYNC.file));
	step('Synced. People answer the question "Reply Y" ...');
	const confirmed = await confirm(sandbox);
	step(`${confirmed} people confirmed at Attentive, ${PEOPLE.silent} did not answer. Three people text STOP ...`);
	await changeTheirMinds(sandbox);
	step('Waiting for the ledger ...');
	const ledger = await ledgerRows(n8n, sandbox);
	const isOlder = (provider: string, person: string): boolean => provider === 'vonage' && older.has(person);
	const afterStops = wholeState(sandbox);
	const result = reconcile(afterStops, ledger, isOlder);
	const strays = strayContacts(contactsOf(exampleOf(examples, SYNC.file)), run, result.rows);
	const agrees = result.agrees && strays.length === 0;
	step('Running the same sync again, as on the next night ...');
	const again = await runSync(n8n, idOf(ids, SYNC.file));
	await untilDelivered(sandbox);
	const harm = harmOf(afterStops, wholeState(sandbox));

	say(`\nThe sync, branch by branch (Vonage has no call to subscribe people: its STOPs come in by webhook)\n\n${branchSummary(run)}`);
	say(`\nIts error output\n\n${problemList(run.problems)}`);
	say(`\nNumber by number\n\n${reconciliationTable(result)}`);
	say(`\nIn all\n\n${countTable(result)}`);
	if (older.size > 0)
		say(
			`\nVonage also lists ${older.size} people who opted out before the ledger began: run "Nightly opt-out reconciliation" to add them.`,
		);
	if (strays.length > 0) say(`\nThese contacts went astray:\n${strays.map((stray) => `  ${stray}`).join('\n')}`);
	say(`\n${verdict(result, agrees)}`);
	say(`\nThe same sync again, after the STOPs\n\n${branchSummary(again)}\n\n${secondSyncVerdict(harm)}\n`);
	sayWhereToLook(n8n, sandbox, ids);
	return agrees && harm.length === 0;
}

function sayWhereToLook(n8n: N8nInstance, sandbox: Sandbox, ids: ReadonlyMap<string, string>): void {
	if (options.once) return;
	say(`Editor    ${n8n.url}   log in with ${OWNER_EMAIL} and ${OWNER_PASSWORD}`);
	say(`Sync      ${n8n.url}/workflow/${idOf(ids, SYNC.file)}`);
	say(`Ledger    ${n8n.url}/workflow/${idOf(ids, LEDGER.file)}   its rows: Overview > Data tables > ${LEDGER.table}`);
	say(`Sandbox   ${sandbox.url}   the four providers' subscribers; text STOP there yourself and watch the ledger`);
	say('\nThe other examples are in the editor too. At the next start all of them are as new: duplicate one to keep your changes.');
	say('Ctrl-C ends everything.');
}

function endOnSignal(): void {
	let ending = false;
	for (const signal of SIGNALS) {
		process.on(signal, () => {
			if (ending) return;
			ending = true;
			say('\nEnding ...');
			void takeDown().finally(() => process.exit(options.once ? INTERRUPTED : 0));
		});
	}
	isEnding = () => ending;
}

let isEnding = (): boolean => false;
const { values: options } = parseArgs({
	options: {
		once: { type: 'boolean', default: false },
		fresh: { type: 'boolean', default: false },
		help: { type: 'boolean', default: false },
	},
});

if (options.help) {
	say(HELP);
} else {
	endOnSignal();
	try {
		const agrees = await demo();
		if (options.once) {
			process.exitCode = agrees ? 0 : 1;
		} else {
			const ending = await open.n8n?.ended;
			// On Ctrl-C the signal's handler has the last word.
			if (isEnding()) await once(process, 'exit');
			throw new Error(`n8n has ended by itself (${ending ?? 'it was not there'}). Its log is in ${open.n8n?.logFile ?? ''}`);
		}
	} catch (error) {
		if (isEnding()) await once(process, 'exit');
		say(`\n${error instanceof Error ? error.message : String(error)}`);
		if (open.folder !== undefined) say("If it stays like this, 'npm start -- --fresh' begins with an empty n8n.");
		process.exitCode = 1;
	}
	await takeDown();
	process.exit();
}
