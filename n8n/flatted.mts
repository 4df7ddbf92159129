/**
 * Reads `flatted` text, the form in which n8n stores run data: a JSON list whose first entry is the value and in which
 * every string inside an object or a list is the index of another entry.
 */
export function parseFlatted(text: string): unknown {
	const entries: unknown = JSON.parse(text);
	if (!Array.isArray(entries)) throw new Error('Not flatted text: the outermost value is not a list');
	for (const entry of entries) {
		if (typeof entry !== 'object' || entry === null) continue;
		for (const [key, value] of Object.entries(entry)) {
			if (typeof value !== 'string') continue;
			// defineProperty, because a key may be `__proto__`.
			Object.defineProperty(entry, key, {
				value: entries[Number(value)],
				configurable: true,
				enumerable: true,
				writable: true,
			});
		}
	}
	return entries[0];
}
