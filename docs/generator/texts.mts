import ts from 'typescript';

import { propertyOf, type Sources } from './sources.mts';

/** Stands for what is known only when it happens: a number, a name, the provider's words. */
export const OPEN = '…';

/** What parameters stand for while the calls of their function are looked at one by one. */
export type Scope = ReadonlyMap<ts.Symbol, ts.Expression | undefined>;

export interface Reading {
	/** Every text that the expression can become. */
	texts: string[];
	/** Parameters for texts and numbers whose value would be needed to say more. */
	open: Set<ts.ParameterDeclaration>;
}

const EMPTY: Scope = new Map();
const MOST_ALTERNATIVES = 12;
const DEEPEST = 24;
const PASSING_ON = new Set(['slice', 'trim', 'toString']);

/** Works out what an expression's text can be, as far as the source alone says it. */
export class TextReader {
	constructor(private readonly sources: Sources) {}

	/**
	 * @param expression of a text
	 * @param scope what parameters stand for
	 */
	read(expression: ts.Expression | undefined, scope: Scope = EMPTY): Reading {
		const open = new Set<ts.ParameterDeclaration>();
		const texts = expression === undefined ? [] : [...new Set(this.textsOf(expression, scope, open, 0))];
		return { texts, open };
	}

	/**
	 * @param parameter of the function whose call it is
	 * @param call one call of that function
	 * @returns what all parameters of the function stand for in this call
	 */
	scopeOf(parameter: ts.ParameterDeclaration, call: ts.CallExpression): Scope {
		const scope = new Map<ts.Symbol, ts.Expression | undefined>();
		parameter.parent.parameters.forEach(({ name, initializer }, index) => {
			const symbol = this.sources.checker.getSymbolAtLocation(name);
			if (symbol !== undefined) scope.set(symbol, call.arguments[index] ?? initializer);
		});
		return scope;
	}

	/**
	 * Follows names to the object that they stand for.
	 *
	 * @param expression of an object
	 * @param scope what parameters stand for
	 */
	objectOf(expression: ts.Expression, scope: Scope = EMPTY, depth = 0): ts.ObjectLiteralExpression | undefined {
		const node = bare(expression);
		if (ts.isObjectLiteralExpression(node)) return node;
		if (!ts.isIdentifier(node) || depth > DEEPEST) return undefined;
		const symbol = this.symbolOf(node);
		const bound = symbol && scope.get(symbol);
		if (bound) return this.objectOf(bound, scope, depth + 1);
		const declaration = symbol?.valueDeclaration;
		if (declaration && (ts.isVariableDeclaration(declaration) || ts.isParameter(declaration)) && declaration.initializer) {
			return this.objectOf(declaration.initializer, EMPTY, depth + 1);
		}
		return undefined;
	}

	private textsOf(expression: ts.Expression, scope: Scope, open: Set<ts.ParameterDeclaration>, depth: number): string[] {
		const node = bare(expression);
		const inner = (part: ts.Expression): string[] => this.textsOf(part, scope, open, depth + 1);
		if (depth > DEEPEST) return [OPEN];
		if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return [node.text];
		if (ts.isTemplateExpression(node)) {
			return node.templateSpans.reduce((before, span) => joined(joined(before, inner(span.expression)), [span.literal.text]), [node.head.text]);
		}
		if (ts.isConditionalExpression(node)) return [...inner(node.whenTrue), ...inner(node.whenFalse)];
		if (ts.isBinaryExpression(node)) {
			if (node.operatorToken.kind === ts.SyntaxKind.PlusToken) return sayingOr(joined(inner(node.left), inner(node.right)));
			if (node.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken) return [OPEN];
			const left = inner(node.left);
			// A stand-in for a missing value is the exception, so it does not speak for the value.
			return left.some(says) || ts.isTemplateSpan(node.parent) ? left : sayingOr(inner(node.right));
		}
		if (ts.isPropertyAccessExpression(node)) return this.propertyTexts(node, scope, open, depth);
		if (ts.isCallExpression(node)) return this.callTexts(node, scope, open, depth);
		return ts.isIdentifier(node) ? this.nameTexts(node, scope, open, depth) : [OPEN];
	}

	private nameTexts(name: ts.Identifier, scope: Scope, open: Set<ts.ParameterDeclaration>, depth: number): string[] {
		const symbol = this.symbolOf(name);
		const bound = symbol && scope.get(symbol);
		if (bound) return this.textsOf(bound, scope, open, depth + 1);
		const declaration = symbol?.valueDeclaration;
		if (declaration === undefined) return [OPEN];
		if (ts.isBindingElement(declaration)) return this.sentencesOfAll(this.sources.checker.getTypeAtLocation(declaration.parent), name.text, depth);
		if (ts.isVariableDeclaration(declaration) && declaration.initializer && isConstant(declaration)) {
			return this.textsOf(declaration.initializer, scope, open, depth + 1);
		}
		if (!ts.isParameter(declaration)) return [OPEN];
		if (isTextOrNumber(declaration, this.sources.checker)) open.add(declaration);
		return declaration.initializer === undefined ? [OPEN] : this.textsOf(declaration.initializer, scope, open, depth + 1);
	}

	private propertyTexts(node: ts.PropertyAccessExpression, scope: Scope, open: Set<ts.ParameterDeclaration>, depth: number): string[] {
		const object = this.objectOf(node.expression, scope);
		if (object === undefined) return this.sentencesOfAll(this.sources.checker.getTypeAtLocation(node.expression), node.name.text, depth);
		const value = propertyOf(object, node.name.text);
		return value === undefined ? [OPEN] : this.textsOf(value, EMPTY, open, depth + 1);
	}

	/** What any object of a type says in a property, where that is whole sentences. */
	private sentencesOfAll(type: ts.Type, name: string, depth: number): string[] {
		// Every failure has these two, so they would stand for all failures there are.
		if (name === 'message' || name === 'remedy') return [OPEN];
		const objects = this.sources.objectsOf(type);
		return sentencesOnly(objects.flatMap((object) => this.textsOf(propertyOf(object, name) ?? object, EMPTY, new Set(), depth + 1)));
	}

	/** A function's text is taken over where it is whole sentences; a word from one says little without its reason. */
	private callTexts(node: ts.CallExpression, scope: Scope, open: Set<ts.ParameterDeclaration>, depth: number): string[] {
		const { expression } = node;
		if (ts.isPropertyAccessExpression(expression) && PASSING_ON.has(expression.name.text)) {
			return this.textsOf(expression.expression, scope, open, depth + 1);
		}
		const declaration = this.sources.checker.getResolvedSignature(node)?.declaration;
		if (declaration === undefined || !('body' in declaration) || declaration.body === undefined || declaration.getSourceFile().isDeclarationFile) return [OPEN];
		const texts = returnedBy(declaration.body).flatMap((returned) => this.textsOf(returned, EMPTY, new Set(), depth + 1));
		return sentencesOnly(texts);
	}

	private symbolOf(name: ts.Identifier): ts.Symbol | undefined {
		const { checker } = this.sources;
		const symbol =
			name.parent !== undefined && ts.isShorthandPropertyAssignment(name.parent)
				? checker.getShorthandAssignmentValueSymbol(name.parent)
				: checker.getSymbolAtLocation(name);
		return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
	}
}

/**
 * @param text as read
 * @returns whether it holds more than what is open
 */
export function says(text: string): boolean {
	return /\p{L}{2}/u.test(text.replaceAll(OPEN, ''));
}

function sentencesOnly(texts: string[]): string[] {
	return texts.length > 0 && texts.every((text) => says(text) && text.endsWith('.')) ? [...new Set(texts)] : [OPEN];
}

function sayingOr(texts: string[]): string[] {
	return texts.some(says) ? texts : [OPEN];
}

function bare(expression: ts.Expression): ts.Expression {
	const wrapped =
		ts.isParenthesizedExpression(expression) || ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression) || ts.isNonNullExpression(expression);
	return wrapped ? bare(expression.expression) : expression;
}

function joined(before: string[], after: string[]): string[] {
	return before.flatMap((start) => after.map((end) => start + end)).slice(0, MOST_ALTERNATIVES);
}

function isConstant(declaration: ts.VariableDeclaration): boolean {
	return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
}

function isTextOrNumber(parameter: ts.ParameterDeclaration, checker: ts.TypeChecker): boolean {
	const { flags } = checker.getTypeAtLocation(parameter);
	return (flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike)) !== 0;
}

function returnedBy(body: ts.Node): ts.Expression[] {
	if (!ts.isBlock(body)) return [body as ts.Expression];
	const found: ts.Expression[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isFunctionLike(node)) return;
		if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
		ts.forEachChild(node, visit);
	};
	ts.forEachChild(body, visit);
	return found;
}
