import { type Contract, firstName, readSources } from '../contract.ts'
import type { Project } from '../project.ts'
import type { OutlinedColumn, OutlinedTable } from './outline.ts'

/** Tables that load makes for a contract, beside `raw.<table>`. */
const loaded = ['_load_id', '_row']
const ofHistory = [...loaded, '_valid_from', '_valid_to']
const ofQuarantine = [...loaded, 'reason', 'column_name', 'value', 'record', 'reasons']
const ofLoads = [
  'source',
  'table_name',
  'load_id',
  'sequence',
  'read',
  'loaded',
  'quarantined',
  'superseded',
  'deleted',
  'contract_hash',
  'as_of',
  'valid_from',
  'input_name',
]

/** What models may read although no model makes it, as the contracts promise it. */
export async function deliveredTables(project: Project): Promise<OutlinedTable[]> {
  const sources = await readSources(project)
  const own = sourceTable(
    'ops.loads',
    'sources',
    'Every load that stands in the warehouse',
    columnsNamed(ofLoads),
  )
  return [
    ...sources.flatMap(({ file, tables }) => tables.flatMap((contract) => contractTables(contract, file))),
    own,
  ]
}

function contractTables(contract: Contract, file: string): OutlinedTable[] {
  const { table, source, description = `${table} of ${source}` } = contract
  const columns = contract.columns.map((column) => ({
    name: column.name,
    type: column.type,
    description: column.description ?? null,
    pii: column.pii ?? null,
    delivered: firstName(column.from),
    from: [],
  }))
  const where = `sources/${file.split(/[\\/]/).at(-1)}`
  return [
    sourceTable(`raw.${table}`, where, description, [...columns, ...columnsNamed(loaded)]),
    sourceTable(`raw.${table}_history`, where, `Every version: ${description}`, [
      ...columns,
      ...columnsNamed(ofHistory),
    ]),
    sourceTable(
      `quarantine.${table}`,
      where,
      `Rows that break the contract: ${description}`,
      columnsNamed(ofQuarantine),
    ),
  ]
}

const columnsNamed = (names: string[]): OutlinedColumn[] =>
  names.map((name) => ({ name, type: null, description: null, pii: null, delivered: null, from: [] }))

const sourceTable = (
  name: string,
  file: string,
  description: string,
  columns: OutlinedColumn[],
): OutlinedTable => ({
  name,
  kind: 'source',
  file,
  description,
  grain: null,
  owner: null,
  tags: [],
  inputs: [],
  columns,
  rows: [],
})
