import { type Fault, usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Project } from '../project.ts'
import type { Origin, Outline, OutlinedTable } from './outline.ts'
import { readOutline } from './read-outline.ts'
import { type Branch, branchesOf, type Weave, weave } from './trace.ts'

export interface LineageOptions {
  /** What it is made of, down to the delivered columns. Both directions when neither is asked for. */
  up?: boolean
  /** What is made of it. */
  down?: boolean
  /** How many steps away; all when left out. */
  depth?: number
}

/** Where a column comes from and goes to. */
export interface ColumnLineage {
  /** `schema.table.column`, `schema.table.*` or `param.name` */
  column: string
  type: string | null
  description: string | null
  /** Its name at the source, for a delivered column. */
  delivered: string | null
  /** Its values are written in the query: no column flows into it. */
  literal: boolean
  up?: Branch[]
  /** Columns that decide which rows its table has. */
  rows?: string[]
  down?: Branch[]
  /** Tables whose rows it decides on. */
  chooses?: string[]
}

/** The columns of a table, and what each is made of, one step away. */
export interface TableLineage {
  table: string
  description: string | null
  columns: { name: string; from: Origin[] }[]
  rows: string[]
}

/**
 * The lineage of `schema.table.column`, of a parameter (`param.name`) or of a table, read from the code as it stands:
 * no data is needed. Throws a usage error, with the name that was probably meant, when there is nothing of that name.
 */
export async function lineage(
  project: Project,
  target: string,
  options: LineageOptions = {},
): Promise<ColumnLineage | TableLineage> {
  return lineageIn(await readOutline(project), target, options)
}

export function lineageIn(
  outline: Outline,
  target: string,
  options: LineageOptions = {},
): ColumnLineage | TableLineage {
  const woven = weave(outline)
  const name = target.toLowerCase()
  const table = woven.table(name)
  if (table) return tableLineage(table)
  const key = keyOf(name, outline, woven)
  const { depth } = options
  const both = !options.up && !options.down
  const column = woven.column(key)
  const rows = woven.table(tableOf(key))?.rows.map(([one]) => one)
  const up = (one: string): Origin[] => (one.endsWith('.*') ? [] : woven.up(one))
  return {
    column: key,
    type: column?.type ?? null,
    description: column?.description ?? null,
    delivered: column?.delivered ?? null,
    literal: woven.isLiteral(key),
    ...(both || options.up
      ? { up: branchesOf(key, up, { depth, isLiteral: woven.isLiteral }), rows: rows ?? [] }
      : {}),
    ...(both || options.down
      ? { down: branchesOf(key, woven.down, { depth }), chooses: woven.chooses(key) }
      : {}),
  }
}

export const tableOf = (key: string): string => key.split('.', 2).join('.')

const tableLineage = ({ name, description, columns, rows }: OutlinedTable): TableLineage => ({
  table: name,
  description,
  columns: columns.map((column) => ({ name: column.name, from: column.from })),
  rows: rows.map(([key]) => key),
})

/** The column as it is written, or a usage error that says what is there. */
function keyOf(name: string, outline: Outline, woven: Weave): string {
  const keys = outline.tables.flatMap((table) =>
    table.columns.map((column) => `${table.name}.${column.name}`),
  )
  const found = keys.find((key) => key.toLowerCase() === name)
  if (found) return found
  if (woven.table(tableOf(name)) && name.endsWith('.*')) return name
  if (woven.down(name).length + woven.chooses(name).length > 0) return name
  throw usageError(unknown(name, outline, keys))
}

function unknown(name: string, { tables }: Outline, keys: string[]): Fault {
  const table = tables.find((one) => one.name === tableOf(name))
  if (table) {
    const column = name.slice(table.name.length + 1)
    const columns = table.columns.map((one) => one.name)
    return {
      what: `${table.name} has no column ${column}`,
      how: didYouMean(column, columns) ?? `It has ${columns.join(', ')}.`,
    }
  }
  const tail = keys.filter((key) => key.endsWith(`.${name}`))
  if (!name.includes('.') && tail.length > 0) {
    return {
      what: `${name} is a column of ${tail.length === 1 ? 'one table' : `${tail.length} tables`}`,
      how: `Name one: ${tail.slice(0, 8).join(', ')}${tail.length > 8 ? ', …' : '.'}`,
    }
  }
  const names = tables.map((one) => one.name)
  const parts = name.split('.')
  const near = parts.length === 3 ? didYouMean(tableOf(name), names) : didYouMean(name, names)
  return {
    what: `no table or column is called ${name}`,
    how: near ?? 'Write schema.table.column; "clientele graph" lists the tables.',
  }
}
