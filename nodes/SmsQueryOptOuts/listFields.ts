import type { INodeProperties } from 'n8n-workflow';

import { readPersonTime } from '../../consent/time';
import type { ParameterReader } from '../fields/parameterReader';
import type { OptOutFilter } from './optOutFilter';

const DEFAULT_LIMIT = 50;

/** How much of a provider's list to return; `limitField` stands below it. All by default: who is cut off would count as not opted out. */
export const returnAllField: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: true,
	description: 'Whether to return all results or only up to a given limit',
};

export const limitField: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	displayOptions: { show: { returnAll: [false] } },
	default: 50,
	description: 'Max number of results to return',
};

const DAYS_OF_PERIOD = { last24Hours: 1, last7Days: 7, last30Days: 30, last90Days: 90 } as const;
const PERIODS = Object.keys(DAYS_OF_PERIOD) as Array<keyof typeof DAYS_OF_PERIOD>;

const periodField: INodeProperties = {
	displayName: 'Opted Out In',
	name: 'period',
	type: 'options',
	options: [
		{ name: 'Last 24 Hours', value: 'last24Hours' },
		{ name: 'Last 7 Days', value: 'last7Days' },
		{ name: 'Last 30 Days', value: 'last30Days' },
		{ name: 'Last 90 Days', value: 'last90Days' },
	],
	default: 'last7Days',
	description: 'How recent the opt-out has to be, counted back from the moment the node runs. Records without a date are always returned.',
};

const sinceField: INodeProperties = {
	displayName: 'Opted Out Since',
	name: 'since',
	type: 'dateTime',
	default: '',
	description: 'The earliest date of opt-out. A time without a zone is taken as UTC. Records without a date are always returned.',
};

const untilField: INodeProperties = {
	displayName: 'Opted Out Until',
	name: 'until',
	type: 'dateTime',
	default: '',
	description: 'The latest date of opt-out. A time without a zone is taken as UTC. Records without a date are always returned.',
};

/** Which records of a list to return, by what every list of opt-outs knows. */
export const filtersField: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: [periodField, sinceField, untilField],
};

/**
 * @param parameters one item's entries
 * @returns how many results to return; undefined for all
 * @throws {InputProblem} when the limit is not a whole number from 1
 */
export function enteredLimit(parameters: ParameterReader): number | undefined {
	if (parameters.flag(returnAllField) === true) return undefined;
	return parameters.wholeNumber(limitField, { from: 1, to: Number.MAX_SAFE_INTEGER }) ?? DEFAULT_LIMIT;
}

/**
 * @param parameters one item's entries
 * @returns the dates of opt-out that are wanted; several limits hold together
 * @throws {InputProblem} when a date cannot be read
 */
export function enteredDates(parameters: ParameterReader): Pick<OptOutFilter, 'lastDays' | 'since' | 'until'> {
	const filters = parameters.group(filtersField);
	const period = filters.choice(periodField, PERIODS);
	const since = filters.text(sinceField);
	const until = filters.text(untilField);
	return {
		...(period !== undefined && { lastDays: DAYS_OF_PERIOD[period] }),
		...(since !== undefined && { since: readPersonTime(sinceField.displayName, since) }),
		...(until !== undefined && { until: readPersonTime(untilField.displayName, until) }),
	};
}
