import { randomUUID } from 'node:crypto';

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { eventKey } from '../../consent/eventKey';
import { InputProblem, ProviderFailure } from '../../consent/failure';
import { withInputFields } from '../../consent/inputFields';
import type { CredentialFields, Provider } from '../../consent/provider';
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
import { addressKey, type Ask, askKey } from '../../consent/samePerson';
import { notSentDetails } from './failure';
import { type Entered, errorJson, type ItemError, itemErrorOf, type ItemTarget, nodeErrorOf, type SideEffects } from './itemError';
import { type CredentialReader, credentialReaderOf, isRetriedExecution, isUsedByAgent } from './n8nInternals';
import { type Redact, redactDeep } from './redact';
import { hintsOf, type ItemState, Progress, stopReportOf, whoWasSent } from './report';
import {
	DEFAULT_CONCURRENCY,
	type DeliveryOptions,
	type Dependencies,
	endRun,
	newRunState,
	newSession,
	type RunState,
	type Send,
	type Session,
	systemDependencies,
} from './session';
import { TurnsForOthers } from './timing';

const MOST_CONCURRENCY = 64;

const NO_CONFIRMATION_ON_REPETITION =
	'No confirmation texts were asked for, because n8n repeats this node, or may repeat it: people could have got them before.';

const ONLY_THE_REST_WAS_SENT =
	"An earlier item of this list asked for the same at one of this person's addresses, so only the other address was sent.";

/** What one input item asks for. */
export interface ItemJob {
	target: ItemTarget;
	/** What is asked for at which address; absent when the item is to be sent in any case. */
	asks?: readonly Ask[];
	/** What proves that the person agreed. */
	evidence?: ConsentEvidence;
	/**
	 * One result per record for a query, exactly one for everything else.
	 *
	 * @param send one call
	 * @param alreadyAsked the ways by which an earlier item has asked for the same at the same address; never all of the item's own
	 */
	run(send: Send, alreadyAsked: ReadonlySet<Ask['channel']>): Promise<ResultFacts[]>;
}

export interface RunItemsOptions {
	action: ConsentAction;
	providerOf(itemIndex: number): Provider;
	/** Undefined: the item's calls carry no credential. */
	credentialTypeOf(itemIndex: number): string | undefined;
	/** Called for every item before anything is sent. Throws `InputProblem` for what cannot be sent. */
	prepare(itemIndex: number): ItemJob;
	/** What an item says that `prepare` refuses or that never had its turn, as far as it can be read. Never throws. */
	enteredOf?(itemIndex: number): Entered;
	/** What the person should know about the run as a whole; asked at its end. */
	remark?(): string | undefined;
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

/** Everything that calls with the same credential values share. */
interface Account {
	session: Session;
	/** By `askKey`: the last item that was sent for it, or may have been. */
	askedBy: Map<string, number>;
	/** By `addressKey`: the last item that had its turn for this person. */
	lastTurn: Map<string, number>;
}

/** An item that can be sent. */
interface PreparedItem {
	job: ItemJob;
	account: Account;
}

/**
 * Runs every input item, each exactly once, in phases: all items are validated; then several at a time get their turn, in order, but those of
 * one person one after the other; each is answered by an earlier item that asked for the same, or looked up and sent.
 *
 * With "Continue" set, failed items become `{ error: { message, sent, ... } }` and this never throws, because n8n would then pass the
 * input on as if it had succeeded. Otherwise nobody is called when an item cannot be read, and the first failure ends the run: nothing new is
 * sent, what is under way is awaited, and the error says what became of every item. Opt-outs are never held back: all that
 * can be read are carried out before the error.
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
	if (error instanceof InputProblem) return error;
	return new InputProblem(
		error instanceof Error ? error.message : 'The credential could not be read',
		"Choose a credential in the node, and check that you can open it under 'Credentials'.",
	);
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

const PLAIN_NUMBER = /^\+?\d{0,20}$/;

/** Columns in which a provider may echo the request; the others hold what this package has recognized. */
function shownColumns<Columns extends Pick<ResultFacts, 'note' | 'requestId' | 'phoneRaw'>>(columns: Columns, redact: Redact): Columns {
	const { note, requestId, phoneRaw } = columns;
	if (note === undefined && !requestId && (!phoneRaw || PLAIN_NUMBER.test(phoneRaw))) return columns;
	return { ...columns, note: shown(note, redact), requestId: shown(requestId, redact), phoneRaw: shown(phoneRaw, redact) };
}

function shown<Text extends string | null | undefined>(text: Text, redact: Redact): Text {
	return (typeof text === 'string' && !PLAIN_NUMBER.test(text) ? redact(text) : text) as Text;
}

class Run {
	private readonly itemCount: number;
	private readonly outcomes: (ItemOutcome | undefined)[];
	private readonly prepared: (PreparedItem | undefined)[];
	/** Each settles when the item's turn has ended. */
	private readonly turns: (Promise<void> | undefined)[];
	private readonly credentials = new Map<string, Promise<CredentialReader>>();
	private readonly accounts = new Map<string, Account>();
	/** By provider and credential type, where all items have the same values. */
	private readonly accountOfAll = new Map<string, Account>();
	private readonly outcomeCounts = new Map<ConsentOutcome, number>();
	private readonly remarks = new Set<string>();
	/** What tells this run of the node from every other one: a loop runs it many times within one execution. */
	private readonly runKey: readonly unknown[];
	private readonly state: RunState;
	private readonly progress: Progress;
	private readonly continues: boolean;
	private readonly optsOut: boolean;
	/** n8n repeats the execution or the node, so the confirmation of an opt-out may have been texted before. */
	private readonly isRepetition: boolean;
	/** In time, not in the input's order: those behind the first may be its consequence. */
	private readonly failures: ItemError[] = [];
	private isHeldBack = false;
	private isSending = false;
	private readonly turnsForOthers: TurnsForOthers;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly options: RunItemsOptions,
		dependencies: Dependencies,
	) {
		this.itemCount = context.getInputData().length;
		this.runKey = this.itemCount === 0 ? [] : runKeyOf(context);
		this.outcomes = new Array<ItemOutcome | undefined>(this.itemCount);
		this.prepared = new Array<PreparedItem | undefined>(this.itemCount);
		this.turns = new Array<Promise<void> | undefined>(this.itemCount);
		this.continues = context.continueOnFail();
		this.optsOut = options.action === 'unsubscribe';
		this.isRepetition = options.action !== 'query' && (isRetriedExecution(context) || context.getNode().retryOnFail === true);
		this.progress = new Progress(context, this.itemCount, dependencies.clock.now());
		this.turnsForOthers = new TurnsForOthers(dependencies.clock);
		this.state = newRunState(context, options.delivery, dependencies, {
			halted: () => this.isSending && this.failures.length > 0 && !this.continues && !this.optsOut,
			tell: (text) => this.progress.tell(text),
		});
	}

	async run(): Promise<INodeExecutionData[][]> {
		try {
			const refusal = this.refusalOfRepetition();
			if (refusal === null) {
				await this.inParallel(async (item) => await this.prepareItem(item));
				this.isHeldBack = this.failures.length > 0 && !this.continues && !this.optsOut;
				this.isSending = !this.isHeldBack;
				if (this.isSending) await this.inParallel(async (item) => await (this.turns[item] = this.takeTurn(item)));
			} else {
				for (let item = 0; item < this.itemCount; item += 1) this.fail(refusal, item, {}, 'none');
			}
		} finally {
			endRun(this.state);
		}
		return this.output();
	}

	/** n8n repeats the whole node, sent items included. */
	private refusalOfRepetition(): InputProblem | null {
		if (!this.isRepetition || this.optsOut || this.options.delivery.allowRetry === true) return null;
		if (this.context.getNode().retryOnFail === true) {
			return new InputProblem(
				"'Retry On Fail' is switched on for this node, so nothing was sent: a repetition would text everybody again",
				"Turn off 'Retry On Fail' in the node's Settings. This node repeats by itself whatever can safely be repeated. If texting people again is right, switch on 'Send Again on Retry' in the node's options.",
			);
		}
		return new InputProblem(
			'n8n repeats an earlier execution, so nothing was sent: the people it reached would be texted again',
			"See in the earlier execution whom it has reached, and run the workflow for the others. If sending again is right, switch on 'Send Again on Retry' in the node's options, save, and choose 'Retry with currently saved workflow': 'Retry with original workflow' keeps the old setting.",
		);
	}

	/** Several items at a time, in order, until the run is stopped. */
	private async inParallel(work: (item: number) => Promise<void>): Promise<void> {
		let next = 0;
		const worker = async (): Promise<void> => {
			while (next < this.itemCount && !this.state.stopped()) {
				const item = next;
				next += 1;
				await work(item);
			}
		};
		const wanted = Math.floor(this.options.delivery.concurrency ?? DEFAULT_CONCURRENCY);
		const workers = Math.min(this.itemCount, MOST_CONCURRENCY, Math.max(1, wanted));
		await Promise.all(Array.from({ length: workers }, worker));
	}

	private async prepareItem(item: number): Promise<void> {
		let known: Entered = {};
		try {
			const provider = this.options.providerOf(item);
			known = { provider: provider.name };
			const credentialType = this.options.credentialTypeOf(item);
			const account =
				this.accountOfAll.get(`${provider.name} ${credentialType}`) ?? (await this.accountFor(provider, credentialType, item));
			this.prepared[item] = { job: this.options.prepare(item), account };
		} catch (error) {
			this.fail(error, item, known, 'none');
		}
		await this.turnsForOthers.whenDue();
	}

	private async accountFor(provider: Provider, credentialType: string | undefined, item: number): Promise<Account> {
		const { fields, sameForAll } = await this.credentialFor(credentialType, item);
		const key = JSON.stringify([provider.name, credentialType, fields]);
		let account = this.accounts.get(key);
		if (account === undefined) {
			const session = newSession(this.context, { provider, credentialType, fields }, this.state);
			account = { session, askedBy: new Map(), lastTurn: new Map() };
			this.accounts.set(key, account);
		}
		if (sameForAll) this.accountOfAll.set(`${provider.name} ${credentialType}`, account);
		return account;
	}

	private async credentialFor(type: string | undefined, item: number): Promise<{ fields: CredentialFields; sameForAll: boolean }> {
		if (type === undefined) return { fields: {}, sameForAll: true };
		let opening = this.credentials.get(type);
		if (opening === undefined) {
			opening = credentialReaderOf(this.context, type);
			this.credentials.set(type, opening);
		}
		try {
			const reader = await opening;
			return { fields: await reader.fieldsFor(item), sameForAll: reader.sameForAll };
		} catch (error) {
			throw unusableCredential(error);
		}
	}

	private async takeTurn(item: number): Promise<void> {
		const prepared = this.prepared[item];
		if (prepared === undefined) return;
		await this.earlierTurnsOfPerson(prepared, item);
		if (this.state.stopped()) return;
		await this.answerOrSend(prepared, item);
		this.prepared[item] = undefined;
		this.progress.itemDone(this.state.dependencies.clock.now());
	}

	/** Two calls for one person at the same time could both find that nobody has asked yet. */
	private async earlierTurnsOfPerson({ job: { asks = [] }, account }: PreparedItem, item: number): Promise<void> {
		const earlier = new Set<Promise<void> | undefined>();
		for (const ask of asks) {
			const key = addressKey(ask);
			earlier.add(this.turns[account.lastTurn.get(key) ?? item]);
			account.lastTurn.set(key, item);
		}
		for (const turn of earlier) await turn;
	}

	private async answerOrSend({ job, account: { session, askedBy } }: PreparedItem, item: number): Promise<void> {
		const known: Entered = { ...job.target, ...job.evidence };
		if (session.endedBy !== null) {
			this.fail(new ProviderFailure(notSentDetails(session.provider, session.endedBy)), item, known, 'none');
			return;
		}
		const asks = this.options.delivery.sendDuplicatesOnce ? (job.asks ?? []) : [];
		const earlier = asks.map((ask) => askedBy.get(askKey(ask)));
		const duplicateOf = this.standInOf(earlier);
		if (duplicateOf !== undefined) {
			this.outcomes[item] = { duplicateOf };
			return;
		}

		const alreadyAsked = new Set(asks.filter((_, index) => earlier[index] !== undefined).map(({ channel }) => channel));
		const quietly = this.optsOut && (this.isRepetition || alreadyAsked.size > 0);
		let sideEffects: SideEffects = 'none';
		try {
			const results = await job.run(async (call) => {
				if (call.isLookUp === true) return await session.send(call);
				if (sideEffects === 'none') sideEffects = 'possible';
				const value = await session.send(quietly ? (call.withoutConfirmation?.() ?? call) : call);
				sideEffects = 'done';
				return value;
			}, alreadyAsked);
			const note = alreadyAsked.size > 0 && !this.optsOut ? ONLY_THE_REST_WAS_SENT : undefined;
			this.outcomes[item] = { results: results.map((facts) => this.knownOf({ ...facts, note: facts.note ?? note }, job, session)) };
		} catch (error) {
			this.fail(error, item, known, sideEffects);
		}
		if (this.stateOf(item) !== 'not sent') for (const ask of asks) askedBy.set(askKey(ask), item);
	}

	/**
	 * The item that stands for one all of whose asks were made before. One that nobody knows the end of comes first; for an opt-out it stands for
	 * nobody, because a second try may succeed.
	 */
	private standInOf(earlier: ReadonlyArray<number | undefined>): number | undefined {
		const items = earlier.filter((item) => item !== undefined);
		if (items.length < earlier.length) return undefined;
		const unknown = items.find((item) => this.stateOf(item) === 'unknown');
		return this.optsOut && unknown !== undefined ? undefined : (unknown ?? items[0]);
	}

	private fail(error: unknown, item: number, known: Entered, sideEffects: SideEffects): void {
		const outcome = this.failed(error, item, known, sideEffects);
		this.failures.push(outcome.failure);
		this.outcomes[item] = outcome;
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
				...shownColumns(columns, session.redact),
				// Mostly what was entered comes back, and needs no second look.
				campaign: facts.campaign === target.campaign ? target.campaign : (shown(facts.campaign, session.redact) ?? target.campaign),
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
		const problem = this.isHeldBack
			? new InputProblem(
					'Not sent: another item of the list cannot be sent',
					'Correct the items that cannot be sent, and run the workflow again.',
				)
			: new InputProblem('Not sent: the execution was stopped before', 'Run the workflow again with the items that were not sent.');
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
		const canceled = this.context.getExecutionCancelSignal()?.aborted === true;
		const complete = states.every((state) => state === 'done' || state === 'answered once');
		if (!complete) this.context.logger.warn(`${this.context.getNode().name}: ${whoWasSent(states)}`);
		if (!complete && !this.continues && !canceled) throw this.errorFrom(states);

		if (this.optsOut && this.isRepetition) this.remarks.add(NO_CONFIRMATION_ON_REPETITION);
		const remark = this.options.remark?.();
		if (remark !== undefined) this.remarks.add(remark);
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
					stopped: canceled,
				}),
			);
		}
		return [items];
	}

	private errorFrom(states: ItemState[]): Error {
		const [first = this.neverStarted(0).failure] = this.failures;
		const failures = this.isHeldBack || this.optsOut ? this.failures : [first];
		const report = stopReportOf({ action: this.options.action, failures, states, nobodyCalled: this.isHeldBack });
		return nodeErrorOf(this.context.getNode(), failures, report, isUsedByAgent(this.context));
	}
}
