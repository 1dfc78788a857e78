import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { type Contract, deliveredName } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { showFolder, writeDurable } from '../durable.ts'
import { landedDeleted, landedRejects, landedRows } from '../landed-rows.ts'
import type { LandedLoad, Manifest } from '../landing.ts'

type EmptiedLoad = LandedLoad & Required<Pick<Manifest, 'emptied'>>

export const isEmptied = (load: LandedLoad): load is EmptiedLoad => load.emptied !== undefined

/**
 * Writes a load again without what is personal, beside the old one: a load of the same place in the sequence that
 * replaces it, shown by one rename. Killed before, the old load stands; killed after, it is replaced and removed later.
 * What cannot be read column by column (rejected records, the file kept with them, columns the contract does not name)
 * may hold anything and goes whole.
 */
export async function emptyLoad(db: Db, contract: Contract, load: LandedLoad, asOf: string): Promise<void> {
  const table = dirname(load.dir)
  const hidden = join(table, '.purge')
  await rm(hidden, { recursive: true, force: true })
  await mkdir(hidden, { mode: 0o700 })
  try {
    await copyRows(db, contract, load, hidden)
    if (load.rejects > 0) {
      const emptied = sql`select * replace (cast(null as varchar) as text) from ${landedRejects(load)}`
      await write(db, emptied, join(hidden, 'rejects.parquet'))
    }
    if (load.deleted > 0)
      await write(db, sql`select * from ${landedDeleted(load)}`, join(hidden, 'deleted.parquet'))
    const { dir: _, shared: __, numbered: ___, ...manifest } = load
    const again: Manifest = {
      ...manifest,
      loadId: `${load.loadId.slice(0, 6)}-${hash(load.loadId).slice(0, 12)}`,
      replaces: [...load.replaces, load.loadId],
      emptied: { loadId: load.loadId, asOf },
    }
    await writeDurable(join(hidden, 'manifest.json'), `${JSON.stringify(again, null, 2)}\n`)
    await showFolder(hidden, join(table, again.loadId))
  } finally {
    await rm(hidden, { recursive: true, force: true })
  }
}

async function copyRows(db: Db, contract: Contract, load: LandedLoad, to: string): Promise<void> {
  const harmless = new Set(
    contract.columns.filter(({ pii }) => !pii).map(({ from }) => deliveredName(from, load.columns)),
  )
  const columns = load.columns.map(({ name, type }) =>
    harmless.has(name) ? sql.id(name) : sql`cast(null as ${sql.raw(type)}) as ${sql.id(name)}`,
  )
  await write(
    db,
    sql`select _row, ${sql.join(columns)} from ${landedRows(load)} order by _row`,
    join(to, 'rows.parquet'),
  )
}

const write = (db: Db, rows: ReturnType<typeof sql>, path: string): Promise<void> =>
  db.run(sql`copy (${rows}) to ${sql.lit(path)} (format parquet, compression zstd)`)

const hash = (loadId: string): string => createHash('sha256').update(`emptied ${loadId}`).digest('hex')
