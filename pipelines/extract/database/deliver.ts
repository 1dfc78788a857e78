import { createHash } from 'node:crypto'
import type { ControlTotals, Cursor } from '../../landing.ts'
import type { DeliveredColumn, Delivery } from '../delivery.ts'
import { writingFault } from '../engine.ts'
import { ParquetFile } from '../parquet/file.ts'
import { RowWriter } from '../parquet/rows.ts'
import type { DatabaseContract, Part, SourceColumn } from './server.ts'

export interface Streamed {
  contract: DatabaseContract
  /** The database, as people name it. */
  input: string
  columns: SourceColumn[]
  parts: Part[]
  cursor: Cursor | undefined
  control: ControlTotals | undefined
}

/** Hands the rows of a table over as a file that is written while they come. */
export function deliverStream({ contract, input, columns, parts, cursor, control }: Streamed): Delivery {
  const named = columns.map(({ name, type }) => ({ name, type }))
  return {
    contract,
    input: { name: input, sha256: '', bytes: 0 },
    contentHash: '',
    columns: named,
    written: (path) => write(path, named, parts),
    parted: () => Promise.reject(new Error('rows of a database are not parted')),
    ...(cursor ? { cursor } : {}),
    ...(control ? { control } : {}),
  }
}

/** The parts are read side by side into one file; their groups of rows stand as they come. */
async function write(path: string, columns: DeliveredColumn[], parts: Part[]) {
  const file = await ParquetFile.create(path, columns).catch(refused)
  try {
    const read = async (part: Part): Promise<{ sent: number; bytes: number; sha256: string }> => {
      const rows = new RowWriter(file)
      const sent = await part.read(rows)
      return { sent, bytes: rows.bytes, sha256: await rows.finish() }
    }
    const reading = parts.map(async (part) => {
      try {
        return await read(part)
      } catch (error) {
        for (const other of parts) other.stop()
        throw error
      }
    })
    const whole = await allOf(reading)
    await file.finish()
    const hash = createHash('sha256').update(JSON.stringify(columns))
    for (const { sha256 } of whole) hash.update(sha256)
    return {
      contentHash: hash.digest('hex'),
      bytes: whole.reduce((sum, { bytes }) => sum + bytes, 0),
      records: whole.reduce((sum, { sent }) => sum + sent, 0),
    }
  } catch (error) {
    return refused(error)
  } finally {
    await file.close()
  }
}

const refused = (error: unknown): never => {
  throw writingFault(error)
}

/** All have ended, one way or the other, before the first failure is thrown. */
async function allOf<T>(work: Promise<T>[]): Promise<T[]> {
  let first: { error: unknown } | undefined
  for (const one of work) {
    one.catch((error) => {
      first ??= { error }
    })
  }
  const ends = await Promise.allSettled(work)
  if (first) throw first.error
  return ends.map((end) => (end as PromiseFulfilledResult<T>).value)
}
