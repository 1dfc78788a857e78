import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import type { Cursor } from '../../landing.ts'
import type { DeliveredColumn, Delivery } from '../delivery.ts'
import { EngineStopped, type Feed, feed, makePipe } from './pipe.ts'
import { type DatabaseContract, needsEnd, type Part, type SourceColumn } from './server.ts'

export interface Streamed {
  contract: DatabaseContract
  /** The database, as people name it. */
  input: string
  columns: SourceColumn[]
  parts: Part[]
  cursor: Cursor | undefined
  /** A folder for the pipes. */
  work: string
  /** Rows may be very long: the engine sets more room aside. */
  roomy: boolean
}

/** Hands the rows of a table over as they come, through named pipes. Release it in any case. */
export async function deliverStream(
  streamed: Streamed,
): Promise<{ delivery: Delivery; release(): Promise<void> }> {
  const { contract, input, parts, cursor, work } = streamed
  const paths = parts.map((_, i) => join(work, `.part-${i}`))
  for (const path of paths) {
    await rm(path, { force: true })
    await makePipe(path)
  }
  const columns = streamed.columns.map(({ name, type }) => ({ name, type }))
  const feeds = parts.map((part, i) => feed(paths[i] as string, () => part.start()))
  const delivery: Delivery = {
    contract,
    input: { name: input, sha256: '', bytes: 0 },
    contentHash: '',
    columns,
    sound: { form: 'streamed', parts: partsOf(paths, columns, streamed.roomy) },
    streamed: () => handedOver(columns, feeds, parts),
    // A stream is read once: what cannot be read of it is told, not parted.
    parted: () => Promise.reject(new EngineStopped()),
    ...(cursor ? { cursor } : {}),
  }
  return {
    delivery,
    async release() {
      await Promise.all(feeds.map((one) => one.release()))
    },
  }
}

async function handedOver(columns: DeliveredColumn[], feeds: Feed[], parts: Part[]) {
  const ends = await Promise.allSettled(feeds.map(({ done }) => done))
  const failed = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason)
  const first = failed.find((reason) => !(reason instanceof EngineStopped)) ?? failed[0]
  if (first) throw first
  const whole = ends.filter((end) => end.status === 'fulfilled').map(({ value }) => value)
  const hash = createHash('sha256').update(JSON.stringify(columns))
  for (const { sha256 } of whole) hash.update(sha256)
  return {
    contentHash: hash.digest('hex'),
    bytes: whole.reduce((sum, { bytes }) => sum + bytes, 0),
    records: parts.reduce((sum, part) => sum + part.rows(), 0),
  }
}

const endOfLine = { name: 'end of line', type: 'VARCHAR' }

/** The engine reads a pipe as a file, where rows are of usual length in small pieces: large ones only take memory. */
function partsOf(paths: string[], columns: DeliveredColumn[], roomy: boolean): RawBuilder<unknown>[] {
  const fields = [...columns, ...(needsEnd(columns) ? [endOfLine] : [])]
  // Read as a day the engine passes over what follows it, such as BC.
  const typed = fields.map(
    ({ name, type }) => sql`${sql.lit(name)}: ${sql.lit(type === 'DATE' ? 'TIMESTAMP' : type)}`,
  )
  const types = sql`{${sql.join(typed)}}`
  const names = sql.join(
    columns.map(({ name, type }) =>
      type === 'DATE' ? sql`cast(${sql.id(name)} as date) as ${sql.id(name)}` : sql.id(name),
    ),
  )
  const room = roomy ? sql`max_line_size = ${sql.lit(64 << 20)}` : sql`buffer_size = ${sql.lit(2 << 20)}`
  return paths.map((path) => {
    return sql`select ${names} from read_csv(${sql.lit(path)}, auto_detect = false, header = false, delim = ',',
      quote = '"', escape = '"', new_line = '\\n', nullstr = '', allow_quoted_nulls = false, columns = ${types}, ${room})`
  })
}
