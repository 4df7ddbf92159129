/** The little XML the stand-ins need: strict about well-formedness, no document types, no name spaces. */

export type XmlElement = {
	name: string;
	attributes: Record<string, string>;
	children: XmlElement[];
	/** Its own character data, children's excluded. */
	text: string;
};

export class XmlError extends Error {}

const NAME = /[A-Za-z_:][\w:.-]*/y;
const BLANK = /[ \t\r\n]*/y;
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
	return text.replace(/&([^;&]*;?)/g, (_whole, reference: string) => {
		if (!reference.endsWith(';')) throw new XmlError('EntityRef: expecting ;');
		const name = reference.slice(0, -1);
		const numeric = /^#(?:x([\da-fA-F]+)|(\d+))$/.exec(name);
		if (numeric !== null) {
			const code = numeric[1] === undefined ? Number(numeric[2]) : Number.parseInt(numeric[1], 16);
			if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new XmlError('xmlParseCharRef: invalid value');
			const character = String.fromCodePoint(code);
			if (FORBIDDEN.test(character)) throw new XmlError('xmlParseCharRef: invalid value');
			return character;
		}
		const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
		if (known === undefined) throw new XmlError(`Entity '${name}' not defined`);
		return known;
	});
}

class Reader {
	private at = 0;
	private readonly source: string;

	constructor(source: string) {
		this.source = source;
	}

	document(): XmlElement {
		if (FORBIDDEN.test(this.source)) throw new XmlError('PCDATA invalid Char value');
		if (this.source.startsWith('\uFEFF')) this.at = 1;
		if (this.source.startsWith('<?xml', this.at)) this.until('?>');
		this.miscellany();
		const root = this.element(0);
		this.miscellany();
		if (this.at < this.source.length) throw new XmlError('Extra content at the end of the document');
		return root;
	}

	private until(end: string): string {
		const found = this.source.indexOf(end, this.at);
		if (found < 0) throw new XmlError('Premature end of data');
		const text = this.source.slice(this.at, found);
		this.at = found + end.length;
		return text;
	}

	private take(pattern: RegExp): string {
		pattern.lastIndex = this.at;
		const text = pattern.exec(this.source)?.[0] ?? '';
		this.at += text.length;
		return text;
	}

	private expect(text: string): void {
		if (!this.source.startsWith(text, this.at)) throw new XmlError(`'${text}' expected`);
		this.at += text.length;
	}

	private miscellany(): void {
		for (;;) {
			this.take(BLANK);
			if (this.source.startsWith('<!--', this.at)) this.comment();
			else if (this.source.startsWith('<?', this.at)) this.until('?>');
			else return;
		}
	}

	private comment(): void {
		this.at += 4;
		if (this.until('-->').includes('--')) throw new XmlError('Double hyphen within comment');
	}

	private name(): string {
		const name = this.take(NAME);
		if (name === '') throw new XmlError('StartTag: invalid element name');
		return name;
	}

	private element(depth: number): XmlElement {
		if (depth > 50) throw new XmlError('Excessive depth in document');
		this.expect('<');
		const name = this.name();
		const attributes = Object.create(null) as Record<string, string>;
		for (;;) {
			const blank = this.take(BLANK);
			if (this.source.startsWith('/>', this.at)) {
				this.at += 2;
				return { name, attributes, children: [], text: '' };
			}
			if (this.source.startsWith('>', this.at)) {
				this.at += 1;
				break;
			}
			if (blank === '') throw new XmlError("Couldn't find end of Start Tag");
			const attribute = this.name();
			this.take(BLANK);
			this.expect('=');
			this.take(BLANK);
			const quote = this.source[this.at];
			if (quote !== '"' && quote !== "'") throw new XmlError('AttValue: " or \' expected');
			this.at += 1;
			const value = this.until(quote);
			if (value.includes('<')) throw new XmlError("Unescaped '<' not allowed in attributes values");
			if (attribute in attributes) throw new XmlError(`Attribute ${attribute} redefined`);
			attributes[attribute] = decoded(value);
		}
		return this.content({ name, attributes, children: [], text: '' }, depth);
	}

	private content(element: XmlElement, depth: number): XmlElement {
		for (;;) {
			const open = this.source.indexOf('<', this.at);
			if (open < 0) throw new XmlError(`Premature end of data in tag ${element.name}`);
			const text = this.source.slice(this.at, open);
			if (text.includes(']]>')) throw new XmlError("Sequence ']]>' not allowed in content");
			element.text += decoded(text);
			this.at = open;
			if (this.source.startsWith('</', open)) {
				this.at += 2;
				const closing = this.name();
				if (closing !== element.name) throw new XmlError(`Opening and ending tag mismatch: ${element.name} and ${closing}`);
				this.take(BLANK);
				this.expect('>');
				return element;
			}
			if (this.source.startsWith('<!--', open)) this.comment();
			else if (this.source.startsWith('<![CDATA[', open)) {
				this.at += 9;
				element.text += this.until(']]>');
			} else if (this.source.startsWith('<?', open)) this.until('?>');
			else element.children.push(this.element(depth + 1));
		}
	}
}

/** Reads a document. Throws {@link XmlError} when it is not well-formed or has a document type. */
export function readXml(source: string): XmlElement {
	return new Reader(source).document();
}

/** The text with the characters escaped that mean something in XML. */
export function xmlText(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** `<NAME>text</NAME>` for each pair, `separator` between them. */
export function xmlElements(pairs: ReadonlyArray<readonly [string, string]>, separator = ''): string {
	return pairs.map(([name, text]) => `<${name}>${xmlText(text)}</${name}>`).join(separator);
}
