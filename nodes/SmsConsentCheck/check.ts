import type { IDataObject, IExecuteFunctions, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { type FailureKind, InputProblem } from '../../consent/failure';
import { type ConsentAddress, consentKey, type ConsentState, Ledger, type Standing, type UnreadableRow } from '../../consent/ledger';
import { shownValue } from '../../consent/shownValue';
import { systemClock, TurnsForOthers } from '../../transport/outbound/timing';
import { requiredEmail } from '../fields/email';
import { holdsExpression, type ParameterReader, parametersOfItems } from '../fields/parameterReader';
import { defaultCountryField, requiredPhone } from '../fields/phone';
import { requiredEvents } from './connectors';
import { checkByField, enteredQuestion, operationField, optionsField, skipUnreadableField, WAYS } from './fields';
import { QuietHours } from './quietHours';

/** Goes on like one whose state is not known, but nobody has looked: SMS Subscribe refuses it. */
type CheckedState = ConsentState | 'not checked';

/** By the order of the outputs. */
const OUTPUT_OF: Readonly<Record<CheckedState, number>> = { 'opted in': 0, 'opted out': 1, 'not known': 2, 'not checked': 2 };
const OUTPUT_COUNT = 3;

/** What n8n's nodes return of a table unless *Return All* is on. */
const USUAL_LIMIT = 50;
/** An error text of many thousand lines helps nobody. */
const MOST_LINES = 20;

/** By which a database finds the events of a contact. */
const KEY_COLUMN = 'consentKey';

const NUMBER = new Intl.NumberFormat('en-US');

/** What the node adds to a contact. */
function columnsOf(phone: string | null, state: CheckedState, { since, reason, askedAt, eventId }: Omit<Standing, 'state'>): IDataObject {
	return {
		consentPhone: phone,
		consentState: state,
		consentSince: since,
		consentReason: reason,
		consentAskedAt: askedAt,
		consentEventId: eventId,
	};
}

/** Where a database was asked for somebody else, the opt-outs of this contact did not come along. */
function requireSameKey(contact: IDataObject, key: string): void {
	const prepared = contact[KEY_COLUMN];
	if (prepared === undefined || prepared === key) return;
	throw new InputProblem(
		`The look-up was prepared for ${typeof prepared === 'string' ? shownValue(prepared) : 'nobody'}, but the contact to check is ${shownValue(key)}`,
		"Enter the same 'Check By', 'Phone Number' or 'Email', and 'Default Country' in both nodes.",
	);
}

/** One execution of the node. */
class Check {
	private readonly startMs = Date.now();
	private readonly ledger = new Ledger(this.startMs);
	private readonly quietHours = new QuietHours(this.startMs);
	private readonly parametersOf: (itemIndex: number) => ParameterReader;
	private readonly turnsForOthers = new TurnsForOthers(systemClock);
	private readonly outputs: INodeExecutionData[][] = Array.from({ length: OUTPUT_COUNT }, () => []);
	private readonly counts = new Map<CheckedState, number>();
	private rowCount = 0;

	constructor(private readonly context: IExecuteFunctions) {
		this.parametersOf = parametersOfItems(context);
	}

	async run(): Promise<INodeExecutionData[][]> {
		// By the stored value, because the inputs go by it too.
		const operation = this.context.getNode().parameters[operationField.name];
		if (operation === 'prepare') return [await this.preparedContacts()];
		const isList = operation === 'list';
		try {
			await this.readEvents(isList);
			if (isList) await this.listEverybody();
		} catch (error) {
			// n8n passes the input on by the first output, as opted in, when a node throws that is set to continue.
			if (!this.context.continueOnFail()) throw this.asNodeError(error);
			const { message, remedy } = problemOf(error);
			this.context.addExecutionHints({ message: `${message}. ${remedy}`, type: 'warning', location: 'outputPane' });
			if (isList) return this.failedList(error);
			await this.forEachContact((contact, item) => this.notChecked(error, contact, item));
			return this.outputs;
		}
		if (!isList) await this.forEachContact((contact, item) => this.check(contact, item));
		this.context.addExecutionHints(...this.hints());
		return this.outputs;
	}

	/** A contact that cannot be read passes: the check behind it says what is wrong. */
	private async preparedContacts(): Promise<INodeExecutionData[]> {
		const prepared: INodeExecutionData[] = [];
		await this.forEachContact((contact, item) => {
			let key: string | null = null;
			try {
				key = consentKey(this.addressOf(this.parametersOf(item)));
			} catch {
				// SMS Consent Check refuses a contact without a key.
			}
			prepared.push({ ...contact, json: { ...contact.json, [KEY_COLUMN]: key }, pairedItem: { item } });
		});
		return prepared;
	}

	private async readEvents(isList: boolean): Promise<void> {
		const events = requiredEvents(this.context, isList);
		const country = this.countryOfAll();
		for (const { json } of events) {
			this.ledger.add(json, country);
			await this.turnsForOthers.whenDue();
		}
		this.rowCount = events.length;
		if (this.ledger.unreadable.length > 0 && !this.skipsUnreadable()) throw unreadableProblem(this.ledger.unreadable);
	}

	/** Numbers in the events are read with the country of the contacts, where all have the same: with another's they would be somebody else's. */
	private countryOfAll(): string | undefined {
		const isSame = !holdsExpression(this.context.getNode().parameters[defaultCountryField.name]);
		const items = isSame ? 1 : this.context.getInputData().length;
		const countries = new Set(Array.from({ length: items }, (_, item) => this.parametersOf(item).text(defaultCountryField)));
		return countries.size === 1 ? [...countries][0] : undefined;
	}

	private skipsUnreadable(): boolean {
		return this.parametersOf(0).group(optionsField).flag(skipUnreadableField) ?? false;
	}

	private async forEachContact(work: (contact: INodeExecutionData, item: number) => void): Promise<void> {
		for (const [item, contact] of this.context.getInputData().entries()) {
			work(contact, item);
			await this.turnsForOthers.whenDue();
		}
	}

	private check(contact: INodeExecutionData, item: number): void {
		try {
			const parameters = this.parametersOf(item);
			const address = this.addressOf(parameters);
			requireSameKey(contact.json, consentKey(address));
			const { state, ...standing } = this.ledger.standingOf(address, enteredQuestion(parameters));
			const phone = 'phone' in address ? address.phone : null;
			const hours = phone === null ? undefined : this.quietHours.columnsFor(parameters.group(optionsField), phone);
			this.put(state, {
				...contact,
				json: { ...contact.json, ...columnsOf(phone, state, standing), ...hours },
				pairedItem: { item },
			});
		} catch (error) {
			this.notChecked(error, contact, item);
		}
	}

	private addressOf(parameters: ParameterReader): ConsentAddress {
		const isEmail = parameters.choice(checkByField, WAYS) === 'email';
		return isEmail ? { email: requiredEmail(parameters) } : { phone: requiredPhone(parameters) };
	}

	private notChecked(error: unknown, contact: INodeExecutionData, item: number): void {
		const { message, remedy, kind } = problemOf(error);
		const state = 'not checked';
		// n8n takes an item for a failure only when it holds nothing but that, and puts the contact's own fields beside it.
		if (this.context.getNode().onError === 'continueErrorOutput') {
			this.put(state, { json: { error: { message, remedy, kind, item, consentState: state } }, pairedItem: { item } });
			return;
		}
		const reason = { since: null, reason: `${message}. ${remedy}`, askedAt: null, eventId: null };
		this.put(state, { ...contact, json: { ...contact.json, ...columnsOf(null, state, reason) }, pairedItem: { item } });
	}

	private async listEverybody(): Promise<void> {
		for (const { state, phone, email, channel, provider, campaign, ...standing } of this.ledger.everybody(
			enteredQuestion(this.parametersOf(0)),
		)) {
			this.put(state, { json: { provider, campaign, channel, phone, email, ...columnsOf(phone, state, standing) } });
			await this.turnsForOthers.whenDue();
		}
	}

	/** A list that could not be made is one failed item, never an empty list of who opted out. */
	private failedList(error: unknown): INodeExecutionData[][] {
		const { message, remedy, kind } = problemOf(error);
		const outputs: INodeExecutionData[][] = Array.from({ length: OUTPUT_COUNT }, () => []);
		outputs[OUTPUT_OF['not checked']]?.push({ json: { error: { message, remedy, kind, consentState: 'not checked' } } });
		return outputs;
	}

	private put(state: CheckedState, item: INodeExecutionData): void {
		this.outputs[OUTPUT_OF[state]]?.push(item);
		this.counts.set(state, (this.counts.get(state) ?? 0) + 1);
	}

	private hints(): NodeExecutionHint[] {
		const counted = Object.keys(OUTPUT_OF).flatMap((state) => {
			const count = this.counts.get(state as CheckedState) ?? 0;
			return count === 0 ? [] : [`${NUMBER.format(count)} ${state}`];
		});
		const hints: NodeExecutionHint[] = [
			{ message: `${counted.join(', ') || 'Nobody'}, by ${rows(this.rowCount)}.`, type: 'info', location: 'outputPane' },
		];
		const warn = (message: string): void => void hints.push({ message, type: 'warning', location: 'outputPane' });
		if (this.rowCount === USUAL_LIMIT) {
			warn(
				`Exactly ${USUAL_LIMIT} consent events arrived, which is what n8n reads unless you ask for more. Switch on 'Return All' in the node that reads them, or opt-outs may be missing.`,
			);
		}
		const { unreadable, impossibleTimes } = this.ledger;
		if (unreadable.length > 0) warn(`${rows(unreadable.length)} skipped. ${linesOf(unreadable).join(' ')}`);
		if (impossibleTimes > 0) {
			warn(`${rows(impossibleTimes)} without a time that can be right: an opt-out counts from its arrival, and an opt-in ends no opt-out.`);
		}
		const { unknownTimeZones } = this.quietHours;
		if (unknownTimeZones > 0) {
			const contacts = `${NUMBER.format(unknownTimeZones)} ${unknownTimeZones === 1 ? 'contact names' : 'contacts name'}`;
			warn(`${contacts} a time zone that cannot be read, so the phone number decided. Write it as America/Chicago.`);
		}
		return hints;
	}

	private asNodeError(error: unknown): NodeOperationError {
		const { message, remedy } = problemOf(error);
		return new NodeOperationError(this.context.getNode(), message, { description: remedy });
	}
}

function rows(count: number): string {
	return `${NUMBER.format(count)} ${count === 1 ? 'row' : 'rows'} of consent events`;
}

function linesOf(unreadable: readonly UnreadableRow[]): string[] {
	const lines = unreadable.slice(0, MOST_LINES).map(({ rowNumber, problem }) => `Row ${NUMBER.format(rowNumber)}: ${problem}.`);
	const rest = unreadable.length - lines.length;
	return rest === 0 ? lines : [...lines, `And ${NUMBER.format(rest)} more.`];
}

function unreadableProblem(unreadable: readonly UnreadableRow[]): InputProblem {
	const [first] = unreadable as [UnreadableRow];
	if (unreadable.length === 1) {
		return new InputProblem(
			`Row ${NUMBER.format(first.rowNumber)} of the consent events cannot be counted: ${first.problem}`,
			first.remedy,
		);
	}
	const remedies = [...new Set(unreadable.map(({ remedy }) => remedy))];
	return new InputProblem(
		`${NUMBER.format(unreadable.length)} rows of the consent events cannot be counted, so nobody was checked`,
		[...linesOf(unreadable), ...remedies].join('\n'),
	);
}

function problemOf(error: unknown): { message: string; remedy: string; kind: FailureKind } {
	if (error instanceof InputProblem) return { message: error.message, remedy: error.remedy, kind: error.kind };
	return {
		message: error instanceof Error ? error.message : String(error),
		remedy: "Check this node's fields and their expressions.",
		kind: 'input',
	};
}

/**
 * Executes SMS Consent Check. It fails closed: who could not be looked up never leaves as opted in, and where the events are missing nobody does.
 *
 * @param context the execution
 * @returns the contacts (or, for a list, everybody in the events) by state: opted in, opted out, not known
 * @throws {NodeOperationError} when the events are missing or cannot be read, and the node is not set to continue
 */
export async function checkConsent(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await new Check(context).run();
}
