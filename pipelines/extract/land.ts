import { constants, copyFile, mkdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import packageJson from '../../package.json' with { type: 'json' }
import type { Db } from '../duckdb.ts'
import { showFolder, writeDurable } from '../durable.ts'
import { ClienteleError } from '../error.ts'
import { type LandedLoad, type Manifest, standingLoads, tableDir } from '../landing.ts'
import { privateDir } from '../project.ts'
import type { StageContext } from '../stage.ts'
import {
  changedRows,
  compareAtCursor,
  compareByKey,
  compareRejects,
  deletedKeys,
  newRejects,
} from './changes.ts'
import { sourceKey } from './columns.ts'
import { checkControl } from './control.ts'
import {
  type Delivery,
  mayStandUnnumbered,
  type Parted,
  type RecordText,
  readingHash,
  records,
  rejectColumns,
  unnumbered,
} from './delivery.ts'
import { withoutValues } from './engine.ts'

/** A delivery on its way: what it is compared with, and where it is written. */
interface Landing {
  delivery: Delivery
  mode: Manifest['mode']
  /** The loads of the table that stand. */
  earlier: LandedLoad[]
  hidden: string
}

type Written = Delivery & Required<Pick<Delivery, 'written'>>
const isWritten = (delivery: Delivery): delivery is Written => delivery.written !== undefined

type Counts = Pick<Manifest, 'delivered' | 'rows' | 'rejects' | 'deleted' | 'unread' | 'numbered'>

/**
 * Lands one delivery: data first, then the manifest, then one rename that makes the load's folder visible.
 * Killed at any moment it leaves either nothing or a whole load. Null: the delivery held nothing new.
 */
export async function land(ctx: StageContext, db: Db, delivery: Delivery): Promise<Manifest | null> {
  const { contract } = delivery
  const dir = tableDir(ctx.project, contract.source, contract.table)
  const earlier = await standingLoads(ctx.project, contract.source, contract.table)
  const landing = { delivery, mode: modeOf(delivery, earlier), earlier, hidden: join(dir, '.load') }
  if (!delivery.written && isRepeated(landing)) return null
  await privateDir(dir)
  try {
    const counts = isWritten(delivery)
      ? await writeServed(db, landing, delivery)
      : await writeEither(ctx, db, landing)
    await withoutValues(() => checkControl(db, contract, delivery, counts.delivered, landedNow(landing)))
    // What a server sends is known at its end.
    if (isEmpty(landing, counts) || (delivery.written && isRepeated(landing))) return null
    await delivery.verify?.()
    const manifest = describe(ctx, landing, counts)
    await writeDurable(join(landing.hidden, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    await showFolder(landing.hidden, join(dir, manifest.loadId))
    return manifest
  } finally {
    await rm(landing.hidden, { recursive: true, force: true })
  }
}

/** All rows of the delivery, also when only changes land. */
const landedNow = ({ mode, hidden }: Landing): RawBuilder<unknown> =>
  mode === 'changes' ? sql`delivered` : sql`read_parquet(${sql.lit(join(hidden, 'rows.parquet'))})`

function modeOf({ contract, columns, cursor }: Delivery, earlier: LandedLoad[]): Manifest['mode'] {
  const last = earlier.at(-1)
  // A table that was delivered otherwise until now, or by another cursor, begins anew.
  const follows = !cursor || !last || last.cursor?.column === cursor.column
  if (contract.delivery === 'append') return follows ? 'append' : 'whole'
  const key = sourceKey(contract, columns)
  const comparable =
    last && last.mode !== 'append' && key.length > 0 && last.key.join('\0') === key.join('\0')
  return comparable ? 'changes' : 'whole'
}

/** The very content that was landed last brings nothing. */
function isRepeated({ delivery, mode, earlier }: Landing): boolean {
  const last = earlier.at(-1)
  if (!last || mode === 'append' || last.mode === 'append') return false
  return last.contentHash === delivery.contentHash && last.reading === readingHash(delivery.contract)
}

/** An appended file is on record even when empty, so that it is not read again; the rest lands when it says something. */
function isEmpty({ delivery, mode, earlier }: Landing, { rows, rejects, deleted }: Counts): boolean {
  if (rows + rejects + deleted > 0) return false
  if (mode === 'append') return delivery.cursor !== undefined
  return mode === 'changes' || earlier.length === 0
}

/**
 * A sound text is read at one go. One that is not is read again record by record, and what cannot be split is kept
 * apart.
 */
async function writeEither(ctx: StageContext, db: Db, landing: Landing): Promise<Counts> {
  const { delivery, hidden } = landing
  if (delivery.split) {
    const { split } = delivery
    const threads = await threadsOf(db)
    const counts = await writeColumns(db, landing, (path) => split(path, threads))
    if (counts) return counts
  }
  if (delivery.sound) {
    const counts = await writeData(db, landing, delivery.sound).catch(() => null)
    if (counts) return counts
  }
  const parted = await delivery.parted()
  sayUndecodable(ctx, delivery, parted.undecodable.count)
  const counts = await withoutValues(() => writeData(db, landing, parted.text, parted))
  checkCount(delivery, parted, counts)
  if (delivery.original && counts.rejects > 0) {
    const kept = join(hidden, keptName(delivery.original.name))
    await copyFile(delivery.original.path, kept, constants.COPYFILE_FICLONE)
  }
  return counts
}

/** As many as the engine was given: by the project, by the environment, or one for each core. */
async function threadsOf(db: Db): Promise<number> {
  const [found] = await db.rows<{ n: number }>("select current_setting('threads') as n")
  return found?.n ?? 1
}

/** The name of a file as it was delivered; a member of a zip may be called longer than a file can be. */
function keptName(delivered: string): string {
  const name = basename(delivered)
  return `delivered-${Buffer.byteLength(name) > 200 ? [...name].slice(-50).join('') : name}`
}

/** What a file of columns says it holds must have come out of it. */
function checkCount({ input }: Delivery, { text }: Parted, { delivered }: Counts): void {
  if (text.form !== 'parquet' || text.count === delivered) return
  throw new ClienteleError({
    what: `${input.name} says it holds ${text.count} records, and ${delivered} were read`,
    how: 'It is damaged: ask for it again.',
  })
}

/** Rows of a server are written as they come. */
async function writeServed(db: Db, landing: Landing, delivery: Written): Promise<Counts> {
  const counts = await writeColumns(db, landing, async (path) => {
    const { contentHash, bytes, records } = await delivery.written(path)
    delivery.contentHash = contentHash
    delivery.input = { ...delivery.input, sha256: contentHash, bytes }
    return records
  })
  return counts as Counts
}

/**
 * Has a file of columns written. Where its rows are compared with nothing that is what lands; else what lands is taken
 * out of it. Null: there is none.
 */
async function writeColumns(
  db: Db,
  landing: Landing,
  write: (path: string) => Promise<number | null>,
): Promise<Counts | null> {
  const { delivery, mode, hidden } = landing
  await emptyFolder(hidden)
  const isWhole = mode !== 'changes' && !isFollowing(landing) && mayStandUnnumbered(delivery.columns)
  const path = isWhole ? join(hidden, 'rows.parquet') : `${hidden}-all.parquet`
  try {
    const sent = await write(path)
    if (sent === null) return null
    const counts = await withoutValues(() =>
      isWhole ? countWritten(db, path) : writeData(db, landing, { form: 'written', path }),
    )
    const read = isFollowing(landing) ? await deliveredRows(db) : counts.delivered
    if (read !== sent)
      throw new ClienteleError({ what: `${delivery.input.name} sent ${sent} rows and ${read} were read` })
    return counts
  } finally {
    if (!isWhole) await rm(path, { force: true })
  }
}

/** Rows that follow others by a cursor are compared with them. The first ones have nothing to be compared with. */
const isFollowing = ({ delivery, mode, earlier }: Landing): boolean =>
  mode === 'append' && delivery.cursor !== undefined && earlier.length > 0

/** The engine says how many rows it finds in a file. */
async function countWritten(db: Db, path: string): Promise<Counts> {
  const [found] = await db.rows<{ n: number }>(sql`select count(*) as n from read_parquet(${sql.lit(path)})`)
  const rows = found?.n ?? 0
  return { delivered: rows, rows, rejects: 0, deleted: 0, numbered: false }
}

async function emptyFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await mkdir(path, { mode: 0o700 })
}

/** Of an appended table the rows that were sent again do not land. */
async function deliveredRows(db: Db): Promise<number> {
  const [row] = await db.rows<{ n: number }>('select count(*) as n from delivered')
  return row?.n ?? 0
}

function sayUndecodable(ctx: StageContext, { contract, input }: Delivery, count: number): void {
  if (count === 0) return
  const records = count === 1 ? '1 record holds' : `${count.toLocaleString('en-GB')} records hold`
  const { source, table } = contract
  ctx.log.line(
    `${source}.${table}: ${input.name}: ${records} bytes that are not of the encoding; quarantined`,
  )
}

async function writeData(db: Db, landing: Landing, text: RecordText, parted?: Parted): Promise<Counts> {
  const { delivery, mode, earlier, hidden } = landing
  await emptyFolder(hidden)
  if (mode === 'changes') return writeChanges(db, landing, text, parted)
  const rejects = parted && parted.rejects.count > 0 ? parted.rejects : undefined
  if (rejects) await write(db, records(rejects.text, rejectColumns), join(hidden, 'rejects.parquet'))
  const appending = isFollowing(landing)
  if (appending) await compareAtCursor(db, { columns: delivery.columns, text, earlier })
  const bare = appending ? undefined : unnumbered(text, delivery.columns)
  const all = appending ? changedRows() : (bare ?? records(text, delivery.columns))
  const rows = await write(db, all, join(hidden, 'rows.parquet'))
  const counts = { delivered: rows + (rejects?.count ?? 0), rows, rejects: rejects?.count ?? 0, deleted: 0 }
  return bare ? { ...counts, numbered: false } : counts
}

async function writeChanges(db: Db, landing: Landing, text: RecordText, parted?: Parted): Promise<Counts> {
  const { delivery, earlier, hidden } = landing
  const { rejects, undecodable } = parted ?? { rejects: { count: 0 }, undecodable: { count: 0 } }
  const key = sourceKey(delivery.contract, delivery.columns)
  const spared = undecodable.count > 0 ? parted?.undecodable.text : undefined
  const read = await compareByKey(db, { columns: delivery.columns, text, spared, earlier }, key)
  const counts = { delivered: read + rejects.count, rows: 0, rejects: 0, deleted: 0, unread: rejects.count }
  counts.rows = await write(db, changedRows(), join(hidden, 'rows.parquet'))
  if (parted && rejects.count > 0) {
    await compareRejects(db, parted.rejects.text, earlier)
    counts.rejects = await writeSome(db, newRejects(), join(hidden, 'rejects.parquet'))
  }
  // A record that cannot be split may hold a key that is only seemingly gone.
  if (rejects.count === undecodable.count) {
    counts.deleted = await writeSome(db, deletedKeys(key), join(hidden, 'deleted.parquet'))
  }
  return counts
}

/** Writes a file unless it would be empty. */
async function writeSome(db: Db, rows: RawBuilder<unknown>, path: string): Promise<number> {
  const written = await write(db, rows, path)
  if (written === 0) await rm(path)
  return written
}

async function write(db: Db, rows: RawBuilder<unknown>, path: string): Promise<number> {
  // The first level costs a third of the time of the third for a twentieth more bytes; long dictionaries gain nothing.
  // The encodings of the second version of the format take a third off the bytes, and time off writing and reading.
  const copy = sql`copy (${rows}) to ${sql.lit(path)}
    (format parquet, compression zstd, compression_level 1, dictionary_size_limit 1000, parquet_version v2)`
  const [copied] = await db.rows<{ Count: number }>(copy)
  return copied?.Count ?? 0
}

function describe(ctx: StageContext, { delivery, mode, earlier }: Landing, counts: Counts): Manifest {
  const { contract, input, contentHash, columns, cursor, control } = delivery
  const reading = readingHash(contract)
  const last = earlier.at(-1)
  const sequence = (last?.sequence ?? 0) + 1
  // The same file read by a mended contract stands in for what the old one made of it.
  const misread = earlier.filter((load) => load.input.sha256 === input.sha256 && load.reading !== reading)
  const replaces = mode === 'append' && contract.origin.kind === 'files' ? misread : []
  return {
    source: contract.source,
    table: contract.table,
    loadId: `${String(sequence).padStart(6, '0')}-${contentHash.slice(0, 12)}`,
    sequence,
    kind: contract.origin.kind,
    mode,
    key: sourceKey(contract, columns),
    input,
    reading,
    columns,
    ...counts,
    cursor: cursor ?? null,
    ...(control ? { control } : {}),
    replaces: replaces.map(({ loadId }) => loadId),
    asOf: ctx.asOf,
    validFrom: last && last.validFrom > ctx.asOf ? last.validFrom : ctx.asOf,
    contentHash,
    deliveredAt: ctx.clock().toISOString(),
    codeVersion: packageJson.version,
  }
}
