import { dirname, join, relative, sep } from 'node:path';

import ts from 'typescript';

/** The package's own modules, with what is needed to follow a name from its use to its declaration. */
export interface Sources {
	files: readonly ts.SourceFile[];
	checker: ts.TypeChecker;
	/** Where a function or method is called from. */
	callsOf(declaration: ts.SignatureDeclaration): readonly ts.CallExpression[];
	/** Object literals that are written as one of an interface of the package. */
	objectsOf(type: ts.Type): readonly ts.ObjectLiteralExpression[];
	/** Path from the checkout, with forward slashes. */
	pathOf(node: ts.Node): string;
}

/**
 * Reads the package as its own `tsconfig.json` describes it.
 *
 * @param projectDir the checkout
 */
export function readSources(projectDir: string): Sources {
	const configFile = join(projectDir, 'tsconfig.json');
	const config = ts.parseJsonConfigFileContent(ts.readConfigFile(configFile, ts.sys.readFile).config, ts.sys, dirname(configFile));
	const program = ts.createProgram(config.fileNames, config.options);
	const checker = program.getTypeChecker();
	const files = program
		.getSourceFiles()
		.filter(({ fileName, isDeclarationFile }) => !isDeclarationFile && !fileName.includes('/node_modules/'))
		.sort((one, other) => (one.fileName < other.fileName ? -1 : 1));
	const calls = new Map<ts.Node, ts.CallExpression[]>();
	const objects = new Map<ts.Symbol, ts.ObjectLiteralExpression[]>();
	for (const file of files) {
		everyNode(file, (node) => {
			if (ts.isCallExpression(node)) {
				const declaration = checker.getResolvedSignature(node)?.declaration;
				if (declaration !== undefined) calls.set(declaration, [...(calls.get(declaration) ?? []), node]);
			} else if (ts.isObjectLiteralExpression(node)) {
				const symbol = interfaceOf(checker.getContextualType(node));
				if (symbol !== undefined) objects.set(symbol, [...(objects.get(symbol) ?? []), node]);
			}
		});
	}
	return {
		files,
		checker,
		objectsOf: (type) => objectsWith(objects, interfaceOf(type)),
		callsOf: (declaration) => calls.get(declaration) ?? [],
		pathOf: (node) => relative(projectDir, node.getSourceFile().fileName).split(sep).join('/'),
	};
}

function objectsWith(objects: ReadonlyMap<ts.Symbol, ts.ObjectLiteralExpression[]>, symbol: ts.Symbol | undefined): readonly ts.ObjectLiteralExpression[] {
	return (symbol && objects.get(symbol)) ?? [];
}

function interfaceOf(type: ts.Type | undefined): ts.Symbol | undefined {
	const symbol = type?.getSymbol();
	return symbol && symbol.flags & ts.SymbolFlags.Interface ? symbol : undefined;
}

/**
 * Visits a node and everything in it, in the order of the text.
 *
 * @param root where to begin
 * @param visit called for each node
 */
export function everyNode(root: ts.Node, visit: (node: ts.Node) => void): void {
	visit(root);
	ts.forEachChild(root, (child) => everyNode(child, visit));
}

/**
 * @param object an object literal
 * @param name of a property
 * @returns what it is set to; undefined when it is not set here
 */
export function propertyOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
	for (const property of object.properties) {
		if (property.name === undefined || !('text' in property.name) || property.name.text !== name) continue;
		if (ts.isPropertyAssignment(property)) return property.initializer;
		if (ts.isShorthandPropertyAssignment(property)) return property.name;
	}
	return undefined;
}
