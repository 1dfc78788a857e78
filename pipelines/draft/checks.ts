import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { landedRows } from '../landed-rows.ts'
import type { LandedLoad } from '../landing.ts'
import type { DraftTable } from './draft.ts'
import { warehouseNames } from './names.ts'

/**
 * Of the conditions that a database declares those that the engine understands as well, and that hold for every row here:
 * servers differ in what they call equal. The others are shown to whoever reads the draft.
 */
export async function draftChecks(
  db: Db,
  load: LandedLoad,
  columns: DraftTable['columns'],
  declared: { name: string; condition: string }[],
): Promise<Pick<DraftTable, 'checks' | 'unread'>> {
  const typed = columns.map(
    ({ name, header, type }) => sql`try_cast(${sql.id(header)} as ${sql.raw(type)}) as ${sql.id(name)}`,
  )
  const names = warehouseNames(declared.map(({ name }) => name))
  const drafted: Pick<DraftTable, 'checks' | 'unread'> = { checks: [], unread: [] }
  for (const [i, { condition }] of declared.entries()) {
    const check = { name: names[i] as string, condition }
    const broken = await db
      .rows<{ n: number }>(sql`
        select count(*) as n from (select ${sql.join(typed)} from ${landedRows(load)}) where not (${sql.raw(condition)})`)
      .then(([found]) => found?.n)
      .catch(() => undefined)
    drafted[broken === 0 ? 'checks' : 'unread'].push(check)
  }
  return drafted
}
