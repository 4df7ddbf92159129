/**
 * What n8n's execution context holds beyond the methods that every supported version documents. All of it is guarded: an n8n that looks different
 * inside costs speed or a hint, never a run.
 */
import type { IExecuteFunctions, INode } from 'n8n-workflow';

import type { CredentialFields } from '../../consent/provider';
import { isRecord } from '../../consent/record';

/** n8n adds it to the type of a node that is an agent's tool. */
const TOOL_TYPE_ENDING = 'Tool';
/** Of an OAuth2 credential: n8n keeps it as it came from the provider. */
const TOKEN_FIELD = 'oauthTokenData';
/** One path into what n8n keeps for all executions alike, and nothing beside it. */
const SAME_FOR_ALL_ITEMS = /^=\s*\{\{\s*\$(?:secrets|vars|env)(?:\.[A-Za-z_$][\w$]*|\[(?:"[^"\\]*"|'[^'\\]*')\])+\s*\}\}\s*$/;

interface CredentialsHelper {
	getDecrypted(
		additionalData: unknown,
		nodeCredentials: unknown,
		type: string,
		mode: unknown,
		executeData: unknown,
		raw: boolean,
	): Promise<unknown>;
}

interface WorkflowOfContext {
	getNode?: (name: string) => INode | null;
	connectionsByDestinationNode?: Record<string, { main?: ReadonlyArray<readonly unknown[] | null> }>;
}

interface Internals {
	workflow?: WorkflowOfContext;
	isToolExecution?: () => boolean;
	additionalData?: { rootExecutionMode?: unknown; credentialsHelper?: Partial<CredentialsHelper> };
	mode?: unknown;
	executeData?: unknown;
}

/** Reads the values of one credential. */
export interface CredentialReader {
	/** Whether every item has the values of the first one. */
	readonly sameForAll: boolean;
	/** @throws what n8n says when the credential, or an expression in it, cannot be read */
	fieldsFor(itemIndex: number): CredentialFields | Promise<CredentialFields>;
}

/**
 * Whether an AI agent uses the node. n8n's own word, which versions before 2.3 do not have, holds only where the agent calls the tool itself; where
 * n8n's engine runs it, the node's type tells.
 *
 * @param context of the execution
 */
export function isUsedByAgent(context: IExecuteFunctions): boolean {
	const { isToolExecution } = context as Internals;
	const saysSo = typeof isToolExecution === 'function' && isToolExecution.call(context);
	return saysSo || context.getNode().type.endsWith(TOOL_TYPE_ENDING);
}

/**
 * Whether n8n repeats an earlier execution, here or in the workflow that has called this one as a sub-workflow.
 *
 * @param context of the execution
 */
export function isRetriedExecution(context: IExecuteFunctions): boolean {
	return context.getMode() === 'retry' || (context as Internals).additionalData?.rootExecutionMode === 'retry';
}

/** What stands before one input of a node. */
export interface InputSource {
	/** How many lines on the canvas lead there. */
	lines: number;
	/** The node whose items arrived; undefined where this n8n does not show it. */
	node: Pick<INode, 'alwaysOutputData' | 'disabled'> | undefined;
}

/**
 * @param context of the execution
 * @param inputIndex which input of the node
 * @returns what stands before it; undefined where nothing arrived, or nothing is connected
 */
export function inputSourceOf(context: IExecuteFunctions, inputIndex: number): InputSource | undefined {
	const { workflow } = context as Internals;
	const lines = workflow?.connectionsByDestinationNode?.[context.getNode().name]?.main?.[inputIndex]?.length;
	try {
		const source = context.getInputSourceData(inputIndex, 'main') as { previousNode?: string } | null | undefined;
		const name = source?.previousNode;
		const node = name === undefined ? undefined : (workflow?.getNode?.(name) ?? undefined);
		return source === undefined && !lines ? undefined : { lines: lines ?? 1, node };
	} catch {
		// Some versions of n8n throw for an input that nothing arrived at.
		return lines ? { lines, node: undefined } : undefined;
	}
}

/** The credential as it is stored, before its expressions are resolved; undefined where this n8n does not show it. */
async function storedFields(context: IExecuteFunctions, type: string): Promise<CredentialFields | undefined> {
	try {
		const { additionalData, mode, executeData } = context as Internals;
		const nodeCredentials = context.getNode().credentials?.[type];
		if (nodeCredentials === undefined || additionalData?.credentialsHelper?.getDecrypted === undefined) return undefined;
		// A copy, because n8n notes in it what the regular reading of the credential has found.
		const ours = { ...additionalData };
		const stored = await additionalData.credentialsHelper.getDecrypted(ours, nodeCredentials, type, mode, executeData, true);
		return isRecord(stored) ? stored : undefined;
	} catch {
		return undefined;
	}
}

function mayVary(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=') && !SAME_FOR_ALL_ITEMS.test(value);
	if (Array.isArray(value)) return value.some(mayVary);
	return isRecord(value) && Object.values(value).some(mayVary);
}

/**
 * Finds out whether a field of the credential is an expression whose value can differ between items. Where none is, or there is but one item, the
 * credential is read once; n8n looks it up in its database every time.
 *
 * @param context of the execution
 * @param type of the credential
 * @throws what n8n says when the credential cannot be read for the first item
 */
export async function credentialReaderOf(context: IExecuteFunctions, type: string): Promise<CredentialReader> {
	if (context.getInputData().length > 1) {
		const stored = await storedFields(context, type);
		const varies = stored === undefined || Object.entries(stored).some(([name, value]) => name !== TOKEN_FIELD && mayVary(value));
		if (varies) {
			return { sameForAll: false, fieldsFor: async (itemIndex) => await context.getCredentials(type, itemIndex) };
		}
	}
	const fields: CredentialFields = await context.getCredentials(type, 0);
	return { sameForAll: true, fieldsFor: () => fields };
}
