import { type FileHandle, open } from 'node:fs/promises'
import type { DeliveredColumn } from '../delivery.ts'
import { writingFault } from '../engine.ts'
import type { Texts } from '../parquet/column.ts'
import { ParquetFile } from '../parquet/file.ts'
import { RowWriter } from '../parquet/rows.ts'
import { FieldReader } from './fields.ts'
import type { Dialect } from './split.ts'
import { splitOnThreads } from './splitters.ts'

export interface SoundText {
  path: string
  dialect: Dialect
  /** Lines before the first record. */
  skip: number
}

/** How much is read at once. */
export interface Sizes {
  /** On this thread. */
  window: number
  /** On each of the others, where there are any. */
  piece: number
  threads: number
  /** A shorter text is done before a thread has begun. */
  worthThreads: number
}

/** A piece becomes a group of rows: where it is short its many columns are too short to be packed well. */
const sizes = (columns: number): Omit<Sizes, 'threads'> => ({
  window: 1 << 18,
  piece: Math.min(32 << 20, Math.max(8 << 20, columns * (128 << 10))),
  worthThreads: 64 << 20,
})
/** One thread reads and writes for all; past some it only keeps up. */
const mostThreads = 4
/** A field longer than this is taken for a quote that was never closed. */
const longestField = 16 << 20

/**
 * Writes the records of a UTF-8 text as a Parquet file, in their order, all columns as text. Returns how many there
 * are; null when the text is not sound: then what was written is of no use.
 */
export async function writeRecords(
  text: SoundText,
  columns: DeliveredColumn[],
  to: string,
  chosen: Pick<Sizes, 'threads'> & Partial<Sizes>,
): Promise<number | null> {
  const source = await open(text.path)
  try {
    const file = await ParquetFile.create(to, columns).catch(refused)
    try {
      const isSound = await writeAll(source, text, columns, file, { ...sizes(columns.length), ...chosen })
      if (!isSound) return null
      await file.finish()
      return file.rows
    } catch (error) {
      return refused(error)
    } finally {
      await file.close()
    }
  } finally {
    await source.close()
  }
}

const refused = (error: unknown): never => {
  throw writingFault(error)
}

/** On several threads, and from where they cannot go on, or from the beginning, on this one. */
async function writeAll(
  source: FileHandle,
  { dialect, skip }: SoundText,
  columns: DeliveredColumn[],
  file: ParquetFile,
  { window, piece, threads, worthThreads }: Sizes,
): Promise<boolean> {
  const isWorth = threads > 1 && (await source.stat()).size >= worthThreads
  const setting = { columns, dialect, skip }
  const from = isWorth
    ? await splitOnThreads(source, file, setting, { threads: Math.min(threads, mostThreads), bytes: piece })
    : 0
  if (from === null) return false
  const rows = new RowWriter(file)
  const reader = new FieldReader(rows.columns as Texts[], dialect, from === 0 ? skip : undefined)
  if (!(await readFrom(source, from, reader, rows, window))) return false
  await rows.finish()
  return true
}

/** A group is written while the next one is read. False: the text is not sound. */
async function readFrom(
  source: FileHandle,
  from: number,
  reader: FieldReader,
  rows: RowWriter,
  bytes: number,
): Promise<boolean> {
  let memory = Buffer.allocUnsafeSlow(bytes)
  let held = 0
  let place = from
  let writing: Promise<unknown> = Promise.resolve()
  for (let atEnd = false; !atEnd; ) {
    if (held === memory.length) {
      if (held > longestField) return false
      memory = Buffer.concat([memory, Buffer.allocUnsafe(memory.length)])
    }
    const { bytesRead } = await source.read(memory, held, memory.length - held, place)
    place += bytesRead
    atEnd = bytesRead === 0
    // The last line may have no end.
    if (atEnd) memory[held] = 0x0a
    const piece = memory.subarray(0, held + (atEnd ? 1 : bytesRead))
    let at = 0
    for (let isFull = true; isFull; ) {
      isFull = false
      at = reader.take(piece, at, () => {
        isFull = rows.endRow(reader.rowBytes)
        return isFull
      })
      if (at < 0) return false
      if (!isFull) continue
      await writing
      writing = rows.write()
    }
    held = piece.length - at
    piece.copy(memory, 0, at)
  }
  await writing
  return held === 0 && reader.isWhole
}
