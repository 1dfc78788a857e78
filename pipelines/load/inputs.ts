import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Contract } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { chainOf, type LandedLoad, type LandedTable } from '../landing.ts'
import { foldTable } from './fold.ts'
import { historyInput, isLoaded } from './tables.ts'

/**
 * The loads that the warehouse has not seen; null when it holds others, or the contract has changed: begin anew. What
 * was folded in landing since it was last loaded is folded here.
 */
export async function pendingLoads(
  db: Db,
  { source, table }: Contract,
  hash: string,
  landed: LandedTable,
): Promise<LandedLoad[] | null> {
  const stands = await isLoaded(db, table)
  const seen = await db.rows<Seen>(sql`
    select load_id, sequence, contract_hash, source, read from ops.loads where table_name = ${table} order by sequence`)
  if (!stands || seen.some((one) => one.contract_hash !== hash || one.source !== source)) return null
  const [input] = await db.rows<{ fingerprint: string }>(
    sql`select fingerprint from ops.inputs where table_name = ${table}`,
  )
  // A table that no load has filled is told by its fingerprint alone.
  if (seen.length === 0 && input?.fingerprint !== fingerprint(hash, { loads: [], folded: null })) return null
  const { loads, folded } = landed
  const last = folded?.sequence ?? 0
  const members = loads.filter(({ sequence }) => sequence <= last)
  const later = loads.slice(members.length)
  const seenLater = seen.filter(({ sequence }) => sequence > last)
  if (!seenLater.every((one, i) => one.load_id === later[i]?.loadId)) return null
  if (folded && !(await followFold(db, table, folded, members, seen))) return null
  return later.slice(seenLater.length)
}

interface Seen {
  load_id: string
  sequence: number
  contract_hash: string
  source: string
  read: number
}

/** False: the warehouse is older than the fold, and what it would need to follow is gone. */
async function followFold(
  db: Db,
  table: string,
  folded: NonNullable<LandedTable['folded']>,
  members: LandedLoad[],
  seen: Seen[],
): Promise<boolean> {
  if ((seen.at(-1)?.sequence ?? 0) < folded.sequence) return false
  const old = new Map(
    seen.filter(({ sequence }) => sequence <= folded.sequence).map((one) => [one.load_id, one.read]),
  )
  if (!members.every(({ loadId }) => old.has(loadId))) return false
  const isFolded =
    old.size === members.length &&
    members.every(({ loadId, rows, rejects }) => old.get(loadId) === rows + rejects)
  if (!isFolded) await foldTable(db, table, folded, members)
  return true
}

/** Names what raw.<table> holds: its contract and the loads it was made from, in order. */
export async function recordInput(db: Db, table: string, hash: string, landed: LandedTable): Promise<void> {
  const names = [table, historyInput(table)]
  await db.run(sql`delete from ops.inputs where table_name in (${sql.join(names)})`)
  const current = fingerprint(hash, landed)
  await db.run(sql`insert into ops.inputs values (${table}, ${current})`)
  if (landed.folded === null) return
  const past = digest(`${current}\n${landed.folded.before}`)
  await db.run(sql`insert into ops.inputs values (${historyInput(table)}, ${past})`)
}

const fingerprint = (hash: string, landed: LandedTable): string => digest(`${hash}\n${chainOf(landed)}`)

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
