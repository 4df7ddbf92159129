/** Three places where people keep rows: filled by n8n's own nodes with automatic mapping, and read back by them. */
import type { Columns, ColumnType } from '../../consent/columns';
import { EVENT_COLUMNS } from '../../consent/event';
import { RESULT_COLUMNS } from '../../consent/result';
import {
	nodeOutputs,
	type DataTable,
	type DataTableColumnType,
	type Execution,
	type N8nClient,
	type WorkflowJson,
	type WorkflowNodeJson,
} from '../../n8n/client.mts';
import { startPostgres } from './postgres.mts';

export const STORES = ['Data Table', 'PostgreSQL', 'CSV'] as const;
export type StoreName = (typeof STORES)[number];

export type Row = Record<string, unknown>;

/** Every column that a node of the package may give out, and what it holds. */
export const ALL_COLUMNS: Readonly<Record<string, ColumnType>> = Object.fromEntries(
	[EVENT_COLUMNS, RESULT_COLUMNS]
		.flatMap((columns: Columns<object>) => Object.entries(columns) as Array<[string, { type: ColumnType }]>)
		.map(([name, { type }]) => [name, type]),
);

const TABLE = 'sms_consent_everything';
const POSTGRES_CREDENTIAL = 'Server of the tests';
const IN_DATA_TABLE: Record<ColumnType, DataTableColumnType> = { text: 'string', number: 'number', boolean: 'boolean', time: 'date' };
const IN_POSTGRES: Record<ColumnType, string> = { text: 'text', number: 'double precision', boolean: 'boolean', time: 'timestamptz' };
const AUTOMATIC = { mappingMode: 'autoMapInputData', value: {}, matchingColumns: [], schema: [] };

const readingNode = (store: StoreName): string => `Back from ${store}`;

export interface Stores {
	dataTable: DataTable;
	/** Fills all three from what the node of that name gives out, and reads them. */
	behind(workflow: WorkflowJson, nodeName: string): WorkflowJson;
	/** Forgets all rows. */
	clear(): Promise<void>;
	close(): Promise<void>;
}

/** Makes an empty table of each kind, with every column there is. */
export async function startStores(n8n: N8nClient): Promise<Stores> {
	const postgres = await startPostgres('tables');
	try {
		await postgres.query(
			`CREATE TABLE ${TABLE} (${Object.entries(ALL_COLUMNS)
				.map(([name, type]) => `"${name}" ${IN_POSTGRES[type]}`)
				.join(', ')})`,
		);
		await n8n.upsertCredential({ name: POSTGRES_CREDENTIAL, type: 'postgres', data: postgres.credentialData });
		const columns = Object.entries(ALL_COLUMNS).map(([name, type]) => ({ name, type: IN_DATA_TABLE[type] }));
		const dataTable = await n8n.dataTables.create(TABLE, columns);
		return {
			dataTable,
			behind: (workflow, nodeName) => withStores(workflow, nodeName, dataTable),
			clear: async () => {
				await Promise.all([n8n.dataTables.clear(dataTable.id), postgres.query(`TRUNCATE ${TABLE}`)]);
			},
			close: async () => {
				await n8n.dataTables.delete(dataTable.id);
				await postgres.remove();
			},
		};
	} catch (error) {
		await postgres.remove();
		throw error;
	}
}

/** What came back from a store at the end of an execution. */
export function rowsBackFrom(execution: Execution, store: StoreName): Row[] {
	return nodeOutputs(execution, readingNode(store))
		.flat()
		.map(({ json }) => json);
}

/** A node that inserts into that Data Table, its columns mapped automatically. */
export function dataTableInsert(name: string, column: number, { id, name: title }: Pick<DataTable, 'id' | 'name'>): WorkflowNodeJson {
	return dataTableNode(name, column, { id, name: title }, { operation: 'insert', columns: AUTOMATIC, options: {} });
}

function dataTableNode(name: string, column: number, table: Pick<DataTable, 'id' | 'name'>, parameters: Row): WorkflowNodeJson {
	const dataTableId = { __rl: true, mode: 'list', value: table.id, cachedResultName: table.name };
	return {
		name,
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		position: [column * 220, -200],
		parameters: { resource: 'row', dataTableId, ...parameters },
	};
}

function postgresNode(name: string, column: number, parameters: Row): WorkflowNodeJson {
	const named = (value: string) => ({ __rl: true, mode: 'list', value });
	return {
		name,
		type: 'n8n-nodes-base.postgres',
		typeVersion: 2.6,
		position: [column * 220, 0],
		parameters: { resource: 'database', schema: named('public'), table: named(TABLE), options: {}, ...parameters },
		credentials: { postgres: { id: null, name: POSTGRES_CREDENTIAL } },
	};
}

function fileNode(name: string, column: number, type: string, typeVersion: number, options: Row = {}): WorkflowNodeJson {
	return {
		name,
		type: `n8n-nodes-base.${type}`,
		typeVersion,
		position: [column * 220, 200],
		parameters: { operation: 'csv', binaryPropertyName: 'data', options },
	};
}

function withStores(workflow: WorkflowJson, nodeName: string, table: DataTable): WorkflowJson {
	const column = workflow.nodes.length;
	const pairs: Array<[WorkflowNodeJson, WorkflowNodeJson]> = [
		// Both read the whole table, and so once for all items.
		[
			dataTableInsert('Into Data Table', column, table),
			{ ...dataTableNode(readingNode('Data Table'), column + 1, table, { operation: 'get', returnAll: true }), executeOnce: true },
		],
		[
			postgresNode('Into PostgreSQL', column, { operation: 'insert', columns: AUTOMATIC }),
			{ ...postgresNode(readingNode('PostgreSQL'), column + 1, { operation: 'select', returnAll: true }), executeOnce: true },
		],
		// The one writes a byte order mark, which the other takes for a part of the first column's name unless told.
		[
			fileNode('Into CSV', column, 'convertToFile', 1.1),
			fileNode(readingNode('CSV'), column + 1, 'extractFromFile', 1, { enableBOM: true }),
		],
	];
	const to = ({ name }: WorkflowNodeJson) => ({ node: name, type: 'main', index: 0 });
	return {
		...workflow,
		nodes: [...workflow.nodes, ...pairs.flat()],
		connections: {
			...workflow.connections,
			[nodeName]: { main: [pairs.map(([into]) => to(into))] },
			...Object.fromEntries(pairs.map(([into, back]) => [into.name, { main: [[to(back)]] }])),
		},
	};
}
