import type { INodeProperties } from 'n8n-workflow';

import { PROVIDERS } from '../../providers';
import { entryShownFor, PROVIDER_PARAMETER, shownFor } from '../fields/form';
import { ownWordsField } from './ownWords';
import type { PostbackSender } from './sender';
import { SENDERS } from './senders';
import { verifySenderByFields } from './verifySenderBy';

const DEFAULT_PROVIDER = SENDERS[0].provider;

function hintOnOthers(): { hint?: string } {
	const others = Object.values(PROVIDERS).filter(({ capabilities }) => !capabilities.postback.can);
	if (others.length === 0) return {};
	const names = others.map(({ displayName }) => displayName).join(' and ');
	return {
		hint: `${names} ${others.length === 1 ? 'is not listed, because it announces' : 'are not listed, because they announce'} no opt-ins or opt-outs`,
	};
}

/** Stand at the top for every provider. */
const FIRST_PROPERTIES: INodeProperties[] = [
	{
		displayName: 'Options',
		name: 'options',
		type: 'hidden',
		// Makes n8n hand over the body as it came in. Its own XML parser would change it, and one malformed body could stop that parser for every workflow.
		default: { binaryData: true },
	},
	{
		displayName: 'Provider',
		name: PROVIDER_PARAMETER,
		type: 'options',
		noDataExpression: true,
		options: SENDERS.map(({ provider, description }) => ({ name: PROVIDERS[provider].displayName, value: provider, description })),
		default: DEFAULT_PROVIDER,
		description: 'Who sends the postbacks. Use one trigger for each provider.',
		...hintOnOthers(),
	},
	{
		displayName: 'Trigger On',
		name: 'triggerOn',
		type: 'multiOptions',
		options: [
			{ name: 'Message', value: 'message', description: 'Somebody texted something else, where the provider forwards such messages' },
			{ name: 'Opt-In', value: 'opt-in', description: 'Somebody subscribed. Skycore repeats it when a subscribed person opts in again.' },
			{
				name: 'Opt-Out',
				value: 'opt-out',
				description: 'Somebody unsubscribed or texted STOP, and messages that may be meant as such (needsReview)',
			},
		],
		default: ['opt-in', 'opt-out'],
		required: true,
	},
];

/** Stand at the bottom for every provider. */
const LAST_PROPERTIES: INodeProperties[] = [
	{
		displayName: 'Outputs',
		name: 'outputMode',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'One for All Events', value: 'single' },
			{ name: 'One per Kind of Event', value: 'perKind', description: 'Opt-In, Opt-Out and Other, so that no IF node is needed' },
		],
		default: 'single',
	},
	{
		displayName: 'Unknown Events',
		name: 'unknownEvents',
		type: 'options',
		options: [
			{ name: 'Ignore', value: 'ignore', description: 'Tell the provider that all is well and start nothing' },
			{ name: 'Emit', value: 'emit', description: 'Start the workflow with the action "unknown" and all fields as they came in' },
		],
		default: 'ignore',
		description: 'What to do with events of a kind that the provider’s documents do not name',
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description:
			'Whether to return a simplified version of the event: the columns that a table of opt-ins and opt-outs needs. Otherwise all of them, with the raw fields of the provider.',
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Campaigns',
				name: 'campaigns',
				type: 'string',
				default: '',
				placeholder: 'e.g. 1478, spring-sale',
				description: 'Only events of these campaigns, separated by commas. Opt-outs that name no campaign pass too, with a warning.',
			},
			{
				displayName: 'Sources',
				name: 'sources',
				type: 'multiOptions',
				displayOptions: entryShownFor('skycore'),
				options: [
					{ name: 'API', value: 'API', description: 'A call of the API, such as those of these nodes' },
					{
						name: 'Imported as Unsubscribed',
						value: 'IMPORTED AS UNSUBSCRIBED',
						description: 'Somebody tried to import a person who had opted out before; it repeats that opt-out',
					},
					{ name: 'Manager', value: 'MANAGER', description: "Somebody's work in the Skycore account: an import, or a click" },
					{ name: 'MO (Text Message)', value: 'MO', description: 'The person texted a keyword, or STOP' },
					{ name: 'Web', value: 'WEB', description: 'A sign-up page' },
				],
				default: [],
				description: 'Only events that came about in these ways. Opt-outs that name no source pass too, with a warning.',
			},
			{
				displayName: 'Sources',
				name: 'sources',
				type: 'string',
				displayOptions: entryShownFor('attentive'),
				default: '',
				placeholder: 'e.g. TEXT_TO_JOIN',
				description:
					'Only events whose sign-up unit has one of these types, separated by commas. Opt-outs that name none pass too, with a warning.',
			},
		],
	},
	ownWordsField,
	{
		displayName: 'Allowed Addresses',
		name: 'allowedAddresses',
		type: 'string',
		default: '',
		placeholder: 'e.g. 203.0.113.0/24, 2001:db8::/32',
		description:
			'IP addresses and ranges that may send, separated by commas. Empty allows all. Behind a proxy, n8n must know how many proxies there are (N8N_PROXY_HOPS), or it sees the proxy instead of the sender.',
	},
];

/** All fields of the trigger, in the editor's order. */
export const PROPERTIES: INodeProperties[] = [...FIRST_PROPERTIES, ...SENDERS.flatMap(propertiesOf), ...LAST_PROPERTIES];

function propertiesOf({ provider, verification, properties }: PostbackSender): INodeProperties[] {
	return shownFor(provider, [...verifySenderByFields(provider, verification), ...properties]);
}
