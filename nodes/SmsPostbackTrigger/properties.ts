import type { INodeProperties } from 'n8n-workflow';

import { entryShownFor, shownFor, shownForAny } from '../fields/form';
import { insteadNotices, providerField } from '../fields/provider';
import { ownWordsField } from './ownWords';
import type { PostbackSender } from './sender';
import { SENDERS } from './senders';
import { verifySenderByFields } from './verifySenderBy';

const DEFAULT_PROVIDER = SENDERS[0].provider;
const SENDING = SENDERS.map(({ provider }) => provider);

/** Stand at the top for every provider. */
const FIRST_PROPERTIES: INodeProperties[] = [
	{
		displayName: 'Options',
		name: 'options',
		type: 'hidden',
		// Makes n8n hand over the body as it came in. Its own XML parser would change it, and one malformed body could stop that parser for every workflow.
		default: { binaryData: true },
	},
	providerField('postback', DEFAULT_PROVIDER, {
		description: 'Who sends the postbacks. Use one trigger for each provider.',
		describe: (provider) => SENDERS.find((sender) => sender.provider === provider)?.description,
	}),
	...insteadNotices('postback'),
];

/** Stands above the fields of a provider's own. */
const UPPER_PROPERTIES: INodeProperties[] = [
	{
		displayName: 'Trigger On',
		name: 'triggerOn',
		type: 'multiOptions',
		options: [
			{ name: 'Message', value: 'message', description: 'Somebody texted something else, if the provider forwards such messages' },
			{ name: 'Opt-In', value: 'opt-in', description: 'Somebody subscribed. Skycore repeats it when a subscribed person opts in again.' },
			{
				name: 'Opt-Out',
				value: 'opt-out',
				description: 'Somebody unsubscribed or texted STOP, or sent a message that may mean it (needsReview)',
			},
		],
		default: ['opt-in', 'opt-out'],
		required: true,
	},
];

/** Stand below them. */
const LOWER_PROPERTIES: INodeProperties[] = [
	{
		displayName: 'Outputs',
		name: 'outputMode',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'One for All Events', value: 'single' },
			{ name: 'One per Kind of Event', value: 'perKind', description: 'Opt-In, Opt-Out and Other, so you need no IF node' },
		],
		default: 'single',
	},
	{
		displayName: 'Unknown Events',
		name: 'unknownEvents',
		type: 'options',
		options: [
			{ name: 'Ignore', value: 'ignore', description: 'Tell the provider that all is well, and start nothing' },
			{ name: 'Emit', value: 'emit', description: 'Start the workflow with the action "unknown" and all fields as they arrived' },
		],
		default: 'ignore',
		description: 'What to do with events that the provider’s documents do not mention',
	},
	{
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description:
			'Whether to return a simplified version of the event: the columns that a table of opt-ins and opt-outs needs. Otherwise you get all columns, with the raw fields of the provider.',
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
				description: 'Only events of these campaigns, separated by commas. Opt-outs without a campaign get through too, with a warning.',
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
				description: 'Only events that happened in these ways. Opt-outs without a source get through too, with a warning.',
			},
			{
				displayName: 'Sources',
				name: 'sources',
				type: 'string',
				displayOptions: entryShownFor('attentive'),
				default: '',
				placeholder: 'e.g. TEXT_TO_JOIN',
				description:
					'Only events whose sign-up unit has one of these types, separated by commas. Opt-outs without one get through too, with a warning.',
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
			'IP addresses and ranges that may send, separated by commas. Empty allows all. Behind a proxy, n8n has to know how many proxies there are (N8N_PROXY_HOPS), or it sees the proxy instead of the sender.',
	},
];

/** All fields of the trigger, in the editor's order. */
export const PROPERTIES: INodeProperties[] = [
	...FIRST_PROPERTIES,
	...shownForAny(SENDING, UPPER_PROPERTIES),
	...SENDERS.flatMap(propertiesOf),
	...shownForAny(SENDING, LOWER_PROPERTIES),
];

const KINDS = '[].concat($parameter["triggerOn"] ?? []).join(", ")';

/** Below the node's name: whose postbacks, and which of them. */
export const SUBTITLE = `={{ $parameter["provider"].toTitleCase() + (${JSON.stringify(SENDING)}.includes($parameter["provider"]) ? ": " + ${KINDS} : ": sends no postbacks") }}`;

function propertiesOf({ provider, verification, properties }: PostbackSender): INodeProperties[] {
	return shownFor(provider, [...verifySenderByFields(provider, verification), ...properties]);
}
