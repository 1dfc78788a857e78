import { type FileHandle, open } from 'node:fs/promises'
import type { DeliveredColumn } from '../delivery.ts'
import { writingFault } from '../engine.ts'
import type { Texts } from '../parquet/column.ts'
import { ParquetFile } from '../parquet/file.ts'
import { RowWriter } from '../parquet/rows.ts'
import { FieldReader } from './fields.ts'
import type { Dialect } from './split.ts'

export interface SoundText {
  path: string
  dialect: Dialect
  /** Lines before the first record. */
  skip: number
}

const pieceBytes = 1 << 18
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
  bytes = pieceBytes,
): Promise<number | null> {
  const source = await open(text.path)
  try {
    const file = await ParquetFile.create(to, columns).catch(refused)
    try {
      const rows = new RowWriter(file)
      const reader = new FieldReader(rows.columns as Texts[], text.dialect, text.skip)
      if (!(await readAll(source, reader, rows, bytes))) return null
      await rows.finish()
      await file.finish()
      return rows.count
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

/** A group is written while the next one is read. False: the text is not sound. */
async function readAll(
  source: FileHandle,
  reader: FieldReader,
  rows: RowWriter,
  bytes: number,
): Promise<boolean> {
  let memory = Buffer.allocUnsafeSlow(bytes)
  let held = 0
  let writing: Promise<unknown> = Promise.resolve()
  for (let atEnd = false; !atEnd; ) {
    if (held === memory.length) {
      if (held > longestField) return false
      memory = Buffer.concat([memory, Buffer.allocUnsafe(memory.length)])
    }
    const { bytesRead } = await source.read(memory, held, memory.length - held)
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
