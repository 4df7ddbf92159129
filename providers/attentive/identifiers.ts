import { InputProblem } from '../../consent/failure';

/** By which ids the person's other systems know the same person. */
export interface ExternalIdentifiers {
	clientUserId?: string;
	shopifyId?: string;
	klaviyoId?: string;
	customIdentifiers?: { name: string; value: string }[];
}

/**
 * Keeps only identifiers that hold something: Attentive merges people who share one, so an empty one must never be sent.
 *
 * @param input what the person entered
 * @returns the body's `externalIdentifiers`, or undefined when none is filled
 * @throws {InputProblem} when a custom identifier has a value but no name, or one name has two values
 * @see https://docs.attentive.com/reference/addsubscriptions
 */
export function readIdentifiers(input: ExternalIdentifiers = {}): Record<string, unknown> | undefined {
	const plain = (['clientUserId', 'shopifyId', 'klaviyoId'] as const)
		.map((name) => [name, textOf(input[name])] as const)
		.filter(([, value]) => value !== '');
	const customIdentifiers = readCustomIdentifiers(input.customIdentifiers ?? []);
	const identifiers = { ...Object.fromEntries(plain), ...(customIdentifiers.length > 0 ? { customIdentifiers } : {}) };
	return Object.keys(identifiers).length > 0 ? identifiers : undefined;
}

function readCustomIdentifiers(entries: { name: string; value: string }[]): { name: string; value: string }[] {
	const filled = entries.map(({ name, value }) => ({ name: textOf(name), value: textOf(value) })).filter(({ value }) => value !== '');
	const names = filled.map(({ name }) => name);
	if (names.includes('')) {
		throw new InputProblem("A custom identifier has a 'Value' but no 'Name'", 'Enter the name that the identifier has in Attentive, or remove the row.');
	}
	const twice = names.find((name, index) => names.indexOf(name) !== index);
	if (twice !== undefined) {
		throw new InputProblem(`The custom identifier '${twice}' is there twice`, 'Keep one row per name: Attentive merges people who share an identifier.');
	}
	return filled;
}

/** Expressions give numbers and null where the editor gives text. */
function textOf(value: unknown): string {
	return value === undefined || value === null ? '' : String(value).trim();
}
