import type { IDataObject } from 'n8n-workflow';

import type { ConsentResult } from '../consent/result';

const PREFIX = 'contact_';
/** n8n takes an item with such a field for a failed one. */
const NAME_OF_FAILURES = 'error';

/**
 * Puts the columns of an input item before those of its result. None is lost: one that has the name of a column of ours is renamed.
 *
 * @param input the item as it came in
 * @param row the result
 * @returns e.g. `{ name, contact_phone, phone, outcome, ... }` for a contact with a name and a phone
 */
export function besideInput(input: IDataObject, row: ConsentResult): IDataObject {
	const taken = new Set<string>([NAME_OF_FAILURES, ...Object.keys(row), ...Object.keys(input).filter((name) => !(name in row) && name !== NAME_OF_FAILURES)]);
	const renamed = Object.entries(input).map(([name, value]) => [name in row || name === NAME_OF_FAILURES ? freeName(name, taken) : name, value]);
	return { ...Object.fromEntries(renamed), ...row };
}

function freeName(name: string, taken: Set<string>): string {
	let free = `${PREFIX}${name}`;
	while (taken.has(free)) free = `${PREFIX}${free}`;
	taken.add(free);
	return free;
}
