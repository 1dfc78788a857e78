import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DeliveredColumn } from '../delivery.ts'
import { asText, type SourceTable } from './schema.ts'

export interface Dump {
  /** sha256 over columns and text. */
  contentHash: string
  columns: DeliveredColumn[]
  /** Bytes of the longest record. */
  longest: number
}

interface Chunk {
  text: Uint8Array | null
  longest: bigint | null
  /** The row id of the last row. */
  last: bigint | null
  [misfits: `misfit_${number}`]: bigint | null
}

/** Rows joined into one text by the database before JavaScript sees them. */
const chunkRows = 4096

/**
 * Writes the rows of a table as JSON lines. SQLite itself writes the JSON and joins thousands of rows at a time:
 * JavaScript moves bytes and touches no value. When a column turns out to hold more than its declared type the table
 * is written again with that column as text.
 */
export async function dumpTable(
  db: Kysely<unknown>,
  table: SourceTable,
  where: RawBuilder<unknown>,
  path: string,
): Promise<Dump> {
  let columns = table.columns
  for (let careful = false; ; careful = true) {
    const { dump, misfits } = await dumpOnce(db, { ...table, columns, careful }, where, path)
    if (dump) return dump
    columns = columns.map((column, i) => (misfits.has(i) ? asText(column) : column))
  }
}

/** Careful: SQLite writes no JSON at all of a row with a blob, so that every column has to be looked at first. */
type Dumped = SourceTable & { careful: boolean }

async function dumpOnce(
  db: Kysely<unknown>,
  table: Dumped,
  where: RawBuilder<unknown>,
  path: string,
): Promise<{ dump: Dump | null; misfits: Set<number> }> {
  const columns = table.columns.map(({ name, type }) => ({ name, type }))
  const hash = createHash('sha256').update(JSON.stringify(columns))
  const misfits = new Set<number>()
  let longest = 0
  const file = await open(path, 'w', 0o600)
  try {
    for await (const chunk of chunks(db, table, where)) {
      for (const i of columns.keys()) if (chunk[`misfit_${i}`]) misfits.add(i)
      if (misfits.size > 0 || !chunk.text) continue
      hash.update(chunk.text)
      await file.appendFile(chunk.text)
      await file.appendFile('\n')
      longest = Math.max(longest, Number(chunk.longest))
      // The engine may be landing the table before: let its answer through.
      await setImmediate()
    }
  } catch (error) {
    if (table.careful || !/BLOB/.test((error as Error).message)) throw error
    return { dump: null, misfits }
  } finally {
    await file.close()
  }
  const dump = { columns, longest, contentHash: hash.digest('hex') }
  return { dump: misfits.size === 0 ? dump : null, misfits }
}

async function* chunks(db: Kysely<unknown>, table: Dumped, where: RawBuilder<unknown>): AsyncIterable<Chunk> {
  if (table.rowid === null) {
    yield* unnumberedChunks(db, table, where)
    return
  }
  const rowid = sql.ref(table.rowid)
  let size = chunkRows
  let last: bigint | null = null
  for (;;) {
    const from: RawBuilder<unknown> = last === null ? sql`true` : sql`${rowid} > ${last}`
    const lines = sql`select ${rowid} as r, ${lineOf(table)} from ${sql.table(table.name)}
      where ${from} and ${where} order by ${rowid} limit ${sql.lit(size)}`
    try {
      const { rows } = await sql<Chunk>`select max(r) as last, ${joined(table)} from (${lines})`.execute(db)
      const chunk = rows[0]
      if (!chunk || chunk.last === null) return
      yield chunk
      last = chunk.last
    } catch (error) {
      // SQLite holds at most 1 GB in one value: very long rows go in smaller bundles.
      if (size === 1 || !/too big/.test((error as Error).message)) throw error
      size = Math.ceil(size / 8)
    }
  }
}

/** Views and tables without a row id are numbered as they come. */
async function* unnumberedChunks(
  db: Kysely<unknown>,
  table: Dumped,
  where: RawBuilder<unknown>,
): AsyncIterable<Chunk> {
  const lines = sql`select (row_number() over () - 1) / ${sql.lit(chunkRows)} as bundle, ${lineOf(table)}
    from ${sql.table(table.name)} where ${where}`
  const query = sql<Chunk>`select null as last, ${joined(table)} from (${lines}) group by bundle order by bundle`
  for await (const { rows } of db.getExecutor().stream<Chunk>(query.compile(db), 1)) yield* rows
}

/** A row as a line of JSON (fields c0, c1, …), and which of its values do not fit. */
function lineOf(table: Dumped): RawBuilder<unknown> {
  const fields = table.columns.map(({ value, misfit }, i) => {
    return sql`${sql.lit(`c${i}`)}, ${table.careful && misfit ? sql`iif(${misfit}, null, ${value})` : value}`
  })
  const misfits = watched(table).map(({ misfit, i }) => sql`${misfit} as ${sql.ref(`m${i}`)}`)
  return sql.join([sql`json_object(${sql.join(fields)}) as line`, ...misfits])
}

function joined(table: Dumped): RawBuilder<unknown> {
  const misfits = watched(table).map(({ i }) => sql`max(${sql.ref(`m${i}`)}) as ${sql.ref(`misfit_${i}`)}`)
  return sql.join([
    sql`cast(group_concat(line, char(10)) as blob) as text`,
    sql`max(octet_length(line)) as longest`,
    ...misfits,
  ])
}

/** Columns that may hold values which do not fit; a text column can hold none but blobs, which make themselves known. */
const watched = ({ columns, careful }: Dumped) =>
  columns.flatMap(({ misfit, type }, i) => (misfit && (careful || type !== 'VARCHAR') ? [{ misfit, i }] : []))
