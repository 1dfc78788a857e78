import { constants, copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import type { Contract } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { showFolder, writeDurable } from '../durable.ts'
import { ClienteleError } from '../error.ts'
import { landedDeleted, landedRejects, landedRows } from '../landed-rows.ts'
import {
  type Bundle,
  type LandedLoad,
  type LandedTable,
  type Manifest,
  newestBundle,
  tableDir,
} from '../landing.ts'
import type { Project } from '../project.ts'
import type { Fold } from './fold.ts'

/**
 * Writes loads into one folder: data first, then `bundle.json`, then one rename from which on it counts in place of
 * them; they go last. Killed at any moment, landing holds each load exactly once.
 */
export async function writeBundle(
  project: Project,
  db: Db,
  { source, table }: Contract,
  { loads, folded }: LandedTable,
  fold: Fold | null,
): Promise<void> {
  const dir = tableDir(project, source, table)
  const former = await newestBundle(dir)
  const hidden = join(dir, '.bundle')
  await rm(hidden, { recursive: true, force: true })
  await mkdir(hidden, { mode: 0o700 })
  const members = await writeData(db, hidden, loads, fold)
  const there = new Set(await readdir(dir))
  const own = loads.filter(({ shared }) => !shared).map(({ loadId }) => loadId)
  const holds = [...(former?.holds ?? []).filter((name) => there.has(name)), ...own]
  const bundle: Bundle = { holds, folded: fold?.folded ?? folded, loads: members }
  await writeDurable(join(hidden, 'bundle.json'), `${JSON.stringify(bundle, null, 1)}\n`)
  const generation = Number(former?.name.slice('bundle-'.length) ?? 0) + 1
  await showFolder(hidden, join(dir, `bundle-${String(generation).padStart(6, '0')}`))
  for (const name of [...holds, ...(former ? [former.name] : [])])
    await rm(join(dir, name), { recursive: true, force: true })
}

async function writeData(
  db: Db,
  hidden: string,
  loads: LandedLoad[],
  fold: Fold | null,
): Promise<Bundle['loads']> {
  const isFolded = ({ sequence }: LandedLoad) => fold !== null && sequence <= fold.folded.sequence
  const rows = await writeAll(db, hidden, 'rows', loads, async (load) => {
    const names = sql.join([...load.columns.map(({ name }) => sql.id(name)), sql`_row`])
    const kept = isFolded(load) ? keptOf(load) : sql`true`
    return { like: load.columns, select: sql`select ${names} from ${landedRows(load)} where ${kept}` }
  })
  const unsplit = loads.filter(({ rejects }) => rejects > 0)
  const rejects = await writeAll(db, hidden, 'rejects', unsplit, async (load) => {
    const all = !isFolded(load) || fold?.unsplit.has(load.sequence)
    const from = landedRejects(load)
    return {
      like: [],
      select: sql`select line, reason, text, _row from ${from} where ${all ? sql`true` : keptOf(load)}`,
    }
  })
  const gone = loads.filter((load) => load.deleted > 0 && !isFolded(load))
  const deleted = await writeAll(db, hidden, 'deleted', gone, async (load) => {
    const from = landedDeleted(load)
    const like = await db.rows(sql`select column_name, column_type from (describe select * from ${from})`)
    return { like, select: sql`select ${sql.join(load.key.map((name) => sql.id(name)))} from ${from}` }
  })
  const members: Bundle['loads'] = []
  for (const load of loads) {
    const counts = {
      rows: rows.counts.get(load.loadId) ?? 0,
      rejects: rejects.counts.get(load.loadId) ?? 0,
      deleted: deleted.counts.get(load.loadId) ?? 0,
    }
    if (isFolded(load)) {
      if (counts.rows + counts.rejects === 0) continue
    } else reconcile(load, counts)
    const { dir, shared: _, ...manifest } = load
    const shared = {
      rows: rows.files.get(load.loadId) as string,
      deleted: deleted.files.get(load.loadId) ?? 'deleted-1.parquet',
    }
    members.push({ ...(manifest as Manifest), ...counts, shared })
    await keepOriginal(load, dir, hidden)
  }
  return members
}

const keptOf = ({ sequence }: LandedLoad) =>
  sql`_row in (select _row from kept_rows where _sequence = ${sql.lit(sequence)})`

interface Written {
  /** The file that each load is in. */
  files: Map<string, string>
  counts: Map<string, number>
}

/** Loads of the same columns share a file; each row says which load it came with. */
async function writeAll(
  db: Db,
  hidden: string,
  kind: 'rows' | 'rejects' | 'deleted',
  loads: LandedLoad[],
  of: (load: LandedLoad) => Promise<{ like: unknown; select: RawBuilder<unknown> }>,
): Promise<Written> {
  const groups = new Map<string, { ids: string[]; selects: RawBuilder<unknown>[] }>()
  for (const load of loads) {
    const { like, select } = await of(load)
    const group = groups.get(JSON.stringify(like)) ?? { ids: [], selects: [] }
    group.ids.push(load.loadId)
    group.selects.push(sql`select *, ${sql.lit(load.loadId)} as _load_id from (${select})`)
    groups.set(JSON.stringify(like), group)
  }
  const written: Written = { files: new Map(), counts: new Map() }
  for (const [i, { ids, selects }] of [...groups.values()].entries()) {
    const name = kind === 'rejects' ? 'rejects.parquet' : `${kind}-${i + 1}.parquet`
    const path = sql.lit(join(hidden, name))
    const order = kind === 'deleted' ? sql`_load_id` : sql`_load_id, _row`
    await db.run(sql`copy (from (${sql.join(selects, sql` union all `)}) order by ${order})
      to ${path} (format parquet, compression zstd)`)
    const counts = await db.rows<{ id: string; n: number }>(
      sql`select _load_id as id, count(*) as n from read_parquet(${path}) group by _load_id`,
    )
    for (const { id, n } of counts) written.counts.set(id, n)
    for (const id of ids) written.files.set(id, name)
  }
  return written
}

/** What is about to be removed must be in its new place to the last row. */
function reconcile(load: LandedLoad, counts: Pick<Manifest, 'rows' | 'rejects' | 'deleted'>): void {
  for (const kind of ['rows', 'rejects', 'deleted'] as const) {
    if (load[kind] === counts[kind]) continue
    throw new ClienteleError({
      what: `landing of ${load.source}.${load.table} does not reconcile: load ${load.loadId} has ${load[kind]} ${kind} on record, but ${counts[kind]} are there`,
      how: 'Nothing was put together. Restore this folder from a backup.',
    })
  }
}

/** Files kept as delivered, because some of them could not be read, go with their load. */
async function keepOriginal(load: LandedLoad, dir: string, hidden: string): Promise<void> {
  const mark = load.shared ? `${load.loadId}-delivered-` : 'delivered-'
  for (const name of await readdir(dir)) {
    if (!name.startsWith(mark)) continue
    const kept = load.shared ? name : `${load.loadId}-${name}`
    await copyFile(join(dir, name), join(hidden, kept), constants.COPYFILE_FICLONE)
  }
}
