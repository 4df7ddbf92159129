import type { CallAnswer, ProviderCall } from '../../consent/call';
import { InputProblem, ProviderFailure } from '../../consent/failure';
import { digitsOf } from '../../consent/phone';
import type { ResultFacts } from '../../consent/result';
import { factsOf, isOptedOut } from './consent';
import { failureIn, unreadable } from './failure';
import { requestOf, type Wire } from './request';
import { managedRow, type ReadRow } from './rows';

export interface ResubscribeInput extends Wire {
	/** Credential type name. */
	credential: string;
	/** E.164 */
	phone: string;
	/** Adds the provider's answer to the result. */
	includeRaw?: boolean;
}

const LOOK_IT_UP = 'Look the number up with SMS Query Opt-Outs before you text it.';

/**
 * Takes a number off the opt-out list. This overrides the person's own STOP: only for people who asked to come back.
 *
 * @param input the number (E.164) and how the call travels
 * @throws {InputProblem} when the number is not E.164
 * @see https://developer.vonage.com/api/sms/us-short-codes/alerts/subscription
 */
export function resubscribe(input: ResubscribeInput): ProviderCall<ResultFacts> {
	if (!/^\+[1-9]\d{6,14}$/.test(input.phone)) {
		throw new InputProblem("'Phone Number' is not in international form", 'Write a plus, the country code and the number, such as +13065897298.');
	}
	return {
		provider: 'vonage',
		credential: input.credential,
		request: requestOf('manage', input, { msisdn: digitsOf(input.phone) }),
		interpret: (answer) => {
			const { row, raw } = readManaged(answer, input);
			const facts = factsOf(row);
			return {
				provider: 'vonage',
				action: 'resubscribe',
				outcome: 'resubscribed',
				...facts,
				phone: input.phone,
				campaign: null,
				occurredAt: facts.optedInAt,
				...(input.includeRaw === true ? { raw } : {}),
			};
		},
		// It texts nobody, but a STOP that arrives between two sendings would be undone by the second.
		repeat: 'unknown',
		pace: 'vonage:manage',
	};
}

function readManaged(answer: CallAnswer, { phone, credential }: ResubscribeInput): ReadRow {
	const failure = failureIn(answer, credential);
	if (failure !== undefined) throw new ProviderFailure(failure);
	const read = managedRow(answer);
	const msisdn = read?.row.msisdn?.replace(/\D/g, '') ?? '';
	if (read === undefined || msisdn === '') throw unreadable(answer, 'it does not name the number', LOOK_IT_UP);
	if (msisdn !== digitsOf(phone)) throw unreadable(answer, `it names another number, ${msisdn}`, LOOK_IT_UP);
	if (read.row['opt-in'] === undefined && read.row['opt-out'] === undefined) {
		throw unreadable(answer, 'it does not say whether the number is still opted out', LOOK_IT_UP);
	}
	if (isOptedOut(read.row)) throw stillOptedOut(answer, read);
	return read;
}

function stillOptedOut(answer: CallAnswer, { row }: ReadRow): ProviderFailure {
	const { providerState } = factsOf(row);
	return new ProviderFailure({
		provider: 'vonage',
		kind: 'opted-out',
		message: 'Vonage did not take the number off the opt-out list',
		remedy: 'Do not text this person. If they really asked to come back, ask Vonage support why the number stays on the list.',
		httpStatus: answer.status,
		...(providerState === null ? {} : { providerText: providerState }),
	});
}
