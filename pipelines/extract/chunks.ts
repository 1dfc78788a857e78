import { open } from 'node:fs/promises'

const bytes = 1 << 18

/** The bytes of a file piece by piece. A piece is good until the next one is asked for: all share one memory. */
export async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    const memory = Buffer.allocUnsafe(bytes)
    for (;;) {
      const { bytesRead } = await file.read(memory, 0, bytes)
      if (bytesRead === 0) return
      yield memory.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
