import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync } from 'node:zlib'
import type { Column } from './column.ts'
import type { Memory } from './memory.ts'
import { int32, struct, thrift } from './thrift.ts'
import type { NamedLayout } from './types.ts'

/** What stands in the file of one column of a group. */
export interface Chunk {
  /** Head and page. */
  bytes: Uint8Array[]
  unpacked: number
}

/** Rows as they stand in a file. */
export interface Group {
  rows: number
  chunks: Chunk[]
}

export const levelEncoding = 3
const compress = promisify(zstdCompress)
/** Packed bytes are made in pieces of this size. */
const pieceBytes = 1 << 17

const options = (page: Buffer) => ({
  params: { [constants.ZSTD_c_compressionLevel]: 1 },
  chunkSize: Math.min(page.length + 1024, pieceBytes),
})

/** Takes the rows out of these columns, which are empty at once; their pages are packed beside other work. */
export async function groupOf(
  columns: Column[],
  layouts: NamedLayout[],
  rows: number,
  memory: Memory,
): Promise<Group> {
  const pages = columns.map((column) => column.page((size) => memory.lend(size)))
  const pack = async (page: Buffer, i: number): Promise<Chunk> => {
    const packed = await compress(page, options(page))
    memory.giveBack(page)
    return chunkOf(page.length, packed, rows, layouts[i] as NamedLayout)
  }
  return { rows, chunks: await Promise.all(pages.map(pack)) }
}

/** The same on the thread that asks, a column after the other. */
export function groupNow(columns: Column[], layouts: NamedLayout[], rows: number, memory: Memory): Group {
  const chunks = columns.map((column, i) => {
    const page = column.page((size) => memory.lend(size))
    const packed = zstdCompressSync(page, options(page))
    memory.giveBack(page)
    return chunkOf(page.length, packed, rows, layouts[i] as NamedLayout)
  })
  return { rows, chunks }
}

function chunkOf(size: number, packed: Buffer, rows: number, { layout }: NamedLayout): Chunk {
  const head = thrift({
    1: int32(0),
    2: int32(size),
    3: int32(packed.length),
    5: struct({
      1: int32(rows),
      2: int32(layout.encoding),
      3: int32(levelEncoding),
      4: int32(levelEncoding),
    }),
  })
  return { bytes: [head, packed], unpacked: head.length + size }
}
