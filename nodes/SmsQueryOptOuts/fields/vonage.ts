import type { INodeProperties } from 'n8n-workflow';

import { readPersonTime } from '../../../consent/time';
import { queryPage } from '../../../providers/vonage/calls';
import { collectPages } from '../../../transport/pages';
import { includesRawAnswer } from '../../fields/delivery';
import type { Entries } from '../../fields/entries';
import { credentialsField, type ProviderForm } from '../../fields/form';
import {
	vonageAuthenticationField,
	vonageCallFields,
	vonageCredentialOf,
	vonageCredentials,
	vonageProgrammeNotice,
} from '../../fields/vonage';
import { isWanted, type OptOutFilter } from '../optOutFilter';

const DEFAULT_PAGE_SIZE = 100;
const LARGEST_PAGE_SIZE = 10_000;
const DEFAULT_LIMIT = 50;

const returnAllField: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

const limitField: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	displayOptions: { show: { returnAll: [false] } },
	default: 50,
	description: 'Max number of results to return',
};

const stateField: INodeProperties = {
	displayName: 'Who to Return',
	name: 'state',
	type: 'options',
	options: [
		{ name: 'Everybody on the List', value: 'any', description: 'Everybody who ever opted out' },
		{ name: 'Opted Out', value: 'optedOut', description: 'Who must not be texted now' },
		{ name: 'Subscribed Again', value: 'broughtBack', description: 'Who opted out once and is subscribed now' },
	],
	default: 'optedOut',
	description: 'Vonage lists everybody who ever opted out; people who never did are not on the list',
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

const filtersField: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	options: [sinceField, untilField],
};

const pageSizeField: INodeProperties = {
	displayName: 'Page Size',
	name: 'pageSize',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: LARGEST_PAGE_SIZE },
	default: 100,
	description: 'How many records to ask Vonage for per call. Vonage does not say how many it allows.',
};

const callFields = vonageCallFields('GET', [pageSizeField]);

function enteredFilter(entries: Entries): OptOutFilter {
	const filters = entries.within(filtersField);
	const since = filters.text(sinceField);
	const until = filters.text(untilField);
	return {
		state: entries.choice(stateField, ['optedOut', 'broughtBack', 'any'] as const) ?? 'optedOut',
		...(since !== undefined && { since: readPersonTime(since) }),
		...(until !== undefined && { until: readPersonTime(until) }),
	};
}

function enteredLimit(entries: Entries): number | undefined {
	if (entries.flag(returnAllField) === true) return undefined;
	return entries.wholeNumber(limitField, { from: 1, to: Number.MAX_SAFE_INTEGER }) ?? DEFAULT_LIMIT;
}

export const vonage: ProviderForm = {
	provider: 'vonage',
	credentials: vonageCredentials,
	properties: [
		vonageAuthenticationField,
		credentialsField,
		vonageProgrammeNotice,
		stateField,
		returnAllField,
		limitField,
		filtersField,
		callFields.field,
	],
	subtitle: '"Opt-Out List"',
	credentialTypeOf: vonageCredentialOf,
	prepare(entries) {
		const query = {
			credential: vonageCredentialOf(entries),
			...callFields.read(entries),
			includeRaw: includesRawAnswer(entries),
		};
		const filter = enteredFilter(entries);
		const limit = enteredLimit(entries);
		const pageSize =
			entries.within(callFields.field).wholeNumber(pageSizeField, { from: 1, to: LARGEST_PAGE_SIZE }) ?? DEFAULT_PAGE_SIZE;
		return {
			duplicateKey: JSON.stringify([query, filter, limit, pageSize]),
			subject: { provider: 'vonage' },
			run: async (send) =>
				await collectPages(send, (page, size) => queryPage({ ...query, page, pageSize: size }), {
					pageSize,
					limit,
					keyOf: (record) => JSON.stringify([record.phoneRaw, record.providerState, record.optedOutAt, record.optedInAt]),
					accept: (record) => isWanted(record, filter),
				}),
		};
	},
};
