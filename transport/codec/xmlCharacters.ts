/** The five references that every XML document may use without declaring them. */
const BUILT_IN_REFERENCES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const REFERENCE = /&(?:#([0-9]+)|#x([0-9a-fA-F]+)|(amp|lt|gt|quot|apos));/g;

/** Characters that XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets); with the `u` flag a surrogate matches only when it stands alone. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Replaces anything that no character stands for, so that the check that follows refuses the document. */
const NOT_A_CHARACTER = '\u{FFFF}';
const LAST_CODE_POINT = 0x10ffff;

const ESCAPES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&apos;',
	'\r': '&#13;',
};

const ESCAPED = /[&<>"'\r]/;

/**
 * @param text decoded characters
 * @returns true when XML 1.0 forbids one of them: most control characters, halves of surrogate pairs, U+FFFE and U+FFFF
 */
export function hasForbiddenCharacter(text: string): boolean {
	return FORBIDDEN.test(text);
}

const EVERY_FORBIDDEN = new RegExp(FORBIDDEN.source, 'gu');
const NUL = '\0';
const NUMERIC_REFERENCE = /&#(?:([0-9]{1,9})|x([0-9a-fA-F]{1,8}));/g;

/**
 * @param text as it stands in a document
 * @returns it without the characters that XML forbids, and without numeric references to such; a NUL stays, because no sender writes one by mistake
 */
export function withoutForbiddenCharacters(text: string): string {
	const dropped = (character: string): string => (character === NUL ? NUL : '');
	const cleaned = FORBIDDEN.test(text) ? text.replace(EVERY_FORBIDDEN, dropped) : text;
	if (!cleaned.includes('&#')) return cleaned;
	return cleaned.replace(NUMERIC_REFERENCE, (reference) => {
		const character = decodeReferences(reference);
		return FORBIDDEN.test(character) && character !== NUL && character !== NOT_A_CHARACTER ? '' : reference;
	});
}

/**
 * Decodes the five built-in references and numeric ones, each once and in one pass, so that `&amp;lt;` becomes `&lt;` and never `<`.
 * Any other name (`&eacute;`, `&xxe;`) and a lone `&` stay as they were written: they occur in brand names, are harmless as text,
 * and must not cost an opt-out. A number that stands for no character becomes U+FFFF, which {@link hasForbiddenCharacter} finds.
 *
 * @param text as it stands in the document
 * @returns what it means
 */
export function decodeReferences(text: string): string {
	if (!text.includes('&')) return text;
	return text.replace(REFERENCE, (_match, decimal?: string, hexadecimal?: string, name?: string) => {
		if (name !== undefined) return BUILT_IN_REFERENCES[name] ?? NOT_A_CHARACTER;
		const codePoint = decimal === undefined ? parseInt(hexadecimal ?? '', 16) : parseInt(decimal, 10);
		return codePoint <= LAST_CODE_POINT ? String.fromCodePoint(codePoint) : NOT_A_CHARACTER;
	});
}

/**
 * @param text any text without forbidden characters
 * @returns the same, safe inside an element and inside an attribute in double quotes
 */
export function escapeText(text: string): string {
	if (!ESCAPED.test(text)) return text;
	return text.replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? character);
}
