import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';

const FIRST_NUMBER = 12_125_000_000;
const FIRST_EVENT_MS = Date.UTC(2026, 0, 1);
const MS_PER_EVENT = 60_000;
/** How many events there are of one person. */
const EVENTS_PER_PERSON = 2;

/** As a list of contacts has it. */
function contact(index: number): IDataObject {
	return { phone: `+${FIRST_NUMBER + index}` };
}

/** As people write it; half of them are among those of the events. */
function written(index: number): IDataObject {
	const digits = String(FIRST_NUMBER + index * EVENTS_PER_PERSON);
	return { name: `Contact ${index}`, phone: `(${digits.slice(1, 4)}) ${digits.slice(4, 7)}-${digits.slice(7)}` };
}

/** As SMS Postback Trigger gives it, and a table keeps it. */
function event(index: number): IDataObject {
	const time = new Date(FIRST_EVENT_MS + index * MS_PER_EVENT).toISOString();
	return {
		provider: 'skycore',
		action: index % EVENTS_PER_PERSON === 0 ? 'opt-in' : 'opt-out',
		phone: `+${FIRST_NUMBER + Math.floor(index / EVENTS_PER_PERSON)}`,
		campaign: 'spring-sale',
		occurredAt: time,
		source: 'MO',
		text: null,
		needsReview: false,
		reviewedAs: null,
		channel: 'sms',
		email: null,
		phoneRaw: String(FIRST_NUMBER + Math.floor(index / EVENTS_PER_PERSON)),
		receivedAt: time,
		warnings: null,
		eventId: String(index).padStart(64, '0'),
	};
}

const KINDS: Record<string, (index: number) => IDataObject> = { contact, written, event };

/** As many contacts, or events, as wanted. */
export class BenchItems implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Items',
		name: 'benchItems',
		group: ['input'],
		version: 1,
		description: 'Contacts to subscribe, or events of people',
		defaults: { name: 'Bench Items' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [
			{ displayName: 'Count', name: 'count', type: 'number', default: 1 },
			{ displayName: 'Kind', name: 'kind', type: 'string', default: 'contact' },
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const count = Number(this.getNodeParameter('count', 0));
		const make = KINDS[String(this.getNodeParameter('kind', 0))] ?? contact;
		const items = Array.from({ length: count }, (_, index): INodeExecutionData => ({ json: make(index), pairedItem: { item: 0 } }));
		// For the node that reports: nothing but the process is shared between the two.
		process.env['BENCH_CPU_BEFORE'] = JSON.stringify(process.cpuUsage());
		return [items];
	}
}
