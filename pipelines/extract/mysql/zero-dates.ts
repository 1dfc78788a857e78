import { join } from 'node:path'
import { sql } from 'kysely'
import type { Db } from '../../duckdb.ts'
import { type Manifest, tableDir } from '../../landing.ts'
import type { StageContext } from '../../stage.ts'

/** MySQL may keep 0000-00-00 where no date is known. Says how many have landed, column by column. */
export async function sayZeroDates(
  { project, log }: StageContext,
  db: Db,
  manifest: Manifest,
): Promise<void> {
  const { source, table, loadId, columns } = manifest
  const texts = columns.filter(({ type }) => type === 'VARCHAR').map(({ name }) => name)
  if (texts.length === 0) return
  const file = sql.lit(join(tableDir(project, source, table), loadId, 'rows.parquet'))
  const counts = texts.map(
    (name, i) => sql`count(*) filter (where ${sql.id(name)} like '0000-00-00%') as ${sql.id(`n${i}`)}`,
  )
  const [found] = await db.rows<Record<string, number>>(
    sql`select ${sql.join(counts)} from read_parquet(${file})`,
  )
  const zero = texts.flatMap((name, i) => (found?.[`n${i}`] ? [{ name, n: found[`n${i}`] as number }] : []))
  if (zero.length === 0) return
  const [first, ...others] = zero.map(({ name, n }) => ({ name, n: n.toLocaleString('en-GB') }))
  const many = zero[0]?.n === 1 ? 'zero date' : 'zero dates'
  const parts = [`${first?.n} ${many} in ${first?.name}`, ...others.map(({ name, n }) => `${n} in ${name}`)]
  log.line(`${source}.${table}: ${parts.join(', ')}: nothing in raw, kept in landing`)
}
