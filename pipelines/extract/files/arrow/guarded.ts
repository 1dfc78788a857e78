import type { FileHandle } from 'node:fs/promises'

/** No sound file has one place that is read more often. */
const mostReads = 20

/** Writers fill up to multiples of no more than this, and the mark of the end is shorter. */
const longestPadding = 64

/** A file as the Arrow library asks for it. */
export interface GuardedFile {
  fd: number
  stat(): ReturnType<FileHandle['stat']>
  close(): Promise<void>
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>
}

/**
 * Where a damaged file points beyond its end, or in a circle, the library would ask for ever; and it would end early
 * and say nothing where a list of batches is shorter than the batches, or an end is marked before the end.
 */
export function guard(file: FileHandle): { file: GuardedFile; checkAllRead: () => Promise<void> } {
  const reads = new Map<number, { times: number; end: number }>()
  return {
    file: {
      fd: file.fd,
      stat: () => file.stat(),
      close: async () => undefined,
      async read(buffer, offset, length, position) {
        const read = await file.read(buffer, offset, length, position)
        const { times, end } = reads.get(position) ?? { times: 0, end: 0 }
        reads.set(position, { times: times + 1, end: Math.max(end, position + read.bytesRead) })
        if ((read.bytesRead === 0 && length > 0) || times >= mostReads)
          throw new RangeError('it leads nowhere')
        return read
      },
    },
    async checkAllRead() {
      const { size } = await file.stat()
      const ranges = [...reads].map(([from, { end }]) => [from, end] as const)
      ranges.push([0, await headEnd(file)], [size, size])
      let reached = 0
      for (const [from, end] of ranges.sort(([a], [b]) => a - b)) {
        if (from - reached > longestPadding) throw new RangeError('a part of it is never read')
        reached = Math.max(reached, end)
      }
      if (reached > size) throw new RangeError('it is longer than it is')
    },
  }
}

const fileMark = 'ARROW1'

/** Where the schema at the head of a file ends, which is read from its foot; a stream has no such head. */
async function headEnd(file: FileHandle): Promise<number> {
  const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0)
  if (buffer.toString('latin1', 0, 6) !== fileMark) return 0
  const first = buffer.readInt32LE(8)
  // Before 0.15 no mark stood before the length.
  return first === -1 ? 16 + buffer.readInt32LE(12) : 12 + first
}
