import type { IDataObject } from 'n8n-workflow';

import { RESULT_COLUMNS } from './result';

const PREFIX = 'contact_';
/** The columns of a result, and the field by which n8n tells a failed item. */
const RESERVED: ReadonlySet<string> = new Set([...Object.keys(RESULT_COLUMNS), 'error']);

/**
 * Puts the fields of an input item before what became of it. None is lost: one that has the name of a column of ours is renamed, for results
 * and failures alike.
 *
 * @param input the item as it came in
 * @param output its result, or its failure
 * @returns e.g. `{ name, contact_phone, phone, outcome, ... }` for a contact with a name and a phone
 */
export function withInputFields(input: IDataObject, output: IDataObject): IDataObject {
	const taken = new Set<string>([...RESERVED, ...Object.keys(input)]);
	const fields = Object.entries(input).map(([name, value]) => [RESERVED.has(name) ? freeName(name, taken) : name, value]);
	return { ...Object.fromEntries(fields), ...output };
}

function freeName(name: string, taken: Set<string>): string {
	let free = `${PREFIX}${name}`;
	while (taken.has(free)) free = `${PREFIX}${free}`;
	taken.add(free);
	return free;
}
