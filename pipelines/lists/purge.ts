import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type Contract, readSources } from '../contract.ts'
import { type Db, openDatabase } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'
import { allLoads, type LandedLoad, tableDir } from '../landing.ts'
import type { Project } from '../project.ts'
import type { StageContext } from '../stage.ts'
import { stands } from '../stands.ts'
import { emptyLoad, isEmptied } from './empty-load.ts'

/** A list whose licence has ended while its names still hold personal data. */
interface Due {
  list_id: string
  delivered_table: string
}

/**
 * Takes the personal data of expired lists out of landing, so that the night that follows is built without them. Asked
 * of the last published version: only a list whose outcomes it read from landing (staging.list_outcomes) is purged, for
 * then its waterfall stands without the names. Everything else about a load stays: its rows, their order and counts,
 * and what the contract does not mark as personal. Returns the ids of the lists purged.
 */
export async function purgeLists(ctx: StageContext): Promise<string[]> {
  const { project, log } = ctx
  const due = await listsDue(project, ctx.asOf)
  const contracts = (await readSources(project)).flatMap(({ tables }): Contract[] => tables)
  await removeReplaced(project, contracts)
  if (due.length === 0) return []
  const db = await openDatabase(':memory:')
  try {
    for (const { list_id, delivered_table } of due) {
      const names = await purgeTable(project, db, contractOf(contracts, list_id, delivered_table), ctx.asOf)
      log.line(
        `purge: ${list_id}: its licence has ended; ${names.toLocaleString('en-GB')} rows of ${delivered_table} hold nothing personal any more. The file that was delivered is not touched: delete it where it is kept.`,
      )
    }
  } finally {
    db.close()
  }
  return due.map(({ list_id }) => list_id)
}

async function listsDue({ paths }: Project, asOf: string): Promise<Due[]> {
  if (!existsSync(paths.warehouse)) return []
  const db = await openDatabase(paths.warehouse, { readOnly: true })
  try {
    if (!(await stands(db, 'lists.names'))) return []
    return await db.rows<Due>(
      sql`select l.list_id, l.delivered_table
        from lists.licences as l
        where l.expires_on < cast(${asOf} as date) and l.delivered_table is not null
          and exists (select 1 from lists.names as n where n.list_id = l.list_id and not n.is_purged)
          and not exists (
            select 1 from lists.names as n
            left join staging.list_outcomes as o on o.list_name_id = n.list_name_id
            where n.list_id = l.list_id and o.list_name_id is null)
        order by l.list_id`,
    )
  } finally {
    db.close()
  }
}

function contractOf(contracts: Contract[], list: string, table: string): Contract {
  const contract = contracts.find((one) => one.table === table)
  if (!contract)
    throw new ClienteleError({
      what: `the list ${list} is to be purged from ${table}, which no source delivers`,
      how: 'Name the table of sources/ that holds the list in delivered_table of staging.lists.',
    })
  const held = contract.columns.find(({ pii, notNull }) => pii && notNull)
  if (held)
    throw new ClienteleError({
      what: `${table}.${held.name} holds personal data and may not be empty, so ${list} cannot be purged`,
      where: held.place,
      how: 'Take not_null off: what was delivered has been checked when it came.',
    })
  if (contract.delivery !== 'append' || contract.origin.kind !== 'files')
    throw new ClienteleError({
      what: `${table} is delivered whole every night, so ${list} would come back after a purge`,
      where: contract.place,
      how: 'Deliver lists as files with delivery: append.',
    })
  return contract
}

/** Empties every load of the table. Returns the rows they hold. */
async function purgeTable(project: Project, db: Db, contract: Contract, asOf: string): Promise<number> {
  let rows = 0
  const loads = await allLoads(tableDir(project, contract.source, contract.table))
  const gone = emptiedIds(loads)
  for (const load of loads) {
    if (isEmptied(load) || gone.has(load.loadId)) continue
    await emptyLoad(db, contract, load, asOf)
    rows += load.rows
  }
  await removeReplaced(project, [contract])
  return rows
}

/**
 * Loads that an emptied one stands in for go: also those that a killed purge left beside it. One that was put together
 * with others goes when its bundle is made anew, the same night.
 */
async function removeReplaced(project: Project, contracts: Contract[]): Promise<void> {
  for (const { source, table } of contracts) {
    const loads = await allLoads(tableDir(project, source, table))
    const gone = emptiedIds(loads)
    for (const { loadId, dir, shared } of loads) {
      if (shared || !gone.has(loadId)) continue
      // Without its manifest a folder is no load any more: killed here, the next extract sweeps the rest.
      await rm(join(dir, 'manifest.json'))
      await rm(dir, { recursive: true, force: true })
    }
  }
}

const emptiedIds = (loads: LandedLoad[]): Set<string> =>
  new Set(loads.filter(isEmptied).map(({ emptied }) => emptied.loadId))
