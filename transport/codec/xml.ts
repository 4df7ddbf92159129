import { XMLParser, XMLValidator } from 'fast-xml-parser';

import type { XmlElement } from '../../consent/call';
import { InputProblem } from '../../consent/failure';
import { isUnsafeName } from '../../consent/unsafeNames';
import { decodeReferences, escapeText, hasForbiddenCharacter, withoutForbiddenCharacters } from './xmlCharacters';

export interface XmlLimits {
	/** Longer documents are refused unread. */
	maxCharacters: number;
	/** How deep elements may nest, the root being 1. */
	maxDepth: number;
	/** How many `<` it may hold, which is how many opening and closing tags there can be: they cost time to read. */
	maxTags: number;
	/** How many `=` it may hold, which is how many attributes there can be. */
	maxAttributes: number;
	/** Namespace prefixes below the root are left out, and an attribute such as `constructor` gets a `_` in front, instead of a refusal. */
	forgivesNames?: boolean;
}

/** What a provider may respond: a page of opt-outs is long, but flat. */
export const RESPONSE_LIMITS: XmlLimits = { maxCharacters: 8_000_000, maxDepth: 10, maxTags: 1_000_000, maxAttributes: 1_000_000 };

/** What a provider may send us: two orders of magnitude above a real postback, and read within milliseconds. */
export const POSTBACK_LIMITS: XmlLimits = {
	maxCharacters: 65_536,
	maxDepth: 10,
	maxTags: 5_000,
	maxAttributes: 1_000,
	forgivesNames: true,
};

/** One node as fast-xml-parser gives it in document order: one key for the kind or name, `:@` for attributes. */
type OrderedNode = Record<string, unknown>;

const TEXT = '#text';
const CDATA = '#cdata';
const COMMENT = '#comment';
const ATTRIBUTES = ':@';
const ATTRIBUTE_PREFIX = '@_';

/** Without markup behind it, the parser would silently drop text at the end of a document. */
const END = '<!---->';

/** No sender writes it but to do harm. */
const PROTO = '__proto__';
const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_.:-]*$/u;
const PARSER_MESSAGE_LENGTH = 200;

/**
 * Reads an XML document into a plain tree. Text stays text (`00123`, `0x1F`), references are decoded once, comments and
 * instructions are left out, and repeated children all stay in the tree.
 *
 * Refused are: documents above the limits, any DOCTYPE or ENTITY, characters that XML forbids (also as references), more than one
 * root, a value broken in two by a comment, an instruction or an element (`1<!--x-->6` must not become 16), a prefixed root, and names that could
 * reach `Object.prototype`.
 *
 * @param text the decoded document, with or without an XML declaration
 * @param limits how large and deep it may be
 * @returns the root element; `attributes` is an object without a prototype
 * @throws {InputProblem} with a sentence that says why the document is refused
 */
export function parseXml(text: string, limits: XmlLimits = RESPONSE_LIMITS): XmlElement {
	if (text.length > limits.maxCharacters) {
		throw refusal(`it has ${text.length} characters, and ${limits.maxCharacters} are the most that is read`);
	}
	const document = text.replace(/^\u{FEFF}/u, '').trim();
	if (document === '') throw refusal('it is empty');
	if (!document.startsWith('<')) throw refusal('it does not begin with an element');
	if (declaresAnything(document)) throw refusal('it holds a document type or an entity declaration, which no provider sends');
	if (countOf(document, '<') > limits.maxTags || countOf(document, '=') > limits.maxAttributes)
		throw refusal('it has more tags and attributes than any real one');
	if (hasForbiddenCharacter(document)) throw refusal('it holds a character that XML does not allow');
	refuseUnlessWellFormed(document);
	return onlyRoot(parsedNodes(document, limits), limits);
}

/**
 * Reads what a provider posted. A character that XML forbids, such as half an emoji or a stray control character in a title, is left out, because the document
 * may be an opt-out. A NUL is refused.
 *
 * @param text the decoded document
 * @returns its root, and what was unusual about it
 * @throws {InputProblem} as {@link parseXml} does for everything else
 */
export function parsePostbackXml(text: string): { document: XmlElement; warnings: string[] } {
	const cleaned = withoutForbiddenCharacters(text);
	const document = parseXml(cleaned.replace(NAMES_OF_OBJECTS, '$1_$2'), POSTBACK_LIMITS);
	return { document, warnings: cleaned === text ? [] : [LEFT_OUT] };
}

/** The parser refuses a document with such an element, whatever else it says. */
const NAMES_OF_OBJECTS = /(<\/?)(constructor|prototype)(?=[\s/>])/g;

const LEFT_OUT = 'The document held characters that XML does not allow; they were left out.';

/** Whether there is a document type or an entity, apart from what only looks like one inside a comment or CDATA. */
function declaresAnything(document: string): boolean {
	for (let at = document.indexOf('<!'); at >= 0; ) {
		const end = document.startsWith('<!--', at) ? '-->' : document.startsWith('<![CDATA[', at) ? ']]>' : undefined;
		if (end === undefined) return true;
		const closed = document.indexOf(end, at + '<!--'.length);
		// What is never closed is refused by the validator.
		if (closed < 0) return false;
		at = document.indexOf('<!', closed);
	}
	return false;
}

/**
 * Writes a document with its declaration, in UTF-8.
 *
 * @param element the root
 * @returns the document's text, without white space between elements
 * @throws {InputProblem} when a value holds a character that XML does not allow, or a name is not one
 */
export function buildXml(element: XmlElement): string {
	return `<?xml version="1.0" encoding="UTF-8"?>${elementText(element)}`;
}

function elementText({ name, attributes, text, children }: XmlElement): string {
	requireWritableName(name);
	const attributeText = Object.entries(attributes)
		.map(([attribute, value]) => {
			requireWritableName(attribute);
			return ` ${attribute}="${attributeValueText(value, attribute)}"`;
		})
		.join('');
	const content = writable(text, name) + children.map(elementText).join('');
	return `<${name}${attributeText}>${content}</${name}>`;
}

/** A reader would turn a line break or a tab inside an attribute into a space. */
function attributeValueText(value: string, attribute: string): string {
	return writable(value, attribute).replace(/\n/g, '&#10;').replace(/\t/g, '&#9;');
}

function writable(value: string, name: string): string {
	if (hasForbiddenCharacter(value)) {
		throw new InputProblem(
			`'${name}' holds an invisible control character or half an emoji, which cannot be sent in XML`,
			'Type the value again, or remove such characters with an expression, for example with replace().',
		);
	}
	return escapeText(value);
}

function requireWritableName(name: string): void {
	if (!NAME.test(name)) {
		throw new InputProblem(
			`'${name}' cannot be the name of an XML element`,
			'Use letters, digits, dots, dashes and underscores, and begin with a letter.',
		);
	}
}

/** The parser accepts truncated and mismatched documents, so the validator runs before it. */
function refuseUnlessWellFormed(document: string): void {
	// The validator refuses every lone ampersand; `decodeReferences` is the judge of those, and they cannot change the structure.
	const verdict = XMLValidator.validate(document.replaceAll('&', '_'));
	if (verdict !== true)
		throw refusal(
			verdict.err.msg.startsWith("Invalid '[")
				? 'it ends before all elements are closed'
				: `${withoutFinalStop(verdict.err.msg)} (line ${verdict.err.line})`,
		);
}

function makeParser(maxDepth: number): XMLParser {
	return new XMLParser({
		preserveOrder: true,
		ignoreAttributes: false,
		attributeNamePrefix: ATTRIBUTE_PREFIX,
		textNodeName: TEXT,
		cdataPropName: CDATA,
		commentPropName: COMMENT,
		parseTagValue: false,
		parseAttributeValue: false,
		trimValues: false,
		processEntities: false,
		ignoreDeclaration: true,
		ignorePiTags: true,
		maxNestedTags: maxDepth,
		onDangerousProperty: (name) => name,
	});
}

/** By depth: a parser keeps nothing of a document, and making one costs as much as reading a short answer. */
const PARSERS = new Map<number, XMLParser>();

function parserFor(maxDepth: number): XMLParser {
	const parser = PARSERS.get(maxDepth) ?? makeParser(maxDepth);
	PARSERS.set(maxDepth, parser);
	return parser;
}

function parsedNodes(document: string, limits: XmlLimits): OrderedNode[] {
	try {
		return parserFor(limits.maxDepth).parse(`${document}${END}`) as OrderedNode[];
	} catch (problem) {
		throw refusal(problem instanceof Error ? withoutFinalStop(problem.message) : 'the parser gave up');
	}
}

function onlyRoot(nodes: OrderedNode[], limits: XmlLimits): XmlElement {
	const elements: XmlElement[] = [];
	for (const node of nodes) {
		const kind = kindOf(node);
		if (kind === COMMENT || (kind === TEXT && String(node[TEXT]).trim() === '')) continue;
		if (kind === TEXT || kind === CDATA) throw refusal('there is text outside the root element');
		elements.push(toElement(node, kind, 1, limits));
	}
	const [root] = elements;
	if (root === undefined || elements.length > 1) throw refusal(`it has ${elements.length} root elements instead of one`);
	if (root.name.includes(':')) throw refusal('its root element has a namespace prefix');
	return root;
}

function toElement(node: OrderedNode, written: string, depth: number, limits: XmlLimits): XmlElement {
	if (depth > limits.maxDepth) throw refusal(`elements nest more than ${limits.maxDepth} deep`);
	const isPrefixedChild = limits.forgivesNames === true && depth > 1;
	const name = nameOf(isPrefixedChild ? written.slice(written.lastIndexOf(':') + 1) : written, limits);
	const children: XmlElement[] = [];
	const text = new ValueText(name);
	for (const inner of node[written] as OrderedNode[]) {
		const kind = kindOf(inner);
		if (kind === TEXT) text.add(decodeReferences(String(inner[TEXT])), 'text');
		else if (kind === CDATA) text.add(cdataOf(inner), 'cdata');
		else {
			text.interrupt();
			if (kind !== COMMENT) children.push(toElement(inner, kind, depth + 1, limits));
		}
	}
	return { name, attributes: attributesOf(node, limits), children, text: text.toString() };
}

/** Collects an element's own text and notices when it does not stand in one piece. */
class ValueText {
	private pieces = '';
	private interrupted = false;
	private last: 'text' | 'cdata' | null = null;

	constructor(private readonly element: string) {}

	add(piece: string, kind: 'text' | 'cdata'): void {
		// Two pieces of plain text in a row: the parser left out an instruction that stood between them.
		if (kind === 'text' && this.last === 'text') this.interrupt();
		this.last = kind;
		if (piece.trim() === '') {
			this.pieces += piece;
			return;
		}
		if (this.interrupted) throw refusal(`the value of ${this.element} is broken in two`);
		if (hasForbiddenCharacter(piece)) throw refusal(`the value of ${this.element} holds a character that XML does not allow`);
		this.pieces += piece;
	}

	interrupt(): void {
		this.last = null;
		if (this.pieces.trim() !== '') this.interrupted = true;
	}

	toString(): string {
		return this.pieces.trim();
	}
}

function cdataOf(node: OrderedNode): string {
	const inner = node[CDATA] as OrderedNode[];
	return inner.map((piece) => String(piece[TEXT] ?? '')).join('');
}

function attributesOf(node: OrderedNode, limits: XmlLimits): Record<string, string> {
	const attributes = Object.create(null) as Record<string, string>;
	for (const [prefixed, value] of Object.entries((node[ATTRIBUTES] ?? {}) as Record<string, unknown>)) {
		const name = nameOf(prefixed.slice(ATTRIBUTE_PREFIX.length), limits);
		const decoded = decodeReferences(String(value));
		if (hasForbiddenCharacter(decoded)) throw refusal(`the attribute ${name} holds a character that XML does not allow`);
		attributes[name] = decoded;
	}
	return attributes;
}

function nameOf(name: string, { forgivesNames = false }: XmlLimits): string {
	if (!NAME.test(name)) throw refusal('a name in it is not an XML name');
	if (!isUnsafeName(name)) return name;
	if (forgivesNames && name !== PROTO) return `_${name}`;
	throw refusal(`the name ${name} is refused`);
}

function countOf(text: string, character: string): number {
	let count = 0;
	for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count += 1;
	return count;
}

function kindOf(node: OrderedNode): string {
	for (const key in node) if (key !== ATTRIBUTES) return key;
	return TEXT;
}

function refusal(reason: string): InputProblem {
	return new InputProblem(
		`This XML document cannot be used: ${reason.slice(0, PARSER_MESSAGE_LENGTH)}`,
		'Nothing was taken from it. If a provider sent it, keep the document and show it to their support.',
	);
}

function withoutFinalStop(sentence: string): string {
	return sentence.replace(/\.$/, '');
}
