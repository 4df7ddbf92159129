import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

type NodeContext = Pick<IHookFunctions, 'getNode' | 'getNodeParameter'> | Pick<IWebhookFunctions, 'getNode' | 'getNodeParameter'>;

/** The only version for which n8n looks at the hidden 'options'. */
const ONLY_VERSION = 1;

/** For whoever sees the node, and for whoever writes workflows as JSON. */
export const REPLACE_THE_NODE =
	'Delete this node, drag a fresh SMS Postback Trigger from the nodes panel, and enter the same settings. The fresh node has another URL: give that to the provider. If you write the workflow as JSON: "typeVersion" must be the number 1, and "options" must be left out of the node\'s "parameters".';

/**
 * Stops an activation that would let n8n parse the bodies. Its XML parser is one for the whole process: after certain malformed
 * documents it answers nobody any more, whichever workflow they were sent to.
 *
 * @param context of the activation
 * @throws {NodeOperationError} when n8n would parse bodies before the trigger sees them
 */
export function requireUnparsedBodies(context: IHookFunctions): void {
	const lack = lackOf(context);
	if (lack === undefined) return;
	throw new NodeOperationError(context.getNode(), `One malformed postback could stop n8n from answering all others, because ${lack}`, {
		description: REPLACE_THE_NODE,
	});
}

/**
 * @param context of the activation or of the running webhook
 * @returns why n8n parses bodies before this node sees them; undefined when it hands them over as they came in
 */
export function lackOf(context: NodeContext): string | undefined {
	const { typeVersion } = context.getNode();
	if ((typeVersion as unknown) !== ONLY_VERSION) return `this node calls itself version ${versionText(typeVersion)} instead of 1`;
	return hasBinaryData(optionsOf(context)) ? undefined : 'this node lacks a hidden setting that it has when it comes from the nodes panel';
}

/** As n8n sees them: it resolves an expression for all of the options, but takes an entry in them as it is written. */
function optionsOf(context: NodeContext): unknown {
	const { options } = context.getNode().parameters;
	if (typeof options !== 'string' || !options.startsWith('=')) return options;
	try {
		return context.getNodeParameter('options');
	} catch {
		return undefined;
	}
}

function hasBinaryData(options: unknown): boolean {
	return typeof options === 'object' && options !== null && 'binaryData' in options && Boolean(options.binaryData);
}

function versionText(typeVersion: unknown): string {
	return typeVersion === undefined ? '(none)' : JSON.stringify(typeVersion);
}
