const SHOWN_CHARACTERS = 40;

function shortened(text: string): string {
	const characters = [...text];
	return characters.length > SHOWN_CHARACTERS ? `${characters.slice(0, SHOWN_CHARACTERS).join('')}…` : text;
}

function asJson(value: object): string {
	try {
		return shortened(JSON.stringify(value));
	} catch {
		return '';
	}
}

/**
 * Quotes what an entry holds, for a message about it.
 *
 * @param value of a parameter, after expressions
 * @returns text in double quotes, its control characters spelled out; lists and objects in JSON, with what they are; never longer than a line
 */
export function shownValue(value: unknown): string {
	if (typeof value === 'string') return JSON.stringify(shortened(value.trim()));
	if (value === undefined || value === null) return 'nothing';
	if (typeof value !== 'object') return String(value);
	return `${Array.isArray(value) ? 'a list' : 'an object'} ${asJson(value)}`.trim();
}
