import { InputProblem } from './failure';

/** Real events nest four deep. */
const MAX_DEPTH = 50;

/**
 * Writes a JSON value so that equal values give equal text, in whatever order their properties came.
 *
 * @param value what `JSON.parse` gave
 * @returns JSON with sorted property names and no white space
 * @throws {InputProblem} when it nests deeper than any real event
 */
export function canonicalJson(value: unknown): string {
	return canonicalText(value, 0);
}

function canonicalText(value: unknown, depth: number): string {
	if (depth > MAX_DEPTH) {
		throw new InputProblem(
			'The event nests deeper than any real one',
			'Nothing was taken from it. Show it to the provider’s support if it came from them.',
		);
	}
	if (Array.isArray(value)) return `[${value.map((entry) => canonicalText(entry, depth + 1)).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	const properties = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
	return `{${properties.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalText(inner, depth + 1)}`).join(',')}}`;
}
