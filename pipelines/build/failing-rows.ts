import { sql } from 'kysely'
import type { Cell, Db, Row } from '../duckdb.ts'
import { type Audit, loose } from './audits.ts'
import type { StoredColumn } from './store.ts'

/** Failing rows kept of an audit. */
export const rowsKept = 20

/** Which of the columns a failing row shows may be read: `personal` are masked. */
export type IsPersonal = (column: string, value: Cell) => boolean

/** The first failing rows in a fixed order, as JSON, personal columns masked. */
export async function failingRows(db: Db, audit: Audit, isPersonal: IsPersonal): Promise<string[]> {
  const { rows: failing } = audit.queries
  if (!failing) return []
  const rows = await db.rows<{ row: string }>(
    sql`select to_json(failing)::varchar as row from (
      select * from (${failing}) order by all limit ${sql.lit(rowsKept)}) as failing`,
  )
  return rows.map(({ row }) => {
    const cells = Object.entries(JSON.parse(row) as Row)
    return JSON.stringify(
      Object.fromEntries(cells.map(([name, value]) => [name, isPersonal(name, value) ? mask(value) : value])),
    )
  })
}

/**
 * A model's column is personal when it is marked so. A test file's own column is readable only when it is a number
 * or carries the name of a column, not personal, of a model that the test reads.
 */
export function personalIn(audit: Audit, columns: ReadonlyMap<string, readonly StoredColumn[]>): IsPersonal {
  const known = [...audit.reads].flatMap((model) => columns.get(model) ?? [])
  const personal = new Set(known.filter(({ pii }) => pii !== null).map(({ name }) => name))
  const plain = new Set(known.filter(({ name }) => !personal.has(name)).map(({ name }) => name))
  if (audit.model !== loose) return (name) => personal.has(name)
  return (name, value) =>
    personal.has(name) || (!plain.has(name) && typeof value !== 'number' && typeof value !== 'boolean')
}

const mask = (value: Cell): Cell => {
  if (value === null) return null
  return typeof value === 'string' ? `<${[...value].length} characters>` : '<hidden>'
}
