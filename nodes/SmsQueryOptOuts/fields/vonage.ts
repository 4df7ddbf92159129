import type { INodeProperties } from 'n8n-workflow';

import { listCutShort } from '../../../providers/vonage/failure';
import { queryPage } from '../../../providers/vonage/query';
import { collectPages, MOST_PAGES } from '../../../transport/outbound/pagination';
import { includesRawAnswer } from '../../fields/delivery';
import { ADDITIONAL_FIELDS, credentialsField, type ProviderForm } from '../../fields/form';
import type { ParameterReader } from '../../fields/parameterReader';
import { enteredWire, vonageAdditionalFields, vonageAuthenticationField, vonageCredentialOf, vonageCredentials } from '../../fields/vonage';
import { enteredDates, enteredLimit, filtersField, limitField, returnAllField } from '../listFields';
import { isWanted, type OptOutFilter } from '../optOutFilter';

const DEFAULT_PAGE_SIZE = 100;
const LARGEST_PAGE_SIZE = 10_000;

const stateField: INodeProperties = {
	displayName: 'Who to Return',
	name: 'state',
	type: 'options',
	options: [
		{ name: 'Everybody on the List', value: 'any', description: 'Everybody who ever opted out' },
		{ name: 'Opted Out', value: 'optedOut', description: 'People who must not be texted now' },
		{ name: 'Subscribed Again', value: 'broughtBack', description: 'People who opted out once and are subscribed now' },
	],
	default: 'optedOut',
	description: 'Vonage lists everybody who ever opted out. People who never did are not on its list.',
};

const pageSizeField: INodeProperties = {
	displayName: 'Page Size',
	name: 'pageSize',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: LARGEST_PAGE_SIZE },
	default: 100,
	description: 'How many records to ask Vonage for per call. Vonage does not say how many it allows.',
};

const pageField: INodeProperties = {
	displayName: 'Page',
	name: 'page',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: MOST_PAGES },
	default: 0,
	description:
		"Add this only to read a single page; the first is 0. 'Limit' still counts. Without it the node reads as many pages as it needs.",
};

function enteredFilter(parameters: ParameterReader): OptOutFilter {
	return {
		state: parameters.choice(stateField, ['optedOut', 'broughtBack', 'any'] as const) ?? 'optedOut',
		...enteredDates(parameters),
	};
}

export const vonage: ProviderForm = {
	provider: 'vonage',
	credentials: vonageCredentials,
	properties: [
		vonageAuthenticationField,
		credentialsField,
		stateField,
		returnAllField,
		limitField,
		filtersField,
		vonageAdditionalFields([pageField, pageSizeField]),
	],
	subtitle: '"Opt-Out List"',
	credentialTypeOf: vonageCredentialOf,
	prepare(parameters) {
		const query = {
			credential: vonageCredentialOf(parameters),
			...enteredWire(parameters),
			includeRaw: includesRawAnswer(parameters),
		};
		const filter = enteredFilter(parameters);
		const limit = enteredLimit(parameters);
		const additional = parameters.group(ADDITIONAL_FIELDS);
		const pageSize = additional.wholeNumber(pageSizeField, { from: 1, to: LARGEST_PAGE_SIZE }) ?? DEFAULT_PAGE_SIZE;
		const onlyPage = additional.wholeNumber(pageField, { from: 0, to: MOST_PAGES });
		return {
			asks: [{ channel: 'list', address: '', purpose: JSON.stringify([query, filter, limit, pageSize, onlyPage]) }],
			target: { provider: 'vonage' },
			async run(send) {
				const nowMs = Date.now();
				return await collectPages(send, (page, size) => queryPage({ ...query, page, pageSize: size }), {
					pageSize,
					limit,
					onlyPage,
					keyOf: (record) => JSON.stringify([record.phoneRaw, record.providerState, record.optedOutAt, record.optedInAt]),
					accept: (record) => isWanted(record, filter, nowMs),
					incomplete: listCutShort,
				});
			},
		};
	},
};
