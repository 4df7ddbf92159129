import ts from 'typescript';

import { sitesIn, type Site, type SiteKind } from './sites.mts';
import { everyNode, propertyOf, readSources, type Sources } from './sources.mts';
import { OPEN, says, TextReader, type Scope } from './texts.mts';

/** One message that a person can meet. */
export interface Entry {
	kind: SiteKind;
	/** Path from the checkout. */
	file: string;
	/** The provider's code or the HTTP status that leads to it; empty where neither does. */
	code: string;
	/** The `kind` in the item's error, such as `credentials`; for a rejection the step in the log. */
	nature: string;
	/** What is left open is `…`; empty where it is the message of the failure that this one completes. */
	message: string;
	remedy: string;
}

/** One place of the source, and how many messages it can give; none where it only passes on another's words. */
export interface FoundSite {
	kind: SiteKind;
	file: string;
	/** First and last line, counted from 1. */
	line: number;
	endLine: number;
	entries: number;
}

export interface Catalogue {
	entries: Entry[];
	sites: FoundSite[];
}

const DEEPEST_CALL = 5;
/** A function that can give any kind says nothing about this one. */
const MOST_NATURES = 5;
/** An alternative that only a missing value leads to. */
const EMPTY_QUOTES = /""|''/;

/**
 * Collects every message with its remedy from the code that words it.
 *
 * @param projectDir the checkout
 */
export function catalogueOf(projectDir: string): Catalogue {
	const sources = readSources(projectDir);
	const sites = sitesIn(sources);
	const collector = new Collector(sources, sites);
	const found = sites.map((site) => ({ site, entries: collector.entriesAt(site) }));
	return {
		entries: withoutRepeats(found.flatMap(({ entries }) => entries)),
		sites: found.map(({ site, entries }) => ({ kind: site.kind, file: sources.pathOf(site.node), line: lineAt(site.node, site.node.getStart()), endLine: lineAt(site.node, site.node.end), entries: entries.length })),
	};
}

class Collector {
	private readonly reader: TextReader;

	constructor(
		private readonly sources: Sources,
		private readonly sites: readonly Site[],
	) {
		this.reader = new TextReader(sources);
	}

	entriesAt(site: Site, scope: Scope = new Map(), calls: readonly ts.CallExpression[] = []): Entry[] {
		const message = this.reader.read(site.message, scope);
		const remedy = this.reader.read(site.remedy, scope);
		const [parameter] = [...message.open, ...remedy.open];
		const callers = parameter === undefined ? [] : this.callersThatSayMore(parameter, scope, calls);
		if (parameter !== undefined && callers.length > 0) {
			return callers.flatMap((call) => this.entriesAt(site, merged(scope, this.reader.scopeOf(parameter, call)), [...calls, call]));
		}
		const remedyText = this.remedyOf(site, remedy.texts);
		const messages = message.texts.filter((text) => says(text) && !EMPTY_QUOTES.test(text));
		const completing = messages.length === 0 && site.kind === 'failure' && says(remedyText) ? [''] : [];
		return [...messages, ...completing].map((text) => this.entry(site, scope, calls, withField(site, text), remedyText));
	}

	/** Calls that hand over words, directly or from further up; a name or an address alone would only repeat the message. */
	private callersThatSayMore(parameter: ts.ParameterDeclaration, scope: Scope, calls: readonly ts.CallExpression[]): readonly ts.CallExpression[] {
		if (calls.length === DEEPEST_CALL) return [];
		const callers = this.sources.callsOf(parameter.parent as ts.SignatureDeclaration);
		const saysMore = (call: ts.CallExpression): boolean =>
			call.arguments.some((argument) => {
				const { texts, open } = this.reader.read(argument, scope);
				if (texts.some((text) => says(text) && text.includes(' '))) return true;
				return [...open].some((next) => this.callersThatSayMore(next, scope, [...calls, call]).length > 0);
			});
		return callers.some(saysMore) ? callers : [];
	}

	private entry(site: Site, scope: Scope, calls: readonly ts.CallExpression[], message: string, remedy: string): Entry {
		return {
			kind: site.kind,
			file: this.sources.pathOf(site.node),
			code: this.codeOf(site, calls),
			nature: this.natureOf(site, scope),
			message,
			remedy,
		};
	}

	private remedyOf(site: Site, texts: string[]): string {
		if (site.kind === 'schema') return this.remedyOfSchemaIn(site.node.getSourceFile());
		return texts.filter(says).join(' / ');
	}

	/** The sentence of a schema reaches the person in the problem that its own file makes of it. */
	private remedyOfSchemaIn(file: ts.SourceFile): string {
		const speaker = this.sites.find(({ kind, node }) => kind === 'input' && node.getSourceFile() === file && /sentenceOf\(/.test(node.getText()));
		return this.reader.read(speaker?.remedy).texts.join(' / ');
	}

	private natureOf(site: Site, scope: Scope): string {
		if (site.kind === 'input' || site.kind === 'schema') return 'input';
		const from = site.kind === 'rejection' ? site.step : site.details && propertyOf(site.details, 'kind');
		const read = this.reader.read(from, scope).texts;
		return (read.includes(OPEN) ? this.wordsOfType(from) : read).join(' or ');
	}

	private wordsOfType(expression: ts.Expression | undefined): string[] {
		const type = expression && this.sources.checker.getTypeAtLocation(expression);
		const parts = type?.isUnion() ? type.types : [];
		return parts.flatMap((part) => (part.isStringLiteral() ? part.value : [])).filter((_word, _index, words) => words.length <= MOST_NATURES);
	}

	private codeOf(site: Site, calls: readonly ts.CallExpression[]): string {
		const status = this.reader.read(site.status).texts.filter((text) => text !== OPEN);
		if (status.length > 0) return status.join(', ');
		for (const node of [site.node, ...calls]) {
			const code = codeBeside(node) ?? statusAsked(node);
			if (code !== undefined) return code;
		}
		return [...new Set([site.node, ...calls].flatMap(codesOfConstant))].join(', ') || this.statusOfOnlyCaller(site.node);
	}

	/** `if (status === 401) return keyRefused(purpose)`: the status stands where the wording function is called. */
	private statusOfOnlyCaller(node: ts.Node): string {
		const wording = ts.findAncestor(node, ts.isFunctionDeclaration);
		const callers = wording === undefined ? [] : this.sources.callsOf(wording);
		return (callers.length === 1 && callers[0] !== undefined && statusAsked(callers[0])) || '';
	}
}

/** A schema's sentence that names no field gets the field's name before it, as the person sees it. */
function withField({ kind, node }: Site, message: string): string {
	if (kind !== 'schema' || message.startsWith("'")) return message;
	const field = ts.findAncestor(node, ts.isPropertyAssignment)?.name;
	return field && (ts.isIdentifier(field) || ts.isStringLiteral(field)) ? `'${field.text}': ${message}` : message;
}

/** The key under which a table holds the words: `['E104', {...}]` or `'14': refusal(...)`. */
function codeBeside(node: ts.Node): string | undefined {
	const { parent } = node;
	if (ts.isArrayLiteralExpression(parent) && parent.elements[1] === node) {
		const [key] = parent.elements;
		if (key && ts.isStringLiteral(key)) return key.text;
		if (key && ts.isNumericLiteral(key)) return `HTTP ${key.text}`;
	}
	if (ts.isPropertyAssignment(parent) && ts.isStringLiteral(parent.name)) return /^\d+$/.test(parent.name.text) ? `status ${parent.name.text}` : undefined;
	return undefined;
}

/** Where the words stand in a constant, the codes stand where the constant is used. */
function codesOfConstant(node: ts.Node): string[] {
	if (!ts.isVariableDeclaration(node.parent) || !ts.isIdentifier(node.parent.name)) return [];
	const { text } = node.parent.name;
	const codes: string[] = [];
	everyNode(node.getSourceFile(), (use) => {
		if (ts.isIdentifier(use) && use.text === text) codes.push(...[codeBeside(use) ?? statusAsked(use) ?? []].flat());
	});
	return codes;
}

/** What `if (status === 401) return ...` asks for, around a node. */
function statusAsked(node: ts.Node): string | undefined {
	const around = ts.findAncestor(node, (above) => ts.isIfStatement(above) || ts.isFunctionLike(above));
	if (around === undefined || !ts.isIfStatement(around)) return undefined;
	const condition = around.expression.getText();
	const exact = [...condition.matchAll(/\bstatus === (\d{3})/g)].map(([, status]) => status);
	const from = Number(/\bstatus >= ([345])00/.exec(condition)?.[1] ?? 0);
	const to = Number(/\bstatus < ([456])00/.exec(condition)?.[1] ?? from + 1);
	const ranges = from === 0 ? [] : Array.from({ length: to - from }, (_, index) => `${from + index}xx`);
	const all = [...exact, ...ranges];
	return all.length === 0 ? undefined : `HTTP ${all.join(', ')}`;
}

function merged(one: Scope, other: Scope): Scope {
	return new Map([...one, ...other]);
}

function lineAt(node: ts.Node, position: number): number {
	return node.getSourceFile().getLineAndCharacterOfPosition(position).line + 1;
}

function withoutRepeats(entries: Entry[]): Entry[] {
	const seen = new Set<string>();
	return entries.filter((entry) => {
		const key = JSON.stringify(entry);
		return !seen.has(key) && seen.add(key);
	});
}
