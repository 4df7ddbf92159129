import type { IExecuteFunctions, NodeExecutionHint } from 'n8n-workflow';

import type { ConsentAction, ConsentOutcome } from '../../consent/result';
import type { ItemError } from './itemError';

/** What became of one item. `answered once`: an equal item before it was sent, this one got its answer. */
export type ItemState = 'done' | 'not sent' | 'unknown' | 'answered once';

const NUMBER = new Intl.NumberFormat('en-US');
const MOST_RANGES = 8;
/** An error text of many thousand lines helps nobody; the numbers of the items beyond are all there. */
const MOST_LINES = 100;

function count(number: number, word: string): string {
	return `${NUMBER.format(number)} ${word}`;
}

/** `[1,2,3,6]` becomes `1-3, 6`. */
function rangesOf(numbers: number[], most = MOST_RANGES): string {
	const ranges: string[] = [];
	for (let at = 0; at < numbers.length; ) {
		let end = at;
		while (numbers[end + 1] === (numbers[end] ?? NaN) + 1) end += 1;
		if (ranges.length === most) return `${ranges.join(', ')} and more`;
		ranges.push(end === at ? `${numbers[at]}` : `${numbers[at]}-${numbers[end]}`);
		at = end + 1;
	}
	return ranges.join(', ');
}

function sentence(states: ItemState[], wanted: ItemState, ending: string): string {
	const numbers = states.flatMap((state, index) => (state === wanted ? [index + 1] : []));
	if (numbers.length === 0) return '';
	if (numbers.length === 1) return `${itemOf(numbers[0] ?? 0, states.length)}: ${ending}`;
	return `Items ${rangesOf(numbers)} (${NUMBER.format(numbers.length)} of ${NUMBER.format(states.length)}): ${ending}`;
}

/**
 * Names an item as a person counts the rows of a list.
 *
 * @param number of the item, the first is 1
 * @param total how many there are
 */
export function itemOf(number: number, total: number): string {
	return `Item ${NUMBER.format(number)} of ${NUMBER.format(total)}`;
}

/**
 * Which items were sent and which were not, by their numbers as a person counts them.
 *
 * @param states one per input item
 */
export function whoWasSent(states: ItemState[]): string {
	return [
		sentence(states, 'done', 'done.'),
		sentence(states, 'answered once', 'the same as an item before, sent once.'),
		sentence(states, 'unknown', 'unknown, check before sending again.'),
		sentence(states, 'not sent', 'not sent.'),
	]
		.filter((text) => text !== '')
		.join(' ');
}

/** What the error says that stops the node. */
export interface StopReport {
	/** What happened, where several items failed. */
	title?: string;
	details: string;
}

/** One line per failure; items that failed for the same reason share one. */
function linesOf(failures: readonly ItemError[]): string {
	const byReason = new Map<string, number[]>();
	for (const { message, details } of [...failures].sort((one, other) => one.details.item - other.details.item)) {
		const reason = `${message.replace(/\.$/, '')}. ${details.remedy}`;
		byReason.set(reason, [...(byReason.get(reason) ?? []), details.item + 1]);
	}
	const named = (numbers: number[]): string => `${numbers.length === 1 ? 'Item' : 'Items'} ${rangesOf(numbers, Infinity)}`;
	const groups = [...byReason];
	const lines = groups.slice(0, MOST_LINES).map(([reason, numbers]) => `${named(numbers)}: ${reason}`);
	const rest = groups.slice(MOST_LINES).flatMap(([, numbers]) => numbers);
	return [...lines, ...(rest.length === 0 ? [] : [`${named(rest)} likewise.`])].join('\n');
}

const GO_ON_AFTER_BAD_ITEMS = "set 'On Error' to 'Continue (using error output)' in the node's Settings.";

/**
 * Tells what became of all items when the node stops.
 *
 * @param stop `failures`: in time; `states`: one per input item; `nobodyCalled`: an item could not be read, so nothing was begun
 */
export function stopReportOf(stop: {
	action: ConsentAction;
	failures: readonly ItemError[];
	states: ItemState[];
	nobodyCalled: boolean;
}): StopReport {
	const { action, failures, states, nobodyCalled } = stop;
	const total = states.length;
	const [first] = failures;
	const isOne = failures.length === 1;
	const anyDone = total > 1 && action !== 'query' && states.includes('done');
	const details = [
		isOne && total > 1 && first !== undefined ? `This is ${itemOf(first.details.item + 1, total).toLowerCase()}.` : '',
		isOne ? '' : linesOf(failures),
		nobodyCalled && total > 1
			? `Nobody was called: all items are read before the first one is sent. To leave out bad ones, ${GO_ON_AFTER_BAD_ITEMS}`
			: '',
		anyDone ? `${whoWasSent(states)} To keep the results of finished items, and to go on after a bad one, ${GO_ON_AFTER_BAD_ITEMS}` : '',
	]
		.filter((text) => text !== '')
		.join(isOne ? ' ' : '\n');
	if (isOne) return { details };
	const count = `${NUMBER.format(failures.length)} of ${NUMBER.format(total)}`;
	if (nobodyCalled) return { title: `${count} items cannot be sent, so nobody was called`, details };
	return { title: action === 'unsubscribe' ? `${count} people could not be opted out` : `${count} items failed`, details };
}

/** Numbers for the hint under the node's output. */
export interface Totals {
	action: ConsentAction;
	states: ItemState[];
	outcomes: ReadonlyMap<ConsentOutcome, number>;
	/** Sentences of the provider's code that hold for all results with an outcome. */
	remarks: ReadonlySet<string>;
	waitedMs: number;
	/** True when the execution was stopped before the end. */
	stopped: boolean;
}

function totalsSentence({ action, states, outcomes, waitedMs }: Totals): string {
	const of = (wanted: ItemState) => states.filter((state) => state === wanted).length;
	const byOutcome = [...outcomes].map(([outcome, number]) => count(number, outcome.replaceAll('_', ' ')));
	const parts: string[] = [];
	if (action === 'query') parts.push(byOutcome.length === 0 ? 'nothing found' : byOutcome.join(', '));
	else parts.push(`${count(of('done'), 'sent')}${byOutcome.length === 0 ? '' : ` (${byOutcome.join(', ')})`}`);
	const duplicates = of('answered once');
	if (duplicates > 0) parts.push(count(duplicates, `duplicate${duplicates === 1 ? '' : 's'} answered without sending`));
	if (of('not sent') > 0) parts.push(count(of('not sent'), action === 'query' ? 'failed' : 'not sent'));
	if (of('unknown') > 0) parts.push(count(of('unknown'), 'unknown'));
	if (waitedMs >= 1000) parts.push(`waited ${count(Math.round(waitedMs / 1000), 's')} for the provider`);
	const summary = parts.join('; ');
	return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.${isTroubled(states) ? " The 'error' of each failed item says why, and what to do." : ''}`;
}

function isTroubled(states: ItemState[]): boolean {
	return states.some((state) => state === 'not sent' || state === 'unknown');
}

/**
 * What the person sees after a run.
 *
 * @param totals of the run
 */
export function hintsOf(totals: Totals): NodeExecutionHint[] {
	const hints: NodeExecutionHint[] = [
		{ message: totalsSentence(totals), type: isTroubled(totals.states) ? 'warning' : 'info', location: 'outputPane' },
		...[...totals.remarks].map((message): NodeExecutionHint => ({ message, type: 'info', location: 'outputPane' })),
	];
	if (totals.stopped && totals.action !== 'query') {
		hints.push({
			message: `The execution was stopped. ${whoWasSent(totals.states)}`,
			type: 'warning',
			location: 'outputPane',
		});
	}
	return hints;
}

const EVERY_ITEMS = 1000;
const EVERY_MS = 5000;

/** Tells how far a long run is: in n8n's log, and in the browser's console while somebody watches. */
export class Progress {
	private done = 0;
	private toldAt: number;

	/**
	 * @param context n8n's
	 * @param total number of items
	 * @param now Unix milliseconds
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly total: number,
		now: number,
	) {
		this.toldAt = now;
	}

	/**
	 * Counts one item.
	 *
	 * @param now Unix milliseconds
	 */
	itemDone(now: number): void {
		this.done += 1;
		if (this.done === this.total) return;
		if (this.done % EVERY_ITEMS !== 0 && now - this.toldAt < EVERY_MS) return;
		this.toldAt = now;
		this.tell(`${count(this.done, `of ${count(this.total, 'items')}`)} done`);
	}

	/**
	 * Says something at once.
	 *
	 * @param text to be read behind the node's name
	 */
	tell(text: string): void {
		const line = `${this.context.getNode().name}: ${text}`;
		this.context.logger.info(line);
		this.context.sendMessageToUI(line);
	}
}
