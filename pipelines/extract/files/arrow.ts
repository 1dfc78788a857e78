import { open } from 'node:fs/promises'
import { type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow'
import type { Contract, Format } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'
import type { Parted } from '../delivery.ts'
import { part } from '../text/parts.ts'
import { arrowText } from './arrow/cell.ts'
import { registerCodecs } from './arrow/codecs.ts'
import { guard } from './arrow/guarded.ts'
import './arrow/lengths.ts'
import { checkColumns } from './arrow/sound.ts'
import { firstBytes } from './first-bytes.ts'
import { nameColumns } from './header.ts'
import type { Readings } from './readings.ts'

/** Reads an Arrow file (Feather) or stream, batch by batch; every value becomes text. A damaged one is refused whole. */
export async function readArrow(_: Contract, __: Format, path: string, dir: string): Promise<Readings> {
  registerCodecs()
  if ((await firstBytes(path, 4)).toString('latin1') === 'FEA1') throw oldFeather(path)
  const schema = await reading(path, async (reader) => reader.schema)
  if (!schema) throw damaged(path)
  const columns = nameColumns(schema.fields.map(({ name }) => name))
  return { columns, parted: () => partBatches(path, schema, dir) }
}

async function partBatches(path: string, schema: Schema, dir: string): Promise<Parted> {
  return part(dir, async (parts) => {
    let position = 0
    await reading(path, async (reader, checkAllRead) => {
      for await (const batch of reader) {
        const cells = schema.fields.map((_, i) => arrowText(batch.getChildAt(i)))
        for (let row = 0; row < batch.numRows; row++) {
          position += 1
          await parts.keep(
            position,
            cells.map((cell) => cell(row)),
          )
        }
      }
      await checkAllRead()
    })
  })
}

type Reader = AsyncIterable<RecordBatch> & { schema: Schema; open(): Promise<unknown> }

/** Both a file and a stream end with a mark of their own: what lacks it was cut short. */
async function reading<T>(
  path: string,
  work: (reader: Reader, checkAllRead: () => Promise<void>) => Promise<T>,
): Promise<T> {
  await checkMarks(path)
  const file = await open(path)
  try {
    const { file: guarded, checkAllRead } = guard(file)
    const opened = await RecordBatchReader.from(guarded as unknown as AsyncIterable<Uint8Array>)
    checkColumns(opened)
    const reader = opened as unknown as Reader
    await reader.open()
    return await work(reader, checkAllRead)
  } catch (cause) {
    if (cause instanceof ClienteleError || (cause as NodeJS.ErrnoException).syscall) throw cause
    throw damaged(path, cause)
  } finally {
    await file.close()
  }
}

const fileMark = 'ARROW1'

async function checkMarks(path: string): Promise<void> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const at = async (from: number, length: number) =>
      (await file.read(Buffer.alloc(length), 0, length, Math.max(0, from))).buffer.toString('latin1')
    const isFile = (await at(0, 6)) === fileMark
    const isWhole = isFile ? (await at(size - 6, 6)) === fileMark : (await at(size - 4, 4)) === '\0\0\0\0'
    if (size < 12 || !isWhole) throw damaged(path)
  } finally {
    await file.close()
  }
}

const damaged = (path: string, cause?: unknown): ClienteleError =>
  new ClienteleError(
    {
      what: 'not a whole Arrow file or stream',
      where: { file: shownPath(path) },
      how: 'It may still be arriving: run again when it is complete, or ask for it again.',
    },
    1,
    { cause },
  )

const oldFeather = (path: string): ClienteleError =>
  new ClienteleError({
    what: 'the file is Feather of the first version, which no longer is Arrow',
    where: { file: shownPath(path) },
    how: 'Have it written as Feather 2 (Arrow IPC) or Parquet.',
  })
