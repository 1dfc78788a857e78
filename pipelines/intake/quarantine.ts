import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import type { Contract } from '../contract.ts'
import { positionColumns } from '../corrections.ts'
import { csvLine } from '../csv.ts'
import type { Db } from '../duckdb.ts'
import { writeDurable } from '../durable.ts'
import { landedRejects, landedRows, unionColumns } from '../landed-rows.ts'
import { type LandedLoad, standingLoads } from '../landing.ts'
import type { Project } from '../project.ts'
import { quarantine } from '../raw.ts'
import { stands } from '../stands.ts'
import { stoppedFile } from '../stopped.ts'
import { allContracts, contractOf, reading } from './warehouse.ts'

/** Bad rows of one table for one reason. */
export interface ReasonCount {
  source: string
  table: string
  reason: string
  rows: number
  /** The last load that brought one. */
  load_id: string
  /** The load was not taken in: it is past a limit, and stopped the night or is held. */
  stopped: boolean
}

/** A bad row, personal values masked. */
export interface BadRow {
  load_id: string
  row: number
  /** The delivered file, or the database. */
  file: string | null
  reason: string
  column: string | null
  value: string | null
  stopped: boolean
  record: string
}

/** How many rows are in quarantine, by table and reason: most first. */
export async function countQuarantine(project: Project): Promise<ReasonCount[]> {
  const contracts = await allContracts(project)
  return reading(project, async (db) => {
    const counts: ReasonCount[] = []
    for (const contract of contracts) {
      const rows = await badRows(project, db, contract)
      if (!rows) continue
      const { source, table } = contract
      const found = await db.rows<Omit<ReasonCount, 'source' | 'table'>>(sql`
        select reason, count(*) as rows, max(_load_id) as load_id, stopped from (${rows})
        group by reason, stopped order by stopped desc, rows desc, reason`)
      counts.push(...found.map((one) => ({ source, table, ...one })))
    }
    return counts
  })
}

export interface RowsWanted {
  reason?: string
  limit?: number
}

/** Rows in quarantine of one table, newest load first. */
export async function listQuarantine(
  project: Project,
  name: string,
  { reason, limit = 20 }: RowsWanted,
): Promise<BadRow[]> {
  const contract = await contractOf(project, name)
  const names = new Map(
    (await standingLoads(project, contract.source, contract.table)).map(({ loadId, input }) => [
      loadId,
      input.name,
    ]),
  )
  return reading(project, async (db) => {
    const rows = await badRows(project, db, contract)
    if (!rows) return []
    const found = await db.rows<Omit<BadRow, 'file'>>(sql`
      select _load_id as load_id, _row as "row", reason, column_name as "column", value, stopped,
        record::varchar as record
      from (${rows}) where ${reason === undefined ? sql`true` : sql`list_contains(reasons, ${reason})`}
      order by load_id desc, _row limit ${sql.lit(limit)}`)
    return found.map((row) => ({ ...row, file: names.get(row.load_id) ?? null }))
  })
}

/** What is in quarantine of a table, and what a load that was not taken in would put there. */
async function badRows(project: Project, db: Db, { source, table }: Contract) {
  const parts = []
  if (await stands(db, `quarantine.${table}`))
    parts.push(sql`select *, false as stopped from ${quarantine(table)}`)
  const stopped = stoppedFile(project, source, table)
  if (existsSync(stopped)) parts.push(sql`select *, true as stopped from read_parquet(${sql.lit(stopped)})`)
  return parts.length === 0 ? null : sql.join(parts, sql` union all by name `)
}

/**
 * Writes rows in quarantine, whole and as they were delivered, to a file for its owner only, to be mended and put into
 * `corrections/`. No cell of it is a formula to a spreadsheet. Returns how many.
 */
export async function exportQuarantine(
  project: Project,
  name: string,
  file: string,
  { reason }: RowsWanted,
): Promise<number> {
  const contract = await contractOf(project, name)
  const loads = await standingLoads(project, contract.source, contract.table)
  return reading(project, async (db) => {
    const rows = await badRows(project, db, contract)
    const wanted = rows
      ? await db.rows<{ id: string; row: number; reason: string }>(sql`
          select _load_id as id, _row as "row", reason from (${rows})
          where ${reason === undefined ? sql`true` : sql`list_contains(reasons, ${reason})`} order by id, _row`)
      : []
    const columns = unionColumns(loads.flatMap((load) => load.columns)).map((column) => column.name)
    const [id, row, why, text] = positionColumns
    const lines = [csvLine([id, row, why, ...columns, text])]
    for (const load of loads) {
      const own = wanted.filter((one) => one.id === load.loadId)
      if (own.length > 0) lines.push(...(await wholeRows(db, load, own, columns)))
    }
    await writeDurable(file, lines.join(''))
    return lines.length - 1
  })
}

async function wholeRows(
  db: Db,
  load: LandedLoad,
  wanted: { row: number; reason: string }[],
  columns: string[],
): Promise<string[]> {
  const listed = sql.join(wanted.map(({ row }) => sql.lit(row)))
  const values = columns.map((name) =>
    load.columns.some((column) => column.name === name) ? sql`cast(${sql.id(name)} as varchar)` : sql`null`,
  )
  const { rows } = await db.grid(
    sql`select _row, ${sql.join([...values, sql`null`])} from ${landedRows(load)} where _row in (${listed})`,
  )
  const unsplit =
    load.rejects === 0
      ? []
      : (
          await db.grid(sql`select _row, ${sql.join([...columns.map(() => sql`null`), sql`text`])}
            from ${landedRejects(load)} where _row in (${listed})`)
        ).rows
  const cells = new Map([...rows, ...unsplit].map(([row, ...rest]) => [row, rest as (string | null)[]]))
  return wanted.map(({ row, reason }) =>
    csvLine([load.loadId, String(row), reason, ...(cells.get(row) ?? [])]),
  )
}
