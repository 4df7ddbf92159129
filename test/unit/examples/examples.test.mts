import { NodeHelpers, type INode, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';

import type { ColumnType } from '../../../consent/columns';
import { EVENT_COLUMNS } from '../../../consent/event';
import { readPhone } from '../../../consent/phone';
import { RESULT_COLUMNS } from '../../../consent/result';
import {
	contactsOf,
	exampleOf,
	LEDGER,
	ON_POSTGRES,
	postbackPaths,
	readExamples,
	SYNC,
	UNUSABLE_CONTACTS,
} from '../../../demo/examples.mts';
import { PEOPLE } from '../../../demo/story.mts';
import type { WorkflowNodeJson } from '../../../n8n/client.mts';
import { SmsConsentCheck } from '../../../nodes/SmsConsentCheck/SmsConsentCheck.node';
import { SmsPostbackTrigger } from '../../../nodes/SmsPostbackTrigger/SmsPostbackTrigger.node';
import { SmsQueryOptOuts } from '../../../nodes/SmsQueryOptOuts/SmsQueryOptOuts.node';
import { SmsResubscribe } from '../../../nodes/SmsResubscribe/SmsResubscribe.node';
import { SmsSubscribe } from '../../../nodes/SmsSubscribe/SmsSubscribe.node';
import { SmsUnsubscribe } from '../../../nodes/SmsUnsubscribe/SmsUnsubscribe.node';

const PACKAGE = 'n8n-nodes-sms-consent.';
const OUR_NODES: ReadonlyMap<string, INodeTypeDescription> = new Map(
	[SmsConsentCheck, SmsPostbackTrigger, SmsQueryOptOuts, SmsResubscribe, SmsSubscribe, SmsUnsubscribe].map((Node) => {
		const { description } = new Node();
		return [`${PACKAGE}${description.name}`, description] as const;
	}),
);

/** What n8n itself brings along, in versions that it has had for a while. */
const NATIVE_NODES: Readonly<Record<string, number>> = {
	'n8n-nodes-base.compareDatasets': 2.3,
	'n8n-nodes-base.dataTable': 1.1,
	'n8n-nodes-base.filter': 2.2,
	'n8n-nodes-base.if': 2.2,
	'n8n-nodes-base.manualTrigger': 1,
	'n8n-nodes-base.merge': 3.1,
	'n8n-nodes-base.noOp': 1,
	'n8n-nodes-base.postgres': 2.5,
	'n8n-nodes-base.scheduleTrigger': 1.2,
	'n8n-nodes-base.set': 3.4,
	'n8n-nodes-base.splitOut': 1,
	'n8n-nodes-base.stickyNote': 1,
	'n8n-nodes-base.switch': 3.2,
	'n8n-nodes-base.wait': 1.1,
	'@n8n/n8n-nodes-langchain.agent': 3,
	'@n8n/n8n-nodes-langchain.chat': 1.2,
	'@n8n/n8n-nodes-langchain.chatHitlTool': 1.2,
	'@n8n/n8n-nodes-langchain.chatTrigger': 1.3,
	'@n8n/n8n-nodes-langchain.lmChatOpenAi': 1.2,
	'@n8n/n8n-nodes-langchain.memoryBufferWindow': 1.3,
};

const STICKY = 'n8n-nodes-base.stickyNote';
const WRITING_NODES = /\.sms(Subscribe|Unsubscribe|Resubscribe)(Tool)?$/;
const CHECK = `${PACKAGE}smsConsentCheck`;
/** Its outputs besides the one for errors. */
const STATES_OF_CHECK = 3;
/** Set by n8n on the tool form of a node only. */
const TOOL_PARAMETERS = ['toolDescription'];
/** 555-0100 to 0199 and London's 7946 0000 to 0999 belong to nobody; the others are Vonage's published samples. */
const INVENTED = /^\+1\d{3}55501\d{2}$|^\+442079460\d{3}$|^\+1555(8937009|4908975)$/;

type Links = Record<string, Record<string, Array<Array<{ node: string; type: string; index: number }>>>>;

const EXAMPLES = readExamples(process.cwd());
const stickiesOf = (nodes: readonly WorkflowNodeJson[]) => nodes.filter(({ type }) => type === STICKY);
const workersOf = (nodes: readonly WorkflowNodeJson[]) => nodes.filter(({ type }) => type !== STICKY);

function descriptionOf(node: WorkflowNodeJson): INodeTypeDescription | undefined {
	return OUR_NODES.get(node.type) ?? OUR_NODES.get(node.type.replace(/Tool$/, ''));
}

const ours = EXAMPLES.flatMap(({ file, workflow }) =>
	workflow.nodes.flatMap((node) => {
		const description = descriptionOf(node);
		return description === undefined ? [] : [{ file, node, description }];
	}),
);

/** Every path of a value, such as `additionalFields.profileData.pair.0.name`. */
function pathsOf(value: unknown, path = ''): string[] {
	if (typeof value !== 'object' || value === null) return [path];
	return Object.entries(value).flatMap(([key, entry]) => pathsOf(entry, path === '' ? key : `${path}.${key}`));
}

test('the examples are there', () => {
	expect(EXAMPLES.map(({ file }) => file)).toEqual([
		'ai-agent-with-approval.json',
		'consent-ledger-on-postgresql.json',
		'consent-ledger.json',
		'crm-to-sms-sync-on-postgresql.json',
		'crm-to-sms-sync.json',
		'double-opt-in-follow-up.json',
		'nightly-opt-out-reconciliation.json',
		'two-way-opt-out-sync.json',
		'who-is-opted-out.json',
		'who-may-i-text-tonight.json',
		'win-back-with-fresh-consent.json',
	]);
	expect(new Set(EXAMPLES.map(({ workflow }) => workflow.id)).size).toBe(EXAMPLES.length);
});

describe.each(EXAMPLES)('$file', ({ workflow }) => {
	const { nodes } = workflow;
	const names = nodes.map(({ name }) => name);
	const links = workflow.connections as Links;
	const wires = Object.entries(links).flatMap(([from, byType]) =>
		Object.values(byType).flatMap((outputs) => outputs.flatMap((ends, output) => ends.map((end) => ({ from, output, ...end })))),
	);

	test('can be imported: an inactive workflow with an id, unique names and ids', () => {
		expect(workflow.id).toMatch(/^[A-Za-z0-9]{1,21}$/);
		expect(workflow['active']).toBe(false);
		expect(new Set(names).size).toBe(names.length);
		expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
	});

	test('explains itself on a sticky note', () => {
		const [readMe] = stickiesOf(nodes);
		expect(String(readMe?.parameters['content'])).toMatch(new RegExp(`^## ${workflow.name.replace('?', '\\?')}\n`));
		expect(String(readMe?.parameters['content']).length).toBeGreaterThan(400);
	});

	test('uses only nodes of this package and of n8n itself', () => {
		const unknown = nodes.filter((node) => descriptionOf(node) === undefined && NATIVE_NODES[node.type] !== node.typeVersion);
		expect(unknown.map(({ name, type, typeVersion }) => ({ name, type, typeVersion }))).toEqual([]);
	});

	test('connects nodes that exist, and leaves none alone', () => {
		expect(wires.filter(({ from, node }) => !names.includes(from) || !names.includes(node))).toEqual([]);
		const connected = new Set(wires.flatMap(({ from, node }) => [from, node]));
		expect(workersOf(nodes).filter(({ name }) => !connected.has(name))).toEqual([]);
	});

	test('uses the error output of every node that has one', () => {
		const withErrorOutput = nodes.filter(({ onError }) => onError === 'continueErrorOutput').map(({ name }) => name);
		const errorOutputOf = (name: string) => (nodes.find((node) => node.name === name)?.type === CHECK ? STATES_OF_CHECK : 1);
		expect(withErrorOutput.filter((name) => !wires.some(({ from, output }) => from === name && output === errorOutputOf(name)))).toEqual(
			[],
		);
	});

	test('speaks in expressions of nodes that exist', () => {
		const mentioned = [...JSON.stringify(nodes).matchAll(/\$\('([^']+)'\)/g)].map(([, name]) => name ?? '');
		expect(mentioned.filter((name) => !names.includes(name))).toEqual([]);
	});

	test('fits one screen at a size that can be read', () => {
		const corners = nodes.map(({ type, position: [x, y], parameters }) => {
			const [width, height] = type === STICKY ? [Number(parameters['width']), Number(parameters['height'])] : [112, 144];
			return { left: x, top: y, right: x + width, bottom: y + height };
		});
		const width = Math.max(...corners.map(({ right }) => right)) - Math.min(...corners.map(({ left }) => left));
		const height = Math.max(...corners.map(({ bottom }) => bottom)) - Math.min(...corners.map(({ top }) => top));
		// The canvas of a window of 1440 by 900 shows about 1167 by 666, at half of the full size and more.
		expect({ width: Math.max(width, 2330), height: Math.max(height, 1330) }).toEqual({ width: 2330, height: 1330 });
	});

	test('is laid out without overlaps', () => {
		const boxes = nodes.map(({ name, type, position: [x, y], parameters }) => {
			if (type === STICKY)
				return { name, left: x, top: y, right: x + Number(parameters['width']), bottom: y + Number(parameters['height']) };
			// The circle or square, with the two lines of its name and subtitle below.
			const width = type.endsWith('.agent') ? 256 : 112;
			return { name, left: x - 16, top: y, right: x + width, bottom: y + 144 };
		});
		const overlapping = boxes.flatMap((one, index) =>
			boxes
				.slice(index + 1)
				.filter((other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom)
				.map((other) => `${one.name} / ${other.name}`),
		);
		expect(overlapping).toEqual([]);
	});
});

describe.each(ours)('$file: $node.name', ({ node, description }) => {
	const parameters = node.parameters as INodeParameters;
	const asNode = { ...node, id: node.id ?? '', parameters } as unknown as INode;

	test('has only fields that the node has and shows', () => {
		const kept = NodeHelpers.getNodeParameters(description.properties, parameters, false, false, asNode, description);
		const lost = pathsOf(parameters).filter((path) => !TOOL_PARAMETERS.includes(path) && !pathsOf(kept).includes(path));
		// Values equal to the default are left out by n8n, which is no loss.
		const full = NodeHelpers.getNodeParameters(description.properties, parameters, true, false, asNode, description);
		expect(lost.filter((path) => !pathsOf(full).includes(path))).toEqual([]);
	});

	test('fills every required field with something that the list offers', () => {
		expect(NodeHelpers.getNodeParametersIssues(description.properties, asNode, description)?.parameters ?? {}).toEqual({});
	});

	test('names its credentials without an id of somebody’s n8n', () => {
		const full = NodeHelpers.getNodeParameters(description.properties, parameters, true, false, asNode, description) ?? {};
		const wanted = (description.credentials ?? []).filter((credential) =>
			NodeHelpers.displayParameter(full, credential, asNode, description),
		);
		expect(Object.keys(node.credentials ?? {}).sort()).toEqual(wanted.map(({ name }) => name).sort());
		for (const credential of Object.values(node.credentials ?? {})) {
			expect(credential).toEqual({ id: null, name: expect.stringMatching(/ \(sandbox\)$/) });
		}
	});

	test('calls a provider with an account of the sandbox only', () => {
		if (description.credentials !== undefined) expect(Object.keys(node.credentials ?? {})).not.toEqual([]);
	});

	test('is not run twice by n8n when it changes something', () => {
		if (WRITING_NODES.test(node.type)) expect(node['retryOnFail'] ?? false).toBe(false);
	});
});

describe('the sync’s contacts', () => {
	const contacts = contactsOf(exampleOf(EXAMPLES, SYNC.file));
	const numberOf = (phone: unknown): string => {
		try {
			return readPhone(phone, { defaultCountry: 'US' });
		} catch {
			return '';
		}
	};

	test('are 25, of whom two have no usable number', () => {
		expect(contacts).toHaveLength(25);
		expect(contacts.filter(({ phone }) => numberOf(phone) === '').map(({ contactId }) => contactId)).toEqual(UNUSABLE_CONTACTS);
	});

	test('are invented and differ from each other', () => {
		const numbers = contacts.map(({ phone }) => numberOf(phone)).filter((number) => number !== '');
		expect(numbers.filter((number) => !INVENTED.test(number))).toEqual([]);
		expect(new Set(numbers).size).toBe(numbers.length);
	});

	test('hold the people of the demo’s story, at the provider where they act', () => {
		const providerOf = (number: string) => contacts.find(({ phone }) => numberOf(phone) === number)?.provider;
		expect(providerOf(PEOPLE.alreadySubscribed)).toBe('attentive');
		expect(providerOf(PEOPLE.silent)).toBe('attentive');
		expect(providerOf(PEOPLE.leavesAttentive)).toBe('attentive');
		expect(providerOf(PEOPLE.leavesSkycore)).toBe('skycore');
		expect(providerOf(PEOPLE.leavesVonage)).toBeUndefined();
	});
});

test('the ledger has a trigger for each provider that sends postbacks', () => {
	expect(Object.keys(postbackPaths(exampleOf(EXAMPLES, LEDGER.file))).sort()).toEqual(['attentive', 'skycore', 'vonage']);
});

describe('the ledger’s table', () => {
	/** As n8n's Data Tables call the kinds of columns. */
	const TABLE_TYPES: Readonly<Record<ColumnType, string>> = { text: 'string', number: 'number', boolean: 'boolean', time: 'date' };
	const DATA_TABLE = 'n8n-nodes-base.dataTable';
	const EVERY_COLUMN = Object.entries({ ...EVENT_COLUMNS, ...RESULT_COLUMNS }).map(([name, { type }]) => ({
		name,
		type: TABLE_TYPES[type],
	}));
	const makers = EXAMPLES.flatMap(({ file, workflow }) =>
		workflow.nodes
			.filter(({ name, parameters }) => name === 'Ledger table' && parameters['tableName'] === LEDGER.table)
			.map(({ parameters }) => ({ file, columns: parameters['columns'] })),
	);

	test('is made by every example that uses it', () => {
		expect(makers.map(({ file }) => file)).toEqual([
			'consent-ledger.json',
			'crm-to-sms-sync.json',
			'nightly-opt-out-reconciliation.json',
			'two-way-opt-out-sync.json',
			'who-is-opted-out.json',
			'who-may-i-text-tonight.json',
			'win-back-with-fresh-consent.json',
		]);
	});

	test.each(makers)(
		'has in $file a column for every field of an event and of a result, because mapping by itself fails on any other',
		({ columns }) => {
			expect(columns).toEqual({ column: EVERY_COLUMN });
		},
	);

	test('can hold both: a field that events and results share is of one kind', () => {
		const shared = Object.entries(RESULT_COLUMNS).filter(([name]) => name in EVENT_COLUMNS);
		expect(shared.length).toBeGreaterThan(0);
		expect(shared.filter(([name, { type }]) => EVENT_COLUMNS[name as keyof typeof EVENT_COLUMNS].type !== type)).toEqual([]);
	});

	const writers = makers.flatMap(({ file }) =>
		exampleOf(EXAMPLES, file)
			.nodes.filter(({ name, type, parameters }) => type === DATA_TABLE && parameters['operation'] === 'upsert' && name !== 'Mark in CRM')
			.map(({ name, parameters }) => ({ file, name, parameters })),
	);
	const BEFORE_THE_CALL = 'Write down who is asked';

	test('is written by all but those that only read it', () => {
		expect(makers.map(({ file }) => file).filter((file) => !writers.some((writer) => writer.file === file))).toEqual([
			'who-is-opted-out.json',
			'who-may-i-text-tonight.json',
		]);
	});

	test.each(writers.filter(({ name }) => name !== BEFORE_THE_CALL))(
		'$file: $name adds rows as they come, each under its eventId',
		({ parameters }) => {
			expect(parameters).toMatchObject({
				columns: { mappingMode: 'autoMapInputData' },
				matchType: 'allConditions',
				filters: { conditions: [{ keyName: 'eventId', condition: 'eq', keyValue: '={{ $json.eventId }}' }] },
			});
		},
	);

	test('learns who is asked before anybody is called, in columns that the rule reads', () => {
		const [writer, ...more] = writers.filter(({ name }) => name === BEFORE_THE_CALL);
		expect(more).toEqual([]);
		const { columns } = writer?.parameters as { columns: { value: Record<string, string> } };
		expect(Object.keys(columns.value).filter((name) => !EVERY_COLUMN.some((column) => column.name === name))).toEqual([]);
		expect(columns.value).toMatchObject({ action: 'subscribe', outcome: 'asked', channel: 'sms' });
	});

	test('keeps whole events', () => {
		const triggers = exampleOf(EXAMPLES, LEDGER.file).nodes.filter(({ type }) => type === `${PACKAGE}smsPostbackTrigger`);
		expect(triggers.map(({ parameters }) => parameters['simplify'])).toEqual([false, false, false]);
	});
});

describe('on PostgreSQL', () => {
	const POSTGRES = 'n8n-nodes-base.postgres';
	const DATABASE_TYPES: Readonly<Record<ColumnType, string>> = { text: 'text', number: 'integer', boolean: 'boolean', time: 'timestamptz' };
	const nodesOf = (file: string) => new Map(workersOf(exampleOf(EXAMPLES, file).nodes).map((node) => [node.name, node]));
	const ledger = nodesOf(ON_POSTGRES.ledger);
	const sync = nodesOf(ON_POSTGRES.sync);

	test('the table has a column for every field of an event and of a result', () => {
		const statement = String(ledger.get('Make the table')?.parameters['query']);
		const columns = [...statement.matchAll(/^  "(\w+)" (\w+)(?! GENERATED)(?=.*,$)/gm)].map(([, name, type]) => [name, type]);
		const wanted = Object.entries({ ...EVENT_COLUMNS, ...RESULT_COLUMNS }).map(([name, { type }]) => [name, DATABASE_TYPES[type]]);
		expect(columns.filter(([name]) => !['createdAt', 'person', 'mailbox'].includes(String(name)))).toEqual(wanted);
		expect(statement).toContain('"eventId" text PRIMARY KEY');
	});

	test('events are inserted once, answers and requests under their eventId', () => {
		const storing = [...ledger.values(), ...sync.values()].filter(({ type }) => type === POSTGRES);
		const how = storing.map(({ name, parameters }) => [name, parameters['operation'], (parameters['options'] as object | undefined) ?? {}]);
		const alone = { queryBatching: 'independently' };
		expect(how).toEqual([
			['Make the table', 'executeQuery', {}],
			['Copy them', 'insert', { ...alone, skipOnConflict: true }],
			['Write once per event', 'insert', { ...alone, skipOnConflict: true }],
			['Their events', 'executeQuery', expect.anything()],
			['Write down who is asked', 'upsert', alone],
			['Write the results', 'upsert', alone],
			['Write the refusals', 'upsert', alone],
		]);
		const matched = storing.filter(({ parameters }) => parameters['operation'] === 'upsert').map(({ parameters }) => parameters['columns']);
		expect(matched).toEqual(matched.map(() => expect.objectContaining({ matchingColumns: ['eventId'] })));
	});

	test('the sync is the same one, apart from where it keeps the ledger', () => {
		const inDataTable = nodesOf(SYNC.file);
		const storing = (type: string): boolean => type === POSTGRES || type === 'n8n-nodes-base.dataTable';
		const kept = (nodes: typeof sync) => [...nodes.values()].filter(({ name, type }) => !storing(type) && name !== 'Prepare the look-up');
		const bare = (nodes: typeof sync) =>
			kept(nodes).map(({ name, type, parameters, credentials, onError }) => ({
				name,
				type,
				credentials,
				onError,
				parameters: withoutIds(parameters),
			}));
		expect(bare(sync)).toEqual(bare(inDataTable));
		const asked = [sync, inDataTable].map(
			(nodes) => (nodes.get('Write down who is asked')?.parameters['columns'] as { value: unknown }).value,
		);
		expect(asked[0]).toEqual(asked[1]);
	});
});

/** Ids of conditions and assignments, which n8n gives out anew. */
function withoutIds(value: unknown): unknown {
	return JSON.parse(JSON.stringify(value, (key, entry: unknown) => (key === 'id' ? undefined : entry)));
}

test('no number in any example belongs to somebody', () => {
	const numbers = EXAMPLES.filter(({ file }) => ![SYNC.file, ON_POSTGRES.sync].some((sync) => sync === file)).flatMap(({ workflow }) =>
		workersOf(workflow.nodes).flatMap(({ parameters }) => {
			if (typeof parameters['jsonOutput'] !== 'string' || parameters['jsonOutput'].startsWith('=')) return [];
			const lists = Object.values(JSON.parse(parameters['jsonOutput']) as Record<string, Array<{ phone: string }>>);
			return lists.flat().flatMap(({ phone }) => (/\d/.test(phone) ? [readPhone(phone, { defaultCountry: 'US' })] : []));
		}),
	);
	expect(numbers.length).toBeGreaterThan(0);
	expect(numbers.filter((number) => !INVENTED.test(number))).toEqual([]);
});
