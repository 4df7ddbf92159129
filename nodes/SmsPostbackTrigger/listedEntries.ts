/**
 * @param entered in a field that takes several entries: chosen from a list, or written with commas or line breaks between them
 * @returns each without white space around it
 */
export function listedEntries(entered: unknown): string[] {
	return String(entered ?? '')
		.split(/[,\n]/)
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');
}
