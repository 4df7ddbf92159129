/** A fresh home for n8n with the packages in it, furnished over n8n's own import commands. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';

import { type CredentialInput, type WorkflowJson } from '../../n8n/client.mts';
import { installBenchNodes } from '../package.mts';
import { runN8n, type N8nPlace } from './command.mts';

const PACKAGE_NAME = 'n8n-nodes-sms-consent';

export type StoredCredential = CredentialInput & { id: string };
export type StoredWorkflow = WorkflowJson & { id: string };

/** @returns where n8n looks for community packages */
export function communityPackagesOf(userFolder: string): string {
	return path.join(userFolder, '.n8n', 'nodes', 'node_modules');
}

/**
 * @param place n8n and the folder that becomes its home
 * @param packageDir the unpacked package
 */
export async function prepareHome(place: N8nPlace, packageDir: string): Promise<void> {
	const modules = communityPackagesOf(place.userFolder);
	mkdirSync(modules, { recursive: true });
	await cp(packageDir, path.join(modules, PACKAGE_NAME), { recursive: true });
	await installBenchNodes(modules);
}

/** Stores credentials and workflows; those of the same id are replaced. */
export async function furnish(
	place: N8nPlace,
	credentials: readonly StoredCredential[],
	workflows: readonly StoredWorkflow[],
): Promise<void> {
	await importFrom(place, 'import:credentials', credentials);
	await importFrom(
		place,
		'import:workflow',
		workflows.map((workflow) => ({ ...workflow, active: false })),
	);
}

async function importFrom(place: N8nPlace, command: string, records: readonly object[]): Promise<void> {
	const file = path.join(place.userFolder, 'import.json');
	writeFileSync(file, JSON.stringify(records));
	const { trouble } = await runN8n(place, [command, `--input=${file}`]);
	rmSync(file);
	if (trouble !== undefined) throw new Error(`${command} failed: ${trouble}`);
}
