import { enableCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { groupRows, type Texts } from '../parquet/column.ts'
import { type Group, groupNow } from '../parquet/group.ts'
import { Memory } from '../parquet/memory.ts'
import { namedLayouts } from '../parquet/types.ts'
import { FieldReader } from './fields.ts'
import type { Answer, Setting } from './splitters.ts'

/** Bytes that are read at once, so that they are still at hand when they are copied. */
const windowBytes = 1 << 18

/** Runs on a thread of its own: turns one piece of a text after the other into rows as they stand in a file. */
function serve({ columns: delivered, dialect, skip, cache }: Setting): void {
  // What the main thread keeps of compiled code serves here too.
  if (cache) enableCompileCache(cache)
  const layouts = namedLayouts(delivered)
  const columns = layouts.map(({ layout }) => layout.column()) as Texts[]
  const reader = new FieldReader(columns, dialect, skip)
  const memory = new Memory()
  parentPort?.on('message', (piece: Uint8Array) => {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length)
    const made = (rows: number) => inOwnMemory(groupNow(columns, layouts, rows, memory))
    const answer: Answer = { ...split(bytes, reader, made), piece }
    const chunks = answer.groups.flatMap((group) => group.chunks.flatMap((chunk) => chunk.bytes))
    parentPort?.postMessage(
      answer,
      chunks.map(({ buffer }) => buffer as ArrayBuffer),
    )
  })
}

/** Small pieces of bytes share memory, which cannot be handed over. */
const inOwnMemory = ({ rows, chunks }: Group): Group => ({
  rows,
  chunks: chunks.map(({ bytes, unpacked }) => ({
    bytes: bytes.map((one) => new Uint8Array(one)),
    unpacked,
  })),
})

function split(piece: Buffer, reader: FieldReader, made: (rows: number) => Group): Omit<Answer, 'piece'> {
  const groups: Group[] = []
  let rows = 0
  let window = windowBytes
  for (let at = 0; at < piece.length; ) {
    const end = Math.min(piece.length, at + window)
    const next = reader.take(piece.subarray(0, end), at, () => ++rows === groupRows)
    if (next < 0) return { groups, end: 'unsound' }
    if (next === at && end === piece.length) return { groups, end: 'amid' }
    // A field that is longer than the window has not ended yet.
    window = next === at ? window * 2 : windowBytes
    at = next
    if (rows < groupRows) continue
    groups.push(made(rows))
    rows = 0
  }
  if (!reader.isWhole) return { groups, end: 'amid' }
  if (rows > 0) groups.push(made(rows))
  return { groups, end: 'whole' }
}

serve(workerData as Setting)
