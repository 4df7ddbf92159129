import { randomUUID } from 'node:crypto';

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eventKey } from '../../consent/eventKey';
import { InputProblem, ProviderFailure } from '../../consent/failure';
import { withInputFields } from '../../consent/inputFields';
import type { Provider } from '../../consent/provider';
import {
	type ConsentAction,
	type ConsentEvidence,
	type ConsentOutcome,
	consentResult,
	type ConsentResult,
	type KnownColumns,
	queryRowKey,
	type ResultFacts,
} from '../../consent/result';
import { sameRequestKey } from '../../consent/samePerson';
import { notSentDetails } from './failure';
import { type Entered, errorJson, type ItemError, itemErrorOf, type ItemTarget, nodeErrorOf, type SideEffects } from './itemError';
import { redactDeep } from './redact';
import { hintsOf, itemOf, type ItemState, Progress, whoWasSent } from './report';
import {
	DEFAULT_CONCURRENCY,
	type DeliveryOptions,
	type Dependencies,
	newRunState,
	openSession,
	type RunState,
	type Send,
	type Session,
	systemDependencies,
} from './session';

const MOST_CONCURRENCY = 64;
/** n8n adds it to the type of a node that is an agent's tool. */
const TOOL_TYPE_ENDING = 'Tool';

/** What one input item asks for. */
export interface ItemJob {
	target: ItemTarget;
	/** What is asked for the person, such as the campaign; absent when the item is to be sent in any case. */
	asksFor?: readonly unknown[];
	/** What proves that the person agreed. */
	evidence?: ConsentEvidence;
	/** One result per record for a query, exactly one for everything else. */
	run(send: Send): Promise<ResultFacts[]>;
}

export interface RunItemsOptions {
	action: ConsentAction;
	providerOf(itemIndex: number): Provider;
	/** Undefined: the item's calls carry no credential. */
	credentialTypeOf(itemIndex: number): string | undefined;
	/** Called right before the item's turn. Throws `InputProblem` for what cannot be sent. */
	prepare(itemIndex: number): ItemJob;
	/** What an item says that `prepare` refuses or that never had its turn, as far as it can be read. Never throws. */
	enteredOf?(itemIndex: number): Entered;
	delivery: DeliveryOptions;
	/** Puts the columns of the input item before those of each result. */
	includesInputFields?: boolean;
}

/** A result as far as it does not depend on the item that it stands for. */
interface Known {
	columns: KnownColumns;
	/** ISO 8601 */
	receivedAt: string;
}

/** What became of an item: its results, or why there are none, or which earlier item stands for it. */
type ItemOutcome = { results: Known[] } | { failure: ItemError; known: Known } | { duplicateOf: number };

/**
 * Runs every input item: several at a time, in order, each exactly once.
 *
 * With "Continue" set, failed items become `{ error: { message, sent, ... } }` and this never throws, because n8n would then pass the
 * input on as if it had succeeded. Otherwise the first failure ends the run: nothing new is sent, what is under way is
 * awaited, and the error says what became of every item.
 *
 * @param context n8n's
 * @param options what each item asks for, and how fast
 * @param dependencies time and chance
 * @returns the node's only output
 * @throws {NodeApiError | NodeOperationError} when an item failed and the node is not set to continue
 */
export async function runItems(
	context: IExecuteFunctions,
	options: RunItemsOptions,
	dependencies: Dependencies = systemDependencies,
): Promise<INodeExecutionData[][]> {
	return await new Run(context, options, dependencies).run();
}

function unusableCredential(error: unknown): InputProblem {
	return new InputProblem(
		error instanceof Error ? error.message : 'The credential could not be read',
		"Choose a credential in the node, and check that you can open it under 'Credentials'.",
	);
}

/** n8n's own word holds only where the agent calls the tool itself; where n8n's engine runs it, the node's type tells. */
function isUsedByAgent(context: IExecuteFunctions): boolean {
	return context.isToolExecution() || context.getNode().type.endsWith(TOOL_TYPE_ENDING);
}

function runKeyOf(context: IExecuteFunctions): readonly unknown[] {
	const { $runIndex: runIndex } = context.getWorkflowDataProxy(0);
	return [
		'result',
		context.getInstanceId(),
		context.getWorkflow().id,
		context.getExecutionId() ?? randomUUID(),
		context.getNode().id,
		runIndex,
	];
}

class Run {
	private readonly itemCount: number;
	private readonly outcomes: (ItemOutcome | undefined)[];
	private readonly sessions = new Map<string, Promise<{ session: Session } | { unusable: InputProblem }>>();
	private readonly firstWithKey = new Map<string, number>();
	private readonly outcomeCounts = new Map<ConsentOutcome, number>();
	private readonly remarks = new Set<string>();
	/** What tells this run of the node from every other one: a loop runs it many times within one execution. */
	private readonly runKey: readonly unknown[];
	private readonly state: RunState;
	private readonly progress: Progress;
	private readonly continues: boolean;
	/** In time, not in the input's order: the others may be its consequence. */
	private firstFailure: ItemError | null = null;
	private next = 0;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly options: RunItemsOptions,
		dependencies: Dependencies,
	) {
		this.itemCount = context.getInputData().length;
		this.runKey = this.itemCount === 0 ? [] : runKeyOf(context);
		this.outcomes = new Array<ItemOutcome | undefined>(this.itemCount);
		this.continues = context.continueOnFail();
		this.state = newRunState(context, options.delivery, dependencies, () => this.firstFailure !== null && !this.continues);
		this.progress = new Progress(context, this.itemCount, dependencies.clock.now());
	}

	async run(): Promise<INodeExecutionData[][]> {
		const unsafe = this.unsafeSetting();
		if (unsafe === null) {
			const wanted = Math.floor(this.options.delivery.concurrency ?? DEFAULT_CONCURRENCY);
			const workers = Math.min(this.itemCount, MOST_CONCURRENCY, Math.max(1, wanted));
			await Promise.all(Array.from({ length: workers }, async () => await this.work()));
		} else {
			this.failAllWith(unsafe);
		}
		return this.output();
	}

	/** n8n repeats the whole node, sent items included, and does not say that it is a repetition. */
	private unsafeSetting(): InputProblem | null {
		if (this.options.action === 'query' || this.context.getNode().retryOnFail !== true) return null;
		return new InputProblem(
			"'Retry On Fail' is switched on for this node, so nothing was sent: a repetition would text everybody again",
			"Turn off 'Retry On Fail' in the node's Settings. This node repeats by itself whatever can safely be repeated.",
		);
	}

	private failAllWith(problem: InputProblem): void {
		for (let item = 0; item < this.itemCount; item += 1) {
			const outcome = this.failed(problem, item, {}, 'none');
			this.firstFailure ??= outcome.failure;
			this.outcomes[item] = outcome;
		}
	}

	private async work(): Promise<void> {
		while (this.next < this.itemCount && !this.state.stopped()) {
			const item = this.next;
			this.next += 1;
			const outcome = await this.outcomeOf(item);
			if ('failure' in outcome) this.firstFailure ??= outcome.failure;
			this.outcomes[item] = outcome;
			this.progress.itemDone(this.state.dependencies.clock.now());
		}
	}

	private async outcomeOf(item: number): Promise<ItemOutcome> {
		let known: Entered = {};
		let sideEffects: SideEffects = 'none';
		const failed = (error: unknown) => this.failed(error, item, known, sideEffects);
		try {
			const provider = this.options.providerOf(item);
			known = { provider: provider.name };
			const opened = await this.sessionFor(provider, this.options.credentialTypeOf(item));
			if ('unusable' in opened) return failed(opened.unusable);
			const { session } = opened;

			const job = this.options.prepare(item);
			known = { ...job.target, ...job.evidence };
			const duplicateOf = this.findDuplicate(job, provider, item);
			if (duplicateOf !== null) return { duplicateOf };
			if (session.endedBy !== null) return failed(new ProviderFailure(notSentDetails(provider, session.endedBy)));

			const results = await job.run(async (call) => {
				if (call.isLookUp === true) return await session.send(call);
				if (sideEffects === 'none') sideEffects = 'possible';
				const value = await session.send(call);
				sideEffects = 'done';
				return value;
			});
			return { results: results.map((facts) => this.knownOf(facts, job, session)) };
		} catch (error) {
			return failed(error);
		}
	}

	private sessionFor(provider: Provider, credentialType: string | undefined): Promise<{ session: Session } | { unusable: InputProblem }> {
		const key = `${provider.name} ${credentialType ?? ''}`;
		let opening = this.sessions.get(key);
		if (opening === undefined) {
			opening = openSession(this.context, { provider, credentialType }, this.state).then(
				(session) => ({ session }),
				(error: unknown) => ({ unusable: error instanceof InputProblem ? error : unusableCredential(error) }),
			);
			this.sessions.set(key, opening);
		}
		return opening;
	}

	private findDuplicate(job: ItemJob, provider: Provider, item: number): number | null {
		if (!this.options.delivery.sendDuplicatesOnce || job.asksFor === undefined) return null;
		const key = `${provider.name} ${sameRequestKey(job.target, job.asksFor)}`;
		const first = this.firstWithKey.get(key);
		if (first === undefined) this.firstWithKey.set(key, item);
		return first ?? null;
	}

	private knownOf(facts: ResultFacts, { target, evidence }: ItemJob, session: Session): Known {
		const { hint, wasSent = true, raw, ...columns } = facts;
		const isQuery = this.options.action === 'query';
		this.outcomeCounts.set(facts.outcome, (this.outcomeCounts.get(facts.outcome) ?? 0) + 1);
		if (hint !== undefined) this.remarks.add(hint);
		return {
			receivedAt: this.now(),
			columns: {
				channel: 'sms',
				...target,
				...evidence,
				...columns,
				campaign: facts.campaign ?? target.campaign,
				sent: isQuery ? null : wasSent ? 'sent' : 'not sent',
				raw: raw === undefined ? undefined : redactDeep(raw, session.redact),
				...(isQuery ? { eventId: queryRowKey(facts) } : {}),
			},
		};
	}

	private failed(error: unknown, item: number, known: Entered, sideEffects: SideEffects): { failure: ItemError; known: Known } {
		const isNamed = known.phone !== undefined || known.email !== undefined;
		const entered: Entered = isNamed ? known : { ...this.options.enteredOf?.(item), ...known };
		const failure = itemErrorOf(error, { item, action: this.options.action, target: entered, sideEffects });
		return { failure, known: { receivedAt: this.now(), columns: failure.columns } };
	}

	private now(): string {
		return new Date(this.state.dependencies.clock.now()).toISOString();
	}

	/** What the items became whose turn never came. */
	private neverStarted(item: number): { failure: ItemError; known: Known } {
		const problem = new InputProblem(
			'Not sent: the execution was stopped before',
			'Run the workflow again with the items that were not sent.',
		);
		return this.failed(problem, item, {}, 'none');
	}

	/** The outcome of the item that was sent in this one's place, which is never itself such a one. */
	private decisiveOutcome(item: number): Exclude<ItemOutcome, { duplicateOf: number }> {
		const outcome = (this.outcomes[item] ??= this.neverStarted(item));
		return 'duplicateOf' in outcome ? this.decisiveOutcome(outcome.duplicateOf) : outcome;
	}

	private stateOf(item: number): ItemState {
		const outcome = this.decisiveOutcome(item);
		if ('failure' in outcome) return outcome.failure.details.sent;
		return this.duplicateOf(item) === null ? 'done' : 'answered once';
	}

	private duplicateOf(item: number): number | null {
		const outcome = this.outcomes[item];
		return outcome !== undefined && 'duplicateOf' in outcome ? outcome.duplicateOf : null;
	}

	private outputOf(item: number): INodeExecutionData[] {
		const outcome = this.decisiveOutcome(item);
		const duplicateOfItem = this.duplicateOf(item);
		if ('results' in outcome) {
			return outcome.results.map((known) => ({
				json: this.besideItsInput(item, { ...this.rowOf(known, item, duplicateOfItem) }),
				pairedItem: { item },
			}));
		}
		const row = this.rowOf(outcome.known, item, duplicateOfItem);
		const details = duplicateOfItem === null ? outcome.failure.details : { ...outcome.failure.details, item, duplicateOfItem };
		const json = errorJson({ ...outcome.failure, details }, row);
		// n8n itself puts the input beside what leaves by the error output, and takes an item that has more than its failure for a success there.
		const leavesApart = this.context.getNode().onError === 'continueErrorOutput';
		return [{ json: leavesApart ? json : this.besideItsInput(item, json), pairedItem: { item } }];
	}

	private besideItsInput(item: number, json: IDataObject): IDataObject {
		const input = this.options.includesInputFields === true ? this.context.getInputData()[item]?.json : undefined;
		return input === undefined ? json : withInputFields(input, json);
	}

	private rowOf({ columns, receivedAt }: Known, item: number, duplicateOfItem: number | null): ConsentResult {
		const eventId = columns.eventId ?? eventKey([...this.runKey, item]);
		return consentResult({ ...columns, eventId, duplicateOfItem }, receivedAt);
	}

	private output(): INodeExecutionData[][] {
		const states = Array.from({ length: this.itemCount }, (_, item) => this.stateOf(item));
		const cancelled = this.context.getExecutionCancelSignal()?.aborted === true;
		const complete = states.every((state) => state === 'done' || state === 'answered once');
		if (!complete) this.context.logger.warn(`${this.context.getNode().name}: ${whoWasSent(states)}`);
		if (!complete && !this.continues && !cancelled) throw this.errorFrom(states);

		const items: INodeExecutionData[] = [];
		for (let item = 0; item < this.itemCount; item += 1) items.push(...this.outputOf(item));
		if (this.itemCount > 0) {
			this.context.addExecutionHints(
				...hintsOf({
					action: this.options.action,
					states,
					outcomes: this.outcomeCounts,
					remarks: this.remarks,
					waitedMs: this.state.budget.spentMs,
					stopped: cancelled,
				}),
			);
		}
		return [items];
	}

	private errorFrom(states: ItemState[]): Error {
		const failure = this.firstFailure ?? this.neverStarted(0).failure;
		const othersMatter = this.itemCount > 1 && this.options.action !== 'query' && states.includes('done');
		const report = [
			this.itemCount > 1 ? `This is ${itemOf(failure.details.item + 1, this.itemCount).toLowerCase()}.` : '',
			othersMatter
				? `${whoWasSent(states)} To keep the results of finished items, and to go on after a bad one, set 'On Error' to 'Continue (using error output)' in the node's Settings.`
				: '',
		].join(' ');
		return nodeErrorOf(this.context.getNode(), failure, report, isUsedByAgent(this.context));
	}
}
