import ts from 'typescript';

import { everyNode, propertyOf, type Sources } from './sources.mts';

/** In which way the code says that something went wrong. */
export type SiteKind =
	/** `new InputProblem(message, remedy)` */
	| 'input'
	/** An object with `message` and `remedy`: what a provider's refusal means. */
	| 'failure'
	/** The error that ends a node or a credential test. */
	| 'n8n'
	/** `new PostbackRejected(status, step, reason)` */
	| 'rejection'
	/** The answer of a credential test. */
	| 'test'
	/** A schema's own sentence; it reaches the person through an `InputProblem` of the same file. */
	| 'schema';

/** One place in the source that words a failure. */
export interface Site {
	kind: SiteKind;
	node: ts.Node;
	message: ts.Expression | undefined;
	remedy: ts.Expression | undefined;
	/** The object with `kind` and the like; undefined where there is none. */
	details?: ts.ObjectLiteralExpression;
	/** HTTP status and step of a rejection, or status of a credential test's rule. */
	status?: ts.Expression | undefined;
	step?: ts.Expression | undefined;
	/** True when message or remedy are taken over from another failure. */
	completesAnother: boolean;
}

const N8N_ERRORS = new Set(['NodeOperationError', 'NodeApiError', 'UserError']);
const SCHEMA_CHECKS = new Set(['refine', 'regex', 'int', 'positive', 'max', 'min']);

/**
 * Finds every place that words a failure.
 *
 * @param sources the package
 * @returns the places, file by file, in the order of the text
 */
export function sitesIn(sources: Sources): Site[] {
	const sites: Site[] = [];
	for (const file of sources.files) {
		everyNode(file, (node) => {
			const site = siteAt(node, sources);
			if (site !== undefined) sites.push(...site);
		});
	}
	return sites;
}

function siteAt(node: ts.Node, sources: Sources): Site[] | undefined {
	if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) return newErrorSite(node, node.expression.text);
	if (ts.isObjectLiteralExpression(node)) return objectSite(node, sources);
	return ts.isCallExpression(node) ? schemaSite(node) : undefined;
}

function newErrorSite(node: ts.NewExpression, name: string): Site[] | undefined {
	const [first, second, third] = node.arguments ?? [];
	if (name === 'InputProblem') return [{ kind: 'input', node, message: first, remedy: second, completesAnother: false }];
	if (name === 'PostbackRejected') {
		return [{ kind: 'rejection', node, message: third, remedy: undefined, status: first, step: second, completesAnother: false }];
	}
	if (!N8N_ERRORS.has(name)) return undefined;
	if (name === 'UserError') return [{ kind: 'n8n', node, message: first, remedy: undefined, completesAnother: false }];
	const remedy = third && ts.isObjectLiteralExpression(third) ? propertyOf(third, 'description') : undefined;
	return [{ kind: 'n8n', node, message: second, remedy, completesAnother: false }];
}

function objectSite(node: ts.ObjectLiteralExpression, sources: Sources): Site[] | undefined {
	const message = propertyOf(node, 'message');
	const remedy = propertyOf(node, 'remedy');
	const completesAnother = node.properties.some(
		(property) => ts.isSpreadAssignment(property) && sources.checker.getTypeAtLocation(property.expression).getProperty('remedy') !== undefined,
	);
	if (remedy !== undefined || (message !== undefined && completesAnother)) {
		return [{ kind: 'failure', node, message, remedy, details: node, completesAnother }];
	}
	const errorStatus = propertyOf(node, 'status');
	if (message !== undefined && errorStatus !== undefined && ts.isStringLiteral(errorStatus) && errorStatus.text === 'Error') {
		return [{ kind: 'test', node, message, remedy: undefined, completesAnother: false }];
	}
	const value = propertyOf(node, 'value');
	if (message !== undefined && value !== undefined && ts.isNumericLiteral(value)) {
		return [{ kind: 'test', node, message, remedy: undefined, status: value, completesAnother: false }];
	}
	return schemaObjectSite(node, message);
}

function schemaObjectSite(node: ts.ObjectLiteralExpression, message: ts.Expression | undefined): Site[] | undefined {
	const worded = ['invalid_type_error', 'required_error'].flatMap((name) => propertyOf(node, name) ?? []);
	if (worded.length > 0) return worded.map((text) => ({ kind: 'schema', node: text, message: text, remedy: undefined, completesAnother: false }));
	const fromErrorMap = message !== undefined && ts.findAncestor(node, (above) => ts.isPropertyAssignment(above) && above.name.getText() === 'errorMap') !== undefined;
	return fromErrorMap ? [{ kind: 'schema', node, message, remedy: undefined, completesAnother: false }] : undefined;
}

function schemaSite(node: ts.CallExpression): Site[] | undefined {
	if (!ts.isPropertyAccessExpression(node.expression) || !SCHEMA_CHECKS.has(node.expression.name.text)) return undefined;
	const last = node.arguments.at(-1);
	if (last === undefined || !(ts.isStringLiteralLike(last) || ts.isTemplateExpression(last))) return undefined;
	return [{ kind: 'schema', node: last, message: last, remedy: undefined, completesAnother: false }];
}
